/** What Cosmos DB refuses. */
import { isSameId, lastSegment, parentOf } from "../controlPlane/ids.ts";
import { at, isSame, type Json, listAt, type Properties, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft } from "../controlPlane/model.ts";
import { badRequest, notFound } from "../controlPlane/refusal.ts";
import { principal } from "../entra/principals.ts";
import { azure, refuseSubnetWithoutWay, refuseTakenName } from "./require.ts";

/** The built-in roles Data Reader and Data Contributor of every account. */
const BUILT_IN = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"];

export function refuseTakenAccount(draft: Draft, cloud: Cloud): void {
  refuseTakenName(draft, cloud, "BadRequest", `DatabaseAccount name '${draft.name}' already exists.`);
}

export function refuseCapabilities({ inputs, before }: Draft): void {
  const names = (value: Json | undefined) =>
    listAt(value, "capabilities")
      .map((one) => textAt(one, "name") ?? "")
      .toSorted();
  if (before !== undefined && !isSame(names(inputs), names(before.properties)))
    throw badRequest("Updating capabilities of a database account is not allowed after it is created.");
}

export function refuseLocations({ inputs, before }: Draft): void {
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

export function refuseKeys({ inputs }: Draft, cloud: Cloud): void {
  for (const rule of listAt(inputs, "virtualNetworkRules"))
    if (at(rule, "ignoreMissingVNetServiceEndpoint") !== true)
      refuseSubnetWithoutWay(cloud, textAt(rule, "id"), "Microsoft.AzureCosmosDB");
  refuseUnassignedIdentity(inputs);
  const uri = textAt(inputs, "keyVaultKeyUri");
  if (uri === undefined) return;
  const key = cloud.all(azure("keyvault:Key")).find((one) => textAt(one.properties, "keyUri") === uri);
  if (key === undefined)
    throw badRequest(`The key '${uri}' could not be reached: it does not exist.`, "KeyVaultKeyNotFound");
  const vault = cloud.find(parentOf(key.id));
  if (at(vault?.properties, "properties.enablePurgeProtection") !== true)
    throw badRequest(
      `The vault '${vault?.name ?? ""}' must have soft delete and purge protection.`,
      "KeyVaultNotProtected",
    );
}

/** The identity that an account uses by default has to be assigned to it. */
function refuseUnassignedIdentity(inputs: Properties): void {
  const [, id] = /^UserAssignedIdentity=(.+)$/u.exec(textAt(inputs, "defaultIdentity") ?? "") ?? [];
  if (id === undefined) return;
  if (!textsAt(inputs, "identity.userAssignedIdentities").some((one) => isSameId(one, id)))
    throw badRequest(
      `The default identity '${id}' is not assigned to the database account.`,
      "InvalidDefaultIdentity",
    );
}

export function refuseThroughput({ id, inputs }: Draft, cloud: Cloud): void {
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

export function refusePartitionKey({ inputs }: Draft): void {
  if (textsAt(inputs, "resource.partitionKey.paths").length === 0)
    throw badRequest("The partition key path must be given for a container.");
}

export function refuseAssignment({ id, inputs }: Draft, cloud: Cloud): void {
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

/** A scope has to be in the account, in the form `<account>`, `<account>/dbs/x` or `<account>/dbs/x/colls/y`. */
export function refuseForeignScope(scope: string, account: string): void {
  const rest = scope.toLowerCase().startsWith(account.toLowerCase())
    ? scope.slice(account.length)
    : undefined;
  if (rest === undefined || !/^(\/?|\/dbs\/[^/]+(\/colls\/[^/]+)?)$/u.test(rest))
    throw badRequest(`The scope [${scope}] is not a scope of the database account [${account}].`);
}
