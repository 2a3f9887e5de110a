/** What every component knows of the deployment that it is part of. */
import type * as resources from "@pulumi/azure-native/resources/index.js";
import type { DeployedStack } from "../deployedStack.ts";

export { named } from "../../app/domain/resourceNames.ts";

/** `phi-transient`: patients' data passes through. `operational`: it must never get there. */
export type DataClass = "phi-transient" | "operational";

export interface DeploymentContext {
  readonly stack: DeployedStack;
  readonly location: string;
  /** Holds everything but the number and its Communication Services resource. */
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
 * The beginning of a name that is unique in the world; azure-native adds eight hexadecimal digits, because a destroyed
 * vault keeps its name for up to 90 days. At most 16 letters and digits, since vaults and storage accounts take 24.
 */
export const worldwide = (kind: "kv" | "st", { tenant, environment }: DeployedStack): string =>
  (kind + tenant).slice(0, 15) + (environment === "production" ? "p" : "t");

/** Production's data is not deleted, nor replaced, by an update. */
export const isProtected = ({ environment }: DeployedStack): boolean => environment === "production";

export const inSubscription = ({ azure }: DeployedStack): string =>
  ["", "subscriptions", azure.subscriptionId].join("/");
