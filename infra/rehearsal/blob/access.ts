/** Who may do what with blobs: the account's firewall, a token of the directory, a role on the container. */
import type { IncomingHttpHeaders } from "node:http";
import { bearer, BearerRefused, type TokenVerifier } from "../access/bearer.ts";
import { azure } from "../azure/require.ts";
import { at, isGroup, listAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource } from "../cloud/model.ts";
import type { Caller } from "../front/caller.ts";
import { entryToStorage } from "../vendors/firewall.ts";
import { rolesOn } from "../vendors/grants.ts";
import { Refused } from "./refused.ts";

export type BlobAction = "read" | "write" | "delete";

const PREFIX = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage */
const BUILT_IN: Readonly<Record<string, readonly BlobAction[]>> = {
  "Storage Blob Data Reader": ["read"],
  "Storage Blob Data Contributor": ["read", "write", "delete"],
  "Storage Blob Data Owner": ["read", "write", "delete"],
};

export function refuseFromOutside(cloud: Cloud, account: CloudResource, caller: Caller): void {
  if (entryToStorage(cloud, account, caller, "blob") !== "let-in")
    throw new Refused(
      403,
      "AuthorizationFailure",
      "This request is not authorized to perform this operation.",
    );
}

/** The object id of who calls.
 * @throws Refused */
export async function principalOf(
  headers: IncomingHttpHeaders,
  cloud: Cloud,
  account: CloudResource,
  tokens: TokenVerifier,
): Promise<string> {
  const token = /^Bearer (\S+)$/iu.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw withoutToken(headers.authorization, account);
  const audiences = ["https://storage.azure.com", `https://${account.name}.blob.core.windows.net`];
  try {
    return (await bearer(tokens, token, { audiences, tenantId: cloud.tenantId })).principalId;
  } catch (cause) {
    if (!(cause instanceof BearerRefused)) throw cause;
    const authority = `https://login.microsoftonline.com/${cloud.tenantId}/oauth2/authorize`;
    throw new Refused(
      401,
      "InvalidAuthenticationInfo",
      "Server failed to authenticate the request. " + cause.message,
      {
        "www-authenticate": `Bearer authorization_uri=${authority} resource_id=https://storage.azure.com`,
      },
    );
  }
}

function withoutToken(authorization: string | undefined, account: CloudResource): Refused {
  if (authorization === undefined)
    return new Refused(
      409,
      "PublicAccessNotPermitted",
      "Public access is not permitted on this storage account.",
    );
  return at(account.properties, "allowSharedKeyAccess") === false
    ? new Refused(
        403,
        "KeyBasedAuthenticationNotPermitted",
        "Key based authentication is not permitted on this storage account.",
      )
    : new Refused(
        403,
        "AuthenticationFailed",
        "Server failed to authenticate the request. Nobody here has the account's key.",
      );
}

export function refuseUngranted(
  cloud: Cloud,
  container: CloudResource,
  principalId: string,
  action: BlobAction,
): void {
  const allows = (role: string) =>
    BUILT_IN[role]?.includes(action) === true ||
    customActions(cloud, role).some((one) => covers(one, PREFIX + action));
  if (!rolesOn(cloud, container.id, principalId).some(allows))
    throw new Refused(
      403,
      "AuthorizationPermissionMismatch",
      "This request is not authorized to perform this operation using this permission.",
    );
}

function customActions(cloud: Cloud, role: string): readonly string[] {
  const definition = cloud
    .all(azure("authorization:RoleDefinition"))
    .find(({ name }) => name.toLowerCase() === role);
  return listAt(definition?.properties, "permissions")
    .filter(isGroup)
    .flatMap((permission) => textsAt(permission, "dataActions"));
}

const covers = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "iu").test(action);
