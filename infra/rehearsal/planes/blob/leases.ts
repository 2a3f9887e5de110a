/**
 * Leases of blobs (https://learn.microsoft.com/rest/api/storageservices/lease-blob): only a lease's holder may write the
 * blob.
 */
import type { IncomingHttpHeaders } from "node:http";
import { storageRefusal } from "../access/refused.ts";
import { unspoken, type Answer } from "../access/storage.ts";

export interface Lease {
  readonly id: string;
  readonly seconds: number;
  /** When the lease ends, in milliseconds since 1970. */
  readonly until: number;
}

/**
 * The lease after a request about it, and the answer.
 * @throws Refused
 */
export function leased(
  headers: IncomingHttpHeaders,
  before: Lease | undefined,
  now: Date,
): { readonly lease: Lease | undefined; readonly answer: Answer } {
  const { "x-ms-lease-action": action, "x-ms-lease-id": id } = headers;
  if (action === "acquire") {
    const seconds = Number(headers["x-ms-lease-duration"]);
    const wanted = headers["x-ms-proposed-lease-id"];
    if (typeof wanted !== "string") throw unspoken("a lease whose id the service chooses");
    if (!Number.isInteger(seconds) || seconds < 15 || seconds > 60)
      throw seconds === -1 ? unspoken("a lease without an end") : storageRefusal("InvalidHeaderValue");
    if (isHeld(before, now) && before?.id !== wanted) throw storageRefusal("LeaseAlreadyPresent");
    return {
      lease: { id: wanted, seconds, until: now.getTime() + seconds * 1000 },
      answer: answered(201, wanted),
    };
  }
  if (action !== "renew" && action !== "release") throw unspoken("the lease action " + String(action));
  if (before === undefined || before.id !== id) throw storageRefusal("LeaseIdMismatchWithLeaseOperation");
  return action === "release"
    ? { lease: undefined, answer: { status: 200 } }
    : {
        lease: { ...before, until: now.getTime() + before.seconds * 1000 },
        answer: answered(200, before.id),
      };
}

/**
 * A request that writes or deletes a leased blob has to name the lease.
 * @throws Refused
 */
export function refuseUnleased(headers: IncomingHttpHeaders, lease: Lease | undefined, now: Date): void {
  const id = headers["x-ms-lease-id"];
  if (!isHeld(lease, now)) {
    if (id === undefined) return;
    throw lease === undefined
      ? storageRefusal("LeaseNotPresentWithBlobOperation")
      : storageRefusal("LeaseLost");
  }
  if (id === undefined) throw storageRefusal("LeaseIdMissing");
  if (id !== lease?.id) throw storageRefusal("LeaseIdMismatchWithBlobOperation");
}

/** What is said of a blob's lease to whoever reads the blob. */
export const leaseOf = (lease: Lease | undefined, now: Date): Readonly<Record<string, string>> => ({
  "x-ms-lease-state": lease === undefined ? "available" : isHeld(lease, now) ? "leased" : "expired",
  "x-ms-lease-status": isHeld(lease, now) ? "locked" : "unlocked",
});

const isHeld = (lease: Lease | undefined, now: Date): boolean =>
  lease !== undefined && now.getTime() < lease.until;

const answered = (status: number, id: string): Answer => ({ status, headers: { "x-ms-lease-id": id } });
