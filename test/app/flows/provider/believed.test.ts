/** What a launch believes of what a chart says: what it holds against a visit that is known, and what it reads by its id first. */
import { expect, test } from "vitest";
import { factsOf, keptBefore, unlessOther, type Believing } from "../../../../app/flows/provider/believed.ts";
import type { Candidate } from "../../../../app/flows/provider/departments.ts";
import type { ChartAppointment } from "../../../../app/ports/ehr.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

const CLINIC = departmentOf("lamna");
const START = new Date("2026-12-01T16:00:00Z");
const END = new Date("2026-12-01T16:30:00Z");
const VISIT = { id: "v-1" };

function candidate(change: Partial<ChartAppointment> = {}, more: Partial<Candidate> = {}): Candidate {
  const appointment = {
    ...{ id: "a-1", status: "booked", start: START, end: END, clock: "instant" },
    ...{ patients: ["p-1"], locations: ["loc-1"], isVideo: true, hints: [] },
    ...change,
  } as unknown as ChartAppointment;
  return { appointment, department: CLINIC, isLocationHidden: false, ...more };
}

interface Kept {
  readonly isOther?: boolean;
  /** Gives the visit as it was found. */
  readonly found?: () => Promise<unknown>;
}

/** A launch of p-1's chart, in which the appointment is canceled by now, and where its visit is known. */
function launch({ isOther = false, found = () => Promise.resolve(undefined) }: Kept = {}) {
  const done: string[] = [];
  const believing = {
    parts: {
      visits: {
        compare({ appointmentId }: { readonly appointmentId: string }) {
          done.push("compared " + appointmentId);
          return Promise.resolve({ visit: VISIT, isOther });
        },
        ofAppointment({ connectionId, appointmentId }: Record<"connectionId" | "appointmentId", string>) {
          done.push(`kept of ${connectionId} ${appointmentId}`);
          return Promise.resolve(VISIT);
        },
      },
      foundVisits: { idOf: (base: string, id: string) => base + "/" + id, byId: found },
    },
    chart: {
      appointment(id: string) {
        done.push("read " + id);
        return Promise.resolve(candidate({ id, status: "cancelled" }).appointment);
      },
    },
    session: { connection: { id: "lamna", fhirBaseUrl: "https://fhir.example" }, grant: { patient: "p-1" } },
  } as unknown as Believing;
  return { believing, done };
}

const facts = (one: Candidate) => {
  const all = factsOf(launch().believing, one);
  if (all === undefined) return undefined;
  const { patients, ...others } = all;
  return { ...others, patients: patients.ids };
};

test.each<[what: string, one: Candidate, more: object]>([
  ["where and when it is", candidate(), { department: CLINIC }],
  ["only when, at no department of ours", candidate({}, { department: undefined }), {}],
  ["in which department, of a time without a zone", candidate({ clock: "wall" }), { department: CLINIC }],
  [
    "what was kept of it before it was read",
    candidate({}, { before: { visit: undefined } }),
    { department: CLINIC, before: { visit: undefined } },
  ],
  [
    "that it may not take place, by a status that says nothing",
    candidate({ status: "unknown" }),
    { department: CLINIC, mayBeOff: true },
  ],
  [
    "whose chart it is in, where it names its patient in words",
    candidate({ patients: [] }),
    { department: CLINIC, patients: ["p-1"] },
  ],
])("the chart says of a visit %s", (_what, one, more) => {
  expect(facts(one)).toStrictEqual({
    ...{ connectionId: "lamna", appointmentId: "a-1", patients: ["p-1"] },
    ...{ start: START, end: END, mayBeOff: false },
    ...more,
  });
});

test("a time of no known zone says nothing of a visit, which is held against none and is as it came", async () => {
  const nowhere = candidate({ clock: "wall" }, { department: undefined });
  expect(facts(nowhere)).toBeUndefined();
  const { believing, done } = launch({ isOther: true });
  expect(await unlessOther(believing, nowhere, () => Promise.resolve(undefined))).toBe(nowhere);
  expect(done).toEqual([]);
});

test("what changes nothing of the visit is believed as it is, and the chart is not asked again", async () => {
  const { believing, done } = launch();
  const came = await unlessOther(believing, candidate(), () => Promise.reject(new Error("nobody asks")));
  expect(came).toEqual({ ...candidate(), before: { visit: VISIT } });
  expect(done).toEqual(["compared a-1"]);
});

test("what would change the visit is read by its id, after what is kept of it", async () => {
  const { believing, done } = launch({ isOther: true });
  const read: unknown[] = [];
  const instead = candidate({ id: "a-2" });
  const came = await unlessOther(believing, candidate(), (known) => {
    read.push([known.before, known.appointment?.status]);
    return Promise.resolve(instead);
  });
  expect(came).toBe(instead);
  expect(done).toEqual(["compared a-1", "kept of lamna a-1", "read a-1"]);
  expect(read).toStrictEqual([[{ visit: VISIT }, "cancelled"]]);
});

test("the visit as it was found is known by the chart's address, and what cannot be had costs nobody the visit", async () => {
  const asked: string[] = [];
  const found = (id?: string) => Promise.resolve(void asked.push(id ?? ""));
  expect(await keptBefore(launch({ found }).believing, "a-1")).toStrictEqual({ visit: VISIT });
  expect(asked).toEqual(["https://fhir.example/a-1"]);
  const row = { standing: "on" };
  expect(await keptBefore(launch({ found: () => Promise.resolve(row) }).believing, "a-1")).toEqual({
    visit: VISIT,
    found: row,
  });
  for (const error of [new StoreFault("it is away"), new UnreadableRecord("damaged")])
    expect(await keptBefore(launch({ found: () => Promise.reject(error) }).believing, "a-1")).toEqual({
      visit: VISIT,
      found: "not-known",
    });
  const bug = new TypeError("a bug");
  await expect(keptBefore(launch({ found: () => Promise.reject(bug) }).believing, "a-1")).rejects.toBe(bug);
});
