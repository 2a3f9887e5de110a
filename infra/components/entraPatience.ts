import * as pulumi from "@pulumi/pulumi";
import { azureSecondMs } from "../dataplane/environment.ts";

/** Seconds to wait before each new attempt, in order; when the last one fails, the update fails with Azure's own message. */
export const WAITS_SECONDS: readonly number[] = [5, 15, 30, 60, 120];

/**
 * Whether a refusal goes away by itself. Either Entra has not yet told every part of Azure who holds which role
 * (learn.microsoft.com/azure/event-grid/secure-webhook-delivery), or what a failed attempt left behind is still being
 * removed.
 */
export function isReplicating(refusal: string): boolean {
  return /webhook.*(validation|handshake)|AADSTS(50105|500011|501051|700016|7000215)|not authorized|is not (assigned|a member)|does not have (access|permission|authorization)|already exist|key ?vault.*forbidden|authentication issue on the key ?vault/is.test(
    refusal,
  );
}

/** An error hook that retries while a role assignment of a moment ago is not yet known everywhere in Azure. */
export async function patience({ failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  const wait = WAITS_SECONDS[errors.length - 1];
  const [latest] = errors;
  if (failedOperation === "delete" || wait === undefined || latest === undefined || !isReplicating(latest))
    return false;
  await new Promise((resolve) => setTimeout(resolve, wait * azureSecondMs()));
  return true;
}

/**
 * An error hook for a role assignment in Entra. Such an assignment has no name that we choose: if it was created but the
 * answer was lost, it is in no state, and creating it is refused from then on until a person removes or imports it.
 */
export const assignedAlready =
  (name: string) =>
  (failed: pulumi.ErrorHookArgs): Promise<boolean> => {
    const isThere = failed.failedOperation === "create" && /already exist/i.test(failed.errors[0] ?? "");
    if (isThere)
      void pulumi.log.error(
        `${name}: the role is assigned already, by an update whose answer was lost. Take it away and run pulumi up again: Entra admin center, Enterprise applications, the connector, Users and groups (of Microsoft Graph: Permissions). Or import it: pulumi import azuread:index/appRoleAssignment:AppRoleAssignment ${name} /servicePrincipals/<of the role>/appRoleAssignedTo/<assignment>`,
      );
    return isThere ? Promise.resolve(false) : patience(failed);
  };
