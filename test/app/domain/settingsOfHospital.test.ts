/** What the schemas of a hospital's settings take, and the sentence about what they do not. */
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { approvalsSchema } from "../../../app/domain/approvals.ts";
import { distinct, inAnyCase } from "../../../app/domain/distinct.ts";
import { featuresSchema, settledFeaturesSchema } from "../../../app/domain/features.ts";
import {
  clientsOf,
  connectionSchema,
  departmentSchema,
  organizationSchema,
  organizersOf,
  visitRulesSchema,
  type Client,
} from "../../../app/domain/hospital.ts";
import { connectionMessagesSchema, messageRulesSchema } from "../../../app/domain/messages.ts";
import { addsTo, consentSchema, staffRecipientsSchema, textingSchema } from "../../../app/domain/texting.ts";
import { bySecret, connection, department, signing } from "./lamna.ts";

const organization = { name: "Lamna Healthcare", phone: "202-555-0100" };
const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000a001";
const OTHER = "7d0c5a1e-0000-4000-8000-00000000a002";
const { organizer: _organizer, ...ownerless } = department;
const consent = { by: ACCOUNT, at: "2026-12-01" };

/** Each fault, behind the path of what it is about. */
function faultsOf(schema: z.ZodType, value: unknown): string[] {
  const read = schema.safeParse(value);
  return (read.error?.issues ?? []).map(({ path, message }) => [path.join("."), message].join(": "));
}

describe("what may be left out is what the schemas say", () => {
  test.each<[what: string, schema: z.ZodType, said: object, read: object]>([
    [
      "a connection",
      connectionSchema,
      {
        id: "lamna",
        name: "Lamna",
        fhirBaseUrl: "https://ehr.example.org/r4",
        environment: "test",
        provider: {
          clientId: "c",
          authentication: { method: "private_key_jwt", key: "fhir-lamna" },
        },
      },
      {
        id: "lamna",
        name: "Lamna",
        fhirBaseUrl: "https://ehr.example.org/r4",
        environment: "test",
        provider: {
          clientId: "c",
          authentication: { method: "private_key_jwt", key: "fhir-lamna", algorithm: "RS384" },
        },
        visitTypes: ["Video Visit"],
      },
    ],
    [
      "a department",
      departmentSchema,
      { ...department, lobby: undefined },
      { ...department, lobby: "staff" },
    ],
    ["the times of visits", visitRulesSchema, {}, { opensMinutesBefore: 30, closesMinutesAfter: 240 }],
    ["the features of a stack", featuresSchema, {}, { staffNames: true }],
    [
      "the features that an older release's program does not tell",
      settledFeaturesSchema,
      {},
      { staffNames: false, presence: false, attendance: false, callQuality: false },
    ],
    ["approvals", approvalsSchema, {}, {}],
    ["the messages of a connection", connectionMessagesSchema, {}, {}],
    ["the rules of messages", messageRulesSchema, {}, {}],
    ["the staff who get texts in a test", staffRecipientsSchema, {}, { phones: [], mails: [] }],
  ])("%s", (_what, schema, said, read) => {
    expect(schema.parse(said)).toEqual(read);
  });
});

describe("all that may be said is kept", () => {
  test.each<[what: string, schema: z.ZodType, said: object]>([
    [
      "a connection",
      connectionSchema,
      {
        ...connection,
        provider: { ...signing("fhir-lamna", "ES384"), scopes: ["openid", "user/Appointment.read"] },
        system: bySecret("fhir-system"),
        signIn: {
          authorizationEndpoint: "https://ehr.example.org/a",
          tokenEndpoint: "https://ehr.example.org/t",
          issuer: "https://ehr.example.org",
          jwksUri: "https://ehr.example.org/keys",
        },
        visitTypes: ["Video Visit", "VID"],
        writeBack: { links: true, status: { arrived: true, checkedIn: false, fulfilled: true } },
        messages: { kinds: ["confirmation", "reminder"], remindMinutesBefore: [1440, 60] },
      },
    ],
    [
      "a department",
      departmentSchema,
      {
        ...ownerless,
        nameEs: "Cardiología",
        nameInTexts: true,
        organizers: [ACCOUNT, OTHER],
        lobby: "staffAndGuestAccounts",
      },
    ],
    ["a hospital", organizationSchema, { ...organization, textName: "Clinica é" }],
    ["the times of visits", visitRulesSchema, { opensMinutesBefore: 0, closesMinutesAfter: 1440 }],
    [
      "times of visits at their other ends",
      visitRulesSchema,
      { opensMinutesBefore: 240, closesMinutesAfter: 15 },
    ],
    ["features", featuresSchema, { staffNames: false, presence: true, attendance: false, callQuality: true }],
    [
      "settled features",
      settledFeaturesSchema,
      { staffNames: true, presence: true, attendance: true, callQuality: true },
    ],
    ["approvals", approvalsSchema, { secondPerson: true, testOverride: false }],
    ["no messages but those that staff send", connectionMessagesSchema, { kinds: [] }],
    [
      "every kind of message",
      connectionMessagesSchema,
      { kinds: ["confirmation", "update", "cancellation", "reminder"], remindMinutesBefore: [1, 10080] },
    ],
    ["reminders where no kinds are said", connectionMessagesSchema, { remindMinutesBefore: [60] }],
    ["messages at all hours", messageRulesSchema, { aheadDays: 60, hours: "always" }],
    ["messages by day", messageRulesSchema, { aheadDays: 1, hours: { from: "08:00", to: "23:59" } }],
    ["hours that end as a new one begins", messageRulesSchema, { hours: { from: "19:30", to: "20:00" } }],
    [
      "texts",
      textingSchema,
      {
        consents: { sendOnBehalf: consent, attendeesConsent: consent },
        connections: ["lamna"],
        live: true,
      },
    ],
    [
      "staff who get texts in a test",
      staffRecipientsSchema,
      { phones: ["+12025550100", "+4915112345678", "+49151123"], mails: ["a@lamna.example"] },
    ],
  ])("%s", (_what, schema, said) => {
    expect(schema.parse(said)).toEqual(said);
  });
});

const SLUG = "must be lower-case letters, digits and dashes, starting with a letter, 32 at most";
const PHONE = "must be a phone number that a patient can tap, such as (202) 555-0100";
const NUMBER = "must be a phone number with its country, in quotes, such as '+12025550100'";
const ID =
  "must be an object id of the hospital's directory, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001";
const DAY = "must be a day of the calendar such as 2026-12-01";
const TIME = "must be a time of the day in quotes, from '00:00' to '23:59', such as '08:00'";
const LATER = "must be later than from, on the same day; at all hours is written always";
const PLAIN =
  "must be of the plain characters that one text holds 160 of (GSM-7: é, ñ, ü, à are among them, á, í, ó, ú, ç are not)";
const UNKNOWN = 'Unrecognized key: "more"';

describe("what is refused is told with its path", () => {
  const withKey = (key: string) => ({ ...connection, provider: signing(key) });
  test.each<[schema: z.ZodType, said: object, ...faults: string[]]>([
    ...["", "Lamna", "1lamna", "lamna_test", "x".repeat(33), "lamna!", "-lamna"].map(
      (id): [z.ZodType, object, string] => [connectionSchema, { ...connection, id }, "id: " + SLUG],
    ),
    ...["", "a key", "x".repeat(128), "key!", "!key"].map((key): [z.ZodType, object, string] => [
      connectionSchema,
      withKey(key),
      "provider.authentication.key: must be a name in the key vault: letters, digits, dashes",
    ]),
    ...["", "12345", "call us now", "+1 555 0101 ext", "x+1 555 0101", "1".repeat(25)].map(
      (phone): [z.ZodType, object, string] => [departmentSchema, { ...department, phone }, "phone: " + PHONE],
    ),
    [
      connectionSchema,
      { ...connection, provider: { ...connection.provider, scopes: ["openid profile"] } },
      "provider.scopes.0: must be one scope, such as system/Appointment.rs; each is an entry of its own",
    ],
    [
      connectionSchema,
      { ...connection, provider: { ...connection.provider, clientId: "", scopes: [] } },
      "provider.clientId: Too small: expected string to have >=1 characters",
      "provider.scopes: Too small: expected array to have >=1 items",
    ],
    [
      connectionSchema,
      { ...connection, name: "", fhirBaseUrl: "", visitTypes: [] },
      "name: Too small: expected string to have >=1 characters",
      "fhirBaseUrl: Too small: expected string to have >=1 characters",
      "visitTypes: Too small: expected array to have >=1 items",
    ],
    [
      connectionSchema,
      { ...connection, name: "x".repeat(81), visitTypes: [""] },
      "name: Too big: expected string to have <=80 characters",
      "visitTypes.0: Too small: expected string to have >=1 characters",
    ],
    [
      departmentSchema,
      { ...department, name: "", nameEs: "", locations: [""] },
      "name: Too small: expected string to have >=1 characters",
      "nameEs: Too small: expected string to have >=1 characters",
      "locations.0: Too small: expected string to have >=1 characters",
    ],
    [
      departmentSchema,
      { ...department, name: "x".repeat(81), nameEs: "x".repeat(81), locations: [] },
      "name: Too big: expected string to have <=80 characters",
      "nameEs: Too big: expected string to have <=80 characters",
      "locations: Too small: expected array to have >=1 items",
    ],
    [
      departmentSchema,
      { ...department, timeZone: "Chicago" },
      "timeZone: must be a time zone such as America/Chicago or Europe/Berlin",
    ],
    [departmentSchema, { ...department, organizer: "sofia" }, "organizer: " + ID],
    [
      departmentSchema,
      ownerless,
      "organizer: is missing; give one account's object id, or a list of them as organizers",
    ],
    [
      departmentSchema,
      { ...department, organizers: [OTHER] },
      "organizers: contradicts organizer; leave one of them out",
    ],
    [
      departmentSchema,
      { ...ownerless, organizers: [ACCOUNT, ACCOUNT.toUpperCase()] },
      "organizers.1: " + ACCOUNT + " is listed already; take one out",
    ],
    [
      departmentSchema,
      { ...ownerless, organizers: [] },
      "organizers: Too small: expected array to have >=1 items",
    ],
    [
      departmentSchema,
      {
        ...ownerless,
        organizers: Array.from({ length: 11 }, (_, last) => ACCOUNT.slice(0, -2) + String(10 + last)),
      },
      "organizers: Too big: expected array to have <=10 items",
    ],
    [
      organizationSchema,
      { ...organization, name: "" },
      "name: Too small: expected string to have >=1 characters",
    ],
    [
      organizationSchema,
      { ...organization, name: "x".repeat(81) },
      "name: Too big: expected string to have <=80 characters",
    ],
    [
      organizationSchema,
      { ...organization, textName: "" },
      "textName: Too small: expected string to have >=1 characters",
    ],
    [
      organizationSchema,
      { ...organization, textName: "x".repeat(25) },
      "textName: Too big: expected string to have <=24 characters",
    ],
    [
      organizationSchema,
      { ...organization, textName: "Lamna " },
      "textName: must begin and end with a letter or digit, not with a blank",
    ],
    [organizationSchema, { ...organization, textName: "Clínica" }, "textName: " + PLAIN],
    [
      visitRulesSchema,
      { opensMinutesBefore: 241, closesMinutesAfter: 14 },
      "opensMinutesBefore: Too big: expected number to be <=240",
      "closesMinutesAfter: Too small: expected number to be >=15",
    ],
    [
      visitRulesSchema,
      { opensMinutesBefore: -1, closesMinutesAfter: 1441 },
      "opensMinutesBefore: Too small: expected number to be >=0",
      "closesMinutesAfter: Too big: expected number to be <=1440",
    ],
    [
      connectionMessagesSchema,
      { kinds: ["update", "update"] },
      "kinds.1: update is listed already; take one out",
    ],
    [
      connectionMessagesSchema,
      { remindMinutesBefore: [60, 60] },
      "remindMinutesBefore.1: 60 is listed already; take one out",
    ],
    [
      connectionMessagesSchema,
      { remindMinutesBefore: [0, 10081] },
      "remindMinutesBefore.0: Too small: expected number to be >=1",
      "remindMinutesBefore.1: Too big: expected number to be <=10080",
    ],
    [
      connectionMessagesSchema,
      { remindMinutesBefore: [1, 2, 3, 4, 5, 6] },
      "remindMinutesBefore: Too big: expected array to have <=5 items",
    ],
    [
      connectionMessagesSchema,
      { remindMinutesBefore: [] },
      "remindMinutesBefore: Too small: expected array to have >=1 items",
    ],
    [
      connectionMessagesSchema,
      { kinds: ["update"], remindMinutesBefore: [60] },
      "remindMinutesBefore: has no effect, since kinds leaves reminder out; leave this out, or add reminder to kinds",
    ],
    [messageRulesSchema, { aheadDays: 0 }, "aheadDays: Too small: expected number to be >=1"],
    [messageRulesSchema, { aheadDays: 61 }, "aheadDays: Too big: expected number to be <=60"],
    [
      messageRulesSchema,
      { hours: "never" },
      "hours: must be always, or from and to, such as { from: '08:00', to: '21:00' }",
    ],
    [
      staffRecipientsSchema,
      { phones: ["2025550100"], mails: ["clinic"] },
      "phones.0: " + NUMBER,
      "mails.0: must be a mail address alone, such as clinic-test@lamna.example",
    ],
    ...["+0202555010", "+1202555", "+1234567890123456", "+12025550100x", "x+12025550100"].map(
      (phone): [z.ZodType, object, string] => [
        staffRecipientsSchema,
        { phones: [phone] },
        "phones.0: " + NUMBER,
      ],
    ),
    [
      staffRecipientsSchema,
      { phones: ["+12025550100", "+12025550100"], mails: ["a@lamna.example", "A@lamna.example"] },
      "phones.1: +12025550100 is listed already; take one out",
      "mails.1: A@lamna.example is listed already; take one out",
    ],
    [consentSchema, { ...consent, by: "Adele Vance" }, "by: " + ID],
    ...[
      "2026-02-30",
      "2026-13-01",
      "1.12.2026",
      "x2026-12-01",
      "2026-12-01x",
      "2026-12-01T00:00:01Z",
      "",
    ].map((at): [z.ZodType, object, string] => [consentSchema, { ...consent, at }, "at: " + DAY]),
    [
      textingSchema,
      { consents: { sendOnBehalf: consent, attendeesConsent: consent }, connections: [] },
      "connections: Too small: expected array to have >=1 items",
    ],
    [
      textingSchema,
      { consents: { sendOnBehalf: consent, attendeesConsent: consent }, connections: [""] },
      "connections.0: Too small: expected string to have >=1 characters",
    ],
    ...[connectionMessagesSchema, messageRulesSchema, staffRecipientsSchema, visitRulesSchema].map(
      (schema): [z.ZodType, object, string] => [schema, { more: 1 }, ": " + UNKNOWN],
    ),
  ])("%#", (schema, said, ...faults) => {
    expect(faultsOf(schema, said)).toEqual(faults);
  });

  test.each<[hours: object, fault: string]>([
    [{ from: "21:00", to: "08:00" }, "hours.to: " + LATER],
    [{ from: "08:00", to: "08:00" }, "hours.to: " + LATER],
    ...["8:00", "24:00", "08:60", "08:00x", "x08:00"].map((from): [object, string] => [
      { from, to: "23:59" },
      "hours.from: " + TIME,
    ]),
    [{ from: "08:00", to: "25:00" }, "hours.to: " + TIME],
    [{ from: "09:00", to: "0:00" }, "hours.to: " + TIME],
  ])("hours such as %j", (hours, fault) => {
    expect(faultsOf(messageRulesSchema, { hours })).toEqual([fault]);
  });
});

test.each([
  "2026-12-01T00:00:00Z",
  // As Pulumi's engine writes an unquoted date back.
  "2026-12-01 00:00:00 +0000 UTC",
])("the day of a consent that is written %s is still the same day", (at) => {
  expect(consentSchema.parse({ ...consent, at }).at).toBe("2026-12-01");
});

test("a list says of each item that is in it already, by the name that counts", () => {
  const told: unknown[] = [];
  const context = { addIssue: (issue: unknown) => told.push(issue) } as unknown as z.RefinementCtx;
  distinct()(["a", "b", "A", "b", "b"], context);
  expect(told).toEqual(
    [3, 4].map((index) => ({ code: "custom", path: [index], message: "b is listed already; take one out" })),
  );
  told.length = 0;
  distinct(inAnyCase)(["a", "A"], context);
  expect(told).toEqual([{ code: "custom", path: [1], message: "A is listed already; take one out" }]);
});

test("a connection has the clients that are known by now, those of clinicians first", () => {
  const provider = signing("fhir-lamna");
  const system = bySecret("fhir-system");
  expect(clientsOf<Client>({ provider, system })).toEqual([provider, system]);
  expect(clientsOf({ system })).toEqual([system]);
  expect(clientsOf({})).toEqual([]);
});

test("a department without an account would be a bug, and not somebody else's meeting", () => {
  expect(() => organizersOf({})).toThrow();
});

test("a hospital's name in texts has each letter with its accent as one character, and is as long as it then is", () => {
  const textName = "Cafe\u0301".padEnd(25, "x");
  expect(organizationSchema.parse({ ...organization, textName }).textName).toBe("Café".padEnd(24, "x"));
});

test.each<[before: object | undefined, after: object, adds: boolean]>([
  [undefined, { phones: ["+12025550100"] }, true],
  [undefined, {}, false],
  [{ phones: ["+12025550100"] }, { phones: ["+12025550100"] }, false],
  [{ phones: ["+12025550100"] }, {}, false],
  [{ phones: ["+12025550100"] }, { phones: ["+12025550100", "+12025550101"] }, true],
  [{ mails: ["ana@lamna.example"] }, { mails: ["Ana@LAMNA.example"] }, false],
  [{ mails: ["Ana@LAMNA.example"] }, { mails: ["ana@lamna.example"] }, false],
  [{ mails: ["ana@lamna.example"] }, { mails: ["eva@lamna.example"] }, true],
])("of recipients %j the list %j adds somebody: %s", (before, after, adds) => {
  const listed = (one: object) => staffRecipientsSchema.parse(one);
  expect(addsTo(before && listed(before), listed(after))).toBe(adds);
});
