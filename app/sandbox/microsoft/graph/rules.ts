/**
 * What Graph refuses in a meeting that is well-formed: its times, its presenters, and changes while people are in it.
 */
import { isDeepStrictEqual } from "node:util";
import type { Tenant } from "../entra/tenant.ts";
import type { Attendee } from "./bodies.ts";
import { badRequest } from "./graphError.ts";
import { graphTime, type Meeting } from "./meetings.ts";

const HOUR_MILLISECONDS = 3_600_000;

/**
 * The times of a new meeting. Without dates it starts now and lasts an hour; with a start only it lasts an hour; an end
 * without a start, or before it, is refused.
 */
export function times(
  { startDateTime, endDateTime }: { startDateTime?: string | undefined; endDateTime?: string | undefined },
  now: Date,
): { readonly startDateTime: string; readonly endDateTime: string } {
  if (startDateTime === undefined && endDateTime !== undefined)
    throw badRequest("startDateTime is required when endDateTime is provided.");
  const start = startDateTime === undefined ? now : new Date(startDateTime);
  const end =
    endDateTime === undefined ? new Date(start.getTime() + HOUR_MILLISECONDS) : new Date(endDateTime);
  if (end < start) throw badRequest("endDateTime must not be earlier than startDateTime.");
  return { startDateTime: graphTime(start), endDateTime: graphTime(end) };
}

/** Presenters and co-organizers must be in the directory. */
export function refuseStrangersAsPresenters(tenant: Tenant, attendees: readonly Attendee[]): void {
  const stranger = attendees.find(
    ({ role, identity, upn }) =>
      (role === "presenter" || role === "coorganizer") &&
      !tenant.people.some(({ oid, userName }) => oid === identity?.user?.id || userName === upn),
  );
  if (stranger !== undefined)
    throw badRequest(
      `The role '${stranger.role}' is only for users that are registered in Microsoft Entra ID.`,
    );
}

/**
 * Options that cannot be changed while people are in the meeting, as is true of the dates, the subject and the participants.
 */
const WAITING = ["recordAutomatically", "allowWhiteboard", "allowBreakoutRooms", "watermarkProtection"];

/** The first change that a running meeting does not accept. Repeating a value as it is, is always accepted. */
export function lateChange(before: Meeting, after: Meeting): string | undefined {
  const fixed = (["startDateTime", "endDateTime", "subject", "attendees"] as const).find(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  if (fixed !== undefined) return fixed === "attendees" ? "participants" : fixed;
  const [was, is]: Readonly<Record<string, unknown>>[] = [before.options, after.options];
  return Object.keys(after.options).find(
    (name) => WAITING.includes(name) && !isDeepStrictEqual(was?.[name], is?.[name]),
  );
}
