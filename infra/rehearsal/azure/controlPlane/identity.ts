/**
 * A resource's managed identities: requested as a list of ids, answered as a map with each identity's principal and client
 * ids.
 */
import { groupAt, listAt, type Properties, saidAt, textAt, textsAt } from "./json.ts";
import type { Cloud, Draft } from "./model.ts";
import { Refusal } from "./refusal.ts";

export function identityAnswered(draft: Draft, cloud: Cloud): Properties {
  const type = textAt(draft.inputs, "identity.type");
  if (type === undefined) return {};
  const assigned = textsAt(draft.inputs, "identity.userAssignedIdentities").map((id) => {
    const { clientId = "", principalId = "" } = cloud.find(id)?.properties ?? {};
    return [id, { clientId, principalId }] as const;
  });
  const own = type.includes("SystemAssigned")
    ? {
        principalId: textAt(draft.before?.properties, "identity.principalId") ?? cloud.uuid(),
        tenantId: cloud.tenantId,
      }
    : {};
  return {
    identity: {
      ...own,
      ...(assigned.length > 0 && { userAssignedIdentities: Object.fromEntries(assigned) }),
    },
  };
}

/** @throws Refusal when an identity that does not exist is assigned */
export function refuseUnknownIdentities(draft: Draft, cloud: Cloud): void {
  const asked = listAt(draft.inputs, "identity.userAssignedIdentities");
  const type = saidAt(groupAt(draft.inputs, "identity"), "type");
  for (const id of asked)
    if (typeof id === "string" && cloud.find(id) === undefined)
      throw new Refusal(
        400,
        "FailedIdentityOperation",
        `Identity operation for resource '${draft.id}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.`,
      );
  if (type.includes("UserAssigned") && asked.length === 0)
    throw new Refusal(
      400,
      "InvalidIdentityValues",
      "Invalid value for the identities. The 'UserAssigned' identity type needs at least one identity.",
    );
}
