/** Whom messages may reach by what is set of texts just now, and who of the staff is listed. */
import type { ChartOfConnection } from "../domain/defaults.ts";
import type { StaffRecipients } from "../domain/texting.ts";
import type { TextingNow } from "./portalTexting.ts";

/** The ways with it: what is asked of it is answered by what is set at that moment. */
export function withReach<Ways extends object>(
  ways: Ways,
  texting: TextingNow,
  listed: StaffRecipients | undefined,
) {
  const staff = new Set(
    [...(listed?.phones ?? []), ...(listed?.mails ?? [])].map((one) => one.toLowerCase()),
  );
  const isStaff = (one: string) => staff.has(one.toLowerCase());
  return {
    ...ways,
    get isApproved() {
      return texting.current().verification === "approved";
    },
    get isLive() {
      return texting.current().isLive;
    },
    textsPatientsOf: (connection: ChartOfConnection) => texting.current().textsPatientsOf(connection),
    isStaff,
    mayReach: (one: string) => texting.current().isLive || isStaff(one),
  };
}
