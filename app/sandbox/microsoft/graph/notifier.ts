/**
 * Sends subscribers what happens in a meeting: encrypted for their certificate, with a token that proves the sender
 * (https://learn.microsoft.com/graph/change-notifications-with-resource-data).
 */
import {
  createCipheriv,
  createHmac,
  publicEncrypt,
  randomBytes,
  randomUUID,
  X509Certificate,
} from "node:crypto";
import { setTimeout as passed } from "node:timers/promises";
import { issuer, type Tenant } from "../entra/tenant.ts";
import type { Rooms } from "../teams/rooms.ts";
import type { Meeting } from "./meetings.ts";
import { eventsBetween, snapshot } from "./roster.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

export interface Notifier {
  /** Whether an address returns the validation token that it is sent, which a subscription requires. */
  shakesHands(url: string): Promise<boolean>;
  /** Notifies the subscriber from now on. */
  begin(subscription: Subscription, meeting: Pick<Meeting, "thread">): void;
  /**
   * Sends a lifecycle notification about every subscription that named an address for them, and does what it says: one that
   * is removed is gone, and one that has to be reauthorized is told nothing until then.
   */
  tellLifecycle(event: LifecycleEvent): void;
  /** Sends now what was delayed. */
  bringDelayed(): void;
  /** Resolves when everything that was sent has been accepted or given up; what is delayed is not sent yet. */
  settled(): Promise<void>;
}

/** https://learn.microsoft.com/graph/change-notifications-lifecycle-events */
export const LIFECYCLE_EVENTS = ["reauthorizationRequired", "subscriptionRemoved", "missed"] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export interface NotifierDeps {
  readonly tenant: Tenant;
  readonly rooms: Rooms;
  readonly subscriptions: Subscriptions;
  /** Makes the requests to subscribers. */
  readonly fetch: (url: string, request: Sent) => Promise<Response>;
}

export interface Sent {
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Application id of Microsoft Graph Change Tracking, the same in every tenant. */
const PUBLISHER = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const TOKEN_SECONDS = 3600;
/** Seconds between the tries. Graph itself goes on for four hours. */
const RETRY_SECONDS = [0, 1, 5, 10, 30, 60];
const DELAY_MS = 20_000;

export function notifier({ tenant, rooms, subscriptions, fetch }: NotifierDeps): Notifier {
  const under = new Set<Promise<void>>();

  async function bring(subscription: Subscription, event: object): Promise<void> {
    const { application, notificationUrl } = subscription;
    const item = { ...envelope(tenant, subscription), encryptedContent: encrypted(subscription, event) };
    await post(notificationUrl, async () => ({
      value: [item],
      validationTokens: [await validationToken(tenant, application)],
    }));
  }
  async function post(url: string, batch: () => Promise<object>): Promise<void> {
    for (const seconds of RETRY_SECONDS) {
      if (seconds > 0) await passed(seconds * 1000, undefined, { ref: false });
      const body = JSON.stringify(await batch());
      const headers = { "content-type": "application/json; charset=utf-8" };
      try {
        const { ok } = await fetch(url, { method: "POST", headers, body });
        if (ok) return;
      } catch {
        // The subscriber does not answer, or not any more, so it is tried again.
      }
    }
  }
  const underWay = (work: Promise<void>) => {
    const way = work.finally(() => under.delete(way));
    under.add(way);
  };
  const begun = (subscription: Subscription, event: object) => {
    underWay(bring(subscription, event));
  };
  let held: (() => void)[] = [];
  const delayed = new Set<() => void>();
  const delay = (bringIt: () => void) => {
    const late = () => {
      if (delayed.delete(late)) bringIt();
    };
    delayed.add(late);
    setTimeout(late, DELAY_MS).unref();
  };
  const send = (subscription: Subscription, event: object) => {
    const { notifications } = tenant.faults.current();
    if (notifications === "lost" || subscription.isPaused) return;
    if (notifications === "delayed") {
      delay(() => {
        begun(subscription, event);
      });
      return;
    }
    if (notifications === "held-back") {
      held.push(() => begun(subscription, event));
      return;
    }
    begun(subscription, event);
    if (notifications === "doubled") begun(subscription, event);
    for (const bring of held) bring();
    held = [];
  };

  return {
    async shakesHands(url) {
      const token =
        "Validation: Testing client application reachability for subscription Request-Id: " + randomUUID();
      const asked = new URL(url);
      asked.searchParams.set("validationToken", token);
      try {
        const headers = { "content-type": "text/plain; charset=utf-8" };
        const answer = await fetch(asked.href, { method: "POST", headers, body: "" });
        const isText = answer.headers.get("content-type")?.startsWith("text/plain") === true;
        return answer.status === 200 && isText && (await answer.text()) === token;
      } catch {
        return false;
      }
    },
    begin(subscription, { thread }) {
      let before = snapshot(tenant, rooms.all(thread));
      const unwatch = rooms.watch(thread, () => {
        if (subscriptions.byId(subscription.id) !== subscription) {
          unwatch();
          return;
        }
        const now = snapshot(tenant, rooms.all(thread));
        const alsoOthers = tenant.faults.current().roster === "others-in-part";
        for (const event of eventsBetween(before, now, tenant.now(), alsoOthers)) send(subscription, event);
        before = now;
      });
    },
    tellLifecycle(lifecycleEvent) {
      for (const subscription of subscriptions.all()) {
        const { id, clientState, expires, lifecycleNotificationUrl: url } = subscription;
        if (lifecycleEvent === "subscriptionRemoved") subscriptions.remove(id);
        if (lifecycleEvent === "reauthorizationRequired") subscription.isPaused = true;
        const item = {
          subscriptionId: id,
          subscriptionExpirationDateTime: expires.toISOString(),
          tenantId: tenant.options.tenantId,
          clientState: clientState ?? null,
          lifecycleEvent,
        };
        if (url !== undefined) underWay(post(url, () => Promise.resolve({ value: [item] })));
      }
    },
    bringDelayed() {
      for (const late of delayed) late();
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
  };
}

/** Makes a request to loopback only, because on a laptop no subscriber is anywhere else. */
export const onLoopback: NotifierDeps["fetch"] = async (url, request) => {
  const { hostname } = new URL(url);
  if (hostname !== "127.0.0.1" && hostname !== "localhost")
    throw new Error("The sandbox reaches loopback only.");
  return fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(10_000) });
};

function envelope({ options }: Tenant, subscription: Subscription): object {
  const { id, expires, clientState, resource } = subscription;
  return {
    id: null,
    subscriptionId: id,
    subscriptionExpirationDateTime: expires.toISOString(),
    clientState: clientState ?? null,
    changeType: "updated",
    tenantId: options.tenantId,
    resource,
    resourceData: { "@odata.type": "#microsoft.graph.callevent", "@odata.id": resource, id: randomUUID() },
  };
}

/** Encrypts an item, with a key of its own. */
export function encrypted(
  to: Pick<Subscription, "encryptionCertificate" | "encryptionCertificateId">,
  content: object,
): object {
  const { publicKey, fingerprint } = new X509Certificate(Buffer.from(to.encryptionCertificate, "base64"));
  const key = randomBytes(32);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
  const data = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  return {
    data: data.toString("base64"),
    dataKey: publicEncrypt({ key: publicKey, oaepHash: "sha1" }, key).toString("base64"),
    dataSignature: createHmac("sha256", key).update(data).digest("base64"),
    encryptionCertificateId: to.encryptionCertificateId,
    encryptionCertificateThumbprint: fingerprint.replaceAll(":", ""),
  };
}

/** The token that Entra gives the application by which Graph publishes changes. */
export function validationToken(
  tenant: Tenant,
  application: string,
  other: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { tenantId } = tenant.options;
  return tenant.tokens.issue(
    {
      ver: "2.0",
      iss: issuer(tenant),
      aud: application,
      azp: PUBLISHER,
      azpacr: "2",
      tid: tenantId,
      oid: PUBLISHER_OBJECT,
      sub: PUBLISHER_OBJECT,
      ...other,
    },
    TOKEN_SECONDS,
  );
}

/** Object id of that application's service principal in this directory. */
const PUBLISHER_OBJECT = "c0ffee00-0000-4000-8000-0000000000e2";
