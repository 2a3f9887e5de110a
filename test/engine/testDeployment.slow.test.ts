/**
 * The sample's test deployment from an empty subscription on: it is made, left alone, changed by hand and by mistake, and
 * destroyed.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DELETED_VAULTS } from "../../infra/rehearsal/azure/resourceTypes/keyvault.ts";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { errorsOf, violationsOf } from "../../scripts/engine/outcome.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import {
  changeStackFile,
  doneBy,
  engineFor,
  type Hospital,
  nameOf,
  openHospital,
  succeeded,
} from "./hospital.ts";
import { packages } from "./programCopy.ts";

const engine = await engineFor(
  "pulumi up makes a test deployment, finds and heals what was changed by hand, and refuses what is broken",
);

describe.skipIf(engine.kind === "none")("the test sample", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  let workspace: Workspace;
  let digest: string;

  beforeAll(async () => {
    hospital = await openHospital(engine);
    digest = await hospital.program.deploy((await packages()).first);
    workspace = await hospital.open("lamna-test");
  });
  afterAll(() => hospital.stop());

  function only(type: string): CloudResource {
    const [resource, ...others] = hospital.azure.cloud.all(token(type));
    if (resource === undefined || others.length > 0) throw new Error("not exactly one " + type);
    return resource;
  }
  const vault = () => only("keyvault:Vault");
  const siteSettings = () => only("web:WebAppApplicationSettings");
  const siteHost = () => textAt(only("web:WebApp").properties, "defaultHostName") ?? "";
  const ask = async (path: string) =>
    (await hospital.azure.front.entryPoint({ address: "203.0.113.10" })).fetch(
      "https://" + siteHost() + path,
    );

  test("up makes what a preview from nothing promised, and a second preview and a refresh find nothing to do", async () => {
    const before = hospital.azure.cloud.all();
    const promised = doneBy(await succeeded(workspace.preview()));
    expect(hospital.azure.cloud.all()).toEqual(before);

    const made = await succeeded(workspace.up());
    expect(doneBy(made)).toEqual(promised);
    expect(promised.filter((done) => !done.startsWith("create "))).toEqual([]);
    expect(violationsOf(made)).toEqual([]);
    expect(await (await ask("/healthz")).json()).toMatchObject({ status: "up", package: digest });
    expect(await workspace.outputs()).toMatchObject({
      release: { site: digest },
      siteAddress: "https://" + siteHost(),
      addresses: { launch: { test: "https://" + siteHost() + "/launch/provider" } },
      number: "none of this stack",
    });

    onTestFinished(hospital.withoutPolicies());
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
    expect(doneBy(await succeeded(workspace.refresh(["--preview-only", "--expect-no-changes"])))).toEqual([]);
  });

  test("what was changed by hand, an app setting and the vault's firewall, is named by a refresh and healed by up", async () => {
    onTestFinished(hospital.withoutPolicies());
    const before = [siteSettings(), vault()].map(({ properties }) => properties);
    const byHand = { CONNECTOR_VISITS: '{"opensMinutesBefore":600}' };
    await hospital.azure.cloud.change(siteSettings().id, { properties: byHand });
    await hospital.azure.cloud.change(vault().id, {
      properties: { publicNetworkAccess: "Enabled", networkAcls: { defaultAction: "Allow" } },
    });
    const refused = await workspace.refresh(["--preview-only", "--expect-no-changes", "--diff"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("no changes were expected");
    const named = [
      "update azure-native:keyvault:Vault kvlamnat",
      "update azure-native:web:WebAppApplicationSettings settings",
    ];
    expect(doneBy(refused)).toEqual(named);
    for (const property of ["CONNECTOR_VISITS", "publicNetworkAccess"])
      expect(refused.stdout).toContain(property);
    expect(doneBy(await workspace.preview())).toEqual([]);

    expect(doneBy(await succeeded(workspace.up(["--refresh"])))).toEqual(expect.arrayContaining(named));
    expect([siteSettings(), vault()].map(({ properties }) => properties)).toEqual(before);
    await succeeded(workspace.refresh(["--preview-only", "--expect-no-changes"]));
  });

  test("a site that would take old TLS is refused by preview and up, which name rule and resource", async () => {
    const old = ['      minTlsVersion: "1.2"', '      minTlsVersion: "1.0"'] as const;
    onTestFinished(await hospital.program.change("infra/components/siteArguments.ts", ...old));
    const before = only("web:WebApp");
    for (const refused of [await workspace.preview(), await workspace.up()]) {
      expect(refused.code).not.toBe(0);
      // Two rules refuse it: the rule about this property, and the one that compares everything with the stack file.
      const broken = violationsOf(refused).toSorted((one, other) =>
        one.policyName < other.policyName ? -1 : 1,
      );
      expect(broken).toMatchObject([
        { policyName: "EHR-GEN-09", enforcementLevel: "mandatory" },
        { policyName: "EHR-WEB-02", enforcementLevel: "mandatory" },
      ]);
      for (const { resourceUrn } of broken) expect(nameOf(resourceUrn ?? "")).toBe("app-lamna-test");
      expect(refused.stdout).toContain("EHR-WEB-02");
    }
    expect(only("web:WebApp")).toEqual(before);
  });

  test("a setting that the unchanged package refuses fails up, which says what was answered and where the log is", async () => {
    const waitsAsBefore = hospital.waitsForSites(5);
    onTestFinished(waitsAsBefore);
    const broken = [
      "JSON.stringify(stack.visits)",
      'JSON.stringify({ opensMinutesBefore: "soon" })',
    ] as const;
    // The policies would refuse the change.
    onTestFinished(hospital.withoutPolicies());
    const mend = await hospital.program.change("infra/settings.ts", ...broken);
    const failed = await workspace.up();
    expect(failed.code).not.toBe(0);
    expect(errorsOf(failed).join("\n")).toContain(
      `https://${siteHost()}/healthz did not answer with package ${digest.slice(0, 12)}… and its settings within 5 s. Last answer: status 503`,
    );
    expect(errorsOf(failed).join("\n")).toContain(
      "Its log: the table AppServiceConsoleLogs of the workspace log-lamna-test.",
    );
    await hospital.azure.appService.settled(siteHost());
    expect(hospital.azure.appService.log(siteHost())).toContain("CONNECTOR_VISITS");

    await mend();
    waitsAsBefore();
    // The update goes back to the package that ran before, and waits for it like any other.
    expect(doneBy(await succeeded(workspace.up(["--refresh"])))).toContain(
      "update ehr:index:Ready readiness",
    );
    expect((await ask("/healthz")).status).toBe(200);
  });

  test("a role that somebody took away fails the next up instead of leaving the old process, and up --refresh gives it back", async () => {
    const waitsAsBefore = hospital.waitsForSites(5);
    onTestFinished(waitsAsBefore);
    onTestFinished(hospital.withoutPolicies());
    const role = hospital.azure.cloud
      .below(only("storage:BlobContainer").id)
      .find(
        ({ properties }) =>
          properties["principalId"] ===
          only("managedidentity:UserAssignedIdentity").properties["principalId"],
      );
    await hospital.azure.cloud.remove(role?.id ?? "no role on the container");
    await changeStackFile(workspace.stackFile, (settings) => ({
      ...settings,
      organization: { ...settings.organization, name: "Lamna Health" },
    }));
    const failed = await workspace.up();
    expect(failed.code).not.toBe(0);
    expect(errorsOf(failed).join("\n")).toContain("Last answer: status 503");
    await hospital.azure.appService.settled(siteHost());
    expect(hospital.azure.appService.log(siteHost())).toContain("403");

    waitsAsBefore();
    await succeeded(workspace.up(["--refresh"]));
    expect((await ask("/healthz")).status).toBe(200);
  });

  test("a destroyed deployment leaves nothing, and up makes another with a vault of another name", async () => {
    onTestFinished(hospital.withoutPolicies());
    const { name } = vault();
    await succeeded(workspace.destroy());
    expect(hospital.azure.cloud.all().filter(({ id }) => id.startsWith("/subscriptions/"))).toEqual([]);
    expect(hospital.azure.appService.sites()).toEqual([]);
    expect(hospital.azure.cloud.isReserved(DELETED_VAULTS, name)).toBe(true);

    await succeeded(workspace.up());
    expect(vault().name).not.toBe(name);
    expect((await ask("/healthz")).status).toBe(200);
  });
});
