/** Turns a site in the cloud into a process that answers: package, settings, command, environment, warm-up. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityClaims } from "../../../../app/sandbox/microsoft/identity.ts";
import { saidAt } from "../../azure/controlPlane/json.ts";
import type { CloudResource } from "../../azure/controlPlane/model.ts";
import { settingsOf } from "../../azure/resourceTypes/siteConfig.ts";
import type { Parts } from "../../planes/parts.ts";
import { nodeArguments } from "./command.ts";
import { environmentOf, PORT } from "./environment.ts";
import type { IdentityServer } from "./identityServer.ts";
import { discard, fetchPackage, unpack } from "./package.ts";
import { startProcess } from "./process.ts";
import { callerOf, identityByClient, identityByName, refuseOtherRuntime } from "./siteView.ts";
import { untilWarm } from "./warmUp.ts";

const TOKEN_SECONDS = 3600;

export interface Platform extends Pick<Parts, "cloud" | "front" | "tenant"> {
  readonly identities: IdentityServer;
  /** The most seconds that a start may take, even if the site's settings allow more. */
  readonly startSeconds: number;
}

export interface Launched {
  readonly port: number;
  /** Resolves when the process has ended, with words for how. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface LaunchCall {
  readonly site: CloudResource;
  readonly isCurrent: () => boolean;
  readonly log: (line: string) => void;
}

/**
 * Starts the site; undefined when it has no package to run.
 * @throws StartRefused, Superseded
 */
export async function launch(platform: Platform, call: LaunchCall): Promise<Launched | undefined> {
  const { site, log } = call;
  const settings = settingsOf(site, platform.cloud());
  const url = settings["WEBSITE_RUN_FROM_PACKAGE"];
  if (url === undefined) return undefined;
  refuseOtherRuntime(site);
  const entryPoint = await platform.front.entryPoint(callerOf(site));
  const reader = identityByName(site, settings["WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID"]);
  const claims = identityClaims(platform.tenant, reader, "https://storage.azure.com");
  const token = await platform.tenant.tokens.issue(claims, TOKEN_SECONDS);
  const folder = await unpack(await fetchPackage(url, entryPoint.fetch, token));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => discard(folder));
  const command = nodeArguments(saidAt(site.properties, "siteConfig.appCommandLine"));
  const home = await mkdtemp(join(tmpdir(), "rehearsal-home-"));
  undo.defer(() => rm(home, { recursive: true, force: true }));
  const header = platform.identities.admit((clientId) => {
    const now = platform.cloud().find(site.id);
    return now === undefined ? undefined : identityByClient(now, clientId);
  });
  undo.defer(() => platform.identities.dismiss(header));
  const report = join(home, ".report");
  const preload = await entryPoint.environment(
    { reachable: [platform.identities.address], movesListeners: true, report },
    settings["NODE_OPTIONS"],
  );
  const running = startProcess({
    arguments: command,
    folder,
    report,
    log,
    environment: environmentOf({
      site,
      settings,
      home,
      identity:
        site.properties["identity"] === undefined
          ? undefined
          : { endpoint: platform.identities.endpoint, header },
      preload,
    }),
  });
  undo.defer(() => running.stop());
  const asked = Number(settings["PORT"] ?? settings["WEBSITES_PORT"] ?? PORT);
  const port = await untilWarm(running, settings, { asked, ...platform, ...call });
  const launched = undo.move();
  return { port, ended: running.ended, stop: () => launched.disposeAsync() };
}
