/**
 * What the patient's page says of waiting: that staff run late, and how long others waited in the department today. Where
 * it cannot be read the page is shown without it.
 */
import { RECENT_MS, waitMinutes } from "../../domain/departmentWait.ts";
import { lateSince } from "../../domain/lateness.ts";
import type { Usage } from "../../domain/usage.ts";
import type { KnownVisit } from "../../domain/visit.ts";
import { openErrors } from "../../web/floods.ts";
import { shared } from "../../web/shared.ts";
import type { PatientPicks } from "./parts.ts";

export interface Waits {
  /** Since when the visit runs late. */
  readonly late?: Date | undefined;
  /** In minutes; see domain/departmentWait.ts. */
  readonly wait?: number | undefined;
}

/** How long what was counted is used again, for all departments together and however many pages are opened. */
const GOOD_FOR_MS = 5 * 60_000;
/** Before that nobody waits yet, and the waits of now say little about then. */
const TOLD_BEFORE_MS = 60 * 60_000;

type WaitPicks = Pick<PatientPicks, "hospital" | "log" | "now" | "presences" | "usages">;

export function waits(parts: WaitPicks): (visit: KnownVisit) => Promise<Waits> {
  const { hospital, log, now, presences, usages } = parts;
  const notRead = openErrors(log, "visit.wait_not_read");
  const counted = shared(GOOD_FOR_MS, now, async () => {
    const recent: Pick<Usage, "departmentId" | "start" | "lobbySeconds">[] = [];
    const from = new Date(now().getTime() - RECENT_MS);
    for await (const slice of usages.between(from, now(), "ascending"))
      for (const { departmentId, start, lobbySeconds } of slice.usages)
        if (lobbySeconds !== undefined) recent.push({ departmentId, start, lobbySeconds });
    return recent;
  });

  const unread = (cause: unknown) => {
    notRead(cause);
    return undefined;
  };

  async function lateOf(visit: KnownVisit): Promise<Date | undefined> {
    if (lateSince(visit, now()) === undefined) return undefined;
    return lateSince(visit, now(), await presences.of(visit.id).catch(unread));
  }

  async function waitOf({ departmentId, start, state }: KnownVisit): Promise<number | undefined> {
    if (state !== "open" || start.getTime() - now().getTime() > TOLD_BEFORE_MS) return undefined;
    const department = await hospital.department(departmentId);
    return department && waitMinutes(await counted(), department, now());
  }

  return async (visit) => {
    const [late, wait] = await Promise.all([lateOf(visit), waitOf(visit).catch(unread)]);
    return { late, wait };
  };
}
