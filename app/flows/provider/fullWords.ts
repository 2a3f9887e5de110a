/** Says why nobody else can be given a link, both on the visit's page and in answer to a form that asked for one. */
import { MOST_GUESTS, type Fullness } from "../../domain/visit.ts";
import type { FaultPageWords } from "../../web/faultPage.tsx";

export const FULL: Readonly<Record<Fullness, string>> = {
  guests: "This visit has " + String(MOST_GUESTS) + " guests, the most there can be.",
  numbers: "This visit has given out as many links as there can be.",
};

const NEXT: Readonly<Record<Fullness, string>> = {
  guests: "Remove a guest who is not coming, then invite again.",
  numbers: "Remove those whose links are in the wrong hands. For everybody else start a consult.",
};

export const noLinkMade = (of: Fullness): FaultPageWords => ({
  title: "No link was made",
  happened: FULL[of] + " The links that there are go on working.",
  next: NEXT[of],
});
