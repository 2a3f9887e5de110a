/** What real vendors answered, in our own form: no text of theirs but codes, names of fields and values that are always the same. */
import { readFile } from "node:fs/promises";
import { type Fields, shapeOfText } from "./shape.ts";

export interface Fact {
  /** Month of the answer, or of the interface's version where the recording has no day. */
  readonly since: string;
  /** Of a refusal: the stand-in's rule that answers so, as known.ts names it. */
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
  /** The status is of the first answer, the fields of a later one: the operation takes its time. */
  readonly settles?: boolean;
  /** What Azure Resource Manager's first answer says of a write that goes on: `Creating, azure-asyncoperation`. */
  readonly begins?: string;
  readonly headers?: Fields;
  /** For Azure Resource Manager only what differs from the request; `<absent>` is asked for and not answered. */
  readonly fields?: Fields;
}

/** What stands for a resource group's id. */
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
