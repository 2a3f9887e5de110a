/**
 * The system client at a server that answers whatever it likes: wrong links, other people's records, other shapes, no end.
 */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Pace } from "../../../../app/adapters/fhir/system/pace.ts";
import type { SystemChart, SystemConnection } from "../../../../app/ports/systemEhr.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { json, startSmallServer, type Received, type Reply } from "../../flows/provider/smallServer.ts";
import { systemChart, systemCharts, withSecret, wholeSearch, type OpenedAs } from "./systemClient.ts";

const clock = { now: new Date() };
const small = await startSmallServer();
const elsewhere = await startSmallServer();
const B = small.fhirBaseUrl;
const SEARCH = "/fhir/Appointment";
const ONE = "/fhir/Appointment/a1";

const client = (change: Partial<SystemConnection> = {}, asker: Pick<OpenedAs, "as" | "signal"> = {}) =>
  systemChart({
    ...asker,
    base: B,
    tokenEndpoint: small.origin + "/token",
    now: () => clock.now,
    change: { system: withSecret("s"), ...change },
  });
const answers = (path: string, answer: Reply | ((request: Received) => Reply)) =>
  small.answers.set(path, typeof answer === "function" ? answer : () => answer);
const asked = (path: string) => small.received.filter((each) => each.path.split("?")[0] === path);
const search = () =>
  wholeSearch(client(), { locations: ["l1"], from: new Date(clock.now.getTime() - 1), before: clock.now });

const appointment = (change: object = {}) => ({
  resourceType: "Appointment",
  id: "a1",
  meta: { versionId: "3-1" },
  status: "booked",
  start: "2027-01-12T15:00:00Z",
  end: "2027-01-12T15:30:00Z",
  participant: [{ actor: { reference: "Location/l1" } }],
  ...change,
});
const bundle = (resources: readonly unknown[], next?: string) => ({
  resourceType: "Bundle",
  type: "searchset",
  link: next === undefined ? [] : [{ relation: "next", url: next }],
  entry: resources.map((resource) => ({ resource })),
});

beforeEach(() => {
  small.answers.clear();
  small.received.length = 0;
  elsewhere.received.length = 0;
  clock.now = new Date();
  answers("/token", json({ access_token: "t-1", token_type: "Bearer", expires_in: 570 }));
});
afterAll(async () => {
  await small.stop();
  await elsewhere.stop();
});

describe("a next link", () => {
  test.each([
    ["to another host", () => elsewhere.fhirBaseUrl + "/Appointment?page=2"],
    ["to a host with our own in its name", () => B.replace("localhost", "localhost@127.0.0.1")],
    ["above the base URL", () => B + "/../token"],
    ["that climbs in another spelling", () => B + "/%2e%2e/token"],
    ["to a file", () => "file:///etc/passwd"],
    ["without an address", () => ""],
    ["to the page that it stands on", () => asked(SEARCH)[0]?.path ?? ""],
  ])("%s is not followed, and what came before it is good", async (_, next) => {
    answers(SEARCH, () => json(bundle([appointment()], next())));
    const { found, end } = await search();
    expect([...found.keys()]).toEqual(["a1"]);
    expect(end).toEqual({ kind: "no-way-on" });
    expect(elsewhere.received).toEqual([]);
    expect(small.received.map(({ path }) => path.split("?")[0])).toEqual(["/token", SEARCH]);
  });

  test.each(["?_getpages=2", B + "?_getpages=2"])(
    "that reads %j is followed below the base URL",
    async (next) => {
      answers("/fhir", json(bundle([appointment({ id: "a2" })])));
      answers(SEARCH, () => json(bundle([appointment()], next === "?_getpages=2" ? B + next : next)));
      expect([...(await search()).found.keys()]).toEqual(["a1", "a2"]);
    },
  );

  test("that never ends is followed for 500 pages", async () => {
    let page = 0;
    answers(SEARCH, () => json(bundle([], B + "/Appointment?page=" + String(++page))));
    const { end } = await search();
    expect(end).toEqual({ kind: "too-many-pages" });
    expect(page).toBe(500);
  });
});

describe("a search that the server says is not whole breaks off at its end, and what came is good", () => {
  const outcome = (...issue: readonly object[]) => ({ resourceType: "OperationOutcome", issue });
  test.each<[string, object]>([
    [
      "an error among the results",
      bundle([appointment(), outcome({ severity: "error", code: "exception" })]),
    ],
    ["no time left", bundle([outcome({ severity: "warning", code: "timeout" }), appointment()])],
    ["more counted than sent", { ...bundle([appointment()]), total: 3 }],
  ])("%s", async (_what, body) => {
    answers(SEARCH, json(body));
    const { found, end } = await search();
    expect([[...found.keys()], end]).toEqual([["a1"], { kind: "incomplete" }]);
    const byId = await client().appointmentsById(["a1", "a2"]);
    expect(byId).toMatchObject({ kind: "read-by-id", isWhole: false });
  });

  test.each<[string, object]>([
    ["a warning", bundle([appointment(), outcome({ severity: "warning", code: "processing" })])],
    ["a remark without an issue", bundle([appointment(), outcome()])],
    ["as many counted as sent", { ...bundle([appointment(), { hello: 1 }]), total: 2 }],
  ])("but not for %s", async (_what, body) => {
    answers(SEARCH, json(body));
    expect((await search()).end).toBeUndefined();
  });

  test("what is kept back on purpose is told apart from what cannot be read", async () => {
    const hintsOf = async (...entries: readonly object[]) => {
      answers(SEARCH, json(bundle([appointment(), ...entries])));
      const { end, pages } = await search();
      expect(end).toBeUndefined();
      return pages.flatMap(({ hints }) => hints);
    };
    const suppressed = outcome({ severity: "warning", code: "suppressed" });
    const bare = (security: unknown) => ({ resourceType: "Appointment", meta: { security } });
    const keptBack = (count: number) => ({ kind: "entries-kept-back", count });
    const skipped = { kind: "entries-skipped", count: 1 };
    expect(await hintsOf(suppressed)).toEqual([keptBack(1)]);
    expect(await hintsOf(suppressed, suppressed)).toEqual([keptBack(1)]);
    for (const code of ["REDACTED", "MASKED"])
      expect(await hintsOf(bare([{ code: "R" }, { code }]))).toEqual([keptBack(1)]);
    expect(await hintsOf(suppressed, bare([{ code: "REDACTED" }]), bare([{ code: "R" }]))).toMatchObject([
      keptBack(2),
      skipped,
    ]);
    for (const label of [undefined, "REDACTED", [null], [{ code: 7 }]])
      expect(await hintsOf(bare(label))).toMatchObject([skipped]);
    // What can be read is used, whatever was taken out of it.
    const labelled = { ...appointment(), id: "labelled", meta: { security: [{ code: "REDACTED" }] } };
    expect(await hintsOf(labelled)).toEqual([]);
  });

  test("locations that are said to be missing are not taken for all; a count alone says nothing of them", async () => {
    const room = { resourceType: "Location", id: "l1" };
    answers("/fhir/Location", json({ ...bundle([room]), total: 3 }));
    const lacking = { unreadable: 0, keptBack: 0 };
    expect(await client().locations()).toEqual({ kind: "all", locations: [{ id: "l1" }], lacking });
    answers("/fhir/Location", json(bundle([room, outcome({ severity: "error", code: "timeout" })])));
    expect(await client().locations()).toMatchObject({ kind: "not-fhir" });
  });
});

test("pages that repeat what came before, each under a new address, are followed to the third only", async () => {
  let page = 0;
  answers(SEARCH, () => json(bundle([appointment()], B + "/Appointment?page=" + String(++page))));
  const { found, end } = await search();
  expect([[...found.keys()], end, page]).toEqual([["a1"], { kind: "no-way-on" }, 4]);
});

test("pages have a hundred appointments, or as few as the caller says", async () => {
  answers(SEARCH, json(bundle([appointment()])));
  await search();
  const few = {
    locations: ["l1"],
    from: new Date(clock.now.getTime() - 1),
    before: clock.now,
    mostOnPage: 20,
  };
  expect([...(await wholeSearch(client(), few)).found.keys()]).toEqual(["a1"]);
  const counts = asked(SEARCH).map(({ path }) => new URLSearchParams(path.split("?")[1]).get("_count"));
  expect(counts).toEqual(["100", "20"]);
});

describe("the same appointment twice", () => {
  const twice = async (first: object, second: object) => {
    answers(SEARCH, ({ path }) =>
      path.includes("page=2")
        ? json(bundle([appointment(second)]))
        : json(bundle([appointment(first)], B + "/Appointment?page=2")),
    );
    const { found, pages } = await search();
    expect(pages.map(({ repeated }) => repeated)).toEqual([0, 1]);
    return found.get("a1")?.status;
  };

  test("is taken as it was last, whichever comes first", async () => {
    const old = { meta: { versionId: "2-1" }, status: "cancelled" };
    const later = { meta: { versionId: "10-1" }, status: "booked" };
    expect(await twice(old, later)).toBe("booked");
    expect(await twice(later, old)).toBe("booked");
  });
});

describe("what cannot be read", () => {
  test("of a status is said, and a list of one is that one", async () => {
    answers(ONE, json(appointment({ status: ["cancelled"] })));
    expect(await client().appointment("a1")).toMatchObject({
      appointment: { status: "cancelled", hints: [] },
    });
    answers(ONE, json(appointment({ status: { value: "cancelled" } })));
    expect(await client().appointment("a1")).toMatchObject({
      appointment: {
        status: "unknown",
        hints: [{ kind: "members-ignored", fields: ["status"] }, { kind: "status-unreadable" }],
      },
    });
  });

  test("in a list is left out, counted and named; the rest is there", async () => {
    const entries = [
      null,
      "text",
      { resourceType: "OperationOutcome", issue: [] },
      { resourceType: "Patient", id: "a9" },
      { ...appointment(), id: undefined },
      appointment({ id: "../Patient/1" }),
      appointment({ id: 4, contained: { resourceType: "Device", type: { text: "pump" } } }),
      appointment({ id: "a5", participant: [null, 7, { actor: "x" }], serviceType: { text: "Video Visit" } }),
    ];
    answers(SEARCH, json(bundle(entries)));
    const { found, pages, end } = await search();
    expect(end).toBeUndefined();
    expect([...found.keys()]).toEqual(["4", "a5"]);
    expect(found.get("a5")).toMatchObject({ isVideo: true, locations: [] });
    expect(found.get("4")).toMatchObject({ isVideo: false, rooms: { order: "other" } });
    const [hint] = pages.flatMap(({ hints }) => hints);
    expect(hint).toMatchObject({
      kind: "entries-skipped",
      fields: expect.arrayContaining(["id"]) as string[],
    });
  });

  test.each<[string, Reply]>([
    ["words", { status: 200, headers: { "content-type": "text/plain" }, body: "Jo Markworthy" }],
    ["another's record", json(appointment({ id: "a2" }))],
    ["a patient", json({ resourceType: "Patient", id: "a1" })],
    ["nothing", { status: 200, body: "" }],
    ["a list", json([appointment()])],
    ["no content", { status: 204, body: "" }],
    ["a way elsewhere", { status: 302, headers: { location: elsewhere.origin }, body: "" }],
    ["another language", { status: 406, body: "" }],
  ])("in place of an appointment: %s", async (_, reply) => {
    answers(ONE, reply);
    const answer = await client().appointment("a1");
    expect(answer).toMatchObject({ kind: "not-fhir" });
    expect(JSON.stringify(answer)).not.toContain("Markworthy");
    expect(elsewhere.received).toEqual([]);
  });

  test.each([408, 425, 500, 502])("a status that passes (%i) is no answer", async (status) => {
    answers(ONE, { status, body: "" });
    expect(await client().appointment("a1")).toMatchObject({ kind: "down" });
  });

  test("an answer without an end is not read to its end", async () => {
    answers(ONE, { status: 200, body: "x".repeat(4_100_000) });
    expect(await client().appointment("a1")).toEqual({
      kind: "too-large",
      reason: `too large an answer from ${new URL(B).host}: the answer is larger than 4000000 bytes`,
    });
  });
});

describe("an appointment", () => {
  const read = async (change: object, headers: Record<string, string> = {}) => {
    answers(ONE, { ...json(appointment(change)), headers });
    const answer = await client().appointment("a1");
    return answer.kind === "read" ? answer.appointment : answer;
  };

  test.each<[string, object, object]>([
    [
      "that is cancelled needs no time",
      { status: "cancelled", start: null, end: null },
      { status: "cancelled" },
    ],
    ["of a status that is none", { status: "Booked!" }, { status: "unknown" }],
    [
      "without a zone",
      { start: "2027-01-12T15:00:00", end: "2027-01-12T15:30:00" },
      { times: { clock: "wall", start: new Date("2027-01-12T15:00:00Z") } },
    ],
    [
      "that ends before it starts",
      { end: "2027-01-12T14:00:00Z" },
      { times: { end: new Date("2027-01-12T15:30:00Z") }, hints: [{ kind: "duration-assumed" }] },
    ],
    [
      "of a patient here, with one by words alone",
      { participant: [{ actor: { reference: "Patient/p1" } }, { actor: { display: "Jo Markworthy" } }] },
      { patients: ["p1"] },
    ],
    [
      "at a location of another server, and one below the base",
      {
        participant: [
          { actor: { reference: "https://other.example/fhir/Location/l1" } },
          { actor: { reference: B + "/Location/l2/_history/3" } },
          { actor: { reference: "#41" } },
        ],
      },
      { locations: ["l2"] },
    ],
  ])("%s", async (_, change, said) => {
    expect(await read(change)).toMatchObject(said);
  });

  test("says that all its patients have declined, and names none who has where another one comes", async () => {
    const one = (id: string, status?: string) => ({ actor: { reference: "Patient/" + id }, status });
    const both = await read({ participant: [one("p1", "declined"), one("p2", "needs-action")] });
    expect(both).toMatchObject({ patients: ["p2"] });
    expect(both).not.toHaveProperty("isDeclined");
    expect(await read({ participant: [one("p1", "declined")] })).toMatchObject({
      patients: ["p1"],
      isDeclined: true,
    });
  });

  test.each([
    ["by words alone", [{ actor: { display: "Jo Markworthy" } }]],
    [
      "of another server, too",
      [
        { actor: { reference: "Patient/p1" } },
        { actor: { reference: "https://other.example/fhir/Patient/p2" } },
      ],
    ],
  ])("says nothing of patients %s", async (_, participant) => {
    expect(await read({ participant })).not.toHaveProperty("patients");
  });

  test("has no times where none can be read", async () => {
    expect(await read({ start: "soon" })).not.toHaveProperty("times");
  });

  test.each<[unknown, Record<string, string>, string | undefined]>([
    ["10-1", {}, "10-1"],
    [7, {}, "7"],
    ["2", { etag: 'W/"2-1"' }, "2-1"],
    ["2", { etag: '"4"' }, "4"],
    ["2", { etag: 'W/"a b"' }, "2"],
    ['2"x', {}, undefined],
    [null, {}, undefined],
  ])("of version %j under %j is written upon as %j", async (versionId, headers, version) => {
    const found = await read({ meta: { versionId } }, headers);
    if (version === undefined) expect(found).not.toHaveProperty("version");
    else expect(found).toMatchObject({ version });
  });

  const room = (name: string, ...values: string[]) => ({
    resourceType: "HealthcareService",
    type: [{ text: name + " Virtual Meeting Room" }],
    telecom: values.map((value) => ({ system: "url", value })),
  });
  test.each<[string, unknown, object]>([
    ["none", [], { order: "absent" }],
    [
      "documented",
      [room("Provider", "p"), room("Patient", "q")],
      { provider: "p", patient: "q", order: "documented" },
    ],
    [
      "the other order",
      [room("Patient", "q"), room("Provider", "p")],
      { provider: "p", patient: "q", order: "other" },
    ],
    ["one alone", [room("Provider", "p")], { provider: "p", order: "other" }],
    ["one bare", room("Patient", "q"), { patient: "q", order: "other" }],
    [
      "a device before them",
      [{ resourceType: "Device" }, room("Provider"), room("Patient")],
      { order: "other" },
    ],
    ["nothing before them", [null, room("Provider"), room("Patient")], { order: "other" }],
    [
      "a device after them",
      [room("Provider"), room("Patient"), { resourceType: "Device" }],
      { order: "documented" },
    ],
    ["a third one", [room("Provider"), room("Patient"), room("Provider")], { order: "other" }],
    ["two of a kind", [room("Provider"), room("Provider")], { order: "other" }],
    [
      "with a time without a zone",
      [
        {
          ...room("Provider"),
          telecom: [{ value: "p", period: { start: "2027-01-12T15:00:00", end: "x" } }],
        },
        room("Patient", "q"),
      ],
      { provider: "p", patient: "q", order: "documented" },
    ],
    ["without a name", [room("", "x"), room("Patient", "q")], { patient: "q", order: "other" }],
    [
      "with a telephone",
      [
        { ...room("Provider"), telecom: [{ system: "phone", value: "2025550123" }] },
        { ...room("Patient"), telecom: { value: "q" } },
      ],
      { provider: "2025550123", patient: "q", order: "documented" },
    ],
    [
      "with a link in a later entry",
      [{ ...room("Provider"), telecom: [{ system: "url" }, { value: "p" }] }, room("Patient")],
      { order: "other" },
    ],
    [
      "with nothing before a link",
      [room("Provider"), { ...room("Patient"), telecom: [null, { system: "url", value: "q" }] }],
      { order: "other" },
    ],
    [
      "with something else in a link's place",
      [room("Provider"), { ...room("Patient"), telecom: [{ value: { url: "q" } }] }],
      { order: "other" },
    ],
    [
      "with a word in a link's place",
      [{ ...room("Provider"), telecom: "p" }, room("Patient")],
      { order: "other" },
    ],
    [
      "with something beside each link",
      [room("Provider", "p", "p2"), room("Patient", "q", "q2")],
      { provider: "p", patient: "q", order: "documented" },
    ],
  ])("has its rooms read by their names: %s", async (_, contained, rooms) => {
    expect(await read({ contained })).toHaveProperty("rooms", rooms);
  });
});

describe("a refusal", () => {
  const outcome = (code: string, severity = "error") => ({
    resourceType: "OperationOutcome",
    issue: [{ severity, code, diagnostics: "Jo Markworthy" }],
  });
  test.each<[string, Reply, object]>([
    ["of one record", json(outcome("forbidden"), 403), { kind: "not-shown" }],
    [
      "of the tenant",
      { status: 403, body: "Tenant not valid or accessible" },
      { kind: "shut-out", why: "registration" },
    ],
    ["that it is gone", { status: 410, body: "" }, { kind: "not-shown" }],
    ["with status 200, not found", json(outcome("not-found")), { kind: "not-shown" }],
    ["with status 200, throttled", json(outcome("throttled")), { kind: "limited", retryAfterMs: 15_000 }],
    ["with status 200, transient", json(outcome("transient")), { kind: "down" }],
    ["with status 200, login", json(outcome("login")), { kind: "shut-out", why: "token" }],
    [
      "for a century",
      { status: 429, headers: { "retry-after": "3000000000" }, body: "" },
      { kind: "limited", retryAfterMs: 3_600_000 },
    ],
    [
      "of a busy server",
      { status: 503, headers: { "retry-after": "20" }, body: "" },
      { kind: "limited", retryAfterMs: 20_000 },
    ],
  ])("%s", async (_, reply, said) => {
    answers(ONE, reply);
    const answer = await client().appointment("a1");
    expect(answer).toMatchObject(said);
    expect(JSON.stringify(answer)).not.toContain("Markworthy");
  });

  const PAGE = "<html><head><title>Blocked by policy</title></head></html>";
  test.each([200, 302, 400, 401, 403, 404, 410, 412])(
    "by a web page with status %i is nobody's: nothing is learned, and nothing was written",
    async (status) => {
      answers(ONE, { status, body: PAGE, headers: { "www-authenticate": "Negotiate" } });
      const somebodys = {
        kind: "down",
        reason: `the chart system answered ${String(status)} with a web page, as somebody in between does`,
      };
      expect(await client().appointment("a1")).toEqual(somebodys);
      const read = { id: "a1", version: "3-1", rooms: { order: "absent" } } as const;
      expect(await client().writeStatus(read, "arrived")).toEqual(somebodys);
    },
  );

  test("by a web page with status 401 costs a token, and may be the chart's where it asks for one", async () => {
    let token = 0;
    answers("/token", () => json({ access_token: "t-" + String(++token), token_type: "Bearer" }));
    answers(ONE, ({ authorization }) =>
      authorization === "Bearer t-1" ? { status: 401, body: PAGE } : json(appointment()),
    );
    const own = client();
    expect([(await own.appointment("a1")).kind, token]).toEqual(["read", 2]);
    answers(ONE, { status: 401, body: PAGE, headers: { "www-authenticate": "Bearer" } });
    expect(await own.appointment("a1")).toMatchObject({ kind: "shut-out", why: "token" });
  });

  test("within an answer of 200 to a change is one", async () => {
    const read = { id: "a1", version: "3-1", rooms: { order: "absent" as const } };
    answers(ONE, json(outcome("business-rule")));
    expect(await client().writeStatus(read, "arrived")).toEqual({ kind: "refused", why: "rule" });
    answers(ONE, json(outcome("informational", "information")));
    expect(await client().writeStatus(read, "arrived")).toEqual({ kind: "written" });
    expect(asked(ONE).map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 2 }, () => ["PATCH", '[{"op":"replace","path":"/status","value":"arrived"}]']),
    );
  });

  test("of a change that was not answered leaves open whether it was done", async () => {
    answers(ONE, { status: 504, body: "" });
    const read = { id: "a1", version: "3-1", rooms: { order: "absent" as const } };
    expect(await client().writeStatus(read, "arrived")).toMatchObject({ kind: "down" });
    expect(asked(ONE)).toHaveLength(1);
  });
});

describe("a token", () => {
  test("that the chart refuses is renewed once, for all together, and then given up", async () => {
    let token = 0;
    answers("/token", () => json({ access_token: "t-" + String(++token), token_type: "Bearer" }));
    const fresh = ({ authorization }: Received) => authorization !== "Bearer t-1";
    answers(ONE, (request) => (fresh(request) ? json(appointment()) : { status: 401, body: "" }));
    const own = client();
    const all = await Promise.all(Array.from({ length: 4 }, () => own.appointment("a1")));
    expect(all.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => "read"));
    expect(token).toBe(2);
    answers(ONE, { status: 401, body: "" });
    expect(await own.appointment("a1")).toMatchObject({ kind: "shut-out", why: "token" });
    expect(token).toBe(3);
  });

  test.each([
    ["an empty answer", "", "shut-out"],
    ["a web page", "<!DOCTYPE html><title>Blocked</title>", "down"],
  ])("that %s refuses is renewed once a minute while that does not help", async (_what, body, kind) => {
    let token = 0;
    answers("/token", () => json({ access_token: "t-" + String(++token), token_type: "Bearer" }));
    answers(ONE, { status: 401, body });
    const own = client();
    for (const seconds of [0, 30, 29, 1, 59]) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
      expect(await own.appointment("a1")).toMatchObject({ kind });
    }
    expect(token).toBe(3);
    answers(ONE, json(appointment()));
    expect([(await own.appointment("a1")).kind, token]).toEqual(["read", 3]);
  });

  test("that is refused is not asked for again at once, however many want it", async () => {
    answers("/token", json({ error: "invalid_client" }, 401));
    const own = client();
    await own.appointment("a1");
    expect(await own.appointment("a1")).toMatchObject({ kind: "shut-out", why: "registration" });
    expect(asked("/token")).toHaveLength(1);
    clock.now = new Date(clock.now.getTime() + 5_000);
    await own.appointment("a1");
    expect(asked("/token")).toHaveLength(2);
  });

  test.each<[string, Reply, object]>([
    ["a page in HTML", { status: 200, body: "<html>" }, { kind: "down" }],
    ["no token", { status: 200, body: "Sign in" }, { kind: "not-fhir" }],
    ["nothing but illness", { status: 500, body: "" }, { kind: "down" }],
    [
      "a token with a line break",
      json({ access_token: "a\r\nb", token_type: "Bearer" }),
      { kind: "not-fhir" },
    ],
    [
      "fewer scopes",
      json({ access_token: "t", token_type: "Bearer", scope: "system/Location.read" }),
      { kind: "shut-out", why: "scopes" },
    ],
  ])("in whose place comes %s", async (_, reply, said) => {
    answers("/token", reply);
    expect(await client().appointment("a1")).toMatchObject(said);
    expect(asked(ONE)).toEqual([]);
  });

  test("of scopes in the newer spelling is one", async () => {
    answers(ONE, json(appointment()));
    answers("/token", json({ access_token: "t", token_type: "Bearer", scope: "system/Appointment.rs" }));
    expect(await client().appointment("a1")).toMatchObject({ kind: "read" });
  });
});

test("locations are too many where 50 pages do not hold them", async () => {
  let page = 0;
  answers("/fhir/Location", () => json(bundle([], B + "/Location?page=" + String(++page))));
  expect(await client().locationsBelow(["l1"])).toEqual({ kind: "too-many" });
  expect(page).toBe(50);
});

test("locations that are part of each other end nobody's search", async () => {
  const location = (id: string, parent: string) => ({
    resourceType: "Location",
    id,
    partOf: { reference: "Location/" + parent },
  });
  answers("/fhir/Location", ({ path }) =>
    json(
      bundle(
        path.includes("%7Cro&") ? [location("a", "b"), location("b", "a"), location("c", "l1"), "x"] : [],
      ),
    ),
  );
  expect(await client().locationsBelow(["l1"])).toMatchObject({
    kind: "found",
    locations: [{ id: "c", root: "l1" }],
  });
});

test("locations are below the nearest one that was asked for, however deep the tree, and in a cycle, too", async () => {
  const location = (id: string, parent: string) => ({
    resourceType: "Location",
    id,
    partOf: { reference: "Location/" + parent },
  });
  const deep = Array.from({ length: 40 }, (_, level) =>
    location("d" + String(level + 1), "d" + String(level)),
  );
  const round = [location("r1", "r2"), location("r2", "r3"), location("r3", "r1")];
  answers("/fhir/Location", ({ path }) =>
    json(bundle(path.includes("%7Cro&") ? [...deep, ...round, ...deep] : [])),
  );
  const below = await client().locationsBelow(["d0", "d25", "r2", "d25"]);
  const rootOf = new Map(below.kind === "found" ? below.locations.map(({ id, root }) => [id, root]) : []);
  expect(below.kind === "found" && below.locations).toHaveLength(rootOf.size);
  expect(["d1", "d24", "d26", "d40", "r1", "r3"].map((id) => rootOf.get(id))).toEqual([
    "d0",
    "d0",
    "d25",
    "d25",
    "r2",
    "r2",
  ]);
});

describe("several appointments by their ids", () => {
  const read = () => client().appointmentsById(["a1", "a2"]);
  const whole = (isWhole: boolean, ids: readonly string[]) => ({
    kind: "read-by-id",
    isWhole,
    appointments: ids.map((id) => expect.objectContaining({ id }) as unknown),
  });

  test("are asked for by nothing else, and others that come are left out", async () => {
    answers(SEARCH, json(bundle([appointment(), appointment({ id: "a3" })])));
    expect(await read()).toEqual(whole(true, ["a1"]));
    expect(asked(SEARCH).map(({ path }) => path.split("?")[1])).toEqual(["_id=a1%2Ca2"]);
  });

  test.each([
    ["one cannot be read", () => bundle([appointment(), { resourceType: "Appointment" }])],
    [
      "an OperationOutcome is among them",
      () => bundle([appointment(), { resourceType: "OperationOutcome" }]),
    ],
    ["the next page cannot be asked for", () => bundle([appointment()], elsewhere.fhirBaseUrl + "/x")],
  ])("say nothing of those that are missing where %s", async (_, answer) => {
    answers(SEARCH, () => json(answer()));
    expect(await read()).toEqual(whole(false, ["a1"]));
  });

  test.each<[string, Reply, object]>([
    ["is ill", { status: 500, body: "" }, { kind: "down" }],
    ["answers 404", { status: 404, body: "" }, { kind: "not-fhir" }],
    ["answers no Bundle", json(appointment()), { kind: "not-fhir" }],
  ])("are not read where the chart system %s", async (_, reply, said) => {
    answers(SEARCH, reply);
    expect(await read()).toMatchObject(said);
  });
});

test("a few requests at a time go to one chart system", async () => {
  const open: (() => void)[] = [];
  let [running, most] = [0, 0];
  small.answers.set(ONE, async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => open.push(resolve));
    running -= 1;
    return json(appointment());
  });
  const own = client();
  const all = Promise.all(Array.from({ length: 12 }, () => own.appointment("a1")));
  for (let round = 0; round < 3; round++) {
    while (open.length < 4) await new Promise((resolve) => setImmediate(resolve));
    for (const next of open.splice(0)) next();
  }
  expect((await all).every(({ kind }) => kind === "read")).toBe(true);
  expect(most).toBe(4);
});

test("jobs and rounds have a turn after each other, so that neither waits for the other's whole line", async () => {
  const { signal } = new AbortController();
  const pace = new Pace(() => clock.now);
  const end = Promise.withResolvers<undefined>();
  const busy = Array.from({ length: 4 }, () => pace.inTurn({ as: "job", signal }, () => end.promise));
  const order: string[] = [];
  const line = (as: "round" | "job", count: number) =>
    Array.from({ length: count }, () =>
      pace.inTurn({ as, signal }, () => Promise.resolve(void order.push(as))),
    );
  const all = [...line("round", 6), ...line("job", 3)];
  end.resolve(undefined);
  await Promise.all([...busy, ...all]);
  expect(order.slice(0, 6).filter((as) => as === "job")).toHaveLength(3);
  expect(order.slice(6)).toEqual(["round", "round", "round"]);
});

test("of many jobs that want the same chart system some wait, and the others are told to come later", async () => {
  const open: (() => void)[] = [];
  small.answers.set(ONE, async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return json(appointment());
  });
  const own = client({}, { as: "job" });
  const all = Promise.all(Array.from({ length: 20 }, () => own.appointment("a1")));
  for (let round = 0; round < 3; round++) {
    while (open.length < 4) await new Promise((resolve) => setImmediate(resolve));
    for (const next of open.splice(0)) next();
  }
  const kinds = Map.groupBy(await all, ({ kind }) => kind);
  expect(kinds.get("read")).toHaveLength(12);
  // They are not told the same time, at which all would come together and find few slots again.
  const waits = (kinds.get("busy") ?? []).flatMap((told) =>
    told.kind === "busy" ? [told.retryAfterMs] : [],
  );
  expect(waits).toHaveLength(8);
  expect(new Set(waits).size).toBe(8);
  for (const milliseconds of waits) {
    expect(milliseconds).toBeGreaterThanOrEqual(15_000);
    expect(milliseconds).toBeLessThanOrEqual(30_000);
  }
});

describe("of several chart systems that are slow", () => {
  const SLOW = ["one", "two", "three"];
  const charts = () =>
    systemCharts({ base: B, tokenEndpoint: small.origin + "/token", now: () => clock.now, as: "job" });
  const toAnother = (chart: (change: Partial<SystemConnection>) => SystemChart) => (id: string) =>
    chart({ id, system: withSecret("s") });
  /** Asks each chart until all refuse further jobs. @returns how many jobs each has under way */
  const flood = async (of: (id: string) => SystemChart) => {
    const late: Promise<unknown>[] = [];
    const held = new Map<string, number>();
    // The charts are asked in turns, as jobs come back.
    for (let turn = 0; turn < 20; turn++)
      for (const id of SLOW) {
        const asked = of(id).appointment("a1");
        late.push(asked);
        const isTaken = await Promise.race([asked.then(() => false), settled().then(() => true)]);
        if (isTaken) held.set(id, (held.get(id) ?? 0) + 1);
      }
    return { held, late };
  };
  const settled = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  test("none takes the worker's slots from the others, and a chart that is well is asked all the while", async () => {
    const end = Promise.withResolvers<undefined>();
    small.answers.set(ONE, async () => {
      await end.promise;
      return json(appointment());
    });
    answers("/fhir/Appointment/a2", json(appointment({ id: "a2" })));
    const of = toAnother(charts());
    const { held, late } = await flood(of);
    expect([...held]).toEqual([
      ["one", 6],
      ["two", 6],
      ["three", 6],
    ]);
    for (let count = 0; count < 5; count++) expect((await of("well").appointment("a2")).kind).toBe("read");
    end.resolve(undefined);
    await Promise.all(late);
    expect((await of("one").appointment("a1")).kind).toBe("read");
  });

  test("one whose tokens do not come takes no more than one whose answers do not", async () => {
    const end = Promise.withResolvers<undefined>();
    small.answers.set("/token", async () => {
      await end.promise;
      return json({ access_token: "t-1", token_type: "Bearer", expires_in: 570 });
    });
    answers(ONE, json(appointment()));
    const of = toAnother(charts());
    const { held, late } = await flood(of);
    expect(Math.max(...held.values())).toBe(6);
    end.resolve(undefined);
    await Promise.all(late);
  });

  test("a round takes nobody's slot, and is refused none", async () => {
    const end = Promise.withResolvers<undefined>();
    small.answers.set(ONE, async () => {
      await end.promise;
      return json(appointment());
    });
    const own = client({}, { as: "round" });
    const all = Promise.all(Array.from({ length: 40 }, () => own.appointment("a1")));
    end.resolve(undefined);
    expect((await all).every(({ kind }) => kind === "read")).toBe(true);
  });
});

test("a request that nobody waits for any more is given up", async () => {
  const isAsked = Promise.withResolvers<undefined>();
  const reply = Promise.withResolvers<Reply>();
  small.answers.set(ONE, () => {
    isAsked.resolve(undefined);
    return reply.promise;
  });
  const nobody = new AbortController();
  const own = client({}, { as: "job", signal: nobody.signal });
  const read = own.appointment("a1");
  await isAsked.promise;
  nobody.abort();
  reply.resolve(json(appointment()));
  expect(await read).toMatchObject({ kind: "down" });
  expect(await own.appointment("a1")).toMatchObject({ kind: "limited" });
  expect(asked(ONE)).toHaveLength(1);
});

test("locations whose next page lies elsewhere are not taken for all that there are, nor for too many", async () => {
  answers("/fhir/Location", json(bundle([], elsewhere.origin + "/Location?page=2")));
  expect(await client().locationsBelow(["l1"])).toMatchObject({ kind: "not-fhir" });
});

describe("an answer of 200 that is an OperationOutcome", () => {
  const issue = (code: string) =>
    json({ resourceType: "OperationOutcome", issue: [{ severity: "error", code }] });
  test.each([
    ...["not-found", "deleted", "suppressed"].map((code) => [code, { kind: "not-shown" }] as const),
    ...["login", "expired", "security", "forbidden"].map(
      (code) =>
        [
          code,
          { kind: "shut-out", why: "token", reason: "the chart system refuses the system client" },
        ] as const,
    ),
    ...["transient", "timeout", "exception", "no-store", "lock-error", "incomplete"].map(
      (code) => [code, { kind: "down", reason: "the chart system says that it is ill" }] as const,
    ),
    ...["invalid", "processing"].map(
      (code) =>
        [
          code,
          {
            kind: "not-fhir",
            reason:
              "the chart system answered something else than was asked for; an OperationOutcome in its place; content type application/fhir+json",
          },
        ] as const,
    ),
  ])("with the code %s", async (code, said) => {
    answers(ONE, { ...issue(code), headers: { "content-type": "application/fhir+json" } });
    expect(await client().appointment("a1")).toEqual(said);
  });
});

test("a search takes one location to fifty, whose ids are such, and a server that knows no search is told as that", async () => {
  const found = (locations: readonly string[]) =>
    wholeSearch(client(), { locations, from: clock.now, before: clock.now });
  const fifty = Array.from({ length: 50 }, (_, at) => "l" + String(at));
  answers(SEARCH, json(bundle([])));
  expect((await found(fifty)).end).toBeUndefined();
  await expect(found([...fifty, "l50"])).rejects.toThrow("a search takes 1 to 50 locations");
  await expect(found([])).rejects.toThrow("a search takes 1 to 50 locations");
  await expect(found(["a/../b"])).rejects.toThrow("a location's id is none");
  answers(SEARCH, { status: 404, body: "" });
  expect((await found(["l1"])).end).toEqual({
    kind: "not-fhir",
    reason: "the chart system knows no search for Appointment",
  });
});

test("a patient may be named by the type, too", async () => {
  answers("/fhir/Patient/p1", json({ resourceType: "Patient", id: "p1" }));
  expect(await client().patientIds("Patient/p1")).toEqual({ kind: "ids", ids: ["p1"] });
});

test("a write is sent as FHIR asks for it, for the version that was read, and only for one that is such", async () => {
  const read = { id: "a1", version: "3-1", rooms: { order: "absent" } } as const;
  answers(ONE, { status: 200, body: "" });
  expect(await client().writeStatus(read, "arrived")).toEqual({ kind: "written" });
  const [sent] = asked(ONE);
  expect(sent).toMatchObject({
    method: "PATCH",
    headers: {
      accept: "application/fhir+json",
      "content-type": "application/json-patch+json",
      "if-match": 'W/"3-1"',
    },
  });
  const refused = { kind: "refused", why: "not-sent" };
  for (const other of [{ version: 'x"' }, { version: "" }, { id: "a/b" }])
    expect(await client().writeStatus({ ...read, ...other }, "arrived")).toEqual(refused);
  expect(asked(ONE)).toHaveLength(1);
});

test.each([
  ...([400, 403, 405, 415, 422] as const).map(
    (status) => [status, { kind: "refused", why: "rule" }] as const,
  ),
  [404, { kind: "refused", why: "not-shown" }],
  [410, { kind: "refused", why: "not-shown" }],
  [409, { kind: "refused", why: "changed-meanwhile" }],
  [412, { kind: "refused", why: "changed-meanwhile" }],
  [423, { kind: "refused", why: "locked" }],
  [424, { kind: "refused", why: "side-effect" }],
  [500, { kind: "down", reason: "the chart system answered 500" }],
  [201, { kind: "written" }],
  [300, { kind: "not-fhir" }],
  [418, { kind: "not-fhir" }],
] as const)("a change that is answered %i", async (status, said) => {
  const outcome = {
    resourceType: "OperationOutcome",
    issue: [{ severity: "information", code: "informational" }],
  };
  answers(ONE, { ...json(outcome), status });
  const read = { id: "a1", version: "3-1", rooms: { order: "absent" } } as const;
  expect(await client().writeStatus(read, "arrived")).toMatchObject(said);
});

test("links go to both rooms or to none, and one that is too long is not sent", async () => {
  const links = {
    provider: "https://v.example/s/" + "a".repeat(235),
    patient: "https://v.example/j/" + "b".repeat(235),
    start: new Date("2027-01-12T15:00:00Z"),
    end: new Date("2027-01-12T15:30:00Z"),
  };
  const read = { id: "a1", version: "3-1", rooms: { order: "documented" } } as const;
  answers(ONE, { status: 200, body: "" });
  expect(await client().writeLinks(read, links)).toEqual({ kind: "written" });
  const both = { ...read, rooms: { ...read.rooms, provider: "a", patient: "b" } };
  expect(await client().writeLinks(both, links)).toEqual({ kind: "written" });
  const operations = asked(ONE).map(({ body }) => (JSON.parse(body) as { op: string }[]).map(({ op }) => op));
  expect(operations).toEqual([
    Array.from({ length: 4 }, () => "add"),
    Array.from({ length: 4 }, () => "replace"),
  ]);
  const refused = { kind: "refused", why: "not-sent" };
  for (const rooms of [{ provider: "a" }, { patient: "b" }])
    expect(await client().writeLinks({ ...read, rooms: { ...read.rooms, ...rooms } }, links)).toEqual(
      refused,
    );
  for (const name of ["provider", "patient"] as const)
    expect(await client().writeLinks(read, { ...links, [name]: links[name] + "x" })).toEqual(refused);
  expect(asked(ONE)).toHaveLength(2);
});

test.each([
  [503, { kind: "down", reason: "The vault says no" }],
  [403, { kind: "shut-out", why: "proof", reason: "The vault says no" }],
])(
  "a vault that answers %i is told as what it is, and not as a chart that is away",
  async (statusCode, said) => {
    const vaultFault = new VaultFault("The vault says no", { cause: { statusCode } });
    const tokenEndpoint = small.origin + "/token";
    const chart = systemChart({ base: B, tokenEndpoint, now: () => clock.now, vaultFault });
    expect(await chart.appointment("a1")).toEqual(said);
    expect(small.received).toEqual([]);
  },
);
