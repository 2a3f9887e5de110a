/** Whom messages may reach by the current settings for texts, and which staff are listed. */
import type { ChartOfConnection } from "../domain/defaults.ts";
import type { NumberPurchases, NumberStands } from "./numberPurchase.ts";
import { verificationFor, type TextingNow } from "./portalTexting.ts";

/**
 * The ways, such as texts and mails, with functions that answer by what is set at the moment of the call.
 * @param numbers where the settings name a number, the stack or the sandbox has got it, and the portal buys none
 */
export function withReach<Ways extends object>(
  ways: Ways,
  texting: TextingNow,
  numbers: { readonly said: string | undefined; readonly bought: Pick<NumberPurchases, "current"> },
) {
  const number = (): Pick<NumberStands, "number" | "isUnknown"> =>
    numbers.said === undefined ? numbers.bought.current() : { number: numbers.said, isUnknown: false };
  const isStaff = (one: string) => {
    const { phones, mails } = texting.current().staff;
    return [...phones, ...mails].some((each) => each.toLowerCase() === one.toLowerCase());
  };
  return {
    ...ways,
    get number() {
      return number().number;
    },
    get isAgreed() {
      return texting.current().isAgreed;
    },
    get isApproved() {
      return verificationFor(texting.current(), number().number) === "approved";
    },
    get unknown() {
      return { ...texting.current().unknown, number: number().isUnknown };
    },
    get isLive() {
      return texting.current().isLive;
    },
    textsPatientsOf: (connection: ChartOfConnection) => texting.current().textsPatientsOf(connection),
    whyNotTexted: (connection: ChartOfConnection) => texting.current().whyNotTexted(connection),
    isStaff,
    // Whoever texts first is answered, also while nobody can say whether the pilot is over: they may have asked for help.
    mayReach: (one: string) => {
      const { isLive, unknown } = texting.current();
      return isLive || unknown.isLive || isStaff(one);
    },
  };
}
