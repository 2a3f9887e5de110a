/** The interface of this plugin's resources. */
import type { TokenCredential } from "@azure/identity";
import type { Wait } from "../../app/domain/retry.ts";
import type { Properties } from "./properties.ts";

/** A fault in the program's inputs; `property` is the input that it is about. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Difference {
  /** Inputs whose change updates the resource. */
  readonly updates: readonly string[];
  /** Inputs whose change replaces the resource. */
  readonly replaces: readonly string[];
}

export interface State {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadState extends State {
  readonly inputs: Properties;
}

/** One call of the engine. */
export interface Call {
  readonly credential: TokenCredential;
  /** Aborted when the engine cancels what is under way. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** How long a site may take until it answers as it should, where the environment sets another time than the program. */
  readonly readyWithinSeconds: number | undefined;
  readonly wait: Wait;
  /** Shown beside the resource while it is being created. */
  readonly say: (words: string) => void;
  /** Stays on the screen when the update is over. */
  readonly warn: (words: string) => void;
}

/**
 * A resource. Its inputs have been checked, and in a preview some may be unknown. Of whatever it throws, a person sees the
 * message only.
 */
export interface Resource {
  readonly token: string;
  check(inputs: Properties, before: Properties, call: Call): Promise<readonly CheckFailure[]>;
  /**
   * @param before the state: inputs and outputs
   * @throws when the change cannot be made at all
   */
  diff(before: Properties, inputs: Properties): Difference;
  /** The outputs that are known before the resource is created, without asking anybody. */
  preview(inputs: Properties, before: Properties): Properties;
  create(inputs: Properties, call: Call): Promise<State>;
  /**
   * The resource's present state; undefined when it no longer exists. Without inputs it is an import, and the id is what a
   * person wrote.
   */
  read(id: string, inputs: Properties, outputs: Properties, call: Call): Promise<ReadState | undefined>;
  /** @throws HalfDone when something was done and is to be recorded */
  update(id: string, inputs: Properties, call: Call): Promise<Properties>;
  delete(id: string, inputs: Properties, call: Call): Promise<void>;
}
