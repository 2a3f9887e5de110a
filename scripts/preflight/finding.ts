/** What one look at a subscription came to. */
import type { StackSettings } from "../../infra/stack.ts";

export type Mark = "pass" | "warn" | "fail" | "cannot be checked";

export interface Finding {
  readonly mark: Mark;
  /** What was looked at, such as `Quota for P1v3 in eastus2`. */
  readonly about: string;
  /** What was found, or why nothing was. */
  readonly why: string;
  /** What to do; nothing where all is well. */
  readonly next?: string;
}

/** Only looked at: nothing that is asked changes anything. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

/** The subscription and the directory, as the signed-in deployer sees them. */
export interface Patient {
  readonly stack: DeployedSettings;
  readonly azure: Ask;
  readonly graph: Ask;
}

export type DeployedSettings = StackSettings & { readonly azure: NonNullable<StackSettings["azure"]> };

/** Asks for a path by GET. @throws Unanswered for anything but an answer that was wished for */
export type Ask = (path: string) => Promise<unknown>;

/** Somebody did not answer, or refused to: the check cannot be made. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  /** Nothing where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}
