/** Whose keys the store is encrypted by, which is decided when it is made. */
import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../deployedStack.ts";
import type { RecordedState } from "./recordedState.ts";

/**
 * Azure never gives up a customer's key again, so to leave out the key, its identity and its role would lock the store. To
 * begin with one, an account with continuous backup needs an identity, then its default identity, and then the key, each in
 * an update of its own:
 * https://learn.microsoft.com/azure/cosmos-db/how-to-setup-customer-managed-keys-existing-accounts
 * @throws pulumi.RunError when the stack file says otherwise than the store that exists.
 */
export function refuseOtherStoreKeys({ encryption }: DeployedStack, { storeKeys }: RecordedState): void {
  if (storeKeys === undefined || storeKeys === encryption) return;
  throw new pulumi.RunError(
    storeKeys === "customerKeys"
      ? "encryption: is microsoftKeys, but the store is encrypted by the hospital's own key, which Azure never takes back; say customerKeys again (without its key the store opens to nobody)"
      : "encryption: is customerKeys, but the store was made with Microsoft's keys, and Azure takes that change only in several separate steps, which up does not make; say microsoftKeys, or make the deployment anew (infra/README.md, Known limits)",
  );
}
