/** The steps of a canary visit. None of them reads an appointment, names a person or sends anything. */
import { canaryMeeting, type CanaryStep, type CanaryStepName } from "../../domain/canary.ts";
import {
  clientsOf,
  organizersOf,
  type ConfiguredConnection,
  type Department,
} from "../../domain/hospital.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { StoreFault } from "../../ports/store.ts";
import { hasSystemClient, type SystemChart, type Trouble } from "../../ports/systemEhr.ts";
import { tryToWrite } from "../../records/trialRow.ts";
import { OBSTACLE_MOVES } from "../../web/obstacleMoves.ts";
import type { CanaryPicks } from "./parts.ts";

export type StepResult = Pick<CanaryStep, "outcome" | "why" | "move">;

/** What the steps of one canary visit work on, and what they have found out. */
export interface CanaryAt {
  readonly connection: ConfiguredConnection;
  readonly departments: readonly Department[];
  readonly signal: AbortSignal;
  chart?: SystemChart;
}

/** An id that no visit can have: nothing is ever kept under it. */
const NO_VISIT = "canaryVisit-----" as VisitId;
/**
 * How many organizers are tried in an hour. They take turns, so that a large hospital asks Teams no more often than a small
 * one.
 */
const MOST_ORGANIZERS = 10;
const HOUR_MS = 3_600_000;

const PASSED: StepResult = { outcome: "passed" };
const NOT_REACHED: StepResult = { outcome: "not-reached" };
const notTried = (why: string): StepResult => ({ outcome: "not-tried", why });
const failed = (move: NonNullable<CanaryStep["move"]>, why: string): StepResult => ({
  outcome: "failed",
  why,
  move,
});

const NO_CLIENT = "The connection has no system client, so the connector cannot ask the chart by itself.";

export const STEPS: Readonly<
  Record<CanaryStepName, (parts: CanaryPicks, at: CanaryAt) => Promise<StepResult>>
> = {
  /** Asks the chart system where to sign in, and checks that the addresses are those known before. */
  async discovery({ standings, systemEhr }, at) {
    const { connection, signal } = at;
    if (clientsOf(connection).length === 0) return notTried("The connection awaits its registration.");
    const standing = await standings.askNow(connection);
    const why = standing.ok ? standing.ailing : standing.reason;
    if (why !== undefined) {
      const { obstacle } = standing;
      return failed(obstacle === undefined ? "administrator" : OBSTACLE_MOVES[obstacle], why);
    }
    if (standing.ok && hasSystemClient(connection))
      at.chart = systemEhr.chart(connection, standing.endpoints, { as: "round", signal });
    return PASSED;
  },
  async token(_parts, { connection, chart }) {
    if (!hasSystemClient(connection)) return notTried(NO_CLIENT);
    if (chart === undefined) return NOT_REACHED;
    const came = await chart.letIn();
    return came.kind === "let-in" ? PASSED : troubled(came);
  },
  async location(_parts, { connection, chart, departments }) {
    if (!hasSystemClient(connection)) return notTried(NO_CLIENT);
    const location = departments.flatMap(({ locations }) => locations)[0];
    if (location === undefined) return notTried("No department of the connection names a location.");
    if (chart === undefined || (await chart.letIn()).kind !== "let-in") return NOT_REACHED;
    const came = await chart.location(location);
    if (came.kind === "shown") return PASSED;
    if (came.kind !== "not-shown") return troubled(came);
    return failed(
      "administrator",
      `The chart shows no location ${location}. Correct the locations of the department, or ask whoever keeps the chart.`,
    );
  },
  /** Opens a meeting that belongs to no visit: one for each organizer and month. */
  async meeting({ meetings, now }, { departments }) {
    const all = [...new Set(departments.flatMap(organizersOf).map((one) => one.toLowerCase()))].sort();
    if (all.length === 0) return notTried("No department of the connection names an organizer.");
    try {
      for (const organizer of turnOf(all, now())) await meetings.open(canaryMeeting(organizer, now()));
      return PASSED;
    } catch (error) {
      if (!(error instanceof MeetingsFault)) throw error;
      const isTeams = error.reason === "unavailable" || error.reason === "not-taken";
      return failed(isTeams ? "microsoft" : "administrator", error.message);
    }
  },
  /** Makes a link's token, and checks that it is recognized, and leads to no visit. */
  link: ({ visits }) =>
    unlessStoreFails(async () => {
      const token = visits.token({ id: NO_VISIT, epoch: 0 }, { number: 0, role: "patient", generation: 0 });
      const claims = visits.claims(token);
      const isNobodys = claims?.visit === NO_VISIT && (await visits.ofLink(NO_VISIT)) === undefined;
      return isNobodys ? PASSED : failed("administrator", "A link that was just made is not known again.");
    }),
  store: ({ store, now }) =>
    unlessStoreFails(async () => {
      await tryToWrite(store, now());
      return PASSED;
    }),
};

async function unlessStoreFails(act: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return failed("administrator", error.message);
  }
}

function troubled(trouble: Trouble): StepResult {
  switch (trouble.kind) {
    case "busy":
      return failed(
        "administrator",
        "The connector is too busy to ask the chart system. It asks again by itself.",
      );
    case "limited":
      return failed("oracle", "The chart system answers that there are too many requests.");
    case "down":
    case "not-fhir":
    case "too-large":
      return failed("oracle", trouble.reason);
    case "shut-out":
      return failed(trouble.why === "token" ? "oracle" : "administrator", trouble.reason);
  }
}

function turnOf(organizers: readonly string[], now: Date): readonly string[] {
  if (organizers.length <= MOST_ORGANIZERS) return organizers;
  const turns = Math.ceil(organizers.length / MOST_ORGANIZERS);
  const turn = Math.floor(now.getTime() / HOUR_MS) % turns;
  return organizers.slice(turn * MOST_ORGANIZERS, (turn + 1) * MOST_ORGANIZERS);
}
