/** Who runs `pulumi up` needs these rights, and nobody else does. */
import type { Deployment } from "./deployment.ts";
import { BEFORE, lines, type Task } from "./task.ts";

const KIND = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

/** Entra's side is what the azuread provider's pages list for each resource; locks and role assignments need more than Contributor. */
export function rights({ subscriptionId, deployers, microsoft, wantedNumber }: Deployment): readonly Task[] {
  const scope = "/subscriptions/" + subscriptionId;
  const grants = microsoft.consent === "granted";
  return [
    {
      title: "Rights of who runs pulumi up",
      when: BEFORE,
      who: "an Owner of the subscription, and a Privileged Role Administrator of the directory",
      why: "It grants roles, sets locks and writes the registration. They can be taken back after each pulumi up.",
      text: lines(
        deployers.flatMap(({ objectId, kind }) =>
          ["Contributor", "User Access Administrator"].map(
            (role) =>
              `az role assignment create --scope ${scope} --role "${role}" --assignee-object-id ${objectId} --assignee-principal-type ${KIND[kind]}`,
          ),
        ),
        "",
        "# In Entra: a person or group needs the role Application Administrator" +
          (grants ? " and Privileged Role Administrator." : "."),
        "# A service principal needs these application permissions of Microsoft Graph instead:",
        "#   Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All" +
          (grants ? ", DelegatedPermissionGrant.ReadWrite.All" : ""),
        wantedNumber?.from !== "stack"
          ? []
          : ["# The number needs a paid subscription with a billing address in the United States."],
      ),
    },
  ];
}
