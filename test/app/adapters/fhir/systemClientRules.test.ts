/**
 * How long the system client's token is kept, what a refusal of one means, and what is asked of a chart for locations
 * and ids.
 */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { SystemConnection } from "../../../../app/ports/systemEhr.ts";
import { json, startSmallServer, type Reply } from "../../flows/provider/smallServer.ts";
import { systemChart, withSecret } from "./systemClient.ts";

const BEGAN = Date.parse("2027-01-12T15:00:00Z");
const clock = { now: new Date(BEGAN) };
const small = await startSmallServer(() => clock.now);
const B = small.fhirBaseUrl;
const chart = (change: Partial<SystemConnection> = {}) =>
  systemChart({
    base: B,
    tokenEndpoint: small.origin + "/token",
    now: () => clock.now,
    change: { system: withSecret("s"), ...change },
  });
const answers = (path: string, reply: Reply) => small.answers.set(path, () => reply);
const asked = (path: string) => small.received.filter((each) => each.path.split("?")[0] === path);
const at = (seconds: number) => (clock.now = new Date(BEGAN + seconds * 1000));
const token = (more: object = {}) => json({ access_token: "t-1", token_type: "Bearer", ...more });
const bundle = (resources: readonly unknown[], next?: string) =>
  json({
    resourceType: "Bundle",
    link: next === undefined ? [] : [{ relation: "next", url: next }],
    entry: resources.map((resource) => ({ resource })),
  });

beforeEach(() => {
  small.answers.clear();
  small.received.length = 0;
  at(0);
  answers("/token", token({ expires_in: 570 }));
});
afterAll(() => small.stop());

describe("a token", () => {
  test.each([
    ["of ten minutes is asked for again a minute before its end", 600, 540],
    ["of five minutes, too", 300, 240],
    ["of less is, when a fifth of its time is left", 100, 80],
    ["of a moment is asked for once in a while only, too", 0.2, 48],
    ["without a lifetime counts as one of five minutes", 0, 240],
  ])("%s", async (_what, lives, until) => {
    answers("/token", token({ expires_in: lives }));
    const own = chart();
    const asking = async (seconds: number) => {
      at(seconds);
      expect(await own.letIn()).toEqual({ kind: "let-in" });
      return asked("/token").length;
    };
    expect([await asking(0), await asking(until - 0.001), await asking(until)]).toEqual([1, 1, 2]);
  });

  test("that was refused is asked for again after five seconds, and by whoever comes then", async () => {
    answers("/token", json({ error: "invalid_client" }, 401));
    const own = chart();
    for (const [seconds, times] of [
      [0, 1],
      [4.999, 1],
      [5, 2],
    ] as const) {
      at(seconds);
      expect(await own.letIn()).toMatchObject({ kind: "shut-out", why: "registration" });
      expect(asked("/token")).toHaveLength(times);
    }
  });

  test("asks for what the connection needs, by the client's own grant", async () => {
    await chart().letIn();
    const sent = Object.fromEntries(new URLSearchParams(asked("/token")[0]?.body));
    expect(sent["grant_type"]).toBe("client_credentials");
    expect(sent["scope"]?.split(" ")).toEqual(
      expect.arrayContaining(["system/Appointment.read", "system/Location.read"]),
    );
  });

  test("with fewer scopes than a request needs names those that are missing, and the request is not sent", async () => {
    answers("/token", token({ expires_in: 570, scope: "  system/Location.read\tsystem/Patient.read " }));
    expect(await chart().location("l1")).not.toMatchObject({ kind: "shut-out" });
    expect(await chart().appointment("a1")).toEqual({
      kind: "shut-out",
      why: "scopes",
      reason: "the system client was not granted system/Appointment.read",
    });
    expect(asked("/fhir/Appointment/a1")).toEqual([]);
  });

  test.each<[what: string, lacks: () => void, has: () => void]>([
    [
      "lacks a scope",
      () => answers("/token", token({ expires_in: 570, scope: "system/Location.read" })),
      () => answers("/token", token({ access_token: "t-2", expires_in: 570 })),
    ],
    [
      "is refused for its scopes",
      () => answers("/fhir/Appointment/a1", { status: 403, body: "insufficient_scope" }),
      () => answers("/fhir/Appointment/a1", json({ resourceType: "Appointment", id: "a1" })),
    ],
  ])("that %s is asked for anew once it is a minute old, once a minute", async (_what, lacks, has) => {
    lacks();
    const own = chart();
    const askedFor = async (seconds: number) => {
      at(seconds);
      return [(await own.appointment("a1")).kind, asked("/token").length];
    };
    expect([await askedFor(0), await askedFor(59), await askedFor(60), await askedFor(119)]).toEqual([
      ["shut-out", 1],
      ["shut-out", 1],
      ["shut-out", 2],
      ["shut-out", 2],
    ]);
    has();
    expect((await askedFor(120))[0]).not.toBe("shut-out");
  });

  test("that only lacks a scope stays in use for the rest where no other one can be had", async () => {
    answers("/token", token({ expires_in: 570, scope: "system/Location.read" }));
    answers("/fhir/Location/l1", json({ resourceType: "Location", id: "l1" }));
    const own = chart();
    const lacking = { kind: "shut-out", why: "scopes" };
    expect(await own.appointment("a1")).toMatchObject(lacking);
    answers("/token", { status: 400, body: JSON.stringify({ error: "invalid_client" }) });
    at(60);
    expect(await own.appointment("a1")).toMatchObject(lacking);
    expect(await own.location("l1")).not.toMatchObject({ kind: "shut-out" });
    expect(asked("/token")).toHaveLength(2);
  });
});

describe("a refusal of the token", () => {
  const says = (error: string, headers: Record<string, string> = {}, status = 400): Reply => ({
    ...json({ error }, status),
    headers,
  });
  const AHEAD = { date: new Date(BEGAN + 12 * 60_000).toUTCString() };
  test.each<[what: string, reply: Reply, said: object]>([
    ["for scopes that are not registered", says("invalid_scope"), { kind: "shut-out", why: "scopes" }],
    ["for a client that is unknown", says("unauthorized_client"), { kind: "shut-out", why: "registration" }],
    ["to whom it is denied", says("access_denied"), { kind: "shut-out", why: "registration" }],
    [
      "by a server whose clock is another",
      says("invalid_client", AHEAD),
      {
        kind: "shut-out",
        why: "clocks",
        reason: "the token endpoint refused with 400, error invalid_client; the clocks differ by 12 minutes",
      },
    ],
    ["by one that is ill", says("server_error"), { kind: "down" }],
    ["by one that does not work", { status: 503, body: "" }, { kind: "down" }],
    ["by an answer that is none", { status: 200, body: "none" }, { kind: "not-fhir" }],
    ["by a web page", { status: 200, body: "<html>" }, { kind: "down" }],
  ])("%s", async (_what, reply, said) => {
    answers("/token", reply);
    expect(await chart().letIn()).toMatchObject(said);
  });
});

describe("locations", () => {
  /** https://hl7.org/fhir/R4/codesystem-location-physical-type.html */
  const HL7 = ["si", "bu", "wi", "wa", "lvl", "co", "ro", "bd", "ve", "ho", "ca", "rd", "area", "jdn"];

  test("are asked for by each of HL7's kinds, rooms first and roads late, 200 at a time", async () => {
    answers("/fhir/Location", bundle([]));
    const none = { kind: "all", locations: [], lacking: { unreadable: 0, keptBack: 0 } };
    expect(await chart().locations()).toEqual(none);
    const queries = asked("/fhir/Location").map(({ path }) => new URLSearchParams(path.split("?")[1]));
    const kinds = queries.map((query) => query.get("-physicalType")?.split("|"));
    expect(kinds.map((kind) => kind?.[1]).toSorted()).toEqual(HL7.toSorted());
    expect([kinds[0]?.[1], kinds.findIndex((kind) => kind?.[1] === "rd")]).toEqual(["ro", 12]);
    for (const [index, query] of queries.entries()) {
      expect(kinds[index]?.[0]).toBe("http://terminology.hl7.org/CodeSystem/location-physical-type");
      expect(query.get("_count")).toBe("200");
    }
  });

  test("come once each, with what the chart says of them, and without those that cannot be asked for", async () => {
    const location = (id: unknown, more: object = {}) => ({ resourceType: "Location", id, ...more });
    answers(
      "/fhir/Location",
      bundle([
        location("l1", { name: "Cardiology", partOf: { reference: "Location/l0" } }),
        location("l2", { partOf: { reference: "https://other.example/Location/x" } }),
        location("a/b", { name: "no id" }),
        location(undefined, { name: "none" }),
        { resourceType: "Patient", id: "l3" },
        location(undefined, { meta: { security: [{ code: "REDACTED" }] } }),
        { resourceType: "location", id: "l4" },
        "nothing",
        { resourceType: "OperationOutcome", issue: [{ severity: "warning", code: "suppressed" }] },
      ]),
    );
    // Each of the kinds is asked for by itself, and is answered with all of that.
    const lacking = { unreadable: 4 * HL7.length, keptBack: 2 * HL7.length };
    expect(await chart().locations()).toEqual({
      kind: "all",
      locations: [{ id: "l1", name: "Cardiology", partOf: "l0" }, { id: "l2" }],
      lacking,
    });
    expect(await chart().locationsBelow(["l0"])).toMatchObject({
      locations: [{ id: "l1", root: "l0" }],
      lacking,
    });
  });

  test("one is told by its name, if it has one; another's record, and a refusal, as what it is", async () => {
    answers("/fhir/Location/l1", json({ resourceType: "Location", id: "l1" }));
    expect(await chart().location("l1")).toEqual({ kind: "shown" });
    answers("/fhir/Location/l1", json({ resourceType: "Location", id: "l2", name: "Other" }));
    expect(await chart().location("l1")).toEqual({
      kind: "not-fhir",
      reason: "the chart system answered with another record",
    });
    expect(await chart().location("a/b")).toEqual({ kind: "not-shown" });
    answers("/fhir/Location/l1", { status: 400, body: "" });
    expect(await chart().location("l1")).toMatchObject({ kind: "not-fhir" });
  });
});

describe("appointments by their ids", () => {
  const appointment = (id: string) => ({ resourceType: "Appointment", id, status: "booked" });
  const pages = (count: number) => {
    let page = 0;
    small.answers.set("/fhir/Appointment", () =>
      bundle(
        [appointment("a" + String(page))],
        ++page < count ? B + "/Appointment?page=" + String(page) : undefined,
      ),
    );
  };
  const ids = Array.from({ length: 50 }, (_, index) => "a" + String(index));

  test("fifty are asked for at once, and read over ten pages", async () => {
    pages(10);
    expect(await chart().appointmentsById(ids)).toMatchObject({
      isWhole: true,
      appointments: ids.slice(0, 10).map((id) => ({ id })),
    });
    expect(asked("/fhir/Appointment")).toHaveLength(10);
  });

  test("over more pages they are not whole", async () => {
    pages(11);
    expect(await chart().appointmentsById(ids)).toMatchObject({ isWhole: false });
    expect(asked("/fhir/Appointment")).toHaveLength(10);
  });

  test("where an entry is marked as an outcome, whatever it is, they are not whole", async () => {
    const entry = [
      { resource: appointment("a1") },
      { resource: appointment("a2"), search: { mode: "outcome" } },
    ];
    answers("/fhir/Appointment", json({ resourceType: "Bundle", entry }));
    expect(await chart().appointmentsById(["a1", "a2"])).toMatchObject({
      isWhole: false,
      appointments: [{ id: "a1" }],
    });
  });
});
