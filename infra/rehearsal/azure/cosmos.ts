/** Cosmos DB accounts, databases, containers, data roles. */
import { uuidFor } from "../cloud/cloud.ts";
import { isSameId, lastSegment, parentOf } from "../cloud/ids.ts";
import { at, isSame, listAt, type Json, type Properties, textAt, textsAt } from "../cloud/json.ts";
import type { Cloud, Draft, Kind } from "../cloud/model.ts";
import { badRequest, notFound, Refusal } from "../cloud/refusal.ts";
import { principal } from "../entra/principals.ts";
import { displayed, displayedLocation, refuseUnknownRegion } from "./regions.ts";
import { all, azure, refuseTakenName, required } from "./require.ts";

const ACCOUNT = "{group}/providers/Microsoft.DocumentDB/databaseAccounts/{accountName}";
const DATABASE = ACCOUNT + "/sqlDatabases/{databaseName}";

/** Reader and Contributor of data, in every account. */
const BUILT_IN = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"];

export const COSMOS: readonly Kind[] = [
  {
    token: azure("cosmosdb:DatabaseAccount"),
    id: ACCOUNT,
    silent: silentAccount,
    decided: decidedAccount,
    refuse: all(refuseUnknownRegion, refuseTakenAccount, refuseCapabilities, refuseLocations, refuseKeys),
  },
  {
    token: azure("cosmosdb:SqlResourceSqlDatabase"),
    id: DATABASE,
    hidden: ["options"],
    decided: ({ id, before }, cloud) => ({
      resource: { ...stamps(id, before, cloud), colls: "colls/", users: "users/" },
    }),
    refuse: refuseThroughput,
  },
  {
    token: azure("cosmosdb:SqlResourceSqlContainer"),
    id: DATABASE + "/containers/{containerName}",
    hidden: ["options"],
    replacedBy: ["resource.partitionKey", "resource.id", "resource.uniqueKeyPolicy"],
    silent: () => ({
      resource: {
        conflictResolutionPolicy: {
          mode: "LastWriterWins",
          conflictResolutionPath: "/_ts",
          conflictResolutionProcedure: "",
        },
        indexingPolicy: {
          automatic: true,
          indexingMode: "consistent",
          includedPaths: [{ path: "/*" }],
          excludedPaths: [{ path: '/"_etag"/?' }],
        },
      },
    }),
    decided: ({ id, before }, cloud) => ({ resource: stamps(id, before, cloud) }),
    refuse: all(refuseThroughput, refusePartitionKey),
  },
  {
    token: azure("cosmosdb:SqlResourceSqlRoleDefinition"),
    id: ACCOUNT + "/sqlRoleDefinitions/{roleDefinitionId}",
    naming: "uuid",
    silent: () => ({ type: "CustomRole" }),
    decided: () => ({ type: "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions" }),
    refuse: ({ id, inputs }) => {
      for (const scope of textsAt(inputs, "assignableScopes")) refuseForeignScope(scope, parentOf(id));
    },
    refuseDelete: (definition, cloud) => {
      const used = cloud
        .all(azure("cosmosdb:SqlResourceSqlRoleAssignment"))
        .some((one) => isSameId(textAt(one.properties, "roleDefinitionId") ?? "", definition.id));
      if (used)
        throw new Refusal(
          412,
          "PreconditionFailed",
          `The SQL Role Definition [${definition.name}] has Role Assignments that still refer to it.`,
        );
    },
  },
  {
    token: azure("cosmosdb:SqlResourceSqlRoleAssignment"),
    id: ACCOUNT + "/sqlRoleAssignments/{roleAssignmentId}",
    naming: "uuid",
    replacedBy: ["principalId", "scope"],
    refuse: refuseAssignment,
  },
];

function silentAccount(): Properties {
  return {
    kind: "GlobalDocumentDB",
    analyticalStorageConfiguration: { schemaType: "WellDefined" },
    consistencyPolicy: {
      defaultConsistencyLevel: "Session",
      maxIntervalInSeconds: 5,
      maxStalenessPrefix: 100,
    },
    capabilities: [],
    cors: [],
    createMode: "Default",
    customerManagedKeyStatus: "",
    defaultIdentity: "FirstPartyIdentity",
    disableKeyBasedMetadataWriteAccess: false,
    disableLocalAuth: false,
    enableAnalyticalStorage: false,
    enableAutomaticFailover: false,
    enableBurstCapacity: false,
    enableFreeTier: false,
    enableMultipleWriteLocations: false,
    enablePartitionMerge: false,
    identity: { type: "None" },
    ipRules: [],
    isVirtualNetworkFilterEnabled: false,
    minimalTlsVersion: "Tls12",
    networkAclBypass: "None",
    networkAclBypassResourceIds: [],
    publicNetworkAccess: "Enabled",
    tags: {},
    virtualNetworkRules: [],
  };
}

function decidedAccount(draft: Draft, cloud: Cloud): Properties {
  const { name, inputs, before } = draft;
  const locations = listAt(inputs, "locations").map((one, index) => {
    const place = textAt(one, "locationName") ?? "";
    const region = place.replaceAll(" ", "").toLowerCase();
    return {
      id: `${name}-${region}`,
      locationName: displayed(place),
      documentEndpoint: `https://${name}-${region}.documents.azure.com:443/`,
      failoverPriority: Number(at(one, "failoverPriority") ?? index),
      isZoneRedundant: at(one, "isZoneRedundant") === true,
      provisioningState: "Succeeded",
    };
  });
  const made = textAt(before?.properties, "systemData.createdAt") ?? cloud.now().toISOString();
  return {
    ...displayedLocation(draft),
    // A policy is taken whole: no half of the periodic default stays under a continuous one.
    backupPolicy: inputs["backupPolicy"] ?? {
      type: "Periodic",
      periodicModeProperties: {
        backupIntervalInMinutes: 240,
        backupRetentionIntervalInHours: 8,
        backupStorageRedundancy: "Geo",
      },
    },
    documentEndpoint: `https://${name}.documents.azure.com:443/`,
    failoverPolicies: locations.map(({ id, locationName, failoverPriority }) => ({
      id,
      locationName,
      failoverPriority,
    })),
    instanceId: textAt(before?.properties, "instanceId") ?? cloud.uuid(),
    keysMetadata: Object.fromEntries(
      [
        "primaryMasterKey",
        "primaryReadonlyMasterKey",
        "secondaryMasterKey",
        "secondaryReadonlyMasterKey",
      ].map((key) => [key, { generationTime: made }]),
    ),
    locations,
    readLocations: locations,
    writeLocations: locations.filter((one) => one.failoverPriority === 0),
    provisioningState: "Succeeded",
    sqlEndpoint: `https://${name}.documents.azure.com:443/`,
    systemData: { createdAt: made },
  };
}

function stamps(id: string, before: Draft["before"], cloud: Cloud): Properties {
  return {
    etag: `"${cloud.uuid()}"`,
    rid: textAt(before?.properties, "resource.rid") ?? uuidFor(id).slice(0, 8),
    ts: Math.floor(cloud.now().getTime() / 1000),
  };
}

function refuseTakenAccount(draft: Draft, cloud: Cloud): void {
  refuseTakenName(draft, cloud, "BadRequest", `DatabaseAccount name '${draft.name}' already exists.`);
}

function refuseCapabilities({ inputs, before }: Draft): void {
  const names = (value: Json | undefined) =>
    listAt(value, "capabilities")
      .map((one) => textAt(one, "name") ?? "")
      .toSorted();
  if (before !== undefined && !isSame(names(inputs), names(before.properties)))
    throw badRequest("Updating capabilities of a database account is not allowed after it is created.");
}

function refuseLocations({ inputs, before }: Draft): void {
  const serverless = listAt(inputs, "capabilities").some((one) => textAt(one, "name") === "EnableServerless");
  const locations = listAt(inputs, "locations");
  const priorities = locations
    .map((one, index) => Number(at(one, "failoverPriority") ?? index))
    .toSorted((a, b) => a - b);
  if (priorities.some((priority, index) => priority !== index))
    throw badRequest("The failover priorities of a database account must be unique and go from 0 up.");
  if (serverless && locations.length > 1)
    throw badRequest("Serverless accounts do not support multiple regions.");
  const was = before === undefined ? undefined : textAt(before.properties, "backupPolicy.type");
  const wanted = textAt(inputs, "backupPolicy.type");
  if (was === "Continuous" && wanted !== "Continuous")
    throw badRequest("Changing the backup policy from Continuous to Periodic is not supported.");
}

function refuseKeys({ inputs }: Draft, cloud: Cloud): void {
  for (const rule of listAt(inputs, "virtualNetworkRules"))
    required(cloud, textAt(rule, "id"), ["network:Subnet"]);
  const uri = textAt(inputs, "keyVaultKeyUri");
  if (uri === undefined) return;
  const found = cloud.all(azure("keyvault:Key")).some((key) => textAt(key.properties, "keyUri") === uri);
  if (!found)
    throw badRequest(`The key '${uri}' could not be reached: it does not exist.`, "KeyVaultKeyNotFound");
}

function refuseThroughput({ id, inputs }: Draft, cloud: Cloud): void {
  const account = cloud.find(id.replace(/\/sqlDatabases\/.*$/iu, ""));
  const serverless = listAt(account?.properties, "capabilities").some(
    (one) => textAt(one, "name") === "EnableServerless",
  );
  const asked = at(inputs, "options.throughput") ?? at(inputs, "options.autoscaleSettings");
  if (serverless && asked !== undefined)
    throw badRequest(
      "Setting offer throughput or autopilot on container is not supported for serverless accounts.",
    );
}

function refusePartitionKey({ inputs }: Draft): void {
  if (textsAt(inputs, "resource.partitionKey.paths").length === 0)
    throw badRequest("The partition key path must be given for a container.");
}

function refuseAssignment({ id, inputs }: Draft, cloud: Cloud): void {
  const account = parentOf(id);
  const definition = textAt(inputs, "roleDefinitionId") ?? "";
  const known = BUILT_IN.includes(lastSegment(definition)) && isSameId(parentOf(definition), account);
  if (!known && cloud.find(definition)?.token !== azure("cosmosdb:SqlResourceSqlRoleDefinition"))
    throw notFound(`The SQL Role Definition [${definition}] was not found.`);
  refuseForeignScope(textAt(inputs, "scope") ?? "", account);
  const principalId = textAt(inputs, "principalId") ?? "";
  if (principal(cloud, principalId) === undefined)
    throw badRequest(
      `The provided principal ID [${principalId}] was not found in the AAD tenant(s) [${cloud.tenantId}].`,
    );
}

/** Scopes are written `<account>`, `<account>/dbs/x`, `<account>/dbs/x/colls/y`. */
function refuseForeignScope(scope: string, account: string): void {
  const rest = scope.toLowerCase().startsWith(account.toLowerCase())
    ? scope.slice(account.length)
    : undefined;
  if (rest === undefined || !/^(\/?|\/dbs\/[^/]+(\/colls\/[^/]+)?)$/u.test(rest))
    throw badRequest(`The scope [${scope}] is not a scope of the database account [${account}].`);
}
