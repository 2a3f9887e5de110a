import type { Environment } from "../../../app/domain/environment.ts";
import { describe, expect, test } from "vitest";
import {
  approvalsOf,
  featuresOf,
  isLive,
  isForStaffAlone,
  keepsNumber,
  messageRulesOf,
  messagesOf,
  namesDepartmentInTexts,
  numbersOf,
  textsPatientsOf,
  verificationOf,
  writeBackOf,
} from "../../../app/domain/defaults.ts";

const NOTHING_WRITTEN = { arrived: false, checkedIn: false, fulfilled: false };
const ALL_KINDS = ["confirmation", "update", "cancellation", "reminder"];
const PLAIN = { byMail: true, words: [], connections: [] };
const DAY = { from: "08:00", to: "21:00" };
const silent = { staffNames: true };
const features = (presence: boolean) => ({
  staffNames: true,
  presence,
  attendance: true,
  callQuality: false,
});

const geography = "americas";

describe("what is meant where a stack is silent", () => {
  test.each<
    [
      what: string,
      meant: (environment: Environment) => unknown,
      local: unknown,
      test: unknown,
      production: unknown,
    ]
  >([
    [
      "who gets the number in Europe, where it would reach nobody",
      (environment) => numbersOf({ environment, geography: "europe" }),
      "stack",
      "stack",
      "stack",
    ],
    [
      "who gets the number in Asia",
      (environment) => numbersOf({ environment, geography: "asiaPacific" }),
      "stack",
      "stack",
      "stack",
    ],
    [
      "who gets the number",
      (environment) => numbersOf({ environment, geography }),
      "portal",
      "stack",
      "portal",
    ],
    [
      "whether what a number hangs on is kept",
      (environment) => keepsNumber({ environment, geography }),
      true,
      false,
      true,
    ],
    [
      "who gets a number that the stack describes",
      (environment) => numbersOf({ environment, geography, number: {} }),
      "portal",
      "stack",
      "stack",
    ],
    [
      "how far the number is verified",
      (environment) => verificationOf(environment, undefined),
      "approved",
      "notStarted",
      "notStarted",
    ],
    ["whether patients are texted", (environment) => isLive(environment, {}), true, false, false],
    [
      "what is written to the chart",
      (environment) => writeBackOf(environment, {}),
      { links: true, status: NOTHING_WRITTEN },
      { links: false, status: NOTHING_WRITTEN },
      { links: false, status: NOTHING_WRITTEN },
    ],
    [
      "which messages are sent, and when a reminder",
      (environment) => messagesOf(environment, {}),
      { kinds: ALL_KINDS, remindMinutesBefore: [1440, 2] },
      { kinds: ALL_KINDS, remindMinutesBefore: [1440, 15] },
      { kinds: ALL_KINDS, remindMinutesBefore: [1440, 15] },
    ],
    [
      "how early and at which hours",
      (environment) => messageRulesOf(environment),
      { aheadDays: 14, hours: "always", ...PLAIN },
      { aheadDays: 14, hours: DAY, ...PLAIN },
      { aheadDays: 14, hours: DAY, ...PLAIN },
    ],
    [
      "features without an edge",
      (environment) => featuresOf(environment, false, silent),
      features(true),
      features(false),
      features(false),
    ],
    [
      "features behind an edge",
      (environment) => featuresOf(environment, true, silent),
      features(true),
      features(true),
      features(true),
    ],
  ])("%s", (_what, meant, local, inTest, production) => {
    expect([meant("local"), meant("test"), meant("production")]).toEqual([local, inTest, production]);
  });

  test("no change waits for a second person, no test is overridden, no text names a department", () => {
    expect(approvalsOf()).toEqual({ secondPerson: false, testOverride: false });
    expect(namesDepartmentInTexts({})).toBe(false);
  });
});

describe("what a stack says goes before what is meant", () => {
  test.each<Environment>(["local", "test", "production"])("in %s", (environment) => {
    expect(numbersOf({ environment, geography, numbers: "portal", number: {} })).toBe("portal");
    expect(numbersOf({ environment, geography, numbers: "stack" })).toBe("stack");
    expect(keepsNumber({ environment, geography, numbers: "portal" })).toBe(true);
    expect(keepsNumber({ environment, geography, number: {} })).toBe(true);
    expect(keepsNumber({ environment, geography, numbers: "stack" })).toBe(environment === "production");
    expect(verificationOf(environment, "rejected")).toBe("rejected");
    expect(writeBackOf(environment, { writeBack: { links: false, status: { fulfilled: true } } })).toEqual({
      links: false,
      status: { arrived: false, checkedIn: false, fulfilled: true },
    });
    expect(writeBackOf(environment, { writeBack: { links: true } }).links).toBe(true);
    expect(messagesOf(environment, { messages: { kinds: [] } }).kinds).toEqual([]);
    expect(messagesOf(environment, { messages: { remindMinutesBefore: [60] } })).toEqual({
      kinds: ALL_KINDS,
      remindMinutesBefore: [60],
    });
    expect(messageRulesOf(environment, { hours: "always" })).toMatchObject({
      aheadDays: 14,
      hours: "always",
    });
    const said = { aheadDays: 3, hours: { from: "09:00", to: "17:00" } };
    expect(messageRulesOf(environment, said, { aheadDays: 5, byMail: false })).toEqual({
      ...PLAIN,
      byMail: false,
      aheadDays: 3,
      hours: { from: "09:00", to: "17:00" },
    });
    const off = { staffNames: false, presence: false, attendance: false, callQuality: true };
    expect(featuresOf(environment, true, off)).toEqual(off);
    expect(approvalsOf({ secondPerson: true })).toEqual({ secondPerson: true, testOverride: false });
    expect(namesDepartmentInTexts({ nameInTexts: true })).toBe(true);
  });

  test.each<[Environment, boolean, boolean]>([
    ["local", true, true],
    ["local", false, false],
    ["test", true, false],
    ["test", false, false],
    ["production", true, true],
    ["production", false, false],
  ])("but %s with live: %j texts patients: %j, for a test never does", (environment, live, texts) => {
    expect(isLive(environment, { live })).toBe(texts);
  });
});

test("what is set for another connection does not count for this one", () => {
  const set = [
    { connection: "other", kinds: [], remindMinutesBefore: [5] },
    { connection: "lamna", kinds: ["reminder" as const] },
  ];
  const lamna = messagesOf("production", { id: "lamna" }, set);
  expect(lamna).toEqual({ kinds: ["reminder"], remindMinutesBefore: [1440, 15] });
  expect(messagesOf("production", { id: "third" }, set).remindMinutesBefore).toEqual([1440, 15]);
  const said = messagesOf("production", { id: "lamna", messages: { kinds: [] } }, set);
  expect(said.kinds).toEqual([]);
});

test("patients are texted where the connection is listed, for the chart that it was listed for", () => {
  const one = { id: "lamna", fhirBaseUrl: "https://ehr.example/r4/one" } as never;
  const charts = (fhirBaseUrl: string) => [{ connection: "lamna", fhirBaseUrl }];
  const of = (texting: Parameters<typeof textsPatientsOf>[1], environment: Environment = "production") =>
    textsPatientsOf(environment, texting, one);
  expect([of(undefined), of(undefined, "test"), of(undefined, "local")]).toEqual([false, false, true]);
  expect([of({ connections: ["other"] }), of({ connections: ["lamna"] })]).toEqual([false, true]);
  expect(of({ connections: ["lamna"], charts: charts("https://ehr.example/r4/one") })).toBe(true);
  expect(of({ connections: ["lamna"], charts: charts("https://ehr.example/r4/two") })).toBe(false);
});

test.each([
  ["test", "test", true],
  ["test", "production", true],
  ["production", "test", true],
  ["production", "production", false],
  ["local", "test", false],
  ["local", "production", false],
] as const)("in %s a %s chart has staff written to alone: %j", (environment, of, isAlone) => {
  expect(isForStaffAlone(environment, { environment: of })).toBe(isAlone);
});
