/** What follows from what the chart says or hides: departments, ids, faults; without a deployment. */
import type { Request } from "express";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refuseOldBrowsers } from "../../../../app/flows/provider/browser.ts";
import { departmentLookup, type Candidate } from "../../../../app/flows/provider/departments.ts";
import { faultCharts } from "../../../../app/flows/provider/faultChart.ts";
import { recognized } from "../../../../app/flows/provider/faults.tsx";
import { nearest } from "../../../../app/flows/provider/nextVisit.ts";
import { chartAnswered, chartProblem } from "../../../../app/flows/provider/notRead.ts";
import { namesOf, otherIdsOf, patientsOf } from "../../../../app/flows/provider/patientNames.ts";
import { patientBeside } from "../../../../app/flows/provider/shownPatient.ts";
import {
  EhrFault,
  type Chart,
  type ChartAppointment,
  type ParentLocation,
} from "../../../../app/ports/ehr.ts";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { StoreConflict, StoreFault } from "../../../../app/ports/store.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { SettingsNotRead } from "../../../../app/records/hospital.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { SessionOver, type Session } from "../../../../app/records/sessions.ts";
import { VisitDeleted } from "../../../../app/records/tombstones.ts";
import { VisitChanged } from "../../../../app/records/visitChanged.ts";
import { Fault } from "../../../../app/web/fault.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";

const MINUTE = 60_000;
const NOW = new Date("2026-12-01T16:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE);

let at: ReturnType<typeof launched>;
beforeEach(() => {
  at = launched();
});
afterEach(() => at.close());

describe("the department of an appointment", () => {
  const [A, B] = ["a", "b"].map((id) => departmentOf("lamna", { id, locations: [id] }));
  const parents: Record<string, ParentLocation["kind"] | [string]> = {};
  let asked: string[];
  let most: number;
  /** Where finding visits has placed the appointment. */
  let foundIn: typeof A;
  beforeEach(() => {
    foundIn = undefined;
    for (const name of Object.keys(parents)) Reflect.deleteProperty(parents, name);
    asked = [];
    most = 0;
  });
  function find(): (change: Partial<ChartAppointment>) => Promise<Candidate> {
    let running = 0;
    const chart = {
      parentLocation: async (id: string): Promise<ParentLocation> => {
        asked.push(id);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        const parent = parents[id] ?? "top";
        return Array.isArray(parent)
          ? { kind: "part-of", id: parent[0] }
          : ({ kind: parent } as ParentLocation);
      },
    };
    const departments = [A, B].filter((one) => one !== undefined);
    const finder = departmentLookup(chart, departments, () => Promise.resolve(foundIn));
    return (change) => finder({ ...at.appointment(10), ...change });
  }
  const found = async (...locations: string[]) => {
    const { department, isLocationHidden } = await find()({ locations });
    return [department?.id, isLocationHidden];
  };
  /** Each location is part of the next. */
  const chain = (...ids: string[]) => {
    for (const [index, id] of ids.slice(0, -1).entries()) parents[id] = [ids[index + 1] ?? ""];
  };

  test("is the one that has its location, and nobody is asked", async () => {
    expect([await found("a"), asked]).toEqual([["a", false], []]);
    expect(await found("x", "b")).toEqual(["b", false]);
  });

  test("is the one that has a location that contains it, over every level that a hospital has", async () => {
    chain("bed", "room", "unit", "wing", "level", "building", "campus", "site", "a");
    expect(await found("bed")).toEqual(["a", false]);
    expect(asked).toEqual(["bed", "room", "unit", "wing", "level", "building", "campus", "site"]);
    chain("b", "bed");
    expect(await found("bed", "b")).toEqual(["b", false]);
    expect(await found("a", "b")).toEqual(["b", false]);
  });

  test("is the one in which it was found where the chart hides or fails, and that is said; not where it shows another", async () => {
    foundIn = B;
    parents["hidden"] = "hidden";
    parents["failed"] = "failed";
    expect([await found("hidden"), await found("failed")]).toEqual([
      ["b", true],
      ["b", true],
    ]);
    expect([await found("a"), await found("x")]).toEqual([
      ["a", false],
      [undefined, false],
    ]);
  });

  test("is the one in which it was found where it is at two, and else the hospital's first, in whatever order", async () => {
    expect([await found("b", "a"), await found("a", "b")]).toEqual([
      ["a", false],
      ["a", false],
    ]);
    foundIn = B;
    expect([await found("b", "a"), await found("a", "b")]).toEqual([
      ["b", false],
      ["b", false],
    ]);
    chain("b", "a");
    foundIn = A;
    expect(await found("a", "b")).toEqual(["b", false]);
  });

  test("is nobody's where the chart says so, and not known where it hides or fails", async () => {
    expect(await found("x")).toEqual([undefined, false]);
    expect(await found()).toEqual([undefined, false]);
    parents["hidden"] = "hidden";
    parents["failed"] = "failed";
    expect(await found("hidden")).toEqual([undefined, true]);
    expect(await found("failed")).toEqual([undefined, true]);
    chain("x", "a");
    expect(await found("hidden", "x")).toEqual(["a", false]);
  });

  test("is the inner one of two of which one contains the other, else the hospital's first", async () => {
    chain("b", "wing", "a");
    expect([await found("a", "b"), await found("b", "a")]).toEqual([
      ["b", false],
      ["b", false],
    ]);
    parents["b"] = "top";
    expect([await found("a", "b"), await found("b", "a")]).toEqual([
      ["a", false],
      ["a", false],
    ]);
    expect(await found("a", "a")).toEqual(["a", false]);
    // Locations that lie in each other are gone round once.
    chain("b", "a", "b");
    expect(await found("b", "a")).toEqual(["a", false]);
    chain("x", "y", "x");
    expect(await found("x")).toEqual([undefined, false]);
  });

  test("is asked for once for each location, four at a time and forty in all", async () => {
    const many = Array.from({ length: 45 }, (_one, index) => "l" + String(index));
    const finder = find();
    const came = await Promise.all(many.map((location) => finder({ locations: [location] })));
    expect(came.map(({ isLocationHidden }) => isLocationHidden)).toEqual(
      many.map((_one, index) => index >= 40),
    );
    expect([asked.length, most]).toEqual([40, 4]);
    await finder({ locations: ["l0"] });
    expect(asked).toHaveLength(40);
  });

  test("is not asked for any more when the chart has failed twice", async () => {
    for (const name of ["f1", "f2"]) parents[name] = "failed";
    const finder = find();
    for (const location of ["f1", "x", "f2"]) await finder({ locations: [location] });
    expect(await finder({ locations: ["y"] })).toMatchObject({ isLocationHidden: true });
    expect(asked).toEqual(["f1", "x", "f2"]);
  });

  test("has the zone of times that come without one, which is said", async () => {
    const plain = at.appointment(10, { locations: ["a"] });
    expect((await find()(plain)).appointment).toEqual(plain);
    const wall = await find()({ locations: ["a"], clock: "wall", hints: [{ kind: "duration-assumed" }] });
    expect(wall.appointment.start).toEqual(at.inMinutes(10 + 6 * 60));
    expect(wall.appointment.hints).toEqual([{ kind: "duration-assumed" }, { kind: "zone-assumed" }]);
  });
});

test("the next visit is the earliest whose location is known", () => {
  const clinic = departmentOf("lamna");
  const candidate = (start: Date, department = true) =>
    ({ appointment: { start }, department: department ? clinic : undefined }) as Candidate;
  const [early, late] = [ago(60), ago(30)];
  expect(nearest([])).toBeUndefined();
  expect(nearest([candidate(early, false)])).toBeUndefined();
  for (const order of [
    [late, early],
    [early, late],
  ])
    expect(nearest(order.map((start) => candidate(start)))).toEqual({ start: early, department: clinic });
});

describe("what is told of the chart's faults", () => {
  test.each<[unknown, string | undefined]>([
    [chartFault("chart-refused"), "chart-refused"],
    [new VaultFault("no key"), "proof-missing"],
    [new Fault({ kind: "proof-missing" }), "proof-missing"],
    [new Fault({ kind: "connection-failing" }), "connection-failing"],
    [new Fault({ kind: "whose-untold" }), "whose-untold"],
    [new VisitChanged(), "chart-unavailable"],
    [new Fault({ kind: "visit-cancelled" }), undefined],
    [new TypeError("a bug"), undefined],
    [undefined, undefined],
  ])("%s is the chart's or not", (error, problem) => {
    expect(chartProblem(error)).toBe(problem);
  });

  test.each<[unknown, object]>([
    [new EhrFault({ kind: "chart-unavailable", answered: "busy" }, "x"), { answered: "busy" }],
    [new EhrFault({ kind: "sign-in-unavailable", answered: "error" }, "x"), { answered: "error" }],
    [new EhrFault({ kind: "chart-unavailable" }, "it did not answer"), {}],
    [chartFault("chart-refused"), {}],
    [new TypeError("a bug"), {}],
  ])("%s tells how the chart answered that it cannot serve, or that it did not", (error, told) => {
    expect(chartAnswered(error)).toStrictEqual(told);
  });

  test.each<[Error, object | undefined, boolean]>([
    [chartFault("chart-refused"), { kind: "chart-refused" }, true],
    [new EhrFault({ kind: "clocks-differ", minutes: 5 }, "x"), { kind: "clocks-differ", minutes: 5 }, true],
    [new MeetingsFault("access-policy", "x"), { kind: "meetings-access-policy" }, true],
    [new MeetingsFault("unavailable", "x"), { kind: "meetings-unavailable" }, true],
    [new MeetingsFault("refused", "x"), { kind: "meetings-refused" }, true],
    [new MeetingsFault("not-taken", "x"), { kind: "meetings-refused" }, true],
    [new StaffSignInFault("unavailable", "x"), { kind: "staff-sign-in-failed", why: "unavailable" }, true],
    [new StaffSignInFault("other-tenant", "x"), { kind: "staff-account-other-tenant" }, true],
    [new StaffSignInFault("declined", "x"), { kind: "staff-sign-in-declined" }, true],
    [new StaffSignInFault("invalid", "x"), { kind: "staff-sign-in-failed", why: "invalid" }, true],
    [new VaultFault("x"), { kind: "proof-missing" }, true],
    [new SettingsNotRead("x"), { kind: "settings-not-read" }, true],
    [new StoreFault("x"), { kind: "store-failing" }, true],
    [new StoreConflict("x"), { kind: "store-failing" }, true],
    [new UnreadableRecord("x", new Error("y")), { kind: "store-failing" }, true],
    [new VisitDeleted(), { kind: "visit-deleted" }, false],
    [new SessionOver("x"), { kind: "session-over" }, false],
    [new SessionOver("x", { cause: new Error("y") }), { kind: "session-over" }, true],
    [new TypeError("a bug"), undefined, false],
  ])("%s has a page; its cause is logged where something is to be mended", (error, problem, isLogged) => {
    const fault = recognized(error);
    expect(fault?.problem).toEqual(problem);
    expect(fault?.cause).toBe(isLogged ? error : undefined);
  });
});

describe("the ids of a patient", () => {
  const chart = (patient: Chart["patient"]) => ({ patient }) as Chart;
  const failing = (kind: EhrFault["problem"]["kind"]) =>
    chart(() => Promise.reject(new EhrFault({ kind } as EhrFault["problem"], "x")));

  test("are its own, the one that stands now, and those that this one replaced", async () => {
    const combined = chart((id) => Promise.resolve({ id: id + "-now", replaced: ["r"], hints: [] }));
    expect(await namesOf(combined, "p")).toEqual(["p", "p-now", "r"]);
    const own = patientsOf(combined, { patients: ["x", "y"] }, "p");
    expect([own.ids, await own.namesOf("x")]).toEqual([
      ["x", "y"],
      ["x", "x-now", "r"],
    ]);
    const none = { patients: [] } as unknown as ChartAppointment;
    const ids = (of: Pick<ChartAppointment, "patients">, its: string | undefined) => {
      const { namesOf: _names, ...others } = patientsOf(combined, of, its);
      return others;
    };
    // An appointment that names nobody is the chart's patient's, and says so in words only.
    expect(ids(none, "p")).toStrictEqual({ ids: ["p"], areInWords: true });
    expect(ids(none, undefined)).toStrictEqual({ ids: [] });
    expect(ids({ patients: ["x"] }, "p")).toStrictEqual({ ids: ["x"] });
  });

  test("are those of the chart's own record, too, which the record that stands now need not name", async () => {
    const replaced: Record<string, readonly string[]> = { p: ["old"] };
    const chartOf = chart((id) => Promise.resolve({ id: "now", replaced: replaced[id] ?? [], hints: [] }));
    const names = (id: string, own: string | undefined) =>
      patientsOf(chartOf, { patients: [id] }, own).namesOf(id);
    expect(new Set(await names("old", "p"))).toEqual(new Set(["p", "now", "old"]));
    expect(await names("old", undefined)).toEqual(["old", "now"]);
    // Another patient's are their own alone.
    expect(await names("x", "p")).toEqual(["x", "now"]);
  });

  test("are not known while a record that may be the same patient's cannot be read; which one stands now is", async () => {
    const unsure = chart((id) =>
      Promise.resolve({ id: id + "-now", replaced: [], areIdsUnsure: true, hints: [] }),
    );
    expect(await problemOf(namesOf(unsure, "p"))).toEqual({ kind: "chart-unavailable" });
    expect((await otherIdsOf(unsure, "p")).current).toBe("p-now");
  });

  test("are its own alone where the record is not shown; another failure proves nothing", async () => {
    for (const kind of ["chart-refused", "chart-not-fhir"] as const)
      expect(await namesOf(failing(kind), "p")).toEqual(["p"]);
    expect(await problemOf(namesOf(failing("chart-unavailable"), "p"))).toEqual({
      kind: "chart-unavailable",
    });
    const bug = new TypeError("a bug");
    await expect(
      namesOf(
        chart(() => Promise.reject(bug)),
        "p",
      ),
    ).rejects.toBe(bug);
  });
});

describe("the patient beside a fault", () => {
  const charts = (more: object = {}) => faultCharts(at.withParts(more));
  const cancelled = { kind: "visit-cancelled" };
  const ask = async (
    problem: object,
    session: Session | undefined,
    more: object = {},
    path = "/x",
    cause?: unknown,
  ) => {
    const request = { path } as unknown as Request;
    if (session !== undefined) at.parts.sessionsOf.set(request, session);
    return charts(more)(problem as { kind: string }, { request, cause });
  };

  test("is read once more, unless the chart has just failed", async () => {
    const session = await at.begin();
    expect(await ask(cancelled, session)).toEqual({
      session,
      patient: at.shown.patient,
      isTest: false,
      now: at.now(),
    });
    for (const [problem, cause] of [
      [{ kind: "connection-failing" }, undefined],
      [cancelled, chartFault("chart-unavailable")],
    ] as const)
      expect(await ask(problem, session, {}, "/x", cause)).toMatchObject({ patient: "not-read" });
    const test = { ...session, connection: { ...session.connection, environment: "test" as const } };
    expect(await ask(cancelled, test)).toMatchObject({ isTest: true });
  });

  test("is not known where the chart fails now, or something else does, which is logged", async () => {
    const session = await at.begin();
    at.shown.trouble = chartFault("session-over");
    expect(await ask(cancelled, session)).toMatchObject({ patient: "not-read" });
    expect(at.logged().map(({ event, reason }) => [event, reason])).toEqual([
      ["chart.not_read", "session-over"],
    ]);
    at.shown.trouble = new TypeError("a bug");
    expect(await ask(cancelled, session)).toMatchObject({ patient: "not-read" });
    expect(at.logged()).toMatchObject([{ event: "fault_page.patient_not_read", connection: "lamna" }]);
    await expect(patientBeside(at.parts, session)).rejects.toThrow("a bug");
    const { patient: _none, ...grant } = session.grant;
    expect(await ask(cancelled, { ...session, grant })).toMatchObject({ patient: undefined });
  });

  test("is nobody before there is a session; a test chart is told by its address", async () => {
    const connections = [
      { id: "lamna", environment: "production" },
      { id: "lamna-test", environment: "test" },
    ];
    const hospital = { connections: () => Promise.resolve(connections), stackConnections: [] };
    const isTest = async (problem: object, path: string, of: object = hospital) => {
      const came = await ask(problem, undefined, { hospital: of }, path);
      expect(came).not.toHaveProperty("patient");
      return came.isTest;
    };
    expect(await isTest(cancelled, "/launch/callback/lamna-test")).toBe(true);
    expect(await isTest(cancelled, "/launch/callback/lamna")).toBe(false);
    expect(await isTest(cancelled, "/launch/test")).toBe(true);
    expect(await isTest(cancelled, "/launch/provider")).toBe(false);
    expect(await isTest({ kind: "wrong-environment", side: "test" }, "/launch/provider")).toBe(true);
    expect(await isTest({ kind: "wrong-environment", side: "production" }, "/launch/test")).toBe(false);
    const unread = {
      connections: () => Promise.reject(new SettingsNotRead("x")),
      stackConnections: connections,
    };
    expect(await isTest(cancelled, "/launch/callback/lamna-test", unread)).toBe(true);
  });
});

test.each([
  ["Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1)", true],
  ["Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)", true],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", false],
  ["NotMSIE 7, NotTrident/7", false],
  [undefined, false],
])("the Internet Explorer control is refused, and no other browser: %s", (agent, isRefused) => {
  const next = vi.fn();
  const pass = () => {
    const get = (name: string) => (name === "user-agent" ? agent : undefined);
    refuseOldBrowsers({ get } as unknown as Request, {} as never, next);
  };
  if (isRefused)
    expect(pass).toThrow(expect.objectContaining({ problem: { kind: "browser-too-old" } }) as Error);
  else pass();
  expect(next).toHaveBeenCalledTimes(isRefused ? 0 : 1);
});
