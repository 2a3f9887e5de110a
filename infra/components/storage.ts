/**
 * The storage account: packages that the site runs, and the queues of its background work. There are no account keys, and
 * only listed callers are let in.
 */
import * as storage from "@pulumi/azure-native/storage/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PACKAGE_CONTAINER } from "../../app/domain/promotion.ts";
import { QUEUE_NAMES } from "../../app/domain/queueNames.ts";
import { storageAddresses } from "./addresses.ts";
import { verbatimInputs } from "./verbatimInputs.ts";
import { originOf } from "./azureConstants.ts";
import { isProtected, tags, worldwide, type DeploymentContext } from "./deploymentContext.ts";
import type { Identity } from "./identity.ts";
import type { Network } from "./network.ts";
import { patiently } from "./patience.ts";
import { privately } from "./privateAccess.ts";
import { DIRECTORY_KINDS, grant } from "./roles.ts";
import type { StoreEncryption } from "./secrets.ts";

export interface StorageArgs {
  readonly context: DeploymentContext;
  readonly identity: Identity;
  readonly network: Network;
  readonly encryption?: StoreEncryption | undefined;
  /** Private endpoints that join the network before the account names its subnets. */
  readonly after?: readonly pulumi.Resource[];
}

const PACKAGES = PACKAGE_CONTAINER;
/** The queues of background work, among them the one for jobs that failed too often to be tried again. */
const QUEUES = Object.values(QUEUE_NAMES);

export class Storage extends pulumi.ComponentResource {
  /** Origins, in the form that the connector's settings take. */
  readonly blobEndpoint: pulumi.Output<string>;
  readonly queueEndpoint: pulumi.Output<string>;
  readonly packagesContainer = PACKAGES;
  readonly packagesUrl: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  /**
   * Containers, queues, role assignments and the network path to the account: an upload or a site that comes before these
   * exist is refused.
   */
  readonly ready: readonly pulumi.Resource[];
  /** What names the network's subnets, and is refused while something joins them. */
  readonly admits: readonly pulumi.Resource[];

  constructor(name: string, args: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Storage", name, {}, options);
    const { context, identity, network } = args;

    const account = this.#account(args);
    const kept = this.#kept(context, account);
    const packages = this.#packages(context, account, kept);
    const queues = this.#queues(context, account);
    const roles = [
      ...this.#roles(context, identity, packages, queues),
      ...this.#deployers(context, packages),
    ];
    const ways = privately(this, ["blob", "queue"], { context, network, target: account.id }, [
      kept,
      packages,
      ...queues,
    ]);

    this.blobEndpoint = account.primaryEndpoints.apply(({ blob }) => originOf(blob));
    this.queueEndpoint = account.primaryEndpoints.apply(({ queue }) => originOf(queue));
    this.packagesUrl = pulumi.interpolate`${this.blobEndpoint}/${PACKAGES}`;
    this.accountId = account.id;
    this.admits = [account];
    this.ready = [kept, packages, ...queues, ...roles, ...ways];
    this.registerOutputs({ packagesUrl: this.packagesUrl, accountId: this.accountId });
  }

  #account({ context, network, encryption, after = [] }: StorageArgs): storage.StorageAccount {
    const { stack, location, group } = context;
    const addresses = (stack.deployFrom ?? []).flatMap(storageAddresses);
    // Packages are uploaded from outside; a private deployment that lists no address to upload from has no public access at
    // all.
    const isClosed = stack.network.mode === "private" && addresses.length === 0;
    const account = {
      resourceGroupName: group.name,
      location,
      kind: "StorageV2",
      sku: { name: stack.environment === "production" ? "Standard_ZRS" : "Standard_LRS" },
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      isLocalUserEnabled: false,
      isSftpEnabled: false,
      ...encryptedBy(encryption),
      publicNetworkAccess: isClosed ? "Disabled" : "Enabled",
      networkRuleSet: {
        defaultAction: "Deny",
        bypass: "None",
        ipRules: addresses.map((address) => ({ action: "Allow" as const, iPAddressOrRange: address })),
        virtualNetworkRules: isClosed
          ? []
          : [network.appSubnetId, network.runnersSubnetId].map((subnet) => ({
              action: "Allow" as const,
              virtualNetworkResourceId: subnet,
            })),
      },
      tags: tags(stack, "phi-transient"),
    } satisfies storage.StorageAccountArgs;
    return new storage.StorageAccount(worldwide("st", stack), account, {
      parent: this,
      protect: isProtected(stack),
      transformations: [verbatimInputs(account, "networkRuleSet")],
      // An account that admits a subnet is refused while something joins the network.
      dependsOn: [...after, ...(encryption?.ready ?? [])],
      hooks: patiently("storage-while-azure-settles"),
    });
  }

  /**
   * Keeps packages recoverable after they are overwritten or deleted, since a site fetches its package again at every
   * restart.
   */
  #kept({ stack, group }: DeploymentContext, account: storage.StorageAccount): storage.BlobServiceProperties {
    const days = stack.retention.packagesDays;
    return new storage.BlobServiceProperties(
      "blobs",
      {
        resourceGroupName: group.name,
        accountName: account.name,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days, allowPermanentDelete: false },
        containerDeleteRetentionPolicy: { enabled: true, days },
      },
      { parent: this },
    );
  }

  #packages(
    { stack, group }: DeploymentContext,
    account: storage.StorageAccount,
    kept: pulumi.Resource,
  ): storage.BlobContainer {
    return new storage.BlobContainer(
      PACKAGES,
      {
        resourceGroupName: group.name,
        accountName: account.name,
        containerName: PACKAGES,
        publicAccess: "None",
      },
      { parent: this, protect: isProtected(stack), dependsOn: [kept] },
    );
  }

  #queues({ stack, group }: DeploymentContext, account: storage.StorageAccount): readonly storage.Queue[] {
    return QUEUES.map(
      (queueName) =>
        new storage.Queue(
          queueName,
          { resourceGroupName: group.name, accountName: account.name, queueName },
          { parent: this, protect: isProtected(stack) },
        ),
    );
  }

  /** The site may read packages and use its queues; it may not change a package. */
  #roles(
    { stack }: DeploymentContext,
    { principalId }: Identity,
    packages: storage.BlobContainer,
    queues: readonly storage.Queue[],
  ): readonly pulumi.Resource[] {
    const connector = { stack, principalId, principalType: "ServicePrincipal" } as const;
    return [
      grant(PACKAGES, { ...connector, role: "storageBlobDataReader", scope: packages.id }, { parent: this }),
      ...queues.map((queue, index) =>
        grant(
          QUEUES[index] ?? "",
          { ...connector, role: "storageQueueDataContributor", scope: queue.id },
          { parent: this },
        ),
      ),
    ];
  }

  /** Whoever runs `pulumi up` may upload packages. */
  #deployers({ stack }: DeploymentContext, packages: storage.BlobContainer): readonly pulumi.Resource[] {
    return stack.deployers.map(({ objectId, kind }) =>
      grant(
        "packages-" + objectId,
        {
          stack,
          role: "storageBlobDataContributor",
          scope: packages.id,
          principalId: objectId,
          principalType: DIRECTORY_KINDS[kind],
        },
        { parent: this },
      ),
    );
  }
}

/**
 * Encryption can be chosen only when an account is created
 * (https://learn.microsoft.com/azure/storage/common/infrastructure-encryption-enable).
 */
function encryptedBy(encryption: StoreEncryption | undefined) {
  const byAccount = { enabled: true, keyType: "Account" };
  const twice = { requireInfrastructureEncryption: true, services: { blob: byAccount, queue: byAccount } };
  if (encryption === undefined) return { encryption: { keySource: "Microsoft.Storage", ...twice } };
  const { identityId, keyName, vaultUri } = encryption;
  return {
    identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
    encryption: {
      keySource: "Microsoft.Keyvault",
      ...twice,
      encryptionIdentity: { encryptionUserAssignedIdentity: identityId },
      // The key has no version here, so that storage follows the key's rotation.
      keyVaultProperties: { keyName, keyVaultUri: vaultUri },
    },
  };
}
