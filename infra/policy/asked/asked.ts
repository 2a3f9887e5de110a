/** What all parts of the list of asked resources have in common. */
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { locationOf } from "../../location.ts";
import { GLOBAL } from "../../stack/regions.ts";
import { from, type Expected } from "./expected.ts";

/** A resource that the stack file asks for. */
export interface Asked {
  /** Such as `network:Subnet app`: the resource's type without `azure-native:`, then its name in the program. */
  readonly key: string;
  readonly inputs: Readonly<Record<string, Expected>>;
  readonly protect: boolean;
}

export const asked = (
  key: string,
  inputs: Asked["inputs"],
  { protect = false }: { readonly protect?: boolean } = {},
): Asked => ({ key, inputs, protect });

export const GROUP = "resources:ResourceGroup group";
export const NUMBER_GROUP = "resources:ResourceGroup number";
export const IDENTITY = "managedidentity:UserAssignedIdentity identity";
export const WORKSPACE = "operationalinsights:Workspace observability-workspace";
export const OWNERS = "monitor:ActionGroup observability-owners";

export const isProduction = ({ environment }: DeployedStack): boolean => environment === "production";
export const isPrivate = ({ network }: DeployedStack): boolean => network.mode === "private";

export const inGroup = (said: DeployedStack) => ({ resourceGroupName: from(GROUP, named("rg", said)) });
export const besideNumber = (said: DeployedStack) => ({
  resourceGroupName: from(NUMBER_GROUP, named("rg", said) + "-number"),
});

export const tags = (said: DeployedStack, dataClass: "phi-transient" | "operational") => ({
  tenant: said.tenant,
  environment: said.environment,
  geography: said.geography,
  owner: said.owners.team,
  dataClass,
});
export const here = (said: DeployedStack, dataClass: "phi-transient" | "operational" = "phi-transient") => ({
  location: locationOf(said),
  tags: tags(said, dataClass),
});
export const worldwide = (
  said: DeployedStack,
  dataClass: "phi-transient" | "operational" = "phi-transient",
) => ({
  location: GLOBAL,
  tags: tags(said, dataClass),
});

export const subscription = ({ azure }: DeployedStack): string => "/subscriptions/" + azure.subscriptionId;

/** The Azure id of one of the deployment's own resources; `end` is a pattern for what may follow it. */
export const idOf = (said: DeployedStack, key: string | readonly string[], end = "") =>
  from(key, new RegExp("^" + subscription(said) + "/.+" + end + "$", "i"));

/** The beginning of a vault's or a storage account's name, which has to be unique in all of Azure. */
export const beginningOf = (kind: "kv" | "st", said: DeployedStack): string =>
  (kind + said.tenant).slice(0, 15) + (isProduction(said) ? "p" : "t");

export const storeKey = (said: DeployedStack): string => "cosmosdb:DatabaseAccount " + named("cosmos", said);
export const vaultKey = (said: DeployedStack): string => "keyvault:Vault " + beginningOf("kv", said);
export const storageKey = (said: DeployedStack): string =>
  "storage:StorageAccount " + beginningOf("st", said);
export const siteKey = (said: DeployedStack): string => "web:WebApp " + named("app", said);
/** Front Door's own address: Azure adds a hash to the endpoint's name. */
export const FRONT = { of: "cdn:AFDEndpoint front-endpoint", after: /^-[a-z0-9]+$/ };
export const APPLICATION = "azuread:index/application:Application connector";
export const DOMAIN = "communication:Domain mail";
export const OWN_DOMAIN = "communication:Domain own-mail";
/** The domains that mails may come from. Azure decides which one it is: the hospital's own has to be verified first. */
export const mailDomains = ({ mail }: DeployedStack): readonly string[] =>
  mail === undefined ? [DOMAIN] : [DOMAIN, OWN_DOMAIN];
export const SERVICE = "communication:CommunicationService service";

export const subnetIds = (said: DeployedStack, ...names: readonly string[]) =>
  names.map((name) => idOf(said, "network:Subnet " + name));
