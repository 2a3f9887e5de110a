/** Who refused the connector something while a step was under way, in words a person can act on. */
import { azure } from "../azure/require.ts";
import { textAt } from "../cloud/json.ts";
import type { Cloud } from "../cloud/model.ts";
import type { Front, Received } from "../front/front.ts";
import { HOSTS } from "../vendors/entra.ts";
import { AUTHORIZATION } from "../oracle/chartSystems.ts";

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
  return request.status === 403
    ? {
        told: `The site's identity may not use the queue ${name}: a role assignment or the way through the network is missing, which infra/components/storage.ts makes (${call(request)}).`,
      }
    : undefined;
};

const JUDGES: readonly Judge[] = [
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
  // A vault refuses the key that is not there to whoever has no role at the whole vault.
  (request, cloud) => {
    if (!request.host.endsWith(".vault.azure.net") || request.status < 400) return undefined;
    const name = /^\/keys\/([^/?]+)/u.exec(request.path)?.[1]?.toLowerCase();
    const keys = cloud.all(azure("keyvault:Key"));
    if (name === undefined || keys.some((key) => key.name.toLowerCase() === name)) return undefined;
    return {
      told: `The vault has no key ${name}, which infra/components/secrets.ts makes (${call(request)}).`,
    };
  },
  (request) => {
    if (request.status !== 403) return undefined;
    const place = [
      { suffix: ".documents.azure.com", what: "store", made: "data.ts" },
      { suffix: ".vault.azure.net", what: "vault", made: "secrets.ts" },
      { suffix: ".blob.core.windows.net", what: "packages", made: "storage.ts" },
    ].find(({ suffix }) => request.host.endsWith(suffix));
    return place === undefined
      ? undefined
      : {
          told: `The site's identity may not use the ${place.what}: a role assignment or the way through the network is missing, which infra/components/${place.made} makes (${call(request)}).`,
        };
  },
  (request) =>
    request.host === HOSTS.authority && request.path.endsWith("/token") && request.status >= 400
      ? {
          told: `Entra does not take the site's identity in place of a secret: the registration's federated credential, which infra/components/registration.ts makes, does not name it (${call(request)}).`,
        }
      : undefined,
  (request) =>
    request.host === HOSTS.graph && request.status === 403
      ? {
          told: `Graph does not let the registration open meetings: a permission, its consent or the access policy is missing, which infra/components/application.ts asks for and people give (${call(request)}).`,
        }
      : undefined,
  (request) =>
    request.host === HOSTS.graph && request.status === 404
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
  /** The first refusal since then that explains something. */
  blame(): Blame | undefined;
}

/** What is asked of the vendors from now on. */
export function watch(front: Front, cloud: () => Cloud): Watch {
  const [newest] = front.received();
  return {
    blame: () => {
      const all = front.received();
      const known = newest === undefined ? -1 : all.indexOf(newest);
      const since = (known < 0 ? all : all.slice(0, known)).toReversed();
      for (const request of since)
        for (const judge of JUDGES) {
          const found = judge(request, cloud());
          if (found !== undefined) return found;
        }
      return undefined;
    },
  };
}

/** What the queues refused since the site first started: whoever needs one only some day asks for it at the start. */
export function queueBlame(front: Front, cloud: Cloud): Blame | undefined {
  for (const request of front.received().toReversed()) {
    const found = ofQueues(request, cloud);
    if (found !== undefined) return found;
  }
  return undefined;
}
