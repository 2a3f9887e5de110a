/** What a promotion notes of itself in the package container, as it is read again. */
import { z } from "zod";
import { promotionMembers, STEPS } from "../../app/domain/promotion.ts";
import type { Journal } from "./port.ts";

export const journalSchema: z.ZodType<Journal> = z.object({
  ...promotionMembers,
  direction: z.enum(["on", "back"]),
  step: z.enum(STEPS),
});
