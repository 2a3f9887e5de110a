/** The sandbox's Microsoft at the real host names, with the cloud's own directory behind it. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { openMicrosoft } from "../../../../app/sandbox/microsoft/application.ts";
import type { Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import type { Tokens } from "../../../../app/sandbox/microsoft/entra/tokens.ts";
import type { NotifierDeps } from "../../../../app/sandbox/microsoft/graph/notifier.ts";
import { defaultPeople, type SandboxPerson } from "../../../../app/sandbox/microsoft/people.ts";
import type { Cloud } from "../../azure/controlPlane/model.ts";
import { appRolesOf } from "../../azure/entra/applications.ts";
import { identityIn, registrationIn } from "./directory.ts";

export const HOSTS = {
  authority: "login.microsoftonline.com",
  graph: "graph.microsoft.com",
  teams: "teams.microsoft.com",
} as const;

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
  const { cloud, tenantId, now, fetch } = options;
  const at = (pages: string, backChannel: string) => () => ({
    pages: "https://" + pages,
    backChannel: "https://" + backChannel,
  });
  const directory = {
    options: { tenantId, accessPolicy: { organizers: options.organizers ?? ("everyone" as const) } },
    people: options.people ?? defaultPeople(tenantId),
    resources: RESOURCES,
    registration: (clientId: string) => registrationIn(cloud(), clientId),
    rolesHeld: (objectId: string, clientId: string) => appRolesOf(cloud(), objectId, clientId),
    identity: (clientId: string) => identityIn(cloud(), clientId),
  };
  const { tenant, files, ...microsoft } = await openMicrosoft({ now }, directory, {
    authority: at(HOSTS.authority, HOSTS.authority),
    graph: at(HOSTS.teams, HOSTS.graph),
    fetch,
  });
  const applications: Readonly<Record<string, Express>> = {
    [HOSTS.authority]: application(files, microsoft.authority),
    [HOSTS.graph]: application(microsoft.graph),
    [HOSTS.teams]: application(files, microsoft.teams),
  };
  return { tenant, tokens: tenant.tokens, application: (host) => applications[host] };
}

/** An application that says no more of itself than the vendors do. */
export function application(...handlers: readonly (RequestHandler | ErrorRequestHandler)[]): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  for (const handler of handlers) app.use(handler);
  return app;
}
