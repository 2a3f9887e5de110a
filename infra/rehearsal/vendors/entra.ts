/** The sandbox's Microsoft at the real host names, with the cloud's own directory behind it. */
import express, { type Express, type Router } from "express";
import { fileURLToPath } from "node:url";
import { accounts } from "../../../app/sandbox/microsoft/entra/accounts.ts";
import { authorize } from "../../../app/sandbox/microsoft/entra/authorize.tsx";
import { codes } from "../../../app/sandbox/microsoft/entra/codes.ts";
import { discovery } from "../../../app/sandbox/microsoft/entra/discovery.ts";
import type { Tenant } from "../../../app/sandbox/microsoft/entra/tenant.ts";
import { token } from "../../../app/sandbox/microsoft/entra/token.ts";
import { openTokens, type Tokens } from "../../../app/sandbox/microsoft/entra/tokens.ts";
import { faults } from "../../../app/sandbox/microsoft/faults.ts";
import { openMeetings } from "../../../app/sandbox/microsoft/graph/meetings.ts";
import { notifier, type NotifierDeps } from "../../../app/sandbox/microsoft/graph/notifier.ts";
import { graphRoutes } from "../../../app/sandbox/microsoft/graph/routes.ts";
import { faultsPage } from "../../../app/sandbox/microsoft/faultsPage.tsx";
import { openSubscriptions } from "../../../app/sandbox/microsoft/graph/subscriptions.ts";
import { defaultPeople, type SandboxPerson } from "../../../app/sandbox/microsoft/people.ts";
import { rooms } from "../../../app/sandbox/microsoft/teams/rooms.ts";
import { teamsRoutes } from "../../../app/sandbox/microsoft/teams/routes.tsx";
import type { Hosting } from "../../../app/sandbox/standIn.ts";
import type { Cloud } from "../controlPlane/model.ts";
import { appRolesOf, identityIn, registrationIn } from "./directory.ts";

export const HOSTS = {
  authority: "login.microsoftonline.com",
  graph: "graph.microsoft.com",
  teams: "teams.microsoft.com",
} as const;

/** Styles and scripts of the pages that people see. */
const PUBLIC = fileURLToPath(new URL("../../../app/sandbox/microsoft/public", import.meta.url));

/** Azure's services for which tokens can be requested. */
const RESOURCES = [
  "https://communication.azure.com",
  "https://cosmos.azure.com",
  "https://management.azure.com",
  "https://storage.azure.com",
  "https://vault.azure.net",
];

export interface EntraOptions {
  readonly cloud: () => Cloud;
  readonly tenantId: string;
  readonly now: () => Date;
  /** How Graph sends its notifications. */
  readonly fetch: NotifierDeps["fetch"];
  /** The people in the directory. Left out: the sandbox's cast. */
  readonly people?: readonly SandboxPerson[];
  /** Object ids of the organizers that the tenant's application access policy covers. */
  readonly organizers?: "everyone" | readonly string[];
}

export interface Entra {
  readonly tenant: Tenant;
  readonly tokens: Tokens;
  /** Finds what answers as one of {@link HOSTS}. */
  readonly application: (host: string) => Express | undefined;
}

export async function openEntra(options: EntraOptions): Promise<Entra> {
  const { cloud, tenantId, now } = options;
  const hosting: Hosting = { ports: { pages: 0, backChannel: 0 }, tls: { key: "", cert: "" }, now };
  const authority = "https://" + HOSTS.authority;
  const tenant: Tenant = {
    options: { tenantId, accessPolicy: { organizers: options.organizers ?? "everyone" } },
    people: options.people ?? defaultPeople(tenantId),
    tokens: await openTokens(hosting),
    faults: faults(),
    resources: RESOURCES,
    now,
    registration: (clientId) => registrationIn(cloud(), clientId),
    rolesHeld: (objectId, clientId) => appRolesOf(cloud(), objectId, clientId),
    identity: (clientId) => identityIn(cloud(), clientId),
    origins: () => ({ pages: authority, backChannel: authority }),
  };
  const atGraph = originally(tenant, {
    pages: "https://" + HOSTS.teams,
    backChannel: "https://" + HOSTS.graph,
  });
  const meetings = await openMeetings(hosting);
  const allRooms = rooms(tenantId, now);
  const subscriptions = openSubscriptions(now);
  const { fetch } = options;
  const telling = notifier({ tenant, rooms: allRooms, subscriptions, fetch });
  const signedIn = accounts(tenant.people);
  const allCodes = codes(now);
  const applications: Readonly<Record<string, Express>> = {
    [HOSTS.authority]: application(
      discovery(tenant),
      authorize(tenant, signedIn, allCodes),
      token(tenant, allCodes),
    ),
    [HOSTS.graph]: application(
      graphRoutes({
        tenant: atGraph,
        meetings,
        subscriptions,
        notifier: telling,
        rooms: allRooms,
        isRunning: (thread) => allRooms.isRunning(thread),
      }),
    ),
    [HOSTS.teams]: application(
      teamsRoutes({ tenant: atGraph, accounts: signedIn, meetings, rooms: allRooms }),
      faultsPage(tenant.faults, { notifier: telling }),
    ),
  };
  return { tenant, tokens: tenant.tokens, application: (host) => applications[host] };
}

const originally = (tenant: Tenant, origins: ReturnType<Tenant["origins"]>): Tenant => ({
  ...tenant,
  origins: () => origins,
});

function application(...routers: readonly Router[]): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.use("/microsoft/public", express.static(PUBLIC, { index: false }));
  for (const router of routers) app.use(router);
  return app;
}
