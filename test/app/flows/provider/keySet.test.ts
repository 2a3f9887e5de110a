import type { JSONWebKeySet } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StackSettingsInput } from "../../../../infra/stack.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
});
afterAll(() => deployment.stop());

/** Adds system clients: one uses its connection's key; the other has its own, because its connection uses a secret. */
function withSystemClients(stack: StackSettingsInput): StackSettingsInput {
  const [lamna, lamnaTest] = stack.connections ?? [];
  if (lamna === undefined || lamnaTest === undefined) throw new Error("the hospital has two connections");
  const system = (key: string, algorithm: "RS384" | "ES384") => ({
    clientId: "system",
    authentication: { method: "private_key_jwt", key, algorithm } as const,
  });
  return {
    ...stack,
    connections: [
      { ...lamna, system: system("fhir-client", "RS384") },
      { ...lamnaTest, system: system("fhir-client-ec", "ES384") },
    ],
  };
}

test("Oracle reads the keys of clinicians' and of system clients in one set, each once", async () => {
  const answer = await fetch(deployment.url + "/.well-known/jwks.json");
  const { keys } = (await answer.json()) as JSONWebKeySet;
  expect(keys.map(({ kty, alg }) => [kty, alg])).toEqual([
    ["RSA", "RS384"],
    ["EC", "ES384"],
    // These keys are the deployment's own, for connections that are made in the portal.
    ["RSA", "RS384"],
  ]);
});

test("while the vault does not answer, the set that it gave last is served, and the log says why", async () => {
  await deployment.sandbox.microsoft.stop();
  deployment.clock.forward(600_000);
  const answer = await fetch(deployment.url + "/.well-known/jwks.json");
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(((await answer.json()) as JSONWebKeySet).keys).toHaveLength(3);
  expect(deployment.logged.join("")).toContain("The vault could not be asked for the key fhir-client");
});
