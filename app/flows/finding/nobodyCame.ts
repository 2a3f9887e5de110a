/** Whether nobody but staff was in a visit's meeting: then nothing took place that the chart could be told is over. */
import { since, meetingOf, staysSince } from "../../domain/stays.ts";
import { isKnownStaff } from "../../domain/usage.ts";
import type { Visit } from "../../domain/visit.ts";
import { watchedFrom } from "../../domain/watching.ts";
import type { FindingPicks } from "./parts.ts";

/**
 * Known only where Teams has told of the meeting, and nothing that it told is missing. Whoever waited and was not let in has
 * not had their visit. A patient may be an employee: where several accounts of the directory were there, each of them must have
 * opened the visit as staff.
 */
export async function isKnownToBeOfStaffAlone(
  { presences }: Pick<FindingPicks, "presences">,
  visit: Pick<Visit, "id" | "organizer" | "start">,
): Promise<boolean> {
  const watched = await presences.of(visit.id);
  if (watched === undefined) return false;
  const from = watchedFrom(visit);
  const { gap, heard, reported, trouble } = watched;
  const told = since(watched, from);
  const isTold = told.people.length > 0 || told.ends.length > 0 || (heard !== undefined && heard >= from);
  if (!isTold || trouble !== undefined || (gap !== undefined && gap >= from)) return false;
  const { stays } = meetingOf(told, staysSince(reported?.stays ?? [], from));
  const known = { organizer: visit.organizer, opened: presences.staffIn(visit.id, watched) };
  const isOneAlone = new Set(stays.map(({ who }) => who)).size <= 1;
  return stays.every((one) => one.look === "staff" && (isOneAlone || isKnownStaff(one, known)));
}
