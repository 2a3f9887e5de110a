/**
 * Finds what must not have happened to patients, by the outside's count, and who was not told although no record says why.
 */
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { isOpen } from "../../../app/domain/job.ts";
import { nameOf } from "../../../app/domain/visitMessages.ts";
import { jobId, type Jobs } from "../../../app/records/jobs.ts";
import type { Messages } from "../../../app/records/messages.ts";
import type { Came, Outside } from "./outside.ts";
import { isStaffs, numberOf, REMINDS_MINUTES, type What } from "./visits.ts";

export interface Known {
  readonly number: number;
  readonly id: VisitId;
  readonly what: What;
  readonly start: Date;
  /** The earliest time at which its move was found, in milliseconds since 1970. */
  movedAt?: number;
}

export interface TextWrongs {
  /** Patients who were told the same thing twice. */
  readonly twice: readonly string[];
  readonly early: readonly string[];
  /** Patients who were told of a visit although the chart had just answered that it is cancelled. */
  readonly afterCancelled: readonly string[];
  /** Patients who were texted although their STOP had been answered before the process looked it up. */
  readonly afterStop: readonly string[];
  /** Patients of the test chart who were told, although only listed staff may be. */
  readonly notStaff: readonly string[];
  /** Patients who were told during the pilot, in which only listed staff may be. */
  readonly inPilot: readonly string[];
  /** Visits whose job is over although nobody was told, and no record says why. */
  readonly unsaid: readonly string[];
  /** How many visits' jobs are not over yet. */
  readonly open: number;
  /**
   * How many messages were perhaps sent, as their records say: no report came, and what may have left is not sent again.
   */
  readonly unconfirmed: number;
}

type Told = "first" | "cancelled" | "reminder" | "moved";

const toldBy = ({ words }: Came): Told =>
  /cancel/i.test(words)
    ? "cancelled"
    : /reminder/i.test(words)
      ? "reminder"
      : /moved|new time/i.test(words)
        ? "moved"
        : "first";

/** How long a move is not told, because another may follow. */
const MOVE_WAITS_MS = 120_000;
const SETTLED = ["accepted", "delivered", "refused", "withheld"];

export async function wrongsOf(
  known: readonly Known[],
  {
    outside,
    messages,
    jobs,
    liveAt,
  }: {
    readonly outside: Pick<Outside, "came" | "stops">;
    readonly messages: Messages;
    readonly jobs: Pick<Jobs, "read">;
    readonly liveAt: number;
  },
): Promise<TextWrongs> {
  const came = outside.came();
  const by = new Map(known.map((one) => [one.number, one]));
  const visitOf = ({ to }: Came) => by.get(numberOf(to));
  const named = (one: Came) => [visitOf(one)?.number, visitOf(one)?.what, toldBy(one)].join(" ");
  const wrong = (isWrong: (one: Came, visit: Known) => boolean) =>
    came.filter((one) => isWrong(one, visitOf(one) ?? NOBODYS)).map(named);
  const counts = new Map<string, number>();
  for (const one of came) counts.set(named(one), (counts.get(named(one)) ?? 0) + 1);
  const told = new Set(came.map((one) => visitOf(one)?.number));
  const unsaid: Known[] = [];
  let [open, unconfirmed] = [0, 0];
  for (const one of known) {
    const states = (await messages.of(one.id)).map(({ state }) => state);
    if (states.some((state) => SETTLED.includes(state))) continue;
    const job = await jobs.read(firstJobOf(one));
    if (job === undefined || isOpen(job.job)) open += 1;
    else if (told.has(one.number) || states.includes("begun")) unconfirmed += 1;
    else unsaid.push(one);
  }
  return {
    twice: [...counts].filter(([, count]) => count > 1).map(([name]) => name),
    early: wrong(
      (one, { what, start, movedAt = Number.POSITIVE_INFINITY }) =>
        (what === "near" && one.at < start.getTime() - REMINDS_MINUTES * 60_000) ||
        (toldBy(one) === "moved" && one.at < movedAt + MOVE_WAITS_MS),
    ),
    afterCancelled: wrong((one) => one.status === "cancelled" && toldBy(one) !== "cancelled"),
    afterStop: wrong(({ to, looked = 0 }) => looked > (outside.stops.get(to) ?? Number.POSITIVE_INFINITY)),
    notStaff: wrong((_, { what, number }) => what === "copy" && !isStaffs(number)),
    inPilot: wrong((one, { number }) => one.at < liveAt && !isStaffs(number)),
    unsaid: unsaid.map(({ number, what }) => [number, what].join(" ")),
    open,
    unconfirmed,
  };
}

/** The id of the job that tells a visit's first message. */
export const firstJobOf = (one: Known): string => jobId("message", [one.id, firstOf(one)].join(" "));

const firstOf = ({ what, start }: Known): string =>
  nameOf(
    what === "near"
      ? { kind: "reminder", minutesBefore: REMINDS_MINUTES, start }
      : { kind: "change", number: 1 },
  );

const NOBODYS: Known = { number: -1, id: "" as VisitId, what: "booked", start: new Date(0) };
