/**
 * Security tests about refusals that pass after some minutes or that come after a lost answer: each is waited for or
 * explained.
 */
import { ofKinds, type SecurityTest } from "./securityTest.ts";

/** Kinds that are refused while a role of the same update is not known everywhere, or while a subnet is made. */
const WAITS = [
  "cosmosdb:DatabaseAccount",
  "eventgrid:SystemTopicEventSubscription",
  "keyvault:Key",
  "storage:StorageAccount",
];

/**
 * Kinds that are refused while Azure is still at work on a part of the same site. A missing right and a name that is taken
 * stay, so nothing else is waited for.
 */
const CHANGES = [
  "web:AppServicePlan",
  "web:WebApp",
  "web:WebAppApplicationSettings",
  "web:WebAppApplicationSettingsSlot",
  "web:WebAppFtpAllowed",
  "web:WebAppFtpAllowedSlot",
  "web:WebAppScmAllowed",
  "web:WebAppScmAllowedSlot",
  "web:WebAppSlot",
  "web:WebAppSlotConfigurationNames",
];

/** It is refused while its domain, of the same update, is not known everywhere. */
const COMMUNICATION = "communication:CommunicationService";

/** Kinds that are refused for ever after they were made and the answer was lost. */
const LOST = [
  "application:Application",
  "applicationAppRole:ApplicationAppRole",
  "applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  "applicationIdentifierUri:ApplicationIdentifierUri",
  "applicationPermissionScope:ApplicationPermissionScope",
  "applicationPreAuthorized:ApplicationPreAuthorized",
  "appRoleAssignment:AppRoleAssignment",
  "servicePrincipal:ServicePrincipal",
  "servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
].map((type) => "azuread:index/" + type);

export const patienceTests: readonly SecurityTest[] = [
  {
    name: "what is refused while a role or the network is new has a hook that waits, and says so",
    kinds: WAITS,
    faults: (deployment) =>
      ofKinds(deployment, ...WAITS)
        .filter(({ options }) => options.onError.length === 0)
        .map(({ name }) => name + " fails at the first refusal"),
  },
  {
    name: "a site and its plan wait for a change that is under way, and for nothing that stays refused",
    kinds: CHANGES,
    faults: (deployment) =>
      ofKinds(deployment, ...CHANGES)
        .filter(({ options }) => !options.onError.some((hook) => hook.endsWith("-while-it-changes")))
        .map(({ name }) => name + " does not wait for a change alone"),
  },
  {
    name: "Communication Services wait for their new domain, and for nothing that stays refused",
    kinds: [COMMUNICATION],
    faults: (deployment) =>
      ofKinds(deployment, COMMUNICATION)
        .filter(({ options }) => !options.onError.some((hook) => hook.endsWith("-while-its-domain-is-new")))
        .map(({ name }) => name + " does not wait for its domain alone"),
  },
  {
    name: "what is refused in Entra because it is there already has a hook that says how to go on",
    kinds: LOST,
    faults: (deployment) =>
      ofKinds(deployment, ...LOST)
        .filter(({ inputs, options }) => inputs["useExisting"] !== true && options.onError.length === 0)
        .map(({ name }) => name + " is refused without a next step"),
  },
];
