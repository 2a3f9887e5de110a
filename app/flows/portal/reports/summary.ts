/** Sums visits up, reading them once and slice by slice: the memory that it needs does not grow with the number of visits. */
import { bisectRight } from "d3-array";
import { METRICS, type Reached } from "../../../domain/metrics.ts";
import type { MessageCount, Usage } from "../../../domain/usage.ts";
import type { ReportFilter } from "./asked.ts";
import { lookups, usagesOf, type RowPicks } from "./rows.ts";
import { spansOf, type SpanIs } from "./spans.ts";

export const GROUPS = ["completed", "no-show", "not-known"] as const;
export type Group = (typeof GROUPS)[number];
type Counts = Record<Group, number>;

/** The edges of the distributions' classes, in minutes; values beyond the last edge are in one more class. */
const LOBBY_EDGES = [1, 2, 5, 10, 15, 30] as const;
const DURATION_EDGES = [5, 10, 15, 20, 30, 45, 60] as const;

export interface Summary {
  readonly visits: number;
  readonly counts: Readonly<Counts>;
  /** The counts over time: of days, or of longer spans where there would be too many days. */
  readonly spans: readonly { readonly says: string; readonly counts: Readonly<Counts> }[];
  readonly spanIs: SpanIs;
  readonly lobby: Distribution;
  readonly duration: Distribution;
  readonly departments: readonly Share[];
  /** The staff with the most visits. */
  readonly staff: readonly Share[];
  readonly messages: readonly MessageCount[];
  readonly reached: ReadonlyMap<Reached, number>;
  readonly damaged: number;
}

export interface Distribution {
  readonly classes: readonly { readonly says: string; readonly count: number }[];
  readonly count: number;
  /** The mean in seconds; absent where there are no values. */
  readonly mean?: number;
}

export interface Share {
  readonly name: string;
  readonly visits: number;
  readonly completed: number;
  readonly noShows: number;
  readonly seconds: number;
}

const MOST_STAFF = 20;

export async function summaryOf(picks: RowPicks, filter: ReportFilter): Promise<Summary> {
  const looked = await lookups(picks, filter.only);
  const spans = spansOf(filter, none);
  const counts = none();
  const lobby = distribution(LOBBY_EDGES);
  const duration = distribution(DURATION_EDGES);
  const departments = shares();
  const staff = shares();
  const messages = new Map<string, MessageCount>();
  const reached = new Map<Reached, number>();
  let [visits, damaged] = [0, 0];
  for await (const slice of usagesOf(picks, filter)) {
    damaged += slice.damaged;
    for (const usage of slice.usages) {
      visits += 1;
      const group = groupOf(usage);
      counts[group] += 1;
      const span = spans.at(usage.start);
      if (span !== undefined) span[group] += 1;
      lobby.add(METRICS.lobbyWait.of(usage));
      duration.add(METRICS.duration.of(usage));
      departments.add(usage.departmentId, usage);
      const primary = METRICS.primary.of(usage);
      if (primary !== undefined) staff.add(primary, usage);
      for (const one of usage.messages) addMessage(messages, one);
      const wasReached = METRICS.reached.of(usage);
      reached.set(wasReached, (reached.get(wasReached) ?? 0) + 1);
    }
  }
  const most = staff.all().slice(0, MOST_STAFF);
  const name = await looked.names(most.map((one) => one.name));
  return {
    visits,
    counts,
    spans: spans.all(),
    spanIs: spans.is,
    lobby: lobby.done(),
    duration: duration.done(),
    departments: departments.all().map((one) => ({ ...one, name: looked.department(one.name) })),
    staff: most.map((one) => ({ ...one, name: name(one.name) })),
    messages: [...messages.values()],
    reached,
    damaged,
  };
}

const none = (): Counts => ({ completed: 0, "no-show": 0, "not-known": 0 });

function groupOf(usage: Usage): Group {
  if (METRICS.isCompleted.of(usage)) return "completed";
  return METRICS.isNoShow.of(usage) ? "no-show" : "not-known";
}

function distribution(edges: readonly number[]) {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  let [count, sum] = [0, 0];
  const says = (index: number) => {
    const [from, to] = [edges[index - 1], edges[index]];
    if (from === undefined) return `under ${String(to)}`;
    return to === undefined ? `${String(from)} and more` : `${String(from)} to ${String(to)}`;
  };
  return {
    add(seconds: number | undefined): void {
      if (seconds === undefined) return;
      const index = bisectRight(edges, seconds / 60);
      counts[index] = (counts[index] ?? 0) + 1;
      count += 1;
      sum += seconds;
    },
    done: (): Distribution => ({
      classes: counts.map((many, index) => ({ says: says(index), count: many })),
      count,
      ...(count > 0 && { mean: Math.round(sum / count) }),
    }),
  };
}

/** By ids, which stand as names until they are looked up: two departments may have one name. */
function shares() {
  const byName = new Map<string, Share>();
  return {
    add(name: string, usage: Usage): void {
      const before = byName.get(name) ?? { name, visits: 0, completed: 0, noShows: 0, seconds: 0 };
      byName.set(name, {
        name,
        visits: before.visits + 1,
        completed: before.completed + Number(METRICS.isCompleted.of(usage)),
        noShows: before.noShows + Number(METRICS.isNoShow.of(usage)),
        seconds: before.seconds + METRICS.usageDuration.of(usage),
      });
    },
    /** All shares, those with the most visits first. */
    all: () => [...byName.values()].toSorted((one, other) => other.visits - one.visits),
  };
}

function addMessage(messages: Map<string, MessageCount>, one: MessageCount): void {
  const key = [one.kind, one.way, one.state].join(" ");
  messages.set(key, { ...one, count: (messages.get(key)?.count ?? 0) + one.count });
}
