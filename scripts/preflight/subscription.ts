/**
 * Checks the subscription: whether it is the right one, which resource providers it knows, and what it can buy in the
 * region.
 */
import * as z from "zod";
import { NUMBER_NEEDS } from "../../app/domain/byHand/needs.ts";
import { named } from "../../app/domain/resourceNames.ts";
import { numbersOf } from "../../app/domain/defaults.ts";
import { locationOf } from "../../infra/location.ts";
import { wantedNumber } from "../../infra/stack/byHand.ts";
import { sizesOf } from "../../infra/stack/choices.ts";
import { PROVIDERS } from "../../infra/stack/providers.ts";
import { allOf } from "./allOf.ts";
import { namedBy } from "./existing.ts";
import type { Check, Finding, Patient } from "./finding.ts";

const root = ({ stack }: Patient): string => "/subscriptions/" + stack.azure.subscriptionId;

/** Offers of subscriptions to which Microsoft sells no numbers: trials, and credit of students and subscribers. */
const UNPAID = /^(FreeTrial|AzureForStudents|AzurePass|MSDN|DreamSpark|BizSpark)/i;

export const subscription: Check = async (patient) => {
  const { stack } = patient;
  const asked = await patient.azure(root(patient) + "?api-version=2022-12-01");
  const { state, tenantId, subscriptionPolicies } = z
    .looseObject({
      state: z.string(),
      tenantId: z.string(),
      subscriptionPolicies: z
        .looseObject({ quotaId: z.string(), spendingLimit: z.string().optional() })
        .optional(),
    })
    .parse(asked);
  const about = "Subscription " + stack.azure.subscriptionId;
  const found: Finding[] = [];
  if (state !== "Enabled")
    found.push({
      mark: "fail",
      about,
      why: `it is ${state}`,
      next: "ask whoever pays for it, or name another one under azure.subscriptionId",
    });
  else if (tenantId.toLowerCase() !== stack.microsoft.tenantId)
    found.push({
      mark: "fail",
      about,
      why: `it belongs to the directory ${tenantId}, and not to microsoft.tenantId`,
      next: "correct azure.subscriptionId or microsoft.tenantId",
    });
  else found.push({ mark: "pass", about, why: "it is enabled, and belongs to the stack's directory" });
  const isWanted = wantedNumber(stack) !== undefined;
  if (isWanted || numbersOf(stack) === "portal") found.push(forNumber(subscriptionPolicies, isWanted));
  return found;
};

/**
 * No interface says what the billing address is, or which numbers Microsoft has in stock.
 * @param isWanted false for a stack that says nothing of texts, which the portal may still get a number for
 */
function forNumber(
  policies: { quotaId: string; spendingLimit?: string | undefined } | undefined,
  isWanted: boolean,
): Finding {
  const about = "The number's conditions";
  const isUnpaid = UNPAID.test(policies?.quotaId ?? "") || policies?.spendingLimit === "On";
  return isUnpaid
    ? {
        mark: isWanted ? "fail" : "warn",
        about,
        why: `the subscription's offer is ${policies?.quotaId ?? "unknown"}, which is a trial or free credit. ${NUMBER_NEEDS}`,
        next: isWanted
          ? "use a paid subscription; without one, nobody gets a number, and no text is sent"
          : "nothing, if no text is ever to be sent; otherwise use a paid subscription, without which nobody gets a number",
      }
    : {
        mark: "cannot be checked",
        about,
        why: "no interface tells the billing address. " + NUMBER_NEEDS,
        next: "look at Cost Management, Properties in the Azure portal",
      };
}

export const providers: Check = async (patient) => {
  const listed = await allOf(
    patient.azure,
    root(patient) + "/providers?api-version=2022-12-01",
    z.looseObject({ namespace: z.string(), registrationState: z.string() }),
  );
  const known = new Map(
    listed.map(({ namespace, registrationState }) => [namespace.toLowerCase(), registrationState]),
  );
  const missing = PROVIDERS.filter((name) => known.get(name.toLowerCase()) !== "Registered");
  const about = "Resource providers";
  return missing.length === 0
    ? [{ mark: "pass", about, why: `all ${String(PROVIDERS.length)} are registered` }]
    : [
        {
          mark: "fail",
          about,
          why: "not registered: " + missing.join(", "),
          next: missing.map((name) => "az provider register --namespace " + name).join("; "),
        },
      ];
};

const usage = z.looseObject({
  currentValue: z.number(),
  limit: z.number(),
  name: z.looseObject({ value: z.string() }),
});

/** The plan that the stack has already, whose instances count as used. */
const standingPlan = z.looseObject({ sku: z.looseObject({ name: z.string(), capacity: z.number() }) });

async function standing(patient: Patient) {
  const { stack, azure } = patient;
  const path = `${root(patient)}/resourceGroups/${named("rg", namedBy(stack))}/providers/Microsoft.Web/serverfarms/${named("plan", namedBy(stack))}?api-version=2024-11-01`;
  try {
    return standingPlan.parse(await azure(path)).sku;
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * A new subscription often has no quota for PremiumV3.
 * https://learn.microsoft.com/rest/api/appservice/get-usages-in-location/list
 */
export const quota: Check = async (patient) => {
  const { stack } = patient;
  const location = locationOf(stack);
  const { plan, instancesAtMost } = sizesOf(stack);
  const usages = await allOf(
    patient.azure,
    `${root(patient)}/providers/Microsoft.Web/locations/${location}/usages?api-version=2024-11-01`,
    usage,
  );
  const about = `Quota for ${plan} in ${location}`;
  // "*" is the limit of the sum over all sizes, which a size's own limit does not raise.
  const limits = usages.filter(({ name }) => [plan.toLowerCase(), "*"].includes(name.value.toLowerCase()));
  if (limits.length === 0)
    return [
      {
        mark: "cannot be checked",
        about,
        why: "Azure lists no limit for it",
        next: "look at Quotas, App Service in the Azure portal",
      },
    ];
  const own = await standing(patient);
  const rest = Math.min(
    ...limits.map(({ limit, currentValue, name }) => {
      const isCounted = name.value === "*" || own?.name.toLowerCase() === plan.toLowerCase();
      return limit - currentValue + (own !== undefined && isCounted ? own.capacity : 0);
    }),
  );
  const more = own === undefined ? "more may be made" : "may be made, with those that the deployment has";
  const { instances } = sizesOf(stack);
  const next = `ask for ${String(instancesAtMost)} at Quotas, App Service in the Azure portal (small wishes are granted within minutes), or choose another sizes.plan or azure.location`;
  if (rest < instances)
    return [
      {
        mark: "fail",
        about,
        why: `${String(Math.max(rest, 0))} ${more}, and the plan begins with ${String(instances)}; Azure says 401 to it`,
        next,
      },
    ];
  return rest < instancesAtMost
    ? [
        {
          mark: "warn",
          about,
          why: `${String(rest)} ${more}, and the plan may grow to ${String(instancesAtMost)}`,
          next,
        },
      ]
    : [{ mark: "pass", about, why: `${String(rest)} ${more}` }];
};

const cosmosLocation = z.looseObject({
  properties: z.looseObject({
    supportsAvailabilityZone: z.boolean(),
    isSubscriptionRegionAccessAllowedForRegular: z.boolean(),
    isSubscriptionRegionAccessAllowedForAz: z.boolean(),
  }),
});

/** Popular regions are sometimes closed to new subscriptions, first of all for accounts with availability zones. */
export const storeRegion: Check = async (patient) => {
  const { stack } = patient;
  const location = locationOf(stack);
  const withZones = stack.environment === "production";
  const asked = await patient.azure(
    `${root(patient)}/providers/Microsoft.DocumentDB/locations/${location}?api-version=2024-11-15`,
  );
  const { properties } = cosmosLocation.parse(asked);
  const about = `Cosmos DB in ${location}${withZones ? ", with zones" : ""}`;
  const isAllowed = withZones
    ? properties.supportsAvailabilityZone && properties.isSubscriptionRegionAccessAllowedForAz
    : properties.isSubscriptionRegionAccessAllowedForRegular;
  return isAllowed
    ? [{ mark: "pass", about, why: "the subscription may make an account there" }]
    : [
        {
          mark: "fail",
          about,
          why: "Azure lets this subscription make none there",
          next: "choose another azure.location, or ask Azure's support for access to the region (Cosmos DB, quota)",
        },
      ];
};

/** Whether App Service offers the plan in the region, for production with availability zones. */
export const planRegion: Check = async (patient) => {
  const { stack } = patient;
  const location = locationOf(stack);
  const withZones = stack.environment === "production";
  const regions = await allOf(
    patient.azure,
    `${root(patient)}/providers/Microsoft.Web/geoRegions?sku=PremiumV3&linuxWorkersEnabled=true&api-version=2024-11-01`,
    z.looseObject({
      name: z.string(),
      properties: z.looseObject({ orgDomain: z.string().nullish() }).optional(),
    }),
  );
  const { plan } = sizesOf(stack);
  const about = `App Service ${plan} in ${location}${withZones ? ", with zones" : ""}`;
  const region = regions.find(({ name }) => name.replaceAll(" ", "").toLowerCase() === location);
  if (region === undefined)
    return [
      {
        mark: "fail",
        about,
        why: "PremiumV3 on Linux is not sold there",
        next: "choose another azure.location",
      },
    ];
  const domain = region.properties?.orgDomain ?? "";
  const features = domain.split(";").map((feature) => feature.toUpperCase());
  if (withZones && domain === "")
    return [
      {
        mark: "cannot be checked",
        about,
        why: "PremiumV3 on Linux is sold there, and Azure does not say whether with zones",
        next: "choose another azure.location if pulumi up is refused zoneRedundant",
      },
    ];
  if (withZones && !features.some((feature) => feature.includes("AVAILABILITYZONE")))
    return [
      {
        mark: "warn",
        about,
        why: "Azure does not list zones among what App Service has there",
        next: "choose another azure.location if pulumi up is refused zoneRedundant",
      },
    ];
  if (withZones && plan === "P1mv3")
    return [
      {
        mark: "warn",
        about,
        why: "the memory sizes are not sold everywhere, and no interface tells where with zones",
        next: "take P1v3 or P2v3 if pulumi up is refused",
      },
    ];
  return [{ mark: "pass", about, why: "PremiumV3 on Linux is sold there" }];
};
