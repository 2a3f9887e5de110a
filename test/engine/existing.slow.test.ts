/** A hospital that has part of it already: a resource group, a registration, a number. And no secret is copied anywhere. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { azure as token } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";
import { SERVICE_PRINCIPAL } from "../../infra/rehearsal/azure/entra/principals.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import {
  changeStackFile,
  doneBy,
  engineFor,
  type Hospital,
  openHospital,
  SUBSCRIPTION,
  succeeded,
} from "./hospital.ts";
import { buyByHand } from "./numberByHand.ts";
import { packages } from "./programCopy.ts";
import { processesWith } from "./processes.ts";

const engine = await engineFor(
  "pulumi up takes over what a hospital has already, and writes no secret into state, plan, logs or outputs",
);

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna-test`;
const REGISTRATION = {
  objectId: "7d0c5a1e-0000-4000-8000-0000000000b1",
  clientId: "7d0c5a1e-0000-4000-8000-0000000000b2",
  servicePrincipalId: "7d0c5a1e-0000-4000-8000-0000000000b3",
};
const SECRET_NAME = "lamna-test-provider";
const SECRET = "planted-in-the-vault-3f9c1d";

describe.skipIf(engine.kind === "none")("what a hospital has already", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  let workspace: Workspace;

  beforeAll(async () => {
    hospital = await openHospital(engine, {
      hooks: {
        [token("keyvault:Vault")]: async ({ operation, resource }) => {
          if (operation !== "create") return;
          await (await hospital.azure.vaults.contents(resource.name)).setSecret(SECRET_NAME, SECRET);
        },
      },
    });
    const { cloud } = hospital.azure;
    const { objectId, clientId, servicePrincipalId } = REGISTRATION;
    const displayName = "Lamna visits";
    cloud.put({
      id: GROUP,
      token: token("resources:ResourceGroup"),
      name: "rg-lamna-test",
      properties: { location: "eastus2", tags: { owner: "Lamna IT" } },
    });
    cloud.put({
      id: "/applications/" + objectId,
      token: APPLICATION,
      name: objectId,
      properties: {
        objectId,
        clientId,
        displayName,
        signInAudience: "AzureADMyOrg",
        web: { redirectUris: ["https://lamna.example/other"] },
        api: { requestedAccessTokenVersion: 2 },
      },
    });
    cloud.put({
      id: "/servicePrincipals/" + servicePrincipalId,
      token: SERVICE_PRINCIPAL,
      name: servicePrincipalId,
      properties: { objectId: servicePrincipalId, clientId, displayName },
    });
    await hospital.program.deploy((await packages()).first);
    workspace = await hospital.open(
      "lamna-test",
      (settings) => ({
        ...settings,
        microsoft: { ...settings.microsoft, registration: REGISTRATION },
        connections: settings.connections?.map((connection) => ({
          ...connection,
          provider: {
            clientId: "91c4d7e8-0000-4000-8000-0000000c0001",
            authentication: { method: "client_secret_basic" as const, secret: SECRET_NAME },
          },
        })),
      }),
      "left out",
    );
  });
  afterAll(() => hospital.stop());

  function only(type: string): CloudResource {
    const [resource, ...others] = hospital.azure.cloud.all(token(type));
    if (resource === undefined || others.length > 0) throw new Error("not exactly one " + type);
    return resource;
  }
  const service = () => only("communication:CommunicationService");
  const purchased = async () => (await hospital.azure.communication.standIn(service().id)).purchased();

  test("an imported resource group and a registration of the hospital's own are taken as they are", async () => {
    await succeeded(
      workspace.run([
        "import",
        "azure-native:resources:ResourceGroup",
        "group",
        GROUP,
        "--yes",
        "--protect=false",
        "--generate-code=false",
      ]),
    );
    const made = doneBy(await succeeded(workspace.up()));
    expect(made.filter((done) => done.includes("ResourceGroup"))).toEqual([
      "create azure-native:resources:ResourceGroup number",
      "update azure-native:resources:ResourceGroup group",
    ]);
    expect(
      made.filter((done) => /Application:Application|:Application |create .*ServicePrincipal /.test(done)),
    ).toEqual(["create azuread:index/servicePrincipal:ServicePrincipal event-grid"]);
    expect(hospital.azure.cloud.all(APPLICATION).map(({ properties }) => properties)).toMatchObject([
      {
        clientId: REGISTRATION.clientId,
        displayName: "Lamna visits",
        web: { redirectUris: ["https://lamna.example/other"] },
      },
    ]);
    expect((await workspace.outputs())["registrationByHand"]).toMatchObject({
      redirectUri: expect.stringMatching(/^https:.*\/signin\/callback$/) as string,
    });
    await succeeded(workspace.preview(["--expect-no-changes"]));
  });

  test("a number that somebody bought in the portal is adopted, and none is bought", async () => {
    const number = await buyByHand(hospital.azure, service());
    await changeStackFile(workspace.stackFile, (settings) => ({ ...settings, number: { areaCode: "833" } }));
    const made = doneBy(await succeeded(workspace.up()));
    expect(made).toContain("create ehr:index:PhoneNumber number");
    expect((await workspace.outputs())["number"]).toBe(number);
    expect(await purchased()).toEqual([number]);
  });

  test("destroy spares the number: refused while it is protected, kept with all it hangs on when not, and taken over by the next up", async () => {
    const [number] = await purchased();
    const { id } = service();
    const refused = await workspace.run(["destroy", "--yes"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/ehr:index:PhoneNumber::number.*cannot be deleted/);

    await succeeded(workspace.run(["state", "unprotect", "--all", "--yes"]));
    await succeeded(workspace.destroy());
    const kept = hospital.azure.cloud.all().filter((one) => one.id.startsWith("/subscriptions/"));
    expect(kept.map(({ token: kind }) => kind.replace("azure-native:", "")).sort()).toEqual([
      "communication:CommunicationService",
      "communication:Domain",
      "communication:Domain",
      "communication:EmailService",
      "resources:ResourceGroup",
    ]);
    expect(hospital.azure.cloud.find("/applications/" + REGISTRATION.objectId)).toBeDefined();

    const made = doneBy(await succeeded(workspace.up()));
    expect(made.filter((done) => !done.startsWith("create "))).toEqual([
      "import azure-native:communication:CommunicationService service",
      "import azure-native:communication:Domain mail",
      "import azure-native:communication:Domain own-mail",
      "import azure-native:communication:EmailService mail",
      "import azure-native:resources:ResourceGroup number",
    ]);
    expect(service().id).toBe(id);
    expect(await purchased()).toEqual([number]);
    expect((await workspace.outputs())["number"]).toBe(number);
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
  });

  test("no secret is in state, plan, preview, logs or outputs", async () => {
    const plan = join(workspace.folder, "plan.json");
    const written = [
      (await succeeded(workspace.preview(["--save-plan", plan]))).stdout,
      (await succeeded(workspace.run(["preview", "--json"]))).stdout,
      (await succeeded(workspace.run(["stack", "export", "--show-secrets"]))).stdout,
      JSON.stringify(await workspace.outputs()),
      hospital.said(),
      ...(await filesIn(workspace.folder)),
      ...(await filesIn(join(hospital.folder, "backend"))),
    ].join("\n");
    // The name of a secret is no secret itself.
    expect(written).toContain(SECRET_NAME);
    const planted = await secrets();
    expect(leaksIn(written, planted)).toEqual([]);

    const leaking =
      'import { readFileSync } from "node:fs";\nexport { location };\n' +
      `export const leak = readFileSync(${JSON.stringify(hospital.azure.environment["AZURE_FEDERATED_TOKEN_FILE"])}, "utf8");`;
    onTestFinished(await hospital.program.change("infra/index.ts", "export { location };", leaking));
    const leaked = await succeeded(workspace.preview());
    expect(leaksIn(JSON.stringify(leaked), planted)).toEqual(["the pipeline's token", "a token"]);
  });

  /** The secrets, each read from where it belongs. */
  async function secrets(): Promise<Readonly<Record<string, string>>> {
    const contents = await hospital.azure.vaults.contents(only("keyvault:Vault").name);
    const secret = contents.secretVersions(SECRET_NAME).at(-1)?.value;
    const pipeline = await readFile(hospital.azure.environment["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8");
    const [site] = await processesWith("WEBSITE_SITE_NAME=" + only("web:WebApp").name);
    const environment = await readFile(`/proc/${String(site)}/environ`, "utf8");
    const header = /(?:^|\0)IDENTITY_HEADER=([^\0]+)/.exec(environment)?.[1];
    if (secret === undefined || header === undefined) throw new Error("nothing was planted");
    return {
      "the connection's secret": secret,
      "the pipeline's token": pipeline,
      "the managed identity's header": header,
      "Communication Services' key": Buffer.from(
        only("communication:CommunicationService").id + "/primary",
      ).toString("base64"),
    };
  }
});

/** Which secrets a text shows, in words. */
function leaksIn(text: string, planted: Readonly<Record<string, string>>): string[] {
  const named = Object.entries(planted).filter(([, secret]) => text.includes(secret));
  return [
    ...named.map(([what]) => what),
    // The tokens of Entra and of managed identities have this form.
    ...(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}/.test(text) ? ["a token"] : []),
    ...(/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text) ? ["a private key"] : []),
  ];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")),
  );
}
