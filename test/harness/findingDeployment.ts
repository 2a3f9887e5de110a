/** Finds and prepares visits on a store of its own. The test scripts the chart and Teams, and moves the clock. */
import { createHmac, hash } from "node:crypto";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import { messageRulesOf } from "../../app/domain/defaults.ts";
import type { Environment } from "../../app/domain/environment.ts";
import type { FhirBaseUrl } from "../../app/domain/fhirBaseUrl.ts";
import type { ConfiguredConnection, Department } from "../../app/domain/hospital.ts";
import {
  begun,
  handedBack,
  isOpen,
  isPastUse,
  JOB_KINDS,
  lapsed,
  PATIENCE,
  patienceFor,
  settledSince,
  type Handler,
  type Job,
  type KindRules,
  type Undone,
} from "../../app/domain/job.ts";
import { linkKey, type VisitId } from "../../app/domain/linkToken.ts";
import { findingFlow } from "../../app/flows/finding/finding.ts";
import type { FindingPicks } from "../../app/flows/finding/parts.ts";
import { jsonLog } from "../../app/log.ts";
import type { Keyring } from "../../app/ports/keyring.ts";
import { MeetingsFault, type Meetings } from "../../app/ports/meetings.ts";
import { StoreFault, type Store } from "../../app/ports/store.ts";
import type { SystemEhr } from "../../app/ports/systemEhr.ts";
import { openFoundVisits } from "../../app/records/foundVisits.ts";
import { openHospital } from "../../app/records/hospital.ts";
import { openJobs } from "../../app/records/jobs.ts";
import { openMeetingCounts } from "../../app/records/meetingCounts.ts";
import { openLocationRecords } from "../../app/records/locations.ts";
import { openPresences } from "../../app/records/presences.ts";
import { openSearched } from "../../app/records/searched.ts";
import { openStrayRecords } from "../../app/records/strays.ts";
import { openTicks } from "../../app/records/ticks.ts";
import { openVisitChanges } from "../../app/records/visitChanges.ts";
import { openVisits } from "../../app/records/visits.ts";
import type { Tick } from "../../app/web/flow.ts";
import { tickOf } from "../../app/web/flow.ts";
import { reasonOf } from "../../app/worker/rounds.ts";
import { unreadableIn } from "../../app/records/record.ts";
import { untilReadable } from "../../app/worker/unreadable.ts";

export const OURS = "https://visits.example";
const BEGAN = Date.parse("2027-01-04T08:00:00Z");

export const keyring: Keyring = {
  hash: (purpose, value) => hash("sha256", purpose + "\n" + value, "base64url").slice(0, 22),
  seal: (context, clear) => JSON.stringify([context, clear]),
  open(context, sealed) {
    const [sealedFor, clear] = JSON.parse(sealed) as [string, string];
    if (sealedFor !== context) throw new Error("sealed for " + sealedFor);
    return clear;
  },
  links: { current: 1, byVersion: new Map([[1, linkKey(createHmac("sha256", "links").digest())]]) },
};

export const connectionOf = (id: string, more: Partial<ConfiguredConnection> = {}): ConfiguredConnection => ({
  id,
  name: id,
  fhirBaseUrl: ("https://fhir.example/r4/" + id) as FhirBaseUrl,
  aud: "https://fhir.example/r4/" + id,
  environment: "production",
  system: { clientId: "system", authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" } },
  visitTypes: ["Video Visit"],
  writeBack: { links: true },
  ...more,
});

export const departmentOf = (connection: string, more: Partial<Department> = {}): Department => ({
  id: connection + "-clinic",
  name: "Clinic",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  connection,
  locations: ["loc-1"],
  organizers: ["7d0c5a1e-0000-4000-8000-00000000a001", "7d0c5a1e-0000-4000-8000-00000000a002"],
  lobby: "staff",
  ...more,
});

export interface FindingDeploymentOptions {
  readonly charts: Readonly<Record<string, SystemEhr>>;
  readonly connections?: readonly ConfiguredConnection[];
  readonly departments?: readonly Department[];
  readonly environment?: Environment;
  readonly aheadDays?: number;
  readonly file?: string;
  readonly store?: (store: Store) => Store;
  /** Left out, Teams does not tell who is in a meeting. */
  readonly callEvents?: FindingPicks["callEvents"];
  /** The Teams of another such deployment, so that both make meetings for one hospital. */
  readonly teams?: ScriptedTeams;
  /** The first random number of a visit's record; by it, links of two such deployments differ. */
  readonly firstEpoch?: number;
}

export type Round = "finding.near" | "finding.far" | "finding.soon" | "finding.locations" | "finding.strays";

export function findingDeployment(options: FindingDeploymentOptions) {
  let at = BEGAN;
  const now = () => new Date(at);
  // Rows also expire by the clock that the test moves.
  const opened = openSqliteStore({ file: options.file ?? ":memory:", now, uptime: () => at - BEGAN });
  const store = options.store?.(opened) ?? opened;
  const queue = openSqliteQueue({ file: options.file ?? ":memory:", now });
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), now);
  const ids = Object.keys(options.charts);
  const said = {
    connections: options.connections ?? ids.map((id) => connectionOf(id)),
    departments: options.departments ?? ids.map((id) => departmentOf(id)),
  };
  const hospital = () =>
    openHospital({
      organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
      visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      ...said,
    });
  const teams = options.teams ?? scriptedTeams();
  const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
  const ticks = openTicks({ store, log, now });
  let epochs = options.firstEpoch ?? 0;
  const newEpoch = () => (epochs = (epochs + 7_919) % 0xff_ff_ff);
  const picks = (): FindingPicks => ({
    callEvents: options.callEvents,
    environment: options.environment ?? "production",
    foundVisits: openFoundVisits({ store, keyring, now }),
    hospital: hospital(),
    jobs,
    log,
    meetingCounts: openMeetingCounts({ store, now }),
    messageRules: messageRulesOf("production", { aheadDays: options.aheadDays ?? 14 }),
    locations: openLocationRecords({ store }),
    presences: openPresences({ store, keyring }),
    searched: openSearched({ store }),
    strays: openStrayRecords({ store }),
    publicUrl: OURS,
    queue,
    standings: {
      of: () =>
        Promise.resolve({
          ok: true,
          warnings: [],
          endpoints: { authorizationEndpoint: "https://a.example", tokenEndpoint: "https://t.example" },
        }),
    } as Pick<FindingPicks["standings"], "of"> as FindingPicks["standings"],
    systemEhr: {
      chart: (connection, endpoints, asker) => {
        const chart = options.charts[connection.id];
        if (chart === undefined) throw new Error("no chart of " + connection.id);
        return chart.chart(connection, endpoints, asker);
      },
    },
    ticks,
    visits: openVisits({ store, meetings: teams, keyring, hospital: hospital(), log, now, newEpoch }),
  });
  let parts = picks();
  let flow = findingFlow(parts);
  const tickNamed = (name: string): Tick => {
    const tick = flow.ticks.find((one) => one.name === name);
    if (tick === undefined) throw new Error("no tick " + name);
    return tick;
  };
  const signal = new AbortController().signal;

  const others: Record<string, Handler> = {};
  const undone: Record<string, Undone> = {};
  /** @returns whether the flow of a job that ends undone could be told, where it does */
  const tellUndone = async (next: Job): Promise<boolean> => {
    if (next.state !== "poisoned") return true;
    try {
      await undone[next.kind]?.(next);
      return true;
    } catch (error) {
      if (error instanceof StoreFault) return false;
      throw error;
    }
  };

  /** @returns whether the round was done; if not, the next one is told since when none was */
  const roundOf = async (name: Round, of: string): Promise<boolean> => {
    const kept = await ticks.of(tickOf(name, of));
    const began = now();
    let leftOut = 0;
    let keptBack = 0;
    let tooLarge = 0;
    let changeUnread = 0;
    try {
      const { last } = kept.state;
      await tickNamed(name).run({
        of,
        signal,
        ...(last && { since: last }),
        leftOut: (count) => (leftOut = count),
        keptBack: (times) => (keptBack = times),
        tooLarge: (halfHours) => (tooLarge = halfHours),
        changeUnread: (visits) => (changeUnread = visits),
      });
      const { lastFailure: _over, ...state } = kept.state;
      const told = { leftOut, keptBack, tooLarge, changeUnread };
      await ticks.write(kept, { ...state, last: began, failures: 0, ...told });
      return true;
    } catch (error) {
      log.error("tick.failed", error);
      const lastFailure = { reason: reasonOf(error), at: now() };
      await ticks.write(kept, { ...kept.state, failures: kept.state.failures + 1, lastFailure });
      return false;
    }
  };

  return {
    /** Handlers of other flows' jobs. A job of a kind that has no handler counts as done. */
    others,
    /** What other flows do where a job of theirs ends undone. */
    undone,
    get parts() {
      return parts;
    },
    get flow() {
      return flow;
    },
    changes: openVisitChanges({ store }),
    store,
    teams,
    logged,
    now,
    said,
    forward: (minutes: number) => void (at += minutes * 60_000),
    inMinutes: (minutes: number) => new Date(at + minutes * 60_000),
    /** Changes the settings from now on. */
    reset(more: Partial<typeof said>) {
      Object.assign(said, more);
      parts = picks();
      flow = findingFlow(parts);
    },
    /** Does a round for each batch of the connection's locations. @returns whether all were done */
    async round(name: Round, of: string): Promise<boolean> {
      let wereDone = await roundOf(name, of);
      const batches = (await tickNamed(name).each?.())?.filter((batch) => batch.startsWith(of + ".")) ?? [];
      for (const batch of batches) if (!(await roundOf(name, batch))) wereDone = false;
      return wereDone;
    },
    /** Does a round for one batch. */
    roundOf,
    /** Does all jobs that are due, as the worker would. */
    async work(): Promise<void> {
      for (;;) {
        const page = await jobs.readSlice("open", { before: new Date(at + 1_000), limit: 100 });
        if (page.jobs.length === 0) return;
        for (const kept of page.jobs) {
          const mine = await jobs.write(kept, begun(kept.job, "me"));
          if (mine === undefined || !isOpen(mine.job)) continue;
          if (isPastUse(mine.job, now())) {
            await jobs.write(mine, lapsed(mine.job, now()));
            continue;
          }
          const handler = ({ ...flow.jobs, ...others } as Readonly<Record<string, Handler | undefined>>)[
            kept.job.kind
          ];
          const { id, of, due, tries } = mine.job;
          const doing =
            handler?.({ id, of, due, tries, signal }) ?? Promise.resolve({ kind: "done" as const });
          const outcome = await doing.catch((error: unknown) => {
            const row = unreadableIn(error);
            if (row !== undefined) return untilReadable(row);
            if (error instanceof StoreFault) return { kind: "failed" as const, reason: "threw" };
            throw error;
          });
          const held = (await jobs.read(id)) ?? mine;
          const rules: KindRules = JOB_KINDS;
          const patience = patienceFor(rules[kept.job.kind], PATIENCE);
          const moment = { now: now(), chance: 0.5, patience };
          const next = settledSince(mine.job, held.job, outcome, moment);
          const isTold = await tellUndone(next);
          // Its lease ends, and somebody looks at it again.
          await jobs.write(
            held,
            isTold ? next : { ...handedBack(held.job, now()), due: new Date(at + 30_000) },
          );
        }
      }
    },
    visitOf: (connectionId: string, appointmentId: string): VisitId =>
      parts.foundVisits.idOf(("https://fhir.example/r4/" + connectionId) as FhirBaseUrl, appointmentId),
    close: async () => {
      await Promise.all([store.close(), queue.close()]);
    },
  };
}

export interface ScriptedTeams extends Meetings {
  /** How often each visit's meeting was asked for, by organizer and visit. */
  readonly made: Map<string, number>;
  readonly times: Map<string, { readonly start: Date; readonly end: Date }>;
  /** Ids of the meetings that let nobody in. */
  readonly closed: Set<string>;
  /** Ids of the meetings that somebody has deleted. */
  readonly deleted: Set<string>;
  /** How many meetings were looked at. */
  looks: number;
  fault: MeetingsFault["reason"] | undefined;
}

export function scriptedTeams(): ScriptedTeams {
  const made = new Map<string, number>();
  const times: ScriptedTeams["times"] = new Map();
  const closed = new Set<string>();
  const deleted = new Set<string>();
  const refuse = (teams: ScriptedTeams) => {
    if (teams.fault !== undefined) throw new MeetingsFault(teams.fault, "Teams says " + teams.fault);
  };
  const refuseDeleted = (id: string) => {
    if (deleted.has(id)) throw new MeetingsFault("refused", "Teams does not show the meeting");
  };
  const teams: ScriptedTeams = {
    made,
    times,
    closed,
    deleted,
    looks: 0,
    fault: undefined,
    async open({ visitId, organizer, start, end, again }) {
      await Promise.resolve();
      refuse(teams);
      const id = [organizer, visitId, ...(again === undefined ? [] : [again])].join("/");
      made.set(id, (made.get(id) ?? 0) + 1);
      times.set(id, { start, end });
      closed.delete(id);
      return { id, joinUrl: ["https://teams.example", visitId, again ?? 0].join("/") };
    },
    async move({ id }, { start, end }) {
      await Promise.resolve();
      refuse(teams);
      refuseDeleted(id);
      times.set(id, { start, end });
      return "moved";
    },
    async look({ id, start, end }) {
      await Promise.resolve();
      teams.looks += 1;
      refuse(teams);
      const at = times.get(id);
      if (at === undefined || deleted.has(id)) return "gone";
      const isSame = at.start.getTime() === start.getTime() && at.end.getTime() === end.getTime();
      return isSame ? "as-asked" : "other";
    },
    async close({ id }) {
      await Promise.resolve();
      refuse(teams);
      refuseDeleted(id);
      closed.add(id);
    },
  };
  return teams;
}
