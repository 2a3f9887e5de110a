/**
 * Event Grid's side of the resource: a subscription that validates a webhook by a handshake, and delivers events to it with
 * a token of the tenant. Events that are not accepted are delivered again, unless the webhook's status says that the request
 * itself is wrong (https://learn.microsoft.com/azure/event-grid/delivery-and-retry).
 */
import { randomUUID } from "node:crypto";
import { setTimeout as passed } from "node:timers/promises";
import type { FaultMenu } from "./faults.ts";
import { handshakeEvent } from "./handshake.ts";

export interface EventsOptions {
  /** The webhook's address. */
  readonly url: string;
  readonly token: () => Promise<string>;
  /** Seconds between the tries. Azure begins with 10. */
  readonly retrySeconds: readonly number[];
}

export interface Events {
  publish(eventType: string, subject: string, data: object): void;
  /** Resolves when every published event has been accepted or given up. Events that were held back are sent first. */
  settled(): Promise<void>;
}

const MOST_IN_BATCH = 10;
const DROPPED = new Set([400, 401, 403, 413]);
const TOPIC =
  "/subscriptions/5e0f6d6e-0000-4000-8000-000000000001/resourceGroups/sandbox/providers/Microsoft.Communication/communicationServices/sandbox";

export function openEvents(options: EventsOptions, faults: FaultMenu, now: () => Date): Events {
  let shaken = false;
  let held: object[] = [];
  const under = new Set<Promise<void>>();

  async function post(kind: string, body: readonly object[]): Promise<Response | undefined> {
    try {
      return await fetch(options.url, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "aeg-event-type": kind,
          "aeg-subscription-name": "SANDBOX-MESSAGES",
          "aeg-delivery-count": "0",
          authorization: "Bearer " + (await options.token()),
        },
        body: JSON.stringify(body),
      });
    } catch {
      // The webhook does not answer, or not any more, so the delivery is tried again.
      return undefined;
    }
  }

  async function shake(): Promise<boolean> {
    if (shaken) return true;
    const asked = handshakeEvent("sandbox-messages");
    const answer = await post("SubscriptionValidation", [enveloped(asked, now())]);
    const body: unknown = answer?.status === 200 ? await answer.json() : undefined;
    shaken =
      typeof body === "object" &&
      body !== null &&
      "validationResponse" in body &&
      body.validationResponse === asked.data.validationCode;
    return shaken;
  }

  async function bring(batch: readonly object[]): Promise<void> {
    for (const seconds of [0, ...options.retrySeconds]) {
      if (seconds > 0) await passed(seconds * 1000, undefined, { ref: false });
      if (!(await shake())) continue;
      const answer = await post("Notification", batch);
      if (answer !== undefined && (answer.ok || DROPPED.has(answer.status))) return;
    }
  }

  function send(batch: readonly object[]): void {
    const way = bring(batch).finally(() => under.delete(way));
    under.add(way);
  }

  function bringHeld(): void {
    const all = held.toReversed();
    held = [];
    for (let at = 0; at < all.length; at += MOST_IN_BATCH) send(all.slice(at, at + MOST_IN_BATCH));
  }

  return {
    publish(eventType, subject, data) {
      const event = enveloped({ eventType, subject, data, dataVersion: "1.0" }, now());
      const { reports } = faults.current();
      if (reports === "lost") return;
      if (reports === "late") held.push(event);
      else {
        bringHeld();
        send(reports === "doubled" ? [event, event] : [event]);
      }
    },
    async settled() {
      bringHeld();
      while (under.size > 0) await Promise.all(under);
    },
  };
}

const enveloped = (event: object, at: Date) => ({
  id: randomUUID(),
  topic: TOPIC,
  eventTime: at.toISOString(),
  metadataVersion: "1",
  ...event,
});
