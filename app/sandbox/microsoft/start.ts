/**
 * The Microsoft stand-in: Entra, the managed-identity endpoint, Key Vault, Graph's meetings, and the meeting rooms of Teams.
 */
import type { JWK } from "jose";
import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import { allOver } from "../allOver.ts";
import { listen, type Listening } from "../listen.ts";
import type { Hosting, StandIn } from "../standIn.ts";
import { openMicrosoft, type MicrosoftApplication } from "./application.ts";
import { AZURE_CLI, cliToken, type OtherClaims } from "./entra/apiTokens.ts";
import type { TokenVersion } from "./options.ts";
import { eventGridToken } from "./entra/eventGrid.ts";
import { issuer, NOTHING_OFFERED, type Tenant, type TrustingRegistration } from "./entra/tenant.ts";
import type { FaultMenu } from "./faults.ts";
import type { Meeting } from "./graph/meetings.ts";
import { onLoopback, validationToken, type LifecycleEvent } from "./graph/notifier.ts";
import type { Subscription } from "./graph/subscriptions.ts";
import { identityEndpoint } from "./identity.ts";
import type { MicrosoftOptions, Program } from "./options.ts";
import { backChannelOnly, pagesOnly, refuseForeignForms } from "./origins.ts";
import { APP_ROLES, defaultPeople, type SandboxPerson } from "./people.ts";
import type { PresenceState } from "./teams/rooms.ts";
import { threadOf } from "./teams/routes.tsx";
import type { Standing } from "./teams/rules.ts";
import { USUAL_ROLES, type Vault } from "./vault/access.ts";
import { openVault, type VaultContents } from "./vault/contents.ts";
import { vaultRoutes } from "./vault/routes.ts";

/** The back channel's origin serves as the sign-in authority, the Graph address and the vault's URL. */
export interface MicrosoftStandIn extends StandIn {
  readonly issuer: string;
  readonly people: readonly SandboxPerson[];
  /** The values that App Service would put into IDENTITY_ENDPOINT and IDENTITY_HEADER. */
  readonly identity: { readonly endpoint: string; readonly header: string };
  readonly faults: FaultMenu;
  readonly vault: VaultContents;
  /** Registers one more redirect URI, for applications whose port is known only later. */
  addRedirectUri(uri: string): void;
  /** Signs with a new key from now on; what the previous key signed stays valid. */
  signKeyRotate(): Promise<void>;
  /** The directory's public keys, by which the vendor's other services check tokens. */
  keys(): readonly JWK[];
  /** The token that Event Grid presents when it calls the registration's webhook; `other` claims replace its own. */
  eventGridToken(version?: TokenVersion, other?: OtherClaims): Promise<string>;
  /**
   * The token that the Azure CLI gets for an account signed in to it, one of our people, by object id or sign-in name.
   * @throws AadError
   */
  cliToken(account: string, resource: string, other?: OtherClaims): Promise<string>;
  meetings(): readonly Meeting[];
  /** The people in the meeting of a link, and those who wait. */
  room(joinUrl: string): readonly RoomPerson[];
  /** The token that proves that Graph sent a notification to the registration; `other` claims replace its own. */
  notificationToken(other?: OtherClaims): Promise<string>;
  /** The subscriptions that applications have made. */
  subscriptions(): readonly Subscription[];
  /** Graph says this about each subscription, and does it. */
  tellLifecycle(event: LifecycleEvent): void;
  /** Resolves when all of Graph's notifications have been accepted or given up, without those that are delayed. */
  told(): Promise<void>;
}

export interface RoomPerson {
  readonly name: string;
  readonly state: PresenceState;
  readonly standing: Standing;
}

export async function startMicrosoft(hosting: Hosting, options: MicrosoftOptions): Promise<MicrosoftStandIn> {
  const people = options.people ?? defaultPeople(options.tenantId);
  const origins = later<Listening>();
  const redirectUris = new Set(options.registration.redirectUris);
  const directory = {
    options,
    people,
    resources: [],
    registration: (clientId: string) => {
      const program = options.programs?.find((one) => one.clientId === clientId);
      if (program !== undefined) return programsOf(options, program, issuer(microsoft.tenant));
      return clientId === options.registration.clientId
        ? registered(options, [...redirectUris], issuer(microsoft.tenant))
        : undefined;
    },
    rolesHeld: (objectId: string) =>
      options.programs?.find(({ servicePrincipalId }) => servicePrincipalId === objectId)?.roles ?? [],
    identity: (clientId: string) => (clientId === options.identity.clientId ? options.identity : undefined),
  };
  const microsoft = await openMicrosoft(hosting, directory, {
    authority: origins.get,
    graph: origins.get,
    fetch: onLoopback,
  });
  const { tenant, meetings, rooms, subscriptions, notifier } = microsoft;
  const contents = await openVault(hosting, options.vault);
  const listening = origins.set(
    await listen(application(microsoft, vaultRoutes(vaultOf(options, tenant), contents)), hosting),
  );
  return {
    name: "Microsoft",
    ...listening,
    stop: async () => {
      await listening.stop();
      await allOver([contents.close(), microsoft.close()]);
    },
    issuer: issuer(tenant),
    people,
    identity: { endpoint: listening.pages + "/msi/token", header: tenant.tokens.identityHeader },
    faults: tenant.faults,
    vault: contents,
    addRedirectUri: (uri) => void redirectUris.add(uri),
    signKeyRotate: () => tenant.tokens.rotate(),
    keys: () => tenant.tokens.published(),
    eventGridToken: (version, other) => eventGridToken(tenant, options.registration.clientId, version, other),
    cliToken: async (account, resource, other) => {
      const person = people.find(({ oid, userName }) => account === oid || account === userName);
      if (person === undefined) throw new Error(`The directory has no ${account}`);
      return cliToken(tenant, person, resource, other);
    },
    meetings: () => meetings.all(),
    notificationToken: (other) => validationToken(tenant, options.registration.clientId, other),
    subscriptions: () => subscriptions.all(),
    tellLifecycle: (event) => {
      notifier.tellLifecycle(event);
    },
    told: () => notifier.settled(),
    room: (joinUrl) => {
      const thread = threadOf(decodeURIComponent(new URL(joinUrl).pathname.split("/")[3] ?? ""));
      return rooms.present(thread ?? "").map(({ name, state, standing }) => ({ name, state, standing }));
    },
  };
}

/** The registration of a deployment, which trusts the managed identity's tokens of this very tenant. */
function registered(
  { registration, identity }: MicrosoftOptions,
  redirectUris: readonly string[],
  issuer: string,
): TrustingRegistration {
  return {
    federatedCredentials: [trusting(identity, issuer)],
    idTokenSays: ["acct", "wids"],
    appRoles: APP_ROLES,
    api: {
      identifierUris: ["api://" + registration.clientId],
      preAuthorized: { [AZURE_CLI]: ["access"] },
      accessTokenSays: ["acct", "idtyp"],
      tokenVersion: "2.0",
    },
    ...registration,
    redirectUris,
  };
}

function programsOf(
  { identity }: MicrosoftOptions,
  { clientId, servicePrincipalId }: Program,
  issuer: string,
): TrustingRegistration {
  return {
    ...{ clientId, servicePrincipalId },
    federatedCredentials: [trusting(identity, issuer)],
    ...NOTHING_OFFERED,
  };
}

const trusting = ({ principalId }: MicrosoftOptions["identity"], issuer: string) => ({
  issuer,
  subject: principalId,
  audience: "api://AzureADTokenExchange",
});

function vaultOf({ identity, vault }: MicrosoftOptions, tenant: Tenant): Vault {
  return {
    name: vault.name,
    tenant,
    origin: () => tenant.origins().backChannel,
    rolesOf: (principalId) => (principalId === identity.principalId ? (vault.roles ?? USUAL_ROLES) : []),
  };
}

function application({ tenant, ...microsoft }: MicrosoftApplication, vault: Router): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  const { tenantId } = tenant.options;
  app.use(microsoft.files);
  app.use(["/v1.0", "/beta", "/keys", "/secrets", `/${tenantId}/oauth2/v2.0/token`], backChannelOnly);
  app.use(
    [`/${tenantId}/oauth2/v2.0/authorize`, "/:tenant/v2.0/adminconsent", "/msi", "/l", "/teams", "/faults"],
    pagesOnly,
    refuseForeignForms,
  );
  app.use(microsoft.authority, identityEndpoint(tenant), vault, microsoft.graph, microsoft.teams);
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else
      response
        .status(isBadBody(error) ? 400 : 500)
        .json({ error: { code: "BadRequest", message: String(error) } });
  });
  return app;
}

function isBadBody(error: unknown): boolean {
  return (
    error instanceof Error && "status" in error && typeof error.status === "number" && error.status < 500
  );
}

/** A value that is set once, later than the code that uses it is made. */
function later<T>(): { readonly get: () => T; readonly set: (value: T) => T } {
  let known: { readonly value: T } | undefined;
  return {
    get: () => {
      if (known === undefined) throw new Error("The stand-in does not listen yet.");
      return known.value;
    },
    set: (value) => {
      known = { value };
      return value;
    },
  };
}
