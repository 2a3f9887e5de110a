/** What can end a colleague's sign-in. `back` is the staff link, to try again. Words: faultWords.ts. */
import { Fault, type CommonProblem } from "../../web/fault.ts";
import type { SignInFailed } from "../../web/signInTrouble.ts";

export type StaffProblem =
  | { readonly kind: "account-other-tenant"; readonly back: string }
  /** The account is a guest in the hospital's directory. */
  | { readonly kind: "account-guest"; readonly back: string }
  /** The account owns a department's meetings. */
  | { readonly kind: "account-organizer"; readonly back: string }
  /** The person declined to sign in at Microsoft. */
  | { readonly kind: "sign-in-cancelled"; readonly back: string }
  | ({ readonly kind: "sign-in-failed"; readonly back: string } & SignInFailed)
  /** The sign-in is forgotten, and with it which link it was for. */
  | { readonly kind: "sign-in-late" }
  | { readonly kind: "sign-in-used" }
  | { readonly kind: "sign-in-other-browser" }
  /** The connector's own store refused, did not answer, or holds what cannot be read. */
  | { readonly kind: "store-failing" };

export function fault(
  problem: StaffProblem | CommonProblem,
  options?: ErrorOptions,
): Fault<StaffProblem | CommonProblem> {
  return new Fault(problem, options);
}
