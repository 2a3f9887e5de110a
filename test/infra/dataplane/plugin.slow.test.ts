/**
 * The plugin as the real engine runs it: found through Pulumi.yaml, started by the language host, signed in by environment
 * variables.
 */
import { decodeJwt } from "jose";
import { createHash } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { openNumbers } from "../../../app/adapters/acs/numbers.ts";
import { findEngine } from "../../../scripts/engine/engine.ts";
import { changesOf, errorsOf, type Outcome } from "../../../scripts/engine/outcome.ts";
import { openWorkspace } from "../../../scripts/engine/workspace.ts";
import { serveTls, trustedCertificate } from "../../app/adapters/server.ts";
import { shop } from "../../app/sandbox/communication/shop.ts";
import { IDENTITY } from "../../app/sandbox/microsoft/hospital.ts";
import { blobServer } from "./blobServer.ts";

const engine = await findEngine();
if (engine.kind === "none")
  process.stdout.write(
    `!!! No Pulumi engine, because ${engine.because}: not proved here is that it can run our plugin.\n`,
  );

const BYTES = Buffer.from("a package");
const DIGEST = createHash("sha256").update(BYTES).digest("hex");
const REVISION = "b".repeat(64);

describe.skipIf(engine.kind === "none")("the real engine", () => {
  test("makes number, package and ready, changes nothing twice, and keeps the number through a destroy", async () => {
    const { open, blobs, workspace } = await deployment();
    expect(steps(await workspace.preview())).toEqual(["create number", "create ready", "create release"]);
    expect([open.received(), blobs.blobs.size]).toEqual([[], 0]);

    await succeeded(workspace.up());
    const [number = ""] = open.purchased();
    const url = `${blobs.blobEndpoint}/packages/${DIGEST}.zip`;
    expect(await workspace.outputs()).toEqual({ phoneNumber: number, url });
    await succeeded(workspace.preview(["--expect-no-changes"]));
    await succeeded(workspace.refresh(["--preview-only", "--expect-no-changes"]));

    await succeeded(workspace.destroy());
    expect([open.purchased(), blobs.blobs.size]).toEqual([[number], 1]);
    await succeeded(workspace.up());
    expect([open.purchased(), (await workspace.outputs())["phoneNumber"]]).toEqual([[number], number]);
  });

  test("imports a number by its address, sees what was changed by hand, and heals it in place", async () => {
    const { open, workspace } = await deployment();
    const { backChannel: endpoint, credential } = open;
    const numbers = openNumbers({
      endpoint,
      credential,
      now: () => new Date(),
      wait: () => Promise.resolve(),
    });
    const wanted = { countryCode: "US", phoneNumberType: "tollFree", calling: "none" } as const;
    const { phoneNumber } = await numbers.have({ ...wanted, sms: "inbound+outbound" });
    const address = `${endpoint}/phoneNumbers/${phoneNumber}`;
    const type = "ehr:index:PhoneNumber";
    await succeeded(
      workspace.run(["import", type, "number", address, "--yes", "--generate-code=false", "--protect=false"]),
    );
    expect(steps(await succeeded(workspace.up()))).toEqual(["create ready", "create release"]);

    await numbers.change(phoneNumber, { sms: "outbound", calling: "none" });
    const drifted = await workspace.refresh(["--preview-only", "--expect-no-changes"]);
    expect(drifted.code).not.toBe(0);
    expect(steps(await succeeded(workspace.up(["--refresh"])))).toContain("update number");
    expect(await numbers.find(phoneNumber)).toMatchObject({ sms: "inbound+outbound" });
    expect(open.purchased()).toEqual([phoneNumber]);
  });

  test("says what a site answered instead, and waits again at the next update", async () => {
    const { site, workspace } = await deployment({ EHR_READY_WITHIN_SECONDS: "5" });
    site.package = "c".repeat(64);
    const failed = await workspace.up();
    expect(failed.code).not.toBe(0);
    expect(errorsOf(failed).join()).toContain("Last answer: another package runs: cccc");
    site.package = DIGEST;
    expect(steps(await succeeded(workspace.up()))).toEqual(["create ready"]);
  });
});

const steps = (outcome: Outcome): string[] =>
  changesOf(outcome)
    .filter(({ type }) => type.startsWith("ehr:"))
    .map(({ op, urn }) => [op, urn.split("::").at(-1)].join(" "))
    .sort();

async function succeeded(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running;
  expect([outcome.code, errorsOf(outcome)]).toEqual([0, []]);
  return outcome;
}

async function deployment(environment: Readonly<Record<string, string>> = {}) {
  if (engine.kind === "none") throw new Error(engine.because);
  const folder = await mkdtemp(join(tmpdir(), "dataplane-"));
  const open = await shop();
  const blobs = await blobServer((token) => decodeJwt(token).aud === "https://storage.azure.com");
  const site = { package: DIGEST };
  const { origin: address } = await serveTls(() => ({ json: { status: "up", revision: REVISION, ...site } }));
  const [file, trusted] = [join(folder, "package.zip"), join(folder, "trusted.pem")];
  await writeFile(file, BYTES);
  await writeFile(trusted, [open.authority, (await trustedCertificate()).cert].join("\n"));
  const stackFile = join(folder, "Pulumi.lamna-test.yaml");
  const settings = {
    endpoint: open.backChannel,
    sms: "inbound+outbound",
    blobEndpoint: blobs.blobEndpoint,
    digest: DIGEST,
    file,
    address,
    revision: REVISION,
  };
  await writeFile(stackFile, `config:\n  dataplane-fixture:deployment: ${JSON.stringify(settings)}\n`);
  const workspace = await openWorkspace({
    engine,
    stackFile,
    project: fileURLToPath(new URL("fixture", import.meta.url)),
    environment: {
      NODE_EXTRA_CA_CERTS: trusted,
      AZURE_CLIENT_ID: IDENTITY.clientId,
      IDENTITY_ENDPOINT: open.microsoft.identity.endpoint,
      IDENTITY_HEADER: open.microsoft.identity.header,
      ...environment,
    },
  });
  onTestFinished(() => workspace.close());
  return { open, blobs, site, workspace };
}
