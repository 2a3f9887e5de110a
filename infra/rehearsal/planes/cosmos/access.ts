/**
 * Access to a Cosmos DB account: the caller's address must pass the firewall, and the caller's token must have a data role.
 */
import { bearer, BearerRefused, type TokenVerifier } from "../access/bearer.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { isSameId, lastSegment } from "../../azure/controlPlane/ids.ts";
import { at, isGroup, listAt, saidAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import { addressOf, type Caller } from "../../front/hosts/caller.ts";
import { entryToCosmos } from "../access/firewall.ts";
import { BUILT_IN, named, type DataAction } from "./dataActions.ts";
import { Refused } from "./refused.ts";

/** @throws Refused when the firewall does not let in the caller's address */
export function refuseFromOutside(cloud: Cloud, account: CloudResource, caller: Caller): void {
  if (entryToCosmos(cloud, account, caller) === "let-in") return;
  throw new Refused(
    403,
    `Request originated from IP ${addressOf(caller)} through public internet. This is blocked by your Cosmos DB account firewall settings. More info: https://aka.ms/cosmosdb-tsg-forbidden`,
  );
}

const PREFIX = "type=aad&ver=1.0&sig=";
const EVERY_ACCOUNT = "https://cosmos.azure.com";

/** The object id of the caller, by the token. @throws Refused */
export async function principalOf(
  authorization: string | undefined,
  cloud: Cloud,
  account: CloudResource,
  tokens: TokenVerifier,
): Promise<string> {
  if (authorization === undefined)
    throw new Refused(
      401,
      "Required Header authorization is missing. Ensure a valid Authorization token is passed.",
    );
  // Some SDKs send the header percent-encoded.
  const header = authorization.startsWith("type%3") ? decodeURIComponent(authorization) : authorization;
  if (!header.startsWith(PREFIX)) throw withoutToken(account);
  const audiences = [new URL(saidAt(account.properties, "documentEndpoint")).origin, EVERY_ACCOUNT];
  try {
    const { tenantId } = cloud;
    return (await bearer(tokens, header.slice(PREFIX.length), { audiences, tenantId })).principalId;
  } catch (cause) {
    if (!(cause instanceof BearerRefused)) throw cause;
    throw new Refused(401, `Request blocked by Auth ${account.name} : ${cause.message}`);
  }
}

/** Refuses account keys. The in-memory Azure tells nobody an account's keys, so no key can be right. */
function withoutToken(account: CloudResource): Refused {
  return at(account.properties, "disableLocalAuth") === true
    ? new Refused(401, "Local Authorization is disabled. Use an AAD token to authorize all requests.")
    : new Refused(
        401,
        "The input authorization token can't serve the request. Please check that the expected payload is built as per the protocol, and check the key being used.",
      );
}

/**
 * @param resource `/` for the account, else `dbs/x` or `dbs/x/colls/y`
 * @throws Refused when no role that was assigned to the principal, there or above, has the action
 */
export function refuseUngranted(
  cloud: Cloud,
  account: CloudResource,
  principalId: string,
  action: DataAction,
  resource: string,
): void {
  const isGranted = cloud
    .below(account.id)
    .filter(({ token }) => token === azure("cosmosdb:SqlResourceSqlRoleAssignment"))
    .filter(({ properties }) => isSameId(saidAt(properties, "principalId"), principalId))
    .filter(({ properties }) => covers(saidAt(properties, "scope"), account.id, resource))
    .flatMap(({ properties }) => actionsOf(cloud, saidAt(properties, "roleDefinitionId")))
    .some((pattern) => allows(pattern, named(action)));
  if (isGranted) return;
  throw new Refused(
    403,
    `Request blocked by Auth ${account.name} : Request is blocked because principal [${principalId}] does not have required RBAC permissions to perform action [${named(action)}] on resource [${resource}]. Learn more: https://aka.ms/cosmos-native-rbac.`,
    5301,
  );
}

/** Reads of the whole account, such as of its locations, are allowed to whoever has a data role anywhere in it. */
function covers(scope: string, accountId: string, resource: string): boolean {
  const within = scope.slice(accountId.length).replace(/^\/|\/$/gu, "");
  return within === "" || resource === "/" || resource === within || resource.startsWith(within + "/");
}

function actionsOf(cloud: Cloud, definitionId: string): readonly string[] {
  const definition = cloud.find(definitionId);
  if (definition === undefined) return BUILT_IN[lastSegment(definitionId)] ?? [];
  return listAt(definition.properties, "permissions")
    .filter(isGroup)
    .flatMap((permission) => textsAt(permission, "dataActions"));
}

function allows(pattern: string, action: string): boolean {
  const [wanted, given] = [action.toLowerCase(), pattern.toLowerCase()];
  return given.endsWith("*") ? wanted.startsWith(given.slice(0, -1)) : wanted === given;
}
