/**
 * What Azure itself requests from a deployment, and who is alerted: health checks, Front Door's probes, the availability
 * test.
 */
import { hasEdge, hasStaging } from "../../stack/choices.ts";
import { entryToVault } from "../planes/access/firewall.ts";
import { missingWay, type PrivateGroup } from "../planes/access/network.ts";
import { stoppedBy } from "../planes/access/traffic.ts";
import { FRONT_DOOR, probesOf } from "../front/appService/frontDoor.ts";
import { azure as typed } from "../azure/resourceTypes/require.ts";
import { isSameId } from "../azure/controlPlane/ids.ts";
import { at, listAt, saidAt, textAt } from "../azure/controlPlane/json.ts";
import type { CloudResource } from "../azure/controlPlane/model.ts";
import { browserFrom, deployingFrom, fetchFrom, type Outside, unexpected } from "./outside.ts";
import { runnersOf } from "../target.ts";
import { dropped } from "./blame.ts";
import { isReady, notStarted } from "./readiness.ts";
import { Trouble } from "./steps.ts";

/** @throws Trouble */
export async function platform(outside: Outside): Promise<void> {
  const { step, stack } = outside;
  await step("Site and slot answer App Service's health check, and whoever deploys", () => healthy(outside));
  await step("The vault lets in whoever enters secrets from the subnet runners", () =>
    secretsEntered(outside),
  );
  if (hasEdge(stack))
    await step("Front Door's probes are answered, and its firewall stops an attack", async () => {
      await probed(outside);
      await guarded(outside);
    });
  if (stack.network.mode === "private")
    await step("The stores' names mean their private addresses, in the site's network", () =>
      lookedUp(outside),
    );
  await step("The availability test gets in, and its alert has somebody to tell", () => watched(outside));
}

async function healthy(outside: Outside): Promise<void> {
  const { azure, stack } = outside;
  if (hasStaging(stack) && azure.cloud.all(typed("web:WebAppSlot")).length === 0)
    throw new Trouble("There is no slot for the next release, which infra/components/site.ts makes.");
  for (const { host } of azure.appService.sites()) {
    if ((await azure.appService.settled(host)) === "empty") throw notStarted(azure.appService, host);
    for (const caller of deployingFrom(outside)) {
      const page = await (await browserFrom(outside, caller)).open(`https://${host}/readyz`);
      const who = "subnetId" in caller ? "a runner in the subnet runners" : "whoever deploys";
      if (page.status === 403)
        throw new Trouble(
          `${host} does not let in ${who}, who waits for a new release to answer: infra/components/accessRestrictions.ts does, and the subnet's service endpoints are in network.ts.`,
        );
      if (!isReady(page)) throw unexpected(outside, page, `${who} that it is ready`);
    }
    const status = await azure.appService.health(host);
    if (status?.startsWith("2") !== true)
      throw new Trouble(
        `App Service takes ${host} for ill: its health check was answered ${status ?? "not at all"} (healthCheckPath in infra/components/siteArguments.ts).`,
      );
  }
}

/** Checks the way in by the resources, because nobody who deploys has a right to secrets. */
function secretsEntered({ azure: { cloud }, stack }: Outside): void {
  const caller = { subnetId: runnersOf(stack) };
  for (const vault of cloud.all(typed("keyvault:Vault"))) {
    const dropping = stoppedBy(cloud, caller, hostOf(vault));
    if (dropping !== undefined) throw new Trouble(dropped(dropping, hostOf(vault)));
    if (entryToVault(cloud, vault, caller) !== "let-in")
      throw new Trouble(
        `The vault ${vault.name} lets in nobody from the subnet runners, where secrets are entered: its rules are in infra/components/secrets.ts, its private address in privateAccess.ts.`,
      );
  }
}

const hostOf = ({ name }: CloudResource): string => name.toLowerCase() + ".vault.azure.net";

async function probed(outside: Outside): Promise<void> {
  const probes = probesOf(outside.azure.cloud);
  const fetch = await fetchFrom(outside, FRONT_DOOR);
  for (const { origin, url, headers } of probes) {
    const { status } = await fetch(url, { headers });
    if (status !== 200)
      throw new Trouble(
        `Front Door takes the origin ${origin} for ill: its probe of ${url.pathname} was answered ${String(status)} (probePath in infra/components/edgeRoute.ts).`,
      );
  }
  if (probes.length === 0)
    throw new Trouble("Front Door probes no origin, which infra/components/edgeRoute.ts says.");
}

/** An attack that only a managed rule stops: the connector itself would answer such a request. */
const ATTACK = "/?q=" + encodeURIComponent("<script>alert(1)</script>");

async function guarded(outside: Outside): Promise<void> {
  const page = await (await browserFrom(outside, outside.caller)).open(outside.publicUrl + ATTACK);
  if (page.status !== 403)
    throw new Trouble(
      `Front Door's firewall let an attack through: the security policy of infra/components/edgeRoute.ts, or the firewall policy of infra/components/firewall.ts, is missing or does not block (${page.url.host} answered ${String(page.status)}).`,
    );
}

/**
 * Checks the private way by the resources, because a store that also admits the site's subnet in another way would answer
 * without it.
 */
function lookedUp({ azure: { cloud } }: Outside): void {
  const subnets = cloud
    .all(typed("web:WebApp"))
    .flatMap(({ properties }) => textAt(properties, "virtualNetworkSubnetId") ?? []);
  for (const [type, groups] of Object.entries(PRIVATE))
    for (const target of cloud.all(typed(type)))
      for (const group of groups)
        for (const subnet of subnets) {
          const missing = missingWay(cloud, subnet, target, group);
          if (missing !== undefined)
            throw new Trouble(
              `The name of ${target.name} does not lead to its private address: ${missing} (infra/components/privateAccess.ts and network.ts).`,
            );
        }
}

const PRIVATE: Readonly<Record<string, readonly PrivateGroup[]>> = {
  "cosmosdb:DatabaseAccount": ["Sql"],
  "keyvault:Vault": ["vault"],
  "storage:StorageAccount": ["blob", "queue"],
};

async function watched(outside: Outside): Promise<void> {
  const { azure, publicUrl } = outside;
  const { cloud } = azure;
  const [test] = cloud.all(typed("applicationinsights:WebTest"));
  const address = saidAt(test?.properties, "request.requestUrl");
  if (test === undefined || at(test.properties, "enabled") !== true || !address.startsWith(publicUrl + "/"))
    throw new Trouble(
      `Nobody asks from outside whether ${publicUrl} is there: infra/components/alerts.ts makes and turns on the availability test for that.`,
    );
  const fetch = await fetchFrom(outside, { service: "ApplicationInsightsAvailability" });
  const { status } = await fetch(address);
  if (status !== at(test.properties, "validationRules.expectedHttpStatusCode"))
    throw new Trouble(
      `The availability test fails for ever: ${address} answered it ${String(status)} (infra/components/accessRestrictions.ts lets it in).`,
    );
  const alert = cloud
    .all(typed("monitor:MetricAlert"))
    .find(({ properties }) => isSameId(saidAt(properties, "criteria.webTestId"), test.id));
  const told =
    at(alert?.properties, "enabled") === true &&
    listAt(alert?.properties, "actions").some((action) =>
      hasReceiver(cloud.find(saidAt(action, "actionGroupId"))),
    );
  if (!told)
    throw new Trouble(
      "Nobody is told when the availability test fails: the alert (infra/components/alerts.ts) or the owners' action group (infra/components/observability.ts) is missing or off.",
    );
}

const hasReceiver = (group: CloudResource | undefined): boolean =>
  at(group?.properties, "enabled") === true &&
  listAt(group?.properties, "emailReceivers").some((one) => saidAt(one, "emailAddress") !== "");
