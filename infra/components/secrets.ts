/** The hospital's vault: the key that all sealed data depends on, and the keys by which chart systems know the connector. */
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as managedidentity from "@pulumi/azure-native/managedidentity/index.js";
import * as pulumi from "@pulumi/pulumi";
import { VAULT_KEYS } from "../../app/domain/vaultKeyNames.ts";
import { vaultNames } from "../../app/domain/vaultNames.ts";
import { featuresOf } from "../stack/choices.ts";
import { takenOver, type Adopted } from "./adoption.ts";
import { verbatimInputs } from "./verbatimInputs.ts";
import { originOf } from "./azureConstants.ts";
import { patiently } from "./patience.ts";
import { isProtected, named, tags, worldwide, type DeploymentContext } from "./deploymentContext.ts";
import type { Identity } from "./identity.ts";
import { ecSigningKey, notificationKey, rsaSigningKey, wrappingKey, type KeyKind } from "./keys.ts";
import type { Network } from "./network.ts";
import { privately } from "./privateAccess.ts";
import { grant, type Grant } from "./roles.ts";

export interface SecretsArgs {
  readonly context: DeploymentContext;
  readonly identity: Identity;
  readonly network: Network;
  /** Resources that exist already, found by {@link existingResources}. */
  readonly adopted?: Adopted;
}

/** What the stores need in order to be encrypted by a key of this vault. */
export interface StoreEncryption {
  /** The key's URI without a version, so that the store follows the key's rotation. */
  readonly keyUri: pulumi.Output<string>;
  readonly keyName: string;
  readonly vaultUri: pulumi.Output<string>;
  /** An identity that can do nothing but wrap and unwrap by this key. */
  readonly identityId: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

export class Secrets extends pulumi.ComponentResource {
  /** Origin, in the form that the connector's settings take. */
  readonly url: pulumi.Output<string>;
  readonly vaultId: pulumi.Output<string>;
  readonly wrappingKeyName = VAULT_KEYS.wrapping;
  /** Present only where the stack says `encryption: customerKeys`. */
  readonly encryption: StoreEncryption | undefined;
  /**
   * Keys, role assignments and the network path to the vault: a connector that starts before these exist has no access to
   * its vault.
   */
  readonly ready: readonly pulumi.Resource[];
  /** The network path to the vault: empty where the network is not private. */
  readonly ways: readonly pulumi.Resource[];
  /** What names the app's subnet, and is refused while something joins it. */
  readonly admits: readonly pulumi.Resource[];

  constructor(name: string, args: SecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Secrets", name, {}, options);
    const { context, identity, network, adopted } = args;
    const { stack } = context;
    const names = vaultNames(stack.connections);

    const vault = this.#vault(context, network);
    const keys = [
      { keyName: VAULT_KEYS.wrapping, kind: wrappingKey },
      ...names.keys.map(({ name: keyName, kind }) => ({
        keyName,
        kind: kind === "RSA" ? rsaSigningKey : ecSigningKey,
      })),
      ...(featuresOf(stack).presence
        ? [{ keyName: VAULT_KEYS.graphNotifications, kind: notificationKey }]
        : []),
      ...(stack.environment === "test" ? [{ keyName: VAULT_KEYS.evidence, kind: ecSigningKey }] : []),
    ].map(({ keyName, kind }) => ({
      keyName,
      key: this.#key(context, vault, keyName, kind, adopted?.keyIds?.[keyName]),
    }));
    this.ways = privately(this, ["vault"], { context, network, target: vault.id });
    const mayRead =
      names.secrets.length > 0
        ? [this.#may("secrets", "keyVaultSecretsUser", vault.id, context, identity)]
        : [];

    this.url = vault.properties.apply(({ vaultUri }) => originOf(vaultUri));
    this.vaultId = vault.id;
    this.admits = [vault];
    this.encryption = stack.encryption === "customerKeys" ? this.#encryption(context, vault) : undefined;
    const mayUse = keys.map(({ keyName, key }) =>
      // The role is granted for each key separately, so that the connector cannot use other keys of the vault, such as the
      // store's own.
      this.#may("use-" + keyName, "keyVaultCryptoUser", key.id, context, identity),
    );
    this.ready = [...keys.map(({ key }) => key), ...mayUse, ...mayRead, ...this.ways];
    this.registerOutputs({ url: this.url, vaultId: this.vaultId });
  }

  #may(
    name: string,
    role: Grant["role"],
    scope: pulumi.Output<string>,
    { stack }: DeploymentContext,
    { principalId }: Identity,
  ): pulumi.Resource {
    return grant(
      name,
      { stack, role, scope, principalId, principalType: "ServicePrincipal" },
      { parent: this },
    );
  }

  #vault({ stack, location, group }: DeploymentContext, network: Network): keyvault.Vault {
    const isPrivate = stack.network.mode === "private";
    const vault = {
      resourceGroupName: group.name,
      location,
      properties: {
        tenantId: stack.microsoft.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        publicNetworkAccess: isPrivate ? "Disabled" : "Enabled",
        networkAcls: {
          defaultAction: "Deny",
          // Cosmos can reach a customer's key only as one of Azure's trusted services
          // (https://learn.microsoft.com/azure/cosmos-db/how-to-setup-customer-managed-keys).
          bypass: stack.encryption === "customerKeys" ? "AzureServices" : "None",
          ipRules: [],
          virtualNetworkRules: isPrivate
            ? []
            : [network.appSubnetId, network.runnersSubnetId].map((id) => ({ id })),
        },
      },
      tags: tags(stack, "phi-transient"),
    } satisfies keyvault.VaultArgs;
    return new keyvault.Vault(worldwide("kv", stack), vault, {
      parent: this,
      protect: isProtected(stack),
      transformations: [verbatimInputs(vault, "properties")],
    });
  }

  /** Azure never changes a key that it has made, so everything about it has to be said here. */
  #key(
    { stack, group }: DeploymentContext,
    vault: keyvault.Vault,
    keyName: string,
    kind: KeyKind,
    existing?: string,
  ): keyvault.Key {
    return new keyvault.Key(
      keyName,
      { resourceGroupName: group.name, vaultName: vault.name, keyName, properties: kind },
      // A key is deleted together with its vault. Deleting a key alone would use the vault's data plane, which does not
      // admit whoever runs `pulumi up`.
      {
        parent: this,
        protect: isProtected(stack),
        retainOnDelete: true,
        hooks: patiently("role-spreads-before-" + keyName),
        ...takenOver(existing, "properties", "tags"),
      },
    );
  }

  #encryption(context: DeploymentContext, vault: keyvault.Vault): StoreEncryption {
    const { stack, location, group } = context;
    const identity = new managedidentity.UserAssignedIdentity(
      VAULT_KEYS.storeEncryption,
      {
        resourceGroupName: group.name,
        resourceName: named("id-store", stack),
        location,
        tags: tags(stack, "operational"),
      },
      { parent: this, protect: isProtected(stack) },
    );
    const key = this.#key(context, vault, VAULT_KEYS.storeEncryption, wrappingKey);
    const role = grant(
      VAULT_KEYS.storeEncryption,
      {
        stack,
        role: "keyVaultCryptoServiceEncryptionUser",
        scope: key.id,
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
      },
      { parent: this },
    );
    return {
      keyUri: key.keyUri,
      keyName: VAULT_KEYS.storeEncryption,
      vaultUri: this.url,
      identityId: identity.id,
      ready: [key, role],
    };
  }
}
