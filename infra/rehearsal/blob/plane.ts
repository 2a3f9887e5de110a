/**
 * The blob service's data plane over the accounts and containers that the cloud holds, as far as packages need it. Strict:
 * what it was not built for is refused loudly (https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api).
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { TokenVerifier } from "../access/bearer.ts";
import { azure } from "../azure/require.ts";
import type { Cloud, CloudResource, Hooks } from "../cloud/model.ts";
import type { Caller } from "../front/caller.ts";
import type { Backend } from "../front/front.ts";
import { principalOf, refuseFromOutside, refuseUngranted, type BlobAction } from "./access.ts";
import { type Blob, checkConditions, described, part, written } from "./blobs.ts";
import { Refused, unspoken, xml } from "./refused.ts";

const HOST = /^([a-z0-9]{3,24})\.blob\.core\.windows\.net$/u;
const CONTAINER = azure("storage:BlobContainer");
const ACTIONS: Readonly<Record<string, BlobAction>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  DELETE: "delete",
};

export interface BlobPlane {
  /** For the front. */
  readonly resolve: (host: string) => Backend | undefined;
  /** For the cloud: blobs go with their container. */
  readonly hooks: Hooks;
}

export interface BlobPlaneOptions {
  readonly cloud: () => Cloud;
  readonly tokens: TokenVerifier;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export function blobPlane({ cloud, tokens }: BlobPlaneOptions): BlobPlane {
  /** By container, in lower case. */
  const kept = new Map<string, Map<string, Blob>>();

  function blobsOf(container: CloudResource): Map<string, Blob> {
    const blobs = kept.get(container.id.toLowerCase()) ?? new Map<string, Blob>();
    kept.set(container.id.toLowerCase(), blobs);
    return blobs;
  }

  async function answer(request: IncomingMessage, host: string, caller: Caller): Promise<Answer> {
    const account = accountAt(cloud(), host);
    if (account === undefined) throw new Error(`The account ${host} is gone.`);
    const { method = "", headers } = request;
    refuseFromOutside(cloud(), account, caller);
    const principalId = await principalOf(headers, cloud(), account, tokens);
    refuseUnversioned(headers["x-ms-version"]);
    const { containerName, name } = placeOf(request);
    const action = ACTIONS[method];
    if (action === undefined) throw unspoken(method);
    const container = cloud().find(`${account.id}/blobServices/default/containers/${containerName}`);
    // Without a role nobody learns what there is.
    refuseUngranted(cloud(), container ?? account, principalId, action);
    if (container === undefined)
      throw new Refused(404, "ContainerNotFound", "The specified container does not exist.");
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
    if (blob === undefined) throw new Refused(404, "BlobNotFound", "The specified blob does not exist.");
    checkConditions(headers, blob);
    if (method === "DELETE") {
      blobs.delete(name);
      return { status: 202 };
    }
    if (method === "HEAD")
      return {
        status: 200,
        headers: {
          ...described(blob),
          "content-length": String(blob.bytes.byteLength),
          "content-md5": blob.md5,
        },
      };
    const { status, bytes, headers: ranged } = part(blob, headers);
    return {
      status,
      headers: { ...described(blob), ...ranged, "content-length": String(bytes.byteLength) },
      body: bytes,
    };
  }

  return {
    resolve: (host) =>
      accountAt(cloud(), host) === undefined
        ? undefined
        : (request, response, caller) => {
            answer(request, host, caller)
              .catch(refused)
              .then(
                (ready) => send(request, response, ready),
                (error: unknown) => response.destroy(error as Error),
              );
          },
    hooks: {
      [CONTAINER]: ({ operation, resource }) => {
        if (operation === "delete") kept.delete(resource.id.toLowerCase());
      },
    },
  };
}

function accountAt(cloud: Cloud, host: string): CloudResource | undefined {
  const name = HOST.exec(host)?.[1];
  return name === undefined
    ? undefined
    : cloud.all(azure("storage:StorageAccount")).find((account) => account.name === name);
}

/** Tokens need a version of the protocol that knows them. */
function refuseUnversioned(version: string | string[] | undefined): void {
  if (typeof version !== "string" || !/^\d{4}-\d{2}-\d{2}$/u.test(version) || version < "2017-11-09")
    throw new Refused(
      400,
      "MissingRequiredHeader",
      "An HTTP header that's mandatory for this request is not specified: x-ms-version.",
    );
}

function placeOf(request: IncomingMessage): { readonly containerName: string; readonly name: string } {
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://account.invalid");
  const asked = [...searchParams.keys()].filter((name) => name !== "timeout");
  if (asked.length > 0) throw unspoken(`${request.method ?? ""} with ?${asked.join("&")}`);
  const [containerName = "", ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
  if (containerName === "" || rest.length === 0) throw unspoken(`${request.method ?? ""} of ${pathname}`);
  return { containerName, name: rest.join("/") };
}

function refused(error: unknown): Answer {
  if (!(error instanceof Refused)) throw error;
  const { status, code, headers } = error;
  return {
    status,
    headers: { ...headers, "content-type": "application/xml", "x-ms-error-code": code },
    body: Buffer.from(xml(error)),
  };
}

function send({ method, headers: asked }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const version = asked["x-ms-version"];
  response.writeHead(answer.status, {
    "x-ms-request-id": randomUUID(),
    ...(typeof version === "string" && { "x-ms-version": version }),
    ...answer.headers,
  });
  response.end(method === "HEAD" ? undefined : answer.body);
}
