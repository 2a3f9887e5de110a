/** Rules for every resource, and for the stack as a whole. */
import { vaultNames } from "../../../app/domain/vaultNames.ts";
import { atLeast } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { isGlobal, locationViolations } from "../locations.ts";
import { at, items, members, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Check, type Finding, type Judged, type Stack } from "../rule.ts";
import { KNOWN_TYPES, versionOf } from "../types.ts";

const TAGS: Readonly<Record<string, RegExp>> = {
  tenant: /^[a-z][a-z0-9]{1,15}$/,
  environment: /^(test|production)$/,
  geography: /^(americas|europe|asiaPacific)$/,
  dataClass: /^(phi-transient|operational)$/,
  owner: /\S/,
};
const STORES = [
  "azure-native:cosmosdb:DatabaseAccount",
  "azure-native:storage:StorageAccount",
  "azure-native:keyvault:Vault",
  "azure-native:web:WebApp",
  "azure-native:web:WebAppSlot",
  "azure-native:communication:CommunicationService",
];

const LOCKED = [
  "azure-native:cosmosdb:DatabaseAccount",
  "azure-native:storage:StorageAccount",
  "azure-native:keyvault:Vault",
];

/** Types whose only API version, or whose version in the SDK, is a preview; each has been in use for years. */
const PREVIEW_ONLY: Readonly<Record<string, readonly string[]>> = {
  "azure-native:monitor:DiagnosticSetting": ["2021-05-01-preview"],
  "azure-native:monitor:SubscriptionDiagnosticSetting": ["2021-05-01-preview"],
  "azure-native:monitor:ActionGroup": ["2024-10-01-preview"],
  "azure-native:monitor:AutoscaleSetting": ["2021-05-01-preview"],
  "azure-native:monitor:ScheduledQueryRule": ["2025-01-01-preview"],
  "azure-native:authorization:RoleDefinition": ["2022-05-01-preview"],
};

/**
 * Properties that may be in `ignoreChanges`, because they change by themselves or belong to somebody else: autoscale, for
 * example, changes the number of instances. What has outlived another deployment is adopted as it is, and only that.
 */
const MOVES: Readonly<Record<string, (resource: Judged) => readonly string[]>> = {
  // The URI contains the registration's own client id, so a resource of its own sets it.
  "azuread:index/application:Application": () => ["identifierUris"],
  "azure-native:web:AppServicePlan": () => ["sku.capacity", "targetWorkerCount"],
  // A resource group cannot be moved.
  "azure-native:resources:ResourceGroup": ({ name }) => (name === "number" ? ["location", "tags"] : []),
  "azure-native:communication:CommunicationService": () => ["tags"],
  "azure-native:communication:EmailService": () => ["tags"],
  "azure-native:communication:Domain": () => ["tags"],
  "azure-native:keyvault:Key": ({ name, said: { connections } }) =>
    vaultNames(connections).keys.some((key) => key.name === name) ? ["properties", "tags"] : [],
  "azure-native:eventgrid:SystemTopic": ({ said: { events } }) =>
    events.systemTopic === undefined ? [] : ["tags", "source"],
};

const PROVIDERS = ["azure-native", "azuread", "ehr"];

export const generalRules = [
  rule(
    "EHR-GEN-01",
    {
      says: "Everything says whose it is, where it belongs and what it holds",
      severity: "medium",
      control: CONTROLS.inventory,
      remedy:
        "Set the tags tenant, environment, geography, dataClass (phi-transient or operational) and owner.",
    },
    "every type",
    tags,
  ),
  rule(
    "EHR-GEN-02",
    {
      says: "Everything stands in the deployment's geography",
      severity: "critical",
      control: CONTROLS.minimumNecessary,
      remedy: "Set location to one of the geography's regions, as a literal (global for what has no region).",
    },
    "every type",
    location,
  ),
  rule(
    "EHR-GEN-04",
    {
      says: "Nothing stands on a preview of Azure's interface",
      severity: "medium",
      control: CONTROLS.riskManagement,
      remedy: "Use the SDK's own form of the resource, or a version without -preview.",
    },
    "every type",
    (resource) =>
      [versionOf(resource.writtenType), at(resource.props, "azureApiVersion")].flatMap((version) =>
        typeof version === "string" &&
        /preview|beta|alpha/.test(version) &&
        PREVIEW_ONLY[resource.type]?.includes(version) !== true
          ? ["its API version is " + version]
          : [],
      ),
  ),
  ruleInTwoHalves(
    "EHR-GEN-05",
    {
      says: "Somebody is warned before production costs more than was agreed",
      severity: "low",
      control: CONTROLS.activityReview,
      remedy:
        "Make a consumption Budget with an amount and a notification that is enabled and has a mail address.",
    },
    ["azure-native:consumption:Budget"],
    (resource) => [...atLeast("amount", 1)(resource), ...warnings(resource)],
    (stack) =>
      stack.said.environment === "production" &&
      hasSite(stack) &&
      stack.of("azure-native:consumption:Budget").length === 0
        ? [{ says: "there is no budget" }]
        : [],
  ),
  rule(
    "EHR-GEN-06",
    {
      says: "A stack holds only types of resources that these rules have judged",
      severity: "high",
      control: CONTROLS.riskManagement,
      remedy: "Decide what must hold for the type, write the rules, then add it to infra/policy/types.ts.",
    },
    "every type",
    known,
  ),
  rule(
    "EHR-GEN-07",
    {
      says: "No change is overlooked",
      severity: "high",
      control: CONTROLS.integrity,
      remedy:
        "Leave ignoreChanges out: a setting that is ignored is one that anybody may change. Only the number of instances moves by itself, a registration's URI is said by a resource of its own, and what outlives a deployment is taken over as it is: the number's parts, the connections' keys, and the system topic of events.systemTopic.",
    },
    "every type",
    (resource) =>
      resource.ignoreChanges
        .filter((path) => MOVES[resource.type]?.(resource).includes(path) !== true)
        .map((path) => "changes of " + path + " are ignored"),
  ),
  ruleInTwoHalves(
    "EHR-GEN-08",
    {
      says: "Production is locked against deletion",
      severity: "high",
      control: CONTROLS.backup,
      remedy:
        'Make a ManagementLockByScope of level "CanNotDelete" over each store (account, vault, storage), or over their resource group.',
    },
    ["azure-native:authorization:ManagementLockByScope"],
    ({ props }) => {
      const level = at(props, "level");
      return level === "CanNotDelete" || level === "ReadOnly" ? [] : ["level " + said(level)];
    },
    unlocked,
  ),
];

function unlocked(stack: Stack): readonly Finding[] {
  if (stack.said.environment !== "production") return [];
  const locked = stack
    .of("azure-native:authorization:ManagementLockByScope")
    .flatMap((lock) => lock.fedBy("scope"));
  return stack
    .of(...LOCKED)
    .filter((store) => ![store, ...store.needs()].some((one) => locked.includes(one)))
    .map((about) => ({ about, says: "no lock keeps it from being deleted" }));
}

const hasSite = (stack: Stack): boolean => stack.of("azure-native:web:WebApp").length > 0;

function tags(resource: Parameters<Check>[0]): readonly string[] {
  if (KNOWN_TYPES.get(resource.type)?.tags !== true || resource.ignoreChanges.includes("tags")) return [];
  return [
    ...Object.entries(TAGS).flatMap(([tag, shape]) => {
      const value = at(resource.props, "tags." + tag);
      return typeof value === "string" && shape.test(value) ? [] : ["the tag " + tag + " " + said(value)];
    }),
    ...(STORES.includes(resource.type) && at(resource.props, "tags.dataClass") === "operational"
      ? ["the tag dataClass is operational, but patients' data passes through here"]
      : []),
  ];
}

function location(resource: Parameters<Check>[0]): readonly string[] {
  const location = at(resource.props, "location");
  const wanted = KNOWN_TYPES.get(resource.type)?.location ?? "none";
  if (wanted === "none") return [];
  if (isGlobal(location) && wanted !== "region") return [];
  if (wanted === "global") return ["location " + said(location) + "; it must be global"];
  return locationViolations("location", location, resource.said.geography);
}

function warnings({ props }: Parameters<Check>[0]): readonly string[] {
  const notifications = members(props, "notifications");
  if (notifications === UNKNOWN) return ["notifications " + said(UNKNOWN)];
  const heard = notifications.some(([, one]) => {
    return at(one, "enabled") === true && (holds(one, "contactEmails") || holds(one, "contactGroups"));
  });
  return heard ? [] : ["no notification is enabled and reaches somebody"];
}

function holds(from: unknown, path: string): boolean {
  const list = items(from, path);
  return list === UNKNOWN || list.length > 0;
}

/**
 * Where a provider has been told to make things, if that is not where the stack file says. The engine's own providers are
 * told nothing, or what `pulumi config` says.
 */
function leadsElsewhere({ type, props, said: { azure, microsoft } }: Judged): readonly string[] {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    subscriptionId: [azure.subscriptionId],
    tenantId: [microsoft.tenantId],
    // Entra's provider has two names for the same worldwide cloud.
    environment: type === "pulumi:providers:azuread" ? ["public", "global"] : ["public"],
    metadataHost: [],
  };
  return Object.entries(wanted).flatMap(([input, values]) => {
    const told = at(props, input);
    // A provider takes an empty text as an input that is left out.
    if (told === undefined || told === "") return [];
    return typeof told === "string" && values.includes(told.toLowerCase())
      ? []
      : [`the provider's ${input} ${said(told)}; the stack file asks for ${values[0] ?? "none"}`];
  });
}

function known(resource: Parameters<Check>[0]): readonly string[] {
  const [provider = ""] = resource.type.split(":");
  if (provider === "pulumi") {
    const [, kind, name = ""] = resource.type.split(":");
    if (kind !== "providers" || name === "pulumi") return [];
    return PROVIDERS.includes(name)
      ? leadsElsewhere(resource)
      : ["the provider " + name + " is not known here"];
  }
  if (KNOWN_TYPES.has(resource.type)) return [];
  // A component of this program, which creates nothing itself.
  const isOurs =
    !resource.hasProvider &&
    !["azure-native", "azuread"].includes(provider) &&
    !resource.type.startsWith("ehr:index:");
  return isOurs ? [] : ["the type " + resource.writtenType + " is not known here"];
}
