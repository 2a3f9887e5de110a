/** Plays Event Grid for a webhook. */
import { vi } from "vitest";
import { randomUUID } from "node:crypto";

export interface Call {
  readonly token?: string;
  /** The header `aeg-event-type`. */
  readonly kind?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** A patient's number and below a text; neither may occur in the log or in an answer. */
export const NUMBER = "2025550147";
export const TEXT = "running late, mark-text-3b90";

const SUBSCRIPTION = "LAMNA-TEXTS";
const TOPIC =
  "/subscriptions/5e0f6d6e-0000-4000-8000-000000000001/resourceGroups/lamna/providers/Microsoft.EventGrid/systemTopics/texts";

export async function call(url: string, { token, kind, body, headers }: Call): Promise<Answer> {
  const answer = await fetch(url + "/webhooks/events", {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "aeg-subscription-name": SUBSCRIPTION,
      "aeg-delivery-count": "0",
      "aeg-data-version": "1.0",
      "aeg-metadata-version": "1",
      ...(kind !== undefined && { "aeg-event-type": kind }),
      ...(token !== undefined && { authorization: "Bearer " + token }),
      ...headers,
    },
    body: body ?? delivery(),
  });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

/** What a patient answered to a text. */
export function delivery(message = TEXT): string {
  return events("Microsoft.Communication.SMSReceived", {
    messageId: randomUUID(),
    from: NUMBER,
    to: "18335550100",
    message,
    receivedTimestamp: new Date().toISOString(),
    segmentCount: 1,
  });
}

export function handshake(validationCode: string): string {
  const validationUrl = "https://rp-eastus2.eventgrid.azure.net:553/eventsubscriptions/texts/validate?id=1";
  return events("Microsoft.EventGrid.SubscriptionValidationEvent", { validationCode, validationUrl });
}

function events(eventType: string, data: object): string {
  const event = {
    id: randomUUID(),
    topic: TOPIC,
    subject: "/phonenumber/18335550100",
    data,
    eventType,
    eventTime: new Date().toISOString(),
    metadataVersion: "1",
    dataVersion: "1.0",
  };
  return JSON.stringify([event]);
}

/** Lets a minute pass, after which refusals are logged one by one again. Called before each test. */
export function aMinuteLater(): () => void {
  const real = performance.now.bind(performance);
  let passed = 0;
  vi.spyOn(performance, "now").mockImplementation(() => real() + passed);
  return () => void (passed += 61_000);
}
