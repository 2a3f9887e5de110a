/**
 * `npm start`, on the Node that the project ships: the sandbox, and the connector as a process of its own, configured as a
 * deployment is: stack file -> infra/stack.ts -> infra/settings.ts -> settings, with the sandbox's addresses where a
 * deployment has provisioned ones. `npm start -- empty` starts another hospital, with its own data; `npm start -- year`
 * starts the same hospital with a year of invented visits in its reports.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../app/adapters/sqlite/store.ts";
import { PATHS } from "../app/domain/addresses.ts";
import { jsonLog } from "../app/log.ts";
import { vaultNames } from "../app/domain/vaultNames.ts";
import { startPage, type StartPage } from "../app/sandbox/start/startPage.tsx";
import { PROVISIONED, startSandbox, type Sandbox } from "../app/sandbox/sandbox.ts";
import { defaultPeople } from "../app/sandbox/microsoft/people.ts";
import { SandboxFault } from "../app/sandbox/sandboxFault.ts";
import { withRevision } from "../infra/revision.ts";
import { settings } from "../infra/settings.ts";
import type { StackSettings } from "../infra/stack.ts";
import { build } from "./build.ts";
import { startConnector, type ConnectorProcess } from "./local/connector.ts";
import { setAsideOldStore } from "./local/oldStore.ts";
import { chartsAtSandbox, portsFrom, withPorts, type LocalPorts } from "./local/sandboxStack.ts";
import { localHospitalOf, type LocalHospital } from "./local/localHospital.ts";
import { ExplainedError, readStackFile } from "./local/stackFile.ts";
import { allocateFor, fillYear, type YearOf } from "./local/year.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const hospital = hospitalOrExit();
const data = join(root, hospital.data);
const storeFile = join(data, "connector.sqlite");
const say = (line: string) => void process.stdout.write(line + "\n");

interface Running {
  readonly sandbox: Sandbox;
  readonly connector: ConnectorProcess;
  readonly page: StartPage;
}

async function start(): Promise<Running> {
  const ports = portsFrom(process.env["PORT"]);
  const stack = await localStack(ports);
  const bundle = await build();
  await mkdir(join(data, "sandbox"), { recursive: true, mode: 0o700 });
  const setAside = await setAsideOldStore(storeFile, hospital.data, new Date());
  if (setAside !== undefined) say(setAside);
  if (hospital.hasYear) await inventYear(stack);
  const sandbox = await startSandbox({
    tenantId: stack.microsoft.tenantId,
    signInRedirectUrl: ports.connectorUrl + PATHS.signInCallback,
    charts: chartsAtSandbox(stack, ports),
    vault: { keys: vaultNames(stack.connections).keys },
    webhook: ports.connectorUrl + PATHS.events,
    ports: ports.sandbox,
    dataFolder: join(data, "sandbox"),
    now: () => new Date(),
  });
  try {
    const connector = await startConnector({
      bundle: bundle.file,
      url: ports.connectorUrl,
      environment: await connectorEnvironment(stack, ports, sandbox, bundle.digest),
      logFile: join(data, "connector.log"),
    });
    try {
      // The connector makes its keys in a store without settings only, so this one is set when it is up.
      if (hospital.hasYear) await allocate(stack);
      const page = await startPage({
        port: ports.startPage,
        patientLinks: ports.connectorUrl + PATHS.link + "/",
        portal: ports.connectorUrl + PATHS.portal,
        connectorPages: ["/healthz", "/readyz", PATHS.keySet].map((path) => ports.connectorUrl + path),
        sandbox,
        stack: hospital.stackFile,
        isEmpty: stack.connections === undefined,
      });
      return { sandbox, connector, page };
    } catch (error) {
      await connector.stop();
      throw error;
    }
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function yearsOf({ connections = [], departments = [], microsoft }: StackSettings): readonly YearOf[] {
  const staff = defaultPeople(microsoft.tenantId).filter(
    ({ kind, roles, wids }) => kind === "member" && roles.length + wids.length === 0,
  );
  const isReal = (id: string) => connections.some((one) => one.id === id && one.environment === "production");
  return departments
    .filter(({ connection }) => isReal(connection))
    .map(({ id, connection }, index) => ({
      id,
      connection,
      staff: staff.slice(index, index + 3).map(({ oid }) => oid),
    }));
}

/** Fills the store once: a year that exists already stays, and later visits are added to it. */
async function inventYear(stack: StackSettings): Promise<void> {
  const now = new Date();
  const store = openSqliteStore({ file: storeFile, now: () => now });
  try {
    if ((await store.changes("usage", 1)).items.length > 0) return;
    const count = await fillYear(store, yearsOf(stack), now);
    say(`Invented a year of ${String(count)} visits for the reports of the portal.`);
  } finally {
    await store.close();
  }
}

/** Sets an allocation for the year's visits, once. */
async function allocate(stack: StackSettings): Promise<void> {
  const now = () => new Date();
  const store = openSqliteStore({ file: storeFile, now });
  try {
    await allocateFor(store, yearsOf(stack), { now: now(), log: jsonLog(() => undefined, now) });
  } finally {
    await store.close();
  }
}

async function localStack(ports: LocalPorts): Promise<StackSettings> {
  const { stackFile } = hospital;
  const stack = await readStackFile(join(root, stackFile), stackFile);
  if (stack.environment !== "local")
    throw new ExplainedError(
      stackFile + ": environment: npm start runs local stacks only; pulumi up deploys the others.",
    );
  // The year's visits have the quality of their calls, which is off unless a stack wants it.
  const features = hospital.hasYear ? { ...stack.features, callQuality: true } : stack.features;
  return withPorts({ ...stack, features }, ports);
}

/** The whole environment of the connector's process: its settings, and what App Service itself would add. */
async function connectorEnvironment(
  stack: StackSettings,
  ports: LocalPorts,
  sandbox: Sandbox,
  packageDigest: string,
): Promise<Record<string, string>> {
  const { microsoft, communication } = sandbox;
  const values = settings<string>(stack, {
    publicUrl: ports.connectorUrl,
    clientId: PROVISIONED.clientId,
    authority: microsoft.backChannel,
    graph: microsoft.backChannel,
    identityClientId: PROVISIONED.identityClientId,
    vaultUrl: microsoft.backChannel,
    wrappingKey: PROVISIONED.wrappingKey,
    packageDigest,
    messaging: {
      communicationEndpoint: communication.backChannel,
      mailSender: PROVISIONED.mailSender,
      // Where the stack file says so, the hospital has no number until it is generated in the portal.
      ...(stack.numbers !== "portal" && { number: PROVISIONED.number }),
    },
    store: { sqliteFile: storeFile, stackFile: hospital.stackFile },
  });
  return {
    ...withRevision(values),
    PORT: String(ports.connector),
    IDENTITY_ENDPOINT: microsoft.identity.endpoint,
    IDENTITY_HEADER: microsoft.identity.header,
    NODE_EXTRA_CA_CERTS: await trustFile(sandbox),
    NODE_ENV: "production",
    PATH: process.env["PATH"] ?? "",
  };
}

/** The connector keeps trusting whatever this machine trusts in addition to Node's own list. */
async function trustFile(sandbox: Sandbox): Promise<string> {
  const already = process.env["NODE_EXTRA_CA_CERTS"];
  const more = already === undefined ? "" : await readFile(already, "utf8").catch(() => "");
  const file = join(data, "sandbox", "trusted.pem");
  await writeFile(file, [more, sandbox.authority].join("\n"));
  return file;
}

async function stop({ connector, sandbox, page }: Running): Promise<void> {
  await page.stop();
  await connector.stop();
  await sandbox.stop();
}

function hospitalOrExit(): LocalHospital {
  try {
    return localHospitalOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write((error instanceof ExplainedError ? error.message : describe(error)) + "\n");
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  say("Starting the connector and its sandbox …");
  const running = await start();
  say("ready " + running.page.url);
  const words = await Promise.race([signalled, running.connector.ended]);
  await stop(running);
  if (words !== undefined)
    throw new ExplainedError(
      `The connector ended by itself; ${hospital.data}/connector.log has its last words.\n${words}`,
    );
  say(`Stopped. What you did is kept in ${hospital.data}; ${hospital.command} goes on from there.`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write((isForPeople(error) ? wordsOf(error) : describe(error)) + "\n");
  process.exit(1);
}

/** Errors of the file system have messages that a person understands. */
function isForPeople(error: unknown): error is Error {
  return (
    error instanceof ExplainedError ||
    error instanceof SandboxFault ||
    (error instanceof Error && "code" in error && typeof error.code === "string")
  );
}

/** The error of a write to a full disk does not name the file. */
function wordsOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (!["ENOSPC", "EDQUOT"].includes(code)) return error.message;
  const where = "path" in error && typeof error.path === "string" ? error.path : data;
  return `${where} cannot be written (${code}): its disk is full. Free some space, and start again.`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
