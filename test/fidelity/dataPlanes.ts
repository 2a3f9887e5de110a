/** The data planes of the in-memory Azure, with the accounts that recordings name and what was in them. */
import { azure as typed } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { BUILT_IN_ROLES } from "../../infra/rehearsal/azure/resourceTypes/roles.ts";
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { lastSegment } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import { startIdentityServer } from "../../infra/rehearsal/front/appService/identityServer.ts";
import { SOMEBODY } from "../../infra/rehearsal/front/hosts/caller.ts";
import { startInMemoryAzure, type Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import type { Ask, Before, Request } from "./before.ts";
import { routeOracle } from "./chartSystem.ts";
import { CONNECTOR, MEETINGS_ROLE, putRegistration } from "./directory.ts";
import type { Answer, Fact } from "./facts.ts";
import { recordedFrom } from "./record.ts";
import { handshakes } from "./webhook.ts";

const TENANT = "0c1f7a52-0000-4000-8000-00000000d00a";
const SUBSCRIPTION = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d00b";
const CALLER = "0c1f7a52-0000-4000-8000-00000000d00c";

/**
 * For each host, the token of its callers and the headers of every request. Storage repeats the version that it is asked
 * for.
 */
const HOSTS: readonly (readonly [
  suffix: string,
  audience: string,
  more: (answer: Answer) => Readonly<Record<string, string>>,
])[] = [
  [
    ".core.windows.net",
    "https://storage.azure.com",
    ({ headers }) => ({ "x-ms-version": headers?.["x-ms-version"] ?? "" }),
  ],
  [".documents.azure.com", "https://cosmos.azure.com", () => ({ "x-ms-version": "2018-12-31" })],
  [".vault.azure.net", "https://vault.azure.net", () => ({})],
  [".communication.azure.com", "https://communication.azure.com", () => ({})],
  ["graph.microsoft.com", "https://graph.microsoft.com", () => ({})],
  ["login.microsoftonline.com", "", () => ({ "content-type": "application/x-www-form-urlencoded" })],
];

export interface Planes {
  /** Sends a recorded request to accounts that are new each time. @returns the stand-in's answer */
  asked(fact: Fact, before?: Before): Promise<Answer>;
  /** How each stand-in of Event Grid asks a webhook. */
  handshakes(): Promise<readonly Answer[]>;
  stop(): Promise<void>;
}

export async function startPlanes(): Promise<Planes> {
  const azure = await startInMemoryAzure({
    subscriptionId: lastSegment(SUBSCRIPTION),
    tenantId: TENANT,
    deployer: { objectId: CALLER, clientId: CALLER },
    now: () => new Date(),
  });
  const entryPoint = await azure.front.entryPoint(SOMEBODY);
  const identity = await startIdentityServer(azure.entra.tenant);
  const site = identity.admit(() => undefined);
  putRegistration(azure.cloud);
  await routeOracle(azure.front);
  let made = 0;
  return {
    asked: async (fact, before) => {
      azure.entra.tenant.faults.clear();
      putAccounts(azure, `${SUBSCRIPTION}/resourceGroups/g${String(++made)}`);
      const { host } = fact.request;
      const [, audience = "", more] = HOSTS.find(([suffix]) => host?.endsWith(suffix)) ?? [];
      const token = await tokenOf(azure, audience);
      const signed =
        host?.includes(".documents.") === true ? `type=aad&ver=1.0&sig=${token}` : "Bearer " + token;
      const authorization = audience === "" ? {} : { authorization: signed };
      // A recording without a host was made at the address where a site gets its identity's tokens.
      const [origin, reach] =
        host === undefined
          ? (["http://" + identity.address, fetch] as const)
          : (["https://" + host, entryPoint.fetch] as const);
      const send = (request: Request, headers: Readonly<Record<string, string>>) =>
        reach(origin + current(request.path), {
          method: request.method,
          headers: {
            ...(host === undefined && { "x-identity-header": site }),
            ...more?.(fact.answer),
            ...headers,
            ...request.headers,
          },
          ...(request.body !== undefined && { body: textOf(request.body) }),
        });
      const ask: Ask = (request) => send({ ...request, ...typeOf(request.body) }, authorization);
      const stands = (await before?.(ask, azure)) ?? {};
      const request = replaced(fact.request, { "{now}": new Date().toUTCString(), ...stands });
      const version = /api-version=[\w-]+/u;
      const versions = {
        [version.exec(current(request.path))?.[0] ?? "-"]: version.exec(request.path)?.[0] ?? "-",
      };
      const back = {
        ...Object.fromEntries(Object.entries(stands).map(([theirs, ours]) => [ours, theirs])),
        ...versions,
      };
      const isUnsigned = fact.answer.status === 401 && fact.answer.code === "Unauthorized";
      return recordedFrom(request, async (_path, { headers }) => {
        const answer = await send(request, {
          ...(isUnsigned ? {} : authorization),
          ...(headers as Record<string, string>),
        });
        return replacedIn(answer, back);
      });
    },
    handshakes: () => {
      const topic = `${SUBSCRIPTION}/resourceGroups/events/providers/Microsoft.EventGrid/systemTopics/lamnab`;
      return handshakes(azure, topic + "/eventSubscriptions/lamnac", CALLER);
    },
    stop: async () => {
      await identity.stop();
      await azure.stop();
    },
  };
}

/** A body as text; a long one is only described. */
const textOf = (body: unknown): string =>
  (typeof body === "string" ? body : JSON.stringify(body)).replace(
    /\((\d+) times the letter (\w)\)/u,
    (_, times: string, letter: string) => letter.repeat(Number(times)),
  );

const typeOf = (body: unknown): { readonly headers?: Record<string, string> } =>
  typeof body === "object" ? { headers: { "content-type": "application/json" } } : {};

/** The path with the API version that the connector uses: numbers and a site's identity were recorded with an older one. */
function current(path: string): string {
  if (path.startsWith("/sms")) return path;
  const version = path.startsWith("/msi") ? "2019-08-01" : "2025-06-01";
  return path.replace(/api-version=[\w-]+/u, "api-version=" + version);
}

const within = (text: string, stands: Readonly<Record<string, string>>): string =>
  Object.entries(stands).reduce((all, [from, to]) => all.replaceAll(from, to), text);

const replaced = (request: Request, stands: Readonly<Record<string, string>>): Request => ({
  ...request,
  ...(JSON.parse(within(JSON.stringify({ path: request.path, body: request.body }), stands)) as object),
});

async function replacedIn(answer: Response, stands: Readonly<Record<string, string>>): Promise<Response> {
  const text = within(await answer.text(), stands);
  const headers = [...answer.headers].map(
    ([name, value]) => [name, within(value, stands)] as [string, string],
  );
  return new Response(text === "" ? null : text, { status: answer.status, headers });
}

function tokenOf({ entra }: Azure, aud: string): Promise<string> {
  const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const asApplication = { azp: CONNECTOR, roles: [MEETINGS_ROLE] };
  return entra.tokens.issue({ iss, tid: TENANT, aud, oid: CALLER, sub: CALLER, ...asApplication }, 3600);
}

const ROLES = [
  "Storage Blob Data Contributor",
  "Storage Queue Data Contributor",
  "Key Vault Crypto Officer",
  "Communication and Email Service Owner",
];

/** Makes the accounts of all recordings in a new resource group, and deletes those of the group before. */
function putAccounts({ cloud }: Azure, group: string): void {
  for (const { id } of cloud.below(SUBSCRIPTION)) cloud.drop(id);
  const put = (id: string, type: string, properties: Properties = {}) =>
    cloud.put({ id: group + id, token: typed(type), name: lastSegment(id), properties });
  put("", "resources:ResourceGroup");
  for (const [role, name] of Object.entries(BUILT_IN_ROLES).filter(([, name]) => ROLES.includes(name)))
    put(`/providers/Microsoft.Authorization/roleAssignments/${name}`, "authorization:RoleAssignment", {
      scope: group,
      principalId: CALLER,
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    });
  const storage = "/providers/Microsoft.Storage/storageAccounts/lamnaa";
  put(storage, "storage:StorageAccount");
  put(storage + "/blobServices/default/containers/packages", "storage:BlobContainer");
  put(storage + "/queueServices/default/queues/work", "storage:Queue");
  put("/providers/Microsoft.KeyVault/vaults/lamnaa", "keyvault:Vault", {
    properties: { enableRbacAuthorization: true },
  });
  put(
    "/providers/Microsoft.Communication/communicationServices/lamnaa",
    "communication:CommunicationService",
    {
      hostName: "lamnaa.unitedstates.communication.azure.com",
    },
  );
  const store = "/providers/Microsoft.DocumentDB/databaseAccounts/lamnaa";
  const fields = {
    locationName: "West US",
    documentEndpoint: "https://lamnaa-westus.documents.azure.com:443/",
  };
  put(store, "cosmosdb:DatabaseAccount", {
    documentEndpoint: "https://lamnaa.documents.azure.com:443/",
    readLocations: [fields],
    writeLocations: [fields],
    consistencyPolicy: { defaultConsistencyLevel: "Session" },
    publicNetworkAccess: "Enabled",
  });
  put(store + "/sqlDatabases/lamnadb", "cosmosdb:SqlResourceSqlDatabase", { resource: { id: "lamnadb" } });
  put(store + "/sqlDatabases/lamnadb/containers/lamnac", "cosmosdb:SqlResourceSqlContainer", {
    resource: { id: "lamnac", partitionKey: { kind: "Hash", paths: ["/partition"], version: 2 } },
  });
  put(store + "/sqlRoleAssignments/caller", "cosmosdb:SqlResourceSqlRoleAssignment", {
    scope: group + store,
    principalId: CALLER,
    // The id of the built-in role Data Contributor.
    roleDefinitionId: group + store + "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002",
  });
}
