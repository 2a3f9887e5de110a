/** What the page says about what was just done, and what it asks before it does what cannot be taken back. */
import { z } from "zod";

const SAID = [
  "link-renewed",
  "guest-invited",
  "guest-removed",
  "visit-full",
  "links-closed",
  "links-opened",
  "account-linked",
  "account-unlinked",
  "account-outdated",
  "not-signed-in",
  "visit-chosen",
] as const;
const ASKED = ["new-link", "remove", "close-links"] as const;

export interface Said {
  readonly kind: (typeof SAID)[number];
  /** Whose link it is about. */
  readonly person?: number;
}
export interface Asked {
  readonly kind: (typeof ASKED)[number];
  readonly person?: number;
}

const person = z.coerce.number().int().min(0).max(255).optional().catch(undefined);
const saidSchema = z.object({ said: z.enum(SAID), person });
const askedSchema = z.object({ ask: z.enum(ASKED), person });

/** What the address of a page says beside the visit. Anybody can write an address, so it picks among our own sentences only. */
export function saidIn(parameters: URLSearchParams): { readonly said?: Said; readonly asked?: Asked } {
  const query = Object.fromEntries(parameters);
  const said = saidSchema.safeParse(query).data;
  const asked = askedSchema.safeParse(query).data;
  return {
    ...(said !== undefined && { said: { kind: said.said, ...numbered(said.person) } }),
    ...(asked !== undefined && { asked: { kind: asked.ask, ...numbered(asked.person) } }),
  };
}

/** The query of the page's address that has it say something; the fragment takes the reader there. */
export const toSay = ({ kind, person: number }: Said): string =>
  "?said=" + kind + (number === undefined ? "" : "&person=" + String(number)) + "#said";

/** The query of the page's address that has it ask. */
export const toAsk = ({ kind, person: number }: Asked): string =>
  "?ask=" + kind + (number === undefined ? "" : "&person=" + String(number)) + "#asked";

const numbered = (number: number | undefined) => (number === undefined ? {} : { person: number });
