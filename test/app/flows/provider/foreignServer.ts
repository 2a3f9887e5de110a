/**
 * A SMART server that shares no code with the sandbox: the sign-in is the library oidc-provider, and the FHIR R4 server has
 * a few lines and no appointments. What works with it works because of the standards.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { scopesToAsk } from "../../../../app/domain/scopes.ts";
import Provider, { type Configuration } from "oidc-provider";

export interface ForeignServer {
  readonly fhirBaseUrl: string;
  readonly origin: string;
  /** The paths of all requests, with their queries. */
  readonly asked: string[];
  /** Makes this the only client that the server knows. */
  register(client: ForeignClient): void;
  stop(): Promise<void>;
}

export interface ForeignClient {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly jwksUri?: string;
  /** The algorithm of its assertions; left out, RS384. */
  readonly algorithm?: "RS384" | "ES384";
  readonly secret?: string;
}

export async function startForeignServer(): Promise<ForeignServer> {
  const asked: string[] = [];
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const origin = "http://localhost:" + String(port);
  const fhirBaseUrl = origin + "/fhir/R4";
  let provider: Provider | undefined;
  server.on("request", (request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    if (!path.startsWith("/fhir/R4/")) {
      void signIn(provider, request, response);
      return;
    }
    const [status, body] = fhir(path.slice("/fhir/R4".length), fhirBaseUrl, origin);
    response.writeHead(status, { "content-type": "application/fhir+json" }).end(JSON.stringify(body));
  });
  return {
    fhirBaseUrl,
    origin,
    asked,
    register: (client) => {
      provider = providerFor(client, origin, fhirBaseUrl);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Signs everybody in as Dr. One without a page, because pages are not tested here. */
async function signIn(
  provider: Provider | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.startsWith("/come-in/") === true)
    await provider?.interactionFinished(request, response, { login: { accountId: "dr-1" } });
  else await provider?.callback()(request, response);
}

function providerFor(client: ForeignClient, origin: string, fhirBaseUrl: string): Provider {
  const provider = new Provider(origin, configuration(client, fhirBaseUrl));
  provider.use(async (context, next) => {
    await next();
    // SMART's launch context travels beside the tokens, which OpenID knows nothing of.
    if (context.path === "/token" && context.status === 200)
      Object.assign(context.body as object, { patient: "p-1" });
  });
  return provider;
}

function configuration(client: ForeignClient, fhirBaseUrl: string): Configuration {
  return {
    clients: [
      {
        client_id: client.clientId,
        redirect_uris: [client.redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        ...(client.jwksUri === undefined
          ? { client_secret: client.secret ?? "", token_endpoint_auth_method: "client_secret_basic" as const }
          : {
              jwks_uri: client.jwksUri,
              token_endpoint_auth_method: "private_key_jwt" as const,
              token_endpoint_auth_signing_alg: client.algorithm ?? "RS384",
            }),
      },
    ],
    enabledJWA: { clientAuthSigningAlgValues: ["RS384", "ES384"] },
    scopes: [...scopesToAsk({})],
    claims: { openid: ["sub"], fhirUser: ["fhirUser"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    // Its own guard refuses loopback, where everything is here.
    fetch: (url, options) =>
      fetch(url, options?.signal instanceof AbortSignal ? { signal: options.signal } : {}),
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, fhirUser: fhirBaseUrl + "/Practitioner/dr-1" }),
    }),
    interactions: { url: (_context, interaction) => "/come-in/" + interaction.uid },
    async loadExistingGrant(context) {
      const { provider } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: "dr-1" });
      grant.addOIDCScope(scopesToAsk({}).join(" "));
      await grant.save();
      return grant;
    },
    cookies: { keys: ["for-a-test-only"] },
  };
}

function fhir(path: string, base: string, origin: string): readonly [number, object] {
  if (path === "/metadata")
    return [
      200,
      {
        resourceType: "CapabilityStatement",
        fhirVersion: "4.0.1",
        implementation: { url: base },
        rest: [
          {
            mode: "server",
            resource: [{ type: "Appointment", interaction: [{ code: "read" }, { code: "search-type" }] }],
          },
        ],
      },
    ];
  if (path === "/.well-known/smart-configuration")
    return [
      200,
      {
        issuer: origin,
        authorization_endpoint: origin + "/auth",
        token_endpoint: origin + "/token",
        jwks_uri: origin + "/jwks",
        capabilities: ["launch-ehr"],
      },
    ];
  if (path.startsWith("/Appointment?")) return [200, { resourceType: "Bundle", type: "searchset" }];
  if (path === "/Patient/p-1")
    return [200, { resourceType: "Patient", id: "p-1", name: [{ text: "Roe, Alex" }] }];
  return [404, { resourceType: "OperationOutcome", issue: [{ severity: "error", code: "not-found" }] }];
}
