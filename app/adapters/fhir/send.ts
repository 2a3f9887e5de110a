/**
 * How the connector calls a chart system: one request with a deadline and a size limit, no redirect followed, and never an
 * address inside our own network, because administrators type these host names (server-side request forgery).
 */
import dns, { type LookupAddress, type LookupOptions } from "node:dns";
import http from "node:http";
import https from "node:https";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";

export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Incoming {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Rejects with {@link Unreachable} when no whole answer came; every status is an answer. */
export type Send = (request: Outgoing) => Promise<Incoming>;

export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface SendLimits {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** Let plain http and loopback through: `environment: local` only. */
  readonly allowLoopback: boolean;
}

export function openSend(limits: SendLimits): Send {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const lookup = limits.allowLoopback ? dns.lookup : guarded(dns.lookup);

  /** `kept`: over a connection that is open already, if there is one. */
  const ask = (request: Outgoing, url: URL, signal: AbortSignal, kept: boolean): Promise<Incoming> =>
    new Promise((resolve, reject) => {
      const plain = url.protocol === "http:";
      const { method, headers } = request;
      const agent = kept && (plain ? agents.http : agents.https);
      const outgoing = (plain ? http : https).request(url, { method, headers, agent, lookup, signal });
      const fail = (cause: unknown) => {
        reject(new Unreachable("no answer from " + url.host, { cause }));
      };
      outgoing.on("response", (incoming) => {
        whole(incoming, limits.maxBytes).then(resolve, fail);
      });
      outgoing.on("error", (cause) => {
        if (outgoing.reusedSocket && isClosed(cause)) resolve(ask(request, url, signal, false));
        else fail(cause);
      });
      outgoing.end(request.body);
    });

  return async (request) => {
    const url = new URL(request.url);
    const refusal = limits.allowLoopback ? undefined : refused(url);
    if (refusal !== undefined) throw new Unreachable("refused to call " + refusal);
    return ask(request, url, AbortSignal.timeout(limits.deadlineMs), true);
  };
}

/**
 * The other side closed a kept connection just as it was used again, and has most likely not seen the request
 * (https://nodejs.org/api/http.html#requestreusedsocket). Once more is harmless where it has: codes and assertions work once.
 */
function isClosed(cause: Error): boolean {
  return "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
}

async function whole(incoming: http.IncomingMessage, maxBytes: number): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error("the answer is larger than " + String(maxBytes) + " bytes");
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

/** What no deployed connector calls. Nobody is asked for an address that stands there already, so it is judged here. */
function refused({ protocol, hostname }: URL): string | undefined {
  if (protocol !== "https:") return "an address without https";
  const literal = hostname.replace(/^\[|\]$/g, "");
  return isIP(literal) !== 0 && isInsideAddress(literal) ? "an address inside a private network" : undefined;
}

const inside = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Azure's own host of every virtual machine.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const)
  inside.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  // IPv4 by NAT64.
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(network, prefix, "ipv6");

/** Private, loopback, link-local, multicast; an IPv4 address in IPv6 clothes is judged as what it is. */
export function isInsideAddress(address: string): boolean {
  return inside.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves once and hands only those addresses to the socket, so that a second answer cannot smuggle another in. */
export function guarded(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses[0];
      if (error !== null) callback(error, "", 0);
      else if (first === undefined || addresses.some(({ address }) => isInsideAddress(address)))
        callback(
          Object.assign(new Error("the host resolves to an address inside a private network"), {
            code: "EINSIDE",
          }),
          "",
          0,
        );
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
