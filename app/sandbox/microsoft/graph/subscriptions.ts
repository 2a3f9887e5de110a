/** Subscriptions that applications have made, for as long as the stand-in runs. */
import { randomUUID } from "node:crypto";

export interface Subscription {
  readonly id: string;
  readonly application: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  /** The certificate as base64 of DER, and its name. */
  encryptionCertificate: string;
  encryptionCertificateId: string;
  expires: Date;
  /** Graph has asked for the subscription to be reauthorized, and tells nothing until it is renewed or made anew. */
  isPaused: boolean;
  /** Thread of the meeting. */
  readonly thread: string;
}

export interface Subscriptions {
  /** The subscriptions that have not expired. */
  all(): readonly Subscription[];
  add(wish: Omit<Subscription, "id" | "isPaused">): Subscription;
  byId(id: string): Subscription | undefined;
  remove(id: string): void;
}

export function openSubscriptions(now: () => Date): Subscriptions {
  const all = new Map<string, Subscription>();
  const living = () => {
    for (const [id, { expires }] of all) if (expires <= now()) all.delete(id);
    return all;
  };
  return {
    all: () => [...living().values()],
    add: (wish) => {
      const made = { ...wish, id: randomUUID(), isPaused: false };
      all.set(made.id, made);
      return made;
    },
    byId: (id) => living().get(id),
    remove: (id) => void all.delete(id),
  };
}
