/**
 * Rules for every resource of Azure Resource Manager: what contains it has to exist, and no lock may forbid the operation.
 */
import { refuseUnknownIdentities } from "./identity.ts";
import { armTypeOf, isBelow, isSameId, lastSegment, parentOf } from "./ids.ts";
import { saidAt } from "./json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "./model.ts";
import { Refusal } from "./refusal.ts";

export function refuseWrite(kind: Kind, draft: Draft, cloud: Cloud): void {
  if (kind.token.startsWith("azure-native:")) {
    refuseWithoutParent(draft.id, cloud);
    refuseLocked(draft.id, "write", ["ReadOnly"], cloud);
    refuseUnknownIdentities(draft, cloud);
  }
  kind.refuse?.(draft, cloud);
}

export function refuseDelete(kind: Kind | undefined, resource: CloudResource, cloud: Cloud): void {
  if (resource.token.startsWith("azure-native:") && !resource.token.endsWith(":ManagementLockByScope"))
    for (const one of [resource, ...cloud.below(resource.id)])
      refuseLocked(one.id, "delete", ["CanNotDelete", "ReadOnly"], cloud);
  kind?.refuseDelete?.(resource, cloud);
}

function refuseWithoutParent(own: string, cloud: Cloud): void {
  const id = own.replace(/^\/?/u, "/");
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\//iu.exec(id);
  if (group?.[1] !== undefined && cloud.find(group[0].replace(/\/$/u, "")) === undefined)
    throw new Refusal(404, "ResourceGroupNotFound", `Resource group '${group[1]}' could not be found.`);
  // A storage account's services exist with it, even if no program has ever set them.
  const parent = parentOf(id).replace(/\/\w+Services\/default$/iu, "");
  const isSubscription = isSameId(parent, "/subscriptions/" + cloud.subscriptionId);
  if (parent === "" || isSubscription || cloud.find(parent) !== undefined) return;
  if (/^\/subscriptions\/[^/]+$/iu.test(parent))
    throw new Refusal(
      404,
      "SubscriptionNotFound",
      `The subscription '${lastSegment(parent)}' could not be found.`,
    );
  throw new Refusal(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${armTypeOf(id)}', because the parent resource '${parent}' could not be found.`,
  );
}

function refuseLocked(
  id: string,
  operation: "write" | "delete",
  levels: readonly string[],
  cloud: Cloud,
): void {
  const lock = cloud.all("azure-native:authorization:ManagementLockByScope").find((one) => {
    const scope = parentOf(one.id);
    return levels.includes(saidAt(one.properties, "level")) && (isSameId(id, scope) || isBelow(id, scope));
  });
  if (lock === undefined || isSameId(lock.id, id)) return;
  throw new Refusal(
    409,
    "ScopeLocked",
    `The scope '${id}' cannot perform ${operation} operation because following scope(s) are locked: '${parentOf(lock.id)}'. Please remove the lock and try again.`,
  );
}
