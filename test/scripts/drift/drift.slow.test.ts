/** The real engine looks for drift in a stack whose resources were changed in the in-memory Azure without it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { azure as token } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import { startProviders } from "../../../infra/rehearsal/startProviders.ts";
import { drift } from "../../../scripts/drift/drift.ts";
import { findEngine } from "../../../scripts/engine/engine.ts";
import { engineEnvironment } from "../../../scripts/engine/environment.ts";
import { openOwnStack } from "../../../scripts/engine/ownStack.ts";
import { openWorkspace } from "../../../scripts/engine/workspace.ts";
import { asksMore } from "../../azure/asksMore.ts";

const engine = await findEngine();
if (engine.kind === "none")
  process.stdout.write(
    `!!! No Pulumi engine, because ${engine.because}: not proved here is that it sees drift.\n`,
  );

const STACK = "lamna-test";

describe.skipIf(engine.kind === "none")("npm run drift", { timeout: 180_000 }, () => {
  test("names what was changed by hand and what is gone, and touches neither Azure nor the stack file", async () => {
    if (engine.kind === "none") throw new Error(engine.because);
    const folder = await mkdtemp(join(tmpdir(), "drift-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const running = await startProviders({
      subscriptionId: "11111111-0000-4000-8000-000000000001",
      tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
      deployer: {
        objectId: "dddddddd-0000-4000-8000-000000000001",
        clientId: "cccccccc-0000-4000-8000-000000000001",
      },
      now: () => new Date(),
      more: asksMore,
    });
    onTestFinished(() => running.stop());
    const stackFile = join(folder, `Pulumi.${STACK}.yaml`);
    await writeFile(stackFile, "config: {}\n");
    const project = fileURLToPath(new URL("fixture", import.meta.url));
    const owners = {
      PULUMI_DEBUG_PROVIDERS: running.debugProviders,
      PULUMI_BACKEND_URL: pathToFileURL(folder).href,
      PULUMI_CONFIG_PASSPHRASE: "of their own",
    };
    const workspace = await openWorkspace({ engine, stackFile, project, environment: owners });
    onTestFinished(() => workspace.close());
    const made = await workspace.up();
    expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
    await writeFile(stackFile, await readFile(workspace.stackFile));
    const before = await readFile(stackFile, "utf8");

    const own = await openOwnStack({
      engine,
      name: STACK,
      stackFile,
      project,
      environment: { ...engineEnvironment(workspace.folder, process.env), ...owners },
      signal: new AbortController().signal,
    });
    onTestFinished(() => own.close());
    const ask = () => Promise.resolve({ value: [] });
    const nothing = () => Promise.resolve(undefined);
    const looked = () => drift({ stack: STACK, own, azure: ask, graph: ask, listing: ask, stored: nothing });
    expect(await looked()).toEqual({ stack: STACK, differences: [], unknown: [] });

    const { cloud } = running;
    const [group] = cloud.all(token("resources:ResourceGroup"));
    const [identity] = cloud.all(token("managedidentity:UserAssignedIdentity"));
    if (group === undefined || identity === undefined) throw new Error("nothing was made");
    await cloud.change(identity.id, { tags: { tenant: "another" } });
    const changed = cloud.all();
    const looks = await looked();
    expect(cloud.all()).toEqual(changed);
    expect(looks.differences).toEqual([
      expect.objectContaining({
        resource: "identity (managedidentity:UserAssignedIdentity)",
        what: "changed",
        names: [expect.stringContaining("tags")],
      }),
    ]);
    await cloud.remove(identity.id);
    const { differences } = await looked();
    expect(differences.map(({ resource, what }) => [resource, what])).toEqual([
      ["identity (managedidentity:UserAssignedIdentity)", "gone"],
    ]);
    expect(JSON.stringify(differences)).not.toContain("another");
    expect(await readFile(stackFile, "utf8")).toBe(before);
  });
});
