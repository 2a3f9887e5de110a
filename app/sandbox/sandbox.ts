/**
 * The hospital in a box: all vendors' stand-ins, started together, with the connector registered at each of them as a
 * hospital would register it. The sandbox knows the connector by these registrations only; its starter gives the addresses.
 */
import { randomBytes } from "node:crypto";
import type { ContactPoint } from "@medplum/fhirtypes";
import { allOver } from "./allOver.ts";
import { certificates, makeCertificates, type Certificates } from "./certificate.ts";
import type { CommunicationOptions, SandboxPhone } from "./communication/options.ts";
import { startCommunication, type CommunicationStandIn } from "./communication/start.ts";
import { startMicrosoft, type MicrosoftStandIn } from "./microsoft/start.ts";
import type { OracleOptions, RegisteredClient } from "./oracle/options.ts";
import { startOracle, type OracleStandIn } from "./oracle/start.ts";
import type { Hosting } from "./standIn.ts";

export interface SandboxOptions {
  readonly tenantId: string;
  /** The redirect URI of the connector's registration in Entra, to which Microsoft's sign-in returns. */
  readonly signInRedirectUrl: string;
  /** The connector's registrations at Oracle Health, one for each persona of a connection. */
  readonly charts: readonly ChartRegistration[];
  readonly vault: {
    readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  };
  /** Where Event Grid delivers what becomes of texts and mails. Left out: there is no subscription. */
  readonly webhook?: string;
  readonly ports: SandboxPorts;
  readonly dataFolder?: string;
  readonly now: () => Date;
}

/** One registration: for a connection's launches, or for what the connector reads and writes by itself. */
export type ChartRegistration = {
  /** The tenant, as in the FHIR base URL's path. */
  readonly tenant: string;
  readonly environment: "test" | "production";
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** For a client that signs: the address of its keys. For a client with a secret: the secret's name in the vault. */
  readonly authentication: { readonly jwksUrl: string } | { readonly secretName: string };
} & (
  | {
      readonly persona: "provider";
      /** The address to which the sign-in may return. */
      readonly redirectUrl: string;
      /** The address to which PowerChart's tile sends the browser. */
      readonly launchUrl: string;
    }
  | { readonly persona: "system" }
);

export interface SandboxPorts {
  readonly oracle: Hosting["ports"];
  readonly microsoft: Hosting["ports"];
  readonly communication: Hosting["ports"];
}

export const ANY_PORTS: SandboxPorts = {
  oracle: { pages: 0, backChannel: 0 },
  microsoft: { pages: 0, backChannel: 0 },
  communication: { pages: 0, backChannel: 0 },
};

/** The ids that a deployment would have been given. */
export const PROVISIONED = {
  clientId: "c0ffee00-0000-4000-8000-0000000000c1",
  identityClientId: "c0ffee00-0000-4000-8000-0000000000d1",
  identityPrincipalId: "c0ffee00-0000-4000-8000-0000000000d2",
  wrappingKey: "connector-wrapping",
  /** The key that signs for connections that administrators create. */
  connectionsKey: "fhir-portal",
  /** The key that decrypts what Graph encrypts. */
  notificationsKey: "graph-notifications",
  /** The key that signs evidence of what was tested. */
  evidenceKey: "evidence",
  /** A verified toll-free number. */
  number: "+18335550100",
  /** An address of the hospital's own domain, from which patients are sent mails automatically too. */
  mailSender: "DoNotReply@mail.lamna.example",
} as const;

/** Applications of the hospital that call the connector: one that operates deployments, and one without a role. */
export const PROGRAMS = {
  operator: {
    clientId: "c0ffee00-0000-4000-8000-0000000000f1",
    servicePrincipalId: "c0ffee00-0000-4000-8000-0000000000f2",
    roles: ["Connector.Operator"],
  },
  reportReader: {
    clientId: "c0ffee00-0000-4000-8000-0000000000f5",
    servicePrincipalId: "c0ffee00-0000-4000-8000-0000000000f6",
    roles: ["Connector.ReportReader"],
  },
  nobodySpecial: {
    clientId: "c0ffee00-0000-4000-8000-0000000000f3",
    servicePrincipalId: "c0ffee00-0000-4000-8000-0000000000f4",
    roles: [],
  },
} as const;

/** The permissions that the connector may ask of the tenant's administrator, and no others. */
const GRANTED = [
  "OnlineMeetings.ReadWrite.All",
  "OnlineMeetingArtifact.Read.All",
  "User.ReadBasic.All",
  "CallRecords.Read.All",
];

export interface Sandbox {
  readonly oracle: OracleStandIn;
  readonly microsoft: MicrosoftStandIn;
  readonly communication: CommunicationStandIn;
  /** The certificate in PEM that the connector must trust. */
  readonly authority: string;
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const issued = await issue(options);
  const secrets = clientSecrets(options.charts);
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await allOver(started.map((part) => part.stop()));
  };
  try {
    const microsoft = await startMicrosoft(hostingFor(options, issued, "microsoft"), {
      tenantId: options.tenantId,
      registration: {
        clientId: PROVISIONED.clientId,
        redirectUris: [options.signInRedirectUrl],
        grantedRoles: GRANTED,
      },
      programs: Object.values(PROGRAMS),
      identity: { clientId: PROVISIONED.identityClientId, principalId: PROVISIONED.identityPrincipalId },
      vault: {
        name: "sandbox",
        keys: [
          { name: PROVISIONED.wrappingKey, kind: "RSA" },
          { name: PROVISIONED.connectionsKey, kind: "RSA" },
          { name: PROVISIONED.notificationsKey, kind: "RSA" },
          { name: PROVISIONED.evidenceKey, kind: "EC" },
          ...options.vault.keys,
        ],
        secrets,
      },
      accessPolicy: { organizers: "everyone" },
    });
    started.push(microsoft);
    const oracle = await startOracle(hostingFor(options, issued, "oracle"), {
      tenants: tenantsOf(options.charts),
      clients: options.charts.map((chart) => registration(chart, secrets)),
    });
    started.push(oracle);
    const communication = await startCommunication(
      hostingFor(options, issued, "communication"),
      resource(options, microsoft, oracle),
    );
    started.push(communication);
    return { oracle, microsoft, communication, authority: issued.authority, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The domains that Oracle runs for the hospital, whether or not the connector is registered there yet. */
const DOMAINS = [
  { id: "8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11", environment: "production" },
  { id: "Lq7vTn2WcY4kZs9RbE1xHd6MgUj3PaFo", environment: "test" },
] as const satisfies OracleOptions["tenants"];

function tenantsOf(charts: readonly ChartRegistration[]): OracleOptions["tenants"] {
  const named = new Map(
    charts.map(({ tenant, environment }) => [tenant, { id: tenant, environment }] as const),
  );
  const others = DOMAINS.filter(({ id }) => !named.has(id));
  const [first = DOMAINS[0], ...more] = [...named.values(), ...others];
  return [first, ...more];
}

/** The client secrets. They are new at every start, and the vault and the chart system get the same ones. */
function clientSecrets(charts: readonly ChartRegistration[]): Record<string, string> {
  const names = charts.flatMap(({ authentication: way }) => ("secretName" in way ? [way.secretName] : []));
  return Object.fromEntries(names.map((name) => [name, randomBytes(24).toString("base64url")]));
}

function registration(chart: ChartRegistration, secrets: Readonly<Record<string, string>>): RegisteredClient {
  const way = chart.authentication;
  return {
    clientId: chart.clientId,
    tenants: [chart.tenant],
    persona: chart.persona,
    ...(chart.persona === "provider"
      ? { redirectUris: [chart.redirectUrl], launchUrl: chart.launchUrl }
      : { redirectUris: [] }),
    authentication: "jwksUrl" in way ? way : { secret: issuedSecret(secrets, way.secretName) },
    scopes: chart.scopes,
  };
}

function issuedSecret(secrets: Readonly<Record<string, string>>, name: string): string {
  const secret = secrets[name];
  if (secret === undefined) throw new Error(`No secret ${name} was issued`);
  return secret;
}

async function issue(options: SandboxOptions): Promise<Certificates> {
  return options.dataFolder === undefined
    ? makeCertificates(options.now())
    : certificates(options.dataFolder, options.now());
}

/** The hospital's own Communication Services resource, which the connector's identity may use. */
function resource(
  { charts, webhook }: SandboxOptions,
  microsoft: MicrosoftStandIn,
  oracle: OracleStandIn,
): CommunicationOptions {
  return {
    entra: { issuer: microsoft.issuer, keys: () => Promise.resolve(microsoft.keys()) },
    owners: [PROVISIONED.identityPrincipalId],
    numbers: [PROVISIONED.number],
    mailSenders: [PROVISIONED.mailSender],
    people: () => phonesOf(oracle, tenantsOf(charts)),
    ...(webhook !== undefined && {
      events: { url: webhook, token: () => microsoft.eventGridToken(), retrySeconds: [1, 5, 10, 30, 60] },
    }),
  };
}

/**
 * Phones of the patients who have a number or a mail address. The same number and patient id may be different people in two
 * domains.
 */
async function phonesOf(
  oracle: OracleStandIn,
  tenants: OracleOptions["tenants"],
): Promise<readonly SandboxPhone[]> {
  const phones: SandboxPhone[] = [];
  for (const { id: tenant, environment } of tenants)
    for (const { id, name, telecom = [] } of await oracle.clinic(tenant).patients()) {
      const number = telecom.flatMap(numberOf)[0];
      const mail = telecom.find(({ system }) => system === "email")?.value;
      if (number !== undefined || mail !== undefined)
        phones.push({
          id: [tenant, id].join("-"),
          name: name?.[0]?.text ?? "Somebody",
          chart: environment,
          number,
          mail,
        });
    }
  return phones;
}

function numberOf({ system, use, value = "" }: ContactPoint): readonly string[] {
  const digits = value.replace(/\D/g, "").replace(/^1(?=\d{10}$)/, "");
  return system === "phone" && use === "mobile" && digits.length === 10 ? ["+1" + digits] : [];
}

function hostingFor(options: SandboxOptions, issued: Certificates, name: keyof SandboxPorts): Hosting {
  return {
    ports: options.ports[name],
    tls: issued.localhost,
    ...(options.dataFolder !== undefined && { dataFolder: [options.dataFolder, name].join("/") }),
    now: options.now,
  };
}
