/** Whom messages may reach by the current settings for texts, and which staff are listed. */
import type { ChartOfConnection } from "../domain/defaults.ts";
import { verificationFor, type TextingNow } from "./portalTexting.ts";

/**
 * The ways, such as texts and mails, with functions that answer by what is set at the moment of the call.
 * @param number the number that texts come from; undefined until there is one
 */
export function withReach<Ways extends object>(
  ways: Ways,
  texting: TextingNow,
  number: () => string | undefined,
) {
  const isStaff = (one: string) => {
    const { phones, mails } = texting.current().staff;
    return [...phones, ...mails].some((each) => each.toLowerCase() === one.toLowerCase());
  };
  return {
    ...ways,
    get number() {
      return number();
    },
    get isAgreed() {
      return texting.current().isAgreed;
    },
    get isApproved() {
      return verificationFor(texting.current(), number()) === "approved";
    },
    get unknown() {
      return texting.current().unknown;
    },
    get isLive() {
      return texting.current().isLive;
    },
    textsPatientsOf: (connection: ChartOfConnection) => texting.current().textsPatientsOf(connection),
    whyNotTexted: (connection: ChartOfConnection) => texting.current().whyNotTexted(connection),
    isStaff,
    // Who asks for help is answered, also while nobody can say whether the pilot is over.
    mayReach: (one: string) => {
      const { isLive, unknown } = texting.current();
      return isLive || unknown.isLive || isStaff(one);
    },
  };
}
