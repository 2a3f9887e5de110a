/** Judges whether words about a missing part lead to it: by its name, or by the file of the program that makes it. */
import { lastSegment } from "../../../infra/rehearsal/azure/controlPlane/ids.ts";
import type { Made } from "./inProcess.ts";

/** The files of infra/components/ that make the parts of a type, or say what these are to be. */
export const MADE_IN: Readonly<Record<string, readonly string[]>> = {
  "applicationinsights:Component": ["observability"],
  "applicationinsights:WebTest": ["alerts"],
  "cdn:AFDCustomDomain": ["edgeRoute"],
  "cdn:AFDEndpoint": ["frontDoor"],
  "cdn:AFDOrigin": ["edgeRoute"],
  "cdn:AFDOriginGroup": ["edgeRoute"],
  "cdn:Profile": ["frontDoor"],
  "cdn:Route": ["edgeRoute"],
  "cdn:SecurityPolicy": ["edgeRoute"],
  "communication:CommunicationService": ["messaging"],
  "communication:Domain": ["messaging"],
  "communication:EmailService": ["messaging"],
  "cosmosdb:DatabaseAccount": ["data"],
  "cosmosdb:SqlResourceSqlContainer": ["data"],
  "cosmosdb:SqlResourceSqlDatabase": ["data"],
  "cosmosdb:SqlResourceSqlRoleAssignment": ["data"],
  "cosmosdb:SqlResourceSqlRoleDefinition": ["data"],
  "eventgrid:SystemTopic": ["events"],
  "eventgrid:SystemTopicEventSubscription": ["events"],
  "frontdoor:Policy": ["firewall"],
  "keyvault:Key": ["secrets"],
  "keyvault:Vault": ["secrets"],
  "managedidentity:UserAssignedIdentity": ["identity", "secrets"],
  "monitor:ActionGroup": ["observability"],
  "monitor:MetricAlert": ["alerts"],
  "network:NetworkSecurityGroup": ["network", "trafficRules"],
  "network:PrivateDnsZoneGroup": ["privateAccess"],
  "network:PrivateEndpoint": ["privateAccess"],
  "network:Subnet": ["network"],
  "network:VirtualNetwork": ["network"],
  "operationalinsights:Workspace": ["observability"],
  "privatedns:PrivateZone": ["network"],
  "privatedns:VirtualNetworkLink": ["network"],
  "storage:BlobContainer": ["storage"],
  "storage:Queue": ["storage"],
  "storage:StorageAccount": ["storage"],
  "web:AppServicePlan": ["plan"],
  "web:WebApp": ["site"],
  "web:WebAppApplicationSettings": ["siteSettings"],
  "web:WebAppApplicationSettingsSlot": ["siteSettings"],
  "web:WebAppSlot": ["site"],
  "azuread:AppRoleAssignment": ["registration"],
  "azuread:Application": ["application"],
  "azuread:ApplicationAppRole": ["application", "appRoles"],
  "azuread:ApplicationFederatedIdentityCredential": ["registration"],
  "azuread:ApplicationIdentifierUri": ["application"],
  "azuread:ApplicationPermissionScope": ["application"],
  "azuread:ApplicationPreAuthorized": ["application"],
  "azuread:ServicePrincipal": ["application", "registration"],
};

/** The files that make role assignments, by name; each is made in the file of the resource to which the role is given. */
const ROLES_IN: readonly (readonly [name: RegExp, file: string])[] = [
  [/^(?:messaging|number-)/u, "messaging"],
  [/^(?:use-|secrets$|store-encryption$)/u, "secrets"],
  [/./u, "storage"],
];

/** The type without the package's name, and for Entra without the module: `keyvault:Key`, `azuread:Application`. */
export const kindOf = (type: string): string =>
  type.startsWith("azuread:") ? `azuread:${type.split(":").at(-1) ?? ""}` : type.replace("azure-native:", "");

/** The files of infra/components/, one of which must be named in words about a part that do not name the part itself. */
export function filesOf({ type, name }: Pick<Made, "type" | "name">): readonly string[] {
  if (type.endsWith(":authorization:RoleAssignment"))
    return ROLES_IN.flatMap(([pattern, file]) => (pattern.test(name) ? file : [])).slice(0, 1);
  return MADE_IN[kindOf(type)] ?? [];
}

/** @param told the message of a failed visit, or a refusal in Azure's words, which cannot name the program's files */
export function isNamed(told: string, made: Made): boolean {
  const blamed = [...told.matchAll(/\b(\w+)\.ts\b/gu)].map(([, file = ""]) => file);
  if (blamed.length > 0) return filesOf(made).some((file) => blamed.includes(file));
  return (
    AZURES_WORDS[kindOf(made.type)]?.test(told) === true ||
    own(made).some((name) => isIn(told, name)) ||
    isRoleToldOf(told, made)
  );
}

/** The connector's own words, or the site's, about a role that they lack: which role, and at what, by its name. */
function isRoleToldOf(told: string, { type, inputs: { scope } }: Made): boolean {
  const isAtOne = type.endsWith(":RoleAssignment") && typeof scope === "string";
  return (
    isAtOne &&
    /give the connector's identity the role \w|the site's identity lacks \w/u.test(told) &&
    isIn(told, lastSegment(scope))
  );
}

/** What Azure itself says about a missing part without telling its name, by kind. */
const AZURES_WORDS: Readonly<Record<string, RegExp>> = {
  "applicationinsights:Component": /tag pointing to an existing AI component/u,
  "azuread:ApplicationAppRole": /Permission being assigned was not found on application/u,
  "cdn:AFDOrigin": /must have at least one enabled origin/u,
};

/** Words that stand for the part alone: its id, its name in Azure, what it assigns or holds, and what a role is given on. */
function own({ id, name, type, inputs }: Made): readonly string[] {
  const more = type.endsWith(":AppRoleAssignment") ? [name, inputs["principalObjectId"]] : [inputs["digest"]];
  return [
    id,
    ...(type.endsWith(":RoleAssignment") && typeof inputs["scope"] === "string" ? [inputs["scope"]] : []),
    ...[lastSegment(id), ...more]
      .filter((one) => typeof one === "string")
      .filter((one) => /[-.\d]/u.test(one)),
  ];
}

/** Whether a name occurs as a whole word: `work` is not in `network`. */
const isIn = (told: string, name: string): boolean =>
  new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&")}(?![\\w-])`, "iu").test(told);
