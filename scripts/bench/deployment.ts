/**
 * The sandbox in this process and the bundled connector in a process of its own, as with `npm start`, but on free ports and
 * with a temporary store.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { compose } from "../../app/compose.ts";
import { readSettings } from "../../app/config/readSettings.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import { NODE_ARGUMENTS } from "../../app/domain/nodeArguments.ts";
import { jsonLog } from "../../app/log.ts";
import type { Parts } from "../../app/parts.ts";
import { PROVISIONED, startSandbox, ANY_PORTS, type Sandbox } from "../../app/sandbox/sandbox.ts";
import { withRevision } from "../../infra/revision.ts";
import { settings } from "../../infra/settings.ts";
import { launchOf, launchScenario, patientLink } from "../../test/harness/clinician.ts";
import { chartsFor, stackFor, trust } from "../../test/harness/stack.ts";
import { Person } from "../../test/harness/person.ts";
import type { Package } from "../build.ts";

export interface BenchConnector {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from spawn to the first answer of /healthz. */
  readonly upAfterMs: number;
  stop(): Promise<void>;
}

export interface OpenedVisit {
  readonly patientLink: string;
  readonly page: string;
  /** The Cookie header of the clinician's browser. */
  readonly cookie: string;
}

export interface BenchDeployment {
  /** The store of the connectors that are started here, one after another. */
  readonly storeFile: string;
  readonly sandbox: Sandbox;
  startConnector(): Promise<BenchConnector>;
  /** What the connector's process is started with: a yardstick that uses its parts needs the same. */
  readonly environment: Readonly<Record<string, string>>;
  /** A clinician opens a visit from the chart. */
  openVisit(connector: string): Promise<OpenedVisit>;
  /** The address to which the chart's tile sends a clinician: the connector's first step. */
  launchUrl(): Promise<string>;
  /** The parts of the connector on the same store, in this process: with them a bench makes what it needs many of. */
  parts(): Promise<Parts>;
  stop(): Promise<void>;
}

export async function startBenchDeployment(bundle: Package): Promise<BenchDeployment> {
  const folder = await mkdtemp(join(tmpdir(), "connector-bench-"));
  const storeFile = join(folder, "connector.sqlite");
  const port = await freePort();
  const url = "http://127.0.0.1:" + String(port);
  const now = () => new Date();
  const sandbox = await startSandbox({
    tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
    signInRedirectUrl: url + PATHS.signInCallback,
    charts: chartsFor(url),
    vault: { keys: [{ name: "fhir-client", kind: "RSA" }] },
    ports: ANY_PORTS,
    now,
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
    store: { sqliteFile: storeFile, stackFile: "stacks/Pulumi.local.yaml" },
  });
  const environment = {
    ...withRevision(placed),
    PORT: String(port),
    IDENTITY_ENDPOINT: microsoft.identity.endpoint,
    IDENTITY_HEADER: microsoft.identity.header,
    NODE_EXTRA_CA_CERTS: authority,
    NODE_ENV: "production",
  };
  return {
    storeFile,
    sandbox,
    environment,
    startConnector: () => startProcess(bundle, url, environment),
    async openVisit(connector) {
      const person = new Person();
      const page = await launchScenario({ url: connector, sandbox }, person, "startsSoon");
      const cookies = person.cookies().filter(({ path }) => page.url.pathname.startsWith(path));
      const cookie = cookies.map(({ name, value }) => name + "=" + value).join("; ");
      return { patientLink: patientLink(page), page: page.url.href, cookie };
    },
    async launchUrl() {
      return sandbox.oracle.launchUrl(await launchOf({ url, sandbox }, "startsSoon"));
    },
    async parts() {
      Object.assign(process.env, {
        IDENTITY_ENDPOINT: environment.IDENTITY_ENDPOINT,
        IDENTITY_HEADER: environment.IDENTITY_HEADER,
      });
      const log = jsonLog(() => undefined, now);
      return compose(readSettings(environment), log, now, (milliseconds) => passed(milliseconds));
    },
    async stop() {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(
  bundle: Package,
  url: string,
  env: Record<string, string>,
): Promise<BenchConnector> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, bundle.file], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await answers(url + "/healthz");
  const upAfterMs = performance.now() - begun;
  await answers(url + "/readyz");
  return {
    url,
    pid: child.pid ?? 0,
    upAfterMs,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

const PATIENCE_MS = 30_000;

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(url + " did not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
