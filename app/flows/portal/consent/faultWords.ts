/** How a consent at Microsoft Graph ended that was not given, in words for administrators. */
import type { Words } from "../../../web/fault.ts";
import type { FaultPageWords } from "../../../web/faultPage.tsx";
import { signInTroubleWords, type SignInFailed } from "../../../web/signInTrouble.ts";
import { portalPath } from "../addresses.ts";
import type { PortalProblem } from "../problems.ts";

type ConsentProblem = Extract<PortalProblem, { readonly kind: `consent-${string}` }>;
interface Told extends FaultPageWords {
  readonly status: number;
}

const CONSENT = { address: portalPath("consent"), says: "See what consent lacks" };

export const CONSENT_FAULTS: Words<ConsentProblem, Told> = {
  "consent-declined": () => ({
    status: 403,
    title: "Nothing was consented to",
    happened: "Microsoft’s page was left without accepting, or the account may not consent.",
    next: "Have a Global Administrator or a Privileged Role Administrator open the page and accept.",
    back: CONSENT,
  }),
  "consent-other-tenant": () => ({
    status: 403,
    title: "Another organization has consented",
    happened:
      "Microsoft’s answer is about another directory than the hospital’s, so it counts for nothing here.",
    next: "Sign out at Microsoft, and begin again with an account of the hospital’s own directory.",
    back: CONSENT,
  }),
  "consent-failed": ({ kind: _, ...failed }) => ({ status: 502, ...failedWords(failed), back: CONSENT }),
  "consent-late": () => ({
    status: 401,
    title: "This answer came too late",
    happened: "A consent must be finished within 10 minutes; this one is older, or did not begin here.",
    next: "See whether the permissions lack consent still: it may have been given all the same.",
    back: CONSENT,
  }),
  "consent-used": () => ({
    status: 409,
    title: "This answer was already used",
    happened: "Microsoft’s answer works once. Going back or reloading cannot use it again.",
    next: "See whether the permissions lack consent still.",
    back: CONSENT,
  }),
  "consent-other-browser": () => ({
    status: 403,
    title: "This consent began in another browser",
    happened: "Microsoft’s answer came to a browser that did not begin, so it was not accepted.",
    next: "Begin again, and stay in one browser. A consent that was given at Microsoft counts all the same.",
    back: CONSENT,
  }),
};

/** What Microsoft did not say is begun again; whoever keeps the connector out has to mend that first. */
function failedWords(failed: SignInFailed): Omit<Told, "status"> {
  if (failed.why === "invalid")
    return {
      title: "Microsoft did not say that consent was given",
      happened: "Its answer was not complete.",
      next: "See whether the permissions lack consent still, and begin again.",
      forIt: "Find this reference in the log, and look at the registration’s permissions in Entra.",
    };
  const { mayBeTried, title, happened, forIt } = signInTroubleWords(failed);
  const next = mayBeTried
    ? "Begin again in a minute. A consent that was given at Microsoft counts all the same."
    : "Have it mended first: another try does not help before.";
  return { title, happened, next, forIt };
}
