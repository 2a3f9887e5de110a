/** What a resource of this plugin is made of. */
import type { TokenCredential } from "@azure/identity";
import type { Wait } from "../../app/domain/retry.ts";
import type { Properties } from "./properties.ts";

/** Of the program's own kind: `property` is one of its inputs. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Difference {
  /** Inputs that make an update. */
  readonly updates: readonly string[];
  /** Inputs that make a new one in its place. */
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
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** How long a site may take until it answers as it should, where somebody says otherwise than the program. */
  readonly readyWithinSeconds: number | undefined;
  readonly wait: Wait;
  /** Shown beside the resource while it is made. */
  readonly say: (words: string) => void;
  /** Stays on the screen when the update is over. */
  readonly warn: (words: string) => void;
}

/** Inputs come checked, and in a preview possibly unknown; whatever throws is shown with its message alone. */
export interface Resource {
  readonly token: string;
  check(inputs: Properties, before: Properties, call: Call): Promise<readonly CheckFailure[]>;
  /** `before` is the state: inputs and outputs. @throws when the change cannot be made at all */
  diff(before: Properties, inputs: Properties): Difference;
  /** What will be known of it, without asking anybody. */
  preview(inputs: Properties, before: Properties): Properties;
  create(inputs: Properties, call: Call): Promise<State>;
  /** Undefined when it is gone. With no inputs it is an import, and the id is what a person wrote. */
  read(id: string, inputs: Properties, outputs: Properties, call: Call): Promise<ReadState | undefined>;
  /** @throws HalfDone */
  update(id: string, inputs: Properties, call: Call): Promise<Properties>;
  delete(id: string, inputs: Properties, call: Call): Promise<void>;
}
