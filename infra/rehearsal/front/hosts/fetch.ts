/** `fetch` through an entry point, for a process without preload.js: the front answers as whatever host the URL names. */
import https from "node:https";
import { buffer } from "node:stream/consumers";
import tls from "node:tls";

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Like `fetch` with `redirect: "manual"`; https only. */
export type EntryFetch = (url: string | URL, options?: FetchOptions) => Promise<Response>;

const WITHOUT_BODY = [204, 205, 304];

export function fetchBy(port: number, authority: string): EntryFetch {
  return async (url, { method = "GET", headers = {}, body, signal } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const asked = new URL(url);
    if (asked.protocol !== "https:") throw new Error(`The front speaks https only, not ${asked.protocol}`);
    const request = https.request(
      asked,
      {
        method,
        headers: { connection: "close", ...headers },
        defaultPort: 443,
        createConnection: () =>
          tls.connect({
            host: "127.0.0.1",
            port,
            servername: asked.hostname,
            ca: authority,
            ALPNProtocols: ["http/1.1"],
          }),
        ...(signal && { signal }),
      },
      (incoming) => {
        const status = incoming.statusCode ?? 0;
        buffer(incoming).then(
          (bytes) =>
            resolve(
              new Response(WITHOUT_BODY.includes(status) ? null : new Uint8Array(bytes), {
                status,
                headers: Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
                  values.map((value): [string, string] => [name, value]),
                ),
              }),
            ),
          reject,
        );
      },
    );
    request.on("error", reject);
    request.end(body);
    return promise;
  };
}
