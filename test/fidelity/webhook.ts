/** A webhook that answers Event Grid's handshake and records the request. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { openEvents } from "../../app/sandbox/communication/events.ts";
import { faultMenu } from "../../app/sandbox/communication/faults.ts";
import { azure as typed } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import type { Answer } from "./facts.ts";
import { requestAsAnswer } from "./record.ts";

const EVENT_TYPE = "aeg-event-type";

/**
 * The handshakes of both stand-ins: the in-memory Azure's, before it makes a subscription, and the sandbox's, before its
 * first event.
 */
export async function handshakes(
  azure: Azure,
  subscription: string,
  caller: string,
): Promise<readonly Answer[]> {
  const asked: Answer[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await json(request)) as readonly { readonly data: { readonly validationCode?: string } }[];
    const code = body[0]?.data.validationCode;
    if (code !== undefined)
      asked.push(requestAsAnswer({ [EVENT_TYPE]: String(request.headers[EVENT_TYPE]) }, body));
    response.end(JSON.stringify({ validationResponse: code }));
  };
  azure.front.route("webhook.example", (request, response) => void answer(request, response));
  azure.cloud.put({
    id: subscription,
    token: typed("eventgrid:SystemTopicEventSubscription"),
    name: "lamnac",
    properties: { destination: { endpointType: "WebHook", endpointUrl: "https://webhook.example/events" } },
  });
  await azure.eventGrid.shakeHands(subscription, caller);

  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events`;
  const options = { url, token: () => Promise.resolve("invented"), retrySeconds: [] };
  const events = openEvents(options, faultMenu(), () => new Date());
  events.publish("Microsoft.Communication.SMSReceived", "", {});
  await events.settled();
  server.closeAllConnections();
  server.close();
  return asked;
}
