import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { createHash, randomUUID } from "node:crypto";
import tls from "node:tls";
import { makeCertificates } from "../../../../app/sandbox/certificate.ts";
import {
  startOracle,
  type Launch,
  type OracleStandIn,
  type RegisteredClient,
} from "../../../../app/sandbox/oracle/start.ts";

export const ORACLE_TENANT = "11111111-2222-4333-8444-555555555555";
export const OTHER_ORACLE_TENANT = "-Zb0c1d2e3f4g5h6i7j8k9l0m1n2o3p4";
export const REDIRECT = "http://127.0.0.1:3000/launch/callback";
export const ROBIN = "31000001";
export const AVERY = "31000002";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const SCOPES =
  "launch openid fhirUser online_access user/Appointment.read user/Appointment.write user/Encounter.read user/Patient.read user/Practitioner.read user/Location.read";
const SYSTEM_SCOPES =
  "system/Appointment.read system/Appointment.write system/Patient.read system/Location.read";

const certificates = await makeCertificates(new Date());
// This process trusts the sandbox's authority, as the connector does by NODE_EXTRA_CA_CERTS.
tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificates.authority]);

export const rsa = await generateKeyPair("RS384");
export const ec = await generateKeyPair("ES384");
export const stranger = await generateKeyPair("RS384");

const signs = { jwksUrl: "https://connector.example/.well-known/jwks.json" };
export const CLIENTS: readonly RegisteredClient[] = [
  {
    clientId: "provider",
    persona: "provider",
    redirectUris: [REDIRECT],
    launchUrl: "http://127.0.0.1:3000/launch/provider",
    authentication: signs,
    scopes: SCOPES.split(" "),
  },
  {
    clientId: "provider-with-secret",
    persona: "provider",
    redirectUris: [REDIRECT],
    launchUrl: "http://127.0.0.1:3000/launch/provider",
    authentication: { secret: "s3cret: with colon" },
    scopes: SCOPES.split(" "),
    tenants: [ORACLE_TENANT],
  },
  {
    clientId: "system",
    persona: "system",
    redirectUris: [],
    authentication: signs,
    scopes: SYSTEM_SCOPES.split(" "),
  },
  {
    clientId: "system-with-secret",
    persona: "system",
    redirectUris: [],
    authentication: { secret: "s3cret: with colon" },
    scopes: SYSTEM_SCOPES.split(" "),
  },
];

export interface Clock {
  now: Date;
}

export async function oracleHealth(
  given: { clock?: Clock; dataFolder?: string } = {},
): Promise<OracleStandIn> {
  return startOracle(
    {
      ports: { pages: 0, backChannel: 0 },
      tls: certificates.localhost,
      now: () => given.clock?.now ?? new Date(),
      ...(given.dataFolder === undefined ? {} : { dataFolder: given.dataFolder }),
    },
    {
      tenants: [
        { id: ORACLE_TENANT, environment: "production" },
        { id: OTHER_ORACLE_TENANT, environment: "test" },
      ],
      clients: CLIENTS,
      fetchJwks: async () => ({
        keys: [
          { ...(await exportJWK(rsa.publicKey)), kid: "rsa", alg: "RS384" },
          { ...(await exportJWK(ec.publicKey)), kid: "ec", alg: "ES384" },
        ],
      }),
    },
  );
}

export type Answer = Record<string, unknown>;

/** The steps of an application at the stand-in. Each can be given other values, to see that these are refused. */
export function application(oracle: OracleStandIn, clock?: Clock) {
  const base = oracle.fhirBaseUrl(ORACLE_TENANT);
  const verifier = "v".repeat(64);
  const tokenUrl = `${oracle.backChannel}/tenants/${ORACLE_TENANT}/hosts/localhost/protocols/oauth2/profiles/smart-v1/token`;
  const authorizeUrl = `${oracle.pages}/tenants/${ORACLE_TENANT}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize`;

  const launched = async (change: Partial<Launch> = {}) => {
    const { id } = await oracle.clinic(ORACLE_TENANT).visit("startsSoon");
    return new URL(
      oracle.launchUrl({
        tenant: ORACLE_TENANT,
        clientId: "provider",
        practitionerId: ROBIN,
        patientId: "41000001",
        encounterId: `5${id.slice(1)}`,
        ...change,
      }),
    ).searchParams.get("launch");
  };
  const asked = async (change: Answer = {}): Promise<URLSearchParams> => {
    const all: Answer = {
      response_type: "code",
      client_id: "provider",
      redirect_uri: REDIRECT,
      scope: SCOPES,
      state: "state-1",
      aud: base,
      nonce: "nonce-1",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...("launch" in change ? {} : { launch: await launched() }),
      ...change,
    };
    const sent = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
    return new URLSearchParams(sent.map(([name, value]) => [name, String(value)]));
  };
  /** Signs in without a browser. @returns the address to which a browser would be sent */
  const signIn = async (change: Answer = {}): Promise<URL> => {
    const body = await asked(change);
    if (!body.has("practitioner")) body.set("practitioner", ROBIN);
    const response = await fetch(authorizeUrl, { method: "POST", body, redirect: "manual" });
    return new URL(response.headers.get("location") ?? `status:${String(response.status)}`);
  };
  const assertion = (change: { alg?: string; kid?: string; key?: CryptoKey; claims?: Answer } = {}) => {
    const seconds = Math.floor((clock?.now ?? new Date()).getTime() / 1000);
    const claims = { iss: "provider", sub: "provider", aud: tokenUrl, exp: seconds + 240, jti: randomUUID() };
    return new SignJWT({ ...claims, ...change.claims })
      .setProtectedHeader({ alg: change.alg ?? "RS384", kid: change.kid ?? "rsa", typ: "JWT" })
      .sign(change.key ?? rsa.privateKey);
  };
  const token = async (form: Answer, headers: Record<string, string> = {}) => {
    const sent = Object.entries(form).filter(([, value]) => value !== undefined);
    const body = new URLSearchParams(sent.map(([name, value]) => [name, String(value)]));
    const response = await fetch(tokenUrl, { method: "POST", body, headers });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  const signed = async (change?: Parameters<typeof assertion>[0]) => ({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertion(change),
  });
  const redeem = async (code: string | null, change: Answer = {}) =>
    token({
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT,
      code_verifier: verifier,
      ...(await signed()),
      ...change,
    });
  const redeemed = async (change: Answer = {}): Promise<Answer> => {
    const { status, body } = await redeem((await signIn(change)).searchParams.get("code"));
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  };
  const system = async (scope = SYSTEM_SCOPES) =>
    token({
      grant_type: "client_credentials",
      scope,
      ...(await signed({ claims: { iss: "system", sub: "system" } })),
    });

  return {
    base,
    authorizeUrl,
    tokenUrl,
    asked,
    launched,
    signIn,
    assertion,
    signed,
    token,
    redeem,
    redeemed,
    system,
  };
}

/** Reads and writes a chart with one token. */
export function chartOf(base: string, accessToken: unknown) {
  const headers = { accept: "application/fhir+json", authorization: `Bearer ${String(accessToken)}` };
  const get = async (path: string, more: Record<string, string> = {}) => {
    const response = await fetch(path.startsWith("https:") ? path : `${base}/${path}`, {
      headers: { ...headers, ...more },
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as Answer,
    };
  };
  const patch = async (id: string, operations: unknown, ifMatch: string | undefined) => {
    const response = await fetch(`${base}/Appointment/${id}`, {
      method: "PATCH",
      headers: {
        ...headers,
        "content-type": "application/json-patch+json",
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      },
      body: JSON.stringify(operations),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { get, patch };
}

export type ChartClient = ReturnType<typeof chartOf>;

/** The four operations that write both links. */
export function links(
  op: "add" | "replace",
  change: { provider?: string; patient?: string; end?: string } = {},
) {
  return [
    {
      op,
      path: "/contained/0/telecom/0/value",
      value: change.provider ?? "https://visit.example.org/p/8Lw2r",
    },
    {
      op,
      path: "/contained/1/telecom/0/value",
      value: change.patient ?? "https://visit.example.org/j/Zp3kQ",
    },
    { op, path: "/contained/0/telecom/0/period/start", value: "2026-12-01T15:00:00.000Z" },
    { op, path: "/contained/0/telecom/0/period/end", value: change.end ?? "2026-12-01T15:30:00.000Z" },
  ];
}
