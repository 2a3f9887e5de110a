/** Writes the links into the chart where they may and must be written; what was written is read again. */
import { writeBackOf } from "../../domain/defaults.ts";
import type { FoundVisit, Risk } from "../../domain/found.ts";
import type { Outcome } from "../../domain/job.ts";
import type { LinksToWrite, SystemAppointment, Trouble, WriteRefused } from "../../ports/systemEhr.ts";
import { putOff, type ChartAt } from "../../charts/chartAt.ts";
import { judgeLinks, pairOf, whoseLink } from "./chartLinks.ts";
import type { FindingPicks } from "./parts.ts";
import type { Seeing } from "./readAgain.ts";

/** What came of one part of preparing: done, or why not, and when to try again. */
export interface Part {
  readonly risk?: Risk;
  readonly later?: Outcome;
}

export interface InChart extends Part {
  /** The appointment as it was read after writing. */
  readonly read?: SystemAppointment;
  /** Whether the chart has both links, each in its room. */
  readonly isThere?: boolean;
  /** The connector was too busy to ask the chart; `later` says when the chart is asked. */
  readonly isUnasked?: true;
  /** When lost links were written again within the last hour. */
  readonly restored?: readonly Date[];
}

/** How often within an hour lost links are written again at once; after that only every quarter of an hour. */
const MOST_RESTORED = 3;
const LATELY_MS = 3_600_000;
const RARELY_MS = 900_000;

/** Somebody takes the links out again and again: the connector does not write against them each minute. */
const removed = (restored: readonly Date[]): InChart => ({
  risk: "links-removed",
  later: { kind: "not-now", reason: "ehr.links-removed", afterSeconds: RARELY_MS / 1000 },
  restored,
});

/** Writes the links where they may and must be written, and checks whether each is in its room. */
export async function inChart(
  parts: FindingPicks,
  { at }: Seeing,
  { found, appointment }: { readonly found: FoundVisit; readonly appointment: SystemAppointment },
  wanted: LinksToWrite,
): Promise<InChart> {
  const { links: writes } = writeBackOf(parts.environment, at.connection);
  const whose = whoseLink(parts, found.id);
  const before = judgeLinks(appointment.rooms, wanted, whose, writes);
  const now = parts.queue.now();
  const lately = (found.restored ?? []).filter((at) => now.getTime() - at.getTime() < LATELY_MS);
  const isOften = lately.length >= MOST_RESTORED;
  if (before.kind === "risk") return before;
  if (before.kind !== "to-write")
    return { ...(isOften && removed(lately)), restored: lately, isThere: before.kind === "right" };
  const { version, rooms, id } = appointment;
  const hasThem = rooms.provider === wanted.provider && rooms.patient === wanted.patient;
  const areLost = !hasThem && (isOften || found.links === pairOf(parts, found.id, wanted));
  const last = lately.at(-1)?.getTime() ?? -Infinity;
  if (areLost && isOften && now.getTime() - last < RARELY_MS) return removed(lately);
  if (version === undefined) return { risk: "write-refused" };
  const written = await at.chart.writeLinks({ id, version, rooms }, wanted);
  if (written.kind === "refused")
    return written.why === "changed-meanwhile" ? refusedAsChanged(at, appointment) : REFUSED[written.why];
  if (written.kind !== "written") return notReached(written, "ehr.write");
  parts.log.info("links.written", { connection: found.connectionId });
  const after = await at.chart.appointment(id);
  if (after.kind === "not-shown") return REFUSED["not-shown"];
  if (after.kind !== "read") return notReached(after);
  const verdict = judgeLinks(after.appointment.rooms, wanted, whose, writes);
  const { appointment: read } = after;
  if (verdict.kind === "to-write") return { read, risk: "write-refused" };
  if (verdict.kind === "risk") return { ...verdict, read };
  const restored = areLost ? [...lately, now].slice(-2 * MOST_RESTORED) : lately;
  const isThere = verdict.kind === "right";
  return restored.length >= MOST_RESTORED
    ? { ...removed(restored), read, isThere }
    : { restored, read, isThere };
}

function notReached(trouble: Trouble, from?: "ehr.write"): InChart {
  if (trouble.kind === "busy") return { isUnasked: true, later: putOff(trouble, from) };
  return { risk: trouble.kind === "shut-out" ? "not-let-in" : "no-link", later: putOff(trouble, from) };
}

/** What becomes of the visit where nothing was written, because the chart refused or would have refused. */
const REFUSED: Readonly<Record<WriteRefused["why"], Part>> = {
  "changed-meanwhile": {
    risk: "no-link",
    later: { kind: "not-now", reason: "ehr.changed-meanwhile", afterSeconds: 5, growsToSeconds: 900 },
  },
  locked: {
    risk: "chart-locked",
    later: { kind: "not-now", reason: "ehr.locked", afterSeconds: 60, growsToSeconds: 900 },
  },
  "side-effect": {
    risk: "chart-locked",
    later: { kind: "not-now", reason: "ehr.side-effect", afterSeconds: 60, growsToSeconds: 900 },
  },
  rule: { risk: "write-refused" },
  "not-shown": { risk: "not-shown" },
  "not-sent": { risk: "half-linked" },
};

/**
 * The chart says that the appointment has changed since it was read. If it is read again with the very same version, and
 * with no link added, the chart does not accept the links.
 */
async function refusedAsChanged(
  { chart }: ChartAt,
  { id, version }: Pick<SystemAppointment, "id" | "version">,
): Promise<InChart> {
  const again = await chart.appointment(id);
  if (again.kind === "busy") return notReached(again);
  if (again.kind !== "read") return REFUSED["changed-meanwhile"];
  const { appointment: read } = again;
  const isSame = read.version === version;
  const isEmpty = read.rooms.provider === undefined && read.rooms.patient === undefined;
  return isSame && isEmpty ? { read, ...REFUSED.rule } : REFUSED["changed-meanwhile"];
}
