/**
 * The table of all that can go wrong in a colleague's sign-in: what the colleague reads, and a line for IT where IT can mend
 * it.
 */
import type { CommonProblem, Words } from "../../web/fault.ts";
import type { FaultPageWords } from "../../web/faultPage.tsx";
import { signInTroubleWords } from "../../web/signInTrouble.ts";
import type { StaffProblem } from "./problems.ts";

interface Told extends FaultPageWords {
  readonly status: number;
}

const AGAIN = "Open the link from your message again.";
const TELL_IT = "If it happens again, tell your IT help desk, and give them this page's reference.";
const NO_OTHER_TRY =
  "Tell your IT help desk, and give them this page's reference. Another try does not help before it is mended.";
const CHOOSE = "Choose the account that the hospital gave you.";

const another = (address: string) => ({ back: { address, says: "Use another account" } });
const again = (address: string, says: string) => ({ back: { address, says } });

export const WORDS: Words<StaffProblem | CommonProblem, Told> = {
  "account-other-tenant": ({ back }) => ({
    status: 403,
    title: "This Microsoft account is not the hospital's",
    happened: "You signed in with an account of another organization. This link is for the hospital's staff.",
    next: CHOOSE + " If you have none, ask whoever invited you for a guest's link: it needs no account.",
    ...another(back),
  }),
  "account-guest": ({ back }) => ({
    status: 403,
    title: "This account is a guest's",
    happened:
      "The hospital's directory knows this account as a guest of another organization. This link is for the hospital's own staff.",
    next: CHOOSE + " If you have none, ask whoever invited you for a guest's link: it needs no account.",
    ...another(back),
    forIt:
      "Staff links take members of the tenant only. If this person is staff, their account in Entra must be a member's.",
  }),
  "account-organizer": ({ back }) => ({
    status: 403,
    title: "This account belongs to a department",
    happened: "You signed in with the account that owns a department's meetings. It is nobody's own.",
    next: CHOOSE,
    ...another(back),
  }),
  "sign-in-cancelled": ({ back }) => ({
    status: 403,
    title: "You did not sign in",
    happened: "You went back before Microsoft had signed you in, so you have not joined.",
    next: "The link is still good. Sign in when you are ready.",
    ...again(back, "Sign in to join"),
  }),
  "sign-in-failed": ({ back, ...failed }) => {
    const { mayBeTried, ...words } = signInTroubleWords(failed);
    return {
      status: 502,
      ...words,
      next: mayBeTried ? "Try again in a minute. " + TELL_IT : NO_OTHER_TRY,
      ...(mayBeTried && again(back, "Try again")),
    };
  },
  "sign-in-late": () => ({
    status: 401,
    title: "This sign-in is no longer good",
    happened:
      "Signing in must be finished within 10 minutes of opening the link; this one is older, or did not begin here.",
    next: AGAIN,
  }),
  "sign-in-used": () => ({
    status: 409,
    title: "This sign-in was already used",
    happened: "A sign-in works once. Going back or reloading cannot use it again.",
    next: AGAIN + " You are signed in already, so it leads straight into Teams.",
  }),
  "sign-in-other-browser": () => ({
    status: 403,
    title: "This sign-in began in another browser",
    happened: "Microsoft's answer came to a browser that did not open the link, so it was not accepted.",
    next: AGAIN + " Use the same browser until Teams shows.",
    forIt: "If it happens every time, the browser blocks first-party cookies.",
  }),
  "store-failing": () => ({
    status: 503,
    title: "The connector cannot use its store",
    happened: "What is kept about visits could not be read or written just now.",
    next: "Try again in a minute. Your link stays valid. " + TELL_IT,
    forIt:
      "Find this page's reference in the log: its cause names the store and what to do. /readyz says it, too.",
  }),
  "not-found": () => ({
    status: 404,
    title: "This page does not exist",
    happened: "The address may be cut off, or out of date.",
    next: "Open the whole link from your message. If it still does not work, ask whoever invited you for a new one.",
  }),
  "not-same-origin": () => ({
    status: 403,
    title: "This was not sent from our page",
    happened: "Nothing was changed.",
    next: AGAIN,
  }),
  "too-many-requests": () => ({
    status: 429,
    title: "Too many tries at once",
    happened: "Many requests came in a short time, so this one was not carried out.",
    next: "Wait a minute, then open the link again.",
    forIt:
      "One address opened staff links more often than a hospital does. The firewall's log names the caller.",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: "This request could not be read",
    happened: "What the browser sent was cut off or too large. Nothing was changed.",
    next: AGAIN,
  }),
  "request-too-large": () => ({
    status: 413,
    title: "This was too much at once",
    happened: "The browser sent more than this page asks for. Nothing was changed.",
    next: AGAIN,
  }),
  unexpected: () => ({
    status: 500,
    title: "Something went wrong here",
    happened: "The fault is ours, not yours. It has been logged.",
    next: "Try again in a minute. " + TELL_IT,
    forIt: "Find this page's reference in the log.",
  }),
};
