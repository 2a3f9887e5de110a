/** Messages that are held back of a visit that today's launches do not open: whoever opens the patient's chart lets them go. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import { openBesideHeld } from "../../../../app/flows/provider/heldElsewhere.ts";
import { letMessagesGo } from "../../../../app/flows/provider/holding.ts";
import type { ProviderParts } from "../../../../app/flows/provider/parts.ts";
import type { Chart, ChartAppointment } from "../../../../app/ports/ehr.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { launchFrom, launchOf } from "../../../harness/clinician.ts";
import { startDeployment } from "../../../harness/deployment.ts";
import { fieldIn, textsOf } from "../../../harness/html.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT, withSystemClients } from "../../../harness/stack.ts";

const WEEK = 7 * 24 * 60;

let at: ReturnType<typeof launched>;
let visit: Visit;
let since: Date;
let fresh: Session;
/** The chart keeps to the times that it is asked for, and may be asked for the far ones in vain. */
let far: (() => Promise<never>) | undefined;
let parts: ProviderParts;
beforeEach(async () => {
  at = launched();
  far = undefined;
  parts = withChart();
  visit = await at.booked();
  await at.parts.visits.holdMessages(visit.id);
  since = at.now();
  at.forward(1);
  fresh = await at.begin();
});
afterEach(() => at.close());

function withChart(more: object = {}): ProviderParts {
  const shown = at.parts.ehr.chart(at.connection, {} as never);
  const appointments: Chart["appointments"] = async (patient, from, before) => {
    if (far !== undefined && before > at.inMinutes(WEEK)) return far();
    const { found, hints } = await shown.appointments(patient, from, before);
    const isIn = (one: (typeof found)[number]) =>
      one.start === undefined || (one.start < before && one.end >= from);
    return { found: found.filter(isIn), hints };
  };
  return at.withParts({ ehr: { chart: () => ({ ...shown, appointments }) }, messaging: {}, ...more });
}

function untimedOff(): ChartAppointment {
  const { start: _start, end: _end, clock: _clock, ...others } = at.appointment(10, { status: "cancelled" });
  return others as unknown as ChartAppointment;
}

const opened = (by = fresh, of = parts) => openBesideHeld(of, by);
const elsewhere = async (by = fresh, of = parts) => (await opened(by, of)).heldElsewhere;
const held = async () => (await at.parts.visits.byId(visit.id))?.held;
const letGo = (by = fresh, form: object = {}) =>
  letMessagesGo(parts, by, { ...shownOf(visit), held: since.toISOString(), ...form });
const show = (...appointments: ChartAppointment[]) => void (at.shown.appointments = appointments);
const trail = async () => (await at.audited()).map(({ action, act }) => [action, act?.phase].join(" "));
const ITS = () => ({ visit: visit.id, since, start: visit.start });

test("a visit that the chart has moved to another day is named where there is none today, and let go there", async () => {
  show(at.appointment(WEEK));
  expect(await opened()).toMatchObject({
    kind: "no-visit",
    because: "none-today",
    heldElsewhere: [{ ...ITS(), isOff: false, department: { timeZone: expect.any(String) as string } }],
  });
  expect(await letGo()).toEqual({ kind: "messages-let-go" });
  expect([await held(), await trail()]).toEqual([
    undefined,
    ["visit.messages-let-go intended", "visit.messages-let-go done"],
  ]);
  expect(await elsewhere()).toBeUndefined();
});

test("so it is by the row, where that follows the chart, and where the chart then cancels the visit", async () => {
  const [start, end] = [at.inMinutes(WEEK), at.inMinutes(WEEK + 30)];
  show(at.appointment(WEEK));
  const patients = { ids: ["p-1"], namesOf: () => Promise.resolve(["p-1"]) };
  await at.parts.visits.known({ connectionId: "lamna", appointmentId: "a-1", patients, start, end });
  expect(await elsewhere()).toMatchObject([{ visit: visit.id, since, start, isOff: false }]);
  show(at.appointment(WEEK, { status: "cancelled" }));
  expect(await elsewhere()).toMatchObject([{ visit: visit.id, since, start, isOff: true }]);
  expect(await letGo()).toEqual({ kind: "messages-let-go" });
  expect(await held()).toBeUndefined();
});

test("so is one that is over as its row has it, and that the chart has moved to a day to come", async () => {
  at.forward(26 * 60);
  fresh = await at.begin();
  show(at.appointment(WEEK));
  expect(await elsewhere()).toStrictEqual([
    { ...ITS(), epoch: visit.epoch, isOff: false, department: expect.any(Object) as object },
  ]);
});

test("so is one that names its patient in words only, where the patient's own search of that day has it", async () => {
  show(at.appointment(WEEK, { patients: [] }));
  expect(await elsewhere()).toMatchObject([ITS()]);
});

describe("beside another visit of today", () => {
  const another = () => at.appointment(20, { id: "a-2" });

  test.each([
    ["moved", () => at.appointment(WEEK), false],
    ["canceled", () => at.appointment(10, { status: "cancelled" }), true],
    ["canceled, and has no times any more", untimedOff, true],
  ] as const)("one that was %s is named, and let go", async (_how, its, isOff) => {
    show(its(), another());
    const came = await opened();
    expect(came).toMatchObject({ kind: "visit", heldElsewhere: [{ ...ITS(), isOff }] });
    const open = await at.again(fresh);
    // The first view of the launch has named it; a later one asks the chart for no more than its own visit.
    expect(await elsewhere(open)).toBeUndefined();
    expect(await letGo(open)).toEqual({ kind: "messages-let-go" });
    expect(await held()).toBeUndefined();
  });

  test("and where one is to be picked", async () => {
    show(at.appointment(WEEK), another(), at.appointment(30, { id: "a-3" }));
    expect(await opened()).toMatchObject({ kind: "choice", heldElsewhere: [ITS()] });
    expect(await letGo()).toEqual({ kind: "messages-let-go" });
    expect(await held()).toBeUndefined();
  });

  test("and where that one was canceled", async () => {
    show(at.appointment(WEEK), at.appointment(20, { id: "a-2", status: "cancelled" }));
    expect(await problemOf(opened())).toMatchObject({ kind: "visit-cancelled", heldElsewhere: [ITS()] });
    expect(await letGo()).toEqual({ kind: "messages-let-go" });
    expect(await held()).toBeUndefined();
  });
});

test("the page's own visit is not named twice", async () => {
  show(at.appointment(10));
  expect(await opened()).toMatchObject({ kind: "visit", visit: { held: since } });
  expect(await elsewhere(await at.again(fresh))).toBeUndefined();
  show(at.appointment(10, { status: "cancelled" }));
  const told = (await problemOf(opened())) as object;
  expect(told).toMatchObject({ held: [{ visit: visit.id }] });
  expect(told).not.toHaveProperty("heldElsewhere");
});

describe("nothing is named, and nothing let go,", () => {
  const nothing = async () => {
    expect(await elsewhere()).toBeUndefined();
    await letGo().catch(() => undefined);
    expect(await held()).toEqual(since);
  };

  test("of another patient's visit, in whatever list it comes, whether it takes place or not", async () => {
    for (const status of ["booked", "cancelled"] as const) {
      show(at.appointment(WEEK, { patients: ["p-9"], status }));
      await nothing();
    }
  });

  test("in a launch that names no patient, whose chart is nobody's", async () => {
    const { patient: _none, ...grant } = fresh.grant;
    fresh = await at.begin({ grant });
    show(at.appointment(WEEK));
    await nothing();
  });

  test("that was held back while the visit was another patient's", async () => {
    const theirs = { ids: ["p-9"], namesOf: () => Promise.resolve(["p-9"]) };
    const { start, end } = visit;
    show(at.appointment(WEEK));
    await at.parts.visits.known({
      connectionId: "lamna",
      appointmentId: "a-1",
      patients: theirs,
      start,
      end,
    });
    await at.parts.visits.holdMessages(visit.id);
    since = (await held()) ?? since;
    await nothing();
  });

  test("that the search shows as this patient's, and its own record as another's", async () => {
    const chart = parts.ehr.chart(at.connection, fresh.grant);
    const appointment = () => Promise.resolve(at.appointment(WEEK, { patients: ["p-9"] }));
    parts = withChart({ ehr: { chart: () => ({ ...chart, appointment }) } });
    show(at.appointment(WEEK));
    await nothing();
  });

  test("of which it cannot be read whose it was", async () => {
    show(at.appointment(WEEK));
    at.shown.patient = { ...at.shown.patient, areIdsUnsure: true };
    await nothing();
  });

  test("once the visit is over, and it is so in the chart, too, or was canceled there without times", async () => {
    at.forward(26 * 60);
    fresh = await at.begin();
    show(at.appointment(-26 * 60));
    expect(await opened()).toMatchObject({ kind: "no-visit" });
    await nothing();
    // At the minute at which it ends there, nothing is to be told any more.
    show(at.appointment(-30));
    await nothing();
    show(untimedOff(), at.appointment(20, { id: "a-2" }));
    expect(await opened()).toMatchObject({ kind: "visit" });
    fresh = await at.begin();
    await nothing();
  });

  test("by a form that names another visit, or another moment", async () => {
    show(at.appointment(WEEK));
    expect(await letGo(fresh, { visit: "B".repeat(16) })).toMatchObject({ kind: "no-visit" });
    expect(await letGo(fresh, { held: at.now().toISOString() })).toEqual({ kind: "messages-held-since" });
    expect([await held(), await trail()]).toEqual([since, []]);
  });
});

test("what else keeps the page from being shown is told as it is", async () => {
  at.shown.trouble = chartFault("chart-unavailable");
  await expect(opened()).rejects.toBe(at.shown.trouble);
  at.shown.trouble = undefined;
  show(at.appointment(20, { id: "a-2", locations: ["loc-9"] }), at.appointment(WEEK));
  expect(await problemOf(opened())).toStrictEqual({ kind: "department-unknown", location: "loc-9" });
});

describe("the page is there all the same", () => {
  const another = () => at.appointment(20, { id: "a-2" });

  test("where the chart does not answer for the other days", async () => {
    far = () => Promise.reject(chartFault("chart-unavailable"));
    show(at.appointment(WEEK), another());
    expect(await opened()).toMatchObject({ kind: "visit" });
    expect(await elsewhere()).toBeUndefined();
    expect(at.logged().map(({ event, reason }) => [event, reason])).toContainEqual([
      "visit.part_not_read",
      "held-elsewhere",
    ]);
    expect(await problemOf(letGo(await at.again(fresh)))).toEqual({ kind: "chart-unavailable" });
  });

  test("where it answers too late", async () => {
    far = () => new Promise<never>(() => undefined);
    show(at.appointment(WEEK), another());
    const began = performance.now();
    expect(await elsewhere()).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test("and other days are not asked for where the connector writes to nobody by itself", async () => {
    far = () => Promise.reject(chartFault("chart-unavailable"));
    show(another());
    parts = withChart({ messaging: undefined });
    expect(await elsewhere()).toBeUndefined();
    expect(at.logged().map(({ event }) => event)).not.toContain("visit.part_not_read");
  });
});

test("it is so by HTTP, with a chart system that searches", async () => {
  const deployment = await startDeployment({ stack: withSystemClients });
  try {
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    const { id } = await clinic.visit("laterToday");
    const launch = await launchOf(deployment, "laterToday");
    const chartOpened = async (person = new Person()) => {
      const page = await launchFrom(deployment, person, launch);
      const act = (path: string, fields: Record<string, string> = {}) =>
        person.send(new URL(page.url.pathname + path, page.url), fields);
      return { page, act };
    };
    const titles = ({ html }: Page) => textsOf(html, "h2").filter((text) => text.startsWith("Messages"));
    const form = await (await chartOpened()).act("/messages-held");
    expect(titles(form)).toEqual(["Messages are held back"]);
    await clinic.move(id, 9 * 24 * 60);
    // The sandbox books another visit of today for the same patient meanwhile.
    const { page, act } = await chartOpened();
    expect(titles(page)).toEqual([expect.stringMatching(/^Messages of the visit of .* are held back$/)]);
    const members = ["visit", "start", "epoch", "held"].map((name) => [name, fieldIn(form, name)]);
    const again = await act("/messages-again", Object.fromEntries(members) as Record<string, string>);
    expect(textsOf(again.html, 'p#said[role="status"]')[0]).toMatch(/^Done\. The connector writes/);
    expect(titles(again)).toEqual([]);
  } finally {
    await deployment.stop();
  }
});
