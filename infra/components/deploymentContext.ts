/** What every component knows about the deployment that it belongs to. */
import type * as resources from "@pulumi/azure-native/resources/index.js";
import type { DeployedStack } from "../deployedStack.ts";

export { named } from "../../app/domain/resourceNames.ts";

/** `phi-transient`: patients' data passes through the resource. `operational`: patients' data must never reach it. */
export type DataClass = "phi-transient" | "operational";

export interface DeploymentContext {
  readonly stack: DeployedStack;
  readonly location: string;
  /** The resource group of everything but the number and its Communication Services resource. */
  readonly group: resources.ResourceGroup;
}

export type Tags = Record<"tenant" | "environment" | "geography" | "dataClass" | "owner", string>;

export const tags = (stack: DeployedStack, dataClass: DataClass): Tags => ({
  tenant: stack.tenant,
  environment: stack.environment,
  geography: stack.geography,
  dataClass,
  owner: stack.owners.team,
});

/**
 * The beginning of a name that has to be unique in all of Azure. azure-native appends eight hexadecimal digits, because a
 * destroyed vault keeps its name for up to 90 days. It has at most 16 letters and digits, since names of vaults and storage
 * accounts are limited to 24.
 */
export const worldwide = (kind: "kv" | "st", { tenant, environment }: DeployedStack): string =>
  (kind + tenant).slice(0, 15) + (environment === "production" ? "p" : "t");

/** In production an update may neither delete nor replace resources that hold data. */
export const isProtected = ({ environment }: DeployedStack): boolean => environment === "production";

export const inSubscription = ({ azure }: DeployedStack): string =>
  ["", "subscriptions", azure.subscriptionId].join("/");
