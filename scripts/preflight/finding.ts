/** The result of one check of a subscription. */
import type { CaaRecord } from "node:dns";
import type { StackSettings } from "../../infra/stack.ts";

export type Mark = "pass" | "warn" | "fail" | "cannot be checked";

export interface Finding {
  readonly mark: Mark;
  /** What was checked, such as `Quota for P1v3 in eastus2`. */
  readonly about: string;
  /** What was found, or why nothing could be found. */
  readonly why: string;
  /** What to do; left out where nothing is wrong. */
  readonly next?: string;
}

/** A check, which only reads and changes nothing. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

/** The subscription and the directory that are checked, as the signed-in deployer sees them. */
export interface Patient {
  readonly stack: DeployedSettings;
  readonly azure: Ask;
  readonly graph: Ask;
  readonly authorities: Authorities;
}

export type DeployedSettings = StackSettings & { readonly azure: NonNullable<StackSettings["azure"]> };

/**
 * Gets a path.
 * @throws Unanswered for any answer but a successful one
 */
export type Ask = (path: string) => Promise<unknown>;

/**
 * The CAA records of one name; none where it has none, or does not exist.
 * @throws Unanswered where DNS does not answer
 */
export type Authorities = (name: string) => Promise<readonly CaaRecord[]>;

/** A vendor did not answer, or refused to, so the check cannot be made. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}
