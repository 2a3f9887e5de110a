/** The data planes of the in-memory Azure as a recording found them: its accounts at their host names, and what was there before. */
import { azure as typed } from "../../infra/rehearsal/resourceTypes/require.ts";
import { BUILT_IN_ROLES } from "../../infra/rehearsal/resourceTypes/roles.ts";
import type { Properties } from "../../infra/rehearsal/controlPlane/json.ts";
import { lastSegment } from "../../infra/rehearsal/controlPlane/ids.ts";
import type { Cloud } from "../../infra/rehearsal/controlPlane/model.ts";
import { SOMEBODY } from "../../infra/rehearsal/front/caller.ts";
import { startInMemoryAzure, type Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import type { Answer, Fact } from "./facts.ts";
import { recordedFrom } from "./record.ts";

const TENANT = "0c1f7a52-0000-4000-8000-00000000d00a";
const SUBSCRIPTION = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d00b";
const CALLER = "0c1f7a52-0000-4000-8000-00000000d00c";

/** Which token a host's callers have, and what else each request says; Storage answers the version that it was asked for. */
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
];

export type Request = Fact["request"];
/** Asks as the recording's caller did. */
export type Ask = (request: Omit<Request, "host">) => Promise<Response>;
/** What was done before the recorded request; returns what of it stands for what here, such as the id of a message. */
export type Before = (ask: Ask, cloud: Cloud) => Promise<Readonly<Record<string, string>> | undefined>;

export interface Planes {
  /** What the stand-in answers to a recorded request, in accounts that are new each time. */
  asked(fact: Fact, before?: Before): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startPlanes(): Promise<Planes> {
  const azure = await startInMemoryAzure({
    subscriptionId: lastSegment(SUBSCRIPTION),
    tenantId: TENANT,
    deployer: { objectId: CALLER, clientId: CALLER },
    now: () => new Date(),
  });
  const { fetch } = await azure.front.entryPoint(SOMEBODY);
  let made = 0;
  return {
    asked: async (fact, before) => {
      putAccounts(azure, `${SUBSCRIPTION}/resourceGroups/g${String(++made)}`);
      const { host = "" } = fact.request;
      const [, audience = "", more] = HOSTS.find(([suffix]) => host.endsWith(suffix)) ?? [];
      const token = await tokenOf(azure, audience);
      const authorization = host.includes(".documents.")
        ? `type=aad&ver=1.0&sig=${token}`
        : "Bearer " + token;
      const send = (request: Request, headers: Readonly<Record<string, string>>) =>
        fetch(`https://${host}${current(request.path)}`, {
          method: request.method,
          headers: { ...more?.(fact.answer), ...headers, ...request.headers },
          ...(request.body !== undefined && { body: textOf(request.body) }),
        });
      const ask: Ask = (request) => send({ ...request, ...typeOf(request.body) }, { authorization });
      const stands = (await before?.(ask, azure.cloud)) ?? {};
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
          ...(isUnsigned ? {} : { authorization }),
          ...(headers as Record<string, string>),
        });
        return replacedIn(answer, back);
      });
    },
    stop: () => azure.stop(),
  };
}

/** A long text is said in words. */
const textOf = (body: unknown): string =>
  (typeof body === "string" ? body : JSON.stringify(body)).replace(
    /\((\d+) times the letter (\w)\)/u,
    (_, times: string, letter: string) => letter.repeat(Number(times)),
  );

const typeOf = (body: unknown): { readonly headers?: Record<string, string> } =>
  typeof body === "object" ? { headers: { "content-type": "application/json" } } : {};

/** Numbers were recorded by the version before the one that the connector speaks. */
const current = (path: string): string =>
  path.startsWith("/sms") ? path : path.replace(/api-version=[\w-]+/u, "api-version=2025-06-01");

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
  return entra.tokens.issue({ iss, tid: TENANT, aud, oid: CALLER, sub: CALLER }, 3600);
}

const ROLES = [
  "Storage Blob Data Contributor",
  "Storage Queue Data Contributor",
  "Key Vault Crypto Officer",
  "Communication and Email Service Owner",
];

/** The accounts of every recording, in a resource group of their own; those of the one before are gone. */
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
  const place = {
    locationName: "West US",
    documentEndpoint: "https://lamnaa-westus.documents.azure.com:443/",
  };
  put(store, "cosmosdb:DatabaseAccount", {
    documentEndpoint: "https://lamnaa.documents.azure.com:443/",
    readLocations: [place],
    writeLocations: [place],
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
    // Built-in Data Contributor.
    roleDefinitionId: group + store + "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002",
  });
}
