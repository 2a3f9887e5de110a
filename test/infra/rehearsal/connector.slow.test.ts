/**
 * The package itself, started as App Service starts it, with a deployment's settings and all vendors under their real
 * names.
 */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { launchPath } from "../../../app/domain/addresses.ts";
import { NODE_ARGUMENTS } from "../../../app/domain/nodeArguments.ts";
import { VERSION } from "../../../app/domain/version.ts";
import { containers } from "../../../app/records/containers.ts";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import { openOracleHealth } from "../../../infra/rehearsal/planes/oracle/oracle.ts";
import type { Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import { pack, type Artifact } from "../../../scripts/package/pack.ts";
import {
  ACCOUNT_ID,
  assign,
  CLIENT,
  DEPLOYER,
  eventGridsId,
  grant,
  HOST,
  IDENTITY,
  lamnaAzure,
  resource,
  running,
  SITE_ID,
  stored,
  TENANT,
  VAULT_ID,
  withSettings,
} from "./lamna.ts";

const GROUP = ACCOUNT_ID.replace(/\/providers\/.*$/u, "");
const COSMOS_ID = GROUP + "/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-lamna";
let artifact: Artifact;
beforeAll(async () => {
  artifact = await pack(join(import.meta.dirname, "../../.."));
});

function store({ cloud }: Azure): void {
  const endpoint = "https://cosmos-lamna.documents.azure.com:443/";
  const location = { locationName: "East US 2", documentEndpoint: endpoint };
  const put = (path: string, token: string, properties: Properties) =>
    cloud.put(resource(COSMOS_ID + path, "azure-native:cosmosdb:" + token, properties));
  put("", "DatabaseAccount", {
    documentEndpoint: endpoint,
    disableLocalAuth: true,
    publicNetworkAccess: "Enabled",
    consistencyPolicy: { defaultConsistencyLevel: "Strong" },
    readLocations: [location],
    writeLocations: [location],
  });
  put("/sqlDatabases/connector", "SqlResourceSqlDatabase", { resource: { id: "connector" } });
  for (const { name, partitionKey, ttl } of containers)
    put("/sqlDatabases/connector/containers/" + name, "SqlResourceSqlContainer", {
      resource: {
        id: name,
        partitionKey: { kind: "Hash", paths: [partitionKey] },
        ...(ttl && { defaultTtl: -1 }),
      },
    });
  put("/sqlRoleAssignments/connector", "SqlResourceSqlRoleAssignment", {
    principalId: IDENTITY.principalId,
    scope: COSMOS_ID,
    roleDefinitionId: COSMOS_ID + "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002",
  });
}

const settings = (url: string): Readonly<Record<string, string>> => ({
  ...running(url),
  WEBSITE_WARMUP_PATH: "/healthz",
  WEBSITE_WARMUP_STATUSES: "200",
  CONNECTOR_TENANT: "lamna",
  CONNECTOR_ENVIRONMENT: "test",
  CONNECTOR_PUBLIC_URL: "https://" + HOST,
  CONNECTOR_ORGANIZATION: JSON.stringify({ name: "Lamna Healthcare", phone: "+12025550142" }),
  CONNECTOR_VISITS: JSON.stringify({}),
  CONNECTOR_NUMBERS: "portal",
  CONNECTOR_CONNECTIONS: "[]",
  CONNECTOR_DEPARTMENTS: "[]",
  MICROSOFT_TENANT_ID: TENANT,
  MICROSOFT_CLIENT_ID: CLIENT,
  MICROSOFT_AUTHORITY: "https://login.microsoftonline.com",
  MICROSOFT_GRAPH: "https://graph.microsoft.com",
  IDENTITY_CLIENT_ID: IDENTITY.clientId,
  VAULT_URL: "https://kv-lamna.vault.azure.net",
  VAULT_WRAPPING_KEY: "connector-wrapping",
  COMMUNICATION_ENDPOINT: "https://acs-lamna.communication.azure.com",
  QUEUE_ENDPOINT: "https://stlamna.queue.core.windows.net",
  STORE_COSMOS_ENDPOINT: "https://cosmos-lamna.documents.azure.com",
  STORE_COSMOS_DATABASE: "connector",
  PACKAGE_DIGEST: artifact.digest,
  CONNECTOR_REVISION: "a".repeat(64),
});

async function deployment(): Promise<{ readonly azure: Azure; readonly url: string }> {
  const azure = await lamnaAzure({ startSeconds: 30 });
  await azure.cloud.change(SITE_ID, {
    siteConfig: { appCommandLine: ["node", ...NODE_ARGUMENTS, "connector.js"].join(" ") },
  });
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID);
  grant(azure, "Key Vault Crypto User", VAULT_ID);
  azure.cloud.put(
    resource(VAULT_ID + "/keys/connector-wrapping", "azure-native:keyvault:Key", {
      kty: "RSA",
      keySize: 3072,
      keyOps: ["wrapKey", "unwrapKey"],
    }),
  );
  store(azure);
  return { azure, url: await stored(azure, artifact.zip) };
}

const ask = async (azure: Azure, path: string) =>
  (await azure.front.entryPoint({ address: "203.0.113.5" })).fetch(`https://${HOST}${path}`);

/** A chart system whose client has a secret, by that name in the vault. */
const SECRET = "by-secret";
const BY_SECRET = {
  id: SECRET,
  name: "By a secret",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c12",
  visitTypes: ["Video Visit"],
  environment: "test" as const,
  provider: {
    clientId: "91c4d7e8-0000-4000-8000-0000000c0005",
    authentication: { method: "client_secret_basic" as const, secret: SECRET },
  },
};

/** Waits until a launch is sent on to Oracle. @returns how often the site was started meanwhile */
async function launchedAfter(azure: Azure, change: () => Promise<unknown>): Promise<number> {
  const starts = () => azure.appService.log(HOST).match(/ starts\.$/gmu)?.length ?? 0;
  const launch = () =>
    ask(azure, `${launchPath("test", "test")}?launch=1&iss=${encodeURIComponent(BY_SECRET.fhirBaseUrl)}`);
  const before = await launch();
  expect([before.status, await before.text()]).toEqual([
    503,
    expect.stringContaining("The chart connection is not set up completely"),
  ]);
  const started = starts();
  await change();
  await expect
    .poll(async () => (await launch()).headers.get("location") ?? "", { timeout: 30_000, interval: 500 })
    .toMatch(/^https:\/\/authorization\.cerner\.com\//u);
  return starts() - started;
}

test("the package comes up with its settings, reaches its vault and store by their names, finds a secret that a person puts into the vault afterwards, and calls nobody else", async () => {
  const { azure, url } = await deployment();
  grant(azure, "Key Vault Secrets User", VAULT_ID);
  const stack = { environment: "test" as const, connections: [BY_SECRET] };
  await openOracleHealth({ stack, front: azure.front, now: () => new Date(), caller: SOMEBODY });
  const state = await withSettings(azure, {
    ...settings(url),
    CONNECTOR_CONNECTIONS: JSON.stringify([BY_SECRET]),
  });
  expect(azure.appService.log(HOST)).toContain("connector.listening");
  expect(state).toBe("up");
  expect(await (await ask(azure, "/healthz")).json()).toEqual({
    status: "up",
    version: VERSION,
    package: artifact.digest,
    revision: "a".repeat(64),
  });
  await expect
    .poll(async () => (await (await ask(azure, "/readyz")).json()) as unknown, { timeout: 20_000 })
    .toMatchObject({ store: true, keys: true });
  const contents = await azure.vaults.contents("kv-lamna");
  expect(await launchedAfter(azure, () => contents.setSecret(SECRET, "as Oracle has issued it"))).toBe(0);
  expect(azure.front.refused()).toEqual([]);
  expect(azure.cosmos.unspoken).toEqual([]);
});

test("Event Grid shakes hands with the connector, which checks its token against Entra's published keys", async () => {
  const { azure, url } = await deployment();
  await withSettings(azure, settings(url));
  await expect.poll(async () => (await ask(azure, "/readyz")).status, { timeout: 20_000 }).toBe(200);
  const id = GROUP + "/providers/Microsoft.EventGrid/systemTopics/events/eventSubscriptions/connector";
  azure.cloud.put(resource(id, "azure-native:eventgrid:SystemTopicEventSubscription", {}));
  const destination = {
    endpointType: "WebHook",
    endpointUrl: `https://${HOST}/webhooks/events`,
    azureActiveDirectoryApplicationIdOrUri: CLIENT,
  };
  assign(azure, DEPLOYER.objectId);
  // The role may be given in a moment, so Event Grid is to try again.
  await expect(azure.cloud.change(id, { destination })).rejects.toThrow("response code 503");
  assign(azure, eventGridsId(azure));
  await azure.cloud.change(id, { destination });
  expect(azure.appService.log(HOST)).toContain('"event":"events.handshake"');
  expect(await azure.eventGrid.deliver(id, [{ eventType: "x", subject: "y", data: {} }])).toBe(200);
});

test("one required setting less, and the site's log names it", async () => {
  const { azure, url } = await deployment();
  const { CONNECTOR_TENANT: _left, ...others } = settings(url);
  expect(await withSettings(azure, others)).toBe("failed");
  expect(azure.appService.log(HOST)).toContain("CONNECTOR_TENANT is missing");
  expect((await ask(azure, "/healthz")).status).toBe(503);
});

test("without the role on the vault it is up and not ready, and says what the vault said", async () => {
  const { azure, url } = await deployment();
  await azure.cloud.remove(
    azure.cloud.below(VAULT_ID).find(({ token }) => token.endsWith(":RoleAssignment"))?.id ?? "",
  );
  expect(await withSettings(azure, settings(url))).toBe("up");
  await expect.poll(() => azure.appService.log(HOST), { timeout: 20_000 }).toContain("connector.not_ready");
  const readyz = await ask(azure, "/readyz");
  expect([readyz.status, await readyz.json()]).toEqual([503, { store: true, keys: false, worked: false }]);
  expect(azure.appService.log(HOST)).toContain(
    "give the connector's identity the role Key Vault Crypto User",
  );
});
