/** `npm run preflight`, as a person runs it, against the in-memory Azure over HTTP. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { STACK_KEY } from "../../../infra/stack.ts";
import { principalIn } from "../../../infra/rehearsal/azure/entra/principals.ts";
import { answerReads, type Subscription } from "../../azure/reads.ts";
import { startInMemoryAzure, type Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import { lamnaProduction, lamnaTest } from "../../infra/stacks.ts";

const root = join(import.meta.dirname, "../../..");
const DEPLOYER = "7d0c5a1e-0000-4000-8000-00000000d0e1";
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const RBAC_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

let azure: Azure;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preflight-"));
  azure = await startInMemoryAzure({
    subscriptionId: lamnaTest.azure.subscriptionId,
    tenantId: lamnaTest.microsoft.tenantId,
    deployer: { objectId: DEPLOYER, clientId: "7d0c5a1e-0000-4000-8000-00000000d0e2" },
    now: () => new Date(),
  });
});
afterAll(async () => {
  await azure.stop();
  await rm(folder, { recursive: true });
});

function healthy(): Subscription {
  const subscription = answerReads(azure);
  subscription.roles.set(DEPLOYER, [OWNER]);
  return subscription;
}

async function looked(stack: object, name = "lamna-looked") {
  const file = join(folder, `Pulumi.${name}.yaml`);
  await writeFile(file, stringify({ config: { [STACK_KEY]: stack } }));
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts/preflight.ts"), file], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: folder, ...azure.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code };
}

test("a subscription without troubles is ready, though it throttles, and what no interface tells says so", async () => {
  const subscription = healthy();
  subscription.throttled = 8;
  const { out, err, code } = await looked(lamnaProduction);
  expect([err, subscription.throttled]).toEqual(["", 0]);
  expect(out).not.toMatch(/^(FAIL|WARN) /mu);
  expect(out).toMatch(/^pass {2}Quota for P1v3 in eastus2: 10 more may be made\.$/mu);
  expect(out).toMatch(/^\? {5}The number's conditions: .*billing address is in Canada/mu);
  // Where this machine has no DNS, one more cannot be checked.
  expect(out).toMatch(/^(pass {2}|\? {5})Certificate (for visits\.lamna\.example|authorities): /mu);
  expect(out).toMatch(
    /nothing that was looked at stands in the way; 0 to look at, [23] that cannot be checked\./u,
  );
  expect(code).toBe(0);
});

test("a new subscription's troubles are told together, each with its next step", async () => {
  const subscription = healthy();
  subscription.quotaId = "FreeTrial_2014-09-01";
  subscription.unregistered.add("Microsoft.Cdn");
  subscription.limits["P1v3"] = { currentValue: 0, limit: 0 };
  subscription.store = { regular: true, zones: false };
  subscription.planRegions = [{ name: "West US 3", orgDomain: "" }];
  subscription.roles.set(DEPLOYER, [CONTRIBUTOR, RBAC_ADMINISTRATOR]);
  subscription.pageSize = 1;
  subscription.policies = [
    { displayName: "Deploy the log agent" },
    { displayName: "Storage accounts should disable public network access" },
  ];
  const { out, code } = await looked(lamnaProduction);
  expect(out.match(/^FAIL {2}[^:]+/gmu)).toEqual([
    "FAIL  The number's conditions",
    "FAIL  Resource providers",
    "FAIL  Quota for P1v3 in eastus2",
    "FAIL  App Service P1v3 in eastus2, with zones",
    "FAIL  Cosmos DB in eastus2, with zones",
    "FAIL  Azure roles of the deployer " + DEPLOYER,
  ]);
  expect(out).toContain("0 more may be made, and the plan begins with 2; Azure says 401 to it.");
  expect(out).toContain("Next: az provider register --namespace Microsoft.Cdn.");
  expect(out).toMatch(
    /at the subscription it lacks User Access Administrator\.\n +Next: az role assignment create/u,
  );
  expect(out).toMatch(
    /^WARN {2}Azure Policy: "Storage accounts should disable public network access" may turn/mu,
  );
  expect(out.match(/^(FAIL|WARN) .*\n(?! {7}Next: )/gmu)).toBeNull();
  expect(code).toBe(1);
});

test("a test deployment needs less: no zones, no locks, a smaller plan", async () => {
  const subscription = healthy();
  subscription.roles.set(DEPLOYER, [CONTRIBUTOR, RBAC_ADMINISTRATOR]);
  subscription.store = { regular: true, zones: false };
  subscription.limits["P0v3"] = { currentValue: 9, limit: 10 };
  const { out, code } = await looked(lamnaTest);
  expect(out).toMatch(
    /^WARN {2}Quota for P0v3 in eastus2: 1 more may be made, and the plan may grow to 2\./mu,
  );
  expect(out).not.toMatch(/^FAIL /mu);
  expect(code).toBe(0);
});

test("a group that runs pulumi up needs Entra ID P1, and an id that nobody has is told", async () => {
  const group = "7d0c5a1e-0000-4000-8000-00000000d0e9";
  const nobody = "7d0c5a1e-0000-4000-8000-00000000d0ff";
  const subscription = healthy();
  azure.cloud.put(principalIn("Group", group));
  subscription.roles.set(group, [OWNER]);
  subscription.roles.set(nobody, [OWNER]);
  const stack = {
    ...lamnaTest,
    deployers: [
      { objectId: group, kind: "group" },
      { objectId: nobody, kind: "user" },
    ],
  };
  const { out } = await looked(stack);
  expect(out).toMatch(/^FAIL {2}Entra ID P1, for a group among the deployers: /mu);
  expect(out).toMatch(/^FAIL {2}deployers\[1\] in the directory: the directory knows no object /mu);
  // Every deployer is an operator, also in a stack without events.
  const european = { ...stack, geography: "europe" };
  expect((await looked(european)).out).toMatch(/^FAIL {2}Entra ID P1, for a group among the deployers: /mu);
  subscription.licenses = ["AAD_PREMIUM_P2"];
  expect((await looked(stack)).out).toMatch(/^pass {2}Entra ID P1, for a group/mu);
});

test("names that are taken are told, whoever took them", async () => {
  healthy();
  const subscription = "/subscriptions/" + lamnaTest.azure.subscriptionId;
  const taken = [
    ["resources:ResourceGroup", "/resourceGroups/", "rg-lamna-test"],
    ["resources:ResourceGroup", "/resourceGroups/", "rg-lamna-test-number"],
    ["monitor:DiagnosticSetting", "/providers/Microsoft.Insights/diagnosticSettings/", "activity-lamna-test"],
  ] as const;
  for (const [type, path, name] of taken) {
    const id = subscription + path + name;
    azure.cloud.put({ id, token: "azure-native:" + type, name, properties: {} });
    onTestFinished(() => azure.cloud.remove(id));
  }
  const { out, code } = await looked(lamnaTest);
  expect(out).toMatch(/^WARN {2}Resource group rg-lamna-test: it is there already/mu);
  expect(out).toMatch(/^WARN {2}Resource group rg-lamna-test-number: .* pulumi up refuses to take over/mu);
  expect(out).toMatch(
    /^WARN {2}The subscription's diagnostic setting activity-lamna-test: it is there already/mu,
  );
  expect(code).toBe(0);
});

test("what the deployer may not read cannot be checked, and stops nothing else", async () => {
  const subscription = healthy();
  for (const part of ["policyAssignments", "usages"]) subscription.closed.add(part);
  const { out, code } = await looked(lamnaTest);
  expect(out).toMatch(
    /^\? {5}Azure Policy: the answer was 403 AuthorizationFailed\.\n +Next: have it run by/mu,
  );
  expect(out).toMatch(/^\? {5}App Service quota: the answer was 403/mu);
  expect(out).toMatch(/^pass {2}Resource providers: all 12 are registered\.$/mu);
  expect(code).toBe(0);
});

test("it reads, and does nothing else", async () => {
  healthy();
  const before = azure.cloud.all().length;
  await looked(lamnaTest);
  const asked = azure.front.received().filter(({ host }) => host !== "login.microsoftonline.com");
  expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
  expect(azure.cloud.all()).toHaveLength(before);
});

test("a laptop's stack is nothing to look at", async () => {
  const { err, code } = await looked({ ...lamnaTest, environment: "local" });
  expect(err).toMatch(
    /is environment: local, .*; a preflight looks at a stack whose environment is test or production\.\n$/u,
  );
  expect(code).toBe(1);
});
