/** Teams: the accounts in whose name the connector may open meetings. */
import { organizersOf } from "../hospital.ts";
import { named } from "../resourceNames.ts";
import type { Deployment } from "./deployment.ts";
import { clientIdOf } from "./entra.ts";
import { AFTER, lines, type Task } from "./task.ts";

/** The name of the policy that a Teams administrator makes for a deployment. */
export const accessPolicyName = (deployment: Pick<Deployment, "tenant" | "environment">): string =>
  named("teams-ehr-connector", deployment);

/** https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy */
export function accessPolicy(deployment: Deployment): readonly Task[] {
  const { departments, microsoft } = deployment;
  const policy = accessPolicyName(deployment);
  const owned = departments.flatMap((department) =>
    organizersOf(department).map((organizer) => ({ organizer, name: department.name })),
  );
  const organizers = Map.groupBy(owned, ({ organizer }) => organizer);
  const clientId = clientIdOf(deployment);
  return [
    {
      title: "Application access policy in Teams",
      when: AFTER,
      who: "a Teams Administrator",
      why:
        "Graph lets an application open meetings only for accounts that such a policy names, and takes up to 30 minutes to notice. " +
        "It is granted to each organizer: -Global would open everybody's meetings.",
      text: lines(
        "# PowerShell 7 with the Azure CLI. Once: Install-Module MicrosoftTeams -Scope CurrentUser",
        `az login --tenant ${microsoft.tenantId} --allow-no-subscriptions`,
        `Connect-MicrosoftTeams -TenantId ${microsoft.tenantId}`,
        clientId.startsWith("$(") ? `$clientId = ${clientId}` : `$clientId = "${clientId}"`,
        `New-CsApplicationAccessPolicy -Identity "${policy}" -AppIds $clientId -Description "Meetings of the departments' accounts"`,
        organizers.size === 0
          ? [
              "# The stack names no department. For each account that will own a department's meetings:",
              `Grant-CsApplicationAccessPolicy -PolicyName "${policy}" -Identity "<its object id>"`,
            ]
          : [...organizers].flatMap(([organizer, its]) => [
              "# " + its.map(({ name }) => name).join(", "),
              `Grant-CsApplicationAccessPolicy -PolicyName "${policy}" -Identity "${organizer}"`,
            ]),
      ),
    },
  ];
}
