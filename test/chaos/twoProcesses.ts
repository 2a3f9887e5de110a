/**
 * Two connectors on one store behind one address, as two instances of a site, each of which may be killed at any moment.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PATHS } from "../../app/domain/addresses.ts";
import { ANY_PORTS, PROVISIONED, startSandbox, type Sandbox } from "../../app/sandbox/sandbox.ts";
import { withRevision } from "../../infra/revision.ts";
import { settings } from "../../infra/settings.ts";
import { build } from "../../scripts/build.ts";
import { chartsFor, stackFor, trust } from "../harness/stack.ts";

/** The status that the common address answers when a connector was killed while it was asked. */
export const KILLED = 599;

export interface TwoProcesses {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Lines of both connectors' logs. */
  readonly logged: readonly string[];
  /** Kills connector 0 or 1 and starts it again. */
  kill(which: number): void;
  /** Resolves once both connectors answer that they are ready. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTwoProcesses(): Promise<TwoProcesses> {
  const folder = await mkdtemp(join(tmpdir(), "two-processes-"));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const bundle = await build({ root, out: join(folder, "connector") });
  const logged: string[] = [];
  const instances: Instance[] = [];
  const front = createServer((request, response) => void pass(instances, request, response));
  const url = "http://127.0.0.1:" + String(await listening(front));
  const sandbox = await startSandbox({
    tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
    signInRedirectUrl: url + PATHS.signInCallback,
    charts: chartsFor(url),
    vault: { keys: [{ name: "fhir-client", kind: "RSA" }] },
    ports: ANY_PORTS,
    now: () => new Date(),
  });
  trust(sandbox.authority);
  const authority = join(folder, "authority.pem");
  await writeFile(authority, sandbox.authority);
  const { microsoft } = sandbox;
  const placed = settings<string>(stackFor(sandbox.oracle.backChannel), {
    publicUrl: url,
    clientId: PROVISIONED.clientId,
    authority: microsoft.backChannel,
    graph: microsoft.backChannel,
    identityClientId: PROVISIONED.identityClientId,
    vaultUrl: microsoft.backChannel,
    wrappingKey: PROVISIONED.wrappingKey,
    packageDigest: bundle.digest,
    store: { sqliteFile: join(folder, "connector.sqlite"), stackFile: "stacks/Pulumi.local.yaml" },
  });
  const environment = {
    ...withRevision(placed),
    IDENTITY_ENDPOINT: microsoft.identity.endpoint,
    IDENTITY_HEADER: microsoft.identity.header,
    NODE_EXTRA_CA_CERTS: authority,
    NODE_ENV: "production",
  };
  for (let index = 0; index < 2; index++)
    instances.push(new Instance(bundle.file, await freePort(), environment, logged));
  const both = <T>(act: (instance: Instance) => Promise<T>) => Promise.all(instances.map(act));
  return {
    url,
    sandbox,
    logged,
    kill: (which) => instances[which % instances.length]?.kill(),
    async calm() {
      await both((instance) => instance.untilReady());
    },
    async stop() {
      await both((instance) => instance.stop());
      front.closeAllConnections();
      front.close();
      await sandbox.stop();
      await rm(folder, { recursive: true });
    },
  };
}

class Instance {
  readonly #start: () => ChildProcess;
  readonly port: number;
  isReady = false;
  #child: ChildProcess;
  #isStopped = false;

  constructor(file: string, port: number, environment: Record<string, string>, logged: string[]) {
    this.port = port;
    this.#start = () => {
      const env = { ...environment, PORT: String(port) };
      const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
      createInterface({ input: child.stdout }).on("line", (line) => {
        logged.push(line);
        if (line.includes('"event":"connector.ready"')) this.isReady = true;
      });
      child.once("exit", () => {
        this.isReady = false;
        if (!this.#isStopped) this.#child = this.#start();
      });
      return child;
    };
    this.#child = this.#start();
  }

  kill(): void {
    this.isReady = false;
    this.#child.kill("SIGKILL");
  }

  async untilReady(): Promise<void> {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${String(this.port)}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

let turn = 0;

/**
 * Passes a request to the connectors that are ready, in turn. Like a load balancer, it does not repeat a request that a
 * killed connector had begun.
 */
async function pass(
  instances: readonly Instance[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  while (!instances.some(({ isReady }) => isReady)) await new Promise((resolve) => setTimeout(resolve, 20));
  const ready = instances.filter(({ isReady }) => isReady);
  const chosen = ready[turn++ % ready.length];
  const { method, url, headers } = request;
  const lost = () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(KILLED).end();
  };
  const passed = ask({ host: "127.0.0.1", port: chosen?.port, method, path: url, headers, agent: false });
  passed.once("error", lost);
  passed.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? KILLED, answer.headers);
    answer.once("error", lost);
    answer.pipe(response);
  });
  request.pipe(passed);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  return port;
}
