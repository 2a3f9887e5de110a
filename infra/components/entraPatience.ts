import * as pulumi from "@pulumi/pulumi";
import { azureSecondMs } from "../dataplane/environment.ts";

/** Seconds to wait before the first, second, … new attempt; after the last the update fails with Azure's own words. */
export const WAITS_SECONDS: readonly number[] = [5, 15, 30, 60, 120];

/**
 * Whether a refusal is one that goes away by itself: Entra has not told every part of Azure yet who holds which role
 * (learn.microsoft.com/azure/event-grid/secure-webhook-delivery). What an attempt that failed left behind is on its way out.
 */
export function isReplicating(refusal: string): boolean {
  return /webhook.*(validation|handshake)|AADSTS(50105|500011|501051|700016|7000215)|not authorized|is not (assigned|a member)|does not have (access|permission|authorization)|already exist|key ?vault.*forbidden/is.test(
    refusal,
  );
}

/** For an error hook: a role that was assigned a moment ago is not seen everywhere yet. */
export async function patience({ failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  const wait = WAITS_SECONDS[errors.length - 1];
  const [latest] = errors;
  if (failedOperation === "delete" || wait === undefined || latest === undefined || !isReplicating(latest))
    return false;
  await new Promise((resolve) => setTimeout(resolve, wait * azureSecondMs()));
  return true;
}

/**
 * For an error hook of a role assignment in Entra, which has no name of ours: one that was made while its answer was lost is
 * in no state, and is refused from then on until a person takes it away or imports it.
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
