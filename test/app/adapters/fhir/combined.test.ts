/** A patient whose record was combined into others: by which ids the chart knows them, and who is written to. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openChart } from "../../../../app/adapters/fhir/chart.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { json, startSmallServer, type Reply } from "../../flows/provider/smallServer.ts";
import { systemChart, withSecret } from "./systemClient.ts";

const small = await startSmallServer();
const NOW = new Date("2027-01-12T15:00:00Z");
const chart = () =>
  systemChart({
    base: small.fhirBaseUrl,
    tokenEndpoint: small.origin + "/token",
    now: () => NOW,
    change: { system: withSecret("s") },
  });

beforeEach(() => {
  small.answers.clear();
  small.received.length = 0;
  small.answers.set("/token", () => json({ access_token: "t", token_type: "Bearer", expires_in: 570 }));
});
afterAll(() => small.stop());

const has = (id: string, more: object | Reply) =>
  small.answers.set("/fhir/Patient/" + id, () =>
    "body" in more ? more : json({ resourceType: "Patient", id, ...more }),
  );
const link = (type: string, to?: string) => ({ type, ...(to !== undefined && { other: { reference: to } }) });
const into = (id: string) => link("replaced-by", "Patient/" + id);
const asked = () => small.received.flatMap(({ path }) => /\/Patient\/(.*)$/.exec(path)?.[1] ?? []);
const MOBILE = { system: "phone", use: "mobile", value: "2025550123" };
/** A chain of records, each of which was combined into the next one. */
const chain = (count: number) => {
  for (let at = 0; at < count; at++)
    has("p" + String(at), at < count - 1 ? { link: [into("p" + String(at + 1))] } : { telecom: [MOBILE] });
  return Array.from({ length: count }, (_, at) => "p" + String(at));
};
const NOT_SHOWN = { kind: "not-shown" };
const MOBILE_NUMBER = "+12025550123";
const READ = { kind: "read", recipient: { textNumber: "+12025550123" } };

describe("combined five times", () => {
  test("the patient is followed to the last record", async () => {
    const ids = chain(6);
    expect(await chart().recipient("p0")).toEqual(READ);
    expect(asked()).toEqual(ids);
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids });
  });

  test("and once more, no further: then nobody is written to", async () => {
    const ids = chain(7);
    expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
    expect(asked()).toEqual(ids.slice(0, 6));
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ids.slice(0, 6) });
  });
});

/** The same patient as the clinician's page reads them. */
const onPage = (id: string) =>
  openChart(
    {
      now: () => NOW,
      wait: () => Promise.resolve(),
      locations: new Map(),
      send: async ({ url }) => {
        const { status, body } = (await small.answers.get(new URL(url).pathname)?.(ASKED)) ?? MISSING;
        return { status, headers: {}, body };
      },
    },
    { fhirBaseUrl: small.fhirBaseUrl, visitTypes: [] } as unknown as ConfiguredConnection,
    { accessToken: "t", obtainedAt: 0, expiresAt: 0, fhirUser: "", needPatientBanner: true },
  ).patient(id);
const ASKED = { method: "GET", path: "", authorization: undefined, body: "", headers: {} };
const MISSING: Reply = { status: 404, body: "" };

describe("whom nobody can write to, the job that sends and the page agree on:", () => {
  const ACTIVE = { active: true, telecom: [MOBILE] };
  test.each<[what: string, records: Readonly<Record<string, object | Reply>>, isWrittenTo: boolean]>([
    ["a record that nothing replaced", { p0: ACTIVE }, true],
    ["one that another replaced", { p0: { active: false, link: [into("p1")] }, p1: ACTIVE }, true],
    ["one whose successor is not there", { p0: { link: [into("p1")] } }, false],
    ["one whose successor is hidden", { p0: { link: [into("p1")] }, p1: { status: 403, body: "" } }, false],
    ["one whose successor fails", { p0: { link: [into("p1")] }, p1: { status: 500, body: "" } }, false],
    ["one whose successor is no record", { p0: { link: [into("p1")] }, p1: json([]) }, false],
    ["one with two successors", { p0: { link: [into("p1"), into("p2")] }, p1: ACTIVE, p2: ACTIVE }, false],
    ["one with a successor that is not named", { p0: { link: [link("replaced-by")] } }, false],
    ["one that is in use all the same", { p0: { active: true, link: [into("p1")] }, p1: ACTIVE }, false],
    ["two that name each other", { p0: { link: [into("p1")] }, p1: { link: [into("p0")] } }, false],
    ["one that names itself", { p0: { link: [into("p0")] } }, false],
    ["one that may have been replaced", { p0: { active: false, link: [{ other: {} }] } }, false],
  ])("%s", async (_what, records, isWrittenTo) => {
    for (const [id, more] of Object.entries(records))
      has(id, "body" in more ? more : { telecom: [MOBILE], ...more });
    const job = await chart().recipient("p0");
    const page = await onPage("p0");
    const number = isWrittenTo ? MOBILE_NUMBER : undefined;
    expect(job.kind === "read" ? job.recipient.textNumber : undefined).toBe(number);
    expect(page.gone === undefined ? page.textNumber : undefined).toBe(number);
    expect(page.hints).toEqual(isWrittenTo ? [] : [{ kind: "patient-unreadable", fields: ["link"] }]);
  });

  test.each([
    [6, true],
    [7, false],
  ])("a chain of %i records", async (count, isWrittenTo) => {
    chain(count);
    expect((await chart().recipient("p0")).kind === "read").toBe(isWrittenTo);
    expect((await onPage("p0")).gone).toBe(isWrittenTo ? undefined : "replaced");
  });

  test("and one who has died is said to have died, whichever record that is", async () => {
    has("p0", { deceasedBoolean: true, link: [into("p1")] });
    expect((await onPage("p0")).gone).toBe("deceased");
  });
});

test("records that name each other are read once, and nobody is written to", async () => {
  has("p0", { link: [into("p1")] });
  has("p1", { link: [into("p0")] });
  expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
  expect(asked()).toEqual(["p0", "p1"]);
  expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0", "p1"] });
});

test("what a record replaced is known, too, each once, and nothing of another server", async () => {
  has("p0", {
    link: [
      link("replaces", "Patient/old"),
      link("replaces", "Patient/old"),
      link("replaces", "https://other.example/fhir/Patient/x"),
      link("seealso", "Patient/y"),
      into("p1"),
    ],
  });
  has("p1", { link: [link("replaces", "Patient/p0"), link("replaces", "Patient/older")] });
  expect(await chart().patientIds("Patient/p0")).toEqual({ kind: "ids", ids: ["p0", "p1", "old", "older"] });
});

describe("a link that something else speaks against proves nothing", () => {
  test.each<[what: string, more: object]>([
    ["two successors", { active: false, link: [into("p1"), into("p2")] }],
    [
      "one that is here and one elsewhere",
      { active: false, link: [into("p1"), link("replaced-by", "https://x.example/fhir/Patient/p1")] },
    ],
    ["one that is named and one that is not", { link: [into("p1"), link("replaced-by")] }],
    ["a successor of a record that is in use", { active: true, link: [into("p1")] }],
  ])("%s: nobody is written to, and the record has its own id only", async (_what, more) => {
    has("p0", { ...more, telecom: [MOBILE] });
    for (const id of ["p1", "p2"]) has(id, { telecom: [MOBILE] });
    expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0"] });
  });

  test("the same successor named twice is one", async () => {
    has("p0", { active: false, link: [into("p1"), into("p1")] });
    has("p1", { telecom: [MOBILE] });
    expect(await chart().recipient("p0")).toEqual(READ);
  });

  test.each<[what: string, old: object | Reply, isTheirs: boolean]>([
    ["names this one", { link: [into("p0")] }, true],
    ["is out of use and names none", { active: false }, true],
    ["is not shown", { status: 404, body: "" }, true],
    ["is in use and names none", { active: true }, false],
    ["does not say that it is out of use", {}, false],
    ["names this one as well, though it is in use", { active: true, link: [into("p0")] }, true],
    ["is out of use and names another", { active: false, link: [into("p7")] }, false],
    ["is out of use and names several", { active: false, link: [into("p0"), into("p7")] }, false],
    ["is out of use and does not say which", { active: false, link: [link("replaced-by")] }, false],
    ["is no record", json([]), false],
  ])(
    "a record that is said to have been replaced is the same patient's or not: it %s",
    async (_what, old, isTheirs) => {
      has("p0", { link: [link("replaces", "Patient/old")] });
      has("old", old);
      expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: isTheirs ? ["p0", "old"] : ["p0"] });
    },
  );

  test("what names the one before the current record is the same patient's, too", async () => {
    has("p0", { active: false, link: [into("p1")] });
    has("p1", { link: [link("replaces", "Patient/old")] });
    has("old", { active: false, link: [into("p0")] });
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0", "p1", "old"] });
  });

  test("where it does not come, that is told; four are asked at once, and twenty at most", async () => {
    const many = Array.from({ length: 25 }, (_, at) => "old" + String(at));
    has("p0", { link: many.map((id) => link("replaces", "Patient/" + id)) });
    for (const id of many) has(id, { active: false });
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0", ...many.slice(0, 20)] });
    has("old7", { status: 500, body: "" });
    expect(await chart().patientIds("p0")).toMatchObject({ kind: "down" });
  });
});

test("one that names no successor may be somebody else's, so nobody is written to; its own id is known", async () => {
  for (const more of [
    { link: [link("replaced-by")] },
    { active: false, link: [{ other: { reference: "Patient/p1" } }] },
  ]) {
    has("p0", { ...more, telecom: [MOBILE] });
    expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0"] });
  }
});

describe("where the current record", () => {
  beforeEach(() => has("p0", { link: [into("p1")], telecom: [MOBILE] }));

  test("is not shown, nobody is written to, and the old id stays known", async () => {
    has("p1", { status: 404, body: "" });
    expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
    expect(await chart().patientIds("p0")).toEqual({ kind: "ids", ids: ["p0"] });
  });

  test("is another one than was asked for, neither says anything", async () => {
    has("p1", { id: "p2", telecom: [MOBILE] });
    expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
    expect(await chart().patientIds("p0")).toEqual(NOT_SHOWN);
  });

  test.each<[what: string, reply: Reply, kind: string]>([
    ["does not come", { status: 500, body: "" }, "down"],
    ["is no record", json([]), "not-fhir"],
  ])("%s, that is told", async (_what, reply, kind) => {
    has("p1", reply);
    expect(await chart().recipient("p0")).toMatchObject({ kind });
    expect(await chart().patientIds("p0")).toMatchObject({ kind });
  });
});

test("a record that is not shown, the first one, is nobody's", async () => {
  expect(await chart().recipient("p0")).toEqual(NOT_SHOWN);
  expect(await chart().patientIds("p0")).toEqual(NOT_SHOWN);
});

test("an id that is none is asked of nobody", async () => {
  for (const id of ["", "..", "Encounter/1"]) {
    expect(await chart().recipient(id)).toEqual(NOT_SHOWN);
    expect(await chart().patientIds(id)).toEqual(NOT_SHOWN);
  }
  expect(asked()).toEqual([]);
});

test("of whom a message goes to nothing is read but how they are reached, and whether they are to be", async () => {
  const coded = (url: string, code: string) => ({ url, valueCodeableConcept: { coding: [{ code }] } });
  has("p0", {
    active: false,
    name: [{ text: "Pat Example" }],
    birthDate: "1980-01-01",
    telecom: [MOBILE, { system: "email", value: " pat@lamna.example " }],
    communication: [{ language: { text: "Spanish" } }],
    extension: [
      {
        url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/communication-preference",
        extension: [coded("communication-type", "appointment-reminder"), coded("contact-method", "email")],
      },
    ],
  });
  expect(await chart().recipient("p0")).toEqual({
    kind: "read",
    recipient: {
      gone: "inactive",
      textNumber: "+12025550123",
      mail: "pat@lamna.example",
      language: "es",
      prefers: "mail",
    },
  });
  has("p0", {});
  expect(await chart().recipient("p0")).toEqual({ kind: "read", recipient: {} });
});
