import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clinicDay } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import {
  application,
  chartOf,
  oracleHealth,
  OTHER_ORACLE_TENANT,
  ORACLE_TENANT,
  type Answer,
  type ChartClient,
  type Clock,
} from "./oracle.ts";

const clock: Clock = { now: new Date() };
const oracle = await oracleHealth({ clock });
const app = application(oracle, clock);
const clinic = oracle.clinic(ORACLE_TENANT);
const UNIT = "21000101";
let chart: ChartClient;

beforeAll(async () => {
  chart = chartOf(app.base, (await app.redeemed())["access_token"]);
});
afterEach(() => {
  oracle.faults.clear();
});
afterAll(() => oracle.stop());

const around = (hours: number) =>
  [`date=ge${at(-hours)}`, `date=lt${at(hours)}`].map((part) => part.replaceAll(":", "%3A")).join("&");
const at = (hours: number) => new Date(clock.now.getTime() + hours * 3_600_000).toISOString();
const entries = (bundle: Answer) => (bundle["entry"] ?? []) as { fullUrl: string; resource: Answer }[];
const ids = (bundle: Answer) => entries(bundle).map(({ resource }) => String(resource["id"]));

test("a tenant that is not there is refused in plain text, before anything else is looked at", async () => {
  const answer = await fetch(`${oracle.backChannel}/r4/unknown/Patient/41000001`);
  expect([answer.status, await answer.text()]).toEqual([403, "Tenant not valid or accessible"]);
  expect((await fetch(`${oracle.backChannel}/r4/unknown/metadata`)).status).toBe(403);
});

test("no token, a broken one, one of another tenant and an expired one are all a login outcome", async () => {
  const elsewhere = oracle.fhirBaseUrl(OTHER_ORACLE_TENANT);
  const token = (await app.redeemed())["access_token"];
  const answers = [
    await fetch(`${app.base}/Patient/41000001`),
    await fetch(`${app.base}/Patient/41000001`, { headers: { authorization: "Bearer broken" } }),
    await fetch(`${elsewhere}/Patient/41000001`, { headers: { authorization: `Bearer ${String(token)}` } }),
  ];
  clock.now = new Date(clock.now.getTime() + 571_000);
  answers.push(
    await fetch(`${app.base}/Patient/41000001`, { headers: { authorization: `Bearer ${String(token)}` } }),
  );
  clock.now = new Date(clock.now.getTime() - 571_000);
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
    expect(await answer.json()).toMatchObject({
      resourceType: "OperationOutcome",
      issue: [{ code: "login" }],
    });
  }
});

test("a missing scope is refused in JSON that is not FHIR", async () => {
  const narrow = chartOf(
    app.base,
    (await app.redeemed({ scope: "launch user/Appointment.read" }))["access_token"],
  );
  const refused = await narrow.get("Patient/41000001");
  expect(refused.status).toBe(403);
  expect(refused.json()).toMatchObject({
    code: 403,
    message: expect.stringContaining("insufficient-scopes") as string,
  });
  const { id } = await clinic.visit("startsSoon");
  expect((await narrow.patch(id, [], 'W/"1-1"')).status).toBe(403);
});

test("another media type is refused without a word", async () => {
  const refused = await chart.get("Patient/41000001", { accept: "application/xml" });
  expect([refused.status, refused.text]).toEqual([406, ""]);
});

test("every answer carries the ids that support asks for, and a read its version", async () => {
  const { id } = await clinic.visit("startsSoon");
  const { headers } = await chart.get(`Appointment/${id}`);
  expect(headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/u);
  expect(headers.get("opc-request-id")).toMatch(/^\/[\dA-F]{32}\/[\dA-F]{32}$/u);
  expect(headers.get("etag")).toMatch(/^W\/"\d+-1"$/u);
  expect(headers.get("content-type")).toContain("application/fhir+json");
});

test.each(["", "?status=booked", "?location=21000101", `?date=ge2026-01-01T00:00:00Z`])(
  "a search of appointments by %s alone lacks parameters, and is told so in text",
  async (query) => {
    const refused = await chart.get(`Appointment${query}`);
    expect([refused.status, refused.text]).toEqual([400, "no supported search parameters provided"]);
  },
);

test.each([
  ["two kinds of participant", `patient=41000001&location=${UNIT}`],
  ["one kind twice", `location=${UNIT}&location=21000102`],
  ["_id and something else", "_id=61000001&status=booked"],
  ["a parameter that Millennium lacks", `location=${UNIT}&_lastUpdated=ge2026-01-01T00:00:00Z`],
])("a search of appointments by %s is refused", async (_name, query) => {
  expect((await chart.get(`Appointment?${query}&${around(1)}`)).status).toBe(400);
});

test.each([
  "date=ge2026-12-01",
  "date=ge2026-12-01T00:00:00",
  "date=ge2026-12-01T00:00:00Z",
  "date=2026-12-01T00:00:00",
  "date=ge2026-12-01T00:00:00Z&date=gt2026-12-02T00:00:00Z",
  "date=ge2026-12-01&date=lt2026-12-02",
  "date=2026-12-01&date=2026-12-02",
  "date=soon",
])("the range %s is not closed, or lacks a time or a zone, and is refused", async (date) => {
  expect((await chart.get(`Appointment?location=${UNIT}&${date}`)).status).toBe(400);
});

test("a date without a prefix is that day, and with a time that moment", async () => {
  const { id, start = "" } = await clinic.visit("startsSoon");
  const found = async (date: string) =>
    ids((await chart.get(`Appointment?location=${UNIT}&date=${encodeURIComponent(date)}`)).json());
  expect(await found(start.slice(0, 10))).toContain(id);
  expect(await found(start)).toContain(id);
  expect(await found("2020-02-01")).toEqual([]);
  const later = new Date(Date.parse(start) + 60_000).toISOString();
  expect(await found(later)).not.toContain(id);
});

test("a participant may be named by id, by reference or by the whole address, and nobody by another server's", async () => {
  const { id, participant } = await clinic.visit("startsSoon");
  const patient =
    participant.flatMap(({ actor }) => actor?.reference ?? []).find((each) => each.startsWith("Patient/")) ??
    "";
  const found = async (named: string) =>
    ids((await chart.get(`Appointment?patient=${encodeURIComponent(named)}&${around(24)}`)).json());
  for (const named of [patient.slice("Patient/".length), patient, `${app.base}/${patient}`])
    expect(await found(named), named).toContain(id);
  expect(await found(`https://elsewhere.example/r4/${patient}`)).toEqual([]);
});

test("what the server can is announced with its searches, in JSON whatever is asked for by header where _format says so", async () => {
  const metadata = (query: string, accept: string) =>
    fetch(`${app.base}/metadata${query}`, { headers: { accept } });
  const answer = await metadata("?_format=json", "application/xml");
  const { rest } = (await answer.json()) as {
    rest: {
      resource: {
        type: string;
        interaction: { code: string }[];
        searchParam: { name: string; type: string }[];
      }[];
    }[];
  };
  const appointment = rest[0]?.resource.find(({ type }) => type === "Appointment");
  expect(appointment?.interaction.map(({ code }) => code)).toEqual([
    "read",
    "search-type",
    "create",
    "patch",
  ]);
  expect(appointment?.searchParam).toContainEqual({ name: "-date-or-req-period", type: "date" });
  expect((await metadata("?_format=application/fhir%2Bjson", "*/*")).status).toBe(200);
  for (const [query, accept] of [
    ["?_format=xml", "*/*"],
    ["", "application/xml"],
  ] as const)
    expect((await metadata(query, accept)).status).toBe(406);
});

test("the host without a tenant is a bad gateway", async () => {
  for (const path of ["/", "/r4", "/r4/"]) expect((await fetch(oracle.backChannel + path)).status).toBe(502);
});

test("appointments are found that start or end in the range, by start, and none that merely spans it", async () => {
  const visit = await clinic.visit("inProgressBehavioral");
  const unit = "Appointment?location=21000103";
  const range = (from: string | undefined, minutes: number) => {
    const start = Date.parse(from ?? "");
    const bound = (offset: number) => encodeURIComponent(new Date(start + offset * 60_000).toISOString());
    return `&date=ge${bound(0)}&date=lt${bound(minutes)}`;
  };
  expect(ids((await chart.get(unit + range(visit.start, 5))).json())).toContain(visit.id);
  expect(ids((await chart.get(unit + range(visit.end, 5))).json())).toContain(visit.id);
  const inside = new Date(Date.parse(visit.start ?? "") + 60_000).toISOString();
  expect(ids((await chart.get(unit + range(inside, 5))).json())).not.toContain(visit.id);
  const all = (await chart.get(`Appointment?location=${UNIT},21000102&${around(100)}`)).json();
  const starts = entries(all).map(({ resource }) => String(resource["start"]));
  expect(starts.length).toBeGreaterThan(6);
  expect(starts).toEqual([...starts].sort());
});

test("a proposed appointment is found by its requested period only", async () => {
  const { id } = await clinic.visit("proposed");
  expect(ids((await chart.get(`Appointment?location=${UNIT}&${around(100)}`)).json())).not.toContain(id);
  const requested = around(100).replaceAll("date=", "-date-or-req-period=");
  expect(ids((await chart.get(`Appointment?location=${UNIT}&${requested}`)).json())).toContain(id);
});

test("status narrows a search, several at once", async () => {
  const cancelled = await clinic.visit("cancelled");
  const found = (
    await chart.get(`Appointment?location=${UNIT}&status=cancelled,noshow&${around(24)}`)
  ).json();
  expect(ids(found)).toContain(cancelled.id);
  expect(entries(found).every(({ resource }) => resource["status"] === "cancelled")).toBe(true);
});

test("pages are followed by an opaque link below the same base, and an empty result has no entries", async () => {
  const all = ids((await chart.get(`Appointment?location=${UNIT}&${around(100)}`)).json());
  const paged: string[] = [];
  let next: string | undefined = `Appointment?location=${UNIT}&${around(100)}&_count=2`;
  while (next !== undefined) {
    const page: Answer = (await chart.get(next)).json();
    expect(entries(page).length).toBeLessThanOrEqual(2);
    paged.push(...ids(page));
    next = (page["link"] as { relation: string; url: string }[]).find(
      ({ relation }) => relation === "next",
    )?.url;
    if (next !== undefined)
      expect(next).toMatch(
        new RegExp(`^${app.base}/Appointment\\?-pageContext=[^&]+&-pageDirection=NEXT$`, "u"),
      );
  }
  expect(paged).toEqual(all);
  const empty = (await chart.get(`Appointment?location=21000001&${around(100)}`)).json();
  expect(empty).not.toHaveProperty("entry");
  expect(empty).not.toHaveProperty("total");
});

test("an encounter leads to its appointment, where Millennium knows it", async () => {
  const encounterOf = async (name: "startsSoon" | "laterToday") => {
    const { id } = await clinic.visit(name);
    return { id, encounter: (await chart.get(`Encounter/5${id.slice(1)}`)).json() };
  };
  const linked = await encounterOf("startsSoon");
  expect(linked.encounter["appointment"]).toEqual([{ reference: `Appointment/${linked.id}` }]);
  expect((await encounterOf("laterToday")).encounter).not.toHaveProperty("appointment");
});

test("a combined chart names the one that replaces it", async () => {
  const old = (await chart.get("Patient/41000040")).json();
  expect(old).toMatchObject({
    active: false,
    link: [{ type: "replaced-by", other: { reference: "Patient/41000005" } }],
  });
});

test("a room is part of a unit, a unit of a building, a building of the facility", async () => {
  const path: string[] = [];
  for (let next: string | undefined = "Location/21000111"; next !== undefined;) {
    const location: Answer = (await chart.get(next)).json();
    path.push(String(location["name"]));
    next = (location["partOf"] as { reference: string } | undefined)?.reference;
  }
  expect(path).toEqual([
    "Family Medicine Room 3",
    "Family Medicine",
    "North Building",
    "Lamna Medical Center",
  ]);
});

test("the clinic has what every walk needs", async () => {
  const patients = await clinic.patients();
  expect(patients).toHaveLength(40);
  expect(
    patients.filter(({ communication }) => communication?.[0]?.language.text === "Spanish").length,
  ).toBeGreaterThan(5);
  expect(patients.some(({ telecom }) => telecom?.every(({ use }) => use !== "mobile") === true)).toBe(true);
  const soon = Date.parse((await clinic.visit("startsSoon")).start ?? "") - clock.now.getTime();
  expect(soon).toBeLessThanOrEqual(15 * 60_000);
  const [first, second] = [await clinic.visit("firstOfTwo"), await clinic.visit("secondOfTwo")];
  expect(first.participant[0]?.actor?.reference).toBe(second.participant[0]?.actor?.reference);
  for (const { start } of [first, second])
    expect(clinicDay(new Date(start ?? ""))).toBe(clinicDay(clock.now));
  expect((await clinic.visit("cancelled")).status).toBe("cancelled");
  expect((await clinic.visit("withoutRooms")).contained).toBeUndefined();
  expect(
    (await clinic.visit("withInterpreter")).participant.some(({ actor }) => actor?.reference === undefined),
  ).toBe(true);
  const order = async (name: "secondOfTwo" | "inProgress") =>
    (await clinic.visit(name)).contained?.map((room) =>
      room.resourceType === "HealthcareService" ? room.type?.[0]?.text : "",
    );
  expect(await order("secondOfTwo")).toEqual((await order("inProgress"))?.reverse());
});

test("the same id is somebody else in another tenant", async () => {
  const here = await clinic.chart.read("Patient", "41000001");
  const there = await oracle.clinic(OTHER_ORACLE_TENANT).chart.read("Patient", "41000001");
  expect(here?.name?.[0]?.text).not.toBe(there?.name?.[0]?.text);
});

test("throttling comes as an outcome, with Retry-After or without", async () => {
  oracle.faults.set("throttled");
  const bare = await chart.get("Patient/41000001");
  expect([bare.status, bare.headers.get("retry-after")]).toEqual([429, null]);
  expect(bare.json()).toMatchObject({ issue: [{ code: "throttled" }] });
  oracle.faults.clear();
  oracle.faults.set("throttledWithRetryAfter", { seconds: 7 });
  expect((await chart.get("Patient/41000001")).headers.get("retry-after")).toBe("7");
});

test.each([
  ["forbidden", 403],
  ["serverError", 500],
  ["badGateway", 502],
  ["unavailable", 503],
] as const)("the fault %s answers %i", async (name, status) => {
  oracle.faults.set(name);
  expect((await chart.get("Patient/41000001")).status).toBe(status);
});
