/** The app roles that people and services can hold at the connector. */
import { API_SCOPE, APP_ROLE_NAMES, APP_ROLES } from "../../app/domain/portalRights.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { hasEvents } from "../stack/choices.ts";
import { guidOf } from "./guid.ts";

export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
  readonly description: string;
  readonly allowedMemberTypes: ("User" | "Application")[];
}

/**
 * Event Grid requires an app role of exactly this name
 * (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery).
 */
export const EVENT_ROLE = "AzureEventGridSecureWebhookSubscriber";

export function appRoles(stack: DeployedStack): readonly AppRole[] {
  const role = (
    value: string,
    displayName: string,
    description: string,
    allowedMemberTypes: AppRole["allowedMemberTypes"] = ["User"],
  ): AppRole => ({ id: roleId(stack, value), value, displayName, description, allowedMemberTypes });
  return [
    role(APP_ROLES.administrator, APP_ROLE_NAMES.administrator, "Manages the connector's settings."),
    role(APP_ROLES.reportReader, APP_ROLE_NAMES.reportReader, "Reads reports about visits.", BOTH),
    role(
      APP_ROLES.departmentManager,
      APP_ROLE_NAMES.departmentManager,
      "Sees visits at risk and reports of departments of their own.",
    ),
    role(APP_ROLES.operator, APP_ROLE_NAMES.operator, "Asks by a program how the connector stands.", BOTH),
    ...(hasEvents(stack)
      ? [role(EVENT_ROLE, "Event subscriber", "Subscribes the connector to events, and delivers them.", BOTH)]
      : []),
  ];
}

/** The role can be given to people, and to programs that act for themselves. */
const BOTH: AppRole["allowedMemberTypes"] = ["User", "Application"];

/** The scope by which a program acts for the person who signed in to it. */
export const apiScope = (stack: DeployedStack) => ({
  id: roleId(stack, API_SCOPE),
  value: API_SCOPE,
  type: "Admin",
  adminConsentDisplayName: "Ask the connector",
  adminConsentDescription:
    "Ask the connector in the name of whoever signed in; what it answers is by their roles.",
});

export const roleId = ({ microsoft, tenant, environment }: DeployedStack, value: string): string =>
  guidOf([microsoft.tenantId, tenant, environment, value].join("/"));
