/** The tenant's calls that are over: those in meetings that were opened here, and others by which the connector must pass. */
import { createHash } from "node:crypto";
import type { Tenant } from "../entra/tenant.ts";
import type { Rooms } from "../teams/rooms.ts";
import { joinWebUrl, type Meetings } from "./meetings.ts";
import { sessions } from "./sessions.ts";

/** Somebody was in a call once. */
export interface CallStay {
  readonly id: string;
  readonly name: string;
  /** Object id of the account; a guest has none. */
  readonly account?: string;
  readonly from: Date;
  readonly to: Date;
}

export interface Call {
  readonly id: string;
  readonly from: Date;
  readonly to: Date;
  /** Absent for a call from one person to another. */
  readonly joinUrl?: string;
  readonly organizer: string;
  readonly stays: readonly CallStay[];
}

const HOUR_MS = 3_600_000;
const SOMEBODY = "7d0c5a1e-0000-4000-8000-0000000000ff";

/** The calls that began in a time, earliest first. */
export function calls(
  of: { readonly tenant: Tenant; readonly meetings: Meetings; readonly rooms: Pick<Rooms, "all"> },
  from: Date,
  before: Date,
): readonly Call[] {
  const all = [...inMeetings(of), ...others(from, before)];
  return all
    .filter((call) => call.from >= from && call.from < before)
    .toSorted((one, other) => one.from.getTime() - other.from.getTime());
}

function inMeetings({ tenant, meetings, rooms }: Parameters<typeof calls>[0]): readonly Call[] {
  const { pages } = tenant.origins();
  return meetings.all().flatMap((meeting) =>
    sessions(rooms.all(meeting.thread)).map((session) => ({
      id: idFor(meeting.thread, session.from),
      from: session.from,
      to: session.to,
      // In another spelling than the meeting's own, as Graph may have it.
      joinUrl: joinWebUrl(meeting, tenant.options.tenantId, pages)
        .replaceAll("%3a", ":")
        .replaceAll("%40", "@"),
      organizer: meeting.organizer,
      stays: session.attended.flatMap(({ participant, intervals }) =>
        intervals.map(({ from, to }) => ({
          id: participant.id,
          name: participant.name,
          ...(participant.account && { account: participant.account.oid }),
          from,
          to,
        })),
      ),
    })),
  );
}

/** In each hour somebody of the hospital calls somebody, and others meet. */
function others(from: Date, before: Date): readonly Call[] {
  const first = from.getTime() - (from.getTime() % HOUR_MS);
  const hours = Math.max(0, Math.ceil((before.getTime() - first) / HOUR_MS));
  return Array.from({ length: hours }, (_, hour) => first + hour * HOUR_MS).flatMap((hour) =>
    [undefined, "19:meeting_b3RoZXJz@thread.v2"].map((thread, number): Call => {
      const span = {
        from: new Date(hour + (number + 1) * 600_000),
        to: new Date(hour + (number + 2) * 600_000),
      };
      return {
        ...span,
        id: idFor(String(number), span.from),
        ...(thread !== undefined && {
          joinUrl: "https://teams.microsoft.com/l/meetup-join/" + thread + "/0",
        }),
        organizer: SOMEBODY,
        stays: [{ ...span, id: "somebody", name: "Somebody Else", account: SOMEBODY }],
      };
    }),
  );
}

/** Always the same for the same call, as a call's record keeps its id. */
function idFor(thread: string, from: Date): string {
  const hash = createHash("sha256")
    .update(thread + " " + from.toISOString())
    .digest("hex");
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    "4" + hash.slice(13, 16),
    "8" + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join("-");
}
