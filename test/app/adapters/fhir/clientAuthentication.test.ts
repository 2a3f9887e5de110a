/** How the connector proves itself at a token endpoint. */
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";
import { proof, type Secrets } from "../../../../app/adapters/fhir/clientAuthentication.ts";

const NOW = new Date("2027-01-12T15:00:00.900Z");
const TOKENS = "https://login.ehr.example/token";

function secrets() {
  const asked: unknown[] = [];
  const held: Secrets = {
    vault: {
      sign: (key, algorithm, dataFor) => {
        asked.push([key, algorithm, Buffer.from(dataFor("k-1")).toString()]);
        return Promise.resolve({ kid: "k-1", value: Uint8Array.of(251, 255) });
      },
      secret: (name) => Promise.resolve("kept: " + name),
      publicKeys: () => Promise.reject(new Error("nobody asks")),
      wrap: () => Promise.reject(new Error("nobody asks")),
      unwrap: () => Promise.reject(new Error("nobody asks")),
    },
    keyring: { open: (context, sealed) => "opened: " + context + sealed },
  };
  return { held, asked };
}

test.each(["RS384", "ES384"] as const)(
  "by a signature of its key (%s), good for two minutes",
  async (algorithm) => {
    const { held, asked } = secrets();
    const client = {
      clientId: "c-1",
      authentication: { method: "private_key_jwt", key: "k", algorithm },
    } as const;
    const first = await proof(held, client, TOKENS, NOW);
    expect(first.headers).toEqual({});
    expect(first.parameters["client_assertion_type"]).toBe(
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    );
    const { client_assertion: assertion = "" } = first.parameters;
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: algorithm, kid: "k-1", typ: "JWT" });
    const claims = decodeJwt(assertion);
    const issued = Math.floor(NOW.getTime() / 1000);
    expect(claims).toEqual({
      iss: "c-1",
      sub: "c-1",
      aud: TOKENS,
      iat: issued,
      exp: issued + 120,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    // The assertion that is sent is the one that was signed.
    expect(asked).toEqual([["k", algorithm, assertion.split(".").slice(0, 2).join(".")]]);
    expect(assertion.split(".")[2]).toBe("-_8");
    const second = await proof(held, client, TOKENS, NOW);
    expect(decodeJwt(second.parameters["client_assertion"] ?? "").jti).not.toBe(claims.jti);
  },
);

test("by a secret of the vault, both parts encoded before they are joined", async () => {
  const { held } = secrets();
  const client = { clientId: "c:1", authentication: { method: "client_secret_basic", secret: "s" } } as const;
  expect(await proof(held, client, TOKENS, NOW)).toEqual({
    headers: { authorization: "Basic " + Buffer.from("c%3A1:kept%3A+s").toString("base64") },
    parameters: {},
  });
});

test("by a secret that is sealed with its connection", async () => {
  const { held } = secrets();
  const client = {
    clientId: "c-1",
    authentication: { method: "client_secret_basic", sealed: "s", context: "x" },
  } as const;
  expect((await proof(held, client, TOKENS, NOW)).headers).toEqual({
    authorization: "Basic " + Buffer.from("c-1:opened%3A+xs").toString("base64"),
  });
});
