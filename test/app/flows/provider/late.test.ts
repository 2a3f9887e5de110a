/** What a clinician is told, before they say that they run late, about the text to the patient. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import { latenessOf, textLate } from "../../../../app/flows/provider/runningLate.ts";

const at = (time: string) => new Date(`2026-11-28T${time}:00Z`);
const visitFrom = (start: string, end: string): Visit => ({
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: at(start),
  end: at(end),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 0 }],
});

test.each<[what: string, visit: Visit, now: string, isTexted: boolean]>([
  ["before its start", visitFrom("16:00", "16:30"), "15:50", true],
  ["after its start", visitFrom("16:00", "16:30"), "16:20", true],
  ["after its end", visitFrom("16:00", "16:30"), "16:30", false],
  // 20:59 and 21:00 in the department.
  ["in the evening", visitFrom("02:45", "03:30"), "02:59", true],
  ["at night", visitFrom("02:45", "03:30"), "03:00", false],
])("of a visit, %s, it is said whether the patient is texted", async (_what, visit, now, isTexted) => {
  const parts = {
    hospital: {
      visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      department: () => Promise.resolve({ id: "cardiology", timeZone: "America/Chicago" }),
    },
    messageRules: { hours: { from: "08:00", to: "21:00" } },
    messaging: {
      ...{ number: "+18335550100", isApproved: true, textsPatientsOf: () => true },
      ...{ isLive: true, isStaff: () => false },
      unknown: NOTHING_UNKNOWN,
    },
    now: () => at(now),
    foundVisits: { byId: () => Promise.resolve({ standing: "on" }) },
    presences: { of: () => Promise.resolve(undefined) },
  } as unknown as Parameters<typeof latenessOf>[0];
  const session = { connection: { system: { clientId: "c" } } } as unknown as Parameters<
    typeof latenessOf
  >[1];
  const open = {
    visit,
    patient: { textNumber: "+13125550123" },
    appointment: { patients: ["p-a"], isVideo: true, status: "booked" },
  } as unknown as Parameters<typeof latenessOf>[2];
  expect(await latenessOf(parts, session, open, { sent: [], chart: { isStopped: false } })).toEqual({
    ...{ kind: "can-be-said", texted: isTexted ? "yes" : "no" },
  });
});

test("a click has the patient texted once, by a job of its own, and by none where nothing is sent", async () => {
  const added: { key: string; of: { what: string } }[] = [];
  const jobs = {
    now: () => at("15:50"),
    add: (job: (typeof added)[number]) => Promise.resolve(void added.push(job)),
  };
  const messaging = {
    number: "+18335550100",
    isApproved: true,
    isLive: true,
    textsPatientsOf: () => true,
    unknown: NOTHING_UNKNOWN,
  };
  const connection = { id: "lamna", fhirBaseUrl: "https://ehr.example/r4/one" };
  const session = { connection: { ...connection, system: { clientId: "c" } } };
  type Given = Parameters<typeof textLate>;
  const click = (parts: object, said: string, by: object = session) =>
    textLate(parts as Given[0], by as unknown as Given[1], visitFrom("16:00", "16:30"), at(said));
  await click({ jobs }, "15:50");
  // Nothing is found in a chart that is read by people alone.
  await click({ jobs, messaging }, "15:50", { connection });
  expect(added).toEqual([]);
  for (const said of ["15:50", "15:50", "15:55"]) await click({ jobs, messaging }, said);
  expect(new Set(added.map(({ key }) => key)).size).toBe(2);
  expect(added.map(({ key, of }) => key === ["AAAAAAAAAAAAAAAA", of.what].join(" "))).toEqual([
    true,
    true,
    true,
  ]);
  expect(added[0]?.of.what).toMatch(/^late-/);
  // Whoever may be written to gets it, at once; that patients of this chart were texted at this moment goes with it.
  expect(added[0]).toMatchObject({
    kind: "message",
    due: at("15:50"),
    of: { visit: "AAAAAAAAAAAAAAAA", by: "any", as: "live" },
  });
  await click({ jobs, messaging: { ...messaging, isLive: false } }, "15:59");
  expect(added.at(-1)).toMatchObject({ of: { as: "pilot" } });
});
