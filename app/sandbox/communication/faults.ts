import { z } from "zod";

/** What can go wrong at Communication Services, by choice. Every switch starts with nothing wrong. */
const faultSwitches = z.strictObject({
  /** How long each answer takes. */
  slowMilliseconds: z.int().min(0).max(60_000),
  /** How many of the next requests are answered 429, and the seconds in Retry-After (none says none). */
  throttled: z.int().min(0),
  retryAfterSeconds: z.int().min(0).optional(),
  /** The request, counted from 1 since this was set, that is answered 500. */
  failsAt: z.int().min(1).optional(),
  /** Whether the connection breaks off once the next purchase was accepted, before it is answered. */
  cutsPurchase: z.boolean(),
  /** How many requests later an operation is done. */
  operationRequests: z.int().min(1).max(1000),
  /** Whether there is anything to sell. */
  stock: z.enum(["plenty", "none"]),
  /** How a purchase ends. */
  purchase: z.enum(["succeeds", "NotEnoughCredit", "BillingUnavailable", "ProvisioningFailed"]),
  /** Whether numbers are sold only to who agrees not to resell them. */
  agreement: z.enum(["unneeded", "required"]),
  /** How many of the next texts and mails are sent without an answer: the connection breaks off. */
  answersLost: z.int().min(0),
  /** How many of the next requests are answered 503, and nothing is done. */
  unavailable: z.int().min(0),
  /** What stands inside the answer to the next text, though it is sent; 409 says that its first try is still under way. */
  insideStatus: z.int().min(400).max(599).optional(),
  /** How many of the next questions about a mail are answered by a page of somebody's between: 200, and no JSON. */
  unreadableFates: z.int().min(0),
  /** How reports and replies come back: at once, held back and then all at once and in reverse, twice, or never. */
  reports: z.enum(["prompt", "late", "doubled", "lost"]),
  /** What carriers say of the texts from now on; left out, they arrive. */
  deliveryCode: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
});

export type CommunicationFaults = z.output<typeof faultSwitches>;

export const NO_COMMUNICATION_FAULTS: CommunicationFaults = {
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

export interface FaultSwitches {
  current(): CommunicationFaults;
  /** Changes the named switches and leaves the others. */
  set(change: Partial<CommunicationFaults>): void;
  clear(): void;
}

export function faultSwitchboard(): FaultSwitches {
  let current = NO_COMMUNICATION_FAULTS;
  return {
    current: () => current,
    set: (change) => {
      current = faultSwitches.parse({ ...current, ...change });
    },
    clear: () => {
      current = NO_COMMUNICATION_FAULTS;
    },
  };
}
