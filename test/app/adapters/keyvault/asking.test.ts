import { expect, test } from "vitest";
import { openVault } from "../../../../app/adapters/keyvault/vault.ts";
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
