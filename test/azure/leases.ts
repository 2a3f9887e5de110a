/**
 * Leases of blobs (https://learn.microsoft.com/rest/api/storageservices/lease-blob), by which a promotion takes its turn: only
 * a lease's holder may write the blob. No rehearsal promotes, so they are put around the blob service by an option.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Cloud } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { Refused, storageRefusal } from "../../infra/rehearsal/planes/access/refused.ts";
import {
  refuseUngranted,
  unspoken,
  type Answer,
  type Answering,
  type Asked,
} from "../../infra/rehearsal/planes/access/storage.ts";
import { RIGHTS } from "../../infra/rehearsal/planes/blob/plane.ts";

interface Lease {
  readonly id: string;
  readonly seconds: number;
  /** When the lease ends, in milliseconds since 1970. */
  readonly until: number;
}

export interface Leases {
  readonly aroundBlobs: (answer: Answering, cloud: () => Cloud) => Answering;
  /** Ends every lease, as if its holder had been silent for long enough. */
  endAll(): void;
}

export function openLeases(): Leases {
  /** By the account's id and the blob's path. */
  const held = new Map<string, Lease>();
  return {
    endAll: () => held.clear(),
    aroundBlobs: (answer, cloud) => async (asked) => {
      const { request, account } = asked;
      const { method = "", headers, url = "/" } = request;
      const { pathname, searchParams } = new URL(url, "https://account.invalid");
      const key = account.id.toLowerCase() + pathname;
      const now = cloud().now();
      if (method === "PUT" && searchParams.get("comp") === "lease") {
        refuseWriting(asked, cloud(), pathname);
        const { lease, done } = leased(headers, held.get(key), now);
        // The blob has to be there.
        delete headers["x-ms-lease-id"];
        [request.method, request.url] = ["HEAD", pathname];
        await answer(asked).finally(() => (request.method = method));
        if (lease === undefined) held.delete(key);
        else held.set(key, lease);
        return done;
      }
      if (method === "PUT" || method === "DELETE") {
        refuseWriting(asked, cloud(), pathname);
        refuseUnleased(headers, held.get(key), now);
        delete headers["x-ms-lease-id"];
        return answer(asked);
      }
      const read = await answer(asked);
      return { ...read, headers: { ...read.headers, ...said(held.get(key), now) } };
    },
  };
}

/** Whoever may write a blob may lease it. @throws Refused */
function refuseWriting({ account, principalId }: Asked, cloud: Cloud, pathname: string): void {
  const [, container = ""] = pathname.split("/");
  const there = cloud.find(`${account.id}/blobServices/default/containers/${container}`);
  refuseUngranted(cloud, RIGHTS, there ?? account, principalId, [["write"]]);
}

/**
 * The lease after a request about it, and the answer.
 * @throws Refused
 */
function leased(
  headers: IncomingHttpHeaders,
  before: Lease | undefined,
  now: Date,
): { readonly lease: Lease | undefined; readonly done: Answer } {
  const { "x-ms-lease-action": action, "x-ms-lease-id": id } = headers;
  const lasting = (lease: Omit<Lease, "until">, status: number) => ({
    lease: { ...lease, until: now.getTime() + lease.seconds * 1000 },
    done: { status, headers: { "x-ms-lease-id": lease.id } },
  });
  if (action === "acquire") {
    const seconds = Number(headers["x-ms-lease-duration"]);
    const wanted = headers["x-ms-proposed-lease-id"];
    if (typeof wanted !== "string") throw unspoken("a lease whose id the service chooses");
    if (!Number.isInteger(seconds) || seconds < 15 || seconds > 60)
      throw seconds === -1 ? unspoken("a lease without an end") : storageRefusal("InvalidHeaderValue");
    if (isHeld(before, now) && before?.id !== wanted)
      throw new Refused(409, "LeaseAlreadyPresent", "There is already a lease present.");
    return lasting({ id: wanted, seconds }, 201);
  }
  if (action !== "renew" && action !== "release") throw unspoken("the lease action " + String(action));
  if (before === undefined || before.id !== id)
    throw new Refused(409, "LeaseIdMismatchWithLeaseOperation", MISMATCH);
  return action === "release" ? { lease: undefined, done: { status: 200 } } : lasting(before, 200);
}

const MISMATCH = "The lease ID specified did not match the lease ID for the blob.";

/**
 * A request that writes or deletes a leased blob has to name the lease.
 * @throws Refused
 */
function refuseUnleased(headers: IncomingHttpHeaders, lease: Lease | undefined, now: Date): void {
  const id = headers["x-ms-lease-id"];
  if (!isHeld(lease, now)) {
    if (id === undefined) return;
    throw lease === undefined
      ? new Refused(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.")
      : new Refused(412, "LeaseLost", "A lease ID was specified, but the lease for the blob has expired.");
  }
  if (id === undefined)
    throw new Refused(
      412,
      "LeaseIdMissing",
      "There is currently a lease on the blob and no lease ID was specified in the request.",
    );
  if (id !== lease?.id) throw new Refused(412, "LeaseIdMismatchWithBlobOperation", MISMATCH);
}

/** What is said of a blob's lease to whoever reads the blob. */
const said = (lease: Lease | undefined, now: Date): Readonly<Record<string, string>> => ({
  "x-ms-lease-state": lease === undefined ? "available" : isHeld(lease, now) ? "leased" : "expired",
  "x-ms-lease-status": isHeld(lease, now) ? "locked" : "unlocked",
});

const isHeld = (lease: Lease | undefined, now: Date): boolean =>
  lease !== undefined && now.getTime() < lease.until;
