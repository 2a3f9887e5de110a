/** What Cosmos DB refuses. */
import { isSameId, lastSegment, parentOf } from "../controlPlane/ids.ts";
import { at, isSame, listAt, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Json, Properties } from "../controlPlane/json.ts";
import type { Cloud, Draft } from "../controlPlane/model.ts";
import { badRequest, notFound, Refusal } from "../controlPlane/refusal.ts";
import { BUILT_IN } from "../../planes/cosmos/dataActions.ts";
import { principal } from "../entra/principals.ts";
import { keyAccess } from "./customerKeys.ts";
import { azure, refuseSubnetWithoutWay, refuseTakenName } from "./require.ts";

export function refuseTakenAccount(draft: Draft, cloud: Cloud): void {
  refuseTakenName(draft, cloud, "BadRequest", `DatabaseAccount name '${draft.name}' already exists.`);
}

export function refuseCapabilities({ inputs, before }: Draft): void {
  const names = (value: Json | undefined) =>
    listAt(value, "capabilities")
      .map((one) => saidAt(one, "name"))
      .toSorted();
  if (before !== undefined && !isSame(names(inputs), names(before.properties)))
    throw badRequest("Updating capabilities of a database account is not allowed after it is created.");
}

export function refuseLocations({ inputs, before }: Draft): void {
  const locations = listAt(inputs, "locations");
  const priorities = locations
    .map((one, index) => Number(at(one, "failoverPriority") ?? index))
    .toSorted((a, b) => a - b);
  if (priorities.some((priority, index) => priority !== index))
    throw badRequest("The failover priorities of a database account must be unique and go from 0 up.");
  if (isServerless(inputs) && locations.length > 1)
    throw badRequest("Serverless accounts do not support multiple regions.");
  const was = before === undefined ? undefined : textAt(before.properties, "backupPolicy.type");
  const wanted = textAt(inputs, "backupPolicy.type");
  if (was === "Continuous" && wanted !== "Continuous")
    throw badRequest("Changing the backup policy from Continuous to Periodic is not supported.");
}

/** What an account with continuous backup takes, step by step: an identity, then its default identity, then a key. */
function refuseKeyChange({ inputs, before }: Draft): void {
  if (before === undefined) return;
  const [is, was] = [inputs, before.properties].map((one) => saidAt(one, "keyVaultKeyUri"));
  if (is === was) return;
  if (is === "") throw badRequest("Encryption by a customer-managed key can't be reverted once it is on.");
  if (was === "" && textAt(inputs, "defaultIdentity") !== textAt(before.properties, "defaultIdentity"))
    throw badRequest(
      "The default identity of an account with continuous backup must be set before a customer-managed key.",
    );
}

export function refuseKeys(draft: Draft, cloud: Cloud): void {
  const { inputs } = draft;
  refuseKeyChange(draft);
  for (const rule of listAt(inputs, "virtualNetworkRules"))
    if (at(rule, "ignoreMissingVNetServiceEndpoint") !== true)
      refuseSubnetWithoutWay(cloud, textAt(rule, "id"), "Microsoft.AzureCosmosDB");
  refuseUnassignedIdentity(inputs);
  const uri = textAt(inputs, "keyVaultKeyUri");
  if (uri !== undefined) refuseUnreachableKey(uri, defaultIdentityOf(inputs), cloud);
}

/**
 * What an account is told that does not reach its key (Microsoft's "Cross Tenant CMK Troubleshooting Guide" of 2022-12, 1.1 and
 * 1.2; the answer about a missing role is a guess from what a vault says).
 */
function refuseUnreachableKey(uri: string, identityId: string | undefined, cloud: Cloud): void {
  const access = keyAccess(cloud, uri, identityId);
  if (access.is === "no key")
    throw new Refusal(
      503,
      "ServiceUnavailable",
      `Database account creation failed. Error: Error contacting the Azure Key Vault resource ${uri}. Please try again.`,
    );
  const { key, vault } = access;
  if (access.is === "purgeable")
    throw badRequest(
      `The vault '${vault.name}' must have soft delete and purge protection.`,
      "KeyVaultNotProtected",
    );
  if (access.is === "closed")
    throw new Refusal(
      403,
      "Forbidden",
      `Database account creation failed. Error: Client address is not authorized and caller was ignored because bypass is set to None. Vault: ${vault.name} (ForbiddenByFirewall).`,
    );
  if (access.is === "without a role")
    throw new Refusal(
      403,
      "ForbiddenByRbac",
      `Database account creation failed. Error: Caller is not authorized to perform action on resource. Action: 'Microsoft.KeyVault/vaults/keys/read'. Resource: '${key.id}'. Assignment: (not found).`,
    );
}

/** The identity by which an account comes to its key; undefined for Cosmos DB's own. */
const defaultIdentityOf = (inputs: Properties): string | undefined =>
  /^UserAssignedIdentity=(.+)$/u.exec(saidAt(inputs, "defaultIdentity"))?.[1];

/** The identity that an account uses by default has to be assigned to it. */
function refuseUnassignedIdentity(inputs: Properties): void {
  const id = defaultIdentityOf(inputs);
  if (id === undefined) return;
  if (!textsAt(inputs, "identity.userAssignedIdentities").some((one) => isSameId(one, id)))
    throw badRequest(
      `The default identity '${id}' is not assigned to the database account.`,
      "InvalidDefaultIdentity",
    );
}

const isServerless = (account: Json | undefined): boolean =>
  listAt(account, "capabilities").some((one) => textAt(one, "name") === "EnableServerless");

export function refuseThroughput({ id, inputs }: Draft, cloud: Cloud): void {
  const account = cloud.find(id.replace(/\/sqlDatabases\/.*$/iu, ""));
  const asked = at(inputs, "options.throughput") ?? at(inputs, "options.autoscaleSettings");
  if (isServerless(account?.properties) && asked !== undefined)
    throw badRequest(
      "Setting offer throughput or autopilot on container is not supported for serverless accounts.",
    );
}

export function refusePartitionKey({ inputs }: Draft): void {
  if (textsAt(inputs, "resource.partitionKey.paths").length === 0)
    throw badRequest("The partition key path must be given for a container.");
}

export function refuseAssignment({ id, inputs }: Draft, cloud: Cloud): void {
  const account = parentOf(id);
  const definition = saidAt(inputs, "roleDefinitionId");
  const known = lastSegment(definition) in BUILT_IN && isSameId(parentOf(definition), account);
  if (!known && cloud.find(definition)?.token !== azure("cosmosdb:SqlResourceSqlRoleDefinition"))
    throw notFound(`The SQL Role Definition [${definition}] was not found.`);
  refuseForeignScope(saidAt(inputs, "scope"), account);
  const principalId = saidAt(inputs, "principalId");
  if (principal(cloud, principalId) === undefined)
    throw badRequest(
      `The provided principal ID [${principalId}] was not found in the AAD tenant(s) [${cloud.tenantId}].`,
    );
}

/** A scope has to be in the account, in the form `<account>`, `<account>/dbs/x` or `<account>/dbs/x/colls/y`. */
export function refuseForeignScope(scope: string, account: string): void {
  const rest = scope.toLowerCase().startsWith(account.toLowerCase())
    ? scope.slice(account.length)
    : undefined;
  if (rest === undefined || !/^(\/?|\/dbs\/[^/]+(\/colls\/[^/]+)?)$/u.test(rest))
    throw badRequest(`The scope [${scope}] is not a scope of the database account [${account}].`);
}
