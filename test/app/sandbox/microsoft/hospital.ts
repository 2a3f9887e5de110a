import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { afterAll } from "vitest";
import { makeCertificates } from "../../../../app/sandbox/certificate.ts";
import type { MicrosoftOptions } from "../../../../app/sandbox/microsoft/options.ts";
import type { Hosting } from "../../../../app/sandbox/standIn.ts";
import { startMicrosoft, type MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";

export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
export const CLIENT = "c0ffee00-0000-4000-8000-0000000000c1";
export const IDENTITY = {
  clientId: "c0ffee00-0000-4000-8000-0000000000d1",
  principalId: "c0ffee00-0000-4000-8000-0000000000d2",
};
export const REDIRECT = "http://127.0.0.1:3000/signin/callback";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface Clock {
  now: Date;
}

const certificates = await makeCertificates(new Date());
// This process trusts the sandbox's authority, as the connector does by NODE_EXTRA_CA_CERTS.
tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificates.authority]);

interface HospitalOptions {
  readonly dataFolder?: string;
  readonly clock?: Clock;
  readonly ports?: Hosting["ports"];
}

/** Starts the stand-in. Unless it is given a folder, it uses the keys of this file's first stand-in, as after a restart. */
export async function hospital(
  change: Partial<MicrosoftOptions> = {},
  options: HospitalOptions = {},
): Promise<MicrosoftStandIn> {
  if (options.dataFolder !== undefined) return started(change, options);
  const dataFolder = await mkdtemp(join(tmpdir(), "microsoft-"));
  await cp(await (withKeys ??= makeKeys()), dataFolder, { recursive: true });
  const microsoft = await started(change, { ...options, dataFolder });
  return {
    ...microsoft,
    stop: async () => {
      await microsoft.stop();
      await rm(dataFolder, { recursive: true });
    },
  };
}

let withKeys: Promise<string> | undefined;
afterAll(async () => {
  if (withKeys !== undefined) await rm(await withKeys, { recursive: true });
});

/** Makes a folder with keys once, because making RSA keys takes most of a stand-in's start. */
async function makeKeys(): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), "microsoft-keys-"));
  const first = await started({}, { dataFolder });
  await first.stop();
  return dataFolder;
}

function started(change: Partial<MicrosoftOptions>, options: HospitalOptions): Promise<MicrosoftStandIn> {
  return startMicrosoft(
    {
      ports: options.ports ?? { pages: 0, backChannel: 0 },
      tls: certificates.localhost,
      now: () => options.clock?.now ?? new Date(),
      ...(options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder }),
    },
    {
      tenantId: TENANT,
      registration: {
        clientId: CLIENT,
        redirectUris: [REDIRECT],
        grantedRoles: ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"],
      },
      identity: IDENTITY,
      vault: {
        name: "lamna",
        keys: [
          { name: "wrapping", kind: "RSA" },
          { name: "fhir", kind: "RSA" },
          { name: "fhir-ec", kind: "EC" },
        ],
        secrets: { "chart-secret": "s3cret" },
      },
      accessPolicy: { organizers: "everyone" },
      ...change,
    },
  );
}

/** A token of the managed identity, as a site gets it from App Service. */
export async function identityToken(microsoft: MicrosoftStandIn, resource: string): Promise<string> {
  const url = new URL(microsoft.identity.endpoint);
  url.search = new URLSearchParams({
    "api-version": "2019-08-01",
    resource,
    client_id: IDENTITY.clientId,
  }).toString();
  const response = await fetch(url, { headers: { "x-identity-header": microsoft.identity.header } });
  return field(await response.json(), "access_token");
}

export const EXCHANGE = "api://AzureADTokenExchange";

export async function tokenRequest(
  microsoft: MicrosoftStandIn,
  form: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(`${microsoft.backChannel}/${TENANT}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
}

export async function proof(microsoft: MicrosoftStandIn): Promise<Record<string, string>> {
  return {
    client_id: CLIENT,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await identityToken(microsoft, EXCHANGE),
  };
}

/** The registration's own token for Graph. */
export async function graphToken(microsoft: MicrosoftStandIn): Promise<string> {
  const response = await tokenRequest(microsoft, {
    ...(await proof(microsoft)),
    grant_type: "client_credentials",
    scope: microsoft.backChannel + "/.default",
  });
  return field(await response.json(), "access_token");
}

/** Calls Graph as the registration. */
export async function graph(
  microsoft: MicrosoftStandIn,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const authorization = "Bearer " + (await graphToken(microsoft));
  return fetch(microsoft.backChannel + "/v1.0" + path, {
    method,
    headers: { authorization, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A string member of a JSON answer, by its path. */
export function field(json: unknown, ...path: readonly string[]): string {
  let at = json;
  for (const name of path) at = typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined;
  if (typeof at !== "string") throw new Error(`no ${path.join(".")} in ${JSON.stringify(json)}`);
  return at;
}
