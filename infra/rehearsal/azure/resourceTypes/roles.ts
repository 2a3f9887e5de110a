/** Azure roles, and who holds which. */
import { isBelow, isSameId, lastSegment } from "../controlPlane/ids.ts";
import { textAt } from "../controlPlane/json.ts";
import type { Cloud } from "../controlPlane/model.ts";

/** Built-in roles that a deployment may use, by the id of their definition. */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
  "de139f84-1756-47ae-9be6-808fbbe84772": "Website Contributor",
  "749f88d5-cbae-40b8-bcfc-e573ddc772fa": "Monitoring Contributor",
  "43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "73c42c96-874c-492b-b04d-ab87d138a893": "Log Analytics Reader",
  "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "8a0f0c08-91a1-4084-bc3d-661d67233fed": "Storage Queue Data Message Processor",
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
  "19e7f393-937e-4f77-808e-94535e297925": "Storage Queue Data Reader",
  "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
  "21090545-7ca7-4776-b22c-e363652d74d2": "Key Vault Reader",
  "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": "Key Vault Crypto Officer",
  "12338af0-0e69-4776-bea7-57ae8d297424": "Key Vault Crypto User",
  "e147488a-f6f5-4113-8e2d-b22465e65bf6": "Key Vault Crypto Service Encryption User",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "a4417e6f-fecd-4de8-b567-7b0420556985": "Key Vault Certificates Officer",
  "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": "Key Vault Certificate User",
  "09976791-48a7-449e-bb21-39d1a415f350": "Communication and Email Service Owner",
  "fbdf93bf-df7d-467e-a4d2-9458aa1360c8": "Cosmos DB Account Reader Role",
  "5bd9cd88-fe45-4216-938b-f97437e15450": "DocumentDB Account Contributor",
  "d5a91429-5739-47e2-a06b-3470a27159e7": "EventGrid Data Sender",
  "1e241071-0855-49ea-94dc-649edcd759de": "EventGrid Contributor",
};

/** Names of the built-in roles that a principal holds at a resource, or at what contains it. */
export function rolesOn(cloud: Cloud, id: string, principalId: string): readonly string[] {
  return cloud
    .all("azure-native:authorization:RoleAssignment")
    .filter(({ properties }) => {
      const scope = textAt(properties, "scope") ?? "";
      const covers = isSameId(scope, id) || isBelow(id, scope);
      return covers && isSameId(textAt(properties, "principalId") ?? "", principalId);
    })
    .flatMap(
      ({ properties }) =>
        BUILT_IN_ROLES[lastSegment(textAt(properties, "roleDefinitionId") ?? "").toLowerCase()] ?? [],
    );
}
