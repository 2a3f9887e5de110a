/** Front Door: its own host names and the hospital's, led by routes to origins, which learn from which Front Door it came. */
import { azure } from "../azure/require.ts";
import { isSameId } from "../cloud/ids.ts";
import { listAt, textAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource } from "../cloud/model.ts";
import { addressOf, type Caller } from "../front/caller.ts";
import type { Backend } from "../front/front.ts";

const FRONT_DOOR: Caller = { service: "AzureFrontDoor.Backend" };

export interface FrontDoorOptions {
  readonly cloud: () => Cloud;
  /** Who answers as an origin's host. */
  readonly origin: (host: string) => Backend | undefined;
}

/** Who answers as a host name of a Front Door: nobody before it has a route. */
export function frontDoor({ cloud, origin }: FrontDoorOptions): (host: string) => Backend | undefined {
  return (host) => {
    const routes = routesOf(cloud(), host);
    if (routes.length === 0) return undefined;
    return (request, response, caller) => {
      const path = (request.url ?? "/").replace(/[?#].*$/su, "");
      const route = routes.find((one) => patternsOf(one).some((pattern) => isCovered(path, pattern)));
      const target = route === undefined ? undefined : originOf(cloud(), route);
      const backend = target === undefined ? undefined : origin(hostOf(target));
      if (target === undefined || backend === undefined) {
        response.writeHead(404, { "x-azure-externalerror": "0x0" }).end();
        return;
      }
      const profile = cloud().find(target.id.replace(/(\/profiles\/[^/]+).*$/iu, "$1"));
      request.headers["x-azure-fdid"] = textAt(profile?.properties, "frontDoorId") ?? "";
      request.headers["x-azure-clientip"] = addressOf(caller);
      request.headers["x-forwarded-for"] = addressOf(caller);
      request.headers["x-forwarded-host"] = host;
      request.headers.host = textAt(target.properties, "originHostHeader") ?? host;
      backend(request, response, FRONT_DOOR);
    };
  };
}

function routesOf(cloud: Cloud, host: string): readonly CloudResource[] {
  const isHost = ({ properties }: CloudResource) => textAt(properties, "hostName")?.toLowerCase() === host;
  const endpoint = cloud.all(azure("cdn:AFDEndpoint")).find(isHost);
  const domain = cloud.all(azure("cdn:AFDCustomDomain")).find(isHost);
  if (endpoint === undefined && domain === undefined) return [];
  return cloud.all(azure("cdn:Route")).filter((route) => {
    const owner = cloud.find(route.id.replace(/\/routes\/[^/]+$/iu, ""));
    const isEnabled = [route, owner].every((one) => textAt(one?.properties, "enabledState") === "Enabled");
    const byDefault =
      endpoint !== undefined &&
      owner?.id === endpoint.id &&
      textAt(route.properties, "linkToDefaultDomain") === "Enabled";
    const byName = listAt(route.properties, "customDomains").some(
      (one) => domain !== undefined && isSameId(textAt(one, "id") ?? "", domain.id),
    );
    return isEnabled && (byDefault || byName);
  });
}

const patternsOf = ({ properties }: CloudResource): readonly string[] => {
  const patterns = textsAt(properties, "patternsToMatch");
  return patterns.length > 0 ? patterns : ["/*"];
};

const isCovered = (path: string, pattern: string): boolean =>
  pattern.endsWith("/*") ? (path + "/").startsWith(pattern.slice(0, -1)) : path === pattern;

function originOf(cloud: Cloud, route: CloudResource): CloudResource | undefined {
  return cloud
    .below(textAt(route.properties, "originGroup.id") ?? "")
    .find(
      ({ token, properties }) =>
        token === azure("cdn:AFDOrigin") && textAt(properties, "enabledState") === "Enabled",
    );
}

const hostOf = ({ properties }: CloudResource): string =>
  (textAt(properties, "hostName") ?? "").toLowerCase();
