/** Whose an appointment is, where a launch asks for one alone, for an encounter's or for all that are ahead. */
import { describe, expect, test } from "vitest";
import { isKnownToBeOwn, REACH_MS, Whose } from "../../../../app/flows/provider/whose.ts";
import type { Chart, ChartAppointment, ChartPatient, ReadHint } from "../../../../app/ports/ehr.ts";
import { chartFault } from "../../../harness/launched.ts";

const NOW = new Date("2026-12-01T16:00:00Z");
const YEAR_MS = 366 * 86_400_000;

const one = (id: string, change: Partial<ChartAppointment> = {}): ChartAppointment => ({
  id,
  status: "booked",
  start: NOW,
  end: NOW,
  clock: "instant",
  patients: ["p-1"],
  patientElsewhere: false,
  locations: [],
  clinicians: [],
  isVideo: true,
  type: "",
  hints: [],
  ...change,
});

interface Script {
  readonly patient?: Partial<ChartPatient> | Error;
  /** The ids of the appointments that the encounter names. */
  readonly named?: readonly string[];
  /** For each id of the patient, what a search finds, or why it fails. */
  readonly search?: Readonly<Record<string, readonly ChartAppointment[] | Error>>;
}

function chartOf({ patient = {}, named = [], search = {} }: Script = {}) {
  const asked: string[] = [];
  const chart = {
    appointmentsOfEncounter: () => Promise.resolve({ ids: named, hints: [] }),
    appointments(id: string, from: Date, before: Date) {
      asked.push([id, ...[from, before].map((at) => String(at.getTime() - NOW.getTime()))].join(" "));
      const found = search[id] ?? [];
      return found instanceof Error ? Promise.reject(found) : Promise.resolve({ found, hints: [] });
    },
    patient(id: string) {
      asked.push("patient " + id);
      if (patient instanceof Error) return Promise.reject(patient);
      return Promise.resolve({ id: "p-1", replaced: [], hints: [], ...patient });
    },
  } as unknown as Chart;
  return { asked, chart, whose: new Whose(chart, "p-1") };
}

const NONE = { own: [], off: [], unsure: [], unread: [], unshown: [], hints: [] };
const INCOMPLETE: ReadHint = { kind: "list-incomplete" };

describe("an appointment", () => {
  test("is the patient's where one of those whom it names is the patient, by whichever id", async () => {
    const { whose } = chartOf({ patient: { id: "p-new", replaced: ["p-old"] } });
    for (const id of ["p-1", "p-new", "p-old"])
      expect(await whose.owns(one("a", { patients: ["p-2", id] }), NOW)).toBe(true);
    expect(await whose.owns(one("a", { patients: ["p-2"] }), NOW)).toBe(false);
  });

  test("of somebody of another server is nobody's here, and the chart is not asked for the patient's other ids", async () => {
    const { asked, whose } = chartOf();
    expect(await whose.owns(one("a", { patients: [], patientElsewhere: true }), NOW)).toBe(false);
    expect(asked).toEqual([]);
  });

  test("that names its patient in words is the patient's where their own search has it, under either id", async () => {
    const inWords = one("a", { patients: [] });
    for (const [search, is] of [
      [{ "p-1": [inWords] }, true],
      [{ "p-new": [inWords] }, true],
      [{ "p-1": [one("b")] }, false],
    ] as const)
      expect(await chartOf({ patient: { id: "p-new" }, search }).whose.owns(inWords, NOW)).toBe(is);
  });
});

describe("what an encounter names", () => {
  test("is not whole where it names more than twenty, which is said", async () => {
    const hints = async (count: number) => {
      const named = Array.from({ length: count }, (_one, index) => "a" + String(index));
      const { whose } = chartOf({ named });
      return (await whose.ofEncounter("e", NOW, (id) => Promise.resolve(one(id)))).hints;
    };
    expect([await hints(20), await hints(21)]).toEqual([[], [INCOMPLETE]]);
  });

  test("is the patient's, or nobody's where there is no encounter", async () => {
    const { whose } = chartOf({ named: ["a"] });
    expect(await whose.ofEncounter("e", NOW, (id) => Promise.resolve(one(id)))).toEqual({
      ...NONE,
      own: [one("a")],
    });
    expect(await whose.ofEncounter(undefined, NOW, () => Promise.resolve(one("a")))).toEqual(NONE);
  });
});

describe("the search under the id that the patient has now", () => {
  test("finds nothing more where that is the chart's own id, and is made once where it is another", async () => {
    const search = { "p-1": [one("a")], "p-new": [one("b")] };
    const same = chartOf({ search });
    expect(await same.whose.aroundUnderOthers(NOW)).toEqual(NONE);
    const { asked, whose } = chartOf({ patient: { id: "p-new" }, search });
    for (const _again of [1, 2])
      expect(await whose.aroundUnderOthers(NOW)).toMatchObject({ own: [{ id: "b" }] });
    const reach = `${String(-REACH_MS)} ${String(REACH_MS)}`;
    expect(asked.filter((what) => !what.startsWith("patient"))).toEqual(["p-1 " + reach, "p-new " + reach]);
  });

  test("costs nothing of what was found where it fails, and then the list is not whole", async () => {
    const failing = {
      patient: { id: "p-new" },
      search: { "p-1": [one("a")], "p-new": chartFault("chart-refused") },
    };
    expect(await chartOf(failing).whose.aroundUnderOthers(NOW)).toEqual({ ...NONE, hints: [INCOMPLETE] });
  });

  test("is the reason where nothing was found, and where nothing more can be read", async () => {
    for (const [own, kind] of [
      [[], "chart-refused"],
      [[one("a")], "session-over"],
    ] as const) {
      const error = chartFault(kind);
      const search = { "p-1": own, "p-new": error };
      const { whose } = chartOf({ patient: { id: "p-new" }, search });
      await expect(whose.aroundUnderOthers(NOW)).rejects.toBe(error);
    }
  });
});

test("what is ahead is searched for a year and a day, from a day and a half ago, once under each id", async () => {
  const span = `${String(-REACH_MS)} ${String(YEAR_MS)}`;
  const search = { "p-1": [one("a")], "p-new": [one("b")] };
  const two = chartOf({ patient: { id: "p-new" }, search });
  expect((await two.whose.onwards(NOW)).map(({ own }) => own.map(({ id }) => id))).toEqual([["a"], ["b"]]);
  expect(two.asked.filter((what) => what.includes(span))).toEqual(["p-1 " + span, "p-new " + span]);
  expect(await chartOf({ search }).whose.onwards(NOW)).toEqual([{ ...NONE, own: [one("a")] }]);
});

describe("whether it is known to be the patient's", () => {
  const known = (script: Script, patient: string | undefined = "p-1", patients = ["p-old"]) =>
    isKnownToBeOwn(chartOf(script).chart, patient, one("a", { patients }), NOW);

  test("it is where the chart says so", async () => {
    expect(await known({ patient: { replaced: ["p-old"] } })).toBe(true);
    expect(await known({})).toBe(false);
  });

  test("it is not in a launch without a patient, whoever the appointment's is", async () => {
    const launch = chartOf();
    expect(await isKnownToBeOwn(launch.chart, undefined, one("a", { patients: [] }), NOW)).toBe(false);
    expect(launch.asked).toEqual([]);
  });

  test("it is not while the chart cannot say; a bug is none of that", async () => {
    expect(await known({ patient: chartFault("chart-unavailable") })).toBe(false);
    const bug = new TypeError("a bug");
    await expect(known({ patient: bug })).rejects.toBe(bug);
  });
});
