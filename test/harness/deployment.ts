/**
 * A whole deployment in this process: the sandbox's stand-ins and the connector, over real HTTP on free ports. As
 * everywhere, its settings are made from a stack's. Only the clock is the test's.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { compose } from "../../app/compose.ts";
import type { Wait } from "../../app/domain/retry.ts";
import { readSettings } from "../../app/config/readSettings.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import type { Handlers, UndoneOf } from "../../app/domain/job.ts";
import { jsonLog } from "../../app/log.ts";
import type { Parts } from "../../app/parts.ts";
import {
  ANY_PORTS,
  PROVISIONED,
  startSandbox,
  type ChartRegistration,
  type Sandbox,
} from "../../app/sandbox/sandbox.ts";
import { buildServer } from "../../app/server.ts";
import { beginWork } from "../../app/worker.ts";
import { PACE } from "../../app/worker/pace.ts";
import { withRevision } from "../../infra/revision.ts";
import { settings } from "../../infra/settings.ts";
import type { StackSettings } from "../../infra/stack.ts";
import { refuseSecrets } from "./secrets.ts";
import { chartsFor, stackFor, trust, type StackChange } from "./stack.ts";

export interface Deployment {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Everything the connector has logged. */
  readonly logged: string[];
  readonly clock: Clock;
  /** What the connector in this process is made of. */
  readonly parts: Parts;
  /** How the connector in this process does each kind of job. */
  readonly handlers: Handlers;
  readonly undone: UndoneOf;
  /** Begins to do background work in this process, as the connector's worker does. @returns a function that ends it */
  work(): () => Promise<void>;
  /** Starts another connector with the same settings on the same store, which must be a file. @returns its origin */
  beside(): Promise<string>;
  /** Probes every connection, as happens each hour. */
  probeAll(): Promise<void>;
  /** Ends the connector and leaves the stand-ins running. @returns its settings, for a connector that replaces it */
  standDown(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

export interface Clock {
  readonly now: () => Date;
  forward(milliseconds: number): void;
  /** Waits without taking time: it moves the clock on. */
  readonly wait: Wait;
  /** How long each wait was, in milliseconds. */
  readonly waited: number[];
}

export interface DeploymentOptions {
  /** Changes the stack before anything starts; `charts` is the origin of the sandbox's chart system. */
  readonly stack?: StackChange;
  readonly sqliteFile?: string;
  /** Origin of the storage account with the packages. */
  readonly blobEndpoint?: string;
  /** What is registered at Oracle before anything starts; left out, the usual two connections. */
  readonly charts?: readonly ChartRegistration[];
}

/** The real time, which tests and waits may move on. The stand-ins and the connector share it. */
export function movableClock(): Clock {
  let ahead = 0;
  const waited: number[] = [];
  const forward = (milliseconds: number) => void (ahead += milliseconds);
  return {
    now: () => new Date(Date.now() + ahead),
    forward,
    wait: (milliseconds) => {
      waited.push(milliseconds);
      forward(milliseconds);
      return Promise.resolve();
    },
    waited,
  };
}

export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const clock = movableClock();
  const server = createServer();
  const url = await listening(server);
  const sandbox = await startSandbox({
    tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
    signInRedirectUrl: url + PATHS.signInCallback,
    charts: options.charts ?? chartsFor(url),
    vault: {
      keys: [
        { name: "fhir-client", kind: "RSA" },
        { name: "fhir-client-ec", kind: "EC" },
      ],
    },
    webhook: url + PATHS.events,
    ports: ANY_PORTS,
    now: clock.now,
  });
  trust(sandbox.authority);
  const { endpoint, header } = sandbox.microsoft.identity;
  Object.assign(process.env, { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header });

  const stack = stackFor(sandbox.oracle.backChannel, options.stack);
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), clock.now);
  const startedWith = { ...environment(stack, url, sandbox, options), PORT: new URL(url).port };
  const configured = readSettings(startedWith);
  const stopping = new AbortController();
  const serverOptions = {
    publicUrl: url,
    packageDigest: configured.packageDigest,
    revision: configured.revision,
    publicFolder: fileURLToPath(new URL("../../app/public", import.meta.url)),
    behindFrontEnd: false,
    log,
    stopping: stopping.signal,
  };
  const { app, open } = buildServer(serverOptions);
  server.on("request", app);
  const parts = await compose(configured, log, clock.now, clock.wait);
  const opened = open(parts);
  let runs = true;
  const endWork: (() => Promise<void>)[] = [];
  const standDown = async () => {
    if (runs) {
      runs = false;
      stopping.abort();
      await Promise.all(endWork.map((end) => end()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([parts.store.close(), parts.queue.close()]);
    }
    return startedWith;
  };
  return {
    url,
    sandbox,
    logged,
    clock,
    parts,
    handlers: opened.handlers,
    undone: opened.undone,
    work() {
      const end = beginWork({
        ...parts,
        handlers: opened.handlers,
        undone: opened.undone,
        rounds: opened.ticks.filter(({ concerns }) => concerns === "everybody"),
        takesWork: true,
        standing: parts.workStanding,
        chance: Math.random,
        holder: randomUUID,
        pace: { ...PACE, idleSeconds: 0.02, ticksEverySeconds: 0.1 },
      });
      endWork.push(end);
      return end;
    },
    async beside() {
      const other = createServer();
      const address = await listening(other);
      const built = buildServer(serverOptions);
      other.on("request", built.app);
      const theirs = await compose(configured, log, clock.now, clock.wait);
      built.open(theirs);
      endWork.push(async () => {
        other.closeAllConnections();
        await new Promise((resolve) => other.close(resolve));
        await Promise.all([theirs.store.close(), theirs.queue.close()]);
      });
      return address;
    },
    probeAll: () => parts.standings.probeAll(),
    standDown,
    async stop() {
      await standDown();
      await sandbox.stop();
      refuseSecrets(logged.join(""), "the log");
    },
  };
}

function environment(stack: StackSettings, url: string, sandbox: Sandbox, options: DeploymentOptions) {
  const { microsoft, communication } = sandbox;
  const placed = settings<string>(stack, {
    publicUrl: url,
    clientId: PROVISIONED.clientId,
    authority: microsoft.backChannel,
    graph: microsoft.backChannel,
    identityClientId: PROVISIONED.identityClientId,
    vaultUrl: microsoft.backChannel,
    wrappingKey: PROVISIONED.wrappingKey,
    packageDigest: "0".repeat(64),
    ...(options.blobEndpoint !== undefined && { blobEndpoint: options.blobEndpoint }),
    messaging: {
      communicationEndpoint: communication.backChannel,
      mailSender: PROVISIONED.mailSender,
      ...(stack.numbers !== "portal" && { number: PROVISIONED.number }),
    },
    store: { sqliteFile: options.sqliteFile ?? ":memory:", stackFile: "stacks/Pulumi.local.yaml" },
  });
  return withRevision(placed);
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      resolve("http://127.0.0.1:" + String(address.port));
    });
  });
}
