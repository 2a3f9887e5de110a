/** Schemas of what a promotion writes to the package container, by which it is read again. */
import * as z from "zod";
import { promotionMembers, STEPS } from "../../app/domain/promotion.ts";
import type { Journal } from "./port.ts";

export const journalSchema: z.ZodType<Journal> = z.object({
  ...promotionMembers,
  direction: z.enum(["on", "back"]),
  step: z.enum(STEPS),
});
