/** Vaults, and the keys that Azure Resource Manager can create in them. */
import { parentOf } from "../controlPlane/ids.ts";
import { at, groupAt, listAt, type Properties, saidAt, textAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict, Refusal } from "../controlPlane/refusal.ts";
import { refuseUnknownRegion } from "./regions.ts";
import { rolesOn } from "./roles.ts";
import { all, azure, refuseSubnetWithoutWay, refuseTakenName } from "./require.ts";

const VAULT = "{group}/providers/Microsoft.KeyVault/vaults/{vaultName}";
const DAY = 86_400_000;

/** Names of deleted vaults, which stay reserved for a while. */
export const DELETED_VAULTS = "Microsoft.KeyVault/deletedVaults";

export const KEY_VAULT: readonly Kind[] = [
  {
    token: azure("keyvault:Vault"),
    id: VAULT,
    replacedBy: ["properties.tenantId"],
    // azure-native leaves them alone where the program names none, since other resources may set them one by one.
    shared: ["properties.accessPolicies"],
    silent: () => ({
      tags: {},
      properties: {
        accessPolicies: [],
        enabledForDeployment: false,
        enableSoftDelete: true,
        publicNetworkAccess: "Enabled",
        softDeleteRetentionInDays: 90,
      },
    }),
    decided: (draft, cloud) => ({
      properties: {
        provisioningState: "Succeeded",
        vaultUri: `https://${draft.name}.vault.azure.net/`,
      },
      systemData: {
        createdAt: textAt(draft.before?.properties, "systemData.createdAt") ?? cloud.now().toISOString(),
      },
    }),
    refuse: all(refuseUnknownRegion, refuseVault),
    afterDelete: (vault, cloud) => {
      if (at(vault.properties, "properties.enableSoftDelete") === false) return;
      const days = Number(at(vault.properties, "properties.softDeleteRetentionInDays") ?? 90);
      cloud.reserve(DELETED_VAULTS, vault.name, new Date(cloud.now().getTime() + days * DAY));
    },
  },
  {
    token: azure("keyvault:Key"),
    id: VAULT + "/keys/{keyName}",
    ignoresUpdates: true,
    silent: ({ inputs }) => ({
      ...shapeOf(textAt(inputs, "properties.kty") ?? "RSA"),
      rotationPolicy: {
        attributes: {},
        lifetimeActions: [{ action: { type: "Notify" }, trigger: { timeBeforeExpiry: "P30D" } }],
      },
    }),
    decided: decidedKey,
    refuse: refuseKey,
    refuseDelete: refuseDataPlane,
  },
];

/**
 * Azure Resource Manager creates keys but cannot delete them: azure-native deletes them by the vault's data
 * plane, so whoever deploys has to be let in by its firewall and needs a role there.
 */
function refuseDataPlane({ id, name }: CloudResource, cloud: Cloud): void {
  const vault = cloud.find(parentOf(id));
  if (vault === undefined) return;
  const acls = groupAt(vault.properties, "properties.networkAcls");
  const closed = textAt(acls, "defaultAction") === "Deny" && listAt(acls, "ipRules").length === 0;
  if (closed || at(vault.properties, "properties.publicNetworkAccess") === "Disabled")
    throw new Refusal(
      403,
      "Forbidden",
      `Client address is not authorized and caller is not a trusted service: '${name}' in vault '${vault.name}' cannot be deleted from here (ForbiddenByFirewall).`,
    );
  const held = rolesOn(cloud, vault.id, cloud.deployer.objectId);
  if (!held.some((role) => ["Key Vault Administrator", "Key Vault Crypto Officer"].includes(role)))
    throw new Refusal(
      403,
      "Forbidden",
      `Caller is not authorized to perform action on resource: deleting '${name}' in vault '${vault.name}' (ForbiddenByRbac).`,
    );
}

const shapeOf = (kty: string): Properties =>
  kty.startsWith("EC")
    ? { kty, curveName: "P-256", keyOps: ["sign", "verify"] }
    : { kty, keySize: 2048, keyOps: ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"] };

/** A key's answer has at its top level what was requested under `properties`. */
function decidedKey(draft: Draft, cloud: Cloud): Properties {
  const asked = groupAt(draft.inputs, "properties");
  const vault = cloud.find(parentOf(draft.id))?.properties;
  const uri = `${saidAt(vault, "properties.vaultUri")}keys/${draft.name}`;
  const purge = at(vault, "properties.enablePurgeProtection") === true;
  const now = Math.floor(cloud.now().getTime() / 1000);
  return {
    ...asked,
    attributes: {
      exportable: false,
      enabled: true,
      created: at(draft.before?.properties, "attributes.created") ?? now,
      updated: now,
      ...groupAt(asked, "attributes"),
      recoveryLevel: purge ? "Recoverable" : "Recoverable+Purgeable",
    },
    keyUri: uri,
    keyUriWithVersion: `${uri}/${cloud.hex(32)}`,
  };
}

function refuseVault(draft: Draft, cloud: Cloud): void {
  const { inputs, before, name } = draft;
  if (before === undefined && cloud.isReserved(DELETED_VAULTS, name))
    throw conflict(
      `A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.`,
      "ConflictError",
    );
  refuseTakenName(
    draft,
    cloud,
    "VaultAlreadyExists",
    `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
  );
  if (textAt(inputs, "properties.tenantId")?.toLowerCase() !== cloud.tenantId.toLowerCase())
    throw badRequest(
      "The tenant ID in the request is not the tenant of the subscription.",
      "VaultTenantMismatch",
    );
  const protectedBefore = at(before?.properties, "properties.enablePurgeProtection") === true;
  const protection = at(inputs, "properties.enablePurgeProtection");
  if (protection === false || (protectedBefore && protection !== true))
    throw badRequest(
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  const days = at(inputs, "properties.softDeleteRetentionInDays");
  if (typeof days === "number" && (days < 7 || days > 90))
    throw badRequest('The property "softDeleteRetentionInDays" must be between 7 and 90.');
  for (const rule of listAt(inputs, "properties.networkAcls.virtualNetworkRules"))
    refuseSubnetWithoutWay(cloud, textAt(rule, "id"), "Microsoft.KeyVault");
}

function refuseKey(draft: Draft): void {
  const policy = groupAt(draft.inputs, "properties.rotationPolicy");
  const expiry = textAt(policy, "attributes.expiryTime");
  const days = expiry === undefined ? undefined : daysOf(expiry);
  if (days !== undefined && days < 28)
    throw badRequest(
      "The expiry time of a rotation policy must be at least 28 days.",
      "InvalidRotationPolicy",
    );
}

function daysOf(duration: string): number {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/u.exec(duration);
  if (match === null) throw badRequest(`'${duration}' is no duration of ISO 8601.`, "InvalidRotationPolicy");
  return Number(match[1] ?? 0) * 365 + Number(match[2] ?? 0) * 30 + Number(match[3] ?? 0);
}
