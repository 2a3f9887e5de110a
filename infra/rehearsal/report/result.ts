/** What a rehearsal came to: what its screen, its JSON and its page show. Plain JSON. */
import type { Task } from "../../../app/domain/byHand/task.ts";
import type { Properties } from "../controlPlane/json.ts";
import type { MonthlyCost } from "../costs.ts";

export interface RehearsalResult {
  readonly stack: string;
  readonly environment: "test" | "production";
  readonly passed: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** What would be created. */
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly inputs: Properties;
  }[];
  readonly policies: readonly {
    readonly name: string;
    readonly violations: readonly {
      readonly resource: string;
      readonly message: string;
      readonly level: string;
    }[];
    /** How many resources it looked at. */
    readonly ran: number;
    /** The rule as a sentence. */
    readonly says?: string;
    /** What a platform engineer does about a violation. */
    readonly remedy?: string;
  }[];
  readonly settings: readonly {
    readonly app: "site" | "staging";
    readonly values: readonly {
      readonly name: string;
      readonly value: string;
      readonly isReference: boolean;
    }[];
  }[];
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly milliseconds: number;
    readonly told?: string;
    readonly stackKey?: string;
  }[];
  /** What was made, or said in the stack file, and not tried out. */
  readonly notExercised: readonly { readonly what: string; readonly why: string }[];
  /** Hosts that something called and nobody answers for. */
  readonly refusedHosts: readonly string[];
  /** What only a person can do, in the order in which to begin. */
  readonly byHand: readonly Task[];
  readonly costs: MonthlyCost;
  readonly fault?: { readonly told: string; readonly stackKey?: string; readonly log?: string };
}
