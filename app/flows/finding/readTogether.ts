/**
 * Reads several visits by their ids, many in one request. As with one, only what the chart shows of a visit cancels it. What
 * the answer leaves out is read by itself, unless the visit is away already: a server may take fewer ids than it is given. One
 * that takes place and cannot be read is at risk.
 */
import { atMost } from "../../domain/few.ts";
import type { FoundVisit } from "../../domain/found.ts";
import {
  MOST_IDS,
  type AppointmentRead,
  type NotShown,
  type SystemChart,
  type Trouble,
} from "../../ports/systemEhr.ts";
import { markUnread } from "./changeUnread.ts";
import { unlessDamaged, type Look } from "./look.ts";
import { asRead, isAppointmentOf, NOT_SHOWN, type Read } from "./readAgain.ts";

const AT_ONCE = 4;

/** @param then called for each, with what came of it */
export async function readTogether(
  look: Look,
  all: readonly FoundVisit[],
  then: (read: Read) => Promise<void>,
): Promise<void> {
  const { parts, seeing } = look;
  const inTurn = atMost(AT_ONCE);
  const each = <T>(some: readonly T[], act: (one: T) => Promise<void>) =>
    Promise.all(some.map((one) => inTurn(() => unlessDamaged(look, () => act(one)))));
  const asked: { readonly found: FoundVisit; readonly appointmentId: string }[] = [];
  await each(all, async (found) => {
    const appointmentId = await parts.foundVisits.appointmentId(found.id);
    if (appointmentId === undefined) await then({ kind: "off", found });
    else if (isAppointmentOf(parts, seeing.at, { visit: found.id, appointmentId }))
      asked.push({ found, appointmentId });
    else await then(await asRead(parts, seeing, found, { appointmentId, read: NOT_SHOWN }));
  });
  for (let at = 0; at < asked.length; at += MOST_IDS) {
    const some = asked.slice(at, at + MOST_IDS);
    const readOf = await readerOf(
      look,
      some.map(({ appointmentId }) => appointmentId),
    );
    await each(some, async ({ found, appointmentId }) => {
      const read = await readOf(appointmentId, found);
      const now = await asRead(parts, seeing, found, { appointmentId, read });
      if (now.kind === "on" && now.found.late === "found-over" && found.late === undefined)
        look.came.over += 1;
      if (now.kind === "trouble" && found.standing === "on") await markUnread(parts, now);
      await then(now);
    });
  }
}

/** Whether the chart reads any of these by itself, so that it is not the chart as a whole that is down. */
async function answersAlone(chart: SystemChart, ids: readonly (string | undefined)[]): Promise<boolean> {
  for (const id of ids) {
    const read = id === undefined ? undefined : await chart.appointment(id);
    if (read?.kind === "read" || read?.kind === "not-shown") return true;
  }
  return false;
}

type ReaderOf = (id: string, found: FoundVisit) => Promise<AppointmentRead | NotShown | Trouble>;

async function readerOf({ seeing }: Look, ids: readonly string[]): Promise<ReaderOf> {
  const { chart } = seeing.at;
  const singly: ReaderOf = (id) => chart.appointment(id);
  if (ids.length === 1) return singly;
  const came = await chart.appointmentsById(ids);
  // One record that cannot be shown may spoil the answer for all, and all together may be too much.
  if (came.kind === "not-fhir" || came.kind === "too-large") return singly;
  if (came.kind === "down" && (await answersAlone(chart, [ids[0], ids.at(-1)]))) return singly;
  if (came.kind !== "read-by-id") return () => Promise.resolve(came);
  const shown = new Map(came.appointments.map((appointment) => [appointment.id, appointment]));
  return async (id, found) => {
    const appointment = shown.get(id);
    if (appointment !== undefined) return { kind: "read", appointment };
    return came.isWhole && found.standing === "away" ? NOT_SHOWN : singly(id, found);
  };
}
