/** Cosmos DB accounts, databases, containers, data roles. */
import { uuidFor } from "../controlPlane/cloud.ts";
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import { at, type Json, listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { Refusal } from "../controlPlane/refusal.ts";
import {
  refuseAssignment,
  refuseCapabilities,
  refuseForeignScope,
  refuseKeys,
  refuseLocations,
  refusePartitionKey,
  refuseTakenAccount,
  refuseThroughput,
} from "./cosmosRules.ts";
import { displayed, displayedLocation, refuseUnknownRegion, regionOf } from "./regions.ts";
import { all, azure } from "./require.ts";

const ACCOUNT = "{group}/providers/Microsoft.DocumentDB/databaseAccounts/{accountName}";
const DATABASE = ACCOUNT + "/sqlDatabases/{databaseName}";

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
          excludedPaths: [],
        },
      },
    }),
    decided: ({ id, inputs, before }, cloud) => ({
      resource: {
        ...stamps(id, before, cloud),
        ...alwaysExcluded(listAt(inputs, "resource.indexingPolicy.excludedPaths")),
      },
    }),
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
        .some((one) => isSameId(saidAt(one.properties, "roleDefinitionId"), definition.id));
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
    defaultIdentity: "FirstPartyIdentity",
    disableKeyBasedMetadataWriteAccess: false,
    disableLocalAuth: false,
    enableAnalyticalStorage: false,
    enableAutomaticFailover: true,
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
    const location = saidAt(one, "locationName");
    const region = regionOf(location);
    return {
      id: `${name}-${region}`,
      locationName: displayed(location),
      documentEndpoint: `https://${name}-${region}.documents.azure.com:443/`,
      failoverPriority: Number(at(one, "failoverPriority") ?? index),
      isZoneRedundant: at(one, "isZoneRedundant") === true,
      provisioningState: "Succeeded",
    };
  });
  const made = textAt(before?.properties, "systemData.createdAt") ?? cloud.now().toISOString();
  return {
    ...displayedLocation(draft),
    // A backup policy replaces the previous one as a whole: parts of the periodic default do not remain under a continuous
    // one.
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
      ["primary", "secondary"]
        .flatMap((which) => [which + "MasterKey", which + "ReadonlyMasterKey"])
        .map((key) => [key, { generationTime: made }]),
    ),
    locations,
    readLocations: locations,
    writeLocations: locations.filter((one) => one.failoverPriority === 0),
    provisioningState: "Succeeded",
    sqlEndpoint: `https://${name}.documents.azure.com:443/`,
    systemData: { createdAt: made },
  };
}

const OWN_ETAG = '/"_etag"/?';

/** The store's own ETag is never indexed, whatever the indexing policy excludes. */
function alwaysExcluded(paths: readonly Json[]): Properties {
  if (paths.some((one) => textAt(one, "path") === OWN_ETAG)) return {};
  return { indexingPolicy: { excludedPaths: [...paths, { path: OWN_ETAG }] } };
}

function stamps(id: string, before: Draft["before"], cloud: Cloud): Properties {
  return {
    etag: `"${cloud.uuid()}"`,
    rid: textAt(before?.properties, "resource.rid") ?? uuidFor(id).slice(0, 8),
    ts: Math.floor(cloud.now().getTime() / 1000),
  };
}
