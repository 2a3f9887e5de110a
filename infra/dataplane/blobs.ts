/**
 * Stores and fetches packages in a container, by digest. Names and metadata are not trusted: the stored bytes are read and
 * hashed.
 */
import { BlobServiceClient, type BlockBlobClient } from "@azure/storage-blob";
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { saysNoBlob } from "../../app/domain/missingBlob.ts";
import { origin } from "./checking.ts";
import type { Call } from "./resource.ts";

export interface Container {
  readonly blobEndpoint: string;
  readonly container: string;
}

const TRIES = 4;
const TRY_MILLISECONDS = 60_000;
const DEADLINE_MILLISECONDS = 300_000;
const LOOK_MILLISECONDS = 20_000;

export function addressOf({ blobEndpoint, container }: Container, digest: string): string {
  return `${origin(blobEndpoint)}/${container}/${digest}.zip`;
}

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Whether there is a blob of that name.
 * @throws when that cannot be determined
 */
export async function isStored(at: Container, digest: string, call: Call): Promise<boolean> {
  const abortSignal = AbortSignal.any([call.signal, AbortSignal.timeout(LOOK_MILLISECONDS)]);
  try {
    await blob(at, digest, call).getProperties({ abortSignal });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * The package's bytes.
 * @throws when there are none, or when they do not have the digest
 */
export async function fetchPackage(at: Container, digest: string, call: Call): Promise<Buffer> {
  const { readableStreamBody } = await blob(at, digest, call).download(0, undefined, {
    abortSignal: deadline(call),
    maxRetryRequests: TRIES,
  });
  if (readableStreamBody === undefined) throw new Error("The storage account sent no body.");
  const bytes = await buffer(readableStreamBody);
  if (digestOf(bytes) !== digest) throw new Error(damaged(addressOf(at, digest)));
  return bytes;
}

/**
 * SHA-256 of the bytes that are stored under the package's name; undefined where nothing is.
 * @throws when that cannot be determined
 */
export async function storedDigest(
  at: Container,
  digest: string,
  call: Pick<Call, "credential" | "signal">,
): Promise<string | undefined> {
  try {
    const { readableStreamBody } = await blob(at, digest, call).download(0, undefined, {
      abortSignal: deadline(call),
      maxRetryRequests: TRIES,
    });
    if (readableStreamBody === undefined) throw new Error("The storage account sent no body.");
    const hash = createHash("sha256");
    for await (const chunk of readableStreamBody) hash.update(chunk);
    return hash.digest("hex");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Stores the package unless it is there. Afterwards the stored bytes are known to have the digest, whoever stored them. */
export async function storePackage(
  at: Container,
  digest: string,
  bytes: Uint8Array,
  call: Call,
): Promise<void> {
  try {
    await blob(at, digest, call).upload(bytes, bytes.byteLength, {
      conditions: { ifNoneMatch: "*" },
      blobHTTPHeaders: {
        blobContentType: "application/zip",
        blobContentMD5: createHash("md5").update(bytes).digest(),
      },
      metadata: { sha256: digest },
      abortSignal: deadline(call),
    });
  } catch (error) {
    if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error;
  }
  await fetchPackage(at, digest, call);
}

function blob(
  { blobEndpoint, container }: Container,
  digest: string,
  call: Pick<Call, "credential">,
): BlockBlobClient {
  const service = new BlobServiceClient(origin(blobEndpoint), call.credential, {
    retryOptions: { maxTries: TRIES, tryTimeoutInMs: TRY_MILLISECONDS },
  });
  return service.getContainerClient(container).getBlockBlobClient(digest + ".zip");
}

function deadline({ signal }: Pick<Call, "signal">): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MILLISECONDS)]);
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

/** Whether the service itself says that there is no such blob, or no such container. */
export const isMissing = (error: unknown): boolean => saysNoBlob(statusOf(error), codeOf(error));

/** The error code is in a header, because an answer to HEAD has no body. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error && "response" in error)) return "";
  const { response } = error as { response?: { headers?: { get(name: string): string | undefined } } };
  return response?.headers?.get("x-ms-error-code") ?? "";
}

/**
 * Whether the token is valid but its owner lacks a role; a role that was just assigned and does not work yet is refused
 * alike.
 */
export function lacksRole(error: unknown): boolean {
  return statusOf(error) === 403 && codeOf(error) === "AuthorizationPermissionMismatch";
}

/** Explains what a refusal of storage means, and what to do about it. */
export function explained(error: unknown, at: Container): Error {
  const account = new URL(at.blobEndpoint).host;
  const status = statusOf(error);
  if (lacksRole(error))
    return new Error(
      `The deployer may not use the packages of ${account}. Give it the role "Storage Blob Data Contributor" on the account (to read only: "Storage Blob Data Reader"); a new role takes up to ten minutes to work.`,
      { cause: error },
    );
  if (status === 403)
    return new Error(
      `${account} lets this address in no more than any other (${codeOf(error)}). Run from the network, or list the address under deployFrom in the stack file. If it is listed there, see whether public access of the account is off in Azure: an Azure Policy of the subscription's may turn it off, so ask whoever assigns policies for an exemption, or run from the network.`,
      { cause: error },
    );
  if (isMissing(error))
    return new Error(`There is no such package at ${account}, container ${at.container}.`, { cause: error });
  if (status === undefined && !(error instanceof Error && "code" in error))
    return error instanceof Error ? error : new Error(String(error));
  return new Error(
    `${account} did not do it: ${[String(status ?? "no answer"), codeOf(error)].join(" ").trim()}.`,
    { cause: error },
  );
}

function damaged(address: string): string {
  return `What is stored at ${address} does not have the digest in its name. Delete that blob and run again.`;
}
