import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { startForeignServer, type ForeignServer } from "./foreignServer.ts";

type Authentication =
  | { readonly method: "private_key_jwt"; readonly key: string; readonly algorithm?: "RS384" | "ES384" }
  | { readonly method: "client_secret_basic"; readonly secret: string };

/** Only the stack differs from the sandbox's: base URLs, client ids, names of keys and secrets. */
const CONNECTIONS: Record<"signed" | "elliptic" | "secret" | "forgotten", Authentication> = {
  signed: { method: "private_key_jwt", key: "fhir-client" },
  elliptic: { method: "private_key_jwt", key: "fhir-client-ec", algorithm: "ES384" },
  secret: { method: "client_secret_basic", secret: "elsewhere" },
  forgotten: { method: "client_secret_basic", secret: "never-put-there" },
};
type Name = keyof typeof CONNECTIONS;
const NAMES: readonly Name[] = ["signed", "elliptic", "secret", "forgotten"];
const SECRET = "a-secret with & and = and + in it";

const servers = new Map<Name, ForeignServer>();
let deployment: Deployment;

beforeAll(async () => {
  for (const name of NAMES) servers.set(name, await startForeignServer());
  const connection = (id: Name) => ({
    id,
    name: "Another SMART server",
    fhirBaseUrl: at(id).fhirBaseUrl,
    environment: "production" as const,
    provider: { clientId: "connector-" + id, authentication: CONNECTIONS[id] },
  });
  deployment = await startDeployment({
    stack: ({ departments: _atTheSandbox, ...stack }) => ({
      ...stack,
      connections: NAMES.map(connection),
    }),
  });
  const { url, sandbox } = deployment;
  for (const name of NAMES) {
    const authentication = CONNECTIONS[name];
    at(name).register({
      clientId: "connector-" + name,
      redirectUri: url + "/launch/callback/" + name,
      ...(authentication.method === "client_secret_basic"
        ? { secret: SECRET }
        : { jwksUri: url + "/.well-known/jwks.json", algorithm: authentication.algorithm ?? "RS384" }),
    });
  }
  await sandbox.microsoft.vault.setSecret("elsewhere", SECRET);
});
afterAll(async () => {
  await deployment.stop();
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

function at(name: Name): ForeignServer {
  const server = servers.get(name);
  if (server === undefined) throw new Error("no server " + name);
  return server;
}

function launch(name: Name) {
  const query = new URLSearchParams({ iss: at(name).fhirBaseUrl, launch: "xyz" });
  return new Person().open(deployment.url + "/launch/provider?" + query.toString());
}

describe("another SMART server in place of the sandbox's", () => {
  test("launches as far as its chart goes, with a signed assertion", async () => {
    const page = await launch("signed");
    expect([page.status, page.html.includes("No video visit today")], page.html).toEqual([404, true]);
    expect(at("signed").asked.some((path) => path.startsWith("/fhir/R4/Appointment?patient=p-1"))).toBe(true);
  });

  test("launches as far as its chart goes, with an assertion signed by ES384", async () => {
    const page = await launch("elliptic");
    expect([page.status, page.html.includes("No video visit today")], page.html).toEqual([404, true]);
  });

  test("launches as far as its chart goes, with a secret from the vault", async () => {
    const page = await launch("secret");
    expect([page.status, page.html.includes("No video visit today")], page.html).toEqual([404, true]);
  });

  test("whose secret is not in the vault gets a page of its own, and the log says which secret", async () => {
    const page = await launch("forgotten");
    expect(page.status).toBe(503);
    expect(deployment.logged.join("")).toContain("never-put-there");
  });
});
