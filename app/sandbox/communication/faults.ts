/** Faults of Communication Services that a test can switch on. At the start none is on. */
import * as z from "zod";

const faultSwitches = z.strictObject({
  /** How long each answer takes. */
  slowMilliseconds: z.int().min(0).max(60_000),
  /** How many of the next requests are answered 429, and the seconds in their Retry-After header (absent: no header). */
  throttled: z.int().min(0),
  retryAfterSeconds: z.int().min(0).optional(),
  /** The one request that is answered 500, counted from 1 since this was set. */
  failsAt: z.int().min(1).optional(),
  /** Whether the connection breaks after the next purchase has been accepted and before it is answered. */
  cutsPurchase: z.boolean(),
  /** After how many requests an operation is done. */
  operationRequests: z.int().min(1).max(1000),
  /** Whether there is anything to sell. */
  stock: z.enum(["plenty", "none"]),
  /** How a purchase ends. */
  purchase: z.enum(["succeeds", "NotEnoughCredit", "BillingUnavailable", "ProvisioningFailed"]),
  /** Whether numbers are sold only to buyers who agree not to resell them. */
  agreement: z.enum(["unneeded", "required"]),
  /** How many of the next texts and mails are sent while their answer is lost, because the connection breaks. */
  answersLost: z.int().min(0),
  /** How many of the next requests are answered 503, and nothing is done. */
  unavailable: z.int().min(0),
  /**
   * The status inside the answer to the next text, which is sent all the same; 409 means that the first try is still in
   * progress.
   */
  insideStatus: z.int().min(400).max(599).optional(),
  /** How many of the next questions about a mail are answered by a page of a server in between: status 200, and no JSON. */
  unreadableFates: z.int().min(0),
  /** How reports and replies are delivered: at once; held back and then all at once in reverse order; twice; or never. */
  reports: z.enum(["prompt", "late", "doubled", "lost"]),
  /** The code that carriers report for texts from now on. Left out: the texts arrive. */
  deliveryCode: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
});

export type FaultSwitches = z.output<typeof faultSwitches>;

export const NO_FAULTS: FaultSwitches = {
  slowMilliseconds: 0,
  throttled: 0,
  cutsPurchase: false,
  operationRequests: 3,
  stock: "plenty",
  purchase: "succeeds",
  agreement: "unneeded",
  answersLost: 0,
  unavailable: 0,
  unreadableFates: 0,
  reports: "prompt",
};

export interface FaultMenu {
  current(): FaultSwitches;
  /** Changes the named switches and leaves the others. */
  set(change: Partial<FaultSwitches>): void;
  clear(): void;
}

export function faultMenu(): FaultMenu {
  let current = NO_FAULTS;
  return {
    current: () => current,
    set: (change) => {
      current = faultSwitches.parse({ ...current, ...change });
    },
    clear: () => {
      current = NO_FAULTS;
    },
  };
}
