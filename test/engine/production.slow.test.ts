/** The sample's production deployment, beside its test deployment, which runs the next release first. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { swap } from "../azure/swap.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { errorsOf, violationsOf } from "../../scripts/engine/outcome.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import { changeStackFile, doneBy, engineFor, type Hospital, openHospital, succeeded } from "./hospital.ts";
import { packages } from "./programCopy.ts";

const engine = await engineFor(
  "pulumi up makes a production deployment from what test has run, and that nobody destroys it by mistake",
);

describe.skipIf(engine.kind === "none")("the production sample", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  let workspace: Workspace;
  /** Digest of the package that is on this disk. */
  let current: string;
  /** Digest of the package that is only in the test deployment's container. */
  let next: string;

  beforeAll(async () => {
    hospital = await openHospital(engine);
    const built = await packages();
    current = await hospital.program.deploy(built.first);
    next = await hospital.program.deploy(built.next);
    const tested = await hospital.open(
      "lamna-test",
      (settings) => ({ ...settings, release: { site: next } }),
      "left out",
    );
    await succeeded(tested.up());
    await hospital.program.forget(next);
    workspace = await hospital.open("lamna-production", (settings) => ({
      ...settings,
      release: { site: current, staging: next },
    }));
  }, 240_000);
  afterAll(() => hospital.stop());

  const produced = (type: string): readonly CloudResource[] =>
    hospital.azure.cloud.all(token(type)).filter(({ id }) => id.includes("lamna-production"));
  function only(type: string): CloudResource {
    const [resource, ...others] = produced(type);
    if (resource === undefined || others.length > 0) throw new Error("not exactly one " + type);
    return resource;
  }
  const hostOf = ({ properties }: CloudResource) => textAt(properties, "defaultHostName") ?? "";
  const ask = async (host: string, from = "203.0.113.10") => {
    const response = await (
      await hospital.azure.front.entryPoint({ address: from })
    ).fetch(`https://${host}/healthz`);
    return response.ok ? ((await response.json()) as object) : response.status;
  };
  const purchased = async () =>
    (await hospital.azure.communication.standIn(only("communication:CommunicationService").id)).purchased();

  test("a digest that neither this disk nor test has is missed before anything is made", async () => {
    onTestFinished(() => release(current));
    const before = hospital.azure.cloud.all();
    const unknown = "0".repeat(63) + "1";
    const release = (site: string) =>
      changeStackFile(workspace.stackFile, (settings) => ({ ...settings, release: { site, staging: next } }));
    await release(unknown);
    onTestFinished(hospital.withoutPolicies());
    const refused = await workspace.preview();
    expect(refused.code).not.toBe(0);
    expect(errorsOf(refused).join("\n")).toContain(
      `The package ${unknown} is neither on this disk nor in a container`,
    );
    expect(hospital.azure.cloud.all()).toEqual(before);
  });

  test("up makes what the preview promised: site and slot with their packages, Front Door, one number, locks", async () => {
    const promised = doneBy(await succeeded(workspace.preview()));
    const made = await succeeded(workspace.up());
    expect(doneBy(made)).toEqual(promised);
    expect(violationsOf(made)).toEqual([]);

    expect(await ask(hostOf(only("web:WebApp")))).toMatchObject({ status: "up", package: current });
    expect(await ask(hostOf(only("web:WebAppSlot")))).toMatchObject({ status: "up", package: next });
    expect(await ask("visits.lamna.example", "192.0.2.77")).toMatchObject({ status: "up", package: current });
    expect(await ask(hostOf(only("web:WebApp")), "192.0.2.77")).toBe(403);
    expect(await purchased()).toEqual([(await workspace.outputs())["number"]]);
    expect(
      produced("authorization:ManagementLockByScope")
        .map(({ id, properties }) => [
          /([^/]+)\/[^/]+\/providers\/Microsoft.Authorization/u.exec(id)?.[1],
          properties["level"],
        ])
        .sort(),
    ).toEqual(
      ["databaseAccounts", "resourceGroups", "storageAccounts", "vaults"].map((kept) => [
        kept,
        "CanNotDelete",
      ]),
    );
  });

  test("a second preview and a refresh find nothing to do", async () => {
    onTestFinished(hospital.withoutPolicies());
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
    expect(doneBy(await succeeded(workspace.refresh(["--preview-only", "--expect-no-changes"])))).toEqual([]);
  });

  test("destroy is refused, names what is protected, and deletes nothing", async () => {
    const before = hospital.azure.cloud.all();
    const refused = await workspace.run(["destroy", "--yes"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/ehr:index:PhoneNumber::number.*cannot be deleted/);
    expect(hospital.azure.cloud.all()).toEqual(before);
  });

  test("a swap made outside is nothing to do once the stack file says it, and would be undone before", async () => {
    onTestFinished(hospital.withoutPolicies());
    const [site, slot] = [only("web:WebApp"), only("web:WebAppSlot")];
    await swap(site, slot, hospital.azure.cloud);
    for (const one of [site, slot]) expect(await hospital.azure.appService.settled(hostOf(one))).toBe("up");
    expect(await ask("visits.lamna.example", "192.0.2.77")).toMatchObject({ package: next });

    const unsaid = await workspace.preview(["--refresh"]);
    expect(doneBy(unsaid)).toEqual([
      "update azure-native:web:WebAppApplicationSettings settings",
      "update azure-native:web:WebAppApplicationSettingsSlot settings-staging",
    ]);
    await changeStackFile(workspace.stackFile, (settings) => ({
      ...settings,
      release: { site: next, staging: current },
    }));
    const said = await succeeded(workspace.preview(["--refresh", "--expect-no-changes"]));
    expect(doneBy(said)).toEqual([]);
  });
});
