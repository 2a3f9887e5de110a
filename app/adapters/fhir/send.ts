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
import { isWebPage } from "../wire/page.ts";

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

/** Whether somebody in between may have answered with a web page. */
export const isPage = ({ headers, body }: Pick<Incoming, "headers" | "body">): boolean =>
  isWebPage(body, headers["content-type"]);

/**
 * Sends one request. Any HTTP status is an answer.
 * @param signal aborts the request, in addition to the deadline
 * @throws Unreachable when no complete answer arrived
 */
export type Send = (request: Outgoing, signal?: AbortSignal) => Promise<Incoming>;

/** A header's value, and the first one where there are several. */
export function headerIn(headers: http.IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface SendLimits {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** Whether plain http and loopback addresses are allowed: in `environment: local` only. */
  readonly allowLoopback: boolean;
  /** Called for each request, to note it in the trace. */
  readonly note?: NoteCall;
}

/** What ends a request before its answer is complete. */
interface Bounds {
  /** The deadline, by `performance.now()`. */
  readonly until: number;
  readonly signal: AbortSignal | undefined;
}

export function openSend(limits: SendLimits): Send {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const lookup = limits.allowLoopback ? dns.lookup : guarded(dns.lookup);

  /** @param kept whether a connection that is already open may be used */
  const ask = (request: Outgoing, url: URL, bounds: Bounds, kept: boolean): Promise<Incoming> =>
    new Promise((resolve, reject) => {
      const plain = url.protocol === "http:";
      const { method, headers } = request;
      const agent = kept && (plain ? agents.http : agents.https);
      const { until, signal } = bounds;
      const asked = { method, headers, agent, lookup, ...(signal !== undefined && { signal }) };
      const outgoing = (plain ? http : https).request(url, asked);
      // A signal that times out would cost each call several times as much as this timer, and stay as long as the deadline.
      const late = setTimeout(
        () => outgoing.destroy(new Error("the deadline is over")),
        until - performance.now(),
      );
      outgoing.on("close", () => {
        clearTimeout(late);
      });
      const fail = (cause: unknown) => {
        const why = cause instanceof TooLarge ? "too large an answer from " : "no answer from ";
        reject(new Unreachable(why + url.host, { cause }));
      };
      outgoing.on("response", (incoming) => {
        whole(incoming, limits.maxBytes).then(resolve, fail);
      });
      outgoing.on("error", (cause) => {
        if (outgoing.reusedSocket && isClosed(cause)) resolve(ask(request, url, bounds, false));
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
      const answer = await ask(request, url, { until: begun + limits.deadlineMs, signal }, true);
      const { status, headers } = answer;
      const requestIds = requestIdsIn((name) => headerIn(headers, name));
      limits.note?.({ ...call, status, milliseconds: took(), requestIds });
      return answer;
    } catch (error) {
      const isTooLarge = error instanceof Unreachable && error.cause instanceof TooLarge;
      const how = isTooLarge ? ({ tooLarge: true } as const) : {};
      limits.note?.({ ...call, ...how, milliseconds: took(), requestIds: [] });
      throw error;
    }
  };
}

/**
 * The server closed an open connection at the moment in which it was used again, so it has most likely not seen the request
 * (https://nodejs.org/api/http.html#requestreusedsocket), which is sent once more. That is harmless even if the server did
 * see it: authorization codes and client assertions work only once, and an update names the version that it replaces.
 */
function isClosed(cause: Error): boolean {
  return "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
}

async function whole(incoming: http.IncomingMessage, maxBytes: number): Promise<Incoming> {
  const body = await bodyOfMessage(incoming, maxBytes);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body };
}

/**
 * Why a deployed connector does not call an address, or undefined where it does. A host that is written as an IP address is
 * judged here, because it is never looked up.
 */
function refused({ protocol, hostname }: URL): string | undefined {
  if (protocol !== "https:") return "an address without https";
  const literal = hostname.replace(/^\[|\]$/g, "");
  return isIP(literal) !== 0 && isInsideAddress(literal) ? "an address inside a private network" : undefined;
}

/**
 * Networks that are not part of the public Internet, or that relay to others
 * (https://www.iana.org/assignments/iana-ipv4-special-registry).
 */
const INSIDE_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Azure's platform services, at the same address for every virtual machine.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  // Relays of 6to4, a transition mechanism that has been abandoned.
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;

/**
 * Everything outside 2000::/3, the only part of IPv6 that is assigned to the public, and within it the networks for
 * protocols and documentation and those that carry an IPv4 address
 * (https://www.iana.org/assignments/iana-ipv6-special-registry).
 */
const INSIDE_IPV6 = [
  ["::", 3],
  // Includes Teredo, benchmarking and ORCHID.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4.
  ["2002::", 16],
  // The 6bone, a test network that has been abandoned.
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

/**
 * Whether an address is outside the public Internet. An IPv4-mapped IPv6 address is judged as the IPv4 address that it
 * carries.
 */
export function isInsideAddress(address: string): boolean {
  if (!isIPv6(address)) return inside.check(address, "ipv4");
  // Node compares a mapped address with the IPv4 rules.
  return mappedIpv4.check(address, "ipv6")
    ? inside.check(address, "ipv6")
    : insideIpv6.check(address, "ipv6");
}

type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A look-up that resolves a host name once, checks every address, and gives the socket only these, so that a second DNS
 * answer cannot bring in another address (DNS rebinding). It fails with the code EINSIDE where any address is not public.
 */
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
