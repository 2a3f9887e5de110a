/** Who calls, as far as addresses tell, for limits on how often somebody may ask. */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { ipKeyGenerator } from "express-rate-limit";

/** What a request tells about where it comes from. */
export interface Coming {
  /** Express's address, which follows the setting `trust proxy`. */
  readonly ip?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Who calls, as far as addresses tell: an IPv4 address, or the /56 of an IPv6 one, which is one household or ward. */
export type CallerAddress = (request: Coming) => string;

/**
 * `request.ip` is the caller that App Service's front end saw, with its port
 * (https://learn.microsoft.com/en-us/azure/app-service/overview-inbound-outbound-ips). Under Front Door that is Front Door
 * itself, which names its own caller in X-Azure-SocketIP
 * (https://learn.microsoft.com/en-us/azure/frontdoor/front-door-http-headers-protocol). Anybody could send that header where
 * there is no Front Door, but there only the hospital's listed addresses get in.
 */
export function callerAddress(behindFrontEnd: boolean): CallerAddress {
  return ({ ip = "", headers }) => {
    const named = behindFrontEnd ? headers["x-azure-socketip"] : undefined;
    return ipKeyGenerator(withoutPort(typeof named === "string" ? named : ip));
  };
}

/**
 * `192.0.2.1:50123` and `[2001:db8::1]:50123` without the port. A text that is not an address is left as it is, and counts
 * as one caller.
 */
function withoutPort(address: string): string {
  if (isIP(address) !== 0) return address;
  const bare = /^\[?([^\]]+?)\]?(?::\d+)?$/.exec(address)?.[1] ?? "";
  return isIP(bare) === 0 ? "unknown" : bare;
}
