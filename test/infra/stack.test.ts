import { describe, expect, test } from "vitest";
import { parseStack } from "../../infra/stack.ts";
import { lamnaConnection, lamnaDepartment, lamnaProduction, lamnaTest, lamnaWith } from "./stacks.ts";

const secondConnection = (changes: object) => [
  lamnaConnection,
  { ...lamnaConnection, id: "second", fhirBaseUrl: "https://ehr.example.org/r4/2", ...changes },
];
const client = lamnaConnection.provider;

test("what a hospital leaves out has its usual value", () => {
  expect(parseStack(lamnaTest)).toMatchObject({
    ok: true,
    stack: {
      visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      connections: [{ visitTypes: ["Video Visit"] }],
      departments: [{ lobby: "staff" }],
    },
  });
});

test("connections and departments may be left to the portal", () => {
  const { connections: _connections, departments: _departments, ...rest } = lamnaTest;
  expect(parseStack(rest).ok).toBe(true);
});

test("a stack on one laptop may use plain http on loopback", () => {
  const local = { ...lamnaTest, environment: "local" };
  const connections = [{ ...lamnaConnection, fhirBaseUrl: "http://localhost:3002/r4/t" }];
  expect(parseStack({ ...local, connections })).toMatchObject({ ok: true });
});

describe("a stack is refused with a sentence that names the key", () => {
  test.each<[key: string, value: unknown, sentence: string]>([
    ["tenant", undefined, "tenant: is missing; see stacks/README.md"],
    [
      "tenant",
      "Lamna Healthcare",
      "tenant: must be 2 to 16 lower-case letters and digits, starting with a letter",
    ],
    ["environment", undefined, "environment: is missing; see stacks/README.md"],
    ["environment", "staging", "environment: must be local, test or production"],
    ["geography", "mars", "geography: must be americas, europe or asiaPacific"],
    [
      "microsoft.tenantId",
      "lamna.onmicrosoft.com",
      "microsoft.tenantId: must be the directory's tenant id, not its domain name, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001",
    ],
    ["organization", undefined, "organization: is missing; see stacks/README.md"],
    ["organization.name", "", "organization.name: must not be empty"],
    [
      "organization.phone",
      "ask reception",
      "organization.phone: must be a phone number that a patient can tap, such as (202) 555-0100",
    ],
    [
      "organization.phone",
      "555-0100",
      "organization.phone: is no number that anybody can call; give all of it with its area code, such as (202) 555-0100, and outside the United States and Canada with + and the country code, such as +49 30 5550100",
    ],
    [
      "departments.0.phone",
      "555-0100",
      "departments[0].phone: is no number that anybody can call; give all of it with its area code, such as (202) 555-0100, and outside the United States and Canada with + and the country code, such as +49 30 5550100",
    ],
    [
      "visits",
      { opensMinutesBefore: "soon" },
      "visits.opensMinutesBefore: must be a number; digits alone, without quotes or a unit",
    ],
    ["visits", { opensMinutesBefore: 1000 }, "visits.opensMinutesBefore: must be at most 240"],
    ["texts", {}, "texts: is not a setting; see stacks/README.md"],
    ["connections", [], "connections: must not be empty"],
    ["connections.0.colour", "red", "connections[0].colour: is not a setting; see stacks/README.md"],
    [
      "connections.0.fhirBaseUrl",
      7,
      "connections[0].fhirBaseUrl: must be text; put it in quotes where it is made of digits",
    ],
    [
      "connections.0.fhirBaseUrl",
      "http://ehr.example.org/r4/t",
      "connections[0].fhirBaseUrl: must start with https://",
    ],
    [
      "connections.0.environment",
      "production",
      "connections[0].environment: a test deployment takes only test connections; say test, or move the connection to production's stack",
    ],
    [
      "connections.0.signIn",
      { authorizationEndpoint: "here", tokenEndpoint: "https://ehr.example.org/t" },
      "connections[0].signIn.authorizationEndpoint: must be an address such as https://ehr.example.org",
    ],
    [
      "connections.0.provider.authentication",
      { method: "client_secret_post", secret: "x" },
      "connections[0].provider.authentication.method: must be private_key_jwt or client_secret_basic",
    ],
    [
      "connections.0.provider.authentication",
      { method: "client_secret_basic", secret: "not/a/name" },
      "connections[0].provider.authentication.secret: must be a name in the key vault: letters, digits, dashes",
    ],
    [
      "connections",
      secondConnection({
        provider: { ...client, authentication: { ...client.authentication, algorithm: "ES384" } },
      }),
      "connections[1].provider.authentication.algorithm: fhir-lamna-test signs by RS384 at connections[0].provider.authentication.key; use another key",
    ],
    [
      "departments.0.timeZone",
      "Central",
      "departments[0].timeZone: must be a time zone such as America/Chicago or Europe/Berlin",
    ],
    [
      "departments.0.locations",
      ["Location/21000102"],
      "departments[0].locations[0]: must be a FHIR id such as 21000102, without Location/ before it",
    ],
    [
      "connections.0.provider.clientId",
      "91c4d7e8 (new)",
      "connections[0].provider.clientId: must be the client id alone, without blanks",
    ],
    [
      "departments.0.connection",
      "elsewhere",
      "departments[0].connection: no connection has the id elsewhere; say one that is there: lamna-test",
    ],
  ])("%s: %#", (key, value, sentence) => {
    expect(parseStack(lamnaWith(key, value))).toEqual({ ok: false, faults: [sentence] });
  });
});

const someone = { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" };
const texts = { consents: { sendOnBehalf: someone, attendeesConsent: someone }, connections: ["lamna-test"] };

test("production as a whole is accepted", () => {
  expect(parseStack(lamnaProduction)).toMatchObject({ ok: true });
});

describe("what is impossible or dangerous in production is refused with a sentence that names the key", () => {
  test.each<[key: string, value: unknown, start: string]>([
    ["owners", undefined, "owners: is missing; say the team"],
    ["owners.email", "the team", "owners.email: must be a mail address"],
    ["azure", undefined, "azure: is missing; say the subscription"],
    ["azure.location", "northeurope", "azure.location: northeurope is not in the geography americas; it has"],
    ["deployers", undefined, "deployers: is missing; list who runs pulumi up"],
    ["deployFrom", ["10.0.0.0/8"], "deployFrom[0]: must be a public IPv4 address, or a range"],
    ["deployFrom", ["0.0.0.0/0"], "deployFrom[0]: must be a public IPv4 address, or a range"],
    ["deployFrom", ["203.0.113.10/24"], "deployFrom[0]: must be a public IPv4 address, or a range on its"],
    ["deployFrom", ["100.64.0.0/10"], "deployFrom[0]: must be a public IPv4 address, or a range"],
    ["deployFrom", ["203.0.113.7", "203.0.113.7/32"], "deployFrom[1]: 203.0.113.7 is listed already"],
    [
      "deployers",
      [...lamnaProduction.deployers, ...lamnaProduction.deployers],
      "deployers[1]: 7d0c5a1e-0000-4000-8000-00000000d0e1 is listed already",
    ],
    ["testStack", undefined, "testStack: is missing; production follows a test deployment"],
    [
      "testStack.stack",
      "Pulumi.lamna-test.yaml",
      "testStack.stack: must be the name of a stack, such as lamna-test, and not",
    ],
    ["release.site", undefined, "release.site: is missing; production runs a package that test has run"],
    ["release.site", "latest", "release.site: must be a package's SHA-256"],
    ["release.site", 7, "release.site: must be text; put it in quotes"],
    ["publicHost", undefined, "publicHost: is missing; behind Front Door"],
    ["publicHost", "https://visits.lamna.example", "publicHost: must be a host name"],
    ["publicHost", "lamna.example", "publicHost: must be a name inside the hospital's domain"],
    ["publicHost", "a".repeat(60) + ".lamna.example", "publicHost: must be at most 64 characters"],
    ["publicHost", "lamna.azurewebsites.net", "publicHost: is a name of Azure's; it must be one of the"],
    ["network.mode", "restricted", "network.mode: must be private in production"],
    ["network.allow", ["198.51.100.7"], "network.allow: has no effect behind Front Door"],
    ["network.addressSpace", "10.64.1.0/23", "network.addressSpace: must be a private range"],
    ["network.addressSpace", "198.51.100.0/24", "network.addressSpace: must be a private range"],
    ["budget", undefined, "budget: is missing; say what a month may cost"],
    ["budget.from", "2026-13", "budget.from: must be a month"],
    ["sizes", { instances: 1 }, "sizes.instances: must be at least 2 in production"],
    ["sizes", { instances: 8, instancesAtMost: 4 }, "sizes.instances: must not be more than"],
    ["sizes", { plan: "P0v3" }, "sizes.plan: must be P1v3 or larger in production"],
    ["retention", { logsDays: 30 }, "retention.logsDays: must be at least 365"],
    ["sms.consents.sendOnBehalf", undefined, "sms.consents.sendOnBehalf: is missing; texts need both"],
    [
      "sms.consents.attendeesConsent",
      undefined,
      "sms.consents.attendeesConsent: is missing; texts need both",
    ],
    ["sms.consents.sendOnBehalf.at", "soon", "sms.consents.sendOnBehalf.at: must be a day"],
    ["sms.consents.sendOnBehalf.at", "2025-02-30", "sms.consents.sendOnBehalf.at: must be a day"],
    ["sms.consents.sendOnBehalf.at", "2025-13-01", "sms.consents.sendOnBehalf.at: must be a day"],
    ["sms.consents.attendeesConsent.at", "2025-02-29", "sms.consents.attendeesConsent.at: must be a day"],
    ["sms.consents.attendeesConsent.at", "2999-01-01", "sms.consents.attendeesConsent.at: is in the future"],
    [
      "sms.connections",
      ["elsewhere"],
      "sms.connections[0]: no connection of this stack has the id elsewhere; it has lamna-test",
    ],
    [
      "number.verification",
      "submitted",
      "number.verification: must be approved before production texts patients",
    ],
    [
      "number.verification",
      undefined,
      "number.verification: must be approved before production texts patients",
    ],
    [
      "number.verification",
      "pending",
      "number.verification: must be notStarted, submitted, approved or rejected",
    ],
    ["numbers", "portal", "number: contradicts numbers: portal"],
  ])("%s: %#", (key, value, start) => {
    const verdict = parseStack(lamnaWith(key, value, lamnaProduction));
    expect(verdict).toEqual({ ok: false, faults: [expect.stringMatching(startOf(start))] });
  });
});

const ACCEPTED = "Event data of texts may be kept in any Microsoft data center";

describe("what is impossible or dangerous in test is refused with a sentence that names the key", () => {
  test.each<[key: string, value: unknown, start: string]>([
    ["network.allow", undefined, "network.allow: is missing; without an edge"],
    ["edge", "frontDoor", "publicHost: is missing; behind Front Door"],
    ["testStack", { stack: "lamna-test" }, "testStack: is for production"],
    ["publicHost", "visits-test.lamna.example", "publicHost: needs edge: frontDoor, which holds"],
    [
      "sms",
      { ...texts, live: true },
      "sms.live: is for production; a test deployment texts its staffRecipients",
    ],
  ])("%s: %#", (key, value, start) => {
    const verdict = parseStack(lamnaWith(key, value));
    expect(verdict.ok ? [] : verdict.faults).toContainEqual(expect.stringMatching(startOf(start)));
  });

  test("texts outside the Americas, until their events are accepted in so many words", () => {
    const european = { ...lamnaTest, geography: "europe", sms: texts };
    const told = ACCEPTED;
    expect(parseStack(european)).toMatchObject({
      ok: false,
      faults: [expect.stringContaining('word for word: "' + told + '"') as unknown],
    });
    expect(parseStack({ ...european, events: { accepted: "yes" } }).ok).toBe(false);
    expect(parseStack({ ...european, events: { accepted: told } }).ok).toBe(true);
  });
});

test.each([
  [{ number: {} }, "number"],
  [{ number: { areaCode: "833" }, sms: texts, events: { accepted: ACCEPTED } }, "number"],
  [{ numbers: "stack" }, "numbers"],
])("a number that reaches nobody outside North America is refused there: %j", (said, key) => {
  for (const geography of ["europe", "asiaPacific"])
    expect(parseStack({ ...lamnaTest, geography, ...said })).toEqual({
      ok: false,
      faults: [
        `${key}: buys a toll-free number, which texts phones in the United States, Canada and Puerto Rico only, and not in ${geography}; leave it out`,
      ],
    });
});

describe("host and names stand in every text, which is one segment", () => {
  const faultsOf = (value: unknown) => {
    const verdict = parseStack(value);
    return verdict.ok ? [] : verdict.faults;
  };
  const publicHost = "video-visits.lamna-healthcare.example";

  test("nothing is too long where no number can be had, and mails are live without one", () => {
    const { number: _number, sms: _sms, ...german } = { ...lamnaProduction, geography: "europe", publicHost };
    expect(faultsOf(german)).toEqual([]);
    for (const live of [false, true]) {
      const agreed = { ...german, sms: { ...texts, live }, events: { accepted: ACCEPTED } };
      expect(faultsOf(agreed)).toEqual([]);
      expect(faultsOf({ ...agreed, number: {} })).toEqual([expect.stringMatching(/^number: buys /)]);
    }
  });

  test("a name that leaves no room is refused, with the room that there is", () => {
    const said = { ...lamnaProduction, publicHost };
    expect(faultsOf(said)).toEqual([
      "organization.textName: makes texts of cardiology longer than the 160 characters of one segment, with Lamna Healthcare as sender and " +
        publicHost +
        " in the link; give it 7 characters at most, or shorten publicHost",
    ]);
    const organization = { ...lamnaProduction.organization, textName: "Lamna" };
    expect(faultsOf({ ...said, organization })).toEqual([]);
  });

  test("words in which something is glued to the link are refused at their place, with what to do", () => {
    const of = (link: string) => ({
      ...lamnaProduction,
      messages: {
        words: [
          { kind: "reminder", language: "es", text: "{sender}: {when} {link} STOP" },
          { kind: "reminder", language: "en", text: `{sender}: {when} ${link} STOP` },
        ],
      },
    });
    expect(faultsOf(of("{link}"))).toEqual([]);
    expect(faultsOf(of("{link}."))).toEqual([
      "messages.words[1].text: has {link} with something right beside it, which phones take for a part of the link, so that it leads nowhere; put a blank before it and after it",
    ]);
  });

  test("words that a patient answers to their harm are refused at their place", () => {
    const text = "{sender}: {when} {link} Reply CANCEL to cancel. STOP ends";
    const messages = { words: [{ kind: "reminder", language: "en", text }] };
    expect(faultsOf({ ...lamnaProduction, messages })).toEqual([
      expect.stringMatching(/^messages\.words\[0\]\.text: offers CANCEL, END or QUIT/),
    ]);
  });

  test("a reminder earlier than the first notice is refused at its place, since it never goes", () => {
    const of = (aheadDays: number) => ({
      ...lamnaProduction,
      messages: { aheadDays },
      connections: lamnaProduction.connections.map((one, index) =>
        index === 0 ? { ...one, messages: { remindMinutesBefore: [7200, 15] } } : one,
      ),
    });
    expect(faultsOf(of(5))).toEqual([]);
    expect(faultsOf(of(4))).toEqual([
      "connections[0].messages.remindMinutesBefore: has a reminder earlier than the first notice, which goes 4 days before the visit (messages.aheadDays), so it never goes; take it out, or raise messages.aheadDays",
    ]);
  });

  test("a department's name counts where texts name it", () => {
    const named = (nameInTexts: boolean) =>
      lamnaWith(
        "departments",
        [{ ...lamnaDepartment, name: "Center for Heart and Vascular Medicine", nameInTexts }],
        lamnaProduction,
      );
    expect(faultsOf(named(true))).toEqual([expect.stringMatching(/^departments\[0\]\.name: makes texts /)]);
    expect(faultsOf(named(false))).toEqual([]);
  });
});

describe("who gets the number", () => {
  test("is the portal where a stack has none, so that texts may be agreed to before", () => {
    const staffRecipients = { phones: ["+12025550171"] };
    expect(parseStack({ ...lamnaTest, sms: texts, staffRecipients }).ok).toBe(true);
    // Listed recipients that are left out can be listed in the portal. Until then nobody is texted.
    expect(parseStack({ ...lamnaTest, sms: texts }).ok).toBe(true);
    expect(parseStack(lamnaWith("number", undefined, lamnaProduction)).ok).toBe(true);
  });

  test("is the stack only with a number to get", () => {
    const { number: _number, ...without } = lamnaProduction;
    expect(parseStack({ ...without, numbers: "stack" })).toEqual({
      ok: false,
      faults: [
        "number: is missing; numbers: stack says that this stack gets it. Add it, or say numbers: portal",
      ],
    });
  });
});

describe("production as a pilot", () => {
  const staffRecipients = { phones: ["+12025550171"], mails: ["clinic@lamna.example"] };
  const pilot = { ...lamnaProduction, staffRecipients, sms: { ...lamnaProduction.sms, live: false } };

  test("lists the staff whom alone it texts and mails", () => {
    expect(parseStack(pilot)).toMatchObject({ ok: true, stack: { staffRecipients } });
  });

  test("texts nobody where it lists none", () => {
    expect(parseStack({ ...pilot, staffRecipients: undefined }).ok).toBe(true);
  });

  test.each(["notStarted", "submitted", "rejected", undefined])(
    "needs no number that is approved, so %j will do",
    (verification) => {
      expect(parseStack(lamnaWith("number.verification", verification, pilot)).ok).toBe(true);
    },
  );
});

const startOf = (text: string) => new RegExp("^" + text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

test("production without an edge is told what it lacks", () => {
  const verdict = parseStack(lamnaWith("edge", "none", lamnaProduction));
  expect(verdict.ok ? [] : verdict.faults.map((fault) => fault.slice(0, 30))).toEqual(
    ["publicHost: needs edge: frontDo", "edge: must be frontDoor in prod"].map((start) => start.slice(0, 30)),
  );
});

test.each(["2024-11-04T00:00:00Z", "2024-11-04 00:00:00 +0000 UTC"])(
  "a day that the engine has made the point in time %s is the same day",
  (moment) => {
    const rewritten = lamnaWith("sms.consents.sendOnBehalf.at", moment, lamnaProduction);
    expect(parseStack(rewritten)).toEqual(parseStack(lamnaProduction));
  },
);

test("several faults are told at once", () => {
  const verdict = parseStack({ ...lamnaTest, tenant: "L", geography: "mars" });
  expect(verdict).toMatchObject({
    ok: false,
    faults: [/^tenant: /, /^geography: /].map((start) => expect.stringMatching(start) as unknown),
  });
});

test.each([[undefined], [null], ["lamna"], [[]]])("%j is no stack at all", (value) => {
  expect(parseStack(value)).toMatchObject({
    ok: false,
    faults: [
      expect.stringMatching(/^teams-ehr-connector:connector: (is missing|must be a group of settings)/),
    ],
  });
});
