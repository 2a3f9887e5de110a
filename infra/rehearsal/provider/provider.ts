/** What the engine asks of a provider, in plain values; serve.ts puts it on the wire. */
import type { Json, Properties } from "../cloud/json.ts";

export interface Provider {
  readonly version: string;
  /** Configuration of the stack for this provider, such as its default location. */
  configure(variables: Readonly<Record<string, string>>): void;
  check(call: CheckCall): CheckAnswer;
  diff(call: DiffCall): DiffAnswer;
  create(call: CreateCall): Promise<{ readonly id: string; readonly properties: Properties }>;
  /** Undefined when it is not there. */
  read(
    call: ReadCall,
  ): { readonly id: string; readonly properties: Properties; readonly inputs: Properties } | undefined;
  update(call: UpdateCall): Promise<Properties>;
  delete(call: { readonly token: string; readonly id: string }): Promise<void>;
  /** @throws Refusal */
  invoke(token: string, args: Properties): Properties;
}

export interface CheckCall {
  readonly token: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly olds: Properties;
  readonly news: Properties;
  /** The same for the same step of the same run, so that a name made in preview is the one that is created. */
  readonly seed: Uint8Array;
  readonly autonaming?: { readonly mode: "propose" | "enforce" | "disable"; readonly proposed: string };
}

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffCall {
  readonly token: string;
  readonly oldInputs: Properties;
  readonly oldState: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

export type ChangeKind = "add" | "delete" | "update";

export interface DiffAnswer {
  /** By path, such as `siteConfig.ipSecurityRestrictions[0].action`. */
  readonly changes: ReadonlyMap<string, { readonly kind: ChangeKind; readonly replaces: boolean }>;
  readonly deleteBeforeReplace: boolean;
}

export interface CreateCall {
  readonly token: string;
  readonly inputs: Properties;
  readonly preview: boolean;
}

export interface ReadCall {
  readonly token: string;
  readonly id: string;
  readonly state: Properties;
  /** Left out when the engine does not know the resource yet: an import. */
  readonly inputs?: Properties;
}

export interface UpdateCall {
  readonly token: string;
  readonly id: string;
  readonly oldState: Properties;
  readonly news: Properties;
  readonly preview: boolean;
}

/** The operation failed when the resource was there already: the engine keeps it, and what it is like. */
export class HalfDone extends Error {
  readonly id: string;
  readonly properties: Properties;
  readonly inputs: Properties;

  constructor(message: string, id: string, properties: Properties, inputs: Properties) {
    super(message);
    this.name = "HalfDone";
    this.id = id;
    this.properties = properties;
    this.inputs = inputs;
  }
}

export type { Json };
