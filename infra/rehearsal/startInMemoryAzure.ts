/**
 * Azure, Entra and Microsoft's data planes in memory, working together: sites start their packages, stores enforce roles and
 * firewalls, Event Grid does handshakes. All of them answer at their real host names through one front.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxPerson } from "../../app/sandbox/microsoft/people.ts";
import { startAppService, type AppService } from "./front/appService/appService.ts";
import { frontDoor } from "./front/appService/frontDoor.ts";
import { stoppedBy } from "./planes/access/traffic.ts";
import { blobPlane, type BlobPlaneOptions } from "./planes/blob/plane.ts";
import type { Cloud, Hook, HookEvent, Hooks } from "./azure/controlPlane/model.ts";
import { cosmosPlane, type CosmosPlane } from "./planes/cosmos/plane.ts";
import { SOMEBODY, type Caller } from "./front/hosts/caller.ts";
import { startFront, type Front } from "./front/hosts/front.ts";
import { queuePlane, type QueuePlane } from "./planes/queue/plane.ts";
import { startProviders, type RunningProviders, type StartOptions } from "./startProviders.ts";
import { communication, type Communication } from "./planes/vendors/communication.ts";
import { deployerEnvironment } from "./planes/vendors/deployer.ts";
import { HOSTS, openEntra, type Entra } from "./planes/vendors/entra.ts";
import { eventGrid, type EventGrid } from "./planes/vendors/eventGrid.ts";
import { openVaults, type Vaults } from "./planes/vendors/vaults.ts";

export interface AzureOptions extends Omit<StartOptions, "hooks"> {
  /** Where the engine and its plugins call from. Left out: the address that the sample stacks list. */
  readonly deployFrom?: Caller;
  /** The people in the directory. Left out: the sandbox's cast. */
  readonly cast?: readonly SandboxPerson[];
  readonly organizers?: "everyone" | readonly string[];
  /** The most seconds that a site's start may take. */
  readonly startSeconds?: number;
  /** For tests: what the blob service does beside what a rehearsal needs of it. */
  readonly aroundBlobs?: BlobPlaneOptions["around"];
  /** Further hooks, which are called for what happens in the cloud. */
  readonly hooks?: Hooks;
}

export interface Azure extends Omit<RunningProviders, "stop"> {
  /** Variables for the engine's processes: the front, its authority, and the deployer's sign-in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly front: Front;
  /** Where the engine and its plugins call from. */
  readonly deployFrom: Caller;
  readonly appService: AppService;
  readonly entra: Entra;
  readonly vaults: Vaults;
  readonly communication: Communication;
  readonly eventGrid: EventGrid;
  readonly cosmos: CosmosPlane;
  readonly queues: Pick<QueuePlane, "goAhead">;
  /** Stops every process, closes every port and removes every folder. */
  stop(): Promise<void>;
}

/** How many milliseconds a second lasts on this Azure's clock, so that waits of minutes take seconds. */
const SECOND_MS = "20";

/** The address in `deployFrom` of the sample stacks; it is nobody's (RFC 5737). */
const SAMPLE: Caller = { address: "203.0.113.10" };

export async function startInMemoryAzure(options: AzureOptions): Promise<Azure> {
  const { now, tenantId } = options;
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-azure-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const opened: { cloud?: Cloud } = {};
  const cloud = (): Cloud => {
    if (opened.cloud === undefined) throw new Error("The cloud is not open yet.");
    return opened.cloud;
  };
  const front = await startFront({
    now,
    isLetOut: (caller, host) => stoppedBy(cloud(), caller, host) === undefined,
  });
  undo.defer(() => front.stop());
  const { cast: people, organizers } = options;
  const entra = await openEntra({
    cloud,
    tenantId,
    now,
    // Graph calls from many addresses, for which there is no service tag.
    fetch: async (url, request) => (await front.entryPoint(SOMEBODY)).fetch(url, request),
    ...(people && { people }),
    ...(organizers && { organizers }),
  });
  const { tenant, tokens } = entra;
  const parts = { cloud, front, tenant, tokens };
  const vaults = openVaults(parts);
  const { aroundBlobs: around } = options;
  const blobs = blobPlane({ ...parts, ...(around && { around }) });
  const cosmos = cosmosPlane(parts);
  const queues = queuePlane(parts);
  const events = eventGrid(parts);
  const numbers = communication(parts);
  const { startSeconds } = options;
  const appService = await startAppService({
    ...parts,
    ...(startSeconds !== undefined && { startSeconds }),
  });
  undo.defer(() => appService.stop());

  const hooks = together([
    blobs.hooks,
    queues.hooks,
    cosmos.hooks,
    events.hooks,
    appService.hooks,
    options.hooks ?? {},
  ]);
  const running = await startProviders({ ...options, hooks });
  undo.defer(() => running.stop());
  opened.cloud = running.cloud;

  for (const host of Object.values(HOSTS)) {
    const app = entra.application(host);
    if (app !== undefined) front.route(host, (request, response) => void app(request, response));
  }
  front.resolve(frontDoor(cloud, appService.resolve));
  for (const { resolve } of [appService, vaults, blobs, queues, cosmos, numbers]) front.resolve(resolve);

  const { deployFrom = SAMPLE } = options;
  const entryPoint = await front.entryPoint(deployFrom);
  const environment = {
    ...(await entryPoint.environment({ reachable: "all" })),
    ...(await deployerEnvironment(tenant, cloud(), folder)),
    EHR_AZURE_SECOND_MS: SECOND_MS,
  };
  const started = undo.move();
  return {
    ...running,
    environment,
    front,
    deployFrom,
    appService,
    entra,
    vaults,
    communication: numbers,
    eventGrid: events,
    cosmos,
    queues,
    stop: () => started.disposeAsync(),
  };
}

/** Calls the hooks one after the other; the first that throws refuses the operation. */
function together(all: readonly Hooks[]): Hooks {
  const tokens = new Set(all.flatMap((hooks) => Object.keys(hooks)));
  const inTurn = (token: string): Hook => {
    const wanted = all.flatMap((hooks) => hooks[token] ?? []);
    return async (event: HookEvent, cloud: Cloud) => {
      for (const hook of wanted) await hook(event, cloud);
    };
  };
  return Object.fromEntries([...tokens].map((token) => [token, inTurn(token)]));
}
