/** The hospital's vault: the key that everything sealed depends on, and the keys that chart systems know us by. */
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as managedidentity from "@pulumi/azure-native/managedidentity/index.js";
import * as pulumi from "@pulumi/pulumi";
import { vaultNames } from "../stack.ts";
import { asSaid } from "./asSaid.ts";
import { originOf } from "./cloud.ts";
import { isProtected, named, tags, worldwide, type Ground } from "./ground.ts";
import type { Identity } from "./identity.ts";
import { ecSigningKey, rsaSigningKey, wrappingKey, type KeyKind } from "./keys.ts";
import type { Network } from "./network.ts";
import { privately } from "./privateAccess.ts";
import { grant } from "./roles.ts";

export interface SecretsArgs {
  readonly ground: Ground;
  readonly identity: Identity;
  readonly network: Network;
}

/** What the store needs in order to be encrypted by a key of this vault. */
export interface StoreEncryption {
  /** Without a version, so that the store follows the key's rotation. */
  readonly keyUri: pulumi.Output<string>;
  /** An identity that can do nothing but wrap by this key. */
  readonly identityId: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

export const WRAPPING_KEY = "connector-wrapping";
const ENCRYPTION_KEY = "store-encryption";

export class Secrets extends pulumi.ComponentResource {
  /** Origin, as the connector's settings take it. */
  readonly url: pulumi.Output<string>;
  readonly vaultId: pulumi.Output<string>;
  readonly wrappingKeyName = WRAPPING_KEY;
  /** Only where the stack says `encryption: customerKeys`. */
  readonly encryption: StoreEncryption | undefined;
  /** Keys, roles and the way to them: a connector that starts before these finds its vault closed. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Secrets", name, {}, options);
    const { ground, identity, network } = args;
    const { stack } = ground;

    const vault = this.#vault(ground, network);
    const keys = [
      this.#key(ground, vault, WRAPPING_KEY, wrappingKey),
      ...vaultNames(stack).keys.map(({ name: key, kind }) =>
        this.#key(ground, vault, key, kind === "RSA" ? rsaSigningKey : ecSigningKey),
      ),
    ];
    const roles = (["keyVaultCryptoUser", "keyVaultSecretsUser"] as const).map((role) =>
      grant(
        role,
        {
          stack,
          role,
          scope: vault.id,
          principalId: identity.principalId,
          principalType: "ServicePrincipal",
        },
        { parent: this },
      ),
    );
    const ways = privately(this, ["vault"], { ground, network, target: vault.id });

    this.url = vault.properties.apply(({ vaultUri }) => originOf(vaultUri));
    this.vaultId = vault.id;
    this.encryption = stack.encryption === "customerKeys" ? this.#encryption(ground, vault) : undefined;
    this.ready = [...keys, ...roles, ...ways];
    this.registerOutputs({ url: this.url, vaultId: this.vaultId });
  }

  #vault({ stack, location, group }: Ground, network: Network): keyvault.Vault {
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
          // Cosmos reaches a customer's key only as one of Azure's trusted services
          // (https://learn.microsoft.com/azure/cosmos-db/how-to-setup-customer-managed-keys).
          bypass: stack.encryption === "customerKeys" ? "AzureServices" : "None",
          ipRules: [],
          virtualNetworkRules: isPrivate ? [] : [{ id: network.appSubnetId }],
        },
      },
      tags: tags(stack, "phi-transient"),
    } satisfies keyvault.VaultArgs;
    return new keyvault.Vault(worldwide("kv", stack), vault, {
      parent: this,
      protect: isProtected(stack),
      transformations: [asSaid(vault, "properties")],
    });
  }

  /** Azure makes a key once and never changes it, so everything about it is said here. */
  #key({ stack, group }: Ground, vault: keyvault.Vault, keyName: string, kind: KeyKind): keyvault.Key {
    return new keyvault.Key(
      keyName,
      { resourceGroupName: group.name, vaultName: vault.name, keyName, properties: kind },
      // A key goes with its vault. Deleted by itself, it would be deleted through the vault's own door, which is closed to us.
      { parent: this, protect: isProtected(stack), retainOnDelete: true },
    );
  }

  #encryption(ground: Ground, vault: keyvault.Vault): StoreEncryption {
    const { stack, location, group } = ground;
    const identity = new managedidentity.UserAssignedIdentity(
      ENCRYPTION_KEY,
      {
        resourceGroupName: group.name,
        resourceName: named("id-store", stack),
        location,
        tags: tags(stack, "operational"),
      },
      { parent: this, protect: isProtected(stack) },
    );
    const key = this.#key(ground, vault, ENCRYPTION_KEY, wrappingKey);
    const role = grant(
      ENCRYPTION_KEY,
      {
        stack,
        role: "keyVaultCryptoServiceEncryptionUser",
        scope: key.id,
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
      },
      { parent: this },
    );
    return { keyUri: key.keyUri, identityId: identity.id, ready: [key, role] };
  }
}
