/** Whose an appointment is, and which ones a launch may open: each rule by itself, with a chart that the test scripts. */
import { describe, expect, test } from "vitest";
import type { Department } from "../../../../app/domain/hospital.ts";
import { hintWords } from "../../../../app/flows/provider/hints.ts";
import { locate, locateChosen, locateKept } from "../../../../app/flows/provider/locate.ts";
import {
  EhrFault,
  type Chart,
  type ChartAppointment,
  type ReadHint,
  type UntimedAppointment,
} from "../../../../app/ports/ehr.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { Range } from "../../../../app/domain/halfHours.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import type { Fault, Problem } from "../../../../app/web/fault.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

/** 10:00 in Chicago. */
const NOW = new Date("2026-12-01T16:00:00Z");
const HOUR = 60;
const minutes = (from: number) => new Date(NOW.getTime() + from * 60_000);
const VISITS = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
const CLINIC = departmentOf("lamna");

type Change = Partial<ChartAppointment> & { readonly from?: number };
function appointment(id: string, { from = 10, ...change }: Change = {}): ChartAppointment {
  return {
    id,
    status: "booked",
    start: minutes(from),
    end: minutes(from + 30),
    clock: "instant",
    patients: ["p-1"],
    patientElsewhere: false,
    locations: ["loc-1"],
    clinicians: [],
    isVideo: true,
    type: "Video Visit",
    hints: [],
    ...change,
  };
}

interface Script {
  readonly encounter?: string;
  /** Set for a launch that names no patient; otherwise the patient is p-1. */
  readonly isPatientless?: true;
  /** The ids of the appointments that the encounter names. */
  readonly named?: readonly string[];
  readonly namedHints?: readonly ReadHint[];
  /** For each id, the appointment or the error that reading it gives, or nothing; of others, what a search finds. */
  readonly read?: Readonly<Record<string, ChartAppointment | UntimedAppointment | Error | undefined>>;
  /** For each id of the patient, the appointments that the search finds. */
  readonly search?: Readonly<Record<string, readonly (ChartAppointment | UntimedAppointment)[]>>;
  readonly searchHints?: readonly ReadHint[];
  /** The times of which the search shows nothing. */
  readonly unshown?: readonly Range[];
  /** The current id of p-1, or why its record is not read, and below the ids that it replaced. */
  readonly current?: string | Error;
  readonly replaced?: readonly string[];
  readonly departments?: readonly Department[];
  /** For each id, the visit as it is kept. */
  readonly visits?: Readonly<
    Record<
      string,
      Pick<Visit, "state" | "start"> & Partial<Pick<Visit, "connectionId" | "departmentId" | "held" | "id">>
    >
  >;
  /** The ids of those whose visits would be changed by what the chart says. */
  readonly others?: readonly string[];
  /** For each id, the visit as it was found. */
  readonly found?: Readonly<Record<string, Partial<FoundVisit>>>;
  /** Why what was found cannot be had. */
  readonly noFound?: Error;
  /** The ids of those whose visits an administrator has deleted. */
  readonly deleted?: readonly string[];
  /** The ids of those whose visits' rows are damaged, and of those whose rows cannot be changed. */
  readonly damaged?: readonly string[];
  readonly unkept?: readonly string[];
}

function chartOf(script: Script) {
  const asked: string[] = [];
  const cancelled: string[] = [];
  /** Of which it was noted whose the chart says that they are. */
  const noted: string[] = [];
  const logged: unknown[] = [];
  const most = { read: 0, cancel: 0 };
  const inTurn = async <T>(what: keyof typeof most, running: { n: number }, act: () => T) => {
    running.n += 1;
    most[what] = Math.max(most[what], running.n);
    await new Promise((resolve) => setImmediate(resolve));
    running.n -= 1;
    return act();
  };
  const [reading, cancelling] = [{ n: 0 }, { n: 0 }];
  const chart: Chart = {
    appointmentsOfEncounter: (id) => {
      asked.push("encounter " + id);
      return Promise.resolve({ ids: script.named ?? [], hints: script.namedHints ?? [] });
    },
    appointment: (id) => {
      asked.push("read " + id);
      return inTurn("read", reading, () => {
        const listed = Object.values(script.search ?? {}).flat();
        const isRead = script.read !== undefined && id in script.read;
        const found = isRead ? script.read[id] : listed.find((each) => each.id === id);
        if (found instanceof Error) throw found;
        return found;
      });
    },
    appointments: (id, from, before) => {
      const hours = [from, before].map((at) => (at.getTime() - NOW.getTime()) / 3_600_000);
      asked.push(`search ${id} ${hours.join(" to ")}`);
      const { unshown } = script;
      return Promise.resolve({
        found: script.search?.[id] ?? [],
        hints: script.searchHints ?? [],
        ...(unshown !== undefined && { unshown }),
      });
    },
    patient: (id) => {
      asked.push("patient " + id);
      if (script.current instanceof Error) return Promise.reject(script.current);
      return Promise.resolve({ id: script.current ?? "p-1", replaced: script.replaced ?? [], hints: [] });
    },
    parentLocation: (id) => {
      asked.push("location " + id);
      return Promise.resolve(id.startsWith("hidden") ? { kind: "hidden" } : { kind: "top" });
    },
  };
  const row = <T>(id: string, value: T): Promise<T> =>
    script.damaged?.includes(id) === true
      ? Promise.reject(new UnreadableRecord("visits"))
      : Promise.resolve(value);
  const log = (level: string) => (event: string, fields: object) => logged.push([level, event, fields]);
  const parts = {
    hospital: {
      department: (id: string) =>
        Promise.resolve((script.departments ?? [CLINIC]).find((one) => one.id === id)),
      organization: { name: "Example Hospital", phone: "+12025550100" },
      departments: () => Promise.resolve(script.departments ?? [CLINIC]),
      visitRules: VISITS,
    },
    foundVisits: {
      idOf: (_base: string, id: string) => id,
      byId: (id: string) =>
        script.noFound !== undefined ? Promise.reject(script.noFound) : Promise.resolve(script.found?.[id]),
    },
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    now: () => NOW,
    visits: {
      ofAppointment: ({ appointmentId }: { readonly appointmentId: string }) =>
        row(appointmentId, script.visits?.[appointmentId]),
      compare: ({ appointmentId }: { readonly appointmentId: string }) =>
        row(appointmentId, {
          visit: script.visits?.[appointmentId],
          isOther: script.others?.includes(appointmentId) === true,
        }),
      noteWhose: ({ appointmentId }: { readonly appointmentId: string }) => {
        noted.push(appointmentId);
        return Promise.resolve(script.visits?.[appointmentId]);
      },
      isDeleted: (id: string) => Promise.resolve(script.deleted?.includes(id) === true),
      cancel: (connection: string, id: string) =>
        inTurn("cancel", cancelling, () =>
          script.unkept?.includes(id) === true
            ? Promise.reject(new UnreadableRecord("visits"))
            : row(id, void cancelled.push(connection + " " + id)),
        ),
    },
  } as unknown as Parameters<typeof locate>[0];
  const { encounter } = script;
  const session = {
    connection: { id: "lamna" },
    grant: script.isPatientless === true ? { encounter } : { patient: "p-1", encounter },
  } as unknown as Parameters<typeof locate>[1];
  const found = async () => {
    const came = await locate(parts, session, chart);
    return came.kind === "offer" ? came.candidates.map(({ appointment: { id } }) => id) : came.because;
  };
  return {
    asked,
    cancelled,
    noted,
    logged,
    most,
    found,
    look: () => locate(parts, session, chart),
    choose: (id: string) => locateChosen(parts, session, chart, id),
    keep: (id: string) => locateKept(parts, session, chart, id),
  };
}
const problemOf = async (act: Promise<unknown>): Promise<unknown> => {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown as Fault<Problem> | EhrFault,
  );
  return error?.problem ?? error;
};
const unavailable = () => new EhrFault({ kind: "chart-unavailable" }, "it is down");

describe("whose an appointment is", () => {
  test.each<[string, Change, Script, unknown]>([
    ["names the patient", {}, {}, ["a"]],
    ["names the patient and another", { patients: ["p-2", "p-1"] }, {}, ["a"]],
    ["names another", { patients: ["p-2"] }, {}, "not-this-patients"],
    ["names an id that was combined into it", { patients: ["old"] }, { replaced: ["older", "old"] }, ["a"]],
    ["names the id that stands for it now", { patients: ["new"] }, { current: "new" }, ["a"]],
    ["names nobody", { patients: [] }, {}, ["a"]],
    ["names a patient of another server", { patients: [], patientElsewhere: true }, {}, "not-this-patients"],
  ])("in the patient's own search: one that %s", async (_what, change, more, came) => {
    const chart = chartOf({ search: { "p-1": [appointment("a", change)] }, ...more });
    expect(await chart.found()).toEqual(came);
  });

  test("who has declined has no visit, and it is nobody's mistake that the search finds it", async () => {
    const theirs = appointment("a", { patients: ["p-2"], declined: ["p-1"] });
    const chart = chartOf({ search: { "p-1": [theirs] } });
    expect(await chart.look()).toEqual({ kind: "no-visit", because: "none-today", hints: [] });
    const alone = appointment("a", { patients: ["p-1"], isDeclined: true });
    expect(await chartOf({ search: { "p-1": [alone] } }).found()).toEqual(["a"]);
  });

  test("a search that finds no video visit is made under the id that stands now, and what both find is theirs", async () => {
    const office = appointment("office", { isVideo: false });
    const search = { "p-1": [office], new: [appointment("b", { patients: ["new"] })] };
    const chart = chartOf({ search, current: "new", searchHints: [{ kind: "list-incomplete" }] });
    expect(await chart.look()).toMatchObject({ kind: "offer", hints: [{ kind: "list-incomplete" }] });
    expect(chart.asked.filter((one) => one.startsWith("search"))).toEqual([
      "search p-1 -36 to 36",
      "search new -36 to 36",
    ]);
  });

  test("a patient who has one id is searched for once", async () => {
    const chart = chartOf({});
    expect(await chart.look()).toEqual({ kind: "no-visit", because: "none-today", hints: [] });
    expect(chart.asked).toEqual(["search p-1 -36 to 36", "patient p-1"]);
  });

  test("without a patient nobody is asked anything", async () => {
    const chart = chartOf({ isPatientless: true, encounter: "e" });
    expect(await chart.look()).toEqual({ kind: "no-visit", because: "no-patient", hints: [] });
    expect(chart.asked).toEqual([]);
  });

  test("of the encounter, one that names nobody is the patient's only where their search has it; asked once", async () => {
    const [mine, other] = [appointment("mine", { patients: [] }), appointment("other", { patients: [] })];
    const script = { encounter: "e", named: ["mine", "other"], read: { mine, other } };
    const chart = chartOf({ ...script, search: { "p-1": [mine] } });
    expect(await chart.look()).toMatchObject({
      candidates: [{ appointment: { id: "mine" } }],
      hints: [{ kind: "foreign-dropped", count: 1 }],
    });
    expect(chart.asked.filter((one) => one.startsWith("search"))).toEqual(["search p-1 -36 to 36"]);
    expect(await chartOf({ ...script, search: {} }).found()).toBe("not-this-patients");
  });
});

describe("the encounter's appointments", () => {
  test("are offered without a search, which is made where none of them is on today", async () => {
    const chart = chartOf({ encounter: "e", named: ["a", "gone"], read: { a: appointment("a") } });
    expect(await chart.found()).toEqual(["a"]);
    expect(chart.asked).toEqual(["encounter e", "read a", "read gone"]);
    const none = chartOf({
      encounter: "e",
      named: ["a"],
      namedHints: [{ kind: "encounter-unreadable" }],
      read: { a: appointment("a", { from: 30 * HOUR }) },
      search: { "p-1": [appointment("b")] },
    });
    expect(await none.look()).toMatchObject({
      candidates: [{ appointment: { id: "b" } }],
      hints: [{ kind: "encounter-unreadable" }],
    });
  });

  test("of which an administrator has deleted the visit do not hide another one", async () => {
    const script = { encounter: "e", named: ["a"], read: { a: appointment("a") }, deleted: ["a"] };
    const both = chartOf({ ...script, search: { "p-1": [appointment("b")] } });
    expect(await both.found()).toEqual(["a", "b"]);
    expect(await chartOf(script).found()).toEqual(["a"]);
  });

  test.each([undefined, ""])("of an encounter %j are not asked for", async (encounter) => {
    const chart = chartOf({
      ...(encounter !== undefined && { encounter }),
      search: { "p-1": [appointment("a")] },
    });
    expect(await chart.found()).toEqual(["a"]);
    expect(chart.asked).toEqual(["search p-1 -36 to 36"]);
  });

  test("are read three at a time, and twenty at most", async () => {
    const ids = Array.from({ length: 25 }, (_one, index) => "a" + String(index));
    const read = Object.fromEntries(ids.map((id) => [id, appointment(id)]));
    const chart = chartOf({ encounter: "e", named: ids, read });
    expect(await chart.found()).toEqual(ids.slice(0, 20));
    expect(chart.most.read).toBe(3);
  });

  test("that cannot be read are told, and after two failures of the chart no more are asked for", async () => {
    const ids = ["refused", "x", "y", "a", "b", "c", "d"];
    const read = {
      refused: new EhrFault({ kind: "chart-refused" }, "not for you"),
      x: unavailable(),
      y: unavailable(),
    };
    const chart = chartOf({ encounter: "e", named: ids, read, search: { "p-1": [appointment("z")] } });
    expect(await chart.look()).toMatchObject({
      candidates: [{ appointment: { id: "z" } }],
      hints: [{ kind: "encounter-visit-unreadable" }],
    });
    const asked = chart.asked.filter((one) => one.startsWith("read"));
    expect(asked.slice(0, 4)).toEqual(["read refused", "read x", "read y", "read a"]);
    expect(asked.length).toBeLessThan(6);
    // Refusals say nothing about the chart as a whole.
    const refusals = Object.fromEntries(ids.map((id) => [id, read.refused]));
    const refused = chartOf({ encounter: "e", named: ids, read: refusals });
    await refused.found();
    expect(refused.asked.filter((one) => one.startsWith("read"))).toHaveLength(ids.length);
  });

  test.each<[string, Error]>([
    ["whose token is refused", new EhrFault({ kind: "token-refused" }, "renew it")],
    ["whose session is over", new EhrFault({ kind: "session-over" }, "sign in")],
    ["that meet a bug", new TypeError("a bug")],
  ])("%s end the look", async (_what, error) => {
    await expect(chartOf({ encounter: "e", named: ["a"], read: { a: error } }).look()).rejects.toBe(error);
  });
});

test("one at no department here can be opened where its own was removed, and not where it has that still", async () => {
  const kept = (departmentId: string) => ({
    ...{ state: "open" as const, start: minutes(10) },
    ...{ connectionId: "lamna", departmentId },
  });
  const nowhere = (id: string) => appointment(id, { locations: ["loc-9"] });
  const here = { timeZone: CLINIC.timeZone, name: "Example Hospital" };
  for (const [visits, removed] of [
    [{ a: kept("gone") }, here],
    [{ a: kept(CLINIC.id) }, undefined],
    [{}, undefined],
  ] as const) {
    const { candidates: [first] = [] } = (await chartOf({
      search: { "p-1": [nowhere("a")] },
      visits,
    }).look()) as {
      readonly candidates?: readonly { readonly removed?: object }[];
    };
    if (removed === undefined) expect(first).not.toHaveProperty("removed");
    else expect(first?.removed).toMatchObject(removed);
  }
  const own = chartOf({ search: { "p-1": [appointment("a")] }, visits: { a: kept("gone") } });
  expect(await own.look()).toMatchObject({ candidates: [{ department: CLINIC }] });
  // Nobody knows of which zone's clock its times are, so it is shut here as it is alone.
  const read = { a: appointment("a", { locations: ["loc-9"], clock: "wall", from: -6 * HOUR }) };
  const wall = chartOf({ encounter: "e", named: ["a"], read, visits: { a: kept("gone") } });
  const { candidates } = (await wall.look()) as { readonly candidates: readonly object[] };
  expect(candidates).toEqual([expect.not.objectContaining({ removed: expect.anything() as object })]);
});

describe("an appointment that cannot be read", () => {
  const refused = new EhrFault({ kind: "chart-refused" }, "not for you");
  const [a, b] = [appointment("a"), appointment("b", { from: 60 })];
  const SKIPPED = { kind: "entries-skipped", count: 1, fields: [] };
  const offered = async (script: Script) => {
    const came = await chartOf(script).look();
    if (came.kind !== "offer") return came;
    const { candidates, hints, mayBeOther = false } = came;
    return [candidates.map(({ appointment: { id } }) => id), hints, mayBeOther];
  };

  test.each<[what: string, script: Script]>([
    ["is refused", { others: ["b"], read: { b: refused } }],
    ["fails", { others: ["b"], read: { b: unavailable() } }],
    ["has a damaged row", { damaged: ["b"] }],
    [
      "names an id that cannot be compared",
      { search: { "p-1": [a, { ...b, patients: ["old"] }] }, current: unavailable() },
    ],
    [
      "is on again by its id, and names an id that cannot be compared",
      {
        search: { "p-1": [a, { ...b, status: "cancelled" }] },
        read: { b: { ...b, patients: ["old"] } },
        current: unavailable(),
      },
    ],
  ])(
    "today beside another takes that one not with it, which is asked about: one that %s",
    async (_what, script) => {
      expect(await offered({ search: { "p-1": [a, b] }, ...script })).toEqual([["a"], [SKIPPED], true]);
    },
  );

  test.each<[what: string, other: Change]>([
    ["yesterday's", { from: -24 * HOUR }],
    ["no video visit", { isVideo: false }],
    ["not booked", { status: "proposed" }],
  ])("is nothing to ask about where it is %s", async (_what, change) => {
    const other = { ...appointment("b", change), patients: ["old"] };
    expect(await offered({ search: { "p-1": [a, other] }, current: unavailable() })).toEqual([
      ["a"],
      [],
      false,
    ]);
  });

  test("is the reason where nothing else is left", async () => {
    for (const script of [{ others: ["b"], read: { b: refused } }, { damaged: ["b"] }])
      await expect(chartOf({ search: { "p-1": [b] }, ...script }).look()).rejects.toThrow(
        "others" in script ? refused : UnreadableRecord,
      );
    const own = appointment("office", { isVideo: false });
    const other = { ...b, patients: ["old"] };
    const error = unavailable();
    await expect(chartOf({ search: { "p-1": [own, other] }, current: error }).look()).rejects.toBe(error);
  });

  test("is logged, and keeps no other from being told that it does not take place", async () => {
    const off = ["x", "y"].map((id) => appointment(id, { status: "cancelled" }));
    const visits = { x: { state: "open", start: NOW } as const, y: { state: "open", start: NOW } as const };
    const script = { search: { "p-1": [a, ...off] }, visits };
    const chart = chartOf({ ...script, damaged: ["x"] });
    expect(await chart.found()).toEqual(["a"]);
    expect(chart.cancelled).toEqual(["lamna y"]);
    const unkept = chartOf({ ...script, unkept: ["x"] });
    expect([await unkept.found(), unkept.cancelled]).toEqual([["a"], ["lamna y"]]);
    expect(unkept.logged).toEqual([["error", "record.unreadable", expect.any(UnreadableRecord)]]);
    const named = chartOf({
      encounter: "e",
      named: ["x", "a"],
      read: { x: appointment("x", { status: "cancelled" }), a },
      damaged: ["x"],
    });
    expect(await named.found()).toEqual(["a"]);
    const left = chartOf({ search: { "p-1": [a, b] }, damaged: ["b"] });
    await left.found();
    expect(left.logged).toContainEqual(["error", "visit.left_out", expect.any(UnreadableRecord)]);
  });

  test("ends the look where the session is over, or it is a bug", async () => {
    for (const error of [new EhrFault({ kind: "session-over" }, "sign in"), new TypeError("a bug")])
      await expect(
        chartOf({ search: { "p-1": [a, b] }, others: ["b"], read: { b: error } }).look(),
      ).rejects.toBe(error);
  });

  test("that the encounter names has the clinician asked about another, and not about itself", async () => {
    const script = { encounter: "e", named: ["b"], read: { b: unavailable() } };
    const hint = { kind: "encounter-visit-unreadable" };
    expect(await offered({ ...script, search: { "p-1": [a] } })).toEqual([["a"], [hint], true]);
    expect(await offered({ ...script, search: { "p-1": [b] } })).toEqual([["b"], [hint], false]);
    const later = appointment("b", { from: 30 * HOUR });
    expect(await offered({ ...script, search: { "p-1": [a, later] } })).toEqual([["a"], [hint], false]);
    const off = appointment("b", { status: "cancelled" });
    expect(await offered({ ...script, search: { "p-1": [a, off] } })).toEqual([["a"], [hint], false]);
    const both = { ...script, named: ["a", "b"], read: { ...script.read, a } };
    expect(await offered(both)).toEqual([["a"], [hint], false]);
  });

  test("because the chart shows nothing of a time of today has the clinician asked", async () => {
    const at = (from: number) => ({
      search: { "p-1": [a] },
      unshown: [{ from: minutes(from), before: minutes(from + 30) }],
    });
    expect(await offered(at(60))).toEqual([["a"], [], true]);
    expect(await offered(at(-24 * HOUR))).toEqual([["a"], [], false]);
  });
});

describe("what is offered", () => {
  test.each<[string, Change, unknown, Script?]>([
    ["an hour ago", { from: -HOUR }, ["a"]],
    ["that is no video visit", { isVideo: false }, "none-today"],
    ["that nobody has booked", { status: "proposed" }, "none-today"],
    ["to which the patient did not come", { status: "noshow" }, "missed"],
    // From here on the day in Chicago counts: it is 10:00 there.
    ["late in the evening", { from: 13 * HOUR + 59 }, ["a"]],
    ["after midnight", { from: 14 * HOUR }, "none-today"],
    ["from before midnight until after it", { from: -10 * HOUR - 15 }, ["a"]],
    ["of the night before", { from: -10 * HOUR - 31 }, "none-today"],
    ["at a location of nobody's, on a day of its own", { from: 14 * HOUR, locations: ["x"] }, "none-today"],
    [
      "at a location of nobody's, today in one department's zone",
      { from: 15 * HOUR, locations: ["x"] },
      ["a"],
      { departments: [CLINIC, departmentOf("west", { timeZone: "America/Los_Angeles" })] },
    ],
    [
      "where no department is set up, today by UTC",
      { from: 7 * HOUR, locations: ["x"] },
      ["a"],
      { departments: [] },
    ],
    [
      "where none is, tomorrow by UTC",
      { from: 8 * HOUR, locations: ["x"] },
      "none-today",
      { departments: [] },
    ],
  ])("a visit %s", async (_when, change, came, more = {}) => {
    expect(await chartOf({ search: { "p-1": [appointment("a", change)] }, ...more }).found()).toEqual(came);
  });

  test("a visit whose links are open is offered on whichever day it is", async () => {
    const zone = { departments: [departmentOf("lamna", { timeZone: "Etc/GMT-8" })] };
    // The day begins there at this moment, so each of these was of yesterday.
    const dayLong = appointment("long", { start: minutes(-40 * HOUR), end: minutes(-240) });
    const evening = appointment("evening", { from: -240 - 30 });
    const over = ["over", "just-over"].map((id, index) =>
      appointment(id, { start: minutes(-40 * HOUR), end: minutes([-36 * HOUR, -241][index] ?? 0) }),
    );
    const found = await chartOf({ search: { "p-1": [dayLong, evening, ...over] }, ...zone }).found();
    expect(found).toEqual(["long", "evening"]);
  });

  test("the location of a visit is asked for only where it may be today in some zone", async () => {
    const at = (from: number, clock: ChartAppointment["clock"] = "instant") => ({
      ...appointment("a", { from, clock }),
      locations: ["x"],
    });
    const isAsked = async (one: ChartAppointment) => {
      const chart = chartOf({ search: { "p-1": [one] } });
      await chart.found();
      return chart.asked.includes("location x");
    };
    const [reach, furthest] = [36 * HOUR, 14 * HOUR];
    for (const [one, is] of [
      [at(reach), true],
      [at(reach + 1), false],
      [at(-reach - 30), true],
      [at(-reach - 31), false],
      [at(reach + furthest, "wall"), true],
      [at(reach + furthest + 1, "wall"), false],
      [at(-reach - furthest - 30, "wall"), true],
      [at(-reach - furthest - 31, "wall"), false],
    ] as const)
      expect([one.start, one.clock, await isAsked(one)]).toEqual([one.start, one.clock, is]);
  });

  test.each([
    [50, []],
    [51, [{ kind: "list-incomplete" }]],
  ])("of %i visits fifty are, and the page says where that is not all", async (count, hints) => {
    const all = Array.from({ length: count }, (_one, index) => appointment("a" + String(index)));
    const came = await chartOf({ search: { "p-1": all } }).look();
    expect(came).toMatchObject({ kind: "offer", hints });
    expect(came.kind === "offer" && came.candidates.length).toBe(50);
  });

  test("an appointment of today whose type cannot be read may be a visit, which is said and logged", async () => {
    const hints: ReadHint[] = [{ kind: "type-unreadable", fields: ["serviceType[].text"] }];
    const unsure = (change: Change = {}) => appointment("u", { isVideo: false, hints, ...change });
    const said = async (one: ChartAppointment) => (await chartOf({ search: { "p-1": [one] } }).look()).hints;
    const chart = chartOf({ search: { "p-1": [unsure()] } });
    expect(await chart.look()).toMatchObject({ kind: "no-visit", because: "none-today", hints });
    expect(chart.logged).toEqual([
      [
        "warn",
        "chart.read-in-part",
        { connection: "lamna", reason: "type-unreadable", names: ["serviceType[].text"] },
      ],
    ]);
    for (const change of [{ from: 30 * HOUR }, { status: "cancelled" }, { patients: ["p-2"] }] as const)
      expect(await said(unsure(change)), JSON.stringify(change)).not.toContainEqual(hints[0]);
    expect(hintWords(hints)[0]).toContain("a video visit may be missing here");
    // What else could not be read of what is no video visit is nobody's here.
    const office = unsure({ hints: [{ kind: "duration-assumed" }] });
    expect((await chartOf({ search: { "p-1": [office] } }).look()).hints).toEqual([]);
  });

  test("what could not be read of those that are offered is said once, and logged", async () => {
    const hints: ReadHint[] = [{ kind: "duration-assumed" }];
    const all = [
      appointment("a", { hints }),
      appointment("b", { hints, locations: ["hidden"] }),
      appointment("c", { locations: ["hidden-2"], status: "noshow", hints: [{ kind: "zone-assumed" }] }),
    ];
    const chart = chartOf({ search: { "p-1": all } });
    const came = await chart.look();
    expect(came.hints).toEqual([{ kind: "department-unreadable" }, { kind: "duration-assumed" }]);
    const fields = (reason: string) => ({ connection: "lamna", reason });
    expect(chart.logged).toEqual(
      ["department-unreadable", "duration-assumed"].map((reason) => [
        "warn",
        "chart.read-in-part",
        fields(reason),
      ]),
    );
  });

  test("a visit at a location that is not shown is of the department in which it was found, and nothing is missing", async () => {
    const all = [appointment("a", { locations: ["hidden"] })];
    const found = {
      a: { standing: "on", connectionId: "lamna", departmentId: CLINIC.id, location: "hidden" },
    } as const;
    const here = await chartOf({ search: { "p-1": all }, found }).look();
    expect(here).toMatchObject({
      candidates: [{ department: CLINIC, isLocationHidden: true }],
      hints: [],
    });
    // A row that cannot be had says nothing, and takes no visit with it.
    for (const error of [new UnreadableRecord("visits"), new StoreFault("it is down")]) {
      const chart = chartOf({ search: { "p-1": all }, found, noFound: error });
      expect(await chart.look()).toMatchObject({
        candidates: [{ department: undefined }],
        hints: [{ kind: "department-unreadable" }],
      });
      expect(chart.logged).toContainEqual(["error", "record.unreadable", error]);
    }
  });

  test("the next visit is told where there is none today: the earliest that is on, at a location that is known", async () => {
    const all = [
      appointment("far", { from: 20 * HOUR }),
      appointment("near", { from: 16 * HOUR }),
      appointment("cancelled-soon", { from: 15 * HOUR, status: "noshow" }),
      appointment("nowhere", { from: 15 * HOUR, locations: ["x"] }),
      appointment("before", { from: -20 * HOUR }),
    ];
    expect(await chartOf({ search: { "p-1": all } }).look()).toEqual({
      kind: "no-visit",
      because: "none-today",
      hints: [],
      next: { start: minutes(16 * HOUR), department: CLINIC },
    });
  });
});

describe("what the chart has cancelled", () => {
  const off = (id: string, change: Change = {}) => appointment(id, { status: "cancelled", ...change });

  test("is told to its links whatever its day and kind, each once, and four at a time", async () => {
    const all = [
      off("a"),
      off("a"),
      off("office", { isVideo: false }),
      off("later", { from: 40 * HOUR }),
      off("mistake", { status: "entered-in-error" }),
      off("five", { from: 41 * HOUR }),
      off("six", { from: 42 * HOUR }),
      appointment("on"),
      off("foreign", { patients: ["p-2"] }),
    ];
    const open = { state: "open", start: NOW } as const;
    const visits = Object.fromEntries(all.map(({ id }) => [id, open]));
    const chart = chartOf({ search: { "p-1": all }, visits });
    expect(await chart.found()).toEqual(["on"]);
    const ids = ["a", "office", "later", "mistake", "five", "six", "foreign"];
    expect(chart.cancelled).toEqual(ids.map((id) => "lamna " + id));
    // No search cancels a visit.
    expect(chart.asked.filter((asked) => asked.startsWith("read"))).toEqual(ids.map((id) => "read " + id));
    expect(chart.most).toEqual({ read: 4, cancel: 4 });
  });

  test("is off without times, too, and whosesoever it is; what no visit is open for is not asked", async () => {
    const { start: _start, end: _end, clock: _clock, ...stated } = off("untimed", { patients: ["p-2"] });
    const closed = { state: "cancelled", start: NOW } as const;
    const open = { state: "open", start: NOW } as const;
    const chart = chartOf({
      search: { "p-1": [stated, off("later", { from: 20 * HOUR }), off("was", { from: 20 * HOUR })] },
      visits: { untimed: open, was: closed },
    });
    expect(await chart.found()).toBe("not-this-patients");
    expect(chart.cancelled).toEqual(["lamna untimed"]);
    expect(chart.asked).not.toContain("read later");
    expect(chart.asked).not.toContain("read was");
    const { patients: _theirs, ...own } = { ...stated, patients: [] };
    const ours = chartOf({
      named: ["untimed"],
      encounter: "e",
      read: { untimed: { ...own, patients: ["p-1"] } },
    });
    expect(await problemOf(ours.look())).toEqual({ kind: "visit-cancelled" });
  });

  test("is opened where a read by its id says that it takes place: the search was older", async () => {
    const visits = { a: { state: "open", start: NOW } } as const;
    const chart = chartOf({ search: { "p-1": [off("a")] }, read: { a: appointment("a") }, visits });
    expect([await chart.found(), chart.cancelled]).toEqual([["a"], []]);
    const elses = chartOf({
      search: { "p-1": [off("a")] },
      read: { a: appointment("a", { patients: ["p-2"] }) },
      visits,
    });
    expect([await elses.found(), elses.cancelled]).toEqual(["none-today", []]);
  });

  test("is neither cancelled nor told where it cannot be read by its id, and keeps nobody from another", async () => {
    const visits = { a: { state: "open", start: NOW } } as const;
    const unread = { search: { "p-1": [off("a")] }, read: { a: unavailable() }, visits };
    const chart = chartOf(unread);
    expect(await problemOf(chart.look())).toEqual({ kind: "chart-unavailable" });
    expect(chart.cancelled).toEqual([]);
    const beside = chartOf({ ...unread, search: { "p-1": [off("a"), appointment("b")] } });
    expect(await beside.found()).toEqual(["b"]);
    const over = new EhrFault({ kind: "session-over" }, "over");
    const ends = chartOf({ ...unread, search: { "p-1": [off("a"), appointment("b")] }, read: { a: over } });
    expect(await problemOf(ends.look())).toEqual({ kind: "session-over" });
  });

  test.each<[string, readonly ChartAppointment[], readonly ReadHint[], object]>([
    ["cancelled", [off("a")], [], {}],
    ["entered in error", [off("a", { status: "entered-in-error" })], [], { isMistake: true }],
    ["either", [off("a", { status: "entered-in-error" }), off("b")], [], {}],
    [
      "cancelled, with others unread",
      [off("a")],
      [{ kind: "entries-skipped", count: 1, fields: [] }],
      { mayBeMore: true },
    ],
    ["cancelled, with pages unread", [off("a")], [{ kind: "list-incomplete" }], { mayBeMore: true }],
    ["cancelled, with others' dropped", [off("a")], [{ kind: "foreign-dropped", count: 1 }], {}],
  ])("is all of today: %s", async (_what, all, searchHints, more) => {
    const chart = chartOf({ search: { "p-1": all }, searchHints });
    expect(await problemOf(chart.look())).toEqual({ kind: "visit-cancelled", ...more });
    expect(chart.logged).toHaveLength(searchHints.length);
  });

  test("names the visit whose messages are held back, where it is known to be this patient's", async () => {
    const since = minutes(-HOUR);
    const id = "v-a" as Visit["id"];
    const visits = { a: { state: "open", start: NOW, id, held: since } } as const;
    const told = { kind: "visit-cancelled", held: [{ visit: id, start: NOW, since }] };
    expect(await problemOf(chartOf({ read: { a: off("a") }, visits }).keep("a"))).toEqual(told);
    expect(await problemOf(chartOf({ search: { "p-1": [off("a")] }, visits }).look())).toEqual(told);
    for (const read of [{ a: off("a", { patients: ["p-2"] }) }, { a: off("a", { patients: ["old"] }) }])
      expect(await problemOf(chartOf({ read, visits, current: unavailable() }).keep("a"))).toEqual({
        kind: "visit-cancelled",
      });
  });

  test("as a search says it is not asked again of what the encounter's own read says otherwise", async () => {
    const visits = { a: { state: "open", start: NOW } } as const;
    const missed = { a: appointment("a", { status: "noshow" }) };
    const chart = chartOf({
      encounter: "e",
      named: ["a"],
      read: missed,
      search: { "p-1": [off("a")] },
      visits,
    });
    expect([await chart.found(), chart.cancelled]).toEqual(["missed", []]);
    expect(chart.asked.filter((asked) => asked === "read a")).toHaveLength(1);
  });

  test("on another day is no news of today", async () => {
    const visits = { a: { state: "open", start: NOW } } as const;
    const chart = chartOf({ search: { "p-1": [off("a", { from: 20 * HOUR })] }, visits });
    expect([await chart.found(), chart.cancelled]).toEqual(["none-today", ["lamna a"]]);
  });
});

test("what is picked has to be among what is offered", async () => {
  const searchHints: ReadHint[] = [{ kind: "list-incomplete" }];
  const chart = chartOf({ search: { "p-1": [appointment("a"), appointment("b")] }, searchHints });
  expect(await chart.choose("b")).toMatchObject({ appointment: { id: "b" }, department: CLINIC });
  expect(await chart.choose("c")).toEqual({ kind: "no-visit", because: "not-offered", hints: searchHints });
  expect(await chartOf({}).choose("a")).toMatchObject({ because: "none-today" });
});

describe("the visit that is open", () => {
  const none = (because: string) => ({ kind: "no-visit", because, hints: [] });

  test("is kept as the chart has it now, with what could not be read", async () => {
    const read = {
      a: appointment("a", { from: 60 * HOUR, clock: "wall", hints: [{ kind: "duration-assumed" }] }),
    };
    const chart = chartOf({ read });
    expect(await chart.keep("a")).toMatchObject({
      kind: "kept",
      candidate: { appointment: { id: "a" }, department: CLINIC },
      hints: [{ kind: "duration-assumed" }, { kind: "zone-assumed" }],
    });
    expect(chart.logged).toHaveLength(2);
    const hidden = chartOf({ read: { a: appointment("a", { locations: ["hidden"] }) } });
    expect(await hidden.keep("a")).toMatchObject({ hints: [{ kind: "department-unreadable" }] });
  });

  test("is neither cancelled nor another's where the chart does not show it, or the launch has no patient", async () => {
    const chart = chartOf({});
    expect([await chart.keep("a"), chart.cancelled, chart.logged]).toEqual([none("not-shown"), [], []]);
    expect(await chartOf({ isPatientless: true, read: { a: appointment("a") } }).keep("a")).toEqual(
      none("no-patient"),
    );
  });

  test("is not shown where it is another patient's by now; the log says so", async () => {
    const chart = chartOf({ read: { a: appointment("a", { patients: ["p-2"] }) } });
    expect([await chart.keep("a"), chart.cancelled]).toEqual([none("other-patient"), []]);
    expect(chart.logged).toEqual([["warn", "chart.visit-of-another-patient", { connection: "lamna" }]]);
  });

  test("that names nobody is the patient's where their search around its start has it", async () => {
    const a = appointment("a", { patients: [], from: 100 * HOUR });
    const chart = chartOf({ read: { a }, search: { "p-1": [a] } });
    expect(await chart.keep("a")).toMatchObject({ kind: "kept" });
    expect(chart.asked).toContain("search p-1 64 to 136");
    expect(await chartOf({ read: { a } }).keep("a")).toEqual(none("other-patient"));
  });

  test.each<[ChartAppointment["status"], object]>([
    ["cancelled", {}],
    ["entered-in-error", { isMistake: true }],
  ])("is off where the chart says %s, and its links are told", async (status, more) => {
    const whole = appointment("a", { status });
    const { start: _start, end: _end, clock: _clock, ...untimed } = whole;
    for (const a of [whole, { ...whole, patients: ["p-2"] }, untimed]) {
      const chart = chartOf({ read: { a } });
      expect(await problemOf(chart.keep("a"))).toEqual({ kind: "visit-cancelled", ...more });
      expect(chart.cancelled).toEqual(["lamna a"]);
    }
  });

  test("without times is nobody's fault where nobody has booked it any more", async () => {
    const { start: _start, end: _end, clock: _clock, ...a } = appointment("a", { status: "proposed" });
    expect(await chartOf({ read: { a } }).keep("a")).toEqual({ kind: "untimed", appointment: a });
    const theirs = { ...a, patients: ["p-2"] };
    expect(await chartOf({ read: { a: theirs } }).keep("a")).toEqual(none("other-patient"));
  });
});

describe("a visit that a search would revive, move or give away", () => {
  const visits = { a: { state: "cancelled", start: NOW } } as const;
  const listed = { search: { "p-1": [appointment("a")] }, visits, others: ["a"] };

  test("is opened as a read by its id has it", async () => {
    const chart = chartOf({ ...listed, read: { a: appointment("a", { from: 40 }) } });
    expect(await chart.look()).toMatchObject({
      candidates: [{ appointment: { id: "a", start: minutes(40) }, before: { visit: visits.a } }],
    });
    expect(chart.asked.filter((asked) => asked === "read a")).toHaveLength(1);
  });

  test.each<[string, Change, unknown]>([
    ["cancelled", { status: "cancelled" }, { kind: "visit-cancelled" }],
    ["somebody else's", { patients: ["p-2"] }, "contradicted"],
    ["somebody else's, and cancelled", { patients: ["p-2"], status: "cancelled" }, "none-today"],
    ["of another day", { from: 30 * HOUR }, "none-today"],
    ["no video visit", { isVideo: false }, "none-today"],
  ])("is not opened where that is %s", async (_what, change, came) => {
    const chart = chartOf({ ...listed, read: { a: appointment("a", change) } });
    if (typeof came === "string") expect(await chart.found()).toBe(came);
    else expect(await problemOf(chart.look())).toEqual(came);
    expect(chart.noted).toEqual(came === "contradicted" ? ["a"] : []);
  });

  test("is not opened where the chart does not show it by its id, and another one beside it may not be meant", async () => {
    const chart = chartOf({ ...listed, read: { a: undefined } });
    expect(await chart.found()).toBe("contradicted");
    const beside = { "p-1": [appointment("a"), appointment("b")] };
    expect(await chartOf({ ...listed, search: beside, read: { a: undefined } }).look()).toMatchObject({
      candidates: [{ appointment: { id: "b" } }],
      mayBeOther: true,
    });
    const missed = { "p-1": [appointment("a", { status: "noshow" })] };
    expect(await chartOf({ ...listed, search: missed, read: { a: undefined } }).found()).toBe("none-today");
  });

  test("is read by its id only where it is of today, and its patient is searched for around its own time", async () => {
    const later = chartOf({ ...listed, search: { "p-1": [appointment("a", { from: 30 * HOUR })] } });
    expect(await later.found()).toBe("none-today");
    expect(later.asked).not.toContain("read a");
    const moved = { a: appointment("a", { patients: [], from: 100 * HOUR }) };
    const inWords = chartOf({ ...listed, read: moved });
    expect(await inWords.found()).toBe("none-today");
    expect(inWords.asked).toContain("search p-1 64 to 136");
  });

  test("is read by its id no second time where the encounter names it, and no search contradicts that", async () => {
    const named = { ...listed, encounter: "e", named: ["a"] };
    const chart = chartOf({ ...named, read: { a: appointment("a", { from: 40 }) } });
    expect(await chart.found()).toEqual(["a"]);
    expect(chart.asked).toEqual(["encounter e", "read a"]);
    const off = chartOf({ ...named, read: { a: appointment("a", { status: "cancelled" }) } });
    expect(await problemOf(off.look())).toEqual({ kind: "visit-cancelled" });
    const missed = chartOf({ ...named, read: { a: appointment("a", { status: "noshow" }) } });
    expect(await missed.found()).toBe("missed");
    const later = chartOf({ ...named, read: { a: appointment("a", { from: 30 * HOUR }) } });
    expect(await later.found()).toBe("none-today");
    expect(later.asked.filter((asked) => asked === "read a")).toHaveLength(1);
  });
});
