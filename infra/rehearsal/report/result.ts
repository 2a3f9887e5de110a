/** The result of a rehearsal, which its screen, its JSON and its page show. Plain JSON. */
import type { Task } from "../../../app/domain/byHand/task.ts";
import type { Properties } from "../azure/controlPlane/json.ts";
import type { MonthlyCost } from "../costs.ts";
import type { StepDone } from "../visit/steps.ts";

export interface RehearsalResult {
  readonly stack: string;
  readonly environment: "test" | "production";
  readonly passed: boolean;
  /** When it started, in ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** The resources that would be created. */
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
    /** The number of resources that it judged. */
    readonly ran: number;
    /** The rule as one sentence. */
    readonly says?: string;
    /** What a platform engineer does to correct a violation. */
    readonly remedy?: string;
  }[];
  readonly settings: readonly {
    readonly app: "site" | "staging";
    readonly values: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly steps: readonly StepDone[];
  /** What was created, or is in the stack file, but was not tried out. */
  readonly notExercised: readonly { readonly what: string; readonly why: string }[];
  /** Hosts that something called, and for which nothing answers. */
  readonly refusedHosts: readonly string[];
  /** What only a person can do, in the order in which to begin with it. */
  readonly byHand: readonly Task[];
  readonly costs: MonthlyCost;
  readonly fault?: { readonly told: string; readonly stackKey?: string; readonly log?: string };
}
