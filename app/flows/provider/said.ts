/** What the page can say about what was just done. */
import { z } from "zod";

const SAID = [
  "link-renewed",
  "guest-invited",
  "guest-removed",
  "late-said",
  "late-said-before",
  "late-taken-back",
  "late-not-now",
  "links-closed",
  "links-opened",
  "account-linked",
  "account-unlinked",
  "account-outdated",
  "not-signed-in",
  "visit-chosen",
  "other-visit",
  "link-replaced",
  "link-sent",
  "link-perhaps-sent",
  "link-not-sent",
  "link-sent-before",
  "link-sent-often",
  "link-visit-often",
  "link-too-many",
  "link-to-nobody",
  "link-to-other",
  "link-to-two",
] as const;

export interface Said {
  readonly kind: (typeof SAID)[number];
  /** The number of the person whose link it is about. */
  readonly person?: number;
}
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
