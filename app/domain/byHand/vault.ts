/** Secrets that Oracle issued to a person; no stack file and no state holds them. */
import { named } from "../resourceNames.ts";
import { vaultNames } from "../vaultNames.ts";
import type { Deployment } from "./deployment.ts";
import { AFTER, lines, type Task } from "./task.ts";

export function clientSecrets(deployment: Deployment): readonly Task[] {
  const { secrets } = vaultNames(deployment.connections);
  if (secrets.length === 0) return [];
  return [
    {
      title: "Client secrets into the vault",
      when: AFTER,
      who: "somebody with the role Key Vault Secrets Officer on the vault",
      why: "The vault lets in the deployment's own network alone: run this on a machine in its subnet runners.",
      text: lines(
        `az account set --subscription ${deployment.subscriptionId}`,
        `VAULT=$(az keyvault list --resource-group ${named("rg", deployment)} --query "[0].name" --output tsv)`,
        "# From a file without a line break at its end, so that the secret is in no shell history; delete it then.",
        secrets.map(
          (secret) => `az keyvault secret set --vault-name "$VAULT" --name ${secret} --file ${secret}.txt`,
        ),
      ),
    },
  ];
}
