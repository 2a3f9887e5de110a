/** The record of a promotion, as it is kept beside the packages. */
import { z } from "zod";

export const STEPS = [
  "checked",
  "staged",
  "planned",
  "started",
  "approved",
  "applied",
  "tried",
  "declared",
  "swapped",
  "refreshed",
  "unchanged",
  "recorded",
] as const;
/** Named by what is so once the step is done. */
export type StepName = (typeof STEPS)[number];

/** Of a package. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Whoever writes more cuts it before: what was kept must be read again. */
export const MOST_CHARACTERS = 10_000;
export const MOST_APPROVALS = 100;
export const MOST_DONE = 50;
const text = z.string().max(MOST_CHARACTERS);

/** What a stack file says under `release`, as far as a promotion writes it. Without `staging` the slot runs the site's package. */
const release = z.strictObject({ site: digest, staging: digest.exactOptional() });
export type Release = Readonly<z.output<typeof release>>;

const stepDone = z.strictObject({
  step: z.enum(STEPS),
  milliseconds: z.number(),
  /** What came of it, in a few words. */
  told: text.exactOptional(),
});
export type StepDone = Readonly<z.output<typeof stepDone>>;

const approval = z.strictObject({ by: text, how: z.enum(["terminal", "signature"]), at: text });
export type Approval = Readonly<z.output<typeof approval>>;

/** What journal and record have in common. */
export const promotionMembers = {
  id: text,
  what: z.enum(["promotion", "rollback"]),
  who: text,
  /** The test stack whose package it brings; a rollback has none. */
  from: text.exactOptional(),
  startedAt: z.iso.datetime(),
  /** What the stack file said, and what it will say. */
  before: release,
  goal: z.strictObject({ site: digest, staging: digest }),
  /** Why it goes back. */
  because: text.exactOptional(),
  done: z.array(stepDone).max(MOST_DONE).readonly(),
  /** Digest of the plan. */
  plan: text.exactOptional(),
  /** SHA-256 of the stack file that was planned, without the packages that it names. */
  file: text.exactOptional(),
  approvals: z.array(approval).max(MOST_APPROVALS).readonly(),
  canary: text.exactOptional(),
};

/** What is kept of a promotion that came to its end, either way. */
export const promotionRecord = z.strictObject({
  ...promotionMembers,
  stack: text,
  outcome: z.enum(["done", "went-back"]),
  endedAt: z.iso.datetime(),
  /** What production runs since. */
  runs: digest,
  /** What the test deployment has signed of the package (evidence.ts); it signs nothing else of this. */
  evidence: z.string().max(2000).exactOptional(),
});
export type PromotionRecord = Readonly<z.output<typeof promotionRecord>>;

/** Of the storage account: packages, and beside them the records of what was promoted. */
export const PACKAGE_CONTAINER = "packages";

/** `lamna-test` in stacks/Pulumi.lamna-test.yaml. */
export const stackNameIn = (stackFile: string): string =>
  stackFile.replace(/^.*Pulumi\./, "").replace(/\.yaml$/, "");
