/**
 * Error hooks that wait for Entra, since it takes some minutes until a change there is known everywhere in Azure, and for the
 * network while it is being changed.
 */
import * as pulumi from "@pulumi/pulumi";
import { azureSecondMs } from "../dataplane/environment.ts";

/**
 * Seconds to wait before each new attempt, in order: ten minutes together, since a role may take that long to work
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected).
 */
export const WAITS_SECONDS: readonly number[] = [5, 15, 30, 60, 90, 120, 130, 150];

/**
 * Words of refusals while a role or an identity is not yet known in every part of Azure
 * (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery for the first;
 * https://github.com/pulumi/pulumi-azure-native/issues/890 has a key's, https://aka.ms/storagekeyvaultaccesspolicy is what
 * storage says of a customer's key), or while what a failed attempt left behind is still being removed. Entra says
 * "reference-property objects" and "valid application object" of what it has just made itself
 * (https://github.com/hashicorp/terraform-provider-azuread/issues/699 and /581), Communication Services says
 * InvalidLinkedDomains of a domain of a moment ago (https://github.com/Azure/bicep/issues/11354).
 */
const REPLICATING =
  /webhook.*(validation|handshake)|AADSTS(50105|500011|501051|700016|7000215)|not authorized|is not (assigned|a member)|does not have (access|permission|authorization)|already exist|key ?vault.*forbidden|authentication issue on the key ?vault|KeyVaultAuthenticationFailure|AadClientCredentialsGrantFailure|queried reference-property objects are not present|does not reference a valid application object|InvalidLinkedDomains/is;

/**
 * Words of refusals while the network, a site or its plan is being changed, by somebody else or by Azure after its answer:
 * what this program itself changes comes in turn (https://github.com/Azure/azure-rest-api-specs/issues/11143, and
 * https://github.com/pulumi/pulumi-azure-native/issues/903 for a site).
 */
const CHANGES =
  /SubnetsNotProvisioned|ReferencedResourceNotProvisioned|AnotherOperationInProgress|another operation is in progress/i;

/** Whether a refusal goes away by itself. */
export const isPassing = (refusal: string): boolean => REPLICATING.test(refusal) || CHANGES.test(refusal);

/** An error hook that retries while what was made or changed a moment ago is not yet known everywhere in Azure. */
export async function patience({ name, failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  const [latest] = errors;
  if (failedOperation === "delete" || latest === undefined || !isPassing(latest)) return false;
  const wait = WAITS_SECONDS[errors.length - 1];
  if (wait === undefined) {
    void pulumi.log.error(
      `${name}: Azure has refused this for ten minutes, as it does for some minutes while a role, the network or a part that it needs is new. Run pulumi up again. If it is refused once more, what Azure's words name is missing: a right (infra/README.md, Who needs which right), or an object whose id is in the stack file.`,
    );
    return false;
  }
  void pulumi.log.info(
    `${name}: Azure refuses this, as it does while a role, the network or a part that it needs is new. Trying again in ${String(wait)} s, for ten minutes in all …`,
  );
  await new Promise((resolve) => setTimeout(resolve, wait * azureSecondMs()));
  return true;
}

/** @param name unique in the program: what is waited for, as the engine shows it */
export const patiently = (name: string): pulumi.ResourceHookBinding => ({
  onError: [new pulumi.ErrorHook(name, patience)],
});
