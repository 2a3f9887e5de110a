/** Updates that fail halfway because of the cloud, and the updates that come after them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Failure, Hook } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";
import { errorsOf } from "../../scripts/engine/outcome.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import { doneBy, engineFor, type Hospital, openHospital, succeeded } from "./hospital.ts";
import { packages } from "./programCopy.ts";

const engine = await engineFor(
  "an update that failed halfway is resumed by the next, and makes nothing twice",
);

const FAILURES: readonly Omit<Failure, "operation">[] = [
  // This resource is not made.
  { token: token("cosmosdb:DatabaseAccount"), leaves: "nothing", message: "The region is out of capacity" },
  // This one is made, and the answer is lost. If it were made again, nobody would know on which of the two the number is.
  {
    token: token("communication:CommunicationService"),
    leaves: "unreported",
    message: "connection reset by peer",
  },
  { token: token("web:WebApp"), leaves: "reported", message: "The site is still being provisioned" },
];

/** A vault refuses a key while the deployer's role is new. The update waits for that and does not fail. */
const NEW_ROLE: Failure = {
  token: token("keyvault:Key"),
  operation: "create",
  leaves: "nothing",
  message: "ForbiddenByRbac: Caller is not authorized to perform action on resource",
};

describe.skipIf(engine.kind === "none")("an update that fails halfway", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  let workspace: Workspace;
  /** The type of each resource that the cloud has made. */
  const made: string[] = [];

  beforeAll(async () => {
    const remember: Hook = ({ operation, resource }) => {
      if (operation === "create") made.push(resource.token);
    };
    const tokens = [...AZURE_KINDS.map((kind) => kind.token), APPLICATION];
    hospital = await openHospital(engine, {
      hooks: Object.fromEntries(tokens.map((one) => [one, remember])),
    });
    await hospital.program.deploy((await packages()).first);
    workspace = await hospital.open("lamna-test", (settings) => ({ ...settings, number: {} }));
  });
  afterAll(() => hospital.stop());

  test("says what failed, is resumed by the next, and makes nothing twice", async () => {
    for (const failure of FAILURES) hospital.azure.cloud.failNext({ ...failure, operation: "create" });
    hospital.azure.cloud.failNext(NEW_ROLE);
    const told: string[] = [];
    let outcome = await workspace.up();
    // Each update stops at one failure, or at two that happen at the same time.
    for (let failed = 0; outcome.code !== 0 && failed < FAILURES.length; failed++) {
      told.push(...errorsOf(outcome));
      outcome = await workspace.up();
    }
    await succeeded(Promise.resolve(outcome));
    for (const { message } of FAILURES) expect(told.join("\n")).toContain(message);
    expect(told.join("\n")).not.toContain(NEW_ROLE.message);
    expect(hospital.said()).toContain("Trying again in 5 s, for ten minutes in all");
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);

    const state = (await workspace.exportState()) as {
      deployment: { resources: readonly { type: string; custom: boolean }[] };
    };
    const held = state.deployment.resources
      .map(({ type }) => type)
      .filter((type) => type.startsWith("azure-native:") || type === APPLICATION);
    expect(made.toSorted()).toEqual(held.toSorted());

    const [service] = hospital.azure.cloud.all(token("communication:CommunicationService"));
    const numbers = (await hospital.azure.communication.standIn(service?.id ?? "")).purchased();
    expect(numbers).toEqual([(await workspace.outputs())["number"]]);
    const [site] = hospital.azure.cloud.all(token("web:WebApp"));
    expect(await hospital.azure.appService.settled(textAt(site?.properties, "defaultHostName") ?? "")).toBe(
      "up",
    );
  });
});
