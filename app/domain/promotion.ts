/** The record of a promotion, as it is kept beside the packages. */
import * as z from "zod";

export const STEPS = [
  "checked",
  "staged",
  "planned",
  "approved",
  "started",
  "applied",
  "tried",
  "declared",
  "swapped",
  "refreshed",
  "unchanged",
  "recorded",
] as const;
/** Each step is named after what is true once it is done. */
export type StepName = (typeof STEPS)[number];

/** The digest of a package. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A writer cuts longer text first, because everything that is kept must be readable again. */
export const MOST_CHARACTERS = 10_000;
export const MOST_APPROVALS = 100;
export const MOST_DONE = 50;
const text = z.string().max(MOST_CHARACTERS);

/** What a promotion writes of a stack file's `release`. Without `staging` the slot runs the site's package. */
const release = z.strictObject({ site: digest, staging: digest.exactOptional() });
export type ReleaseDigests = Readonly<z.output<typeof release>>;

const stepDone = z.strictObject({
  step: z.enum(STEPS),
  milliseconds: z.number(),
  /** The result, in a few words. */
  told: text.exactOptional(),
});
export type StepDone = Readonly<z.output<typeof stepDone>>;

const approval = z.strictObject({ by: text, how: z.enum(["terminal", "signature"]), at: text });
export type Approval = Readonly<z.output<typeof approval>>;

/** The members that the journal and the record have in common. */
export const promotionMembers = {
  id: text,
  what: z.enum(["promotion", "rollback"]),
  who: text,
  /** The test stack whose package is promoted; absent for a rollback. */
  from: text.exactOptional(),
  startedAt: z.iso.datetime(),
  /** What the stack file said before, and what it will say. */
  before: release,
  goal: z.strictObject({ site: digest, staging: digest }),
  /** The reason for a rollback. */
  because: text.exactOptional(),
  done: z.array(stepDone).max(MOST_DONE).readonly(),
  /** The digest of the plan. */
  plan: text.exactOptional(),
  /** SHA-256 of the stack file that was planned, without the packages that it names, and of the program. */
  file: text.exactOptional(),
  approvals: z.array(approval).max(MOST_APPROVALS).readonly(),
  canary: text.exactOptional(),
};

/**
 * What is kept of a promotion that has ended, whether it succeeded or not; `closed` by a person who left everything as it
 * was, in the middle.
 */
export const promotionRecord = z.strictObject({
  ...promotionMembers,
  stack: text,
  outcome: z.enum(["done", "went-back", "closed"]),
  endedAt: z.iso.datetime(),
  /** The package that production runs since then. */
  runs: digest,
  /** What the test deployment has signed about the package (evidence.ts); it signs nothing else of this record. */
  evidence: z.string().max(2000).exactOptional(),
});
export type PromotionRecord = Readonly<z.output<typeof promotionRecord>>;

/** The container of the storage account that holds packages and, beside them, the records of promotions. */
export const PACKAGE_CONTAINER = "packages";

/** The stack's name: `lamna-test` for stacks/Pulumi.lamna-test.yaml. */
export const stackNameIn = (stackFile: string): string =>
  stackFile.replace(/^.*Pulumi\./, "").replace(/\.yaml$/, "");
