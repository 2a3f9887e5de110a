/** Tries the rights that the deployment grants and no visit needs: uploading packages, texts and mails, events. */
import { randomUUID } from "node:crypto";
import { API_VERSION } from "../../../app/sandbox/communication/answers.ts";
import { issuer } from "../../../app/sandbox/microsoft/entra/tenant.ts";
import { hasEdge, hasEvents } from "../../stack/choices.ts";
import { callerOf, identityByClient, settingsAt, siteAt } from "../front/appService/siteView.ts";
import { azure as typed } from "../azure/resourceTypes/require.ts";
import { isSameId } from "../azure/controlPlane/ids.ts";
import { saidAt } from "../azure/controlPlane/json.ts";
import { Refusal } from "../azure/controlPlane/refusal.ts";
import { sendersOf } from "../planes/vendors/communication.ts";
import type { Caller } from "../front/hosts/caller.ts";
import type { FetchOptions } from "../front/hosts/fetch.ts";
import { deployingFrom, fetchFrom, type Outside, watchOf } from "./outside.ts";
import { Trouble } from "./steps.ts";

const TOKEN_SECONDS = 600;

/** @throws Trouble */
export async function rights(outside: Outside): Promise<void> {
  const { step, stack } = outside;
  await step("Everybody who deploys may bring a package, also from the subnet runners", async () => {
    for (const caller of deployingFrom(outside)) await packageBrought(outside, caller);
  });
  await step("The site's identity may text and mail", () => messaging(outside));
  if (hasEvents(stack))
    await step("Event Grid shakes hands, and brings an event", () => eventBrought(outside));
}

/** A principal of the directory, and where it calls from. */
interface Somebody {
  readonly objectId: string;
  readonly caller: Caller;
  readonly audience: string;
}

/** Makes a request with a token of the directory. */
async function asked(
  outside: Outside,
  { objectId, caller, audience }: Somebody,
  url: string,
  more: FetchOptions = {},
): Promise<Response> {
  const { tenant, tokens } = outside.azure.entra;
  const claims = { iss: issuer(tenant), tid: tenant.options.tenantId, oid: objectId, sub: objectId };
  const token = await tokens.issue({ ...claims, aud: audience }, TOKEN_SECONDS);
  const fetch = await fetchFrom(outside, caller);
  return fetch(url, { ...more, headers: { ...more.headers, authorization: "Bearer " + token } });
}

async function packageBrought(outside: Outside, caller: Caller): Promise<void> {
  const { stack, packagesUrl } = outside;
  const from = "subnetId" in caller ? " from the subnet runners" : "";
  for (const { objectId } of stack.deployers ?? []) {
    const deployer = { objectId, caller, audience: "https://storage.azure.com" };
    const url = `${packagesUrl}/rehearsal-${randomUUID()}.zip`;
    const headers = { "x-ms-version": "2024-11-04", "x-ms-blob-type": "BlockBlob" };
    const put = await asked(outside, deployer, url, { method: "PUT", headers, body: "PK" });
    if (put.status !== 201)
      throw new Trouble(
        `${objectId} may not bring packages${from}: ${packagesUrl} answered ${String(put.status)} ${put.headers.get("x-ms-error-code") ?? ""} (the container, its role assignments and who is let in are made in infra/components/storage.ts, the subnet in network.ts).`,
        { stackKey: "deployers" },
      );
    await asked(outside, deployer, url, { method: "DELETE", headers });
  }
}

/**
 * A visit sends nothing where nobody is listed, so the rehearsal acts in the connector's place: it lists the numbers with the site's identity, and as
 * each deployer who may buy a number.
 */
async function messaging(outside: Outside): Promise<void> {
  const { azure, stack, siteHost } = outside;
  const { cloud } = azure;
  const site = siteAt(cloud, siteHost);
  const settings = settingsAt(cloud, siteHost);
  const identity = site && identityByClient(site, settings["IDENTITY_CLIENT_ID"] ?? "");
  const audience = "https://communication.azure.com";
  const deployers = stack.number === undefined ? [] : (stack.deployers ?? []);
  const everybody: readonly (Somebody & { readonly who: string })[] = [
    ...(site === undefined || identity === undefined
      ? []
      : [{ who: "The site's identity", objectId: identity.principalId, caller: callerOf(site), audience }]),
    ...deployers.map(({ objectId }) => ({ who: objectId, objectId, caller: azure.deployFrom, audience })),
  ];
  const url = `${settings["COMMUNICATION_ENDPOINT"] ?? ""}/phoneNumbers?api-version=${API_VERSION}`;
  for (const { who, ...somebody } of everybody) {
    const answer = await asked(outside, somebody, url);
    const text = await answer.text();
    if (answer.status !== 200)
      throw new Trouble(
        `${who} may not use Communication Services: ${new URL(url).host} answered ${String(answer.status)}; the role assignment is made in infra/components/messaging.ts.`,
      );
    const sender = settings["COMMUNICATION_MAIL_SENDER"];
    const [service] = cloud.all(typed("communication:CommunicationService"));
    // Nothing is sent for it, because a domain of Azure's sends ten mails an hour.
    if (sender !== undefined && !sendersOf(cloud, service?.id ?? "").includes(sender))
      throw new Trouble(
        `Communication Services send no mail from ${sender}, which the site is told: no domain of linkedDomains has that sender (infra/components/messaging.ts).`,
      );
    const number = settings["COMMUNICATION_NUMBER"];
    if (number !== undefined && !text.includes(number))
      throw new Trouble(
        `Communication Services does not have the number ${number} that the site is told (infra/components/messaging.ts).`,
      );
  }
}

async function eventBrought(outside: Outside): Promise<void> {
  const { azure, stack } = outside;
  const [subscription] = azure.cloud.all(typed("eventgrid:SystemTopicEventSubscription"));
  if (subscription === undefined)
    throw new Trouble(
      "Nobody brings reports and replies of texts: there is no event subscription, which infra/components/events.ts makes.",
    );
  const lacking = BROUGHT.filter((type) => !azure.eventGrid.brings(subscription.id, type));
  if (lacking.length > 0)
    throw new Trouble(
      `Event Grid brings no ${lacking.join(" and no ")}: filter.includedEventTypes in infra/components/events.ts leaves it out.`,
    );
  const topic = azure.cloud.find(saidAt(subscription.properties, "topic"));
  const [service] = azure.cloud.all(typed("communication:CommunicationService"));
  if (service === undefined || !isSameId(saidAt(topic?.properties, "source"), service.id))
    throw new Trouble(
      `Event Grid brings the events of another service than ${service?.name ?? "the deployment's"}: source of the system topic in infra/components/events.ts.`,
    );
  try {
    for (const { objectId } of stack.deployers ?? [])
      await azure.eventGrid.shakeHands(subscription.id, objectId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Trouble(
      `Event Grid would not subscribe the connector: ${error.message} (roles: infra/components/registration.ts; subscription: infra/components/events.ts)`,
    );
  }
  const seen = watchOf(outside);
  const status = await azure.eventGrid.deliver(subscription.id, [REPORT]);
  if (status === 403)
    throw new Trouble(
      `Event Grid does not get in with what it brings: ${saidAt(subscription.properties, "destination.endpointUrl")} answered 403 (${hasEdge(stack) ? "the rule events, which lets it pass, is in infra/components/firewall.ts" : "infra/components/accessRestrictions.ts lets it in"}).`,
    );
  // Event Grid retries for a day what the connector defers; what it rejects is lost.
  if (status !== 200)
    throw new Trouble(
      `The connector did not take an event: ${saidAt(subscription.properties, "destination.endpointUrl")} answered ${String(status)}. ${seen.blame()?.told ?? ""}`,
    );
}

/** What the connector waits for: reports of texts and mails, and replies. */
const BROUGHT = [
  "Microsoft.Communication.SMSDeliveryReportReceived",
  "Microsoft.Communication.SMSReceived",
  "Microsoft.Communication.EmailDeliveryReportReceived",
];

/**
 * A delivery report about a message that was never sent; the connector looks for its record. A part of it looks like an
 * attack, as a reply of a patient may.
 */
const REPORT = {
  eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
  subject: "/phonenumber/rehearsal",
  data: {
    messageId: "Outgoing_rehearsal",
    Tag: "0c1f7a52-0000-4000-8000-00000000e0e1",
    deliveryStatus: "Delivered",
    deliveryStatusDetails: "2000",
    from: "' or '1'='1",
  },
};
