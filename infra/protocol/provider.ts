/** What the engine asks of a provider, in plain values; serve.ts puts it on the wire. */

/** Properties as they travel: some may stand for what is not known yet. */
export type Values = Readonly<Record<string, unknown>>;

/** What the engine sends and takes for a value that is only known once something was made. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What throws is shown to the person with its message alone. */
export interface Provider {
  readonly version: string;
  /** What it offers, for who asks; undefined says that it tells nobody. */
  readonly schema: string | undefined;
  /** The engine is there, at an address of its own where it says one. */
  attached(engineAddress: string): void;
  /** Whatever is under way is to end. */
  cancel(): void;
  /** Configuration of the stack for this provider, such as its default location. */
  configure(variables: Readonly<Record<string, string>>): void;
  check(call: CheckCall): CheckAnswer | Promise<CheckAnswer>;
  diff(call: DiffCall): DiffAnswer;
  create(call: CreateCall): Promise<{ readonly id: string; readonly properties: Values }>;
  /** Undefined when it is not there. */
  read(call: ReadCall): ReadAnswer | undefined | Promise<ReadAnswer | undefined>;
  /** @throws HalfDone */
  update(call: UpdateCall): Promise<Values>;
  delete(call: DeleteCall): Promise<void>;
  invoke(token: string, args: Values): Values;
}

export interface Addressed {
  /** urn:pulumi:<stack>::<project>::<parent types>$<type>::<name> */
  readonly urn: string;
  /** Pulumi's type token. */
  readonly token: string;
}

export interface CheckCall<V = Values> extends Addressed {
  /** The resource's name in the program. */
  readonly name: string;
  readonly olds: V;
  readonly news: V;
  /** The same for the same step of the same run, so that a name made in preview is the one that is created. */
  readonly seed: Uint8Array;
  readonly autonaming?: { readonly mode: "propose" | "enforce" | "disable"; readonly proposed: string };
}

export interface CheckAnswer {
  readonly inputs: Values;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffCall<V = Values> extends Addressed {
  readonly oldInputs: V;
  readonly oldState: V;
  readonly news: V;
  readonly ignoreChanges: readonly string[];
}

export type ChangeKind = "add" | "delete" | "update";

export interface DiffAnswer {
  /** By path, such as `siteConfig.ipSecurityRestrictions[0].action`. */
  readonly changes: ReadonlyMap<string, { readonly kind: ChangeKind; readonly replaces: boolean }>;
  readonly deleteBeforeReplace: boolean;
}

export interface CreateCall<V = Values> extends Addressed {
  readonly inputs: V;
  readonly preview: boolean;
}

export interface ReadCall<V = Values> extends Addressed {
  readonly id: string;
  readonly state: V;
  /** Left out when the engine does not know the resource yet: an import. */
  readonly inputs?: V;
}

export interface ReadAnswer {
  readonly id: string;
  readonly properties: Values;
  readonly inputs: Values;
}

export interface UpdateCall<V = Values> extends Addressed {
  readonly id: string;
  readonly oldState: V;
  readonly news: V;
  readonly preview: boolean;
}

export interface DeleteCall<V = Values> extends Addressed {
  readonly id: string;
  /** As they were asked for last, or else what it is like. */
  readonly inputs: V;
}

/** The operation failed, and what it was to do is there all the same: the engine keeps it, and comes again. */
export class HalfDone extends Error {
  override readonly name = "HalfDone";
  readonly id: string;
  readonly properties: Values;
  /** Left out: as they were. */
  readonly inputs: Values | undefined;

  constructor(cause: unknown, id: string, properties: Values, inputs?: Values) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.properties = properties;
    this.inputs = inputs;
  }
}
