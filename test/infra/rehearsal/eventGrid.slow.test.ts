import { expect, test } from "vitest";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import {
  ACCOUNT_ID,
  APPLICATION_ID,
  assign,
  CLIENT,
  DEPLOYER,
  eventGridsId,
  grant,
  HOST,
  lamnaAzure,
  resource,
  running,
  SITE_ID,
  stored,
  TENANT,
  withSettings,
  zipped,
} from "./lamna.ts";

/** A webhook that admits callers with the role, and repeats the code of a handshake unless it is told not to. */
const WEBHOOK = `
import http from "node:http";
import { text } from "node:stream/consumers";
http.createServer(async (request, response) => {
  if (request.method !== "POST") return response.end();
  const claims = JSON.parse(Buffer.from((request.headers.authorization ?? "..").split(".")[1], "base64url").toString() || "{}");
  const body = JSON.parse(await text(request));
  console.log(JSON.stringify({ kind: request.headers["aeg-event-type"], claims, body }));
  if (claims.roles?.includes("AzureEventGridSecureWebhookSubscriber") !== true) response.writeHead(403).end();
  else if (request.headers["aeg-event-type"] === "Notification") response.writeHead(503).end();
  else if (request.url === "/echo") response.end(JSON.stringify({ validationResponse: body[0].data.validationCode }));
  else if (request.url === "/late") response.writeHead(202).end(JSON.stringify({ validationResponse: body[0].data.validationCode }));
  else response.end("{}");
}).listen(process.env.PORT);
`;
const TOPIC_ID = SITE_ID.replace(/\/providers\/.*$/u, "/providers/Microsoft.EventGrid/systemTopics/events");
const SUBSCRIPTION_ID = TOPIC_ID + "/eventSubscriptions/connector";

async function webhook(): Promise<Azure> {
  const azure = await lamnaAzure();
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID);
  const url = await stored(
    azure,
    await zipped({ "connector.js": WEBHOOK, "package.json": '{"type":"module"}' }),
  );
  expect(await withSettings(azure, running(url))).toBe("up");
  azure.cloud.put(resource(TOPIC_ID, "azure-native:eventgrid:SystemTopic", { source: "number" }));
  azure.cloud.put(
    resource(SUBSCRIPTION_ID, "azure-native:eventgrid:SystemTopicEventSubscription", { topic: TOPIC_ID }),
  );
  return azure;
}

function subscribe(azure: Azure, path = "/echo", change: Properties = {}) {
  const destination = {
    endpointType: "WebHook",
    endpointUrl: `https://${HOST}${path}`,
    azureActiveDirectoryTenantId: TENANT,
    azureActiveDirectoryApplicationIdOrUri: CLIENT,
    ...change,
  };
  return azure.cloud.change(SUBSCRIPTION_ID, { destination });
}

test("a webhook is subscribed once it answered the handshake, with a token of the directory for it", async () => {
  const azure = await webhook();
  assign(azure, DEPLOYER.objectId);
  assign(azure, eventGridsId(azure));
  await subscribe(azure);
  const told = JSON.parse(
    azure.appService
      .log(HOST)
      .split("\n")
      .find((line) => line.startsWith('{"kind"')) ?? "",
  ) as Properties;
  expect(told).toMatchObject({
    kind: "SubscriptionValidation",
    claims: {
      ver: "2.0",
      aud: CLIENT,
      azp: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
      oid: eventGridsId(azure),
      roles: ["AzureEventGridSecureWebhookSubscriber"],
    },
    body: [{ eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", topic: "number" }],
  });
  const report = {
    eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
    subject: "/sms",
    data: {},
  };
  expect(await azure.eventGrid.deliver(SUBSCRIPTION_ID, [report])).toBe(503);
});

test("who subscribes must own the application or hold its role", async () => {
  const azure = await webhook();
  assign(azure, eventGridsId(azure));
  await expect(subscribe(azure)).rejects.toThrow(
    `The principal '${DEPLOYER.objectId}' does not have access to the webhook`,
  );
  expect(azure.cloud.find(SUBSCRIPTION_ID)?.properties).not.toHaveProperty("destination");
  await azure.cloud.change(APPLICATION_ID, { owners: [DEPLOYER.objectId] });
  await subscribe(azure);
});

test("without the role for Event Grid itself the webhook turns it away, and the subscription is refused", async () => {
  const azure = await webhook();
  assign(azure, DEPLOYER.objectId);
  await expect(subscribe(azure)).rejects.toThrow(
    `Webhook validation handshake failed for https://${HOST}/echo. Http POST request failed with response code 403.`,
  );
});

test.each([
  ["/", "not containing the expected validation code"],
  ["/late", "response code 202"],
])("a webhook that answers the handshake wrongly at %s is refused: %s", async (path, words) => {
  const azure = await webhook();
  assign(azure, DEPLOYER.objectId);
  assign(azure, eventGridsId(azure));
  await expect(subscribe(azure, path)).rejects.toThrow(words);
});

test("a webhook whose site lets nobody in is refused", async () => {
  const azure = await webhook();
  assign(azure, DEPLOYER.objectId);
  assign(azure, eventGridsId(azure));
  await azure.cloud.change(SITE_ID, {
    siteConfig: { ipSecurityRestrictionsDefaultAction: "Deny", ipSecurityRestrictions: [] },
  });
  await azure.appService.settled(HOST);
  await expect(subscribe(azure)).rejects.toThrow("response code 403");
});
