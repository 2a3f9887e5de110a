/** Small real servers on loopback for tests of adapters. They are strict about what an adapter must send. */
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  /** A web page in place of JSON. */
  readonly page?: string;
  /** The content as it stands, whose type is said to be JSON. */
  readonly text?: string;
}
export interface Served {
  readonly origin: string;
  /** All requests, oldest first. */
  readonly asked: readonly Asked[];
}

/** Serves plain http until the test is over. */
export async function serve(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Served> {
  return listening(http.createServer(), "http:", answer);
}

/** Serves https until the test is over, with a certificate that this process trusts. */
export async function serveTls(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Served> {
  return listening(https.createServer(await trustedCertificate()), "https:", answer);
}

/** The certificate of this process. There is one only, because Node fixes what it trusts with the first connection. */
export function trustedCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  return (certificate ??= makeCertificate());
}
let certificate: ReturnType<typeof trustedCertificate> | undefined;

async function makeCertificate() {
  const names = [{ type: 2, value: "localhost" } as const, { type: 7, ip: "127.0.0.1" } as const];
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), made.cert]);
  return { key: made.private, cert: made.cert };
}

async function listening(
  server: http.Server,
  protocol: string,
  answer: (asked: Asked) => Answer | Promise<Answer>,
): Promise<Served> {
  const all: Asked[] = [];
  server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const asked = {
        method: request.method ?? "",
        url,
        headers: request.headers,
        body: await text(request),
      };
      all.push(asked);
      const { status = 200, headers = {}, json, page, text: plain } = await answer(asked);
      const type = page === undefined ? "application/json" : "text/html";
      response.writeHead(status, { "content-type": type, ...headers });
      response.end(plain ?? page ?? (json === undefined ? "" : JSON.stringify(json)));
    })().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { origin: `${protocol}//127.0.0.1:${String(address.port)}`, asked: all };
}
