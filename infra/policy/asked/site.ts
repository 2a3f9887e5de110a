/**
 * Where the connector runs: plan, site and slot, who may call them, and the resources that make the update wait until they
 * answer.
 */
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { hasEdge, hasStaging, sizesOf } from "../../stack/choices.ts";
import {
  asked,
  FRONT,
  here,
  IDENTITY,
  idOf,
  inGroup,
  isProduction,
  siteKey,
  storageKey,
  type Asked,
} from "./asked.ts";
import { addressAt, calledLike, from, outputOf, like, type Expected } from "./expected.ts";

const PLAN = "web:AppServicePlan plan";
const SLOT = "web:WebAppSlot site-staging";
const RUNNERS = "network:Subnet runners";
const TIERS = { P0v3: "Premium0V3", P1v3: "PremiumV3", P2v3: "PremiumV3", P1mv3: "PremiumMV3" } as const;

export const site = (said: DeployedStack): readonly Asked[] => [
  ...plan(said),
  asked(
    siteKey(said),
    { ...sites(said), name: calledLike(named("app", said)) },
    { protect: isProduction(said) },
  ),
  ...basicPasswords("", said),
  ...(hasStaging(said)
    ? [asked(SLOT, { ...sites(said), ...ofSite(said), slot: "staging" }), ...basicPasswords("Slot", said)]
    : []),
];

function plan(said: DeployedStack): readonly Asked[] {
  const sizes = sizesOf(said);
  const instances = String(sizes.instances);
  return [
    asked(PLAN, {
      ...inGroup(said),
      ...here(said),
      name: named("plan", said),
      kind: "linux",
      reserved: true,
      sku: { name: sizes.plan, tier: TIERS[sizes.plan], capacity: sizes.instances },
      zoneRedundant: isProduction(said),
    }),
    ...(sizes.instancesAtMost === sizes.instances
      ? []
      : [
          asked("monitor:AutoscaleSetting plan-autoscale", {
            ...inGroup(said),
            ...here(said, "operational"),
            autoscaleSettingName: named("autoscale", said),
            targetResourceUri: idOf(said, PLAN),
            enabled: true,
            profiles: [
              {
                name: like(/\S/),
                capacity: { minimum: instances, default: instances, maximum: String(sizes.instancesAtMost) },
                rules: [
                  turn(said, "GreaterThan", 65, "PT5M", "Increase"),
                  turn(said, "LessThan", 30, "PT20M", "Decrease"),
                ],
              },
            ],
          }),
        ]),
  ];
}

/** An autoscale rule that adds or removes one instance by the plan's own processor time. */
const turn = (
  said: DeployedStack,
  operator: string,
  threshold: number,
  timeWindow: string,
  direction: string,
) => ({
  metricTrigger: {
    ...{ metricName: "CpuPercentage", operator, threshold, timeWindow },
    metricResourceUri: idOf(said, PLAN),
    timeGrain: "PT1M",
    statistic: "Average",
    timeAggregation: "Average",
  },
  scaleAction: { direction, type: "ChangeCount", value: "1", cooldown: timeWindow },
});

/** What site and slot have in common. */
const sites = (said: DeployedStack) => ({
  ...inGroup(said),
  ...here(said),
  kind: "app,linux",
  reserved: true,
  hyperV: false,
  isXenon: false,
  scmSiteAlsoStopped: false,
  serverFarmId: idOf(said, PLAN),
  httpsOnly: true,
  identity: { type: "UserAssigned", userAssignedIdentities: [idOf(said, IDENTITY)] },
  keyVaultReferenceIdentity: idOf(said, IDENTITY),
  virtualNetworkSubnetId: idOf(said, "network:Subnet app"),
  outboundVnetRouting: { allTraffic: true },
  publicNetworkAccess: "Enabled",
  clientAffinityEnabled: false,
  endToEndEncryptionEnabled: true,
  sshEnabled: false,
  siteConfig: {
    linuxFxVersion: "NODE|24-lts",
    appCommandLine:
      "node --enable-source-maps --max-semi-space-size=4 --heap-growing-percent=20 connector.js",
    alwaysOn: true,
    healthCheckPath: "/healthz",
    http20Enabled: true,
    minTlsVersion: "1.2",
    scmMinTlsVersion: "1.2",
    ftpsState: "Disabled",
    remoteDebuggingEnabled: false,
    webSocketsEnabled: false,
    use32BitWorkerProcess: false,
    ipSecurityRestrictionsDefaultAction: "Deny",
    ipSecurityRestrictions: accessRestrictions(said),
    scmIpSecurityRestrictionsDefaultAction: "Deny",
    scmIpSecurityRestrictionsUseMain: false,
  },
});

/**
 * Who may call: Front Door with its id, or the addresses that a test stack lists and Microsoft's services; and whoever
 * deploys.
 */
function accessRestrictions(said: DeployedStack): readonly Expected[] {
  const service = (ipAddress: string) => ({ tag: "ServiceTag", ipAddress });
  const main: readonly Expected[] = hasEdge(said)
    ? [
        {
          ...restriction("edge", 100),
          ...service("AzureFrontDoor.Backend"),
          headers: { "x-azure-fdid": [outputOf("cdn:Profile front", "frontDoorId", /^[0-9a-f-]{36}$/)] },
        },
      ]
    : [
        ...(said.network.allow ?? []).map((range, index) => ({
          ...restriction("allowed " + String(index + 1), 100 + index),
          ipAddress: asRange(range),
        })),
        ...["AzureEventGrid", "ApplicationInsightsAvailability"].map((name, index) => ({
          ...restriction(name, 200 + index),
          ...service(name),
        })),
      ];
  return [
    ...main,
    ...(said.deployFrom ?? []).map((range, index) => ({
      ...restriction("deploy from " + String(index + 1), 300 + index),
      ipAddress: asRange(range),
    })),
    { ...restriction("deploy from inside", 400), vnetSubnetResourceId: idOf(said, RUNNERS) },
  ];
}

const restriction = (name: string, priority: number) => ({
  ...{ name, priority },
  action: "Allow",
  description: like(/\S/),
});

const asRange = (range: string): string => (range.includes("/") ? range : range + "/32");

export const ofSite = (said: DeployedStack) => ({ ...inGroup(said), name: outputOf(siteKey(said), "name") });

const basicPasswords = (of: "" | "Slot", said: DeployedStack): readonly Asked[] =>
  (["Ftp", "Scm"] as const).map((end) =>
    asked(
      "web:WebApp" + end + "Allowed" + of + " site-" + (of === "" ? "" : "staging-") + end.toLowerCase(),
      { ...ofSite(said), slot: of === "" ? undefined : "staging", allow: false },
    ),
  );

/** The packages that run, and the resources that make the update wait until each is answered with its settings. */
export function release(said: DeployedStack): readonly Asked[] {
  const digests = digestsOf(said);
  const sitesAt = (host: Expected) => [
    { address: host, digest: digests.site, revision: REVISION(said) },
    ...(hasStaging(said)
      ? [
          {
            address: addressAt({ of: siteKey(said), after: /^-staging$/ }, AZURES_SITE, [SLOT]),
            digest: digests.staging,
            revision: REVISION(said),
          },
        ]
      : []),
  ];
  const logs = like(/\S/);
  return [
    asked("ehr:index:Ready readiness", { logs, sites: sitesAt(addressAt(siteKey(said), AZURES_SITE)) }),
    ...(hasEdge(said)
      ? [
          asked("ehr:index:Ready readiness-edge", {
            logs,
            // A new Front Door takes up to an hour until it answers everywhere.
            withinSeconds: 3600,
            sites: sitesAt(addressAt(FRONT, /^https:\/\/[a-z0-9.-]+\.azurefd\.net$/)),
          }),
        ]
      : []),
  ];
}

const AZURES_SITE = /^https:\/\/[a-z0-9-]+\.azurewebsites\.net$/;
/**
 * The revision is a digest of all settings, some of which are known only once resources exist, so here only its shape is
 * given.
 */
const REVISION = (said: DeployedStack) => from(storageKey(said), /^[0-9a-f]{64}$/);

/** The digests that site and slot run. A test stack may name none; it then runs the package that was built last. */
export function digestsOf({ release: { site, staging } }: DeployedStack): {
  readonly site: Expected;
  readonly staging: Expected;
} {
  const main = site ?? like(/^[0-9a-f]{64}$/);
  return { site: main, staging: staging ?? main };
}
