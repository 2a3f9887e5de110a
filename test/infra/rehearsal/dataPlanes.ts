/**
 * A cloud with a hospital's stores, its data planes under their host names, and the connector's identity, which calls them.
 */
import https from "node:https";
import type { Duplex } from "node:stream";
import type { TokenCredential } from "@azure/identity";
import { containers } from "../../../app/records/containers.ts";
import { openTokens, type Tokens } from "../../../app/sandbox/microsoft/entra/tokens.ts";
import { AZURE_KINDS } from "../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { azure } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import { openCloud, type Vendors } from "../../../infra/rehearsal/azure/controlPlane/cloud.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import type { CloudResource } from "../../../infra/rehearsal/azure/controlPlane/model.ts";
import { cosmosPlane, type CosmosPlane } from "../../../infra/rehearsal/planes/cosmos/plane.ts";
import type { Caller } from "../../../infra/rehearsal/front/hosts/caller.ts";
import { startFront, type Front } from "../../../infra/rehearsal/front/hosts/front.ts";
import { queuePlane, type QueuePlane } from "../../../infra/rehearsal/planes/queue/plane.ts";

export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const SUBSCRIPTION = "0c1f7a52-0000-4000-8000-00000000d001";
export const CONNECTOR = "7d0c5a1e-0000-4000-8000-0000000c0001";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/stores`;
const ACCOUNT = "lamnavisits";
export const ENDPOINT = `https://${ACCOUNT}.documents.azure.com`;
export const DATABASE = "connector";

const PREFIX = "Microsoft.DocumentDB/databaseAccounts/";
export const ACTIONS = [
  "readMetadata",
  "sqlDatabases/containers/items/create",
  "sqlDatabases/containers/items/read",
  "sqlDatabases/containers/items/replace",
  "sqlDatabases/containers/items/delete",
  "sqlDatabases/containers/executeQuery",
  "sqlDatabases/containers/readChangeFeed",
];

export interface DataPlanes {
  readonly vendors: Vendors;
  readonly plane: CosmosPlane;
  readonly queues: QueuePlane;
  readonly front: Front;
  readonly tokens: Tokens;
  readonly make: (type: string, inputs: Properties) => Promise<CloudResource>;
  /** An agent whose connections come from the given caller, whatever host they name. */
  from(caller: Caller): Promise<https.Agent>;
  credential(claims?: Record<string, string>): TokenCredential;
  stop(): Promise<void>;
}

/** The directory. Its tokens use the machine's clock, also in a test that moves the service's clock on. */
export const directory = () => openTokens({ now: () => new Date() });

/** Shared by all tests, because making a key pair takes longer than everything else here. */
let usual: Promise<Tokens> | undefined;

export async function startDataPlanes(now: () => Date): Promise<DataPlanes> {
  const tokens = await (usual ??= directory());
  const plane = cosmosPlane({ cloud: () => vendors.cloud, tokens });
  const queues = queuePlane({ cloud: () => vendors.cloud, tokens });
  const hooks = { ...plane.hooks, ...queues.hooks };
  const deployer = { objectId: "d", clientId: "d" };
  const options = { subscriptionId: SUBSCRIPTION, tenantId: TENANT, deployer, now, hooks };
  const vendors = openCloud(options, AZURE_KINDS, []);
  vendors.cloud.put({
    id: "/servicePrincipals/" + CONNECTOR,
    token: "azuread:index/servicePrincipal:ServicePrincipal",
    name: CONNECTOR,
    properties: { objectId: CONNECTOR },
  });
  const front = await startFront({ now });
  front.resolve(plane.resolve);
  front.resolve(queues.resolve);
  const agents: https.Agent[] = [];

  const make = (type: string, inputs: Properties) => {
    const kind = vendors.kind(azure(type));
    if (kind === undefined) throw new Error(`The cloud knows no ${type}`);
    return vendors.create(kind, inputs);
  };
  await make("resources:ResourceGroup", { resourceGroupName: "stores", location: "eastus2" });
  return {
    vendors,
    plane,
    queues,
    front,
    tokens,
    make,
    async from(caller) {
      const { port } = await front.entryPoint(caller);
      const agent = new FrontDoorAgent(port, front.authority);
      agents.push(agent);
      return agent;
    },
    credential: (claims = {}) => credentialOf(tokens, claims),
    async stop() {
      for (const agent of agents) agent.destroy();
      await front.stop();
    },
  };
}

/** A credential that gives tokens for any resource that is asked for. `claims` replaces claims of the tokens. */
export function credentialOf(tokens: Tokens, claims: Record<string, string> = {}): TokenCredential {
  return {
    async getToken(scopes) {
      const aud = String(scopes).replace(/\/\.default$/, "");
      const token = await tokens.issue({ iss: "entra", tid: TENANT, aud, oid: CONNECTOR, ...claims }, 3600);
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

class FrontDoorAgent extends https.Agent {
  readonly #port: number;
  constructor(port: number, ca: string) {
    super({ ca, keepAlive: true });
    this.#port = port;
  }
  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    return super.createConnection({ ...options, host: "127.0.0.1", port: this.#port }, callback);
  }
}

export const groupId = GROUP;
export const accountId = `${GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/${ACCOUNT}`;
const IN_GROUP = { resourceGroupName: "stores", accountName: ACCOUNT };

/** Makes the account as in `infra/components/data.ts`, with database and containers, but without any role. */
export async function makeStore({ make }: DataPlanes, account: Properties = {}): Promise<void> {
  await make("cosmosdb:DatabaseAccount", {
    ...IN_GROUP,
    location: "eastus2",
    databaseAccountOfferType: "Standard",
    locations: [{ locationName: "eastus2", failoverPriority: 0 }],
    consistencyPolicy: { defaultConsistencyLevel: "Strong" },
    disableLocalAuth: true,
    publicNetworkAccess: "Enabled",
    ...account,
  });
  const within = { ...IN_GROUP, databaseName: DATABASE };
  await make("cosmosdb:SqlResourceSqlDatabase", { ...within, resource: { id: DATABASE } });
  for (const { name, partitionKey, ttl } of containers)
    await make("cosmosdb:SqlResourceSqlContainer", {
      ...within,
      containerName: name,
      resource: {
        id: name,
        partitionKey: { kind: "Hash", paths: [partitionKey], version: 2 },
        ...(ttl && { defaultTtl: -1 }),
      },
    });
}

/** @param scope the path below the account, such as `/dbs/connector` */
export async function grantData(
  { make }: DataPlanes,
  { actions = ACTIONS, scope = "/dbs/" + DATABASE, to = CONNECTOR } = {},
): Promise<CloudResource> {
  const roleDefinitionId = crypto.randomUUID();
  const role = await make("cosmosdb:SqlResourceSqlRoleDefinition", {
    ...IN_GROUP,
    roleDefinitionId,
    roleName: roleDefinitionId,
    assignableScopes: [accountId + scope],
    permissions: [{ dataActions: actions.map((action) => PREFIX + action) }],
  });
  return make("cosmosdb:SqlResourceSqlRoleAssignment", {
    ...IN_GROUP,
    roleAssignmentId: crypto.randomUUID(),
    roleDefinitionId: role.id,
    principalId: to,
    scope: accountId + scope,
  });
}
