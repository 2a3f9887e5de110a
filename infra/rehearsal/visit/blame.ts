/**
 * Finds out who refused the connector something while a step was under way, and says it in words that a person can act on.
 */
import { isDeepStrictEqual } from "node:util";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";
import { missingWayTo } from "../planes/access/network.ts";
import { stoppedBy } from "../planes/access/traffic.ts";
import { whyNoSite } from "../front/appService/frontDoor.ts";
import { callerOf } from "../front/appService/siteView.ts";
import { azure } from "../azure/resourceTypes/require.ts";
import { listAt, saidAt, textAt } from "../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../azure/controlPlane/model.ts";
import { APPLICATION } from "../azure/entra/applications.ts";
import type { Front, Received } from "../front/hosts/front.ts";
import { AUTHORIZATION } from "../planes/oracle/chartSystems.ts";
import { registrationIn } from "../planes/vendors/directory.ts";
import { HOSTS } from "../planes/vendors/entra.ts";

export interface Blame {
  readonly told: string;
  readonly stackKey?: string;
}

type Judge = (request: Received, cloud: Cloud) => Blame | undefined;

const call = ({ method, host, path, status }: Received): string =>
  `${host} answered ${String(status)} to ${method} ${path}`;

const ofQueues: Judge = (request, cloud) => {
  if (!request.host.endsWith(".queue.core.windows.net") || request.status < 400) return undefined;
  const name = /^\/([^/?]+)/u.exec(request.path)?.[1] ?? "";
  const isThere = cloud.all(azure("storage:Queue")).some((queue) => queue.name === name);
  if (!isThere)
    return {
      told: `The storage account has no queue ${name}, which infra/components/storage.ts makes (${call(request)}).`,
    };
  return request.status === 403 ? mayNot(request, cloud, `use the queue ${name}`, "storage.ts") : undefined;
};

/** Says what keeps the site's identity out: its network, if a missing part can be named, or else a role. */
function mayNot(request: Received, cloud: Cloud, what: string, file: string): Blame {
  const way = cloud
    .all(azure("web:WebApp"))
    .flatMap(({ properties }) => textAt(properties, "virtualNetworkSubnetId") ?? [])
    .flatMap((subnetId) => missingWayTo(cloud, subnetId, request.host) ?? [])[0];
  const why =
    way === undefined
      ? `a role assignment or the way through the network is missing, which infra/components/${file} makes`
      : `the way through the network is missing: ${way} (infra/components/privateAccess.ts and network.ts)`;
  return { told: `The site's identity may not ${what}: ${why} (${call(request)}).` };
}

const OF_NAMES = [/./, "User.ReadBasic.All", "read names"] as const;
const OF_GRAPH = [
  [/\/communications\/callRecords/, "CallRecords.Read.All", "read how good calls were"],
  [/\/attendanceReports/, "OnlineMeetingArtifact.Read.All", "read who attended"],
  [/\/onlineMeetings/, "OnlineMeetings.ReadWrite.All", "open meetings"],
  OF_NAMES,
] as const;

/** Why Graph refuses the registration, as far as the directory shows. */
const ofGraph: Judge = (request, cloud) => {
  if (request.host !== HOSTS.graph || request.status !== 403) return undefined;
  const [, wanted, what] = OF_GRAPH.find(([path]) => path.test(request.path)) ?? OF_NAMES;
  const told = (why: string) => `Graph does not let the registration ${what}: ${why} (${call(request)}).`;
  const [application] = cloud.all(APPLICATION);
  const clientId = saidAt(application?.properties, "clientId");
  const permission = graphPermissions({ staffNames: true, attendance: true, callQuality: true }).find(
    ({ value }) => value === wanted,
  );
  const isAsked = listAt(application?.properties, "requiredResourceAccesses")
    .flatMap((access) => listAt(access, "resourceAccesses"))
    .some((one) => textAt(one, "id") === permission?.id);
  if (!isAsked)
    return { told: told(`it does not ask for ${wanted}, which infra/components/application.ts does`) };
  return registrationIn(cloud, clientId)?.grantedRoles.includes(wanted) === true
    ? {
        told: told("the access policy in Teams does not cover the organizer"),
        stackKey: "departments[].organizer",
      }
    : { told: told(`nobody has consented to ${wanted}`) };
};

export const dropped = ({ name }: CloudResource, host: string): string =>
  `The security group ${name} lets nobody call ${host} by https: its rules are in infra/components/trafficRules.ts.`;

/** Why Front Door's own answer came in place of the site's. */
export const unreached = (
  { host, path, status }: Pick<Received, "host" | "path" | "status">,
  cloud: Cloud,
): Blame | undefined => {
  const why = [404, 421, 503].includes(status) ? whyNoSite(cloud, host, path) : undefined;
  return why === undefined
    ? undefined
    : {
        told: `Front Door does not reach the site: ${why} (infra/components/edgeRoute.ts; ${host} answered ${String(status)}).`,
      };
};

const JUDGES: readonly Judge[] = [
  unreached,
  (request, cloud) => {
    if (request.status !== 0) return undefined;
    const callers = ["web:WebApp", "web:WebAppSlot"].flatMap((type) => cloud.all(azure(type))).map(callerOf);
    const group = callers.flatMap((caller) => stoppedBy(cloud, caller, request.host) ?? [])[0];
    return group && { told: dropped(group, request.host) };
  },
  (request, cloud) => {
    if (!request.host.endsWith(".documents.azure.com") || request.status !== 404) return undefined;
    const name = /\/colls\/([^/]+)/u.exec(request.path)?.[1];
    const containers = cloud.all(azure("cosmosdb:SqlResourceSqlContainer"));
    if (name === undefined || containers.some((one) => textAt(one.properties, "resource.id") === name))
      return undefined;
    return {
      told: `The store has no container ${name}, which infra/components/data.ts makes (${call(request)}).`,
    };
  },
  ofQueues,
  // A caller without a role at the whole vault gets a refusal even for a key that does not exist.
  (request, cloud) => {
    if (!request.host.endsWith(".vault.azure.net") || request.status < 400) return undefined;
    const name = /^\/keys\/([^/?]+)/u.exec(request.path)?.[1]?.toLowerCase();
    const keys = cloud.all(azure("keyvault:Key"));
    if (name === undefined || keys.some((key) => key.name.toLowerCase() === name)) return undefined;
    return {
      told: `The vault has no key ${name}, which infra/components/secrets.ts makes (${call(request)}).`,
    };
  },
  (request, cloud) => {
    if (request.status !== 403) return undefined;
    const part = [
      { suffix: ".documents.azure.com", what: "store", made: "data.ts" },
      { suffix: ".vault.azure.net", what: "vault", made: "secrets.ts" },
      { suffix: ".blob.core.windows.net", what: "packages", made: "storage.ts" },
    ].find(({ suffix }) => request.host.endsWith(suffix));
    return part === undefined ? undefined : mayNot(request, cloud, `use the ${part.what}`, part.made);
  },
  (request) =>
    request.host === HOSTS.authority && request.path.endsWith("/token") && request.status >= 400
      ? {
          told: `Entra does not take the site's identity in place of a secret: the registration's federated credential, which infra/components/registration.ts makes, does not name it (${call(request)}).`,
        }
      : undefined,
  ofGraph,
  (request) =>
    request.host === HOSTS.graph && request.status === 404 && request.path.includes("/users/")
      ? { told: `Graph does not know the organizer (${call(request)}).`, stackKey: "departments[].organizer" }
      : undefined,
  (request) =>
    request.host === AUTHORIZATION && request.method === "POST" && request.status >= 400
      ? {
          told: `Oracle does not accept how the connector proves itself (${call(request)}).`,
          stackKey: "connections[].provider.authentication",
        }
      : undefined,
];

export interface Watch {
  /**
   * The explanation of a refusal since the watch began that was not got over: of the latest one, but first of those that were
   * not refused before the watch as well, since these have broken nothing so far.
   */
  blame(): Blame | undefined;
  /**
   * For the queues only: the explanation of a refusal, or whether each of these queues has answered since the watch began.
   */
  queues(names: readonly string[]): Blame | "asked" | "not yet";
}

/** Whether the same caller asked for the same, but for the item: whoever may read one item of a store may read all. */
const isAlike = (one: Received, other: Received): boolean =>
  one.host === other.host &&
  one.method === other.method &&
  withoutItem(one) === withoutItem(other) &&
  isDeepStrictEqual(one.caller, other.caller);

const withoutItem = ({ path }: Received): string => path.replace(/\/docs\/.*$/u, "/docs");

const isAnswered = ({ status }: Received): boolean => status > 0 && status < 400;

/** Watches what vendors are asked from now on. */
export function watch(front: Pick<Front, "received">, cloud: () => Cloud): Watch {
  const [newest] = front.received();
  /** The requests since the watch began and those before, each the latest first. */
  const parted = () => {
    const all = front.received();
    const known = newest === undefined ? -1 : all.indexOf(newest);
    const end = known < 0 ? all.length : known;
    return { since: all.slice(0, end), before: all.slice(end) };
  };
  const judged = (judges: readonly Judge[]) => {
    const { since, before } = parted();
    let repeated: Blame | undefined;
    for (const [index, request] of since.entries()) {
      if (isAnswered(request)) continue;
      const blame = judges.map((judge) => judge(request, cloud())).find((found) => found !== undefined);
      const isGotOver = () => since.slice(0, index).some((one) => isAnswered(one) && isAlike(one, request));
      if (blame === undefined || isGotOver()) continue;
      const last = before.find((one) => isAlike(one, request));
      if (last === undefined || isAnswered(last)) return blame;
      repeated ??= blame;
    }
    return repeated;
  };
  return {
    blame: () => judged(JUDGES),
    queues: (names) => {
      const answered = parted()
        .since.filter((request) => request.host.endsWith(".queue.core.windows.net") && isAnswered(request))
        .map(({ path }) => path.split("/")[1]);
      const isAsked = names.every((name) => answered.includes(name));
      return judged([ofQueues]) ?? (isAsked ? "asked" : "not yet");
    },
  };
}
