/** Whom messages may reach by what is set of texts just now, and who of the staff is listed. */
import type { TextingNow } from "./portalTexting.ts";

/** The ways with it: what is asked of it is answered by what is set at that moment. */
export function withReach<Ways extends object>(ways: Ways, texting: TextingNow) {
  const isStaff = (one: string) => {
    const { phones, mails } = texting.current().staff;
    return [...phones, ...mails].some((each) => each.toLowerCase() === one.toLowerCase());
  };
  return {
    ...ways,
    get isApproved() {
      return texting.current().verification === "approved";
    },
    get isLive() {
      return texting.current().isLive;
    },
    textsPatientsOf: (connectionId: string) => texting.current().textsPatientsOf(connectionId),
    isStaff,
    mayReach: (one: string) => texting.current().isLive || isStaff(one),
  };
}
