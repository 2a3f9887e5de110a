/**
 * How the connector calls a chart system: one request with a deadline and a size limit, no redirect followed, and never an
 * address inside our own network, because administrators type these host names (server-side request forgery).
 */
import dns, { type LookupAddress, type LookupOptions } from "node:dns";
import http from "node:http";
import https from "node:https";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import { requestIdsIn, whatIsAsked, type NoteCall } from "../../domain/trace.ts";
import { bodyOfMessage, TooLarge } from "../wire/body.ts";

export interface Outgoing {
  readonly method: "GET" | "PATCH" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Incoming {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Rejects with {@link Unreachable} when no whole answer came; every status is an answer. @param signal until when anybody waits for it, beside the deadline */
export type Send = (request: Outgoing, signal?: AbortSignal) => Promise<Incoming>;

export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface SendLimits {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** Let plain http and loopback through: `environment: local` only. */
  readonly allowLoopback: boolean;
  /** Told of each call. */
  readonly note?: NoteCall;
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
        const why = cause instanceof TooLarge ? "too large an answer from " : "no answer from ";
        reject(new Unreachable(why + url.host, { cause }));
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

  return async (request, signal) => {
    const url = new URL(request.url);
    const refusal = limits.allowLoopback ? undefined : refused(url);
    if (refusal !== undefined) throw new Unreachable("refused to call " + refusal);
    const call = { host: url.host, what: whatIsAsked(request.method, url) };
    const begun = performance.now();
    const took = () => Math.round(performance.now() - begun);
    try {
      const deadline = AbortSignal.timeout(limits.deadlineMs);
      const until = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
      const answer = await ask(request, url, until, true);
      const { status, headers } = answer;
      const requestIds = requestIdsIn((name) => [headers[name]].flat()[0]);
      limits.note?.({ ...call, status, milliseconds: took(), requestIds });
      return answer;
    } catch (error) {
      limits.note?.({ ...call, milliseconds: took(), requestIds: [] });
      throw error;
    }
  };
}

/**
 * The other side closed a kept connection just as it was used again, and has most likely not seen the request
 * (https://nodejs.org/api/http.html#requestreusedsocket). Once more is harmless where it has: codes and assertions work once,
 * and a change of a version that is no more is refused.
 */
function isClosed(cause: Error): boolean {
  return "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
}

async function whole(incoming: http.IncomingMessage, maxBytes: number): Promise<Incoming> {
  const body = await bodyOfMessage(incoming, maxBytes);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body };
}

/** What no deployed connector calls. Nobody is asked for an address that stands there already, so it is judged here. */
function refused({ protocol, hostname }: URL): string | undefined {
  if (protocol !== "https:") return "an address without https";
  const literal = hostname.replace(/^\[|\]$/g, "");
  return isIP(literal) !== 0 && isInsideAddress(literal) ? "an address inside a private network" : undefined;
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry: what is not globally reachable, and what relays to elsewhere. */
const INSIDE_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Azure's own host of every virtual machine.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  // Relays of 6to4, given up.
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;

/**
 * https://www.iana.org/assignments/iana-ipv6-special-registry: everything outside 2000::/3, the only part that is given out
 * to the public, and in it what is for protocols, for documentation, or carries an IPv4 address.
 */
const INSIDE_IPV6 = [
  ["::", 3],
  // Among them Teredo, benchmarks and ORCHID.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4.
  ["2002::", 16],
  // The test network of the 6bone, given up.
  ["3ffe::", 16],
  ["3fff::", 20],
  ["4000::", 2],
  ["8000::", 1],
] as const;

const inside = new BlockList();
for (const [network, prefix] of INSIDE_IPV4) inside.addSubnet(network, prefix, "ipv4");
const insideIpv6 = new BlockList();
for (const [network, prefix] of INSIDE_IPV6) insideIpv6.addSubnet(network, prefix, "ipv6");
const mappedIpv4 = new BlockList();
mappedIpv4.addSubnet("::ffff:0:0", 96, "ipv6");

/** Not an address of the public Internet; an IPv4 address in IPv6 clothes is judged as what it is. */
export function isInsideAddress(address: string): boolean {
  if (!isIPv6(address)) return inside.check(address, "ipv4");
  // Node compares a mapped address with the rules for IPv4.
  return mappedIpv4.check(address, "ipv6")
    ? inside.check(address, "ipv6")
    : insideIpv6.check(address, "ipv6");
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
