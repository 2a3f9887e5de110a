/** What clinicians read when something goes wrong with their Microsoft account or its sign-in; the visit itself goes on. */
import type { Words } from "../../web/fault.ts";
import { signInTroubleWords } from "../../web/signInTrouble.ts";
import { backTo, PHONE, TELL_IT, type Told } from "./commonFaultWords.ts";
import type { AccountProblem } from "./problems.ts";

export const ACCOUNT_WORDS: Words<AccountProblem, Told> = {
  "staff-account-other-tenant": ({ back }) => ({
    status: 403,
    title: "This Microsoft account is not the hospital's",
    happened: "You signed in with an account of another organization.",
    next: "Go back to the visit page, press Join, and choose your hospital account.",
    ...backTo(back),
  }),
  "staff-account-guest": ({ back }) => ({
    status: 403,
    title: "A guest account cannot be linked",
    happened: "You signed in with an account that is a guest in the hospital's directory.",
    next: "Go back to the visit page, press Join, and choose your own hospital account.",
    ...backTo(back),
  }),
  "staff-account-organizer": ({ back }) => ({
    status: 403,
    title: "This account belongs to a department",
    happened:
      "You signed in with the account that owns a department's meetings. It is nobody's own, so it cannot be linked to you.",
    next: "Go back to the visit page, press Join, and choose your own hospital account.",
    ...backTo(back),
  }),
  "staff-link-of-another-release": ({ back }) => ({
    status: 503,
    title: "Which Microsoft account is yours cannot be changed just now",
    happened:
      "Another version of this connector has kept which account is yours, and the one that runs now cannot read that. Nothing was changed, and the visit goes on.",
    next: "To join, go back to the visit page and sign in there. " + TELL_IT,
    forIt:
      "Run the release that wrote the record, or the one between: the log's event record.unreadable names its version. Until then the clinician signs in once for each visit; nothing is lost.",
    ...backTo(back),
  }),
  "staff-sign-in-failed": ({ back, ...failed }) => {
    const { mayBeTried, ...words } = signInTroubleWords(failed);
    return {
      status: 502,
      ...words,
      next: mayBeTried
        ? "Go back to the visit page and press Join again in a minute. If it happens again, tell your IT help desk. " +
          PHONE
        : TELL_IT + " Another try does not help before it is mended. " + PHONE,
      ...backTo(back),
    };
  },
  "staff-sign-in-declined": ({ back }) => ({
    status: 403,
    title: "You did not sign in",
    happened: "The Microsoft sign-in was broken off. Nothing was changed, and the visit goes on.",
    next: "Go back to the visit page. To join, press Join and sign in with your hospital account.",
    ...backTo(back),
  }),
  "staff-sign-in-expired": ({ back }) => ({
    status: 401,
    title: "The Microsoft sign-in is no longer good",
    happened:
      "It must be finished within 10 minutes; this one is older, or did not begin here. The visit itself goes on.",
    next: "Go back to the visit page and press Join again.",
    ...backTo(back),
  }),
  "staff-sign-in-reused": ({ back }) => ({
    status: 409,
    title: "This Microsoft sign-in was already used",
    happened: "A sign-in works once. Going back or reloading cannot use it again.",
    next: "Go back to the visit page. If it still asks you to sign in, press Join again.",
    ...backTo(back),
  }),
  "staff-sign-in-other-browser": ({ back }) => ({
    status: 403,
    title: "The Microsoft sign-in began in another window",
    happened: "Microsoft's answer came to a browser that did not ask for it, so it was not accepted.",
    next: "Go back to the visit page in the window where you opened it, and press Join again.",
    ...backTo(back),
  }),
};
