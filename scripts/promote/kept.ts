/** What a promotion writes down in the package container, as it is read again. */
import { z } from "zod";
import { STEPS, type Journal, type PromotionRecord } from "./port.ts";

/** Of a package. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
const release = z.object({ site: digest, staging: digest.exactOptional() });
const members = {
  id: z.string(),
  what: z.enum(["promotion", "rollback"]),
  who: z.string(),
  startedAt: z.string(),
  before: release,
  goal: z.object({ site: digest, staging: digest }),
  because: z.string().exactOptional(),
  done: z.array(
    z.object({ step: z.enum(STEPS), milliseconds: z.number(), told: z.string().exactOptional() }),
  ),
  plan: z.string().exactOptional(),
  file: z.string().exactOptional(),
  approvals: z.array(z.object({ by: z.string(), how: z.enum(["terminal", "signature"]), at: z.string() })),
  canary: z.string().exactOptional(),
};

export const journalSchema: z.ZodType<Journal> = z.object({
  ...members,
  direction: z.enum(["on", "back"]),
  step: z.enum(STEPS),
});

export const recordSchema: z.ZodType<PromotionRecord> = z.object({
  ...members,
  stack: z.string(),
  outcome: z.enum(["done", "went-back"]),
  endedAt: z.string(),
  runs: digest,
});
