/**
 * The blob service's data plane over the accounts and containers that the cloud holds, as far as packages need it. It is
 * strict: a request that is not implemented is answered by an error
 * (https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api).
 */
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Parts } from "../parts.ts";
import { storageRefusal } from "../access/refused.ts";
import { refuseUngranted, served, unspoken } from "../access/storage.ts";
import type { Answer, Answering, Asked, Rights } from "../access/storage.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import type { Cloud, CloudResource, Hooks } from "../../azure/controlPlane/model.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { type Blob, checkConditions, described, part, written } from "./blobs.ts";

const CONTAINER = azure("storage:BlobContainer");
const ACTIONS: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  DELETE: "delete",
};

export const RIGHTS: Rights = {
  "Storage Blob Data Reader": ["read"],
  "Storage Blob Data Contributor": ["read", "write", "delete"],
  "Storage Blob Data Owner": ["read", "write", "delete"],
};

export interface BlobPlane {
  /** For the front: finds the service of an account by its host name. */
  readonly resolve: (host: string) => Backend | undefined;
  /** For the cloud: a container's blobs are deleted with it. */
  readonly hooks: Hooks;
}

export interface BlobPlaneOptions extends Pick<Parts, "cloud" | "tokens"> {
  /** For tests: what the service does beside what is done here. */
  readonly around?: (answer: Answering, cloud: () => Cloud) => Answering;
}

export function blobPlane({ cloud, tokens, around = (own) => own }: BlobPlaneOptions): BlobPlane {
  /** Blobs of each container, by the container's id in lower case. */
  const kept = new Map<string, Map<string, Blob>>();

  function blobsOf(container: CloudResource): Map<string, Blob> {
    const blobs = kept.get(container.id.toLowerCase()) ?? new Map<string, Blob>();
    kept.set(container.id.toLowerCase(), blobs);
    return blobs;
  }

  async function answer({ request, account, principalId }: Asked): Promise<Answer> {
    const { method = "", headers } = request;
    refuseUnversioned(headers["x-ms-version"]);
    const { containerName, name } = blobAddressOf(request);
    if (headers["x-ms-lease-id"] !== undefined) throw unspoken("x-ms-lease-id");
    const action = ACTIONS[method];
    if (action === undefined) throw unspoken(method);
    const container = cloud().find(`${account.id}/blobServices/default/containers/${containerName}`);
    // A caller without a role does not learn whether a container exists.
    refuseUngranted(cloud(), RIGHTS, container ?? account, principalId, [[action]]);
    if (container === undefined) throw storageRefusal("ContainerNotFound");
    const blobs = blobsOf(container);
    const blob = blobs.get(name);
    if (method === "PUT") {
      const bytes = await buffer(request);
      checkConditions(headers, blobs.get(name));
      const made = written(bytes, headers, blob, cloud().now());
      blobs.set(name, made);
      const { etag } = made;
      const done = { etag, "last-modified": made.modified.toUTCString(), "content-md5": made.md5 };
      return { status: 201, headers: { ...done, "x-ms-request-server-encrypted": "true" } };
    }
    if (blob === undefined) throw storageRefusal("BlobNotFound");
    checkConditions(headers, blob);
    if (method === "DELETE") {
      blobs.delete(name);
      return { status: 202 };
    }
    const { status, bytes, headers: ranged } = part(blob, method === "HEAD" ? {} : headers);
    const length = { "content-length": String(bytes.byteLength) };
    return { status, headers: { ...described(blob), ...ranged, ...length }, body: bytes };
  }

  return {
    resolve: served({ name: "blob", cloud, tokens, now: () => cloud().now(), answer: around(answer, cloud) }),
    hooks: {
      [CONTAINER]: ({ operation, resource }) => {
        if (operation === "delete") kept.delete(resource.id.toLowerCase());
      },
    },
  };
}

/** Tokens need a version of the protocol that supports them. */
function refuseUnversioned(version: string | string[] | undefined): void {
  if (typeof version !== "string" || !/^\d{4}-\d{2}-\d{2}$/u.test(version) || version < "2017-11-09")
    throw storageRefusal("MissingRequiredHeader");
}

function blobAddressOf({ method = "", url = "/" }: IncomingMessage): {
  readonly containerName: string;
  readonly name: string;
} {
  const { pathname, searchParams } = new URL(url, "https://account.invalid");
  const asked = [...searchParams.keys()].filter((name) => name !== "timeout");
  if (asked.length > 0) throw unspoken(`${method} with ?${asked.join("&")}`);
  const [containerName = "", ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
  if (containerName === "" || rest.length === 0) throw unspoken(`${method} of ${pathname}`);
  return { containerName, name: rest.join("/") };
}
