/** Oracle's code console: what is registered there is launched, and what is not right is refused field by field. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { OracleStandIn } from "../../../../app/sandbox/oracle/start.ts";
import { oracleHealth, OTHER_ORACLE_TENANT, ORACLE_TENANT } from "./oracle.ts";

const GOOD = {
  name: "Teams visits",
  type: "provider",
  access: "online",
  privacy: "confidential",
  smart: "v1",
  launchUri: "https://visits.lamna.example/launch/test",
  redirectUri: "https://visits.lamna.example/launch/callback/lamna-test",
  proof: "key",
  jwksUri: "https://visits.lamna.example/.well-known/jwks.json",
  scopes: "launch openid fhirUser online_access user/Appointment.read",
  domains: ORACLE_TENANT,
};

async function started(dataFolder?: string): Promise<OracleStandIn> {
  const oracle = await oracleHealth(dataFolder === undefined ? {} : { dataFolder });
  onTestFinished(() => oracle.stop());
  return oracle;
}

async function register(oracle: OracleStandIn, change: Record<string, string> = {}) {
  const body = new URLSearchParams({ ...GOOD, ...change });
  const answer = await fetch(oracle.pages + "/console/new", { method: "POST", body });
  const html = await answer.text();
  const clientId = /\/console\/([\w-]+)$/.exec(answer.url)?.[1] ?? "";
  return { status: answer.status, html, clientId };
}

const CASES: readonly (readonly [what: string, change: Record<string, string>, says: string])[] = [
  ["no name", { name: " " }, "Enter a name."],
  ["no type", { type: "" }, "Choose one."],
  ["a type that is none", { type: "patient" }, "Choose one."],
  ["a public one", { privacy: "public" }, "choose Confidential"],
  ["half an address", { launchUri: "visits.lamna.example/launch" }, "Enter one whole address"],
  ["two addresses", { redirectUri: "https://a.example https://b.example" }, "Enter one whole address"],
  ["plain http", { redirectUri: "http://visits.lamna.example/callback" }, "must begin with https://"],
  ["a fragment", { redirectUri: "https://visits.lamna.example/#" }, "Leave out the #"],
  ["a password", { jwksUri: "https://a:b@visits.lamna.example/" }, "Leave user and password out"],
  ["no key set", { jwksUri: "" }, "Enter one whole address"],
  ["no scopes", { scopes: "  " }, "Enter the scopes"],
  ["a wildcard", { scopes: "openid user/*.read" }, "Wildcards are not supported"],
  ["a system’s scope", { scopes: "openid system/Appointment.read" }, "no scope of this application type"],
  ["another access’s scope", { scopes: "openid offline_access" }, "offline_access is not for the type"],
  ["no domain", { domains: "" }, "Choose at least one"],
  ["a domain that is none", { domains: "elsewhere" }, "Choose at least one"],
];

test.each(CASES)("nothing is registered with %s", async (_what, change, says) => {
  const oracle = await started();
  const { status, html } = await register(oracle, change);
  expect([status, html]).toEqual([422, expect.stringContaining(says)]);
  expect(html.match(/class="wrong" id=/g)).toHaveLength(1);
  expect(await (await fetch(oracle.pages + "/console")).text()).toContain("Nothing is registered here yet.");
});

const launch = (clientId: string, tenant = ORACLE_TENANT) => ({
  tenant,
  clientId,
  practitionerId: "31000002",
  patientId: "41000001",
});

test("what is registered is launched at its launch URL, where it is enabled, and still after a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "console-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const first = await started(folder);
  const { clientId } = await register(first);
  expect(first.launchUrl(launch(clientId))).toMatch(GOOD.launchUri + "?iss=");
  expect(() => first.launchUrl(launch(clientId, OTHER_ORACLE_TENANT))).toThrow("cannot be launched");
  await first.stop();
  const second = await started(folder);
  expect(second.launchUrl(launch(clientId))).toMatch(GOOD.launchUri + "?iss=");
});

test("an application of SMART v2 is not known where SMART v1 is spoken", async () => {
  const oracle = await started();
  const { clientId } = await register(oracle, { smart: "v2" });
  expect(() => oracle.launchUrl(launch(clientId))).toThrow("cannot be launched");
});

test("a secret is shown once", async () => {
  const oracle = await started();
  const { html, clientId } = await register(oracle, { proof: "secret", jwksUri: "" });
  expect(html).toMatch(/<dt>Client secret<\/dt><dd class="breaks">[\w-]{32}<\/dd>/);
  const again = await (await fetch(`${oracle.pages}/console/${clientId}`)).text();
  expect(again).toContain("Shown once, and not again");
});

test("what is removed is not launched any more", async () => {
  const oracle = await started();
  const { clientId } = await register(oracle);
  await fetch(`${oracle.pages}/console/${clientId}/remove`, { method: "POST" });
  expect(() => oracle.launchUrl(launch(clientId))).toThrow("cannot be launched");
});

test("a page elsewhere registers nothing", async () => {
  const oracle = await started();
  const answer = await fetch(oracle.pages + "/console/new", {
    method: "POST",
    body: new URLSearchParams(GOOD),
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(answer.status).toBe(403);
});
