/**
 * All public host names on loopback: one https server that answers as whatever host it is asked for, with a certificate of
 * an authority made at its start, and passes each request on to the backend of that name. A request for a name without a
 * backend is refused and remembered. Processes reach the front by preload.js, tests by an entry point's `fetch`.
 */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "./caller.ts";
import { certificateMaker, type CertificateMaker } from "./certificates.ts";
import { fetchBy, type EntryFetch } from "./fetch.ts";
import { type Environment, type Preload, preloaded, readReport } from "./preload.ts";

/** What answers as a host name. */
export type Backend = (request: IncomingMessage, response: ServerResponse, caller: Caller) => void;

export interface FrontOptions {
  readonly now: () => Date;
  /** Called at each request: whether the caller's network lets a request to the host out. Left out: it always does. */
  readonly isLetOut?: (caller: Caller, host: string) => boolean;
}

/** A request as it is remembered, never with its query, headers or body. */
export interface Received {
  readonly at: Date;
  readonly caller: Caller;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** The status answered; 0 for a request that never arrived. */
  readonly status: number;
}

export interface Front {
  /** PEM file with the certificate of the front's authority. */
  readonly caFile: string;
  readonly authority: string;
  route(host: string, backend: Backend): void;
  /** Adds a function that is called at each request for a host without a route; the first that knows the name answers. */
  resolve(find: (host: string) => Backend | undefined): void;
  /**
   * An entry point for callers from one address. Unknown hosts that are asked for there are remembered as refused, unless the
   * entry point is for a `person`'s browser, which calls its vendor by itself.
   */
  entryPoint(caller: Caller, whose?: "person"): Promise<EntryPoint>;
  /** Unknown hosts, and `host:port` of connections that a preloaded process was refused, each once. */
  refused(): readonly string[];
  /** Remembered requests, the newest first. */
  received(): readonly Received[];
  stop(): Promise<void>;
}

export interface EntryPoint {
  readonly port: number;
  /** The environment by which a process finds the front; `preload.js` says what the process can no longer reach. */
  environment(preload?: Preload, nodeOptions?: string): Promise<Environment>;
  readonly fetch: EntryFetch;
}

/**
 * How many requests are remembered: a site that prepares visits makes about a hundred a second, and a watch looks back as
 * far as the site's start.
 */
const RECEIVED_AT_MOST = 50_000;

export async function startFront({ now, isLetOut = () => true }: FrontOptions): Promise<Front> {
  const certificates = await certificateMaker(now);
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-front-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const caFile = join(folder, "authority.pem");
  await writeFile(caFile, certificates.authority);
  const started = undo.move();
  const routes = new Map<string, Backend>();
  const finders: ((host: string) => Backend | undefined)[] = [];
  const received: Received[] = [];
  const unknown = new Set<string>();
  const reports: string[] = [];
  /** Entry points by caller and purpose. */
  const entryPoints = new Map<string, Promise<EntryPoint>>();

  const backendOf = (host: string) =>
    routes.get(host) ?? finders.map((find) => find(host)).find((backend) => backend !== undefined);

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    whose: "person" | undefined,
  ): void {
    const host = hostOf(request);
    const path = (request.url ?? "/").replace(/[?#].*$/su, "");
    let isRemembered = false;
    const remember = (status: number) => {
      if (isRemembered) return;
      isRemembered = true;
      received.unshift({ at: now(), caller, host, method: request.method ?? "", path, status });
      received.length = Math.min(received.length, RECEIVED_AT_MOST);
    };
    if (!isLetOut(caller, host)) {
      // A real caller would wait in vain for the answer; here the connection is closed at once.
      remember(0);
      request.socket.destroy();
      return;
    }
    // `finish` comes before the caller has the answer; an answer that was broken off has only `close`.
    response.once("finish", () => remember(response.statusCode));
    response.once("close", () => remember(response.statusCode));
    const backend = host === namedBy(request) ? backendOf(host) : undefined;
    if (backend !== undefined) {
      backend(request, response, caller);
      return;
    }
    if (whose === undefined) unknown.add(host);
    response.writeHead(421, { "content-type": "text/plain" }).end(`Nobody answers as ${host} here.\n`);
  }

  async function open(caller: Caller, whose: "person" | undefined): Promise<EntryPoint> {
    const server = secureServer(certificates, (request, response) =>
      answer(request, response, caller, whose),
    );
    server.listen({ port: 0, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    started.defer(() => closed(server));
    const { port } = server.address() as AddressInfo;
    const access = { folder, port, caFile };
    return {
      port,
      environment: async (preload = {}, nodeOptions) => {
        const ready = await preloaded(access, preload, nodeOptions);
        reports.push(ready.report);
        return ready.environment;
      },
      fetch: fetchBy(port, certificates.authority),
    };
  }

  return {
    caFile,
    authority: certificates.authority,
    route: (host, backend) => void routes.set(host.toLowerCase(), backend),
    resolve: (find) => void finders.push(find),
    entryPoint: (caller, whose) => {
      const key = JSON.stringify([caller, whose]);
      const found = entryPoints.get(key) ?? open(caller, whose);
      entryPoints.set(key, found);
      return found;
    },
    refused: () => [...new Set([...unknown, ...reports.flatMap((file) => readReport(file).refused)])],
    received: () => [...received],
    stop: () => started.disposeAsync(),
  };
}

function secureServer(
  certificates: CertificateMaker,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): https.Server {
  const server = https.createServer(
    {
      ALPNProtocols: ["http/1.1"],
      SNICallback: (host, done) => {
        certificates.contextFor(host.toLowerCase()).then(
          (context) => done(null, context),
          (error: unknown) => done(error as Error),
        );
      },
    },
    answer,
  );
  server.on("upgrade", (_request, socket) => {
    socket.end("HTTP/1.1 501 Not Implemented\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  return server;
}

const hostOf = (request: IncomingMessage): string =>
  (request.headers.host ?? "").toLowerCase().replace(/:443$/u, "");

/** The server name in the TLS handshake. */
function namedBy({ socket }: IncomingMessage): string {
  return "servername" in socket && typeof socket.servername === "string"
    ? socket.servername.toLowerCase()
    : "";
}

/** Closes a server with whatever is still connected to it. */
export function closed(server: http.Server | https.Server): Promise<void> {
  server.closeAllConnections();
  return server[Symbol.asyncDispose]();
}
