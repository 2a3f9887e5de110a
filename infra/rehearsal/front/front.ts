/**
 * Every public host name, on loopback: one server that answers https as whatever host it is asked for, with a certificate
 * of an authority made at its start, and hands the request to who stands behind that name. Whoever has nobody behind it is
 * refused and remembered. Processes reach it by preload.js, tests by an entry point's `fetch`.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "./caller.ts";
import { certificateMaker, type CertificateMaker } from "./certificates.ts";
import { fetchBy, type EntryFetch } from "./fetch.ts";
import { type Environment, type Existing, type Preload, preloaded, readReport } from "./preload.ts";

/** Who stands behind a host name. */
export type Backend = (request: IncomingMessage, response: ServerResponse, caller: Caller) => void;

export interface FrontOptions {
  readonly now: () => Date;
  /** Whether what stands where the caller does lets a request for the host out, asked at each. Left out: everything. */
  readonly isLetOut?: (caller: Caller, host: string) => boolean;
}

/** Never a query, a header or a body. */
export interface Received {
  readonly at: Date;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** 0 for one that never arrived. */
  readonly status: number;
}

export interface Front {
  /** PEM file of the authority that the front's certificates are signed by. */
  readonly caFile: string;
  readonly authority: string;
  route(host: string, backend: Backend): void;
  unroute(host: string): void;
  /** Asked, at each request, for hosts that have no route; the first that knows the name answers. */
  resolve(find: (host: string) => Backend | undefined): void;
  /**
   * A way in for whoever calls from one place. Strangers that are asked for there are remembered as refused, unless it is a
   * `person`'s browser, which calls home by itself.
   */
  entryPoint(caller: Caller, whose?: "person"): Promise<EntryPoint>;
  /** Hosts that nobody stands behind, and `host:port` of what a preloaded process was kept from, once each. */
  refused(): readonly string[];
  /** The newest first. */
  received(): readonly Received[];
  stop(): Promise<void>;
}

export interface EntryPoint {
  readonly port: number;
  /** What a process needs so that it finds the front; `preload.js` says what else it is kept from. */
  environment(preload?: Preload, existing?: Existing): Promise<Environment>;
  readonly fetch: EntryFetch;
}

/** A site that prepares visits asks some hundred times a second, and whoever watches looks back as far as its start. */
const RECEIVED_AT_MOST = 50_000;

export async function startFront({ now, isLetOut = () => true }: FrontOptions): Promise<Front> {
  const certificates = await certificateMaker(now);
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-front-"));
  const caFile = join(folder, "authority.pem");
  try {
    await writeFile(caFile, certificates.authority);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const routes = new Map<string, Backend>();
  const finders: ((host: string) => Backend | undefined)[] = [];
  const received: Received[] = [];
  const unknown = new Set<string>();
  const reports: string[] = [];
  const servers: https.Server[] = [];
  /** By caller, and whose it is. */
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
      received.unshift({ at: now(), host, method: request.method ?? "", path, status });
      received.length = Math.min(received.length, RECEIVED_AT_MOST);
    };
    if (!isLetOut(caller, host)) {
      // Whoever waits for such an answer waits in vain; here nobody waits.
      remember(0);
      request.socket.destroy();
      return;
    }
    // Before whoever asked has the answer; an answer that broke off is only closed.
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
    servers.push(server);
    const port = await listening(server);
    const access = { folder, port, caFile, authority: certificates.authority };
    return {
      port,
      environment: async (preload = {}, existing = {}) => {
        const ready = await preloaded(access, preload, existing);
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
    unroute: (host) => void routes.delete(host.toLowerCase()),
    resolve: (find) => void finders.push(find),
    entryPoint: (caller, whose) => {
      const key = JSON.stringify([caller, whose]);
      const found = entryPoints.get(key) ?? open(caller, whose);
      entryPoints.set(key, found);
      return found;
    },
    refused: () => [...new Set([...unknown, ...reports.flatMap((file) => readReport(file).refused)])],
    received: () => [...received],
    stop: async () => {
      await Promise.all(servers.map(closed));
      await rm(folder, { recursive: true, force: true });
    },
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

/** The name in the handshake. */
function namedBy({ socket }: IncomingMessage): string {
  return "servername" in socket && typeof socket.servername === "string"
    ? socket.servername.toLowerCase()
    : "";
}

function listening(server: https.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function closed(server: https.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
