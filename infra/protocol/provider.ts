/** What the engine asks of a provider, in plain values; serve.ts implements the protocol. */

/** Properties as they are sent; a placeholder may stand for a value that is not known yet. */
export type Values = Readonly<Record<string, unknown>>;

/** The placeholder that the engine sends and accepts for a value that is known only once something was created. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A provider. Of whatever it throws, a person sees the message only. */
export interface Provider {
  readonly version: string;
  /** Its schema, for those who ask; undefined means that it gives none. */
  readonly schema: string | undefined;
  /** The engine is there; it gives an address if it has one of its own. */
  attached(engineAddress: string): void;
  /** Whatever is under way has to end. */
  cancel(): void;
  /** Receives the stack's configuration for this provider, such as its default location. */
  configure(variables: Readonly<Record<string, string>>): void;
  check(call: CheckCall): CheckAnswer | Promise<CheckAnswer>;
  diff(call: DiffCall): DiffAnswer;
  create(call: CreateCall): Promise<{ readonly id: string; readonly properties: Values }>;
  /** Undefined when the resource does not exist. */
  read(call: ReadCall): ReadAnswer | undefined | Promise<ReadAnswer | undefined>;
  /** @throws HalfDone when something was done and is to be recorded */
  update(call: UpdateCall): Promise<Values>;
  delete(call: DeleteCall): Promise<void>;
  invoke(token: string, args: Values): Values | Promise<Values>;
}

export interface Addressed {
  /** In the form urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>. */
  readonly urn: string;
  /** Pulumi's type token. */
  readonly token: string;
}

export interface CheckCall<V = Values> extends Addressed {
  /** The resource's name in the program. */
  readonly name: string;
  readonly olds: V;
  readonly news: V;
  /** The same for the same step of the same run, so that a name generated in the preview is the one that is created. */
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
  /** The changed properties, by path, such as `siteConfig.ipSecurityRestrictions[0].action`. */
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
  /** Left out for an import, when the engine does not know the resource yet. */
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
  /** The inputs as they were last requested, or else as the resource's present state implies. */
  readonly inputs: V;
}

/**
 * The operation failed, but the resource exists or has changed: the engine records these properties, and tries again at the
 * next update.
 */
export class HalfDone extends Error {
  override readonly name = "HalfDone";
  readonly id: string;
  readonly properties: Values;
  /** Left out: the inputs stay as they were. */
  readonly inputs: Values | undefined;

  constructor(cause: unknown, id: string, properties: Values, inputs?: Values) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.properties = properties;
    this.inputs = inputs;
  }
}
