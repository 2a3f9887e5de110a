/** The people of a visit, as its row holds them. */
import * as z from "zod";
import type { Person } from "../domain/visit.ts";

const rowSchema = z.object({
  number: z.int(),
  role: z.enum(["patient", "interpreter", "relative", "guest"]),
  /**
   * A guest who is of the staff. This is not a value of `role`, because a release that does not know it must still read a
   * guest.
   */
  colleague: z.literal(true).exactOptional(),
  generation: z.int(),
  invitation: z.string().exactOptional(),
  removed: z.literal(true).exactOptional(),
  ofChart: z.literal(true).exactOptional(),
  opened: z.iso.datetime().exactOptional(),
});

type PersonRow = z.output<typeof rowSchema>;

export const peopleSchema = z.array(rowSchema).meta({
  description:
    "for each link a number, a role (patient, colleague, interpreter …), how often it was replaced, the random text of the form that made it, whether it was removed, whether it is the chart's own, and in which minute a person last opened it",
});

/** The people without what ends with the visit: the form that made a link, and when the link was opened. */
export const rememberedSchema = z.array(rowSchema.omit({ invitation: true, opened: true })).meta({
  description:
    "for each link a number, a role (patient, colleague, interpreter …), how often it was replaced, whether it was removed, and whether it is the chart's own",
});

export function rememberedRowOf(person: Person): Omit<PersonRow, "invitation" | "opened"> {
  const { invitation: _form, opened: _when, ...remembered } = rowOf(person);
  return remembered;
}

export function rowOf({ role, opened, ...others }: Person): PersonRow {
  const person = { ...others, ...(opened !== undefined && { opened: opened.toISOString() }) };
  return role === "colleague" ? { ...person, role: "guest", colleague: true } : { ...person, role };
}

/**
 * Runs on every tap of a link, so it checks nothing. A mark that is there with any value counts as the case in which nobody
 * gets in.
 */
export function personIn(row: PersonRow): Person {
  const { number, role, colleague, generation, invitation, removed, ofChart, opened } = row;
  return {
    number,
    role: colleague === undefined ? role : "colleague",
    generation,
    ...(invitation !== undefined && { invitation }),
    ...(removed !== undefined && { removed: true as const }),
    ...(ofChart !== undefined && { ofChart: true as const }),
    ...(opened !== undefined && { opened: new Date(opened) }),
  };
}
