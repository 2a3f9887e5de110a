/** The rights that whoever runs `pulumi up` needs, and nobody else. */
import type { Deployment } from "./deployment.ts";
import { azureRolesOf, ENTRA_RIGHTS, GROUP_NEEDS, hasLocks, NUMBER_NEEDS } from "./needs.ts";
import { BEFORE, lines, type Task } from "./task.ts";

const KIND = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

export function rights(deployment: Deployment): readonly Task[] {
  const { subscriptionId, deployers, microsoft, wantedNumber } = deployment;
  const scope = "/subscriptions/" + subscriptionId;
  const { role, permissions } = ENTRA_RIGHTS[microsoft.consent];
  return [
    {
      title: "Rights of who runs pulumi up",
      when: BEFORE,
      who: "an Owner of the subscription, and a Privileged Role Administrator of the directory",
      why: `It grants roles, ${hasLocks(deployment) ? "sets locks " : ""}and writes the registration. They can be taken back after each pulumi up.`,
      text: lines(
        deployers.flatMap(({ objectId, kind }) =>
          azureRolesOf(deployment).map(
            (azureRole) =>
              `az role assignment create --scope ${scope} --role "${azureRole}" --assignee-object-id ${objectId} --assignee-principal-type ${KIND[kind]}`,
          ),
        ),
        "",
        `# In Entra: a person or group needs the role ${role}.`,
        "# A service principal needs these application permissions of Microsoft Graph instead, consented:",
        "#   " + permissions.join(", "),
        deployers.some(({ kind }) => kind === "group") ? ["# " + GROUP_NEEDS] : [],
        wantedNumber?.from === "stack" ? ["# " + NUMBER_NEEDS] : [],
      ),
    },
  ];
}
