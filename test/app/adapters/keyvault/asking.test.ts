import { describe, expect, test } from "vitest";
import { asking } from "../../../../app/adapters/keyvault/asking.ts";
import { openVault } from "../../../../app/adapters/keyvault/vault.ts";
import { WrappedForAnother } from "../../../../app/ports/notificationKey.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { serveTls } from "../server.ts";

const credential = {
  getToken: () => Promise.resolve({ token: "identity-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};

async function refusedBy(inner: string | undefined) {
  const { origin } = await serveTls(({ headers }) =>
    headers.authorization === undefined
      ? {
          status: 401,
          headers: {
            "www-authenticate": `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
          },
          json: {},
        }
      : {
          status: 403,
          json: {
            error: {
              code: "Forbidden",
              message: "No.",
              ...(inner !== undefined && { innererror: { code: inner } }),
            },
          },
        },
  );
  const vault = openVault({ url: origin, credential, now: () => new Date(), trustAnyVaultHost: true });
  return {
    key: () => vault.publicKeys("fhir-lamna", "RS384"),
    secret: () => vault.secret("lamna-secret"),
  };
}

// learn.microsoft.com/azure/key-vault/general/rest-error-codes
test.each<[inner: string | undefined, words: RegExp]>([
  ["ForbiddenByConnection", /closed to the public.*private endpoint.*privatelink\.vaultcore\.azure\.net/],
  ["ForbiddenByFirewall", /firewall does not let the connector in.*let in the subnet/],
  ["ForbiddenByRbac", /there is none of that name, or the connector's identity lacks the role Key Vault/],
  [undefined, /give the connector's identity the role Key Vault .*one of that name, enabled and not expired/],
])("a vault that refuses by %s is told as what it is", async (inner, words) => {
  const asked = await refusedBy(inner);
  await expect(asked.secret()).rejects.toThrow(words);
  await expect(asked.secret()).rejects.toThrow("the secret lamna-secret");
});

test("a refused list of a key's versions, whose reason is dropped on the way, names every cause", async () => {
  const { key } = await refusedBy("ForbiddenByConnection");
  await expect(key()).rejects.toThrow(/the key fhir-lamna: .*role.*one of that name.*firewall.*private name/);
});

describe("a failure in words", () => {
  const told = async (error: unknown, asked: Partial<Parameters<typeof asking>[0]> = {}) =>
    asking({ kind: "key", name: "fhir-lamna", ...asked }, () => Promise.reject(error as Error)).catch(
      (fault: unknown) => fault,
    );

  test.each<[status: number, asked: Parameters<typeof told>[1], words: RegExp]>([
    [
      400,
      { version: "v1" },
      /cannot open .* with the version v1 of the key fhir-lamna, .* restore its backup/,
    ],
    [404, { version: "v1" }, /cannot open .* A new key of that name does not open them\.$/],
    [
      403,
      { version: "v1" },
      /^The vault refused the key fhir-lamna: give .* role Key Vault Crypto User, and see/,
    ],
    [
      400,
      {},
      /^The vault answered 400 for the key fhir-lamna: see the vault's health in Azure, and try again\.$/,
    ],
    [404, {}, /^The vault has no key named fhir-lamna: create it, or correct its name in the stack file\.$/],
    [
      401,
      { kind: "secret" },
      /^The vault refused the secret fhir-lamna: .* role Key Vault Secrets User, and see/,
    ],
    [500, { kind: "secret" }, /^The vault answered 500 for the secret fhir-lamna/],
  ])("%i for %o", async (statusCode, asked, words) => {
    const headers = new Headers({ "x-ms-keyvault-service-version": "1.9.0.0" });
    const error = Object.assign(new Error("as the SDK says it"), { statusCode, response: { headers } });
    const fault = await told(error, asked);
    expect(fault).toBeInstanceOf(VaultFault);
    expect(fault).toMatchObject({ message: expect.stringMatching(words) as string, cause: error });
  });

  test.each([401, 403, 404])("a web page with status %i is not the vault's", async (statusCode) => {
    const response = { bodyAsText: "<!DOCTYPE html><title>Blocked</title>" };
    const error = Object.assign(new Error("as the SDK says it"), { statusCode, response });
    for (const asked of [{}, { version: "v1" }])
      expect(await told(error, asked)).toMatchObject({
        message: expect.stringMatching(/^The vault could not be asked for the key fhir-lamna: /) as string,
        cause: error,
      });
  });

  test.each([400, 404])(
    "what somebody in between says with status %i is not the vault's",
    async (statusCode) => {
      const error = Object.assign(new Error("as the SDK says it"), {
        ...{ statusCode, response: { headers: new Headers(), bodyAsText: '{"error":"no such path"}' } },
      });
      for (const asked of [{}, { version: "v1" }])
        expect(await told(error, asked)).toMatchObject({
          message: expect.stringMatching(/^The vault could not be asked for the key fhir-lamna: /) as string,
        });
    },
  );

  test("no answer at all", async () => {
    expect(await told(new TypeError("fetch failed"))).toMatchObject({
      message: expect.stringMatching(
        /^The vault could not be asked for the key fhir-lamna: see that its address is right, .* managed identity is assigned\.$/,
      ) as string,
    });
  });

  test.each([new VaultFault("told already"), new WrappedForAnother("another's")])(
    "what is told already stays as it is: %s",
    async (fault) => {
      expect(await told(fault)).toBe(fault);
    },
  );

  test("what is no failure is given on", async () => {
    expect(await asking({ kind: "key", name: "k" }, () => Promise.resolve("given"))).toBe("given");
  });
});
