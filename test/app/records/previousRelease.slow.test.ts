/**
 * A release is rolled back, or waits in the slot beside the site: the package before this one starts with the settings of
 * today, on rows that today's package has written, and a newer one's, too. Visits go on, and no member is lost.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../../../scripts/build.ts";
import type { Keyring } from "../../../app/ports/keyring.ts";
import { patientLink } from "../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import { lost, plantUnknown } from "../../harness/laterRelease.ts";
import { Person } from "../../harness/person.ts";
import { checkOut, previousRelease } from "../../harness/previousRelease.ts";
import { goOn, keyringOf, rowsOf, useStore, type Row, type UsedStore } from "../../harness/usedStore.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const commit = await previousRelease();
if (commit === undefined)
  process.stdout.write("!!! The history of the project is not here, so the previous release is not run.\n");

describe.skipIf(commit === undefined)("the release before this one", () => {
  let folder: string;
  let file: string;
  let deployment: Deployment;
  let used: UsedStore;
  let keyring: Keyring;
  let before: readonly Row[];
  let previous: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "previous-release-"));
    file = join(folder, "connector.sqlite");
    const sources = join(folder, "sources");
    await checkOut(commit ?? "", sources);
    await symlink(join(root, "node_modules"), join(sources, "node_modules"));
    const { file: bundle } = await build({ root: sources, out: join(folder, "package") });
    deployment = await startDeployment({ sqliteFile: file });
    used = await useStore(deployment);
    keyring = await keyringOf(deployment);
    before = plantUnknown(file, keyring);
    previous = await started(bundle, await deployment.standDown());
  });
  afterAll(async () => {
    previous.kill("SIGKILL");
    await deployment.stop();
    await rm(folder, { recursive: true });
  });

  /** In the place of the connector that stood down, until it is ready. */
  async function started(bundle: string, settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
    const { endpoint, header } = deployment.sandbox.microsoft.identity;
    const trusted = join(folder, "trusted.pem");
    await writeFile(trusted, deployment.sandbox.authority);
    const vendors = { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, NODE_EXTRA_CA_CERTS: trusted };
    const child = spawn(process.execPath, [bundle], {
      env: { ...settings, ...vendors },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    await new Promise<void>((resolve, reject) => {
      for (const output of [child.stdout, child.stderr])
        output.setEncoding("utf8").on("data", (text: string) => {
          told += text;
          if (told.includes('"event":"connector.ready"')) resolve();
          if (told.includes("connector.not_ready")) reject(new Error(told));
        });
      child.once("exit", () => reject(new Error("it ended:\n" + told)));
    });
    return child;
  }

  test("shows the visit that is open, and its patient's link leads on", async () => {
    const page = await used.person.open(used.open.url);
    expect(page.status).toBe(200);
    const lobby = await new Person().open(patientLink(page), (url) => url.origin !== deployment.url);
    expect(lobby.status).toBe(302);
  });

  test("goes on with what was begun, and loses no member that it does not know", async () => {
    await goOn(deployment, used);
    previous.kill("SIGTERM");
    await once(previous, "exit");
    for (const row of before) {
      // What Graph has told goes when it is taken, whichever release takes it.
      if (row.id.startsWith("notification-")) continue;
      const now = rowsOf(file).find(({ id, container }) => id === row.id && container === row.container);
      expect(lost(row, now, keyring), row.container).toEqual([]);
    }
  });
});
