/**
 * Front Door: its own host names and the hospital's. Routes lead from them to origins, which learn from a header which Front
 * Door a request came through.
 */
import type { IncomingMessage } from "node:http";
import { azure } from "../../azure/resourceTypes/require.ts";
import { isSameId } from "../../azure/controlPlane/ids.ts";
import { at, listAt, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import { addressOf, type Caller } from "../hosts/caller.ts";
import type { Backend } from "../hosts/front.ts";
import { cookiesOf } from "./managedRules.ts";
import { bodyParts } from "./requestBody.ts";
import { siteAt } from "./siteView.ts";
import { BLOCKED, isStoppedByFirewall, type Counts, type Inspected } from "./webFirewall.ts";

export const FRONT_DOOR: Caller = { service: "AzureFrontDoor.Backend" };

/** Finds what answers as a host name. */
type Resolve = (host: string) => Backend | undefined;

/**
 * Finds what answers as a host name of a Front Door: nothing as long as the name has no route.
 * @param origin finds what answers as an origin's host
 */
export function frontDoor(cloud: () => Cloud, origin: Resolve): Resolve {
  const counts: Counts = new Map();
  return (host) => {
    const routes = routesOf(cloud(), host);
    if (routes.length === 0) return undefined;
    return (request, response, caller) => {
      const path = (request.url ?? "/").replace(/[?#].*$/su, "");
      const domain = domainOf(cloud(), host);
      const isStopped = async () =>
        domain !== undefined &&
        isStoppedByFirewall(cloud(), domain, await inspected(request, host, caller), counts);
      const goOn = () => {
        const route = routes.find((one) => covers(one, path));
        if (route === undefined) {
          response.writeHead(404, { "x-azure-externalerror": "0x0" }).end();
          return;
        }
        const target = originOf(cloud(), route);
        const isAnswered = target !== undefined && unansweredAt(cloud(), route, target) === undefined;
        const backend = isAnswered ? origin(hostOf(target)) : undefined;
        if (target === undefined || backend === undefined) {
          response
            .writeHead(503, { "x-azure-externalerror": "0x80072efd" })
            .end("Our services aren't available right now");
          return;
        }
        const profile = cloud().find(target.id.replace(/(\/profiles\/[^/]+).*$/iu, "$1"));
        request.headers["x-azure-fdid"] = saidAt(profile?.properties, "frontDoorId");
        request.headers["x-azure-clientip"] = addressOf(caller);
        request.headers["x-forwarded-for"] = addressOf(caller);
        request.headers["x-forwarded-host"] = host;
        request.headers.host = textAt(target.properties, "originHostHeader") ?? host;
        backend(request, response, FRONT_DOOR);
      };
      isStopped().then(
        (stopped) => {
          if (stopped) response.writeHead(403, { "x-azure-ref": "rehearsal" }).end(BLOCKED);
          else goOn();
        },
        () => response.destroy(),
      );
    };
  };
}

/** What the firewall sees of a request. */
async function inspected(request: IncomingMessage, host: string, caller: Caller): Promise<Inspected> {
  return {
    method: request.method ?? "",
    url: new URL(request.url ?? "/", "https://" + host),
    from: addressOf(caller),
    sent: [...cookiesOf(request.headers.cookie), ...(await bodyParts(request))],
  };
}

/** The endpoint or the custom domain that has the host name. */
const domainOf = (cloud: Cloud, host: string): CloudResource | undefined =>
  ["cdn:AFDEndpoint", "cdn:AFDCustomDomain"]
    .flatMap((type) => cloud.all(azure(type)))
    .find(({ properties }) => textAt(properties, "hostName")?.toLowerCase() === host);

function routesOf(cloud: Cloud, host: string): readonly CloudResource[] {
  const found = domainOf(cloud, host);
  if (found === undefined) return [];
  return cloud.all(azure("cdn:Route")).filter((route) => {
    const owner = cloud.find(route.id.replace(/\/routes\/[^/]+$/iu, ""));
    const isEnabled = [route, owner].every((one) => textAt(one?.properties, "enabledState") === "Enabled");
    const byDefault = owner?.id === found.id && textAt(route.properties, "linkToDefaultDomain") === "Enabled";
    const byName = listAt(route.properties, "customDomains").some((one) =>
      isSameId(saidAt(one, "id"), found.id),
    );
    return isEnabled && (byDefault || byName);
  });
}

function covers({ properties }: CloudResource, path: string): boolean {
  const patterns = textsAt(properties, "patternsToMatch");
  return (patterns.length > 0 ? patterns : ["/*"]).some((pattern) =>
    pattern.endsWith("/*") ? (path + "/").startsWith(pattern.slice(0, -1)) : path === pattern,
  );
}

/**
 * Why nothing answers Front Door at an origin, in words. App Service answers at port 443 by https, and here by nothing else:
 * a site of the program redirects http.
 */
function unansweredAt(
  cloud: Cloud,
  route: CloudResource,
  { name, properties }: CloudResource,
): string | undefined {
  if (textAt(route.properties, "forwardingProtocol") === "HttpOnly")
    return `its route ${route.name} forwards by http, and the site answers https alone: forwardingProtocol has to be HttpsOnly`;
  const port = Number(at(properties, "httpsPort") ?? 443);
  if (port !== 443)
    return `it asks its origin ${name} at port ${String(port)}, and the site answers at 443: httpsPort has to be 443`;
  const host = saidAt(properties, "hostName");
  if (siteAt(cloud, hostOf({ properties })) === undefined)
    return `its origin ${name} is ${host}, and no site has that name: hostName has to be the one that Azure gave the site`;
  return undefined;
}

/** Why a request for a host name of Front Door reaches no site, in words; undefined where it does, and for other hosts. */
export function whyNoSite(cloud: Cloud, host: string, path: string): string | undefined {
  if (domainOf(cloud, host) === undefined) return undefined;
  const routes = routesOf(cloud, host);
  if (routes.length === 0)
    return `none of its routes is for ${host} and enabled: customDomains, linkToDefaultDomain and enabledState decide that`;
  const route = routes.find((one) => covers(one, path));
  if (route === undefined) return `none of its routes is for ${path}: patternsToMatch has to be /*`;
  const target = originOf(cloud, route);
  if (target === undefined) return `its route ${route.name} leads to no origin whose enabledState is Enabled`;
  const named = (textAt(target.properties, "originHostHeader") ?? host).toLowerCase();
  return (
    unansweredAt(cloud, route, target) ??
    (siteAt(cloud, named) === undefined
      ? `it calls its origin ${target.name} by the name ${named}, which is bound to no site: originHostHeader has to be the name that Azure gave the site`
      : undefined)
  );
}

const originOf = (cloud: Cloud, route: CloudResource): CloudResource | undefined =>
  originsOf(cloud, saidAt(route.properties, "originGroup.id"))[0];

/** The origins of a group to which requests are sent. */
const originsOf = (cloud: Cloud, groupId: string): readonly CloudResource[] =>
  cloud
    .below(groupId)
    .filter(
      ({ token, properties }) =>
        token === azure("cdn:AFDOrigin") && textAt(properties, "enabledState") === "Enabled",
    );

export interface Probe {
  readonly origin: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The health probes that Front Door sends to every origin, each with the id of the Front Door. */
export function probesOf(cloud: Cloud): readonly Probe[] {
  return cloud.all(azure("cdn:AFDOriginGroup")).flatMap((group) => {
    const path = textAt(group.properties, "healthProbeSettings.probePath");
    const profile = cloud.find(group.id.replace(/\/originGroups\/.*$/iu, ""));
    const headers = { "x-azure-fdid": saidAt(profile?.properties, "frontDoorId") };
    if (path === undefined) return [];
    return originsOf(cloud, group.id).map((origin) => ({
      origin: origin.name,
      url: new URL(path, protocolOf(group) + hostOf(origin)),
      headers,
    }));
  });
}

const protocolOf = ({ properties }: CloudResource): string =>
  textAt(properties, "healthProbeSettings.probeProtocol") === "Http" ? "http://" : "https://";

const hostOf = ({ properties }: Pick<CloudResource, "properties">): string =>
  saidAt(properties, "hostName").toLowerCase();
