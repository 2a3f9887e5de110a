/** Azure roles, and who holds which. */
import { isBelow, isSameId, lastSegment } from "../controlPlane/ids.ts";
import { saidAt } from "../controlPlane/json.ts";
import type { Cloud } from "../controlPlane/model.ts";

/** Built-in roles that a deployment uses, or that something here goes by, by the id of their definition. */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "8a0f0c08-91a1-4084-bc3d-661d67233fed": "Storage Queue Data Message Processor",
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
  "19e7f393-937e-4f77-808e-94535e297925": "Storage Queue Data Reader",
  "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
  "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": "Key Vault Crypto Officer",
  "12338af0-0e69-4776-bea7-57ae8d297424": "Key Vault Crypto User",
  "e147488a-f6f5-4113-8e2d-b22465e65bf6": "Key Vault Crypto Service Encryption User",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "09976791-48a7-449e-bb21-39d1a415f350": "Communication and Email Service Owner",
};

/** Names of the built-in roles that a principal holds at a resource, or at what contains it. */
export function rolesOn(cloud: Cloud, id: string, principalId: string): readonly string[] {
  return cloud
    .all("azure-native:authorization:RoleAssignment")
    .filter(({ properties }) => {
      const scope = saidAt(properties, "scope");
      const covers = isSameId(scope, id) || isBelow(id, scope);
      return covers && isSameId(saidAt(properties, "principalId"), principalId);
    })
    .flatMap(
      ({ properties }) =>
        BUILT_IN_ROLES[lastSegment(saidAt(properties, "roleDefinitionId")).toLowerCase()] ?? [],
    );
}
