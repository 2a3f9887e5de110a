/** What a promotion needs of the world outside: the stack file, Pulumi, Azure, the connector in the slot, people, and one turn at a time. */

import type { z } from "zod";
import type {
  Approval,
  promotionMembers,
  PromotionRecord,
  Release,
  StepName,
} from "../../app/domain/promotion.ts";

/** What `pulumi up` would do. No setting's value is in it. */
export interface Plan {
  /** The package that it brings to the slot. */
  readonly brings: string;
  /** SHA-256 over the stack, both packages, and what is done to which resource, with old and new inputs. */
  readonly digest: string;
  /** SHA-256 of the stack file that was planned, without the packages that it names. */
  readonly file: string;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  /** As people read it: `settings-staging (web:WebAppApplicationSettingsSlot)`. */
  readonly resource: string;
  readonly does: "create" | "update" | "replace" | "delete";
  /** Names of what differs. */
  readonly names: readonly string[];
  readonly isProtected: boolean;
}

/** Where a promotion is, so that the next run can go on or back after a kill. */
export interface Journal extends Readonly<z.output<z.ZodObject<typeof promotionMembers>>> {
  readonly direction: "on" | "back";
  /** The step that has begun. */
  readonly step: StepName;
}

/** `hint`: what is left to do before production believes it. `unsigned`: why it is not signed, which asking again would not change. */
export type Vouched = { readonly evidence: string; readonly hint?: string } | { readonly unsigned: string };

/** Somebody else promotes to this stack now. The message says who, since when, and at which step. */
export class Taken extends Error {
  override readonly name = "Taken";
}

/** The turn was lost, so another run may have begun: whoever hears this touches nothing more. */
export class TurnLost extends Error {
  override readonly name = "TurnLost";
}

/** One at a time for each production stack. It is free again a minute after its holder was killed. */
export interface Turn {
  /** What a run before has left that came to no end. */
  readonly found: Journal | undefined;
  /** @throws TurnLost */
  write(journal: Journal): Promise<void>;
  /** Nothing is left to go on with. @throws TurnLost */
  end(): Promise<void>;
  /** Lets another run begin, with what was written last. Never rejects. */
  leave(): Promise<void>;
}

/** Every method may reject, and then may have done what it is for. */
export interface Production {
  readonly stack: string;
  /** @throws Taken */
  take(who: string): Promise<Turn>;

  /** What the stack file says. */
  declared(): Promise<Release>;
  /** Writes `release` alone; a second time is harmless. */
  declare(release: Release): Promise<void>;

  /** What `pulumi up` would do by the stack file, under the policies. */
  plan(brings: string): Promise<Plan>;
  /**
   * The package starts with the settings that are planned, and so does the one that runs; each reads the rows that the other
   * writes. Rejects otherwise.
   */
  start(plan: Plan, runs: string): Promise<string>;
  /** Rejects when the stack file has changed since it was planned. */
  asPlanned(plan: Plan): Promise<void>;
  /** Does exactly what was planned. Rejects when the stack file has changed since. */
  apply(plan: Plan): Promise<void>;
  /**
   * Brings Azure to what the stack file says, whatever the state believes. Rejects, and does nothing, when the file has changed in
   * anything but its packages.
   * @param file as its plan has it
   */
  restore(file: string | undefined): Promise<void>;
  /** Takes what Azure has into the state. */
  refresh(): Promise<void>;
  /** From now on a lock of the state is taken away: a run that was killed may have left it. */
  unlock(): Promise<void>;

  /** Which packages site and slot run. Waits until no swap is under way. */
  running(): Promise<{ readonly site: string; readonly slot: string }>;
  /** Exchanges site and slot, wholly or not at all. */
  swap(): Promise<void>;
  /** Waits until production answers by this package. */
  serves(digest: string): Promise<void>;
  /** A canary visit by what runs in the slot, in words. Rejects when it does not pass. */
  tryOut(digest: string): Promise<string>;

  /** Rejects when it is not approved. */
  approve(plan: Plan): Promise<readonly Approval[]>;
  /** The test deployment's signature. Rejects when it does not answer. */
  vouch(record: PromotionRecord): Promise<Vouched>;
  /** Writing a record with the same id again is harmless. */
  record(record: PromotionRecord): Promise<void>;
}
