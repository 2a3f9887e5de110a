/** The queues of the rehearsal's storage account, with a role for the connector at each. */
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { CONNECTOR, groupId, type DataPlanes } from "../../infra/rehearsal/dataPlanes.ts";

const ACCOUNT = "lamnast";
const ACCOUNT_ID = `${groupId}/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`;
export const QUEUES_AT = `https://${ACCOUNT}.queue.core.windows.net`;
const IN_GROUP = { resourceGroupName: "stores", accountName: ACCOUNT };
const CONTRIBUTOR = "/providers/Microsoft.Authorization/roleDefinitions/974c5e8b-45b9-4653-ba55-5f855dd0fb88";
const NAMES = Object.values(QUEUE_NAMES);
type Name = (typeof NAMES)[number];

export async function makeAccount({ make }: DataPlanes): Promise<void> {
  await make("storage:StorageAccount", {
    ...IN_GROUP,
    location: "eastus2",
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
    allowSharedKeyAccess: false,
    publicNetworkAccess: "Enabled",
  });
}

const queueId = (name: Name) => `${ACCOUNT_ID}/queueServices/default/queues/${name}`;

export async function takeQueueAway({ vendors }: DataPlanes, name: Name): Promise<void> {
  await vendors.delete(queueId(name));
}

/** Makes both queues, which are empty. @returns the ids of the role assignments */
export async function makeQueues({ make }: DataPlanes): Promise<readonly string[]> {
  const roles: string[] = [];
  for (const queueName of NAMES) {
    await make("storage:Queue", { ...IN_GROUP, queueName });
    const { id } = await make("authorization:RoleAssignment", {
      roleAssignmentName: crypto.randomUUID(),
      roleDefinitionId: CONTRIBUTOR,
      scope: queueId(queueName),
      principalId: CONNECTOR,
      principalType: "ServicePrincipal",
    });
    roles.push(id);
  }
  return roles;
}
