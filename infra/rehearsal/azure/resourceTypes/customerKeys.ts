/**
 * What keeps a store from a key of the hospital's own: stores come to the vault as one of Azure's trusted services, and wrap
 * by an identity that has a role on the key
 * (https://learn.microsoft.com/azure/cosmos-db/how-to-setup-customer-managed-keys,
 * https://learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account).
 */
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import { at, groupAt, saidAt, textAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource } from "../controlPlane/model.ts";
import { azure } from "./require.ts";
import { rolesOn } from "./roles.ts";

/** Roles that include reading a key, wrapping and unwrapping by it. */
const WRAPPING = ["Administrator", "Crypto Officer", "Crypto User", "Crypto Service Encryption User"].map(
  (role) => "Key Vault " + role,
);

export type KeyAccess =
  | { readonly is: "no key" }
  | {
      readonly is: "purgeable" | "closed" | "without a role" | "open";
      readonly key: CloudResource;
      readonly vault: CloudResource;
    };

/** @param identityId the identity by which the store comes; undefined for the service's own, which has no role here */
export function keyAccess(cloud: Cloud, keyUri: string, identityId: string | undefined): KeyAccess {
  const key = cloud.all(azure("keyvault:Key")).find((one) => textAt(one.properties, "keyUri") === keyUri);
  const vault = key && cloud.find(parentOf(key.id));
  if (key === undefined || vault === undefined) return { is: "no key" };
  const found = { key, vault };
  if (at(vault.properties, "properties.enablePurgeProtection") !== true) return { is: "purgeable", ...found };
  if (!letsServicesIn(vault)) return { is: "closed", ...found };
  return { is: mayWrap(cloud, found, identityId) ? "open" : "without a role", ...found };
}

function letsServicesIn({ properties }: CloudResource): boolean {
  const rules = groupAt(properties, "properties.networkAcls");
  const isRestricted =
    textAt(rules, "defaultAction") === "Deny" ||
    textAt(properties, "properties.publicNetworkAccess")?.toLowerCase() === "disabled";
  return !isRestricted || (textAt(rules, "bypass") ?? "AzureServices") === "AzureServices";
}

function mayWrap(
  cloud: Cloud,
  { key, vault }: { readonly key: CloudResource; readonly vault: CloudResource },
  identityId: string | undefined,
): boolean {
  // Without role-based access, a vault uses access policies only, and nobody has one here.
  if (at(vault.properties, "properties.enableRbacAuthorization") !== true || identityId === undefined)
    return false;
  const identity = cloud
    .all(azure("managedidentity:UserAssignedIdentity"))
    .find(({ id }) => isSameId(id, identityId));
  const held = rolesOn(cloud, key.id, saidAt(identity?.properties, "principalId"));
  return held.some((role) => WRAPPING.includes(role));
}
