/** What Azure Resource Manager refuses while the deletion of a resource goes on, of the resource and of all inside it. */
import { isBelow, isSameId, lastSegment } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { conflict, Refusal } from "../../infra/rehearsal/azure/controlPlane/refusal.ts";

/** The one of the leaving resources that a resource is, or is inside of. */
export const leavingAt = (id: string, leaving: readonly CloudResource[]): CloudResource | undefined =>
  leaving.find((one) => isSameId(id, one.id) || isBelow(id, one.id));

/** @param leaving the resource whose deletion goes on */
export function refusedInDeletion({ id, token }: CloudResource): Refusal {
  const name = lastSegment(id);
  if (token === "azure-native:resources:ResourceGroup")
    return conflict(
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
      "ResourceGroupBeingDeleted",
    );
  if (token === "azure-native:cosmosdb:DatabaseAccount")
    return new Refusal(
      412,
      "PreconditionFailed",
      `There is already an operation in progress which requires exclusive lock on this service ${name}. Please retry the operation after sometime.`,
    );
  return conflict(`The resource '${id}' is being deleted.`, "ResourceBeingDeleted");
}
