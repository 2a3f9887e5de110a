/** App Service plans. */
import { at, saidAt, textAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict } from "../controlPlane/refusal.ts";
import { displayed, displayedLocation, refuseUnknownRegion } from "./regions.ts";
import { all, azure } from "./require.ts";

interface Tier {
  readonly pattern: RegExp;
  readonly tier: string;
  readonly family: string;
  readonly workers: number;
}

const TIERS: readonly Tier[] = [
  { pattern: /^F1$/iu, tier: "Free", family: "F", workers: 1 },
  { pattern: /^D1$/iu, tier: "Shared", family: "D", workers: 1 },
  { pattern: /^B[123]$/iu, tier: "Basic", family: "B", workers: 3 },
  { pattern: /^S[123]$/iu, tier: "Standard", family: "S", workers: 10 },
  { pattern: /^P[123]v2$/iu, tier: "PremiumV2", family: "Pv2", workers: 30 },
  { pattern: /^P([0123]v3|[12345]mv3)$/iu, tier: "PremiumV3", family: "Pv3", workers: 30 },
  { pattern: /^P([0123]v4|[12345]mv4)$/iu, tier: "PremiumV4", family: "Pv4", workers: 30 },
];

export const tierOf = (sku: string): Tier | undefined => TIERS.find(({ pattern }) => pattern.test(sku));

const sitesOf = (plan: CloudResource, cloud: Cloud): readonly CloudResource[] =>
  ["web:WebApp", "web:WebAppSlot"]
    .flatMap((type) => cloud.all(azure(type)))
    .filter((site) => textAt(site.properties, "serverFarmId")?.toLowerCase() === plan.id.toLowerCase());

export const PLANS: readonly Kind[] = [
  {
    token: azure("web:AppServicePlan"),
    id: "{group}/providers/Microsoft.Web/serverfarms/{name}",
    replacedBy: ["hyperV", "isXenon", "reserved", "zoneRedundant"],
    silent: ({ inputs }, cloud) => {
      const sku = textAt(inputs, "sku.name") ?? "F1";
      const tier = tierOf(sku);
      return {
        kind: "app",
        sku: { name: sku, size: sku, capacity: 1, family: tier?.family ?? "", tier: tier?.tier ?? "" },
        elasticScaleEnabled: false,
        hyperV: false,
        isSpot: false,
        isXenon: false,
        maximumElasticWorkerCount: 1,
        perSiteScaling: false,
        reserved: false,
        targetWorkerCount: 0,
        targetWorkerSizeId: 0,
        zoneRedundant: false,
        maximumNumberOfWorkers: tier?.workers ?? 1,
        subscription: cloud.subscriptionId,
      };
    },
    decided: (draft) => ({
      ...displayedLocation(draft),
      geoRegion: displayed(saidAt(draft.inputs, "location")),
      resourceGroup: saidAt(draft.inputs, "resourceGroupName"),
      status: "Ready",
      provisioningState: "Succeeded",
    }),
    answered: (plan, cloud) => ({
      numberOfSites: sitesOf(plan, cloud).length,
      numberOfWorkers: Number(at(plan.properties, "sku.capacity") ?? 1),
    }),
    refuse: all(refuseUnknownRegion, ({ inputs }) => {
      const sku = textAt(inputs, "sku.name");
      const tier = sku === undefined ? undefined : tierOf(sku);
      if (sku !== undefined && tier === undefined)
        throw badRequest(`The parameter SKU.Name has an invalid value '${sku}'.`, "51021");
      const linux = textAt(inputs, "kind")?.includes("linux") === true;
      if (linux && inputs["reserved"] !== true)
        throw badRequest("A Linux plan must set the property 'reserved' to true.", "InvalidParameter");
      if (inputs["zoneRedundant"] === true && !(tier?.tier.startsWith("Premium") ?? false))
        throw badRequest(
          `Zone redundancy is not supported for the SKU '${sku ?? "F1"}'.`,
          "ZoneRedundancyNotSupported",
        );
    }),
    refuseDelete: (plan, cloud) => {
      const sites = sitesOf(plan, cloud);
      if (sites.length > 0)
        throw conflict(
          `Server farm '${plan.name}' cannot be deleted because it has web app(s) ${sites.map(({ name }) => name).join(", ")} assigned to it.`,
        );
    },
  },
];
