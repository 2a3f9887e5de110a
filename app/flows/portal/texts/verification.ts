/** How far the carriers' verification is, in words and in the tone of a status. */
import type { Verification } from "../../../domain/texting.ts";

export const STANDS: Readonly<
  Record<Verification, readonly ["calm" | "attention" | "good" | "bad", string]>
> = {
  notStarted: ["attention", "Not started"],
  submitted: ["calm", "Submitted"],
  approved: ["good", "Approved"],
  rejected: ["bad", "Rejected"],
};
