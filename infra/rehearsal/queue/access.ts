/** Who may do what with a queue's messages (https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-queue-service-operations). */
import { azure } from "../azure/require.ts";
import { Refused } from "../blob/refused.ts";
import { isGroup, listAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource } from "../cloud/model.ts";
import type { Caller } from "../front/caller.ts";
import { entryToStorage } from "../vendors/firewall.ts";
import { rolesOn } from "../vendors/grants.ts";

const QUEUES = "Microsoft.Storage/storageAccounts/queueServices/queues/";

/** Each operation with the sets of actions of which any one suffices. */
const NEEDS = {
  put: [["messages/add/action"], ["messages/write"]],
  get: [["messages/process/action"], ["messages/delete", "messages/read"]],
  peek: [["messages/read"]],
  update: [["messages/write"]],
  delete: [["messages/process/action"], ["messages/delete"]],
  clear: [["messages/delete"]],
  properties: [["read"]],
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;
export type QueueOperation = keyof typeof NEEDS;

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "Storage Queue Data Contributor": [
    "read",
    "write",
    "delete",
    "messages/read",
    "messages/write",
    "messages/delete",
    "messages/process/action",
  ],
  "Storage Queue Data Message Processor": ["messages/read", "messages/process/action"],
  "Storage Queue Data Message Sender": ["messages/add/action"],
  "Storage Queue Data Reader": ["read", "messages/read"],
};

/** @throws Refused */
export function refuseFromOutside(cloud: Cloud, account: CloudResource, caller: Caller): void {
  if (entryToStorage(cloud, account, caller, "queue") !== "let-in")
    throw new Refused(
      403,
      "AuthorizationFailure",
      "This request is not authorized to perform this operation.",
    );
}

/** @throws Refused */
export function refuseUngranted(
  cloud: Cloud,
  place: Pick<CloudResource, "id">,
  principalId: string,
  operation: QueueOperation,
): void {
  const granted = rolesOn(cloud, place.id, principalId).flatMap((role) => actionsOf(cloud, role));
  const has = (action: string) => granted.some((pattern) => covers(pattern, QUEUES + action));
  const ways: readonly (readonly string[])[] = NEEDS[operation];
  if (!ways.some((actions) => actions.every(has)))
    throw new Refused(
      403,
      "AuthorizationPermissionMismatch",
      "This request is not authorized to perform this operation using this permission.",
    );
}

function actionsOf(cloud: Cloud, role: string): readonly string[] {
  const builtIn = BUILT_IN[role];
  if (builtIn !== undefined) return builtIn.map((action) => QUEUES + action);
  const custom = cloud
    .all(azure("authorization:RoleDefinition"))
    .find(({ name }) => name.toLowerCase() === role);
  return listAt(custom?.properties, "permissions")
    .filter(isGroup)
    .flatMap((permission) => [...textsAt(permission, "dataActions"), ...textsAt(permission, "actions")]);
}

function covers(pattern: string, action: string): boolean {
  const [given, wanted] = [pattern.toLowerCase(), action.toLowerCase()];
  return given.endsWith("*") ? wanted.startsWith(given.slice(0, -1)) : wanted === given;
}
