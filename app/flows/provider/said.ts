/** What the page can say about what was just done. */
import * as z from "zod";
import type { Language } from "../../domain/language.ts";

const DONE = [
  "link-renewed",
  "link-off",
  "link-off-doubted",
  "guest-invited",
  "guest-removed",
  "late-said",
  "late-said-untexted",
  "late-taken-back",
  "messages-held",
  "messages-let-go",
  "links-closed",
  "links-opened",
  "account-linked",
  "account-for-now",
  "account-unlinked",
  "visit-chosen",
  "link-sent",
] as const;

/** What was asked for and was not done, or perhaps not: nobody may take it for done. */
const NOT_DONE = [
  "account-outdated",
  "not-signed-in",
  "account-other",
  "other-visit",
  "visit-moved",
  "links-anew",
  "link-replaced",
  "none-picked",
  "guest-gone",
  "link-of-chart",
  "links-not-open",
  "links-over",
  "links-doubted",
  "links-unread",
  "links-opened-not-meeting",
  "late-said-before",
  "late-said-since",
  "late-not-now",
  "messages-held-before",
  "messages-held-since",
  "link-perhaps-sent",
  "link-not-sent",
  "link-sent-before",
  "link-sent-often",
  "link-visit-often",
  "link-too-many",
  "link-to-nobody",
  "link-to-other",
  "link-to-two",
  "link-sending-off",
  "link-sent-unknown",
] as const;

const SAID = [...DONE, ...NOT_DONE] as const;

export interface Said {
  readonly kind: (typeof SAID)[number];
  /** The number of the person whose link it is about. */
  readonly person?: number;
  /**
   * What the clinician had typed, where nothing was done with it. It is shown once more in the answer to the form itself, and
   * is never part of an address.
   */
  readonly typed?: string;
  /** What they had picked in the same form, which stays picked in it as well. */
  readonly picked?: Picked;
}

/** Where a link was to go to, and in which language: what the form that sends it lets people pick. */
export interface Picked {
  readonly to: "text" | "mail" | "typed";
  readonly language: Language;
}

/** What is about which visit the page shows: it stands at the page's top, whatever the visit's state. */
const WHICH_VISIT = new Set<Said["kind"]>([
  "other-visit",
  "visit-moved",
  "links-anew",
  "none-picked",
  "visit-chosen",
]);
export const isWhichVisit = ({ kind }: Said): boolean => WHICH_VISIT.has(kind);

export const wasDone = ({ kind }: Said): boolean => DONE.some((done) => done === kind);

const person = z.coerce.number().int().min(0).max(255).optional().catch(undefined);
const saidSchema = z.object({ said: z.enum(SAID), person });

/**
 * What the address of the page asks it to say. Anybody can write an address, so it can only pick one of our own sentences.
 */
export function saidIn(parameters: URLSearchParams): { readonly said?: Said } {
  const read = saidSchema.safeParse(Object.fromEntries(parameters)).data;
  if (read === undefined) return {};
  return { said: { kind: read.said, ...(read.person !== undefined && { person: read.person }) } };
}

/** The query of the page's address that makes the page say something, and the fragment that leads the reader there. */
export const toSay = ({ kind, person: number }: Said): string =>
  "?said=" + kind + (number === undefined ? "" : "&person=" + String(number)) + "#said";
