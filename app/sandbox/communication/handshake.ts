/**
 * What Event Grid asks a webhook before it creates a subscription: the code to answer, in capitals, and the address at which
 * a person may confirm it instead, which nothing answers here.
 */
import { randomUUID } from "node:crypto";

export function handshakeEvent(subscription: string) {
  const code = randomUUID().toUpperCase();
  const query = new URLSearchParams({ id: code, t: "none", apiVersion: "2018-09-15-preview", token: "none" });
  return {
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    subject: "",
    data: {
      validationCode: code,
      validationUrl: `https://rp-eastus2.eventgrid.azure.net/eventsubscriptions/${subscription}/validate?${query.toString()}`,
    },
    dataVersion: "2",
  };
}
