/** Web apps and their slots. */
import { createHash } from "node:crypto";
import { isSameId, lastSegment, parentOf } from "../controlPlane/ids.ts";
import { at, listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict, Refusal } from "../controlPlane/refusal.ts";
import { tierOf } from "./plan.ts";
import { displayedLocation, isElsewhere, refuseUnknownRegion } from "./regions.ts";
import { all, azure, refuseSubnetWithoutWay, refuseTakenName, requiredAt } from "./require.ts";
import { ANSWERED_CONFIG, silentSite } from "./siteDefaults.ts";

/** Addresses from a range that is reserved for documentation, so they are nobody's (RFC 5737). */
const OUTBOUND = "192.0.2.10,192.0.2.11,192.0.2.12";

const settle: Pick<Kind, "answersOnly" | "silent" | "replacedBy" | "refuse"> = {
  answersOnly: { siteConfig: ANSWERED_CONFIG },
  silent: silentSite,
  replacedBy: ["kind"],
  refuse: refuseSite,
};

export const SITES: readonly Kind[] = [
  {
    ...settle,
    token: azure("web:WebApp"),
    id: "{group}/providers/Microsoft.Web/sites/{name}",
    decided: (draft, cloud) => decided(draft, cloud, draft.name),
    refuse: all(refuseSite, (draft, cloud) =>
      refuseTakenName(draft, cloud, "Conflict", `Website with given name ${draft.name} already exists.`),
    ),
  },
  {
    ...settle,
    token: azure("web:WebAppSlot"),
    id: "{group}/providers/Microsoft.Web/sites/{name}/slots/{slot}",
    decided: (draft, cloud) => ({
      ...decided(draft, cloud, `${siteNameOf(draft)}-${draft.name}`),
      name: `${siteNameOf(draft)}/${draft.name}`,
    }),
  },
];

function refuseSite(draft: Draft, cloud: Cloud): void {
  all(refuseUnknownRegion, refusePlan, refuseSubnet, refuseRules, refuseIdentity)(draft, cloud);
}

const siteNameOf = (draft: Draft): string => saidAt(draft.inputs, "name");

function decided(draft: Draft, cloud: Cloud, host: string): Properties {
  const hosts = [`${host}.azurewebsites.net`, `${host}.scm.azurewebsites.net`];
  return {
    ...displayedLocation(draft),
    availabilityState: "Normal",
    customDomainVerificationId: createHash("sha256").update(cloud.subscriptionId).digest("hex").toUpperCase(),
    defaultHostName: hosts[0] ?? "",
    hostNames: [hosts[0] ?? ""],
    enabledHostNames: hosts,
    hostNameSslStates: hosts.map((name, index) => ({
      ipBasedSslState: "NotConfigured",
      hostType: index === 0 ? "Standard" : "Repository",
      name,
      sslState: "Disabled",
    })),
    lastModifiedTimeUtc: cloud.now().toISOString(),
    outboundIpAddresses: OUTBOUND,
    possibleOutboundIpAddresses: OUTBOUND + ",192.0.2.13",
    repositorySiteName: draft.name,
    resourceGroup: saidAt(draft.inputs, "resourceGroupName"),
    state: draft.inputs["enabled"] === false ? "Stopped" : "Running",
    usageState: "Normal",
  };
}

function refusePlan(draft: Draft, cloud: Cloud): void {
  const named = textAt(draft.inputs, "serverFarmId");
  if (named !== undefined && named !== "" && cloud.find(named) === undefined)
    throw new Refusal(404, "NotFound", `Cannot find serverFarm with name ${lastSegment(named)}.`);
  const plan = requiredAt(draft, "serverFarmId", cloud, "web:AppServicePlan");
  if (plan === undefined) {
    if (draft.token === azure("web:WebApp"))
      throw badRequest(
        "The parameter 'serverFarmId' is required for a site of this kind.",
        "MissingParameter",
      );
    return;
  }
  if (isElsewhere(plan.properties, draft.inputs))
    throw badRequest(
      `The App Service plan '${plan.name}' is in another region than the site '${draft.name}'.`,
      "ServerFarmLocationMismatch",
    );
  const linux = plan.properties["reserved"] === true;
  const kind = textAt(draft.inputs, "kind") ?? "app";
  if (linux !== kind.includes("linux"))
    throw badRequest(`The site's kind '${kind}' does not fit the plan '${plan.name}'.`, "LinuxPlanMismatch");
  refuseTier(draft, saidAt(plan.properties, "sku.name"));
}

function refuseTier(draft: Draft, sku: string): void {
  const tier = tierOf(sku)?.tier ?? "";
  if (draft.token.endsWith("Slot") && ["Free", "Shared", "Basic"].includes(tier))
    throw conflict(
      "Cannot complete the operation because the site will exceed the number of slots allowed for the pricing tier.",
    );
  if (at(draft.inputs, "siteConfig.alwaysOn") === true && ["Free", "Shared"].includes(tier))
    throw conflict(
      "There was a conflict. AlwaysOn cannot be set for this site as the plan does not allow it.",
    );
  if (draft.inputs["virtualNetworkSubnetId"] !== undefined && ["Free", "Shared"].includes(tier))
    throw badRequest(
      "The plan of this site does not support virtual network integration.",
      "VnetIntegrationNotSupported",
    );
}

function refuseSubnet(draft: Draft, cloud: Cloud): void {
  const subnet = requiredAt(draft, "virtualNetworkSubnetId", cloud, "network:Subnet");
  if (subnet === undefined) return;
  const delegated = listAt(subnet.properties, "delegations").some(
    (one) => textAt(one, "serviceName")?.toLowerCase() === "microsoft.web/serverfarms",
  );
  if (!delegated)
    throw badRequest(
      `Subnet ${subnet.name} in VNET ${parentOf(subnet.id)} is missing required delegation: Microsoft.Web/serverFarms`,
      "SubnetMissingRequiredDelegation",
    );
  const network = cloud.find(parentOf(subnet.id));
  if (isElsewhere(network?.properties, draft.inputs))
    throw badRequest(
      `Virtual network ${network?.name ?? ""} is not in the same location as the site ${draft.name}.`,
      "VnetLocationMismatch",
    );
}

function refuseRules(draft: Draft, cloud: Cloud): void {
  for (const list of ["ipSecurityRestrictions", "scmIpSecurityRestrictions"])
    for (const rule of listAt(draft.inputs, "siteConfig." + list)) {
      const address = textAt(rule, "ipAddress");
      refuseSubnetWithoutWay(cloud, textAt(rule, "vnetSubnetResourceId"), "Microsoft.Web");
      const named = address !== undefined || textAt(rule, "vnetSubnetResourceId") !== undefined;
      if (!named)
        throw badRequest(
          "IpSecurityRestriction must have an IP address, a service tag or a subnet.",
          "InvalidParameter",
        );
      if (
        textAt(rule, "tag") !== "ServiceTag" &&
        address !== undefined &&
        address !== "Any" &&
        !/^[0-9a-f.:]+\/\d+$/iu.test(address)
      )
        throw badRequest(
          `IpSecurityRestriction.IpAddress is invalid. ${address} is not a valid CIDR.`,
          "InvalidParameter",
        );
    }
}

/** Only an identity that is assigned to the site may read references to the vault. */
function refuseIdentity({ inputs }: Draft): void {
  const reader = textAt(inputs, "keyVaultReferenceIdentity") ?? "SystemAssigned";
  const own = textsAt(inputs, "identity.userAssignedIdentities");
  if (reader !== "SystemAssigned" && !own.some((one) => isSameId(one, reader)))
    throw badRequest(
      `The identity '${reader}' is not assigned to the site.`,
      "KeyVaultReferenceIdentityNotAssigned",
    );
}
