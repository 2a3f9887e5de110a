/** The clinician's pages as they are made: whose chart it is, which visits there are, whose account it would be, the visit. */
import { renderToString } from "preact-render-to-string";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Department } from "../../../../app/domain/hospital.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { accountPage } from "../../../../app/flows/provider/accountPage.tsx";
import { choicePage } from "../../../../app/flows/provider/choicePage.tsx";
import type { Candidate } from "../../../../app/flows/provider/departments.ts";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import { distinctHints, hintWords, logHints } from "../../../../app/flows/provider/hints.ts";
import { consultKey } from "../../../../app/flows/provider/kept.ts";
import { noVisitPage } from "../../../../app/flows/provider/noVisitPage.tsx";
import { leaveConsult, startConsult } from "../../../../app/flows/provider/consults.ts";
import { choose, chooseAgain } from "../../../../app/flows/provider/choosing.ts";
import { openVisit } from "../../../../app/flows/provider/openVisit.ts";
import type { NoVisitReason, OpenVisit } from "../../../../app/flows/provider/opened.ts";
import { clinicianPages, type ClinicianPage } from "../../../../app/flows/provider/pages.ts";
import { PatientBanner } from "../../../../app/flows/provider/patientBanner.tsx";
import { saidIn } from "../../../../app/flows/provider/said.ts";
import type { ShownPatient } from "../../../../app/flows/provider/shownPatient.ts";
import { signedOutPage } from "../../../../app/flows/provider/signedOutPage.tsx";
import { endVisit, reopenVisit } from "../../../../app/flows/provider/visitActions.ts";
import { visitPage } from "../../../../app/flows/provider/visitPage.tsx";
import type { Log } from "../../../../app/log.ts";
import type { ChartPatient, PatientField, ReadHint } from "../../../../app/ports/ehr.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { Fault } from "../../../../app/web/fault.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { chartFault, FHIR_USER, launched } from "../../../harness/launched.ts";
import { attributesOf } from "../../../harness/html.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";

const words = (html: string) => textOf(html);
const NOW = new Date("2026-12-01T16:00:00Z");
/** A clinician of an appointment; FHIR_USER has the id "dr-1". */
const clinician = (name: string, id?: string) => ({
  name,
  resources: id === undefined ? [] : [FHIR_USER.replace(/[^/]*$/, id)],
});

describe("the banner", () => {
  const patient: ChartPatient = { id: "p-1", replaced: [], name: "Example, Pat", hints: [] };
  const banner = (shown: ShownPatient, now = NOW, needPatientBanner = true, zones = ["America/Chicago"]) =>
    renderToString(
      <PatientBanner patient={shown} session={{ grant: { needPatientBanner } }} now={now} zones={zones} />,
    );
  const of = (change: Partial<ChartPatient>) => words(banner({ ...patient, ...change }));

  test("is not there where the chart shows the patient itself, and says where it does not know", () => {
    expect(banner(undefined)).toBe("");
    for (const shown of [patient, "not-shown", "not-read"] as const)
      expect(banner(shown, NOW, false)).toBe("");
    expect(words(banner("not-shown"))).toBe(
      "Patient not known here The chart does not show, or hides, this patient’s record. Check in the chart itself whose it is.",
    );
    expect(words(banner("not-read"))).toBe(
      "Patient not known here This page could not read the chart. Check in the chart itself whose it is.",
    );
  });

  test.each<[string, Partial<ChartPatient>]>([
    ["Example, Pat", {}],
    ["Name not in the chart", { name: undefined as never }],
    ["Example, Pat Born March 15, 1980 (46)", { birthDate: "1980-03-15" }],
    ["Example, Pat Born December 1, 1980 (46)", { birthDate: "1980-12-01" }],
    ["Example, Pat Born December 2, 1980 (45)", { birthDate: "1980-12-02" }],
    ["Example, Pat Born November 30, 1980 (46)", { birthDate: "1980-11-30" }],
    ["Example, Pat Born December 1, 2026 (0)", { birthDate: "2026-12-01" }],
    ["Example, Pat Born December 2, 2026", { birthDate: "2026-12-02" }],
    ["Example, Pat Born 1980", { birthDate: "1980" }],
    ["Example, Pat Born 1980-03", { birthDate: "1980-03" }],
    ["Example, Pat Spanish, interpreter?", { language: { code: "es", name: "Spanish" } }],
    ["Example, Pat Its own, interpreter?", { language: { name: "Its own" } }],
    ["Example, Pat English", { language: { code: "en", name: "English" } }],
    ["Example, Pat American", { language: { code: "en-us", name: "American" } }],
    ["Example, Pat Bengali, interpreter?", { language: { code: "ben", name: "Bengali" } }],
    [
      "Example, Pat English, needs an interpreter",
      { language: { code: "en", name: "English" }, interpreter: true },
    ],
    ["Example, Pat Spanish", { language: { code: "es", name: "Spanish" }, interpreter: false }],
    ["Example, Pat Needs an interpreter", { interpreter: true }],
    ["Example, Pat", { interpreter: false }],
    ["Example, Pat Call (202) 555-0123", { phone: "+12025550123" }],
  ])("says %s", (said, change) => {
    expect(of(change)).toBe(said);
  });

  /** It is 7:15 PM in Chicago on the last day of November, and 3:15 PM in Honolulu, and December in London. */
  test.each([
    ["December 1, 2000 (25)", ["America/Chicago"]],
    ["December 1, 2000 (26)", ["Europe/London"]],
    ["December 1, 2000 (25)", ["America/Chicago", "Pacific/Honolulu"]],
    ["December 1, 2000", ["America/Chicago", "Europe/London"]],
    ["December 1, 2000", []],
  ])("gives the age of the day that it is there: %s, by %j", (said, zones) => {
    const now = new Date("2026-12-01T01:15:00Z");
    const shown = { ...patient, birthDate: "2000-12-01" };
    expect(words(banner(shown, now, true, zones))).toBe("Example, Pat Born " + said);
  });

  test("gives the age where nobody knows the zone, but on a birthday", () => {
    const aged = (birthDate: string) => words(banner({ ...patient, birthDate }, NOW, true, []));
    expect(aged("2000-12-04")).toBe("Example, Pat Born December 4, 2000 (25)");
    expect(aged("2000-11-30")).toBe("Example, Pat Born November 30, 2000 (26)");
  });

  test("says what the chart hides, and a hidden name is no missing one", () => {
    const hiding = (...fields: PatientField[]) => ({
      hints: [{ kind: "patient-unreadable", fields } as const],
    });
    expect(of({ name: undefined as never, ...hiding("name") })).toMatch(
      /^Name hidden in the chart The chart does not show, or hides, the patient’s name\. Check/,
    );
    expect(of({ name: undefined as never, ...hiding("birthDate") })).toMatch(/^Name not in the chart/);
    expect(of({ name: undefined as never, hints: [{ kind: "zone-assumed" }] })).toMatch(
      /^Name not in the chart/,
    );
    expect(of(hiding("name.family", "name.given", "link"))).toContain(
      "hides, the patient’s family name, the patient’s given name and which record replaced this one. Check",
    );
    expect(of(hiding("birthDate"))).toContain("hides, the date of birth. Check");
  });
});

describe("what could not be read", () => {
  const skipped = (count: number): ReadHint => ({ kind: "entries-skipped", count, fields: ["a"] });

  test.each<ReadHint>([
    { kind: "list-incomplete" },
    { kind: "entries-kept-back", count: 1 },
    { kind: "type-unreadable", fields: ["serviceType"] },
    { kind: "status-unreadable" },
    { kind: "foreign-dropped", count: 1 },
    { kind: "encounter-visit-unreadable" },
    { kind: "duration-assumed" },
    { kind: "zone-assumed" },
    { kind: "department-unreadable" },
    skipped(1),
  ])("is said in a sentence of its own: $kind", (hint) => {
    expect(hintWords([hint, hint])).toEqual([expect.stringMatching(/^[A-Z2].{50,}\.$/)]);
  });

  test.each<ReadHint>([{ kind: "encounter-unreadable" }, { kind: "members-ignored", fields: ["x"] }])(
    "is in the log only where a clinician can do nothing about it: $kind",
    (hint) => {
      expect(hintWords([hint])).toEqual([]);
    },
  );

  test("is logged by its kind, with a count and names only where there are some", () => {
    const warned: unknown[][] = [];
    const log = { warn: (...given: unknown[]) => void warned.push(given) } as unknown as Log;
    logHints(log, "lamna", [skipped(2), { kind: "zone-assumed" }]);
    expect(warned).toStrictEqual([
      ["chart.read-in-part", { connection: "lamna", reason: "entries-skipped", count: 2, names: ["a"] }],
      ["chart.read-in-part", { connection: "lamna", reason: "zone-assumed" }],
    ]);
  });

  test("is counted and named together, each kind once", () => {
    expect(
      distinctHints([
        skipped(1),
        { kind: "zone-assumed" },
        { ...skipped(2), fields: ["b", "a"] } as ReadHint,
      ]),
    ).toEqual([{ kind: "entries-skipped", count: 3, fields: ["a", "b"] }, { kind: "zone-assumed" }]);
    expect(distinctHints([{ kind: "zone-assumed" }, { kind: "zone-assumed" }])).toEqual([
      { kind: "zone-assumed" },
    ]);
    expect(hintWords([skipped(1)])[0]).toMatch(
      /^One appointment in this chart could not be read, and may be/,
    );
    expect(hintWords([skipped(1), skipped(1)])[0]).toMatch(
      /^2 appointments in this chart could not be read, and may be/,
    );
  });
});

let at: ReturnType<typeof launched>;
let session: Session;
let made: ClinicianPage[];
const WEST = departmentOf("lamna", {
  id: "west",
  name: "West",
  timeZone: "America/Los_Angeles",
  locations: ["loc-2"],
});
const CLINIC = departmentOf("lamna");
beforeEach(async () => {
  at = launched([CLINIC, WEST]);
  session = await at.begin();
  made = [];
});
afterEach(() => at.close());
const pages = (page: ClinicianPage) => {
  made.push(page);
  return renderToString(<>{page.main}</>).replace(/\u202f/g, " ");
};
const ofTest = () => ({ ...session, connection: { ...session.connection, environment: "test" as const } });
const frame = () => made.map(({ title, scripts, ofTestChart }) => [title, scripts, ofTestChart]).at(-1);

test("the frame of a clinician's page is in English, dense, and can leave PowerChart", () => {
  const rendered: object[] = [];
  const framed = clinicianPages((page) => JSON.stringify(rendered.push(page)), "Lamna Healthcare");
  framed({ title: "T", main: "m", ofTestChart: true });
  expect(rendered).toEqual([
    {
      title: "T",
      main: "m",
      ofTestChart: true,
      language: "en",
      audience: "clinician",
      organization: "Lamna Healthcare",
      leavesPowerChart: true,
    },
  ]);
});

test("the page after signing out says so, and is a test's where the chart was", () => {
  expect(words(signedOutPage(pages, true))).toMatch(/^You are signed out of this page/);
  expect(made).toMatchObject([{ title: "Signed out", ofTestChart: true }]);
});

describe("the choice", () => {
  /** 10:00 in Chicago. */
  const from = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
  const candidate = (id: string, minutes: number, change: Partial<Candidate> = {}, more = {}): Candidate => ({
    appointment: { ...at.appointment(0), id, start: from(minutes), end: from(minutes + 30), ...more },
    department: CLINIC,
    isLocationHidden: false,
    ...change,
  });
  const choice = (candidates: readonly Candidate[], of = session) =>
    choicePage(
      pages,
      of,
      { kind: "choice", patient: "not-shown", hints: [{ kind: "zone-assumed" }], candidates },
      NOW,
    );
  const rows = (html: string) => elementsOf(html, "li").map(({ outerHTML }) => outerHTML);

  test("names each visit by its time, kind, clinicians and location, and how near it is", () => {
    const html = choice([
      candidate("a", 15),
      candidate("b", 150, {}, { clinicians: [clinician("Robin Sample, MD"), clinician("Jordan")], type: "" }),
    ]);
    expect(words(html)).toContain("This patient has 2 video visits today. It is 10:00 AM Central (CST) now.");
    expect(rows(html).map(words)).toEqual([
      "10:15 – 10:45 AM Video Visit · Clinic Starts in 15 min",
      "12:30 – 1:00 PM with Robin Sample, MD, Jordan · Clinic Starts in 2 h 30 min",
    ]);
    expect(rows(html)[1]).toContain(`action="/visits/${session.launchId}/choice"`);
    expect(rows(html)[1]).toContain('name="appointment" value="b"');
    expect(words(html)).toMatch(/^Patient not known here/);
    expect(words(html)).toContain(
      ["The chart could not be read in full", ...hintWords([{ kind: "zone-assumed" }])].join(" "),
    );
    expect(html).toContain(`action="/visits/${session.launchId}/sign-out"`);
    // Whose visits they are is hidden while nobody uses the page.
    expect(elementsOf(html, "#away[hidden] #back-again").map(({ text }) => text.trim())).toEqual(["Show it"]);
    expect(frame()).toEqual(["Which visit?", ["forms.js", "away.js"], false]);
    choice([candidate("a", 15)], ofTest());
    expect(frame()?.[2]).toBe(true);
  });

  test("of the one that could be read asks to open it only where it can be opened", () => {
    const OPEN_IT = "Open it if it is the visit you mean.";
    expect(words(choice([candidate("a", 15)]))).toContain("that could be read. " + OPEN_IT);
    const html = choice([candidate("a", 15, { department: undefined })]);
    expect(words(html)).toMatch(/that could be read\. \d/);
    expect(words(html)).not.toContain(OPEN_IT);
    expect([elementsOf(html, "h1").map(({ text }) => text), frame()?.[0]]).toEqual([
      ["Is this the visit?"],
      "Is this the visit?",
    ]);
    expect(rows(html).map(words)[0]).toContain("Location not set up: tell your IT help desk.");
  });

  test("offers what was opened before its department was removed, in the hospital's name", () => {
    const { name, phone } = CLINIC;
    const removed = { name: "Example Hospital", phone, timeZone: WEST.timeZone };
    expect(name).not.toBe(removed.name);
    const html = choice([candidate("a", 15, { department: undefined, removed })]);
    expect(words(html)).toContain("Open it if it is the visit you mean. It is 8:00 AM Pacific (PST) now.");
    expect(rows(html).map(words)).toEqual(["8:15 – 8:45 AM Video Visit · Example Hospital Starts in 15 min"]);
    expect(rows(html)[0]).toContain('name="appointment" value="a"');
  });

  test("says that a consult could not be started, where that was tried", () => {
    const of = { kind: "choice", patient: "not-shown", hints: [], candidates: [candidate("a", 15)] } as const;
    expect(words(choicePage(pages, session, { ...of, isConsultNotBegun: true }, NOW))).toMatch(
      /The consult could not be started .*Try the consult again/,
    );
    expect(words(choicePage(pages, session, of, NOW))).not.toContain("could not be started");
  });

  test("says each zone where there are several", () => {
    const html = choice([candidate("a", 15), candidate("b", 60, { department: WEST })]);
    expect(rows(html).map(words)).toEqual([
      "10:15 – 10:45 AM Central (CST) Video Visit · Clinic Starts in 15 min",
      "9:00 – 9:30 AM Pacific (PST) Video Visit · West Starts in 1 h",
    ]);
  });

  test("says that nothing was picked when something was done with no visit, and nothing else", () => {
    const candidates = [candidate("a", 15), candidate("b", 60)];
    const of = { kind: "choice", patient: "not-shown", hints: [], candidates } as const;
    const shown = (query: string) => choicePage(pages, session, of, NOW, saidIn(new URLSearchParams(query)));
    expect(words(shown("said=none-picked"))).toContain("No visit is picked here any more, so nothing was");
    for (const query of ["", "said=links-closed", "said=visit-chosen"])
      expect(shown(query), query).not.toContain('id="said"');
  });

  test("says no time of day where no visit's department, and so no zone, is known", () => {
    const html = choice([
      candidate("a", 15, { department: undefined }),
      candidate("b", 60, { department: undefined }),
    ]);
    expect(words(html)).toContain("This patient has 2 video visits today. ");
    expect(words(html)).not.toMatch(/It is \d|UTC now/);
    expect(rows(html).map(words)[0]).toMatch(/^4:15 – 4:45 PM UTC Video Visit/);
  });

  test("shows what cannot be picked, and why", () => {
    const nowhere = { department: undefined };
    const html = choice([
      candidate("a", 15),
      candidate("b", 60, nowhere),
      candidate("c", 90, { ...nowhere, isLocationHidden: true }, { clock: "wall" }),
      candidate("d", 60, { department: WEST }),
    ]);
    const [, unknown = "", hidden = ""] = rows(html);
    expect(words(unknown)).toBe(
      "11:00 – 11:30 AM Central (CST) Video Visit Location not set up: tell your IT help desk.",
    );
    // What the chart says without a zone is as its own clock shows it.
    expect(words(hidden)).toBe(
      "5:30 – 6:00 PM local time Video Visit Location not shown by the chart: look again in a minute.",
    );
    for (const row of [unknown, hidden]) expect(row).not.toContain("<form");
  });
});

describe("a chart without a visit", () => {
  const REASONS: Readonly<Record<NoVisitReason, boolean>> = {
    "none-today": true,
    "no-patient": true,
    missed: false,
    "not-this-patients": true,
    contradicted: true,
    "other-patient": false,
    "not-shown": true,
    "not-offered": false,
  };
  const reasons = Object.keys(REASONS) as NoVisitReason[];
  const none = (because: NoVisitReason, more: object = {}, of = session, parts = at.parts) =>
    noVisitPage(parts, pages, of, { kind: "no-visit", because, hints: [], ...more }, "0A1B2C3D");

  test.each(reasons)("says why, and what to do: %s", async (because) => {
    const html = await none(because);
    expect(html).toMatch(/<h1>[A-Z][^<]{10,}<\/h1><p>[A-Z][^<]{30,}\.<\/p><p>[A-Z][^<]{30,}\.<\/p>/);
    expect(/<strong>For IT:<\/strong> [^<]{30,}\./.test(html)).toBe(REASONS[because]);
    expect(words(html)).toContain("Reference 0A1B2C3D");
    expect(frame()).toEqual([/<h1>([^<]+)/.exec(html)?.[1], ["forms.js", "away.js"], false]);
  });

  test("leads back to what can be picked only where the pick was no good", async () => {
    for (const because of reasons) {
      const back = elementsOf(await none(because), ".actions a").map(({ text }) => text);
      expect(back, because).toEqual(because === "not-offered" ? ["See today’s visits"] : []);
    }
  });

  test("has a title of its own for each reason", async () => {
    for (const because of reasons) await none(because);
    expect(new Set(made.map(({ title }) => title)).size).toBe(reasons.length);
  });

  test("names the connection, the patient, what could not be read and the next visit", async () => {
    const next = { start: at.inMinutes(24 * 60), department: CLINIC };
    const html = await none(
      "none-today",
      { patient: "not-shown", hints: [{ kind: "zone-assumed" }], next },
      ofTest(),
    );
    expect(words(html)).toMatch(/^Patient not known here .* The chart could not be read in full/);
    expect(words(html)).toContain("Next: tomorrow, 2:00 AM Central (CST) · Clinic");
    expect(words(html)).toContain("listed under visitTypes of connection lamna.");
    expect(frame()?.[2]).toBe(true);
    expect(words(await none("none-today"))).not.toMatch(/Next:|could not be read|not known/);
  });

  test("says that a consult could not be started, where that was tried", async () => {
    expect(words(await none("none-today", { isConsultNotBegun: true }))).toMatch(
      /The consult could not be started .*Try the consult again/,
    );
    expect(words(await none("none-today"))).not.toContain("could not be started");
  });

  test("leads from a visit that is open and gone to the others of today, and offers nothing else before", async () => {
    const button = /See today’s visits<\/(?:button|a)>/g;
    const form = /<form[^>]*\/choose-again"[^>]*><input type="hidden" name="visit" value="([^"]*)"/;
    const place = (visitId?: string) =>
      ({ kind: "appointment", appointmentId: "a-1", ...(visitId !== undefined && { visitId }) }) as const;
    for (const because of reasons) {
      const html = await none(because, {}, { ...session, place: place("VISIT") });
      expect([because, form.exec(html)?.[1], html.match(button)?.length]).toEqual([because, "VISIT", 1]);
      const { place: _none, ...fresh } = session;
      const first = await none(because, {}, fresh);
      expect([because, form.test(first), button.test(first)]).toEqual([
        because,
        false,
        because === "not-offered",
      ]);
    }
    expect(form.exec(await none("not-shown", {}, { ...session, place: place() }))?.[1]).toBe("not-opened");
    const consult = {
      kind: "consult",
      departmentId: "clinic",
      start: at.inMinutes(0).getTime(),
    } as const;
    expect((await none("not-offered", {}, { ...session, place: consult })).match(button)).toHaveLength(1);
  });

  test("offers a consult where there is a department", async () => {
    const html = await none("missed");
    expect(html).toContain(`action="/visits/${session.launchId}/consult"`);
    expect(elementsOf(html, "option").map((one) => [one.getAttribute("value"), one.text])).toEqual([
      ["lamna-clinic", "Clinic"],
      ["west", "West"],
    ]);
    const hospital = { departments: () => Promise.resolve([]) };
    const without = await none("missed", {}, session, at.withParts({ hospital }));
    expect(without).not.toMatch(/consult/i);
    expect(without).toContain("/sign-out");
  });
});

describe("the question whose account it is", () => {
  const account = { objectId: "o-1", displayName: "Robin Sample", userName: "robin@lamna.example" };
  const ask = (of = session, parts = at.parts) => accountPage(parts, pages, of, account);
  const buttons = (html: string) =>
    elementsOf(html, ".button")
      .map((one) => `${one.text}: ${one.getAttribute("class")?.replace("button ", "") ?? ""}`)
      .slice(0, 3);

  const [ortega, robin] = [clinician("Jordan Ortega", "dr-2"), clinician("Sample, Robin", "dr-1")];
  const first = (html: string) => buttons(html)[0];
  const warning = (html: string) => elementsOf(html, ".notice-title").map(({ text }) => text);

  test("shows the account beside who is in PowerChart; where they agree, yes comes first", async () => {
    at.shown.appointments = [at.appointment(10, { clinicians: [ortega, robin] })];
    const html = await ask(session);
    expect(words(html)).toContain(
      "In PowerChart Sample, Robin Microsoft Robin Sample robin@lamna.example You are asked",
    );
    expect(warning(html)).toEqual([]);
    expect(buttons(html)).toEqual([
      "Yes, link this account: primary",
      "Use another account: secondary",
      "Not now: quiet",
    ]);
    expect(html).toContain(`action="/visits/${session.launchId}/account"`);
    expect(html).toContain('name="account" value="o-1"');
    expect(html).toContain(`href="/visits/${session.launchId}/sign-in?account=other"`);
    expect(html).toMatch(/name="answer" value="yes"/);
    expect(html).toMatch(/name="answer" value="no"/);
    expect(frame()).toEqual(["Is this your Microsoft account?", ["forms.js"], false]);
    await ask(ofTest());
    expect(frame()?.[2]).toBe(true);
  });

  test("warns where the names differ, and then another account comes first", async () => {
    at.shown.appointments = [
      at.appointment(10, { clinicians: [clinician("Ortega, Jordan", "dr-1"), clinician("Sample, Robin")] }),
    ];
    const html = await ask();
    expect(words(html)).toContain("In PowerChart Ortega, Jordan Microsoft Robin Sample");
    expect(warning(html)).toEqual(["The names differ"]);
    expect(buttons(html)).toEqual([
      "Use another account: primary",
      "Yes, link this account: secondary",
      "Not now: quiet",
    ]);
  });

  test("warns where somebody else's visit is open: it is not known who is in PowerChart", async () => {
    at.shown.appointments = [
      at.appointment(10, { clinicians: [ortega, clinician("Sample, Robin", "dr-3")] }),
    ];
    const html = await ask();
    expect(words(html)).toContain(
      "In PowerChart Not known here The visit is with Jordan Ortega; Sample, Robin Microsoft Robin Sample",
    );
    expect(warning(html)).toEqual(["Make sure that this account is yours"]);
    expect(first(html)).toBe("Use another account: primary");
  });

  test("can be answered where the chart names nobody, shows no visit, or cannot be read", async () => {
    const unknown = async (parts = at.parts) => {
      const html = await ask(session, parts);
      return [
        words(html).includes("In PowerChart Not known here Microsoft"),
        warning(html).join(),
        first(html),
        html.includes("Yes, link"),
      ];
    };
    const told = [true, "Make sure that this account is yours", "Use another account: primary", true];
    expect(await unknown()).toEqual(told);
    at.shown.appointments = [at.appointment(10)];
    expect(await unknown()).toEqual(told);
    for (const error of [chartFault("chart-unavailable"), new Fault({ kind: "meetings-refused" })]) {
      at.shown.trouble = error;
      expect(await unknown()).toEqual(told);
    }
    const bug = new TypeError("a bug");
    at.shown.trouble = bug;
    await expect(ask()).rejects.toBe(bug);
    at.shown.trouble = undefined;
    await at.parts.sessions.end(session.id);
    at.shown.appointments = [at.appointment(10, { patients: ["p-2"] })];
    const subject = { kind: "appointment", appointmentId: "a-1" } as const;
    await expect(ask({ ...session, place: subject })).rejects.toThrow("no session has this cookie");
  });
});

describe("the visit's page", () => {
  beforeEach(() => {
    at.shown.appointments = [at.appointment(10, { hints: [{ kind: "duration-assumed" }] })];
  });
  const again = () => at.again(session);
  const opened = async () => {
    const open = await openVisit(at.parts, await again());
    if (open.kind !== "visit") throw new Error("no visit");
    return open;
  };
  const page = async (query = "", change: Partial<OpenVisit> = {}, parts = at.parts, of?: Session) =>
    visitPage(
      parts,
      pages,
      of ?? (await again()),
      { ...(await opened()), ...change },
      saidIn(new URLSearchParams(query)),
    );
  const ended = async (): Promise<Visit> => ({ ...(await opened()).visit, state: "ended" });

  test("shows the patient, what could not be read, how to join, who waits, the links and how to end it", async () => {
    const html = await page("", { notRead: [{ kind: "meeting-behind" }] });
    const base = "/visits/" + session.launchId;
    expect(words(html)).toMatch(
      /^Example, Pat .*The chart could not be read in full .*Teams has not taken over .*Video Visit Starts in 10 min .*Sign in to join .*Who is waiting .*Running late .*The meeting chat is not part .*Links .*Consult without the patient .*Close the links .*Sign out of this page$/,
    );
    for (const address of ["/end", "/links", "/invitations", "/consult", "/sign-out", "/late"])
      expect(html).toContain(`action="${base}${address}"`);
    expect(elementsOf(html, "#away[hidden] #back-again")).toHaveLength(1);
    expect(html).not.toMatch(/id="said"|Not this visit|\/back"|\/reopening|does not say that/);
    const scripts = ["copy.js", "join.js", "forms.js", "away.js", "attention.js", "waiting.js"];
    expect(frame()).toEqual(["Video visit", scripts, false]);
    await page("", {}, at.parts, ofTest());
    expect(frame()?.[2]).toBe(true);
  });

  test("has each person's own link, and a message with the patient's", async () => {
    const { visit } = await opened();
    await at.parts.visits.invite(visit.id, "guest");
    await at.parts.visits.invite(visit.id, "colleague");
    const html = await page();
    const links = elementsOf(html, "input[id^=link-]").map(({ attributes }) => attributes);
    const claims = links.map(({ id = "", value = "" }) => {
      const url = new URL(value);
      return [
        id.slice("link-".length),
        url.origin,
        url.pathname.slice(0, 3),
        at.parts.visits.claims(url.pathname.slice(3))?.person,
      ];
    });
    expect(claims).toEqual([
      ["patient", at.publicUrl, "/j/", 0],
      ["2", at.publicUrl, "/s/", 2],
      ["1", at.publicUrl, "/j/", 1],
    ]);
    for (const [language, start] of [
      ["en", "your video visit is on"],
      ["es", "su consulta por video es"],
    ] as const) {
      const [message] = attributesOf(html, "#message-" + language, "value");
      expect(message).toContain("Lamna Healthcare: " + start);
      expect(message).toContain(links[0]?.["value"] ?? "none");
      expect(message).toContain("(202) 555-0100");
    }
    // No guest's link gets into the patient's message, in whatever order people are kept.
    const kept = (await opened()).visit;
    const reversed = await page("", { visit: { ...kept, people: kept.people.toReversed() } });
    expect(attributesOf(reversed, "#message-en", "value")).toEqual(
      attributesOf(html, "#message-en", "value"),
    );
  });

  test("says what was just done: in the title, and where it belongs", async () => {
    const said = async (kind: string) => {
      const html = await page("said=" + kind);
      return [frame()?.[0], html.includes('id="said"')];
    };
    expect(await said("link-renewed&person=0")).toEqual(["Done · Video visit", true]);
    expect(await said("other-visit")).toEqual(["Video visit", true]);
    expect(await said("link-replaced")).toEqual(["Video visit", true]);
    // Nobody has these rows any more, and the page is of an open visit.
    for (const kind of ["link-renewed&person=7", "link-sent&person=7", "guest-invited"])
      expect((await said(kind))[1], kind).toBe(true);
    for (const kind of ["guest-gone", "link-of-chart", "links-over", "account-other"])
      expect((await said(kind))[1], kind).toBe(true);
  });

  test("names other visits of the patient whose messages are held back, and lets those go", async () => {
    const { department } = await opened();
    const one = { visit: "B".repeat(16) as Visit["id"], since: at.now(), department };
    const [today, later] = [at.inMinutes(30), at.inMinutes(3 * 24 * 60)];
    const html = await page("", {
      heldElsewhere: [
        { ...one, start: today, isOff: true },
        { ...one, start: later, isOff: false },
      ],
    });
    const [first, second] = elementsOf(html, ".card").filter((card) => card.text.startsWith("Messages of"));
    expect(first?.text).toMatch(
      /^Messages of the visit of today, \d.* are held back.*It was canceled, and the patient may not know\. Call/,
    );
    expect(second?.text).toMatch(/^Messages of the visit of [A-Z][a-z]+, .* are held back/);
    expect(second?.text).not.toContain("It was canceled");
    expect(html.match(/\/messages-again"/g)).toHaveLength(2);
  });

  test("says what was just done only where the visit, as it is now, agrees", async () => {
    const parts = at.withParts({ directory: { person: () => Promise.resolve(undefined) } });
    const saidOf = async (kind: string, change: Partial<Visit> = {}) => {
      const visit = { ...(await opened()).visit, ...change };
      const html = await page("said=" + kind, { visit }, parts);
      return elementsOf(html, "#said")[0]?.text ?? frame()?.[0];
    };
    const NOTHING = "Video visit";
    const over = { state: "ended" } as const;
    for (const kind of ["links-closed", "link-off", "links-not-open"]) {
      expect(await saidOf(kind), kind).toBe(NOTHING);
      expect(await saidOf(kind, over), kind).not.toBe(NOTHING);
    }
    expect(await saidOf("links-opened", over)).toBe(NOTHING);
    expect(await saidOf("links-opened")).toBe("The links work again.");
    expect(await saidOf("links-opened-not-meeting")).toBe(NOTHING);
    const late = { late: at.now() };
    for (const kind of ["late-said", "late-said-since", "late-said-untexted"]) {
      expect(await saidOf(kind), kind).toBe(NOTHING);
      expect(await saidOf(kind, late), kind).not.toBe(NOTHING);
    }
    expect(await saidOf("late-taken-back")).toMatch(/^Taken back/);
    expect(await saidOf("late-taken-back", late)).toBe(NOTHING);
    const held = { held: at.now() };
    for (const kind of ["messages-held", "messages-held-before", "messages-held-since"]) {
      expect(await saidOf(kind), kind).toBe(NOTHING);
      expect(await saidOf(kind, held), kind).not.toBe(NOTHING);
    }
    expect(await saidOf("messages-let-go")).toMatch(/^Done\. The connector writes/);
    expect(await saidOf("messages-let-go", held)).toBe(NOTHING);
    for (const kind of ["account-linked", "account-for-now"]) expect(await saidOf(kind), kind).toBe(NOTHING);
    expect(await saidOf("account-unlinked")).toMatch(/^The Microsoft account/);
    await at.parts.staffAccounts.link(FHIR_USER, "o-1");
    expect(await saidOf("account-linked")).toMatch(/^Your Microsoft account/);
    expect(await saidOf("account-unlinked")).toBe(NOTHING);
    expect(await page("said=visit-chosen", {}, parts)).not.toContain("/choose-again");
  });

  test("of a visit that was picked leads back to the others, in each later view too", async () => {
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    await choose(at.parts, await again(), "a-1");
    const back = `action="/visits/${session.launchId}/choose-again"`;
    for (const query of ["said=visit-chosen", "", "said=account-linked"])
      expect(await page(query), query).toContain(back);
    await startConsult(at.parts, await again(), "lamna-clinic");
    expect(await page()).not.toContain(back);
    await leaveConsult(at.parts, await again());
    expect(await page()).toContain(back);
    await chooseAgain(at.parts, await again());
    expect((await openVisit(at.parts, await again())).kind).toBe("choice");
  });

  test("says it while Teams keeps the meeting closed although the links are open again", async () => {
    const { visit } = await opened();
    const act = shownOf(visit);
    await endVisit(at.parts, await again(), act);
    await at.parts.visits.setRoom(visit.id, () => true);
    const told = async () => {
      const html = await page("said=links-opened");
      return [elementsOf(html, "#said")[0]?.text, html.includes("Teams still keeps this meeting closed")];
    };
    at.teams.fault = "unavailable";
    await reopenVisit(at.parts, await again(), act);
    expect(await told()).toEqual([
      "The links are open again, but Teams still keeps the meeting closed: see the top of this page.",
      true,
    ]);
    at.teams.fault = undefined;
    await reopenVisit(at.parts, await again(), act);
    expect(await told()).toEqual(["The links work again.", false]);
    // Long after its end the meeting is closed, as it has to be.
    await at.parts.visits.setRoom(visit.id, () => true);
    expect((await told())[1]).toBe(true);
    at.forward(5 * 60);
    expect(await page("", { visit: (await at.parts.visits.byId(visit.id)) ?? visit })).not.toContain(
      "keeps this meeting closed",
    );
  });

  test("says that an appointment is for several patients, each counted once, while it is open and after", async () => {
    const says = async (patients: readonly string[], visit?: Visit) =>
      words(
        await page("", {
          appointment: at.appointment(10, { patients }),
          ...(visit && { visit }),
        }),
      );
    const together = await says(["p-1", "p-2"]);
    expect(together).toContain(
      "This appointment is for several patients They share the patient’s link below,",
    );
    expect(together).toContain("Whoever waits may be any of them: check who it is before you admit them.");
    expect(together).not.toContain("They shared");
    const over = await says(["p-1", "p-2"], await ended());
    expect(over).toContain(
      "They shared the patient’s link, and the connector writes to none of them by itself.",
    );
    expect(over).not.toContain("They share the");
    for (const patients of [[], ["p-1"], ["p-1", "p-1"]])
      expect(await says(patients), patients.join()).not.toContain("several patients");
    const inWords = { appointment: at.appointment(10, { patients: [] }), mayBeShared: true as const };
    expect(words(await page("", inWords))).toContain(
      "This appointment may be for several patients The chart names its patient in words only, and more than one patient’s chart has shown it. They share the patient’s link below,",
    );
  });

  test("says to which time the visit was moved where that kept something from being done, and else does not", async () => {
    expect(words(await page("said=visit-moved"))).toContain(
      "It now starts 2:10 AM. If you mean it at that time, do it again here.",
    );
    expect(words(await page("said=other-visit"))).not.toContain("It now starts");
  });

  test("says where a new link goes by itself, where the connector texts this chart's patients", async () => {
    at.shown.patient = { ...at.shown.patient, textNumber: "+12025550123" };
    const texting = at.withParts({
      ...{ environment: "production", messageRules: { hours: "always", connections: [] } },
      messaging: {
        ...{ number: "+18335550100", isApproved: true, isAgreed: true, isLive: true },
        ...{ textsPatientsOf: () => true, isStaff: () => false, unknown: NOTHING_UNKNOWN },
      },
    });
    const goes = "bring the new link to (•••) •••-0123, the number in the chart.";
    expect(words(await page("", {}, texting))).toContain(goes);
    expect(words(await page())).not.toContain("bring the new link");
  });

  test("names each part that cannot be read, and what to do meanwhile; all else is there", async () => {
    const away = () => Promise.reject(new StoreFault("it is away"));
    const { visit } = await opened();
    const consult: Visit = { ...visit, kind: "consult", people: [] };
    const patientVisit = { appointmentId: "a-1", visitId: visit.id };
    const parts: readonly [string, object, Partial<OpenVisit>][] = [
      ["Which Microsoft account is yours:", { staffAccounts: { ...at.parts.staffAccounts, of: away } }, {}],
      ["Whether the chart says how this visit goes.", { foundVisits: { byId: away } }, {}],
      ["When the patient’s visit is.", { visits: { ...at.parts.visits, byId: away } }, { visit: consult }],
    ];
    for (const [said, broken, change] of parts) {
      const html = await page("", change, at.withParts(broken), { ...(await again()), patientVisit });
      expect(words(html)).toContain("A part of this page cannot be read now");
      expect(elementsOf(html, ".notice li").map(({ text }) => text)).toEqual([
        expect.stringContaining(said) as string,
      ]);
      expect(words(html)).toContain("Close the links");
    }
  });

  test("says that the patient has declined, while the visit is open", async () => {
    const says = async (change: object, visit?: Visit) =>
      words(await page("", { appointment: at.appointment(10, change), ...(visit && { visit }) })).includes(
        "The chart says that the patient has declined this appointment",
      );
    expect([await says({ isDeclined: true }), await says({ declined: ["p-2"] }), await says({})]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await says({ isDeclined: true }, await ended())).toBe(false);
  });

  test("says that the chart has made another visit of it, while it is open, and where that could be read", async () => {
    const says = async (change: object, more: Partial<OpenVisit> = {}) =>
      words(await page("", { appointment: at.appointment(10, change), ...more })).includes(
        "The chart says no longer that this is a video visit",
      );
    expect(await says({ isVideo: false })).toBe(true);
    expect(await says({})).toBe(false);
    for (const more of [[], [{ kind: "zone-assumed" }]] as const) {
      const hints = [{ kind: "type-unreadable", fields: ["type"] } as const, ...more];
      expect(await says({ isVideo: false }, { hints })).toBe(false);
    }
    expect(await says({ isVideo: false }, { visit: await ended() })).toBe(false);
  });

  test("says it once, whatever it is, in an open visit's page and in one that was ended", async () => {
    const saidOnce = async (kind: string, change: Partial<OpenVisit> = {}) =>
      (await page("said=" + kind, change)).split('id="said"').length - 1;
    for (const kind of [
      ...[
        "visit-moved",
        "links-anew",
        "other-visit",
        "none-picked",
        "link-renewed&person=0",
        "link-sent&person=0",
      ],
      ...["link-sent&person=9", "guest-invited"],
    ]) {
      expect([kind, await saidOnce(kind)]).toEqual([kind, 1]);
      expect([kind, await saidOnce(kind, { visit: await ended() })]).toEqual([kind, 1]);
    }
  });

  test("of a visit that was ended has nothing that is over", async () => {
    const html = await page("", { visit: await ended() });
    expect(html).toContain("/reopening");
    expect(html).not.toMatch(/\/end"|\/links"|\/late"|Who is waiting|Sign in to join/);
    expect(html).toContain("/consult");
    for (const kind of ["link-renewed&person=0", "link-off", "guest-invited", "links-not-open"])
      expect(await page("said=" + kind, { visit: await ended() }), kind).toContain('id="said"');
  });

  test("says what the chart should say and does not; a row that cannot be read hides nothing else", async () => {
    const found = { unarrived: "locked", unfulfilled: "refused" };
    const foundVisits = (byId: () => Promise<unknown>) => at.withParts({ foundVisits: { byId } });
    const known = foundVisits(() => Promise.resolve(found));
    expect(words(await page("", {}, known))).toContain(
      "The chart does not say that the patient has come Somebody had the appointment open",
    );
    expect(words(await page("", { visit: await ended() }, known))).toContain(
      "The chart does not say that the visit is over It did not take",
    );
    const { visit } = await opened();
    expect(words(await page("", { visit: { ...visit, kind: "consult" } }, known))).not.toContain(
      "chart does not say that",
    );
    const unread = foundVisits(() => Promise.reject(new UnreadableRecord("a row", new Error("x"))));
    expect(words(await page("", {}, unread))).toContain("Sign in to join");
    const bug = new TypeError("a bug");
    await expect(
      page(
        "",
        {},
        foundVisits(() => Promise.reject(bug)),
      ),
    ).rejects.toBe(bug);
  });

  test("joins as the account that is linked, and takes down that staff have opened an open visit", async () => {
    await at.parts.staffAccounts.link(FHIR_USER, "o-1");
    const came: unknown[] = [];
    const asked: string[] = [];
    const parts = (person: object | undefined) =>
      at.withParts({
        directory: { person: (id: string) => Promise.resolve(void asked.push(id)).then(() => person) },
        presences: {
          ...at.parts.presences,
          staffCame: ({ id }: Visit, account: string) => Promise.resolve(void came.push([id, account])),
        },
      });
    const { visit } = await opened();
    const robin = { displayName: "Robin Sample", userName: "robin@lamna.example" };
    expect(words(await page("", {}, parts(robin)))).toContain("You join as Robin Sample robin@lamna.example");
    expect([asked, came]).toEqual([["o-1"], [[visit.id, "o-1"]]]);
    expect(words(await page("", {}, parts(undefined)))).toContain(
      "You join as the Microsoft account that you linked",
    );
    came.length = 0;
    await page("", { visit: await ended() }, parts(robin));
    expect(came).toEqual([]);
  });

  test("offers a consult in each department, and the way to those that were begun", async () => {
    const fresh = await page();
    expect(fresh).toContain('<details class="card fold"><summary>Consult without the patient');
    const consults = [{ departmentId: "west", start: 0, number: 0 }];
    const begun = await page("", {}, at.parts, { ...(await again()), consults });
    expect(begun).toContain('<details class="card fold" open><summary>Consult without the patient');
    expect(words(begun)).toContain("You began a consult with West. Go to it");
    expect(words(begun)).not.toContain("consult with Clinic");
    expect(begun).toMatch(
      new RegExp(
        `action="/visits/${session.launchId}/consult" class="inline-note"><input type="hidden" name="department" value="west"`,
      ),
    );
    expect(attributesOf(begun, 'option[value="lamna-clinic"], option[value="west"]', "value")).toEqual([
      "lamna-clinic",
    ]);
    const both = [...consults, { departmentId: "lamna-clinic", start: 0, number: 0 }];
    const everywhere = await page("", {}, at.parts, { ...(await again()), consults: both });
    expect(words(everywhere)).toContain("You began a consult with Clinic. Go to it");
    expect(everywhere).not.toContain("Start a consult");
  });

  test("leads to a consult whose department was removed until it is over, and says where names cannot be read", async () => {
    const consult = { departmentId: "west", start: at.now().getTime(), number: 0 };
    const of = { ...(await again()), consults: [consult] };
    const removed = (departments: () => Promise<readonly Department[]>) =>
      at.withParts({ hospital: { ...at.parts.hospital, departments } });
    const told = async (departments = () => Promise.resolve<readonly Department[]>([CLINIC])) =>
      /You began .*? Go to it/.exec(words(await page("", {}, removed(departments), of)))?.[0];
    expect(await told()).toBeUndefined();
    const { id } = await at.parts.visits.openConsult({
      connectionId: "lamna",
      key: consultKey(of, consult),
      department: WEST,
      start: at.now(),
      end: at.inMinutes(60),
    });
    expect(await told()).toBe("You began a consult with a department that is not set up any more. Go to it");
    await at.parts.visits.end(id);
    expect(await told()).toBeUndefined();
    expect(await told(() => Promise.reject(new StoreFault("away")))).toBe(
      "You began a consult with a department whose name cannot be read now. Go to it",
    );
  });

  test("of a consult leads back to the patient's visit, and says when that is", async () => {
    const { visit } = await opened();
    const consult: Visit = { ...visit, kind: "consult", people: [] };
    const back = async (of: Partial<Session>) => {
      const html = await page("", { visit: consult }, at.parts, { ...(await again()), ...of });
      expect(html).toContain(`action="/visits/${session.launchId}/back"`);
      expect(html).not.toMatch(/Consult without|message-en/);
      return /←[^<]+/.exec(html)?.[0];
    };
    expect(await back({})).toBe("← Back to this patient’s visits");
    const patientVisit = { appointmentId: "a-1", visitId: visit.id };
    expect(await back({ patientVisit })).toBe("← Back to the patient’s visit, 2:10 AM");
    expect(await back({ patientVisit: { ...patientVisit, anothers: true } })).toBe(
      "← Back to this patient’s visits",
    );
    expect(frame()?.[0]).toBe("Consult");
  });
});
