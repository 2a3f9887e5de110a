/** What clinicians read of the problems that any flow may have. Those of this flow are in faultWords.ts. */
import type { Illness } from "../../domain/illness.ts";
import type { CommonProblem, Words } from "../../web/fault.ts";
import type { FaultPageWords } from "../../web/faultPage.tsx";

export interface Told extends FaultPageWords {
  readonly status: number;
}

export const AGAIN = "Close this page and open the visit again from the patient's chart.";
export const TELL_IT = "Tell your IT help desk, and give them this page's reference.";
export const PHONE = "If the patient is waiting, call them.";

/** What a vendor does that cannot serve now, for the title; and what it did, which is another thing in each case. */
export const DOES: Readonly<Record<Illness | "silent", string>> = {
  silent: "is not answering",
  error: "answers with an error",
  busy: "asks to slow down",
};
export const DID: Readonly<Record<Illness | "silent", string>> = {
  silent: "could not be reached, or did not answer in time",
  error: "answered with an error of its own",
  busy: "answered that too much is asked of it just now",
};

export const logHasStatus = (answered: Illness | undefined) =>
  answered === undefined
    ? {}
    : {
        forIt:
          "The log has the status with which it answered. A web page is a proxy’s or a firewall’s, which stands in between.",
      };

/** The way back to the visit's page, where there is one. */
export const backTo = (address: string | undefined) =>
  address === undefined ? {} : { back: { address, says: "Back to the visit" } };

export const COMMON_WORDS: Words<CommonProblem, Told> = {
  "not-found": () => ({
    status: 404,
    title: "This page does not exist",
    happened: "The address may be cut off, or out of date.",
    next: "Open the visit from the patient's chart.",
  }),
  "not-same-origin": () => ({
    status: 403,
    title: "This was not sent from our page",
    happened:
      "To keep patients safe, changes are accepted only from the visit page itself. Nothing was changed.",
    next: "Go back to the visit page, reload it, and try again.",
    forIt:
      "If it happens every time, a proxy removes the Origin or Sec-Fetch-Site header, or the public address is not the stack's.",
  }),
  "too-many-requests": () => ({
    status: 429,
    title: "Too many tries at once",
    happened: "Many requests came in a short time, so this one was not carried out.",
    next: "Wait a minute, then open the visit again from the patient's chart. " + PHONE,
    forIt:
      "One address opened visits more often than a hospital does, or one sign-in's answer came again and again. The firewall's log names the caller.",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: "This request could not be read",
    happened: "What the browser sent was cut off, or is none of what this page sends. Nothing was changed.",
    next: "Go back, reload the page, and try again.",
  }),
  "request-too-large": () => ({
    status: 413,
    title: "This was too much at once",
    happened: "The browser sent more than this page asks for. Nothing was changed.",
    next: "Go back, reload the page, and try again. If it happens again, tell your IT help desk.",
    forIt: "An extension of the browser, or a proxy, adds to the page's forms.",
  }),
  unexpected: () => ({
    status: 500,
    title: "Something went wrong here",
    happened: "The fault is ours, not yours. It has been logged.",
    next: "Try again in a minute. " + PHONE + " If it happens again, tell your IT help desk.",
    forIt: "Find this page's reference in the log.",
  }),
};
