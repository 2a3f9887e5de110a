/**
 * The checks of finding and preparing: whether each chart is read, how many visits of the next 24 hours are at risk, and
 * which organizer runs out of meetings.
 */
import type { Risk } from "../../domain/found.ts";
import { organizersOf } from "../../domain/hospital.ts";
import type { Mover } from "../../domain/mover.ts";
import { losesVisits, locationChangeWords, type LocationChange } from "../../domain/knownLocations.ts";
import { RISK_WORDS } from "../../domain/risks.ts";
import { unreadableRows } from "../../domain/unreadableRows.ts";
import { hasSystemClient, type LocationsLacking, type SystemConnection } from "../../ports/systemEhr.ts";
import { expectedBetween } from "../../records/expectedBetween.ts";
import { MANY_MEETINGS, MOST_MEETINGS } from "../../records/meetingCounts.ts";
import type { TickState } from "../../records/ticks.ts";
import { nothingYet, tickOf, type Check } from "../../web/flow.ts";
import { alone } from "./alone.ts";
import { batchesOf, batchNames } from "./batches.ts";
import { departmentsAt } from "./locations.ts";
import { failedTooLarge, lackWords, lookedFault, tooLargeWords } from "./lookedWords.ts";
import type { FindingPicks } from "./parts.ts";

export const NEAR = "finding.near";
export const FAR = "finding.far";
export const SOON = "finding.soon";
export const LOCATIONS = "finding.locations";
export const STRAYS = "finding.strays";
const DAY_MS = 86_400_000;
/** How many reasons of visits at risk a check names, the most frequent first. The list of these visits has all of them. */
const MOST_TOLD = 3;

export async function findingChecks(parts: FindingPicks): Promise<readonly Check[]> {
  const connections = (await parts.hospital.connections()).filter(hasSystemClient);
  const each = await Promise.all(
    connections.map(async (connection) => {
      const { id: of } = connection;
      return [
        await alone({ name: "system-client", of }, letIn(parts, connection)),
        await alone({ name: "visits-found", of }, looked(parts, connection)),
        await alone({ name: "locations", of }, locations(parts, connection)),
        await alone({ name: "stray-locations", of }, stray(parts, connection)),
        await alone({ name: "visits-at-risk", of }, atRisk(parts, connection)),
        ...(await organizers(parts, connection)),
      ];
    }),
  );
  return each.flat();
}

/** The kept turns of each batch of the connection's locations; undefined where a batch has not come round yet. */
async function turnsOf(
  parts: FindingPicks,
  name: string,
  id: string,
): Promise<readonly (TickState | undefined)[]> {
  const { length } = batchesOf((await departmentsAt(parts, id)).keys());
  return Promise.all(batchNames(id, length).map((batch) => parts.ticks.peek(tickOf(name, batch))));
}

/** Whether it was tried at least once. */
const hasCome = (turn: TickState | undefined): turn is TickState =>
  turn !== undefined && (turn.last !== undefined || turn.failures > 0);

/** Whether the chart lets the system client in, as the last rounds found it: the chart is not asked when a page is shown. */
async function letIn(parts: FindingPicks, { id }: SystemConnection): Promise<Check> {
  const check = { name: "system-client" as const, of: id };
  const near = await turnsOf(parts, NEAR, id);
  if (!near.some(hasCome))
    return nothingYet(check, "the chart is read for the first time within a minute or two");
  const reasons = near.flatMap((turn) => (turn?.failures === 0 ? [] : (turn?.lastFailure?.reason ?? [])));
  return { ...check, ...SHUT_OUT.get(reasons.find((reason) => SHUT_OUT.has(reason)) ?? "") };
}

/** What to say and whose move it is, by the reason for which a round was not whole. */
const SHUT_OUT: ReadonlyMap<string, Required<Pick<Check, "fault" | "move">>> = new Map([
  [
    "ehr.registration",
    {
      fault:
        "The authorization server refuses the system client: its client id, key or secret is not as it is registered, or the hospital’s domain has not enabled the application. Compare both on the connection’s page, and ask Oracle whether it is enabled.",
      move: "administrator",
    },
  ],
  [
    "ehr.scopes",
    {
      fault:
        "The system client was granted fewer scopes than it needs. Ask Oracle to add those of the integration record to its registration.",
      move: "oracle",
    },
  ],
  [
    "ehr.token",
    {
      fault: "The chart refuses the tokens of its own authorization server. Report it to Oracle.",
      move: "oracle",
    },
  ],
  [
    "ehr.proof",
    {
      fault:
        "The key or secret by which the connector proves itself cannot be used. Have the platform team look at the vault; a secret that was typed in the portal is typed in anew.",
      move: "administrator",
    },
  ],
  [
    "ehr.clocks",
    {
      fault:
        "The connector’s clock and Oracle’s are minutes apart, so nothing that is signed is believed. Have the platform team compare the site’s clock with a public time server.",
      move: "administrator",
    },
  ],
]);

async function looked(parts: FindingPicks, { id }: SystemConnection): Promise<Check> {
  const check = { name: "visits-found" as const, of: id };
  // A batch that has not had its turn yet, as after locations were added, has it within a minute. It does not count here.
  const near = (await turnsOf(parts, NEAR, id)).filter(hasCome);
  const far = await turnsOf(parts, FAR, id);
  const tooLarge = tooLargeWords(near, far);
  // One batch whose answers are too large does not hide how the others stand.
  const others = near.filter((turn) => !failedTooLarge(turn));
  const other = near.length > 0 && others.length === 0 ? undefined : lookedFault(others, parts.queue.now());
  const read = other ?? lackWords(near, far);
  if (tooLarge === undefined) return { ...check, ...(read !== undefined && { fault: read }) };
  const isAlone = read === undefined || (near.length === 0 && other !== undefined);
  return isAlone
    ? { ...check, fault: tooLarge, move: "oracle" }
    : { ...check, fault: [read, tooLarge].join(" ") };
}

async function locations(
  { hospital, locations, ticks }: FindingPicks,
  { id }: SystemConnection,
): Promise<Check> {
  const check = { name: "locations" as const, of: id };
  if (((await ticks.peek(tickOf(LOCATIONS, id)))?.failures ?? 0) > 0)
    return {
      ...check,
      fault:
        "The locations below those that are listed could not be read when it was last tried. Those that are known are searched, and it is tried again by itself; the log's event tick.failed says why it does not work.",
    };
  const kept = await locations.of(id);
  if (kept === undefined)
    return nothingYet(check, "the chart’s locations are read for the first time within an hour or two");
  if (!kept.isCut) {
    const own = new Set((await hospital.departments(id)).flatMap((department) => department.locations));
    const changes = kept.changes ?? [];
    const told = changed(changes.filter((one) => own.has(one.root ?? one.id)));
    const lacks = lackingWords(kept.lacking);
    if (lacks === "") return { ...check, ...told };
    const fault = [told.fault, lacks].filter((words) => words !== undefined).join(" ");
    return { ...check, fault, ...((told.fault === undefined || told.isWarning) && { isWarning: true }) };
  }
  return {
    ...check,
    fault:
      "The chart has more locations than can be read, so only those that are listed, and those below them that were known before, are searched. List every location in which video visits are held.",
  };
}

/** What the last reading of the locations lacks, in words; empty where it lacks nothing. */
function lackingWords({ unreadable, keptBack }: LocationsLacking = { unreadable: 0, keptBack: 0 }): string {
  const says = [
    unreadable === 1 && "One of the chart’s locations cannot be read: report to Oracle what its API answers.",
    unreadable > 1 &&
      `Of the chart’s locations ${String(unreadable)} cannot be read: report to Oracle what its API answers.`,
    keptBack > 0 &&
      "The chart says that it keeps locations back from the connector on purpose: whoever sets up rights in the chart can say which ones.",
  ].filter((words) => words !== false);
  if (says.length === 0) return "";
  return `${says.join(" ")} Visits at locations below a listed one may be missed; list each location by its id in which video visits are held.`;
}

/** Whether video visits are booked where no department is. A location that a department has by now is not named. */
async function stray(parts: FindingPicks, { id }: SystemConnection): Promise<Check> {
  const check = { name: "stray-locations" as const, of: id };
  const kept = await parts.strays.of(id);
  if (kept === undefined)
    return { ...check, unseen: "The chart was not searched for them yet. That is done once a day." };
  if (kept.found.length === 0) return check;
  const owned = await departmentsAt(parts, id);
  const found = kept.found.filter((one) => !owned.has(one.id));
  if (found.length === 0) return check;
  const told = found.toSorted((one, other) => other.visits - one.visits);
  const more = told.length - MOST_TOLD;
  const each = told
    .slice(0, MOST_TOLD)
    .map(({ id: location, name = "no name", visits: count }) => `${location} (${name}): ${visits(count)}`);
  const others = more > 0 ? `; and ${String(more)} more` : "";
  return {
    ...check,
    isWarning: true,
    fault: `Video visits are booked at locations that belong to no department: ${each.join("; ")}${others}. Nobody finds or prepares them, and a launch there fails.`,
  };
}

/** What has changed about the locations, beginning with changes by which visits may be missed, and the latest of them. */
function changed(changes: readonly LocationChange[]): Pick<Check, "fault" | "isWarning"> {
  if (changes.length === 0) return {};
  const told = changes.toSorted(
    (one, other) =>
      Number(losesVisits(other)) - Number(losesVisits(one)) || other.at.getTime() - one.at.getTime(),
  );
  const more = told.length - MOST_TOLD;
  const fault =
    told.slice(0, MOST_TOLD).map(locationChangeWords).join(" ") +
    (more > 0 ? ` And ${String(more)} more: each department’s page has its own.` : "");
  return { fault, ...(!told.some(losesVisits) && { isWarning: true }) };
}

async function atRisk({ foundVisits, queue }: FindingPicks, { id }: SystemConnection): Promise<Check> {
  const now = queue.now();
  const risks = new Map<Risk, number>();
  const until = new Date(now.getTime() + DAY_MS);
  let damagedRows = 0;
  const range = { from: now, before: until, now };
  for await (const { expected, unreadable } of expectedBetween(foundVisits, id, range)) {
    damagedRows += unreadable.length;
    for (const { risk } of expected) if (risk !== undefined) risks.set(risk, (risks.get(risk) ?? 0) + 1);
  }
  const check = { name: "visits-at-risk" as const, of: id };
  if (damagedRows > 0)
    return {
      ...check,
      fault: `Of the next 24 hours ${visits(damagedRows)} cannot be read in the store, so nothing is prepared for them. ${unreadableRows("visits", ", and they are found anew")}`,
    };
  if (risks.size === 0) return check;
  const told = [...risks].sort(([, one], [, other]) => other - one);
  const others = told.slice(MOST_TOLD).reduce((sum, [, count]) => sum + count, 0);
  const fault =
    "Of the next 24 hours: " +
    told
      .slice(0, MOST_TOLD)
      .map(([risk, count]) => `${visits(count)}: ${RISK_WORDS[risk].why}. ${RISK_WORDS[risk].next}`)
      .join(" ") +
    (others === 0 ? "" : ` For other reasons: ${visits(others)}.`);
  return { ...check, fault, move: moveOf(told.map(([risk]) => RISK_WORDS[risk].move)) };
}

const visits = (count: number) => (count === 1 ? "1 visit" : String(count) + " visits");

/** Whose move it is: an administrator's if any of the risks is theirs, otherwise the first one's that is not "nobody". */
const moveOf = (moves: readonly Mover[]): Mover =>
  moves.find((move) => move === "administrator") ?? moves.find((move) => move !== "nobody") ?? "nobody";

const COUNT_LOST =
  "How many meetings the account was given this month cannot be read. Where its row is damaged, it is counted anew from the next meeting on; one of a newer release is left to that.";

async function organizers(
  { hospital, meetingCounts }: FindingPicks,
  { id }: SystemConnection,
): Promise<readonly Check[]> {
  const all = new Set((await hospital.departments(id)).flatMap(organizersOf).map((one) => one.toLowerCase()));
  return Promise.all(
    [...all].map(async (organizer): Promise<Check> => {
      const check = { name: "organizer-meetings" as const, of: organizer };
      const count = await meetingCounts.of(organizer);
      if (count === undefined) return { ...check, unseen: COUNT_LOST };
      if (count < MANY_MEETINGS) return check;
      return {
        ...check,
        fault: `The account has ${String(count)} meetings this month; Teams gives one account ${String(MOST_MEETINGS)}. Add another account to the department's organizers.`,
      };
    }),
  );
}
