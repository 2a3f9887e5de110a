/**
 * App Service in memory: each site and slot of the cloud runs its package with its settings, and answers at its host names.
 */
import type { Hook, Hooks } from "../../azure/controlPlane/model.ts";
import type { Parts } from "../../planes/parts.ts";
import type { Backend } from "../hosts/front.ts";
import { startIdentityServer } from "./identityServer.ts";
import { type Instance, openInstance, type State } from "./instance.ts";
import type { Platform } from "./launch.ts";
import { noSuchSite } from "./pages.ts";
import { ownerOf, SETTINGS_TYPES, SITE_TYPES, siteAt } from "./siteView.ts";

export interface AppServiceOptions extends Pick<Parts, "cloud" | "front" | "tenant"> {
  /** The most seconds that a site's start may take. Left out: the time that its settings allow. */
  readonly startSeconds?: number;
}

export interface AppService {
  /**
   * For the cloud: starts and restarts sites when they or their settings change. It never refuses a change; Azure does not,
   * either.
   */
  readonly hooks: Hooks;
  /** For the front: finds sites and slots by their default host names and by those that are bound to them. */
  readonly resolve: (host: string) => Backend | undefined;
  sites(): readonly { readonly host: string; readonly state: State; readonly log: string }[];
  /** The log of the site with that host name: its console, and what the platform reports about it. */
  log(host: string): string;
  /** The state of the site with that host name, once no start is under way. */
  settled(host: string): Promise<State>;
  restart(host: string): void;
  /**
   * The status that the site with that host name answers to App Service's health check; undefined without a check or an
   * answer.
   */
  health(host: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

export async function startAppService(options: AppServiceOptions): Promise<AppService> {
  const { cloud, startSeconds = Infinity } = options;
  const identities = await startIdentityServer(options.tenant);
  const platform: Platform = { ...options, identities, startSeconds };
  const instances = new Map<string, Instance>();
  const parting = new Set<Promise<void>>();

  function instance(id: string): Instance {
    const key = id.toLowerCase();
    const found = instances.get(key) ?? openInstance(platform, id);
    instances.set(key, found);
    return found;
  }

  function dismiss(id: string): void {
    const gone = instances.get(id.toLowerCase());
    instances.delete(id.toLowerCase());
    if (gone === undefined) return;
    const leaving = gone.stop().finally(() => parting.delete(leaving));
    parting.add(leaving);
  }

  const onSite: Hook = ({ operation, resource }) => {
    if (operation === "delete") dismiss(resource.id);
    else instance(resource.id).restart();
  };
  const onSettings: Hook = ({ resource }) => {
    if (cloud().find(ownerOf(resource.id)) !== undefined) instance(ownerOf(resource.id)).restart();
  };

  function at(host: string): Instance {
    const site = siteAt(cloud(), host);
    if (site === undefined) throw new Error(`The cloud holds no site ${host}.`);
    return instance(site.id);
  }

  return {
    hooks: Object.fromEntries([
      ...SITE_TYPES.map((type) => [type, onSite] as const),
      ...SETTINGS_TYPES.map((type) => [type, onSettings] as const),
    ]),
    resolve: (host) => {
      const site = siteAt(cloud(), host);
      if (site === undefined) return undefined;
      return (request, response, caller) => {
        // A caller that uses another name, such as Front Door with the hospital's own, finds no site.
        const named = siteAt(cloud(), (request.headers.host ?? "").toLowerCase());
        if (named?.id === site.id) instance(site.id).answer(request, response, caller);
        else noSuchSite(response);
      };
    },
    sites: () =>
      [...instances.values()].map((one) => ({ host: one.host, state: one.state(), log: one.log() })),
    log: (host) => at(host).log(),
    settled: (host) => at(host).settled(),
    restart: (host) => at(host).restart(),
    health: (host) => at(host).health(),
    stop: async () => {
      await Promise.all([...[...instances.values()].map((one) => one.stop()), ...parting]);
      await identities.stop();
    },
  };
}
