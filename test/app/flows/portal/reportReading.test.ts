/**
 * What a report has of the visits that are counted: which ones, in which order, and summed up how; without a deployment.
 */
import { describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Outcome, Usage } from "../../../../app/domain/usage.ts";
import { allocatedOf } from "../../../../app/flows/portal/reports/allocated.ts";
import {
  asParameters,
  fits,
  reportAsked,
  shownDays,
  slipIn,
  type ReportFilter,
} from "../../../../app/flows/portal/reports/asked.ts";
import { columnsOf, columnsShown, spanWords } from "../../../../app/flows/portal/reports/columns.ts";
import { allocationFor, limits, monthIn, monthOf } from "../../../../app/flows/portal/reports/limits.ts";
import { ON_A_PAGE, positionIn, reportPageOf } from "../../../../app/flows/portal/reports/page.ts";
import { lookups, type ReportRow, type RowPicks } from "../../../../app/flows/portal/reports/rows.ts";
import {
  MOST_STAFF,
  sortAsked,
  sortedPageOf,
  sortText,
} from "../../../../app/flows/portal/reports/sorting.ts";
import { categoriesAre, spansOf } from "../../../../app/flows/portal/reports/spans.ts";
import { summaryOf } from "../../../../app/flows/portal/reports/summary.ts";
import { daysIn, departmentsOf, onlyOf, zoneOf } from "../../../../app/flows/portal/reports/whose.ts";
import type { PortalAllocation } from "../../../../app/records/portalAllocation.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";

const ZONE = "America/Chicago";
const NOW = new Date("2026-11-29T18:00:00.000Z");
const DEPARTMENTS = [
  { id: "sleep", name: "Sleep", timeZone: ZONE },
  { id: "cardio", name: "Cardiology", timeZone: ZONE },
  { id: "east", name: "East", timeZone: "America/New_York" },
];
const visitId = (number: number) => ("visit" + String(number).padStart(11, "0")) as VisitId;
const person = (number: number) => `7d0c5a1e-0000-4000-8000-${String(number).padStart(12, "0")}`;

let made = 0;
const usage = (start: string, more: Partial<Usage> = {}): Usage => {
  const at = new Date(start);
  return {
    ...{ id: visitId(++made), connectionId: "c", departmentId: "sleep", source: "presence", messages: [] },
    ...{
      start: at,
      end: new Date(at.getTime() + 1_800_000),
      outcome: "completed",
      attendees: 2,
      atOnce: 2,
      byPhone: 0,
    },
    staff: [],
    ...more,
  };
};

interface World {
  readonly usages?: readonly Usage[];
  readonly damaged?: number;
  readonly allocation?: PortalAllocation;
  readonly known?: (id: string) => object | string;
  readonly keepsAppointments?: boolean;
  /** How many visits the store gives at once. */
  readonly atOnce?: number;
}
function world({ usages = [], damaged = 0, allocation, known, keepsAppointments, atOnce = 3 }: World = {}) {
  const read: [Date, Date, string][] = [];
  const asked: string[] = [];
  const logged: string[] = [];
  const picks = {
    now: () => NOW,
    log: { error: (event: string) => logged.push(event) },
    hospital: {
      connections: () => Promise.resolve([{ id: "c" }, { id: "d" }]),
      departments: (id: string) =>
        Promise.resolve(id === "c" ? DEPARTMENTS.slice(0, 2) : DEPARTMENTS.slice(2)),
    },
    allocationSettings: { read: () => Promise.resolve(allocation && { value: allocation }) },
    reportSettings: {
      read: () =>
        Promise.resolve(keepsAppointments === undefined ? undefined : { value: { keepsAppointments } }),
    },
    managerSettings: {
      read: (id: string) => Promise.resolve(id === "me" ? { value: { departments: ["sleep"] } } : undefined),
    },
    directory: {
      account: (id: string) => {
        asked.push(id);
        return Promise.resolve(known?.(id) ?? "not-told");
      },
    },
    visits: {
      appointmentId: (id: string) => Promise.resolve("kept " + id),
      appointmentIn: (id: string, sealed: string) => {
        if (sealed === "broken") throw new UnreadableRecord("broken");
        if (sealed === "bug") throw new Error("a bug");
        return "opened " + id + " " + sealed;
      },
    },
    usages: {
      async *between(from: Date, before: Date, order: string) {
        read.push([from, before, order]);
        const within = usages
          .filter(({ start }) => start >= from && start < before)
          .toSorted(
            (one, other) => one.start.getTime() - other.start.getTime() || (one.id < other.id ? -1 : 1),
          );
        const all = order === "ascending" ? within : within.toReversed();
        for (let next = 0; next < all.length || next === 0; next += atOnce)
          yield await Promise.resolve({
            usages: all.slice(next, next + atOnce),
            damaged: next === 0 ? damaged : 0,
          });
      },
    },
  } as unknown as RowPicks & Parameters<typeof onlyOf>[0];
  return { picks, read, asked, logged };
}

const ask = (parameters: Readonly<Record<string, string>>, departments = DEPARTMENTS) =>
  reportAsked((name) => parameters[name], { now: NOW, departments });
const FILTER: ReportFilter = {
  ...{ from: new Date("2026-10-01T05:00:00Z"), before: new Date("2026-12-01T06:00:00Z") },
  ...{ firstDay: "2026-10-01", lastDay: "2026-11-30", zone: ZONE, department: "", only: undefined },
  ...{ standing: "all", order: "newest" },
};

describe("what is asked for", () => {
  const usual = { days: 30, firstDay: "2026-10-30", lastDay: "2026-11-29", before: NOW };
  test.each<readonly [Readonly<Record<string, string>>, object, number | undefined]>([
    [
      {},
      {
        ...usual,
        from: new Date("2026-10-30T05:00:00Z"),
        zone: ZONE,
        department: "",
        standing: "all",
        order: "newest",
      },
      30,
    ],
    [
      { days: "7" },
      { days: 7, firstDay: "2026-11-22", from: new Date("2026-11-22T06:00:00Z"), before: NOW },
      7,
    ],
    [{ days: "90" }, { days: 90, firstDay: "2026-08-31" }, 90],
    [{ days: "8" }, usual, 30],
    [{ standing: "no-show", order: "oldest" }, { standing: "no-show", order: "oldest" }, 30],
    [{ standing: "other", order: "other" }, { standing: "all", order: "newest" }, 30],
    [
      { department: "east" },
      { department: "east", zone: "America/New_York", from: new Date("2026-10-30T04:00:00Z") },
      30,
    ],
    [{ department: "x".repeat(101) }, { department: "x".repeat(100), zone: ZONE }, 30],
    [
      { from: "2026-11-01", to: "2026-11-02" },
      {
        firstDay: "2026-11-01",
        lastDay: "2026-11-02",
        from: new Date("2026-11-01T05:00:00Z"),
        before: new Date("2026-11-03T06:00:00Z"),
      },
      undefined,
    ],
    [{ from: "2026-11-01", to: "2026-11-01" }, { firstDay: "2026-11-01", lastDay: "2026-11-01" }, undefined],
    [{ from: "2025-10-01", to: "2026-11-08" }, { firstDay: "2025-10-01" }, undefined],
    [
      { from: "2025-10-01", to: "2026-11-09" },
      { ...usual, fault: "Visits are kept 13 months. Ask for a shorter time." },
      30,
    ],
    [
      { from: "2026-11-02", to: "2026-11-01" },
      { ...usual, fault: "The last day is before the first one. Change one of them." },
      30,
    ],
    [
      { from: "2026-11-01" },
      { ...usual, fault: "Give both days, each as year-month-day, such as 2027-01-31." },
      30,
    ],
    [{ to: "2026-11-01" }, { ...usual, fault: expect.stringContaining("Give both days") as string }, 30],
    [
      { from: "2026-02-30", to: "2026-03-01" },
      { fault: expect.stringContaining("Give both days") as string },
      30,
    ],
    [
      { from: "2026-02-01", to: "2026-2-3" },
      { fault: expect.stringContaining("Give both days") as string },
      30,
    ],
    [
      { from: "2026-02-01", to: "x2026-02-03" },
      { fault: expect.stringContaining("Give both days") as string },
      30,
    ],
    [{ days: "7", from: "2026-11-01", to: "2026-11-02" }, { days: 7 }, 7],
    [{ days: "7", from: "2026-11-01", to: "2026-11-02", shown: "2026-11-01 2026-11-02" }, { days: 7 }, 7],
    [
      { days: "7", from: "2026-11-01", to: "2026-11-02", shown: "2026-11-01 2026-11-03" },
      { firstDay: "2026-11-01", lastDay: "2026-11-02" },
      undefined,
    ],
  ])("%j", (parameters, filter, days) => {
    const asked = ask(parameters);
    expect(asked).toMatchObject(filter);
    expect("fault" in asked).toBe("fault" in filter);
    expect(asked.days).toBe(days);
  });

  test("by whoever may see some departments stays theirs", () => {
    const asked = reportAsked(() => null, { now: NOW, departments: [], only: ["sleep"] });
    expect([asked.only, asked.zone]).toEqual([["sleep"], "UTC"]);
  });

  test.each<readonly [string, readonly string[], Readonly<Record<string, string>>, string | undefined]>([
    ["nothing", [], {}, undefined],
    [
      "each once",
      ["days", "department", "standing", "order"],
      { days: "7", department: "x", standing: "all", order: "oldest" },
      undefined,
    ],
    ["two days", ["from", "to"], { from: "a", to: "b" }, undefined],
    ["empty ones besides", ["from", "to", "days"], { from: "a", to: "b", days: "" }, undefined],
    [
      "another one",
      ["day"],
      {},
      "There is no parameter day. The parameters are days, from, to, department, standing, order.",
    ],
    [
      "a long one",
      ["x".repeat(50)],
      {},
      `There is no parameter ${"x".repeat(40)}…. The parameters are days, from, to, department, standing, order.`,
    ],
    ["one twice", ["days", "from", "days"], { days: "7" }, "The parameter days is given more than once."],
    ["some days", ["days"], { days: "8" }, "The parameter days is one of 7, 30, 90."],
    [
      "another standing",
      ["standing"],
      { standing: "x" },
      "The parameter standing is one of all, completed, no-show, not-known.",
    ],
    ["another order", ["order"], { order: "x" }, "The parameter order is one of newest, oldest."],
    [
      "days and a day",
      ["days", "from"],
      { days: "7", from: "a" },
      "The parameters are either days, or from and to; not both.",
    ],
    [
      "days and a last day",
      ["days", "to"],
      { days: "7", to: "a" },
      "The parameters are either days, or from and to; not both.",
    ],
  ])("by a program: %s", (_what, names, values, slip) => {
    expect(slipIn((name) => values[name], names)).toBe(slip);
  });

  test.each<readonly [Partial<ReportFilter>, object]>([
    [{ days: 7 }, { days: "7" }],
    [{}, { from: "2026-10-01", to: "2026-11-30" }],
    [
      { days: 7, department: "sleep", standing: "no-show", order: "oldest" },
      { days: "7", department: "sleep", standing: "no-show", order: "oldest" },
    ],
  ])("%j is asked for again by %j", (filter, parameters) => {
    expect(asParameters({ ...FILTER, ...filter })).toEqual(parameters);
    expect(shownDays(FILTER)).toBe("2026-10-01 2026-11-30");
  });

  test.each<readonly [Partial<ReportFilter>, Outcome, boolean]>([
    [{}, "nobody-came", true],
    [{ standing: "completed" }, "completed", true],
    [{ standing: "completed" }, "nobody-came", false],
    [{ standing: "no-show" }, "patient-absent", true],
    [{ standing: "no-show" }, "staff-absent", true],
    [{ standing: "no-show" }, "completed", false],
    [{ standing: "no-show" }, "not-known", false],
    [{ standing: "not-known" }, "not-known", true],
    [{ department: "sleep" }, "completed", true],
    [{ department: "cardio" }, "completed", false],
    [{ only: ["cardio", "sleep"] }, "completed", true],
    [{ only: ["cardio"] }, "completed", false],
    [{ only: [] }, "completed", false],
    [{ only: ["cardio"], department: "sleep" }, "completed", false],
  ])("%j has a visit of the sleep department that was %s: %s", (filter, outcome, is) => {
    expect(fits({ ...FILTER, ...filter }, usage("2026-11-01T10:00:00Z", { outcome }))).toBe(is);
  });
});

describe("whose", () => {
  test("reports somebody sees is what their role says, or an administrator has set", async () => {
    const { picks } = world();
    const session = (rights: readonly string[], objectId: string) =>
      ({ rights, administrator: { objectId } }) as unknown as PortalSession;
    expect(await onlyOf(picks, session(["report"], "ME"), "report")).toBeUndefined();
    expect(await onlyOf(picks, session(["departments"], "ME"), "report")).toEqual(["sleep"]);
    expect(await onlyOf(picks, session(["departments"], "other"), "report")).toEqual([]);
    expect((await departmentsOf(picks)).map(({ name }) => name)).toEqual(["Cardiology", "East", "Sleep"]);
    expect(await departmentsOf(picks, ["east"])).toEqual([DEPARTMENTS[2]]);
    expect(await departmentsOf(picks, [])).toEqual([]);
  });

  test("days are those of most departments, and of equally many the first by name", () => {
    expect([zoneOf([]), zoneOf(DEPARTMENTS), zoneOf(DEPARTMENTS.slice(2))]).toEqual([
      "UTC",
      ZONE,
      "America/New_York",
    ]);
    expect(zoneOf(DEPARTMENTS.slice(1).toReversed())).toBe(ZONE);
    // By how many, and by the name only among equally many, in whatever order they come.
    const zones = (...all: string[]) => zoneOf(all.map((timeZone) => ({ timeZone })));
    expect(["B B A", "A B B", "B A", "A B"].map((all) => zones(...all.split(" ")))).toEqual([
      "B",
      "B",
      "A",
      "A",
    ]);
  });

  test("days begin at midnight there", () => {
    const dayAt = daysIn(ZONE);
    const days = ["05:59:59.999", "06:00:00.000", "06:14:59.999", "05:59:00.000"].map((time) =>
      dayAt(new Date(`2026-11-29T${time}Z`)),
    );
    expect(days).toEqual(["2026-11-28", "2026-11-29", "2026-11-29", "2026-11-28"]);
  });

  test.each([
    ["2026-11", "2026-11-01T05:00:00.000Z", "2026-12-01T06:00:00.000Z"],
    ["2026-12", "2026-12-01T06:00:00.000Z", "2027-01-01T06:00:00.000Z"],
  ])("month %s is from %s until %s", (month, from, before) => {
    expect(Object.values(monthIn(ZONE, month)).map((at) => at.toISOString())).toEqual([from, before]);
    expect(monthOf(ZONE, new Date(from))).toBe(month);
    expect(monthOf(ZONE, new Date(before))).not.toBe(month);
  });

  test("allocation somebody may know is their departments', and never the hospital's", async () => {
    const allocation = {
      hospital: 9,
      departments: [
        { id: "sleep", visits: 1 },
        { id: "cardio", visits: 2 },
      ],
    };
    const { picks } = world({ allocation });
    expect(await allocationFor(picks, undefined)).toEqual(allocation);
    expect(await allocationFor(picks, ["cardio"])).toEqual({ departments: [{ id: "cardio", visits: 2 }] });
    expect(await allocationFor(world().picks, undefined)).toEqual({ departments: [] });
    const { hospital: _none, ...rest } = allocation;
    expect(await allocationFor(world({ allocation: rest }).picks, undefined)).toEqual(rest);
  });
});

describe("beyond what is allocated", () => {
  const day = (number: number, more: Partial<Usage> = {}) =>
    usage(`2026-11-${String(number).padStart(2, "0")}T12:00:00Z`, more);
  const visits = [
    day(1),
    day(2, { outcome: "nobody-came" }),
    day(3, { departmentId: "cardio" }),
    day(4),
    day(4),
    day(5, { departmentId: "cardio" }),
    usage("2026-12-05T12:00:00Z"),
  ];
  const beyond = async (allocation: PortalAllocation) => {
    const { picks, read } = world({ usages: visits });
    const isBeyond = limits(picks, allocation, ZONE);
    const found: number[] = [];
    for (const [at, one] of visits.entries()) if (await isBeyond(one)) found.push(at);
    return [found, read.map(([from, , order]) => from.toISOString().slice(0, 7) + " " + order)];
  };
  const MONTHS = ["2026-11 ascending", "2026-12 ascending"];
  test.each<readonly [PortalAllocation, readonly number[]]>([
    [{ hospital: 0, departments: [] }, [0, 1, 2, 3, 4, 5, 6]],
    [{ hospital: 1, departments: [] }, [2, 3, 4, 5]],
    [{ hospital: 3, departments: [] }, [4, 5]],
    [{ hospital: 5, departments: [] }, []],
    [{ departments: [{ id: "sleep", visits: 2 }] }, [4]],
    [
      {
        departments: [
          { id: "sleep", visits: 1 },
          { id: "cardio", visits: 1 },
        ],
      },
      [3, 4, 5],
    ],
    [{ hospital: 4, departments: [{ id: "cardio", visits: 0 }] }, [2, 5]],
  ])("%j are the visits %j", async (allocation, found) => {
    expect(await beyond(allocation)).toEqual([found, MONTHS]);
  });

  test("nothing is, and nothing is read, where nothing is allocated", async () => {
    expect(await beyond({ departments: [] })).toEqual([[], []]);
  });
});

describe("a page", () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 1) + minute * 60_000).toISOString();
  const many = Array.from({ length: 120 }, (_none, minute) =>
    usage(at(minute), { id: visitId(1000 + minute) }),
  );
  const idsOf = (rows: readonly ReportRow[]) => rows.map((row) => Number(row.usage.id.slice(-4)) - 1000);

  test.each([
    [
      "newest",
      [
        [119, 70],
        [69, 20],
        [19, 0],
      ],
    ],
    [
      "oldest",
      [
        [0, 49],
        [50, 99],
        [100, 119],
      ],
    ],
  ] as const)("%s first has fifty, and each visit is on one", async (order, pages) => {
    const { picks } = world({ usages: many, atOnce: 30 });
    let after = "";
    for (const [first, last] of pages) {
      const { rows, next = "" } = await reportPageOf(picks, { ...FILTER, order }, { after });
      const ids = idsOf(rows);
      expect([ids.at(0), ids.at(-1), new Set(ids).size]).toEqual([first, last, Math.abs(first - last) + 1]);
      after = next;
    }
    expect(after).toBe("");
  });

  test("of exactly fifty is the last one", async () => {
    const { picks } = world({ usages: many.slice(0, ON_A_PAGE) });
    const page = await reportPageOf(picks, FILTER, { after: "" });
    expect([page.rows.length, "next" in page]).toEqual([50, false]);
  });

  test("goes on among visits of one moment, and reads no earlier page again", async () => {
    const same = Array.from({ length: 4 }, (_none, number) => usage(at(5), { id: visitId(1000 + number) }));
    const position = at(5) + " " + visitId(1001);
    for (const [order, ids] of [
      ["newest", [0]],
      ["oldest", [2, 3]],
    ] as const) {
      const { picks, read } = world({
        usages: [...same, usage(at(4), { id: visitId(1100) }), usage(at(6), { id: visitId(1200) })],
      });
      const { rows } = await reportPageOf(picks, { ...FILTER, order }, { after: position });
      expect(idsOf(rows)).toEqual([...ids, order === "newest" ? 100 : 200]);
      const [[from, before] = []] = read;
      expect([from, before]).toEqual(
        order === "newest"
          ? [FILTER.from, new Date(Date.parse(at(5)) + 1)]
          : [new Date(at(5)), FILTER.before],
      );
    }
  });

  test("after a time outside of the report reads all of it", async () => {
    for (const moment of [FILTER.before, new Date(FILTER.from.getTime() - 1)]) {
      const { picks, read } = world({ usages: many });
      await reportPageOf(picks, FILTER, { after: moment.toISOString() + " " + visitId(1) });
      expect(read[0]?.slice(0, 2)).toEqual([FILTER.from, FILTER.before]);
    }
  });

  test("has those that are kept, counts what cannot be read, and stops once it is full", async () => {
    const { picks } = world({ usages: many, damaged: 2 });
    const kept = await reportPageOf(picks, FILTER, { after: "", keeps: ({ id }) => id.endsWith("5") });
    expect([idsOf(kept.rows), kept.damaged]).toEqual([[115, 105, 95, 85, 75, 65, 55, 45, 35, 25, 15, 5], 2]);
  });

  test.each([
    ["", undefined],
    ["x " + visitId(1), undefined],
    [at(1), undefined],
    [at(1) + " x", undefined],
    [at(1) + " " + visitId(1), { start: new Date(at(1)), id: visitId(1) }],
    [at(1) + " " + visitId(1) + " more", { start: new Date(at(1)), id: visitId(1) }],
  ])("after %j goes on from %j", (after, position) => {
    expect(positionIn(after)).toEqual(position);
  });
});

const COLUMNS = columnsOf({ callRecords: undefined });
const columnOf = (id: string) => {
  const found = columnsOf({ callRecords: {} as never }).find((column) => column.id === id);
  if (found === undefined) throw new Error("there is no column " + id);
  return found;
};

describe("sorted", () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour)).toISOString();
  const sorted = async (said: string, of: World, after = "") => {
    const sort = sortAsked(said, COLUMNS);
    if (sort === undefined) throw new Error("there is no such column");
    const page = await sortedPageOf(world(of).picks, FILTER, { after, sort });
    if (typeof page === "string") throw new Error(page);
    return { ids: page.rows.map(({ usage: { id } }) => id.at(-1)), next: page.next, damaged: page.damaged };
  };
  const one = (number: number, hour: number, more: Partial<Usage>) =>
    usage(at(hour), { id: visitId(number), ...more });
  const byWait = [
    one(1, 1, { lobbySeconds: 30 }),
    one(2, 2, { lobbySeconds: 200 }),
    one(3, 3, {}),
    one(4, 4, { lobbySeconds: 30 }),
    one(5, 4, { lobbySeconds: 30 }),
    one(6, 6, {}),
  ];

  test("by numbers and words, either way, those without a value last and equal ones latest first", async () => {
    expect((await sorted("lobbySeconds", { usages: byWait })).ids).toEqual(["4", "5", "1", "2", "6", "3"]);
    expect(await sorted("-lobbySeconds", { usages: byWait, damaged: 3 })).toMatchObject({
      ids: ["2", "4", "5", "1", "6", "3"],
      damaged: 3,
    });
    const words = [
      one(1, 1, { departmentId: "sleep" }),
      one(2, 2, { departmentId: "cardio" }),
      one(3, 3, { departmentId: "éast" }),
    ];
    expect((await sorted("department", { usages: words })).ids).toEqual(["2", "3", "1"]);
    expect((await sorted("-department", { usages: words })).ids).toEqual(["1", "3", "2"]);
  });

  test("page by page each visit is shown once", async () => {
    const many = Array.from({ length: 130 }, (_none, number) =>
      usage(at(number), { id: visitId(number), ...(number % 3 > 0 && { lobbySeconds: number % 7 }) }),
    );
    const seen: string[] = [];
    const sort = sortAsked("-lobbySeconds", COLUMNS);
    let after: string | undefined = "";
    for (let pages = 0; after !== undefined && pages < 4; pages++) {
      const page: Awaited<ReturnType<typeof sortedPageOf>> = await sortedPageOf(
        world({ usages: many }).picks,
        FILTER,
        { after, sort: sort ?? { column: columnOf("texts"), isDown: false } },
      );
      if (typeof page === "string") throw new Error(page);
      seen.push(...page.rows.map(({ usage: { id } }) => id));
      after = page.next;
    }
    expect([seen.length, new Set(seen).size, after]).toEqual([130, 130, undefined]);
    const values = seen.map((id) => many.find((each) => each.id === id)?.lobbySeconds ?? -1);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  test("of exactly fifty there is no next one", async () => {
    const many = Array.from({ length: 50 }, (_none, number) => usage(at(number)));
    expect((await sorted("texts", { usages: many })).next).toBeUndefined();
    expect((await sorted("texts", { usages: [...many, usage(at(99))] })).next).toMatch(
      /^2026-11-0\S+ visit\S+ 0$/,
    );
  });

  const STAFF = { 1: "Zoe", 2: "Alex" } as const;
  const known = (id: string) => {
    const name = STAFF[Number(id.slice(-1)) as 1 | 2] as string | undefined;
    return name === undefined
      ? "unknown"
      : { displayName: name, userName: name.toLowerCase() + "@lamna.example" };
  };
  const of = (number: number) => ({ staff: [{ account: person(number), seconds: 9 }] });
  const byStaff = [one(1, 1, of(1)), one(2, 2, of(2)), one(3, 3, of(3)), one(4, 4, {})];

  test("by staff goes by the directory's names, and whom it does not name comes last", async () => {
    expect((await sorted("primary", { usages: byStaff, known })).ids).toEqual(["2", "1", "4", "3"]);
    expect((await sorted("-primaryEmail", { usages: byStaff, known })).ids).toEqual(["1", "2", "4", "3"]);
  });

  test("by staff an address has the account, and never the name", async () => {
    const many = Array.from({ length: 51 }, (_none, number) => one(number, number, of(1)));
    const { next = "" } = await sorted("primary", { usages: many, known });
    expect(next).toMatch(new RegExp(` ${JSON.stringify(person(1))}( [\\w-]+)?$`));
    expect((await sorted("primary", { usages: many, known }, next)).ids).toEqual(["0"]);
    for (const value of ['"nobody"', "{}", "{", "null"])
      expect(
        (await sorted("primary", { usages: many, known }, next.replace(/"[^"]*"/, value))).ids,
      ).toHaveLength(50);
  });

  test("by more staff than can be asked for is refused", async () => {
    const staff = (count: number) =>
      Array.from({ length: count }, (_none, number) => usage(at(number % 700), of(number)));
    const page = (count: number, said: string) => {
      const sort = sortAsked(said, COLUMNS);
      return sortedPageOf(world({ usages: staff(count), known, atOnce: 500 }).picks, FILTER, {
        after: "",
        sort: sort ?? { column: columnOf("texts"), isDown: true },
      });
    };
    expect(await page(MOST_STAFF + 1, "primary")).toBe("too-many-staff");
    expect(await page(MOST_STAFF, "primary")).toMatchObject({ damaged: 0 });
    expect(await page(MOST_STAFF + 1, "texts")).toMatchObject({ damaged: 0 });
  });

  test("by departments the list begins again where one has another name by now", async () => {
    const many = Array.from({ length: 60 }, (_none, number) =>
      one(number, number, { departmentId: number < 55 ? "cardio" : "sleep" }),
    );
    const { next = "" } = await sorted("department", { usages: many });
    expect(next).toMatch(/^\S+ visit\S+ [\w-]{8} "Cardiology"$/);
    expect((await sorted("department", { usages: many }, next)).ids).toHaveLength(10);
    const sort = sortAsked("department", COLUMNS) ?? { column: columnOf("texts"), isDown: false };
    const { picks } = world({ usages: many });
    const [cardio, sleep] = [{ ...DEPARTMENTS[1] }, { ...DEPARTMENTS[0], name: "A sleep" }];
    const hospital = { ...picks.hospital, departments: () => Promise.resolve([cardio, sleep]) };
    const renamed = { ...picks, hospital } as unknown as typeof picks;
    expect(await sortedPageOf(renamed, FILTER, { after: next, sort })).toMatchObject({
      isAnew: true,
      rows: { 0: { department: "A sleep" }, length: 50 },
    });
    // The position as the release before wrote it.
    const old = next.replace(/ \S+ ("\w+")$/, " $1");
    expect(await sortedPageOf(picks, FILTER, { after: old, sort })).toMatchObject({ rows: { length: 50 } });
  });

  test("by what is beyond the allocation", async () => {
    const allocation = { hospital: 1, departments: [] };
    const { ids } = await sorted("withinLimit", { usages: [one(1, 1, {}), one(2, 2, {})], allocation });
    expect(ids).toEqual(["2", "1"]);
  });

  test.each([
    ["texts", "texts"],
    ["-texts", "-texts"],
    ["scheduled", undefined],
    ["appointment", undefined],
    ["--texts", undefined],
    ["", undefined],
    ["streams", undefined],
  ])("by %j is %s", (said, text) => {
    const sort = sortAsked(said, COLUMNS);
    expect(sort && sortText(sort)).toBe(text);
  });
});

describe("a column", () => {
  const row: ReportRow = {
    usage: usage("2026-11-29T18:00:00Z", {
      ...{ together: new Date("2026-11-29T18:05:00.250Z"), opened: new Date("2026-11-29T18:01:00Z") },
      ...{
        over: new Date("2026-11-29T18:25:15.250Z"),
        attendees: 3,
        atOnce: 2,
        byPhone: 1,
        lobbySeconds: 60,
      },
      staff: [{ account: person(1), seconds: 5 }],
      messages: [
        { kind: "reminder", way: "text", state: "delivered", count: 2 },
        { kind: "reminder", way: "mail", state: "accepted", count: 1 },
      ],
      quality: {
        streams: 4,
        poorStreams: 1,
        loss: { mean: 1.5, most: 2 },
        jitter: { mean: 7, most: 9 },
        roundTrip: { mean: 90, most: 95 },
      },
    } as unknown as Partial<Usage>),
    ...{ department: "Sleep", timeZone: ZONE, isBeyondLimit: false, appointment: "a1" },
    primary: { name: "Alex", email: "alex@lamna.example" },
  };
  const { together: _t, opened: _o, over: _v, lobbySeconds: _l, quality: _q, ...bareUsage } = row.usage;
  const { primary: _p, appointment: _a, ...rest } = row;
  const bare: ReportRow = {
    ...rest,
    usage: { ...bareUsage, outcome: "staff-absent", messages: [], staff: [], attendees: 0 },
  };

  test.each<
    readonly [
      id: string,
      value: string | number,
      shown: string | undefined,
      none: string | number | undefined,
      noneShown: string | undefined,
    ]
  >([
    ["scheduled", "2026-11-29T18:00:00Z", "2026-11-29 18:00", "2026-11-29T18:00:00Z", "2026-11-29 18:00"],
    ["status", "Completed", undefined, "No show: nobody of the staff came", undefined],
    ["start", "2026-11-29T18:05:00Z", "2026-11-29 18:05", undefined, undefined],
    ["startLocal", "2026-11-29 12:05 CST", "Sun, Nov 29, 12:05 PM CST", undefined, undefined],
    ["opened", "2026-11-29T18:01:00Z", "2026-11-29 18:01", undefined, undefined],
    ["durationSeconds", 1215, "20 min 15 s", undefined, undefined],
    ["primary", "Alex", undefined, undefined, undefined],
    ["primaryEmail", "alex@lamna.example", undefined, undefined, undefined],
    ["department", "Sleep", undefined, "Sleep", undefined],
    ["attendees", 3, undefined, 0, undefined],
    ["atOnce", 2, undefined, 2, undefined],
    ["withinLimit", "Yes", undefined, "Yes", undefined],
    ["lobbySeconds", 60, "1 min", undefined, undefined],
    ["usageStatus", "Completed", undefined, undefined, undefined],
    ["joining", "video and phone", undefined, undefined, undefined],
    ["texts", 2, undefined, 0, undefined],
    ["mails", 1, undefined, 0, undefined],
    ["reached", "yes", undefined, "not told", undefined],
    ["lossPercent", 1.5, undefined, undefined, undefined],
    ["jitterMs", 7, undefined, undefined, undefined],
    ["roundTripMs", 90, undefined, undefined, undefined],
    ["streams", 4, undefined, undefined, undefined],
    ["poorStreams", 1, undefined, undefined, undefined],
    ["appointment", "a1", undefined, undefined, undefined],
  ])(
    "%s is %s, on the page %s, and %s where nothing is known, on the page %s",
    (id, value, shown, none, noneShown) => {
      const column = columnOf(id);
      expect([column.of(row), column.shown?.(row)?.replaceAll("\u202f", " ")]).toEqual([value, shown]);
      expect([column.of(bare), column.shown?.(bare)]).toEqual([none, noneShown]);
    },
  );

  test("of calls is there only where they are read, and in its order", () => {
    const ids = columnsOf({ callRecords: {} as never }).map(({ id }) => id);
    const ofCalls = ["lossPercent", "jitterMs", "roundTripMs", "streams", "poorStreams"];
    expect(COLUMNS.map(({ id }) => id)).toEqual(ids.filter((id) => !ofCalls.includes(id)));
    expect(ids.slice(-6)).toEqual([...ofCalls, "appointment"]);
  });

  test("has a name of its own, and only what files have is on no page", () => {
    const all = columnsOf({ callRecords: {} as never });
    expect(new Set(all.map(({ name }) => name).filter((name) => /^[A-Z]\S/.test(name))).size).toBe(24);
    const of = (page: string) => all.filter((column) => column.page === page).map(({ id }) => id);
    expect(of("file")).toEqual(["appointment"]);
    expect(of("usual")).toEqual(
      "scheduled status start startLocal durationSeconds primary primaryEmail department attendees withinLimit lobbySeconds texts".split(
        " ",
      ),
    );
    const by = (sorts: string | undefined) =>
      all.filter((column) => column.sorts === sorts).map(({ id }) => id);
    expect(by(undefined)).toEqual(["scheduled", "startLocal", "appointment"]);
    expect(by("times")).toEqual(["start", "opened"]);
    expect(by("words")).toEqual([
      "status",
      "primary",
      "primaryEmail",
      "department",
      "withinLimit",
      "usageStatus",
      "joining",
      "reached",
    ]);
    expect(columnOf("status").code?.(bare)).toBe("staff-absent");
  });

  test.each([
    [[], "usual"],
    [["appointment"], "usual"],
    [["nothing"], "usual"],
    [
      ["texts", "status"],
      ["status", "texts"],
    ],
    [["opened", "appointment"], ["opened"]],
  ])("is shown of %j: %j", (chosen, shown) => {
    const usual = COLUMNS.filter(({ page }) => page === "usual").map(({ id }) => id);
    expect(columnsShown(COLUMNS, chosen).map(({ id }) => id)).toEqual(shown === "usual" ? usual : shown);
  });

  test.each([
    [undefined, undefined],
    [0, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [75, "1 min 15 s"],
    [3600, "60 min"],
  ])("of %s seconds says %s", (seconds, words) => {
    expect(spanWords(seconds)).toBe(words);
  });
});

describe("what is looked up", () => {
  const account = (id: string) => ({ displayName: "Name of " + id.slice(-1), userName: "user" });
  const staffed = (number: number) =>
    usage("2026-11-29T10:00:00Z", { staff: [{ account: person(number), seconds: 1 }] });

  test("are names, once each, eight at a time, until the directory has been silent three times", async () => {
    const { picks, asked } = world();
    const looked = await lookups(picks, undefined);
    await looked.rows(
      Array.from({ length: 40 }, (_none, number) => staffed(number)),
      ["names"],
    );
    expect(asked).toHaveLength(24);
    const good = world({ known: account });
    const other = await lookups(good.picks, undefined);
    await other.rows([staffed(1), staffed(1), staffed(2)], ["names"]);
    expect((await other.names([person(1), person(3)]))(person(1))).toBe("Name of 1");
    expect(good.asked).toEqual([person(1), person(2), person(3)]);
  });

  test("one that is named ends a silence", async () => {
    const { picks, asked } = world({
      known: (id) => (Number(id.slice(-2)) % 16 === 0 ? account(id) : "not-told"),
    });
    const looked = await lookups(picks, undefined);
    await looked.rows(
      Array.from({ length: 48 }, (_none, number) => staffed(number)),
      ["names"],
    );
    expect(asked).toHaveLength(48);
  });

  test("says why somebody has no name", async () => {
    const { picks } = world({ known: (id) => (id === person(1) ? "unknown" : "not-told") });
    const looked = await lookups(picks, undefined);
    expect([await looked.person(person(1)), await looked.person(person(2))]).toEqual([
      { name: person(1) + " (not in the directory any more)" },
      { name: person(2) + " (the directory did not say)" },
    ]);
    expect([looked.department("east"), looked.department("gone")]).toEqual([
      "East",
      "gone (no department any more)",
    ]);
  });

  test("is only what is wanted", async () => {
    const allocation = { hospital: 0, departments: [] };
    const { picks, asked, read } = world({ known: account, allocation, usages: [staffed(1)] });
    const looked = await lookups(picks, undefined);
    const [plain] = await looked.rows([{ ...staffed(1), departmentId: "gone" }], []);
    expect(plain).toMatchObject({
      department: "gone (no department any more)",
      timeZone: "UTC",
      isBeyondLimit: false,
    });
    expect([plain && "primary" in plain, plain && "appointment" in plain, asked, read]).toEqual([
      false,
      false,
      [],
      [],
    ]);
    const [full] = await looked.rows(
      [{ ...staffed(1), departmentId: "east" }],
      ["names", "limit", "appointments"],
    );
    expect(full).toMatchObject({
      timeZone: "America/New_York",
      isBeyondLimit: true,
      primary: { name: "Name of 1", email: "user" },
    });
    expect(full?.appointment).toMatch(/^kept visit/);
  });

  test("an appointment's id is the visit's while that is kept, and the row's own only where that is set", async () => {
    const old = (appointment?: string) =>
      usage("2025-11-01T10:00:00Z", appointment === undefined ? {} : { appointment });
    const of = async (keepsAppointments: boolean, one: Usage) => {
      const { picks, logged } = world({ keepsAppointments });
      const [row] = await (await lookups(picks, undefined)).rows([one], ["appointments"]);
      return [row?.appointment?.split(" ").at(0), row?.appointment?.split(" ").at(-1), logged];
    };
    expect(await of(true, old("sealed"))).toEqual(["opened", "sealed", []]);
    expect(await of(false, old("sealed"))).toEqual([undefined, undefined, []]);
    expect(await of(true, old())).toEqual([undefined, undefined, []]);
    expect(await of(true, old("broken"))).toEqual([undefined, undefined, ["report.appointment_unreadable"]]);
    await expect(of(true, old("bug"))).rejects.toThrow("a bug");
  });
});

describe("over time", () => {
  const spans = (firstDay: string, lastDay: string, days: number) => {
    const from = new Date(firstDay + "T06:00:00Z");
    return spansOf(
      { ...FILTER, firstDay, lastDay, from, before: new Date(from.getTime() + days * 86_400_000) },
      () => ({ count: 0 }),
    );
  };
  test.each([
    ["2026-11-01", "2026-11-03", 3, "day", ["2026-11-01", "2026-11-02", "2026-11-03"]],
    ["2026-11-01", "2026-11-16", 46, "week", ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]],
    ["2026-11-30", "2027-01-01", 201, "month", ["2026-11", "2026-12", "2027-01"]],
  ])("from %s to %s in %i days has each %s", (first, last, days, is, all) => {
    const found = spans(first, last, days);
    expect([found.is, found.all().map(({ says }) => says)]).toEqual([is, all]);
  });

  test("changes from days to weeks to months at its lengths", () => {
    expect([45, 46, 200, 201].map((days) => spans("2026-11-01", "2026-11-02", days).is)).toEqual([
      "day",
      "week",
      "week",
      "month",
    ]);
    expect((["day", "week", "month"] as const).map(categoriesAre)).toEqual(["Day", "Week from", "Month"]);
  });

  test("counts a moment where its day lies, and nothing outside", () => {
    const found = spans("2026-11-01", "2026-11-02", 2);
    const count = (at: string) => {
      const span = found.at(new Date(at));
      if (span !== undefined) span.count += 1;
      return span !== undefined;
    };
    expect(
      ["2026-11-01T04:59:00Z", "2026-11-01T05:00:00Z", "2026-11-03T05:59:00Z", "2026-11-03T06:00:00Z"].map(
        count,
      ),
    ).toEqual([false, true, true, false]);
    expect(found.all()).toEqual([
      { says: "2026-11-01", counts: { count: 1 } },
      { says: "2026-11-02", counts: { count: 1 } },
    ]);
  });
});

test("a summary counts each visit where it belongs", async () => {
  const staff = (number: number, seconds = 9) => ({ staff: [{ account: person(number), seconds }] });
  const met = (minutes: number) => ({
    together: new Date("2026-11-10T12:00:00Z"),
    over: new Date(Date.parse("2026-11-10T12:00:00Z") + minutes * 60_000),
  });
  const text = (state: string, count: number) =>
    ({ messages: [{ kind: "reminder", way: "text", state, count }] }) as Partial<Usage>;
  const usages = [
    usage("2026-11-10T12:00:00Z", { ...staff(1), ...met(5), lobbySeconds: 59, ...text("delivered", 2) }),
    usage("2026-11-10T13:00:00Z", { ...staff(1), ...met(60), lobbySeconds: 60, ...text("delivered", 1) }),
    usage("2026-11-11T12:00:00Z", {
      outcome: "patient-absent",
      departmentId: "cardio",
      ...text("failed", 1),
    }),
    usage("2026-11-11T13:00:00Z", {
      outcome: "not-known",
      departmentId: "gone",
      lobbySeconds: 1800,
      ...staff(2, 0),
    }),
  ];
  const found = await summaryOf(
    world({ usages, damaged: 2, known: () => ({ displayName: "Alex", userName: "a" }) }).picks,
    FILTER,
  );
  expect(found).toMatchObject({
    ...{ visits: 4, damaged: 2, counts: { completed: 2, "no-show": 1, "not-known": 1 }, spanIs: "week" },
    lobby: { count: 3, mean: 640 },
    duration: { count: 2, mean: 1950 },
    departments: [
      { name: "Sleep", visits: 2, completed: 2, noShows: 0, seconds: 3900 },
      { name: "gone (no department any more)", visits: 1, completed: 0, noShows: 0, seconds: 0 },
      { name: "Cardiology", visits: 1, completed: 0, noShows: 1, seconds: 0 },
    ],
    staff: [{ name: "Alex", visits: 2, completed: 2, noShows: 0, seconds: 3900 }],
    messages: [
      { kind: "reminder", way: "text", state: "failed", count: 1 },
      { kind: "reminder", way: "text", state: "delivered", count: 3 },
    ],
  });
  expect([...found.reached]).toEqual([
    ["not told", 1],
    ["no", 1],
    ["yes", 2],
  ]);
  const week = found.spans.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  expect(week).toEqual([{ says: "2026-11-09", counts: { completed: 2, "no-show": 1, "not-known": 1 } }]);
  const classes = ({ classes: all }: { classes: readonly { says: string; count: number }[] }) =>
    all.map(({ says, count }) => `${says}: ${String(count)}`);
  expect(classes(found.lobby)).toEqual([
    "under 1: 1",
    "1 to 2: 1",
    "2 to 5: 0",
    "5 to 10: 0",
    "10 to 15: 0",
    "15 to 30: 0",
    "30 and more: 1",
  ]);
  expect(classes(found.duration)).toEqual([
    ...[
      "under 5: 0",
      "5 to 10: 1",
      "10 to 15: 0",
      "15 to 20: 0",
      "20 to 30: 0",
      "30 to 45: 0",
      "45 to 60: 0",
      "60 and more: 1",
    ],
  ]);
  const empty = await summaryOf(world().picks, FILTER);
  expect([empty.visits, empty.lobby.count, "mean" in empty.lobby, empty.messages]).toEqual([0, 0, false, []]);
  const many = Array.from({ length: 25 }, (_none, number) => usage("2026-11-10T12:00:00Z", staff(number)));
  expect((await summaryOf(world({ usages: many }).picks, FILTER)).staff).toHaveLength(20);
});

describe("what of a month's allocation is used", () => {
  const on = (day: string, count: number, more: Partial<Usage> = {}) =>
    Array.from({ length: count }, () => usage(day + "T18:00:00Z", more));
  const earlier = [
    ...on("2026-09-05", 2),
    ...on("2026-09-30", 1, { departmentId: "cardio" }),
    ...on("2026-09-30", 1, { outcome: "nobody-came" }),
    ...on("2026-08-31", 5),
    ...on("2026-10-01", 5),
  ];
  const of = (
    allocation: PortalAllocation | undefined,
    usages: readonly Usage[],
    month = "2026-09",
    only?: readonly string[],
  ) => allocatedOf(world({ ...(allocation && { allocation }), usages, damaged: 1 }).picks, only, month);

  test("of a month that is over is a number, what is left or exceeded, and when it ran out", async () => {
    const allocation = {
      hospital: 3,
      departments: [
        { id: "sleep", visits: 1 },
        { id: "cardio", visits: 2 },
        { id: "east", visits: 4 },
      ],
    };
    const found = await of(allocation, earlier);
    expect(found).toEqual({
      ...{ month: "2026-09", isNow: false, zone: ZONE, damaged: 1, unread: [], months: found.months },
      hospital: {
        id: "",
        name: "The whole hospital",
        allocated: 3,
        completed: 3,
        remaining: 0,
        exceeded: 0,
        ranOutOn: "2026-09-30",
      },
      departments: [
        {
          id: "sleep",
          name: "Sleep",
          allocated: 1,
          completed: 2,
          remaining: 0,
          exceeded: 1,
          ranOutOn: "2026-09-05",
        },
        { id: "cardio", name: "Cardiology", allocated: 2, completed: 1, remaining: 1, exceeded: 0 },
        { id: "east", name: "East", allocated: 4, completed: 0, remaining: 4, exceeded: 0 },
      ],
    });
    expect([found.months.length, found.months[0], found.months.at(-1)]).toEqual([13, "2026-11", "2025-11"]);
  });

  test("is shown to whoever may see some departments for these alone, also where nothing was used", async () => {
    const found = await of({ hospital: 3, departments: [{ id: "sleep", visits: 1 }] }, earlier, "2026-09", [
      "cardio",
      "east",
    ]);
    expect(["hospital" in found, found.departments]).toEqual([
      false,
      [
        { id: "cardio", name: "Cardiology", completed: 1 },
        { id: "east", name: "East", completed: 0 },
      ],
    ]);
  });

  test("of no allocation is what was used, of departments that were used", async () => {
    const found = await of(undefined, earlier);
    expect([found.hospital, found.departments]).toEqual([
      { id: "", name: "The whole hospital", completed: 3 },
      [
        { id: "sleep", name: "Sleep", completed: 2 },
        { id: "cardio", name: "Cardiology", completed: 1 },
      ],
    ]);
    for (const month of ["2026-12", "2025-10", "", "x"])
      expect((await of(undefined, [], month)).month).toBe("2026-11");
    expect((await of(undefined, [], "2025-11")).month).toBe("2025-11");
  });

  test("now is told ahead, once there are four weeks to go by", async () => {
    const daily = Array.from({ length: 60 }, (_none, ago) =>
      new Date(NOW.getTime() - ago * 86_400_000).toISOString().slice(0, 10),
    );
    const usages = daily.flatMap((day) =>
      on(day, 2).map((one) => ({ ...one, start: new Date(day + "T15:00:00Z") })),
    );
    const used = async (visits: number, since = 60) =>
      (
        await of(
          { hospital: visits, departments: [] },
          usages.filter(({ start }) => start.getTime() > NOW.getTime() - since * 86_400_000),
          "",
        )
      ).hospital;
    // 58 visits by now, two a day, and today and tomorrow to come.
    expect(await used(59)).toMatchObject({ completed: 58, remaining: 1, forecast: { likely: "2026-11-30" } });
    expect(await used(58)).toMatchObject({ remaining: 0, ranOutOn: "2026-11-29" });
    expect((await used(58)) ?? {}).not.toHaveProperty("forecast");
    expect((await used(900))?.forecast).toEqual({});
    expect((await used(900, 27)) ?? {}).not.toHaveProperty("forecast");
    expect((await used(900, 30)) ?? {}).toHaveProperty("forecast");
  });
});
