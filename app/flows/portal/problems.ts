/** All that can keep somebody from a page of the portal. Words: faultWords.ts. */
import type { PortalRight } from "../../domain/portalRights.ts";
import type { NotRecognized } from "../../ports/apiCallers.ts";
import type { WhyUnreadable } from "../../records/record.ts";
import { Fault, type CommonProblem } from "../../web/fault.ts";
import type { SignInFailed } from "../../web/signInTrouble.ts";

export type PortalProblem =
  /** Nobody is signed in here. */
  | { readonly kind: "signed-out"; readonly page: string }
  | { readonly kind: "session-idle"; readonly page: string }
  /** The person is signed in, but has none of the rights that this page needs. */
  | {
      readonly kind: "role-missing";
      readonly needs: readonly PortalRight[];
      /** The rights that the person has. */
      readonly rights: readonly PortalRight[];
      readonly userName: string;
      /** Microsoft has not said which roles of the directory the account holds. */ readonly isRoleUnknown: boolean;
      readonly page: string;
    }
  /** Which departments this department manager sees is in a row that cannot be read, so none is shown. */
  | { readonly kind: "own-departments-unreadable"; readonly row: string; readonly why: WhyUnreadable }
  /** The form is on a page that was shown to somebody else, who was signed in here before. */
  | { readonly kind: "signed-in-as-another"; readonly userName: string }
  /** Only a Global Administrator may do this, and only a short time after signing in. */
  | { readonly kind: "sign-in-again"; readonly page: string }
  /** A program sent no token, a token that is not valid here, or one without a role that counts. */
  | { readonly kind: "token-missing" }
  | { readonly kind: "token-refused"; readonly why: NotRecognized }
  | { readonly kind: "caller-role-missing"; readonly needs: readonly PortalRight[] }
  /** Microsoft's keys could not be read, so a token can be neither accepted nor refused. */
  | { readonly kind: "directory-failing" }
  /** The package that was to be signed for is not what this deployment has tested. */
  | { readonly kind: "not-vouched"; readonly why: string }
  | { readonly kind: "account-other-tenant" }
  | { readonly kind: "account-guest" }
  /** The account owns a department's meetings. */
  | { readonly kind: "account-organizer" }
  /** The sign-in does not say whether the account is a member or a guest of the directory. */
  | { readonly kind: "account-unproven" }
  | { readonly kind: "sign-in-cancelled"; readonly page: string }
  /** Nobody has consented that the portal reads this person's directory roles. Whoever was signed in still is. */
  | { readonly kind: "roles-not-read"; readonly page: string }
  | ({ readonly kind: "sign-in-failed"; readonly page: string } & SignInFailed)
  | { readonly kind: "sign-in-late" }
  | { readonly kind: "sign-in-used" }
  | { readonly kind: "sign-in-other-browser" }
  /** How a consent at Microsoft Graph ended that was not given. */
  | { readonly kind: "consent-declined" }
  | { readonly kind: "consent-other-tenant" }
  | ({ readonly kind: "consent-failed" } & SignInFailed)
  | { readonly kind: "consent-late" }
  | { readonly kind: "consent-used" }
  | { readonly kind: "consent-other-browser" }
  /** What was to be kept at once is more than the store takes. */
  | { readonly kind: "too-much-to-keep" }
  /** The connector's own store refused, did not answer, or holds what cannot be read. */
  | { readonly kind: "store-failing" };

export function fault(
  problem: PortalProblem | CommonProblem,
  options?: ErrorOptions,
): Fault<PortalProblem | CommonProblem> {
  return new Fault(problem, options);
}
