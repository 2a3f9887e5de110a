/**
 * How a stand-in listens: by http for people and https for programs, on loopback only, and under no name but its own.
 */
import type { Express } from "express";
import http from "node:http";
import https from "node:https";
import type { Hosting, ReceivedRequest } from "./standIn.ts";
import { SandboxFault } from "./sandboxFault.ts";

export interface Listening {
  readonly pages: string;
  readonly backChannel: string;
  readonly received: () => readonly ReceivedRequest[];
  stop(): Promise<void>;
}

const RECEIVED_AT_MOST = 200;

/**
 * Serves one application twice, as the stand-in contract requires: by http for people and by https for programs, both as
 * `localhost`, on loopback only. If a port is in use, the error says which and what to do, and nothing stays open.
 */
export async function listen(app: Express, hosting: Hosting): Promise<Listening> {
  const received: ReceivedRequest[] = [];
  const answer: http.RequestListener = (request, response) => {
    const path = (request.url ?? "/").replace(/[?#].*$/su, "");
    response.once("close", () => {
      received.unshift({
        at: hosting.now(),
        method: request.method ?? "",
        path,
        status: response.statusCode,
      });
      received.length = Math.min(received.length, RECEIVED_AT_MOST);
    });
    if (isAddressedToUs(request)) app(request, response);
    else
      response
        .writeHead(421, { "content-type": "text/plain" })
        .end("This server answers to localhost only.\n");
  };
  const pages = await onLoopback(() => http.createServer(answer), hosting.ports.pages);
  try {
    const backChannel = await onLoopback(
      () => https.createServer(hosting.tls, answer),
      hosting.ports.backChannel,
    );
    return {
      pages: `http://localhost:${String(pages.port)}`,
      backChannel: `https://localhost:${String(backChannel.port)}`,
      received: () => [...received],
      stop: async () => {
        await Promise.all([pages.close(), backChannel.close()]);
      },
    };
  } catch (error) {
    await pages.close();
    throw error;
  }
}

/**
 * Whether the request names this host. A foreign name that resolves to loopback (DNS rebinding) must not reach the stand-ins
 * from a person's browser.
 */
function isAddressedToUs(request: http.IncomingMessage): boolean {
  const port = String(request.socket.localPort);
  return request.headers.host === `localhost:${port}` || request.headers.host === `127.0.0.1:${port}`;
}

interface Bound {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1. A client may use either for `localhost`, so both get the same
 * port.
 */
async function onLoopback(make: () => http.Server, wanted: number): Promise<Bound> {
  for (let attempt = 1; ; attempt += 1) {
    const first = make();
    const port = await bind(first, wanted, "127.0.0.1");
    const second = make();
    try {
      await bind(second, port, "::1");
      return bound(port, [first, second]);
    } catch (error) {
      if (lacksIpv6(error)) return bound(port, [first]);
      await close(first);
      // The free port that we were given may be taken on ::1, so another one is tried.
      if (wanted !== 0 || attempt === 10) throw error;
    }
  }
}

function bound(port: number, servers: readonly http.Server[]): Bound {
  return {
    port,
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

function bind(server: http.Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(isCoded(cause, "EADDRINUSE") ? inUse(port, host, cause) : cause);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function inUse(port: number, host: string, cause: Error): Error {
  return new SandboxFault(
    `Port ${String(port)} on ${host} is in use. Stop the program that holds it, or choose other ports with PORT.`,
    { cause },
  );
}

function lacksIpv6(error: unknown): boolean {
  return isCoded(error, "EADDRNOTAVAIL") || isCoded(error, "EAFNOSUPPORT");
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
