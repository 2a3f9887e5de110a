/**
 * A whole deployment in this process: the sandbox's stand-ins and the connector over real HTTP, on free ports, configured
 * as everywhere by stack settings -> settings. Only the clock is ours.
 */
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import tls from "node:tls";
import { compose, type Composed } from "../../app/compose.ts";
import { readSettings } from "../../app/config.ts";
import { scopesToAsk } from "../../app/domain/scopes.ts";
import { jsonLog } from "../../app/log.ts";
import { ANY_PORTS, PROVISIONED, startSandbox, type Sandbox } from "../../app/sandbox/sandbox.ts";
import { buildServer } from "../../app/server.ts";
import { settings } from "../../infra/settings.ts";
import { parseStack, type StackSettings, type StackSettingsInput } from "../../infra/stack.ts";

export interface Deployment {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Everything the connector has logged. */
  readonly logged: string[];
  readonly clock: Clock;
  stop(): Promise<void>;
}

export interface Clock {
  readonly now: () => Date;
  forward(milliseconds: number): void;
}

export interface DeploymentOptions {
  /** Changes the stack before anything starts; `charts` is the origin of the sandbox's chart system. */
  readonly stack?: (stack: StackSettingsInput, charts: string) => StackSettingsInput;
  readonly sqliteFile?: string;
}

/** The real time, which a test may move on; vendors and connector share it. */
export function movableClock(): Clock {
  let ahead = 0;
  return { now: () => new Date(Date.now() + ahead), forward: (milliseconds) => void (ahead += milliseconds) };
}

export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const clock = movableClock();
  const server = createServer();
  const url = await listening(server);
  const sandbox = await startSandbox({
    connector: url,
    tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
    charts: SANDBOX_CHARTS,
    vault: { keys: [{ name: "fhir-client", kind: "RSA" }] },
    ports: ANY_PORTS,
    now: clock.now,
  });
  trust(sandbox.authority);
  const { endpoint, header } = sandbox.microsoft.identity;
  Object.assign(process.env, { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header });

  const stack = stackFor(sandbox, options);
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), clock.now);
  const configured = readSettings({ ...environment(stack, url, sandbox, options), PORT: "1" });
  const { app, open } = buildServer({
    publicUrl: url,
    packageDigest: configured.packageDigest,
    publicFolder: fileURLToPath(new URL("../../app/public", import.meta.url)),
    behindFrontEnd: false,
    log,
  });
  server.on("request", app);
  const flows: Composed = await compose(configured, log, clock.now);
  open(flows);
  return {
    url,
    sandbox,
    logged,
    clock,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await flows.close();
      await sandbox.stop();
    },
  };
}

export const TENANT = "8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11";
export const TEST_TENANT = "Lq7vTn2WcY4kZs9RbE1xHd6MgUj3PaFo";

const scopes = scopesToAsk({});

const SANDBOX_CHARTS = [
  {
    connectionId: "lamna",
    tenant: TENANT,
    environment: "production",
    clientId: "connector-provider",
    scopes,
  },
  {
    connectionId: "lamna-test",
    tenant: TEST_TENANT,
    environment: "test",
    clientId: "connector-provider-test",
    scopes,
    secretName: "lamna-test-provider",
  },
] as const;

function stackFor(sandbox: Sandbox, options: DeploymentOptions): StackSettings {
  const charts = sandbox.oracle.backChannel;
  const department = { phone: "(202) 555-0142", timeZone: "America/Chicago", lobby: "staff" } as const;
  const usual: StackSettingsInput = {
    tenant: "lamna",
    environment: "local",
    geography: "americas",
    microsoft: { tenantId: "aaaaaaaa-0000-4000-8000-000000000001" },
    organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    connections: [
      {
        id: "lamna",
        name: "Lamna Healthcare",
        fhirBaseUrl: charts + "/r4/" + TENANT,
        environment: "production",
        provider: {
          clientId: "connector-provider",
          authentication: { method: "private_key_jwt", key: "fhir-client" },
        },
      },
      {
        id: "lamna-test",
        name: "Lamna Healthcare (test)",
        fhirBaseUrl: charts + "/r4/" + TEST_TENANT,
        environment: "test",
        provider: {
          clientId: "connector-provider-test",
          authentication: { method: "client_secret_basic", secret: "lamna-test-provider" },
        },
      },
    ],
    departments: [
      {
        ...department,
        id: "cardiology",
        name: "Lamna Cardiology",
        connection: "lamna",
        locations: ["21000102"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
      },
      {
        ...department,
        id: "family-medicine",
        name: "Lamna Family Medicine",
        connection: "lamna",
        locations: ["21000101"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a002",
      },
      {
        ...department,
        id: "cardiology-test",
        name: "Lamna Cardiology (test)",
        connection: "lamna-test",
        locations: ["21000102"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
      },
    ],
  };
  const verdict = parseStack(options.stack?.(usual, charts) ?? usual);
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  return verdict.stack;
}

function environment(stack: StackSettings, url: string, sandbox: Sandbox, options: DeploymentOptions) {
  const { microsoft } = sandbox;
  return settings<string>(stack, {
    publicUrl: url,
    clientId: PROVISIONED.clientId,
    authority: microsoft.backChannel,
    graph: microsoft.backChannel,
    identityClientId: PROVISIONED.identityClientId,
    vaultUrl: microsoft.backChannel,
    wrappingKey: PROVISIONED.wrappingKey,
    packageDigest: "0".repeat(64),
    store: { sqliteFile: options.sqliteFile ?? ":memory:" },
  });
}

/** This process trusts the sandbox's authority from now on, as `NODE_EXTRA_CA_CERTS` makes a deployed one do. */
function trust(authority: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
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
