/**
 * A chart system of a few lines, FHIR server and sign-in in one, that does whatever a test wants: every answer can be
 * replaced. Left alone it is a good server with one patient who has one video visit now.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface Received {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claims = Readonly<Record<string, unknown>>;

export interface SmallServer {
  readonly origin: string;
  readonly fhirBaseUrl: string;
  readonly issuer: string;
  /** All requests, oldest first. */
  readonly received: Received[];
  /** The key in its published key set. */
  readonly key: Awaited<ReturnType<typeof generateKeyPair>>;
  /** The answer of each path (without query). A test sets its own here. */
  readonly answers: Map<string, (request: Received) => Reply | Promise<Reply>>;
  /** Makes an id_token of claims, by default with an honest signature; undefined for none at all. */
  idToken: (claims: Claims) => Promise<string> | undefined;
  /** Restores all answers, with a visit at this moment from now on. */
  reset(start?: Date): void;
  stop(): Promise<void>;
}

/** Marks in the server's answers that must not occur in pages, in addresses or in the log. */
export const MARKS = {
  accessToken: "mark-access-token-1f0c7d",
  refreshToken: "mark-refresh-token-93ab2e",
  code: "mark-code-5d20aa",
  patient: "mark-patient-77e1",
  patientName: "Markworthy, Jo",
  practitioner: "mark-practitioner-40c9",
} as const;
export const LOCATION = "mark-location-1";

export const json = (body: object, status = 200): Reply => ({ status, body: JSON.stringify(body) });

export async function startSmallServer(now: () => Date = () => new Date()): Promise<SmallServer> {
  const key = await generateKeyPair("RS256", { extractable: true });
  const published = { ...(await exportJWK(key.publicKey)), kid: "small-1", alg: "RS256", use: "sig" };
  const received: Received[] = [];
  const answers: SmallServer["answers"] = new Map();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, headers, body }) => {
      const date = now().toUTCString();
      response.writeHead(status, { "content-type": "application/json", date, ...headers }).end(body);
    });
  });
  const origin = await new Promise<string>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      resolve("http://localhost:" + String(address.port));
    });
  });
  const fhirBaseUrl = origin + "/fhir";
  const issuer = origin + "/tenants/one";
  let opened = now();

  async function answer(request: IncomingMessage): Promise<Reply> {
    const asked = await read(request);
    received.push(asked);
    const path = asked.path.replace(/\?.*$/, "");
    const found = answers.get(path);
    return found === undefined ? json({ resourceType: "OperationOutcome", issue: [] }, 404) : found(asked);
  }

  const honest = (claims: Claims) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "RS256", kid: published.kid, typ: "JWT" })
      .sign(key.privateKey);

  let nonce = "";
  let clientId = "";
  const small: SmallServer = {
    origin,
    issuer,
    fhirBaseUrl,
    received,
    key,
    answers,
    idToken: honest,
    reset(start = opened) {
      opened = start;
      small.idToken = honest;
      answers.clear();
      for (const [path, body] of Object.entries(chart(small, start))) answers.set(path, () => json(body));
      answers.set("/jwks", () => json({ keys: [published] }));
      answers.set("/authorize", ({ path }) => {
        const asked = new URL(path, origin).searchParams;
        nonce = asked.get("nonce") ?? "";
        clientId = asked.get("client_id") ?? "";
        return back(asked, { code: MARKS.code });
      });
      answers.set("/token", async () => {
        const seconds = Math.floor(now().getTime() / 1000);
        const id_token = await small.idToken({
          iss: issuer,
          sub: "somebody",
          aud: clientId,
          iat: seconds,
          exp: seconds + 300,
          nonce,
          fhirUser: fhirBaseUrl + "/Practitioner/" + MARKS.practitioner,
        });
        return json({
          access_token: MARKS.accessToken,
          refresh_token: MARKS.refreshToken,
          token_type: "Bearer",
          expires_in: 570,
          id_token,
          patient: MARKS.patient,
          encounter: "e-1",
        });
      });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  small.reset();
  return small;
}

/** Redirects the browser to where the request says, with this answer. */
export function back(asked: URLSearchParams, answer: Readonly<Record<string, string>>): Reply {
  const to = new URL(asked.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries({ ...answer, state: asked.get("state") ?? "" }))
    to.searchParams.set(name, value);
  return { status: 302, headers: { location: to.href }, body: "" };
}

/** The server's CapabilityStatement. */
export function metadata(fhirBaseUrl: string) {
  const appointment = { type: "Appointment", interaction: [{ code: "read" }, { code: "search-type" }] };
  return {
    resourceType: "CapabilityStatement",
    fhirVersion: "4.0.1",
    implementation: { url: fhirBaseUrl },
    rest: [{ mode: "server", resource: [appointment] }],
  };
}

function chart({ fhirBaseUrl, origin, issuer }: SmallServer, start: Date): Readonly<Record<string, object>> {
  const appointment = appointmentAt(start);
  return {
    "/fhir/metadata": metadata(fhirBaseUrl),
    "/fhir/.well-known/smart-configuration": {
      issuer,
      authorization_endpoint: origin + "/authorize",
      token_endpoint: origin + "/token",
      jwks_uri: origin + "/jwks",
    },
    "/fhir/Encounter/e-1": { resourceType: "Encounter", appointment: [{ reference: "Appointment/a-1" }] },
    "/fhir/Appointment/a-1": appointment,
    "/fhir/Appointment": { resourceType: "Bundle", entry: [{ resource: appointment }] },
    ["/fhir/Patient/" + MARKS.patient]: {
      resourceType: "Patient",
      id: MARKS.patient,
      name: [{ text: MARKS.patientName }],
    },
    ["/fhir/Location/" + LOCATION]: { resourceType: "Location" },
  };
}

function appointmentAt(start: Date): object {
  return {
    resourceType: "Appointment",
    id: "a-1",
    status: "booked",
    start: start.toISOString(),
    minutesDuration: 30,
    serviceType: [{ text: "Video Visit" }],
    participant: ["Patient/" + MARKS.patient, "Location/" + LOCATION].map((reference) => ({
      actor: { reference },
    })),
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    authorization: request.headers.authorization,
    headers: request.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}
