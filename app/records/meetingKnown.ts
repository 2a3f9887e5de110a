/**
 * To whom a visit's meeting is known besides its people, as its row has it. The row says of which meeting and of which links
 * that is said, because the release before knows nothing of it: that one may have made another meeting, given the visit to
 * another patient or replaced the patient's link, and left these members as they were.
 */
import * as z from "zod";
import type { Visit, VisitMeeting } from "../domain/visit.ts";

export const meetingKnownSchema = z
  .object({
    id: z.string(),
    epoch: z.int().exactOptional(),
    generation: z.int(),
    to: z.enum(["nobody", "another", "former"]),
  })
  .exactOptional()
  .meta({
    description:
      "whether its Teams meeting was another patient's, or somebody's whose link was turned off; and of which meeting and which links that is said",
  });

interface Row {
  readonly meetingId: string;
  readonly meetingAgain?: number;
  readonly meetingKnown?: NonNullable<z.output<typeof meetingKnownSchema>>;
  readonly people: readonly { readonly role: string; readonly generation: number }[];
  readonly epoch?: number;
  readonly relinked?: string;
  readonly start: string;
}

export const meetingKnownOf = ({
  epoch,
  meeting,
  people,
}: Pick<Visit, "epoch" | "meeting" | "people">): NonNullable<Row["meetingKnown"]> => ({
  id: meeting.id,
  ...(epoch !== undefined && { epoch }),
  generation: patientsGeneration(people),
  to: meeting.knownTo ?? "nobody",
});

/**
 * What {@link meetingKnownOf} wrote. Where another release has changed the visit since, or nothing was written, it is taken
 * from what that one did: a visit that it gave to another patient gets another meeting before its start; from then on people
 * may have come to the one that it has.
 */
export function knownToIn(row: Row, now: Date): VisitMeeting["knownTo"] {
  const { epoch, meetingId, meetingAgain, meetingKnown: said, people, relinked, start } = row;
  if (said === undefined && meetingAgain !== undefined) return undefined;
  const isRelinked = said === undefined ? relinked !== undefined : said.epoch !== epoch;
  const isRenewed = patientsGeneration(people) !== (said?.generation ?? 0);
  if (said !== undefined && said.id !== meetingId) return isRelinked || isRenewed ? "former" : undefined;
  if (isRelinked) return now.toISOString() < start ? "another" : "former";
  if (said !== undefined && said.to !== "nobody") return said.to;
  return isRenewed ? "former" : undefined;
}

const patientsGeneration = (people: Row["people"]): number =>
  people.find(({ role }) => role === "patient")?.generation ?? 0;
