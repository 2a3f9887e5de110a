/** How a patient is spoken to, as the chart says it: language, interpreter, telephone. Read for a page, stored nowhere. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openEhr } from "../../../../app/adapters/fhir/ehr.ts";
import type { Chart } from "../../../../app/ports/ehr.ts";
import { connectionAt } from "../../flows/provider/otherChart.ts";
import { json, MARKS, startSmallServer, type SmallServer } from "../../flows/provider/smallServer.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

function chart(): Chart {
  const vault = { secret: () => Promise.reject(new Error("no secret")) };
  const ehr = openEhr({
    vault: vault as never,
    keyring: { open: () => "" },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => NOW,
    wait: () => Promise.resolve(),
    allowLoopback: true,
  });
  return ehr.chart(connectionAt(server.fhirBaseUrl), {
    accessToken: MARKS.accessToken,
    obtainedAt: NOW.getTime(),
    expiresAt: NOW.getTime() + 570_000,
    fhirUser: server.fhirBaseUrl + "/Practitioner/1",
    needPatientBanner: true,
  });
}

async function patient(record: Readonly<Record<string, unknown>>) {
  server.answers.set("/fhir/Patient/p-1", () => json({ resourceType: "Patient", id: "p-1", ...record }));
  return chart().patient("p-1");
}

const bcp47 = (code: string) => ({ system: "urn:ietf:bcp:47", code });

test.each<[string, unknown, unknown]>([
  [
    "the preferred of several",
    [
      { language: { coding: [bcp47("en")], text: "English" } },
      { language: { coding: [bcp47("es")], text: "Spanish" }, preferred: true },
    ],
    { code: "es", name: "Spanish" },
  ],
  [
    "the only one",
    [{ language: { coding: [bcp47("PT-br")], text: "Português" } }],
    { code: "pt-br", name: "Português" },
  ],
  [
    "preferred in quotation marks",
    [{ language: { text: "English" }, preferred: "true" }, { language: { text: "x" } }],
    { code: "en", name: "English" },
  ],
  [
    "by a hospital's own code",
    [
      {
        language: {
          coding: [{ system: "https://fhir.cerner.com/1/codeSet/36", code: "312", display: "Spanish" }],
        },
        preferred: true,
      },
    ],
    { code: "es", name: "Spanish" },
  ],
  [
    "by a code that is no language's",
    [
      {
        language: {
          coding: [{ system: "https://fhir.cerner.com/1/codeSet/36", code: "313", display: "Hmong" }],
        },
      },
    ],
    { name: "Hmong" },
  ],
  ["one that is not preferred", [{ language: { text: "Latin" }, preferred: false }], undefined],
  ["two, and none preferred", [{ language: { text: "A" } }, { language: { text: "B" } }], undefined],
  ["none that can be read", [null, { language: null }, { language: "es" }], undefined],
  ["none", undefined, undefined],
])("the language: %s", async (_which, communication, language) => {
  expect((await patient({ communication })).language).toEqual(language);
});

const CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed";
const CLASSIC = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
test.each<[string, unknown, boolean | undefined]>([
  ["yes", [{ url: CLASSIC, valueBoolean: true }], true],
  ["no", [{ url: CLASSIC, valueBoolean: false }], false],
  [
    "yes by a code",
    [{ url: "x" }, { url: CORE, valueCoding: { system: "http://snomed.info/sct", code: "373066001" } }],
    true,
  ],
  ["no by a concept", [{ url: CORE, valueCodeableConcept: { coding: [{ code: "373067005" }] } }], false],
  ["not known", [{ url: CORE, valueCoding: { code: "unknown" } }], undefined],
  ["not said", [null, { url: "https://elsewhere.example/other", valueBoolean: true }], undefined],
])("an interpreter: %s", async (_which, extension, interpreter) => {
  expect((await patient({ extension })).interpreter).toBe(interpreter);
});

const mobile = (value: unknown, more: object = {}) => ({ system: "phone", value, use: "mobile", ...more });
test.each<[string, unknown[], string | undefined]>([
  ["digits as they are stored", [mobile("2025550123")], "+12025550123"],
  ["a number", [mobile(2025550123)], "+12025550123"],
  ["with marks", [mobile("(202) 555-0123")], "+12025550123"],
  ["with the country", [mobile("1 202 555 0123")], "+12025550123"],
  ["with another country", [mobile("+44 20 7946 0123")], "+442079460123"],
  [
    "what is for texts before a mobile",
    [mobile("2025550101"), { system: "sms", value: "2025550102" }],
    "+12025550102",
  ],
  [
    "a mobile before the home",
    [{ system: "phone", value: "2025550101", use: "home", rank: 1 }, mobile("2025550102")],
    "+12025550102",
  ],
  [
    "the lower rank",
    [mobile("2025550101", { rank: "2" }), mobile("2025550102", { rank: 1 })],
    "+12025550102",
  ],
  [
    "the newer of one rank",
    [
      mobile("2025550101", { rank: 1, period: { start: "2020" } }),
      mobile("2025550102", { rank: 1, period: { start: "2024-05-01T00:00:00Z" } }),
    ],
    "+12025550102",
  ],
  ["one that ends some day", [mobile("2025550101", { period: { end: "2027-01-01" } })], "+12025550101"],
  ["none that is over", [mobile("2025550101", { period: { end: "2023-01-01T00:00:00.000Z" } })], undefined],
  ["none whose end cannot be read", [mobile("2025550101", { period: { end: "once" } })], undefined],
  ["none that is old", [mobile("2025550101", { use: "old" })], undefined],
  [
    "none with an extension",
    [
      mobile("2025550101", {
        extension: [
          { url: "http://hl7.org/fhir/StructureDefinition/contactpoint-extension", valueString: "12" },
        ],
      }),
    ],
    undefined,
  ],
  ["none of seven digits", [mobile("5550123")], undefined],
  ["none that nobody has", [mobile("1025550123"), mobile("2021550123")], undefined],
  [
    "no fax and no mail",
    [
      { system: "fax", value: "2025550101" },
      { system: "email", value: "2025550101@example.org" },
    ],
    undefined,
  ],
  ["no words", [mobile("call the daughter 2025550101"), null, mobile(null), {}], undefined],
])("a telephone: %s", async (_which, telecom, phone) => {
  expect((await patient({ telecom })).phone).toBe(phone);
});

test("a record that was combined speaks for the one that replaced it, however often", async () => {
  const combined = (id: string, next: string) =>
    server.answers.set("/fhir/Patient/" + id, () =>
      json({
        resourceType: "Patient",
        id,
        active: false,
        telecom: [mobile("2025550101")],
        link: [{ type: "replaced-by", other: { reference: "Patient/" + next } }],
      }),
    );
  combined("p-1", "p-2");
  combined("p-2", "p-3");
  server.answers.set("/fhir/Patient/p-3", () =>
    json({ resourceType: "Patient", id: "p-3", telecom: [mobile("2025550103")] }),
  );
  expect(await chart().patient("Patient/p-1")).toMatchObject({ id: "p-3", phone: "+12025550103", hints: [] });
  // A record that is not shown replaces nobody: the one that is shown is used, and a hint says so.
  server.answers.set("/fhir/Patient/p-3", () => json({}, 404));
  expect(await chart().patient("p-1")).toMatchObject({
    id: "p-2",
    hints: [{ kind: "patient-unreadable", fields: ["link"] }],
  });
  combined("p-2", "p-1");
  expect((await chart().patient("p-1")).id).toMatch(/^p-[12]$/);
});

test.each(["", " ", "..", "Patient/", "Encounter/1", "https://elsewhere.example/Patient/1", "1?x=2", "a/b"])(
  "an id that is none (%j) is asked of nobody",
  async (id) => {
    server.received.length = 0;
    await expect(chart().patient(id)).rejects.toMatchObject({ problem: { kind: "chart-refused" } });
    await expect(chart().appointments(id, NOW, NOW)).rejects.toMatchObject({
      problem: { kind: "chart-refused" },
    });
    expect(await chart().appointment(id)).toBeUndefined();
    if (id !== "Encounter/1") expect((await chart().appointmentsOfEncounter(id)).ids).toEqual([]);
    expect(await chart().parentLocation(id)).toEqual({ kind: "hidden" });
    expect(server.received.filter(({ path }) => path !== "/fhir/Encounter/1")).toEqual([]);
  },
);
