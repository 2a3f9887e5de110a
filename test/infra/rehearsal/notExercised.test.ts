/** What a rehearsal says that it did not try: connections and departments of the stack file, and resources. */
import { expect, test } from "vitest";
import { notExercised, whyNotExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { unvisited } from "../../../infra/rehearsal/visit/targets.ts";
import { lamnaConnection, lamnaDepartment, lamnaProduction, lamnaTest } from "../stacks.ts";
import { stackOf } from "./reportResults.ts";

const { provider: _provider, ...unregistered } = lamnaConnection;
const another = {
  id: "lamna-south",
  name: "Lamna South",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1cb",
};

/** Two connections, of which the second has no department. */
const withoutDepartment = stackOf({
  ...lamnaTest,
  connections: [
    lamnaConnection,
    {
      ...lamnaConnection,
      ...another,
      provider: {
        ...lamnaConnection.provider,
        authentication: { method: "private_key_jwt", key: "fhir-south" },
      },
    },
  ],
});
/** Two connections, of which the second is not registered at Oracle. */
const withoutRegistration = stackOf({
  ...lamnaTest,
  connections: [lamnaConnection, { ...unregistered, ...another }],
  departments: [
    lamnaDepartment,
    { ...lamnaDepartment, id: "south", name: "South", connection: "lamna-south", locations: ["2"] },
  ],
});
/** One connection with two departments. */
const withTwoDepartments = stackOf({
  ...lamnaTest,
  departments: [lamnaDepartment, { ...lamnaDepartment, id: "skin", name: "Dermatology", locations: ["2"] }],
});

/** Each of these stacks lets in a list of addresses alone. */
const ORACLE = {
  what: "Oracle Health reading the connector's keys",
  why: expect.stringContaining("network.allow") as string,
};

/** What a stack that lists no address to deploy from is told. */
const FIRST_UP = {
  what: "the first pulumi up without deployFrom, which Azure stops at the package",
  why: expect.stringContaining("the subnet runners") as string,
};

test("a firewall's other rules, the first up without an address, and Oracle's way through a list of addresses, are tried by no step", () => {
  const fromAnAddress = stackOf({ ...lamnaTest, deployFrom: ["203.0.113.10/32"] });
  expect(notExercised([], fromAnAddress)).toEqual([ORACLE]);
  expect(notExercised([], stackOf(lamnaTest))).toEqual([FIRST_UP, ORACLE]);
  const edged = notExercised([], stackOf(lamnaProduction)).map(({ what }) => what);
  expect(edged).toContainEqual(expect.stringContaining("managed rules of the firewall"));
  expect(edged).not.toContain(ORACLE.what);
});

test.each([
  ["all are visited", stackOf(lamnaTest), []],
  [
    "a connection without a department",
    withoutDepartment,
    [
      {
        what: "the connection lamna-south",
        why: "no department says it, so there is nobody to visit",
      },
    ],
  ],
  [
    "a connection that is not registered; its department is said by it",
    withoutRegistration,
    [
      {
        what: "the connection lamna-south",
        why: "it is not registered at Oracle yet (provider is left out)",
      },
    ],
  ],
  [
    "a second department of a connection",
    withTwoDepartments,
    [{ what: "the department skin", why: "of each connection one department is visited" }],
  ],
])("%s", (_what, stack, said) => {
  expect(unvisited(stack)).toEqual(said);
  expect(notExercised([], stack)).toEqual([...said, FIRST_UP, ORACLE]);
});

const key = (name: string) => ({ type: "azure-native:keyvault:Key", name });
const role = (name: string) => ({ type: "azure-native:authorization:RoleAssignment", name });

test("the key of a connection that is not visited is not tried, and neither is its role; others are", () => {
  const of = (name: string) =>
    [key(name), role("use-" + name)].map((one) => whyNotExercised(one, withoutDepartment) !== undefined);
  expect(of("fhir-south")).toEqual([true, true]);
  expect(of("fhir-lamna-test")).toEqual([false, false]);
  expect(of("connector-wrapping")).toEqual([false, false]);
});

test("the key of a connection's system is tried, because the work without a person signs by it", () => {
  const system = (key: string) => ({
    clientId: "4f1f2d5c-0000-4000-8000-000000000003",
    authentication: { method: "private_key_jwt", key },
  });
  const south = {
    ...lamnaConnection,
    ...another,
    provider: {
      ...lamnaConnection.provider,
      authentication: { method: "private_key_jwt", key: "fhir-south" },
    },
    system: system("fhir-south-system"),
  };
  const stack = stackOf({
    ...lamnaTest,
    connections: [{ ...lamnaConnection, system: system("fhir-lamna-system") }, south],
  });
  const names = ["fhir-lamna-test", "fhir-lamna-system", "fhir-south", "fhir-south-system"];
  const made = names.flatMap((name) => [key(name), role("use-" + name)]);
  expect(notExercised(made, stack).map(({ what }) => what)).toEqual([
    "the connection lamna-south",
    "Key fhir-south, Key fhir-south-system",
    "RoleAssignment use-fhir-south, RoleAssignment use-fhir-south-system",
    FIRST_UP.what,
    ORACLE.what,
  ]);
});

test("what was made and not tried follows the connections: one line a reason, with kinds and their number", () => {
  const made = [
    { type: "azure-native:monitor:DiagnosticSetting", name: "store" },
    { type: "azure-native:monitor:DiagnosticSetting", name: "vault" },
    { type: "azure-native:consumption:Budget", name: "budget" },
    { type: "azure-native:storage:Queue", name: "work" },
    { type: "azure-native:monitor:ScheduledQueryRule", name: "jobs" },
  ];
  expect(notExercised(made, withoutDepartment)).toEqual([
    ...unvisited(withoutDepartment),
    { what: "2 DiagnosticSetting, ScheduledQueryRule jobs", why: "no log is collected in memory" },
    { what: "Budget budget", why: "nothing costs money in memory" },
    FIRST_UP,
    ORACLE,
  ]);
});

test("of the program's own consent, what a visit uses is tried", () => {
  const assigned = (name: string) =>
    whyNotExercised({ type: "azuread:index/appRoleAssignment:AppRoleAssignment", name }, stackOf(lamnaTest));
  expect(assigned("OnlineMeetings.ReadWrite.All")).toBeUndefined();
  expect(assigned("User.ReadBasic.All")).toBeUndefined();
  expect(assigned("OnlineMeetingArtifact.Read.All")).toMatch(/after a visit's end/u);
});
