/**
 * How one batch of locations is searched: what breaks off is continued or halved, and given up where nothing is answered.
 */
import { afterAll, expect, test } from "vitest";
import { readBatch } from "../../../../app/flows/finding/batch.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Look } from "../../../../app/flows/finding/look.ts";
import { notNarrowed, type Budget, type Narrowed } from "../../../../app/flows/finding/narrowed.ts";
import type { Range } from "../../../../app/domain/halfHours.ts";
import type {
  AppointmentPage,
  AppointmentSearch,
  BrokenOff,
  SystemAppointment,
  SystemConnection,
} from "../../../../app/ports/systemEhr.ts";
import { connectionOf, findingDeployment } from "../../../harness/findingDeployment.ts";
import { scriptedChart } from "../../../harness/scriptedChart.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long the ranges of the rounds are: an hour back and two days ahead, and as far ahead as patients are told. */
const NEAR_HOURS = 49;
const FAR_HOURS = 14 * 24;
/** As the near rounds and the far ones have it. */
const NEAR: Budget = { pieces: 30, freshMs: 10 * MINUTE_MS };
const FAR: Budget = { pieces: 120, freshMs: 4 * HOUR_MS };
const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 8, 0) + minute * MINUTE_MS);
const DOWN: BrokenOff = { kind: "broken-off", by: { kind: "down", reason: "it is ill" } };
const broken = (by: BrokenOff["by"]): BrokenOff => ({ kind: "broken-off", by });
/**
 * A page of appointments that are no video visits and start at these minutes; `undefined` stands for one without a time.
 */
const page = (
  starts: readonly (number | undefined)[],
  hints: AppointmentPage["hints"] = [],
): AppointmentPage => ({
  kind: "page",
  appointments: starts.map((minute, index): SystemAppointment => ({
    id: "a-" + String(index),
    status: "booked",
    ...(minute !== undefined && {
      times: { start: at(minute), end: at(minute + 30), clock: "instant" as const },
    }),
    locations: ["loc-1"],
    isVideo: false,
    rooms: { order: "absent" },
    hints: [],
  })),
  repeated: 0,
  hints,
});

const deployment = findingDeployment({ charts: {} });
afterAll(() => deployment.close());

/** @param answers the answers of each search */
async function read(
  answers: (search: AppointmentSearch, number: number) => readonly (AppointmentPage | BrokenOff)[],
  {
    from = at(0),
    before = at(120),
    signal = new AbortController().signal,
    narrowed = notNarrowed(),
    now = at(0),
    budget = NEAR,
    known = new Map(),
  }: Partial<
    Range & { signal: AbortSignal; narrowed: Narrowed; now: Date; budget: Budget; known: Look["known"] }
  > = {},
) {
  const searched: [number, number][] = [];
  const minute = (moment: Date) => (moment.getTime() - at(0).getTime()) / MINUTE_MS;
  const chart = {
    ...scriptedChart().chart({} as never, { tokenEndpoint: "" }, {} as never),
    async *appointments(search: AppointmentSearch) {
      await Promise.resolve();
      expect(search.locations).toEqual(["loc-1"]);
      searched.push([minute(search.from), minute(search.before)]);
      yield* answers(search, searched.length);
    },
  };
  const came = {
    unreadable: 0,
    keptBack: 0,
    over: 0,
    damaged: 0,
    changeUnread: 0,
    changeUnasked: 0,
    isAnswered: false,
    unanswered: 0,
  };
  const look: Look = {
    parts: { ...deployment.parts, queue: { ...deployment.parts.queue, now: () => now } },
    seeing: {
      at: { kind: "chart", connection: connectionOf("lamna") as SystemConnection, chart },
      departmentOf: new Map(),
    },
    searched: new Map(),
    known,
    comparedBefore: now,
    signal,
    came,
    prepare: () => Promise.resolve(),
  };
  return { result: await readBatch(look, ["loc-1"], { from, before }, narrowed, budget), searched, came };
}

test("a search that is answered is the only one", async () => {
  const { result, searched, came } = await read(() => [page([10]), page([20])]);
  expect([result, searched, came.isAnswered]).toEqual([{ kind: "whole" }, [[0, 120]], true]);
});

test("one that lacks results, wherever they may lie, is a gap, and is not asked again in the same round", async () => {
  const lacking = (): readonly (AppointmentPage | BrokenOff)[] => [
    page([10, 60]),
    { kind: "broken-off", by: { kind: "incomplete" } },
  ];
  const { result, searched, came } = await read(lacking);
  expect([result, searched]).toEqual([{ kind: "gaps", why: "incomplete" }, [[0, 120]]]);
  expect([came.isAnswered, came.unanswered]).toEqual([true, 0]);
});

test("a search that failed stays a gap although the last one that breaks off is too large", async () => {
  const { result } = await read((_, number) => (number === 1 ? [DOWN] : [TOO_LARGE]), {
    before: at(24 * 60),
  });
  expect(result).toMatchObject({ kind: "gaps" });
});

test("a search that breaks off is continued from the last start that was seen, which lies in its range", async () => {
  const { result, searched } = await read((_, number) =>
    number === 1 ? [page([-10, 30, 20, undefined, 120, 200]), DOWN] : [page([40])],
  );
  expect([result, searched]).toEqual([
    { kind: "whole" },
    [
      [0, 120],
      [30, 120],
    ],
  ]);
});

test("one that breaks off without having come further is halved, and its halves are read after all others", async () => {
  const { result, searched, came } = await read((_, number) => {
    if (number === 1) return [page([]), DOWN];
    return number === 2 ? [page([20]), DOWN] : [page([])];
  });
  expect([result, searched, came.unanswered]).toEqual([
    { kind: "whole" },
    [
      [0, 120],
      [0, 60],
      [20, 60],
      [60, 120],
    ],
    2,
  ]);
});

test("what is no longer than half an hour is not halved, and is a gap that has its reason; the rest is read", async () => {
  const unshown = broken({ kind: "not-fhir", reason: "one record" });
  const short = await read(() => [page([]), unshown], { before: at(30) });
  expect([short.result, short.searched]).toEqual([{ kind: "gaps", why: "not-fhir" }, [[0, 30]]]);
  const longer = await read((_, number) => [page([]), ...(number === 3 ? [] : [unshown])], {
    before: at(31),
  });
  expect([longer.result, longer.searched]).toEqual([
    { kind: "gaps", why: "not-fhir" },
    [
      [0, 31],
      [0, 30],
      [30, 31],
    ],
  ]);
});

const TOO_LARGE = broken({ kind: "too-large", reason: "more than 4 MB" });
const hoursOf = ({ from, before }: AppointmentSearch) => (before.getTime() - from.getTime()) / HOUR_MS;

test("a page that is too large is an answer, and is asked for with fewer appointments on it", async () => {
  const asked: (number | undefined)[] = [];
  const { result, searched, came } = await read(
    ({ mostOnPage }, number) => {
      asked.push(mostOnPage);
      return number === 1 ? [page([10]), TOO_LARGE] : [page([20])];
    },
    { before: at(NEAR_HOURS * 60) },
  );
  expect([result, asked, came.unanswered]).toEqual([{ kind: "whole" }, [undefined, 20], 0]);
  expect(searched.map(([from]) => from)).toEqual([0, 10]);
});

test("where fewer are too large, too, the time is halved until it can be read or it is short", async () => {
  const first = await read((search) => (hoursOf(search) > 1 ? [TOO_LARGE] : [page([])]));
  expect([first.result, first.searched.length, first.came.unanswered]).toEqual([{ kind: "whole" }, 4, 0]);
  const none = await read(() => [TOO_LARGE], { before: at(4 * 60) });
  expect([none.result, none.searched.length, none.came.isAnswered]).toEqual([
    { kind: "too-large", halfHours: 8, isBegun: false },
    16,
    true,
  ]);
});

test.each([
  [NEAR_HOURS, 24, 1],
  [NEAR_HOURS, 2, 3],
  [NEAR_HOURS, 0.5, 7],
  [FAR_HOURS, 24, 1],
  [FAR_HOURS, 4, 6],
])(
  "of a range of %i h, where %d h are the most that can be read, all is read within %i rounds, and then at once",
  async (hours, fits, most) => {
    const narrowed = notNarrowed();
    let tooLarge = 0;
    const round = (number: number) => {
      tooLarge = 0;
      return read((search) => (hoursOf(search) > fits ? ((tooLarge += 1), [TOO_LARGE]) : [page([])]), {
        ...{ from: at(number), before: at(number + hours * 60), now: at(number), narrowed },
      });
    };
    let rounds = 0;
    for (let isWhole = false; !isWhole && rounds < 50;) {
      const { result } = await round(rounds++);
      isWhole = result.kind === "whole";
      expect(tooLarge).toBeLessThanOrEqual(24);
    }
    expect(rounds).toBeLessThanOrEqual(most);
    expect(await round(rounds)).toMatchObject({ result: { kind: "whole" } });
    expect(tooLarge).toBe(0);
  },
);

/** Rounds, one after the other, each as long after the one before. The hour and minute are those of the clock. */
function rounds(hours: number, everyMinutes: number, budget: Budget) {
  const narrowed = notNarrowed();
  let minute = 0;
  /** @param isTooLarge whether what starts in a range is too large for one answer */
  return async (isTooLarge: (search: AppointmentSearch) => boolean, known?: Look["known"]) => {
    const begin = minute;
    minute += everyMinutes;
    let broken = 0;
    const { result, searched } = await read(
      (search) => (isTooLarge(search) ? ((broken += 1), [TOO_LARGE]) : [page([])]),
      {
        ...{ from: at(begin), before: at(begin + hours * 60), now: at(begin), narrowed, budget },
        ...(known && { known }),
      },
    );
    return { result, searched, broken };
  };
}
const hasWithin = (start: Date) => (search: AppointmentSearch) =>
  search.from <= start && start < search.before;

test("one appointment that is too large by itself hides half an hour, and is asked for once in an hour", async () => {
  const monster = at(1000);
  const round = rounds(FAR_HOURS, 1, NEAR);
  const first = await round(hasWithin(monster));
  const hidden = { kind: "too-large", halfHours: 1, isBegun: false };
  expect([first.result, first.searched.length]).toEqual([hidden, 20]);
  const asked: (readonly number[])[] = [];
  for (let minute = 1; minute < 240; minute++) {
    const { result, broken, searched } = await round(hasWithin(monster));
    expect(result).toEqual(hidden);
    asked.push([broken, searched.length]);
  }
  // The cuts around it are joined again, so that in the end only what is before and after it is asked for.
  expect(asked.slice(0, 59).map(([broken]) => broken)).toEqual(asked.slice(0, 59).map(() => 0));
  expect(asked.filter(([broken = 0]) => broken > 0).length).toBeLessThanOrEqual(4);
  expect(asked.slice(60, 121).some(([broken = 0]) => broken > 0)).toBe(true);
  expect(Math.max(...asked.map(([, searches = 0]) => searches))).toBeLessThanOrEqual(12);
  expect(Math.max(...asked.slice(120).map(([, searches = 0]) => searches))).toBeLessThanOrEqual(3);
});

test("visits of a half hour that is too large count as missing, and those that were not asked for do not", async () => {
  const [hidden, other] = [at(125), at(20 * 60)];
  const round = rounds(NEAR_HOURS, 1, { pieces: 1, freshMs: 0 });
  const isTooLarge = (search: AppointmentSearch) => hoursOf(search) > 24 || hasWithin(hidden)(search);
  await round(isTooLarge);
  const found = (start: Date) => ({ start, end: start }) as FoundVisit;
  const known = new Map([
    ["hidden", found(hidden)],
    ["not asked for", found(other)],
  ] as [VisitId, FoundVisit][]);
  expect((await round(isTooLarge, known)).result).toMatchObject({ kind: "too-large", isBegun: true });
  expect([...known.keys()]).toEqual(["hidden"]);
});

test.each([
  [NEAR_HOURS, 1, NEAR],
  [FAR_HOURS, 15, FAR],
])(
  "where every half hour fits alone (%i h) and one does not, questions stay bounded, and all others are read",
  async (hours, everyMinutes, budget) => {
    const monster = at(47 * 60);
    const round = rounds(hours, everyMinutes, budget);
    const isTooLarge = (search: AppointmentSearch) => hoursOf(search) > 0.5 || hasWithin(monster)(search);
    const all: Awaited<ReturnType<typeof round>>[] = [];
    for (let rounds = 0; rounds < 120; rounds++) all.push(await round(isTooLarge));
    const steady = all.slice(60);
    for (const { result, searched, broken } of steady) {
      expect(result).toEqual({ kind: "too-large", halfHours: 1, isBegun: false });
      expect(broken).toBeLessThanOrEqual(6);
      expect(searched.length).toBeLessThanOrEqual(budget.pieces + 12);
    }
    // Soon visits are searched for in each round.
    for (const [index, { searched }] of all.entries()) expect(searched[0]?.[0]).toBe(index * everyMinutes);
    // It becomes small again: after an hour or a few it is asked for in one piece.
    let recovering = 0;
    for (let searches = Infinity; searches > 1; recovering += everyMinutes) {
      const { searched, result } = await round(() => false);
      expect(searched.length).toBeLessThanOrEqual(budget.pieces);
      expect(result).not.toHaveProperty("why");
      searches = searched.length;
      expect(recovering).toBeLessThanOrEqual(hours === NEAR_HOURS ? 90 : 360);
    }
    expect((await round(() => false)).result).toEqual({ kind: "whole" });
  },
);

test("a chart that is too large for every half hour is asked a little each round, and is read again once it is small", async () => {
  const round = rounds(NEAR_HOURS, 1, NEAR);
  const searches: number[] = [];
  for (let minute = 0; minute < 150; minute++) searches.push((await round(() => true)).searched.length);
  expect(Math.max(...searches)).toBe(24);
  expect(Math.max(...searches.slice(10))).toBeLessThanOrEqual(4);
  let minutes = 0;
  while ((await round(() => false)).result.kind !== "whole") expect((minutes += 1)).toBeLessThanOrEqual(90);
});

test("fewer appointments on a page are asked for until an hour without an answer that is too large", async () => {
  const narrowed = notNarrowed();
  const asked: (number | undefined)[] = [];
  const round = (minute: number, isLarge = false) =>
    read(
      ({ mostOnPage }) => {
        asked.push(mostOnPage);
        return isLarge && mostOnPage === undefined ? [TOO_LARGE] : [page([])];
      },
      { narrowed, now: at(minute) },
    );
  await round(0, true);
  await round(59);
  await round(60);
  expect(asked).toEqual([undefined, 20, 20, undefined]);
});

test.each<[by: BrokenOff["by"], why: string]>([
  [{ kind: "limited", retryAfterMs: 1 }, "limited"],
  [{ kind: "shut-out", why: "scopes", reason: "no" }, "scopes"],
])("a chart that lets nobody in is asked once, also where it gave a page (%j)", async (by, why) => {
  for (const pages of [[], [page([10])]]) {
    const { result, searched } = await read(() => [...pages, broken(by)]);
    expect([result, searched.length]).toEqual([{ kind: "stopped", why }, 1]);
  }
});

test("a chart that answers nothing is asked five times in a round, and one that has given a page is asked on", async () => {
  const silent = await read(() => [DOWN]);
  expect([silent.result, silent.searched.length, silent.came]).toEqual([
    { kind: "stopped", why: "down" },
    5,
    expect.objectContaining({ isAnswered: false, unanswered: 5 }),
  ]);
  const late = await read((_, number) => (number < 5 ? [DOWN] : [page([])]), { before: at(48 * 60) });
  expect(late.result).toEqual({ kind: "whole" });
});

test("two dozen searches of a batch may break off in a round", async () => {
  const { result, searched } = await read(() => [page([]), broken({ kind: "too-many-pages" })], {
    before: at(48 * 60),
  });
  expect([result, searched.length]).toEqual([{ kind: "gaps", why: "too-many-pages" }, 24]);
});

test("entries that cannot be read are counted, and other hints are not", async () => {
  const { came } = await read(() => [
    page(
      [],
      [
        { kind: "entries-skipped", count: 2, fields: ["id"] },
        { kind: "entries-skipped", count: 3, fields: ["id"] },
        { kind: "somethingElse", count: 9 } as never,
      ],
    ),
  ]);
  expect(came.unreadable).toBe(5);
});

test("a round that is stopped reads no further page", async () => {
  const signal = AbortSignal.abort(new Error("the process stops"));
  await expect(read(() => [page([10])], { signal })).rejects.toThrow("the process stops");
});
