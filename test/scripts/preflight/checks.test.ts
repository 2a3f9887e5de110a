/** The checks of the preflight one by one, with invented answers of Azure and Graph. */
import type { CaaRecord } from "node:dns";
import { expect, test } from "vitest";
import { parseStack } from "../../../infra/stack.ts";
import { activitySetting, numberGroup, policies } from "../../../scripts/preflight/existing.ts";
import {
  type Check,
  type DeployedSettings,
  type Finding,
  Unanswered,
} from "../../../scripts/preflight/finding.ts";
import { askingDns, certificateAuthority } from "../../../scripts/preflight/dns.ts";
import { placeToDeployFrom } from "../../../scripts/preflight/place.ts";
import { azureRights, deployersKnown, groupLicense } from "../../../scripts/preflight/rights.ts";
import { planRegion, quota, subscription } from "../../../scripts/preflight/subscription.ts";
import { lamnaProduction, lamnaTest } from "../../infra/stacks.ts";

const ROOT = "/subscriptions/" + lamnaTest.azure.subscriptionId;
const DEPLOYER = "7d0c5a1e-0000-4000-8000-00000000d0e1";
const GROUP = "7d0c5a1e-0000-4000-8000-00000000d0e9";

/** @param answers the answers by the beginning of the path; the longest one that fits is used */
async function found(
  check: Check,
  said: object,
  answers: Readonly<Record<string, unknown>>,
  records: Readonly<Record<string, readonly CaaRecord[]>> = {},
): Promise<readonly Finding[]> {
  const read = parseStack(said);
  if (!read.ok) throw new Error(read.faults.join("\n"));
  const ask = (path: string) => {
    const [known] = Object.keys(answers)
      .filter((start) => path.startsWith(start))
      .toSorted((one, other) => other.length - one.length);
    if (known === undefined) return Promise.reject(new Unanswered("the answer was 404", 404));
    return Promise.resolve(answers[known]);
  };
  return check({
    stack: read.stack as DeployedSettings,
    azure: ask,
    graph: ask,
    authorities: (name) => Promise.resolve(records[name] ?? []),
  });
}

const GRAPH = "/v1.0/subscribedSkus";
const P1 = { value: [{ capabilityStatus: "Enabled", servicePlans: [{ servicePlanName: "AAD_PREMIUM" }] }] };
const withGroup = { ...lamnaTest, deployers: [{ objectId: GROUP, kind: "group" }] };

test.each([
  ["a group in the Americas", withGroup, { value: [] }, ["fail"]],
  ["a group in Europe, where no events come", { ...withGroup, geography: "europe" }, { value: [] }, ["fail"]],
  ["a group, and the license", withGroup, P1, ["pass"]],
  ["nobody but a service principal", lamnaTest, { value: [] }, []],
] as const)("Entra ID P1: %s", async (_what, stack, licenses, marks) => {
  const findings = await found(groupLicense, stack, { [GRAPH]: licenses });
  expect(findings.map(({ mark }) => mark)).toEqual(marks);
  for (const { mark, why } of findings) if (mark === "fail") expect(why).toContain("operator");
});

const { number: _number, sms: _sms, ...silent } = lamnaProduction;

test.each([
  ["the number that the stack gets", lamnaProduction, "fail"],
  ["the one that the portal may get, as nothing is said", silent, "warn"],
  ["the one that the portal gets", { ...silent, numbers: "portal" }, "fail"],
  ["the one for texts that are agreed to", { ...silent, sms: lamnaProduction.sms }, "fail"],
  ["the one that the portal gets in test", { ...lamnaTest, numbers: "portal" }, "fail"],
  ["no number outside the Americas", { ...silent, geography: "europe" }, undefined],
  ["no number in test", lamnaTest, undefined],
] as const)("a subscription that is on trial: %s", async (_what, stack, mark) => {
  const { tenantId } = stack.microsoft;
  const trial = { state: "Enabled", tenantId, subscriptionPolicies: { quotaId: "FreeTrial_2014-09-01" } };
  const findings = await found(subscription, stack, { [ROOT]: trial });
  expect(findings.find(({ about }) => about === "The number's conditions")?.mark).toBe(mark);
});

const region = (orgDomain: string) => ({ value: [{ name: "East US 2", properties: { orgDomain } }] });
const memory = { ...lamnaProduction, sizes: { plan: "P1mv3" } };

test.each([
  ["production where zones are listed", lamnaProduction, "PUBLIC;AVAILABILITYZONES", "pass", ""],
  ["production where they are not", lamnaProduction, "PUBLIC;DSERIES", "warn", "does not list zones"],
  ["production where nothing is said", lamnaProduction, "", "cannot be checked", "whether with zones"],
  ["a memory size with zones", memory, "AVAILABILITYZONES", "warn", "memory sizes are not sold everywhere"],
  ["a test deployment, which has no zones", lamnaTest, "", "pass", ""],
] as const)("App Service in the region: %s", async (_what, stack, orgDomain, mark, why) => {
  const path = ROOT + "/providers/Microsoft.Web/geoRegions";
  const [finding] = await found(planRegion, stack, { [path]: region(orgDomain) });
  expect(finding?.mark).toBe(mark);
  expect(finding?.why).toContain(why);
});

const POLICIES = ROOT + "/providers/Microsoft.Authorization/policyAssignments";
const assignmentOf = (displayName: string) => ({ properties: { displayName, policyDefinitionId: "/x" } });

test("an Azure Policy on a later page is told, wherever the next page is said to be", async () => {
  const [finding] = await found(policies, lamnaTest, {
    [POLICIES]: {
      value: [assignmentOf("Deploy the log agent")],
      nextLink: `https://management.azure.com${POLICIES}?api-version=2023-04-01&$skiptoken=two`,
    },
    [POLICIES + "?api-version=2023-04-01&$skiptoken=two"]: {
      value: [assignmentOf("Storage accounts should disable public network access")],
      nextLink: null,
    },
  });
  expect(finding).toMatchObject({ mark: "warn", about: "Azure Policy" });
});

const ROLES = ROOT + "/providers/Microsoft.Authorization/roleAssignments";
const DEFINITIONS = ROOT + "/providers/Microsoft.Authorization/roleDefinitions/";
const [CONTRIBUTOR, RBAC_ADMINISTRATOR, READER, OWN] = [
  "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "0c1f7a52-0000-4000-8000-0000000000c5",
];
const holding = (...ids: readonly string[]) => ({
  value: ids.map((id) => ({ properties: { roleDefinitionId: DEFINITIONS + id, scope: ROOT } })),
});
const definitions = {
  [DEFINITIONS + READER]: { properties: { roleName: "Reader", type: "BuiltInRole" } },
  [DEFINITIONS + OWN]: { properties: { roleName: "Lamna deployer", type: "CustomRole" } },
};

test.each([
  ["both roles", holding(CONTRIBUTOR, RBAC_ADMINISTRATOR), "pass", "it holds Contributor"],
  ["Reader alone", holding(READER), "fail", "it lacks Contributor and Role Based"],
  ["a role of the hospital's own", holding(READER, OWN), "cannot be checked", "own has what that has: Lamna"],
  ["one of both, and its own", holding(CONTRIBUTOR, OWN), "cannot be checked", "it lacks Role Based"],
] as const)("Azure roles of a deployer: %s", async (_what, assignments, mark, why) => {
  const [finding] = await found(azureRights, lamnaTest, { [ROLES]: assignments, ...definitions });
  expect(finding).toMatchObject({ mark, about: "Azure roles of the deployer " + DEPLOYER });
  expect(finding?.why).toContain(why);
});

test.each([
  ["servicePrincipal", "pass", "the directory knows"],
  [undefined, "pass", "the directory knows"],
  ["user", "fail", "is of the kind user, and the stack file says servicePrincipal"],
  ["application", "fail", "is of the kind application, and the stack file says servicePrincipal"],
] as const)("a deployer whom the directory knows as %s", async (kind, mark, why) => {
  const answer = { id: DEPLOYER, ...(kind && { "@odata.type": "#microsoft.graph." + kind }) };
  const [finding] = await found(deployersKnown, lamnaTest, {
    ["/v1.0/directoryObjects/" + DEPLOYER]: answer,
  });
  expect(finding).toMatchObject({ mark, why: expect.stringContaining(why) as unknown });
});

const USAGES = ROOT + "/providers/Microsoft.Web/locations/";
const PLAN =
  ROOT + "/resourceGroups/rg-lamna-production/providers/Microsoft.Web/serverfarms/plan-lamna-production";
const used = (name: string, currentValue: number, limit: number) => ({
  name: { value: name },
  currentValue,
  limit,
});

test.each([
  ["a first deployment finds none", 10, undefined, "fail"],
  ["a deployment that stands has its own", 8, { name: "P1v3", capacity: 8 }, "pass"],
  ["one that has grown as far as it can", 10, { name: "P1v3", capacity: 3 }, "warn"],
  ["a plan of another size frees none of this one's", 10, { name: "P2v3", capacity: 8 }, "fail"],
] as const)("the plan's quota: %s", async (_what, currentValue, sku, mark) => {
  const answers = {
    [USAGES]: { value: [used("P1v3", currentValue, 10), used("*", 20, 100)] },
    ...(sku && { [PLAN]: { sku } }),
  };
  const [finding] = await found(quota, lamnaProduction, answers);
  expect(finding?.mark).toBe(mark);
});

test("roles on a later page count", async () => {
  const [finding] = await found(azureRights, lamnaTest, {
    [ROLES]: { ...holding(CONTRIBUTOR), nextLink: `https://management.azure.com${ROLES}Two` },
    [ROLES + "Two"]: holding(RBAC_ADMINISTRATOR),
  });
  expect(finding?.mark).toBe("pass");
});

test.each([
  ["there is none", lamnaTest, {}, "pass"],
  ["a stack that keeps a number takes it over", lamnaProduction, { name: "there" }, "pass"],
  ["a stack that keeps none does not protect it", lamnaTest, { name: "there" }, "warn"],
] as const)("the number's resource group: %s", async (_what, stack, group, mark) => {
  const { tenant, environment } = stack;
  const path = `${ROOT}/resourceGroups/rg-${tenant}-${environment}-number`;
  const [finding] = await found(numberGroup, stack, "name" in group ? { [path]: group } : {});
  expect(finding?.mark).toBe(mark);
});

test.each([
  ["free", ["theirs"], "pass"],
  ["taken", ["theirs", "Activity-lamna-test"], "warn"],
  ["one too many", ["1", "2", "3", "4", "5"], "fail"],
] as const)("the subscription's diagnostic setting: %s", async (_what, names, mark) => {
  const path = ROOT + "/providers/Microsoft.Insights/diagnosticSettings";
  const [finding] = await found(activitySetting, lamnaTest, {
    [path]: { value: names.map((name) => ({ name })) },
  });
  expect(finding?.mark).toBe(mark);
});

const issue = (issuer: string): CaaRecord => ({ critical: 0, issue: issuer });

test.each([
  ["no records", {}, "pass"],
  ["one that names DigiCert", { "lamna.example": [issue("letsencrypt.org"), issue("digicert.com")] }, "pass"],
  ["one with a parameter", { "lamna.example": [issue("DigiCert.com; account=1")] }, "pass"],
  ["only one for wildcards", { "lamna.example": [{ critical: 0, issuewild: "letsencrypt.org" }] }, "pass"],
  ["another authority", { "lamna.example": [issue("letsencrypt.org")] }, "warn"],
  ["nobody", { example: [issue(";")] }, "warn"],
  [
    "another authority nearer than DigiCert",
    { "visits.lamna.example": [issue("sectigo.com")], "lamna.example": [issue("digicert.com")] },
    "warn",
  ],
] as const)("CAA records, %s", async (_what, records, mark) => {
  const [finding, ...more] = await found(certificateAuthority, lamnaProduction, {}, records);
  expect([finding?.mark, more]).toEqual([mark, []]);
  if (mark === "warn") expect(finding?.next).toContain('CAA 0 issue "digicert.com"');
});

test("a deployment without a public name needs no certificate", async () => {
  expect(await found(certificateAuthority, lamnaTest, {})).toEqual([]);
});

test("a name without records has none, and DNS that fails has not answered", async () => {
  const failing = (code: string) =>
    askingDns({ resolveCaa: () => Promise.reject(Object.assign(new Error("queryCaa"), { code })) });
  for (const code of ["ENODATA", "ENOTFOUND"]) expect(await failing(code)("x.example")).toEqual([]);
  await expect(failing("ESERVFAIL")("x.example")).rejects.toThrow(Unanswered);
});

test("a deployment without deployFrom is told where its first package stops", async () => {
  const inside = await found(placeToDeployFrom, { ...lamnaTest, deployFrom: undefined }, {});
  expect(inside.map(({ mark }) => mark)).toEqual(["warn"]);
  expect(await found(placeToDeployFrom, { ...lamnaTest, deployFrom: ["203.0.113.10"] }, {})).toEqual([]);
});
