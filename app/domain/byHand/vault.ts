/** Secrets that Oracle issued to a person: no stack file and no state holds them. */
import { vaultNames } from "../../../infra/stack.ts";
import { AFTER, groupOf, lines, type Deployment, type Task } from "./task.ts";

export function clientSecrets({ stack }: Deployment): readonly Task[] {
  const { secrets } = vaultNames(stack);
  if (secrets.length === 0) return [];
  return [
    {
      title: "Client secrets into the vault",
      when: AFTER,
      who: "somebody with the role Key Vault Secrets Officer on the vault",
      why:
        stack.network.mode === "private"
          ? "The vault is reached from the deployment's own network alone: run this on a machine in its subnet runners."
          : "Oracle shows a secret once; it goes straight into the vault.",
      text: lines(
        `az account set --subscription ${stack.azure?.subscriptionId ?? ""}`,
        `VAULT=$(az keyvault list --resource-group ${groupOf(stack)} --query "[0].name" --output tsv)`,
        "# From a file without a line break at its end, so that the secret is in no shell history; delete it then.",
        secrets.map(
          (secret) => `az keyvault secret set --vault-name "$VAULT" --name ${secret} --file ${secret}.txt`,
        ),
      ),
    },
  ];
}
