/** Updates that fail halfway because of the cloud, and the updates that come after them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Hook } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";
import { type Failure, failing } from "../azure/failing.ts";
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

const URI = "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri";
const ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";
/** These are made in Entra, and the answer is lost. Later updates are refused until a person imports them as they are told. */
const LOST: readonly Omit<Failure, "operation">[] = [
  { token: URI, leaves: "unreported", message: "unexpected EOF (URI)" },
  { token: ASSIGNMENT, leaves: "unreported", message: "unexpected EOF (assignment)" },
];

/** A vault refuses a key while the deployer's role is new. The update waits for that and does not fail. */
const NEW_ROLE: Failure = {
  token: token("keyvault:Key"),
  operation: "create",
  leaves: "nothing",
  message: "ForbiddenByRbac: Caller is not authorized to perform action on resource",
};

describe.skipIf(engine.kind === "none")("an update that fails halfway", { timeout: 360_000 }, () => {
  let hospital: Hospital;
  let workspace: Workspace;
  /** The type of each resource that the cloud has made. */
  const made: string[] = [];
  const failures = failing();

  beforeAll(async () => {
    const remember: Hook = ({ operation, resource }) => {
      if (operation === "create") made.push(resource.token);
    };
    const tokens = [...AZURE_KINDS.map((kind) => kind.token), APPLICATION];
    hospital = await openHospital(engine, {
      troubled: failures.troubled,
      hooks: Object.fromEntries(tokens.map((one) => [one, remember])),
    });
    await hospital.program.deploy((await packages()).first);
    workspace = await hospital.open("lamna-test", (settings) => ({ ...settings, number: {} }), "left out");
  });
  afterAll(() => hospital.stop());

  /** The command that a person is told, with what Entra chose filled in, as the Entra admin center shows it. */
  async function importIn(words: string): Promise<readonly string[] | undefined> {
    const [, command] = /\bpulumi (import --.*)$/mu.exec(words) ?? [];
    if (command === undefined) return undefined;
    const held = (await stateOf()).map(({ id }) => id);
    const lost = hospital.azure.cloud.all(ASSIGNMENT).find(({ id }) => !held.includes(id));
    const filled = command.replace("<id of the assignment>", lost?.name ?? "");
    return [...filled.matchAll(/'([^']*)'|\S+/gu)].map(([whole, quoted]) => quoted ?? whole);
  }

  async function stateOf() {
    const state = (await workspace.exportState()) as {
      deployment: { resources: readonly { type: string; custom: boolean; id?: string }[] };
    };
    return state.deployment.resources;
  }

  test("says what failed, is resumed by the next, and makes nothing twice", async () => {
    for (const failure of [...FAILURES, ...LOST]) failures.failNext({ ...failure, operation: "create" });
    failures.failNext(NEW_ROLE);
    const told: string[] = [];
    let outcome = await workspace.up();
    const imported: string[] = [];
    // Each update stops at one failure, or at two that happen at the same time; what was lost is refused once more.
    for (let failed = 0; outcome.code !== 0 && failed < FAILURES.length + 2 * LOST.length; failed++) {
      told.push(...errorsOf(outcome));
      for (const words of errorsOf(outcome)) {
        const asked = await importIn(words);
        if (asked === undefined) continue;
        await succeeded(workspace.run([...asked, "--yes", "--skip-preview"]));
        imported.push(asked.find((one) => one.startsWith("azuread:")) ?? "");
      }
      outcome = await workspace.up();
    }
    await succeeded(Promise.resolve(outcome));
    expect(imported.toSorted()).toEqual([ASSIGNMENT, URI]);
    for (const { message } of [...FAILURES, ...LOST]) expect(told.join("\n")).toContain(message);
    expect(told.join("\n")).not.toContain(NEW_ROLE.message);
    // These are the engine's words. The program's own may come too late for an update that fails meanwhile.
    expect(hospital.said()).toContain("retrying create due to on-error hook request");
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);

    const held = (await stateOf())
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
