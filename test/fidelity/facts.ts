/**
 * What real vendors answered, in our own form: codes, names of fields, and values that are always the same; none of their
 * texts.
 */
import { readFile } from "node:fs/promises";
import { type Fields, shapeOfText } from "./shape.ts";

export interface Fact {
  /** The month of the answer; or of the API version if the recording has no date. */
  readonly since: string;
  /** For a refusal, the stand-in's rule that answers so, by its name in known.ts. */
  readonly rule?: string;
  readonly request: {
    readonly method: string;
    readonly host?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly answer: Answer;
}

export interface Answer {
  readonly status: number;
  /** The vendor's own code of a refusal. */
  readonly code?: string;
  /** Whether the operation takes time: the status is of the first answer, and the fields are of a later one. */
  readonly settles?: boolean;
  /** What Azure Resource Manager's first answer says of a write that goes on: `Creating, azure-asyncoperation`. */
  readonly begins?: string;
  readonly headers?: Fields;
  /**
   * The answer's fields; for Azure Resource Manager only those that differ from the request. `<absent>`: requested, not
   * answered.
   */
  readonly fields?: Fields;
}

/** The id that replaces the recorded resource group's. */
export const GROUP = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d001/resourceGroups/lamnaa";

export async function factsOf(vendor: string): Promise<readonly (readonly [string, Fact])[]> {
  const text = await readFile(new URL(`facts/${vendor}.json`, import.meta.url), "utf8");
  return Object.entries(JSON.parse(text) as Record<string, Fact>).map(([name, fact]) => [
    name,
    { ...fact, request: within(fact.request, GROUP), answer: within(fact.answer, shapeOfText(GROUP)) },
  ]);
}

const within = <T>(value: T, group: string): T =>
  JSON.parse(JSON.stringify(value).replaceAll("{group}", group)) as T;
