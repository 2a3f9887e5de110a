/**
 * What a promotion needs from outside: the stack file, Pulumi, Azure, the connector in the slot, people, and one turn at a
 * time.
 */

import type * as z from "zod";
import type {
  Approval,
  promotionMembers,
  PromotionRecord,
  ReleaseDigests,
  StepName,
} from "../../app/domain/promotion.ts";

/** What `pulumi up` would do, without any setting's value. */
export interface Plan {
  /** Digest of the package that it brings to the slot. */
  readonly brings: string;
  /** SHA-256 over the stack, both packages, and each change of a resource with its old and new inputs. */
  readonly digest: string;
  /** SHA-256 of the stack file that was planned, without the packages that it names. */
  readonly file: string;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  /** In the form that people read: `settings-staging (web:WebAppApplicationSettingsSlot)`. */
  readonly resource: string;
  readonly does: "create" | "update" | "replace" | "delete";
  /** Names of the properties that differ. */
  readonly names: readonly string[];
  readonly isProtected: boolean;
}

/** The state of a promotion, by which the next run can continue or go back after a kill. */
export interface Journal extends Readonly<z.output<z.ZodObject<typeof promotionMembers>>> {
  readonly direction: "on" | "back";
  /** The step that began last. */
  readonly step: StepName;
}

/**
 * The result of asking for the test deployment's signature. `hint` says what is left to do before production accepts it;
 * `unsigned` says why there is no signature, which asking again would not change.
 */
export type Vouched = { readonly evidence: string; readonly hint?: string } | { readonly unsigned: string };

/** Somebody else is promoting to this stack. The message says who, since when, and at which step. */
export class Taken extends Error {
  override readonly name = "Taken";
}

/** The turn was lost, so another run may have begun: whoever gets this error must not change anything more. */
export class TurnLost extends Error {
  override readonly name = "TurnLost";
}

/** Whose turn it is, and what an earlier run has left, as somebody sees it who takes no turn. */
export interface Standing {
  /** Says who is promoting, since when, and at which step; undefined when nobody is. */
  readonly taken: string | undefined;
  /** The journal of an earlier run that did not finish; while somebody is promoting, that one's. */
  readonly found: Journal | undefined;
}

/**
 * The right to promote to a production stack, which one run has at a time. It becomes free a minute after its holder was
 * killed.
 */
export interface Turn {
  /** The journal of an earlier run that did not finish. */
  readonly found: Journal | undefined;
  /** @throws TurnLost */
  write(journal: Journal): Promise<void>;
  /**
   * Ends the promotion, so that nothing is left to continue.
   * @throws TurnLost
   */
  end(): Promise<void>;
  /** Gives the turn to another run, with the journal that was written last. Never rejects. */
  leave(): Promise<void>;
}

/** The production stack. Every method may reject, and may even then have done what it is for. */
export interface Production {
  readonly stack: string;
  /** @throws Taken */
  take(who: string): Promise<Turn>;
  /** Looks, and takes no turn. */
  look(): Promise<Standing>;

  /** The packages that the stack file names. */
  declared(): Promise<ReleaseDigests>;
  /** Writes only `release` of the stack file; a second call is harmless. */
  declare(release: ReleaseDigests): Promise<void>;

  /** What `pulumi up` would do with the stack file, judged by the policies. */
  plan(brings: string): Promise<Plan>;
  /**
   * Checks that the planned package, whose plan is approved, and the one that runs both start with the planned settings, and
   * that each can read the rows that the other writes. Rejects otherwise.
   */
  start(plan: Plan, runs: string): Promise<string>;
  /** Rejects when the stack file has changed since it was planned. */
  asPlanned(plan: Plan): Promise<void>;
  /** Does exactly what was planned. Rejects when the stack file has changed since the plan. */
  apply(plan: Plan): Promise<void>;
  /**
   * Makes Azure agree with the stack file, whatever the state contains. Rejects, and does nothing, when more of the file
   * than its packages has changed, or the program has.
   * @param file the digest in the plan
   */
  restore(file: string | undefined): Promise<void>;
  /** Updates the state to what Azure has. */
  refresh(): Promise<void>;
  /** From now on, a lock of the state is removed: an earlier run that was killed may have left it. */
  unlock(): Promise<void>;

  /** Which packages site and slot run, asked once no swap is under way. */
  running(): Promise<{ readonly site: string; readonly slot: string }>;
  /** Rejects when other bytes are stored under the package's name, which the site would fetch at its next restart. */
  stored(digest: string): Promise<void>;
  /** Swaps site and slot, completely or not at all. */
  swap(): Promise<void>;
  /** Waits until production answers with this package. */
  serves(digest: string): Promise<void>;
  /** Makes a canary visit with the package in the slot, and describes it. Rejects when it does not pass. */
  tryOut(digest: string): Promise<string>;

  /** Rejects when the plan is not approved. */
  approve(plan: Plan): Promise<readonly Approval[]>;
  /** Says what {@link approve} would still ask for. Rejects when it would reject, whatever is typed then. */
  approvable(plan: Plan): Promise<string>;
  /** Gets the test deployment's signature. Rejects when that does not answer. */
  vouch(record: PromotionRecord): Promise<Vouched>;
  /** Writing a record with the same id again is harmless. */
  record(record: PromotionRecord): Promise<void>;
}
