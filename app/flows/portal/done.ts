/**
 * A form that was carried out leads to a page which says so: people otherwise look for what has changed, or send it again.
 * The page's address says which sentence it is. Anybody can write an address, so it can only pick one of our own.
 */
import type { Response } from "express";

const DONE = ["done", "waits"] as const;

/** What became of a form that was carried out: "waits" where a second person has to agree first. */
type Done = (typeof DONE)[number];

export const DONE_WORDS: Readonly<Record<Done, string>> = {
  done: "Done. This page shows it as it is now.",
  waits: "Nothing is changed yet: it waits for a second person.",
};

/** What the address of a page asks it to say. */
export const doneIn = (parameters: URLSearchParams): Done | undefined =>
  DONE.find((one) => parameters.has(one));

/** Leads on from a form that was carried out. @param to a page of the portal, which may have a query already */
export function leadOn({ response }: { readonly response: Response }, to: string, done: Done = "done"): void {
  response.redirect(303, to + (to.includes("?") ? "&" : "?") + done);
}

/** Leads on from a change that was made, or that waits now: to its own page. */
export const leadOnAfter = (
  asked: { readonly response: Response },
  outcome: "made" | "waits",
  to: Readonly<Record<"made" | "waits", string>>,
): void => {
  leadOn(asked, to[outcome], outcome === "made" ? "done" : "waits");
};
