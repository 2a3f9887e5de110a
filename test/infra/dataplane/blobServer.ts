/**
 * A small stand-in of Blob Storage. It accepts Entra's tokens only, honours conditions, checks checksums, and requires a
 * version.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { trustedCertificate } from "../../app/adapters/server.ts";

export interface BlobServer {
  readonly blobEndpoint: string;
  /** The blobs by path, such as `/packages/<digest>.zip`. */
  readonly blobs: Map<string, Buffer>;
  /** The requests, oldest first, as method and path. */
  readonly asked: string[];
  /** How the next requests are refused, and how many: because of a missing role, or by the firewall. */
  refusal: { code: "AuthorizationPermissionMismatch" | "AuthorizationFailure"; times: number } | undefined;
  /** Somebody in between, who knows no such path, answers in the service's stead. */
  isBetween: boolean;
}

export const TOKEN = "deployer-token";
export const credential = {
  getToken: (scopes: string | string[]) =>
    [scopes].flat().join() === "https://storage.azure.com/.default"
      ? Promise.resolve({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 })
      : Promise.reject(new Error("another scope")),
};

export async function blobServer(
  isDeployer: (token: string) => boolean = (token) => token === TOKEN,
): Promise<BlobServer> {
  const blobs = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = https.createServer(await trustedCertificate());
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "", "https://127.0.0.1");
    asked.push(`${request.method ?? ""} ${pathname}`);
    const body = await buffer(request);
    if (served.isBetween) {
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"no such path"}');
      return;
    }
    const refused =
      refusal(request, pathname) ?? (request.method === "PUT" ? put(request, pathname, body) : undefined);
    const stored = blobs.get(pathname);
    const [status, code] = refused ?? (stored === undefined ? [404, "BlobNotFound"] : [200, ""]);
    if (stored === undefined || refused !== undefined) {
      const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
      response.writeHead(status, { "x-ms-error-code": code, "content-type": "application/xml" });
      response.end(request.method === "HEAD" ? undefined : xml);
      return;
    }
    response.writeHead(request.method === "PUT" ? 201 : 200, {
      etag: '"1"',
      "last-modified": new Date().toUTCString(),
      ...(request.method !== "PUT" && {
        "content-length": String(stored.length),
        "x-ms-blob-type": "BlockBlob",
      }),
    });
    response.end(request.method === "GET" ? stored : undefined);
  };
  const refusal = (request: IncomingMessage, pathname: string): [number, string] | undefined => {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    if (scheme !== "Bearer" || !isDeployer(token)) return [401, "NoAuthenticationInformation"];
    if (!/^\d{4}-\d\d-\d\d$/.test(String(request.headers["x-ms-version"])))
      return [400, "InvalidHeaderValue"];
    if (served.refusal !== undefined && served.refusal.times-- > 0) return [403, served.refusal.code];
    return pathname.startsWith("/packages/") ? undefined : [404, "ContainerNotFound"];
  };
  const put = (
    { headers }: IncomingMessage,
    pathname: string,
    body: Buffer,
  ): [number, string] | undefined => {
    if (headers["x-ms-blob-type"] !== "BlockBlob") return [400, "MissingRequiredHeader"];
    if (headers["if-none-match"] !== "*") return [400, "ConditionHeadersMissing"];
    if (headers["x-ms-blob-content-md5"] !== md5(body)) return [400, "Md5Mismatch"];
    if (blobs.has(pathname)) return [409, "BlobAlreadyExists"];
    blobs.set(pathname, body);
    return undefined;
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const served: BlobServer = {
    blobEndpoint: `https://127.0.0.1:${String(address.port)}`,
    blobs,
    asked,
    refusal: undefined,
    isBetween: false,
  };
  return served;
}

const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("base64");
