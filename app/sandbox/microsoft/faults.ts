/**
 * Faults of Microsoft's services that a person or a test can switch on. Each switch starts at its first value, which means
 * no fault.
 */
import * as z from "zod";

export const faultSwitches = z.strictObject({
  /** How Graph refuses when the tenant's application access policy is missing, in each form that is known. */
  accessPolicy: z.enum(["granted", "missing-unauthorized", "missing-forbidden", "missing-not-allowed"]),
  /** Whether Graph answers, throttles with or without Retry-After, or is down. */
  graph: z.enum(["answers", "throttles-with-retry-after", "throttles", "down"]),
  /** How many requests the switch `graph` affects before Graph answers again; 0 means all. */
  graphTimes: z.int().min(0).max(100),
  /** How long Graph waits before each answer. */
  slowMilliseconds: z.int().min(0).max(60_000),
  /** Whether an account of another tenant is stopped at the sign-in, or comes back in a token of its own tenant. */
  foreignSignIn: z.enum(["refused", "token"]),
  /** Whether an administrator consented to reading names. */
  profileConsent: z.enum(["granted", "missing"]),
  /** Whether ID tokens list the directory roles of the person who signs in, as the registration asks. */
  directoryRoles: z.enum(["listed", "left-out"]),
  /** Whether the tenant lets people without an account join meetings, or Teams asks them to sign in. */
  anonymousJoin: z.enum(["allowed", "off"]),
  /**
   * What happens to notifications about meetings. One that is delayed comes 20 seconds later; one that is held back comes
   * after the next one.
   */
  notifications: z.enum(["brought", "lost", "doubled", "delayed", "held-back"]),
  /**
   * Whether an update of a meeting's roster has those alone who have come, were let in or left, or also everybody else, of
   * whom it does not say whether they wait.
   */
  roster: z.enum(["changes", "others-in-part"]),
  /** Whether attendance reports exist as soon as a session of a meeting is over. */
  attendance: z.enum(["reported", "not-yet"]),
  /** Whether records of calls exist as soon as a call is over. */
  callRecords: z.enum(["made", "not-yet"]),
  /**
   * Whether Graph creates subscriptions as asked or for a short time, has reached its limit, misses a permission, or does not
   * reach the subscriber.
   */
  subscriptions: z.enum(["made", "short", "limit", "refused", "not-reached"]),
});

export type FaultSwitches = z.output<typeof faultSwitches>;

export type FaultChange = { readonly [name in keyof FaultSwitches]?: FaultSwitches[name] | undefined };

export interface FaultMenu {
  current(): FaultSwitches;
  /** Changes the named switches and leaves the others. */
  set(change: FaultChange): void;
  clear(): void;
}

export const NO_FAULTS: FaultSwitches = {
  accessPolicy: "granted",
  graph: "answers",
  graphTimes: 0,
  slowMilliseconds: 0,
  foreignSignIn: "refused",
  profileConsent: "granted",
  directoryRoles: "listed",
  anonymousJoin: "allowed",
  notifications: "brought",
  roster: "changes",
  attendance: "reported",
  callRecords: "made",
  subscriptions: "made",
};

export function faultMenu(): FaultMenu {
  let current: FaultSwitches = NO_FAULTS;
  return {
    current: () => current,
    set: (change) => {
      const said = Object.entries(change).filter(([, value]) => value !== undefined);
      current = faultSwitches.parse({ ...current, ...Object.fromEntries(said) });
    },
    clear: () => {
      current = NO_FAULTS;
    },
  };
}

/** The fault for the current request; counts the request. */
export function spoils(switches: FaultMenu): FaultSwitches["graph"] {
  const { graph, graphTimes } = switches.current();
  if (graph === "answers") return graph;
  if (graphTimes === 1) switches.set({ graph: "answers", graphTimes: 0 });
  if (graphTimes > 1) switches.set({ graphTimes: graphTimes - 1 });
  return graph;
}
