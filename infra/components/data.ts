/** The store: one Cosmos account, which only the connector's identity can reach. */
import * as cosmosdb from "@pulumi/azure-native/cosmosdb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { containers } from "../../app/records/containers.ts";
import { originOf } from "./azureConstants.ts";
import { patiently } from "./patience.ts";
import { isProtected, named, tags, type DeploymentContext } from "./deploymentContext.ts";
import type { Identity } from "./identity.ts";
import type { Network } from "./network.ts";
import { privately } from "./privateAccess.ts";
import { guidOf } from "./guid.ts";
import type { StoreEncryption } from "./secrets.ts";

export interface DataArgs {
  readonly context: DeploymentContext;
  readonly identity: Identity;
  readonly network: Network;
  readonly encryption?: StoreEncryption | undefined;
  /** What names subnets of the network, and is refused while the private endpoint joins it. */
  readonly after?: readonly pulumi.Resource[];
}

const DATABASE = "connector";

/**
 * The data actions that app/adapters/cosmos uses, and no others
 * (https://learn.microsoft.com/azure/cosmos-db/nosql/security/reference-data-plane-actions).
 */
const DATA_ACTIONS = [
  "readMetadata",
  "sqlDatabases/containers/items/create",
  "sqlDatabases/containers/items/read",
  "sqlDatabases/containers/items/replace",
  "sqlDatabases/containers/items/delete",
  "sqlDatabases/containers/executeQuery",
  "sqlDatabases/containers/readChangeFeed",
].map((action) => "Microsoft.DocumentDB/databaseAccounts/" + action);

export class Data extends pulumi.ComponentResource {
  /** Origin, in the form that the connector's settings take. */
  readonly endpoint: pulumi.Output<string>;
  readonly database = DATABASE;
  readonly accountId: pulumi.Output<string>;
  /**
   * The containers, the role assignment and the network path to the store: a connector that starts before these exist is not
   * ready.
   */
  readonly ready: readonly pulumi.Resource[];
  /** What names the app's subnet, and is refused while something joins it. */
  readonly admits: readonly pulumi.Resource[];

  constructor(name: string, args: DataArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Data", name, {}, options);
    const { context, identity, network } = args;

    const account = this.#account(args);
    const database = this.#database(context, account);
    const kept = this.#containers(context, account, database);
    const role = this.#role(context, account, database, identity);
    const ways = privately(this, ["Sql"], { context, network, target: account.id }, args.after);

    this.endpoint = account.documentEndpoint.apply(originOf);
    this.accountId = account.id;
    this.admits = [account];
    this.ready = [...kept, role, ...ways];
    this.registerOutputs({ endpoint: this.endpoint, accountId: this.accountId });
  }

  #account({ context, network, encryption }: DataArgs): cosmosdb.DatabaseAccount {
    const { stack, location, group } = context;
    const isProduction = stack.environment === "production";
    const isPrivate = stack.network.mode === "private";
    return new cosmosdb.DatabaseAccount(
      named("cosmos", stack),
      {
        resourceGroupName: group.name,
        location,
        kind: "GlobalDocumentDB",
        databaseAccountOfferType: "Standard",
        locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: isProduction }],
        ...(isProduction ? {} : { capabilities: [{ name: "EnableServerless" }] }),
        enableAutomaticFailover: isProduction,
        enableMultipleWriteLocations: false,
        enableFreeTier: false,
        // Every instance reads what another one wrote, because a launch may begin at one instance and its callback arrive at
        // another.
        consistencyPolicy: { defaultConsistencyLevel: "Strong" },
        backupPolicy: {
          type: "Continuous",
          continuousModeProperties: { tier: isProduction ? "Continuous30Days" : "Continuous7Days" },
        },
        disableLocalAuth: true,
        disableKeyBasedMetadataWriteAccess: true,
        minimalTlsVersion: "Tls12",
        publicNetworkAccess: isPrivate ? "Disabled" : "Enabled",
        networkAclBypass: "None",
        isVirtualNetworkFilterEnabled: !isPrivate,
        virtualNetworkRules: isPrivate ? [] : [{ id: network.appSubnetId }],
        ...(encryption && encryptedBy(encryption)),
        tags: tags(stack, "phi-transient"),
      },
      {
        parent: this,
        protect: isProtected(stack),
        // A store that admits a subnet is refused while the network is being changed.
        dependsOn: [...network.settled, ...(encryption?.ready ?? [])],
        hooks: patiently("store-while-azure-settles"),
      },
    );
  }

  #database(
    { stack, group }: DeploymentContext,
    account: cosmosdb.DatabaseAccount,
  ): cosmosdb.SqlResourceSqlDatabase {
    return new cosmosdb.SqlResourceSqlDatabase(
      DATABASE,
      {
        resourceGroupName: group.name,
        accountName: account.name,
        databaseName: DATABASE,
        resource: { id: DATABASE },
        ...(stack.environment === "production" && {
          options: { autoscaleSettings: { maxThroughput: stack.sizes.storeThroughputAtMost } },
        }),
      },
      { parent: this, protect: isProtected(stack) },
    );
  }

  #containers(
    { stack, group }: DeploymentContext,
    account: cosmosdb.DatabaseAccount,
    database: cosmosdb.SqlResourceSqlDatabase,
  ): readonly cosmosdb.SqlResourceSqlContainer[] {
    return containers.map(
      ({ name, partitionKey, ttl }) =>
        new cosmosdb.SqlResourceSqlContainer(
          name,
          {
            resourceGroupName: group.name,
            accountName: account.name,
            databaseName: database.name,
            containerName: name,
            resource: {
              id: name,
              partitionKey: { kind: "Hash", paths: [partitionKey], version: 2 },
              // Each item says when it expires; -1 means that an item without such a time never expires.
              ...(ttl && { defaultTtl: -1 }),
            },
          },
          { parent: this, protect: isProtected(stack) },
        ),
    );
  }

  #role(
    { stack, group }: DeploymentContext,
    account: cosmosdb.DatabaseAccount,
    database: cosmosdb.SqlResourceSqlDatabase,
    identity: Identity,
  ): cosmosdb.SqlResourceSqlRoleAssignment {
    const seed = [stack.azure.subscriptionId, stack.tenant, stack.environment].join("/");
    const scope = pulumi.interpolate`${account.id}/dbs/${database.name}`;
    const role = new cosmosdb.SqlResourceSqlRoleDefinition(
      "connector",
      {
        resourceGroupName: group.name,
        accountName: account.name,
        roleDefinitionId: guidOf(seed + "/store-role"),
        roleName: "Connector",
        type: "CustomRole",
        assignableScopes: [scope],
        permissions: [{ dataActions: DATA_ACTIONS }],
      },
      { parent: this },
    );
    return new cosmosdb.SqlResourceSqlRoleAssignment(
      "connector",
      {
        resourceGroupName: group.name,
        accountName: account.name,
        roleAssignmentId: guidOf(seed + "/store-role-of-connector"),
        roleDefinitionId: role.id,
        principalId: identity.principalId,
        scope,
      },
      { parent: this },
    );
  }
}

const encryptedBy = ({ keyUri, identityId }: StoreEncryption) => ({
  identity: { type: "UserAssigned" as const, userAssignedIdentities: [identityId] },
  defaultIdentity: pulumi.interpolate`UserAssignedIdentity=${identityId}`,
  keyVaultKeyUri: keyUri,
});
