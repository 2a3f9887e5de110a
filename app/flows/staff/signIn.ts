/**
 * A colleague comes back from the sign-in at Microsoft: if the account is the hospital's, and the link is still good, they
 * go on to Teams.
 */
import { PATHS } from "../../domain/addresses.ts";
import type { StaffSignInFault } from "../../ports/staffSignIn.ts";
import type { SignInAnswer } from "../../web/microsoftSignIn.ts";
import { failedBy } from "../../web/signInTrouble.ts";
import { fault } from "./problems.ts";

/**
 * The link that the answer is for, and the object id of the account that signed in.
 * @throws Fault
 */
export function linkOfAnswer(answer: SignInAnswer<"staff">): {
  readonly token: string;
  readonly account: string;
} {
  switch (answer.kind) {
    case "signed-in":
      return { token: answer.begun.link, account: answer.account.objectId };
    case "not-a-members":
      throw fault({ kind: NOT_A_MEMBERS[answer.whose], back: withAnotherAccount(answer.begun.link) });
    case "failed":
      throw signInFault(answer.fault, answer.begun.link);
    case "unknown":
      throw fault({ kind: "sign-in-late" });
    case "used":
      throw fault({ kind: "sign-in-used" });
    case "other-browser":
      throw fault({ kind: "sign-in-other-browser" });
  }
}

const NOT_A_MEMBERS = { guest: "account-guest", organizer: "account-organizer" } as const;

/**
 * The fault for a sign-in at Microsoft that could not be begun, or that failed. If a person declined, no cause is logged.
 */
export function signInFault(cause: StaffSignInFault, link: string) {
  switch (cause.reason) {
    case "other-tenant":
      return fault({ kind: "account-other-tenant", back: withAnotherAccount(link) }, { cause });
    case "declined":
      return fault({ kind: "sign-in-cancelled", back: goingOn(link) });
    default:
      return fault(
        { kind: "sign-in-failed", back: goingOn(link), ...failedBy(cause.reason, cause) },
        { cause },
      );
  }
}

export const staffLinkPath = (token: string): string => PATHS.staffLink + "/" + token;

/** The address by which a person goes on who clicked on one of our pages: the browser is not judged any more. */
export const goingOn = (token: string): string => staffLinkPath(token) + "?anyway=1";

/** The same, but Microsoft asks which account to use, even if one is signed in. */
const withAnotherAccount = (token: string): string => goingOn(token) + "&account=other";
