/** A connection whose own key or secret is missing is no good, however well the chart system is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEhr } from "../../../../app/adapters/fhir/ehr.ts";
import type { ConfiguredClient } from "../../../../app/domain/hospital.ts";
import type { VendorCall } from "../../../../app/domain/trace.ts";
import { SealBroken } from "../../../../app/ports/keyring.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { connectionAt } from "../../flows/provider/otherChart.ts";
import { startSmallServer, type SmallServer } from "../../flows/provider/smallServer.ts";

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(() => server.stop());

type Authentication = ConfiguredClient["authentication"];
const BY_KEY: Authentication = {
  method: "private_key_jwt",
  key: "fhir-lamna",
  algorithm: "RS384",
};
const BY_SECRET: Authentication = {
  method: "client_secret_basic",
  secret: "lamna-secret",
};
const SEALED: Authentication = {
  method: "client_secret_basic",
  context: "provider",
  sealed: "sealed",
};

function probed(authentication: Authentication | undefined, given: () => unknown, noted?: VendorCall[]) {
  const asked = () => Promise.resolve().then(given);
  const ehr = openEhr({
    vault: { publicKeys: asked, secret: asked } as never,
    keyring: { open: given as never },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => new Date(),
    wait: () => Promise.resolve(),
    allowLoopback: true,
    ...(noted && { note: (call: VendorCall) => noted.push(call) }),
  });
  const { provider: _theirs, ...connection } = connectionAt(server.fhirBaseUrl);
  return ehr.probe({ ...connection, ...(authentication && { provider: { clientId: "c", authentication } }) });
}
const failing = (error: Error) => () => {
  throw error;
};

test.each<[what: string, authentication: Authentication | undefined, given: () => unknown]>([
  ["no client yet", undefined, failing(new Error("nobody asks"))],
  ["a key", BY_KEY, () => [{ kid: "v1" }]],
  ["a secret", BY_SECRET, () => "s3cret"],
  ["a sealed secret", SEALED, () => "s3cret"],
])("with %s a good chart system is good, and each call is noted", async (_what, authentication, given) => {
  const noted: VendorCall[] = [];
  expect(await probed(authentication, given, noted)).toMatchObject({ ok: true });
  expect(noted.map(({ what, status }) => [what, status])).toEqual([
    ["GET metadata", 200],
    ["GET smart-configuration", 200],
  ]);
});

const away = new VaultFault("The vault answered 503", { cause: { statusCode: 503 } });
const gone = new VaultFault("The vault has no key named fhir-lamna", {
  cause: { statusCode: 404, response: { headers: new Headers({ "x-ms-keyvault-region": "westus2" }) } },
});
const BROKEN =
  "the connection's client secret was sealed by keys that are gone; enter it again in the portal";
test.each<[what: string, authentication: Authentication, given: () => unknown, why: string, reason: string]>([
  ["no key is valid", BY_KEY, () => [], "proof", "The vault has no key named fhir-lamna that is valid now"],
  ["the key is gone", BY_KEY, failing(gone), "proof", gone.message],
  ["the vault is away", BY_KEY, failing(away), "unwell", away.message],
  ["the vault is away with the secret", BY_SECRET, failing(away), "unwell", away.message],
  ["the secret was sealed by others", SEALED, failing(new SealBroken("x")), "proof", BROKEN],
])("where %s that is told before anybody signs in", async (_what, authentication, given, why, reason) => {
  expect(await probed(authentication, given)).toEqual({ ok: false, why, obstacle: "proof", reason });
});

test("a bug is a bug, and a chart system that is not good is told first", async () => {
  await expect(probed(BY_KEY, failing(new TypeError("a bug")))).rejects.toThrow(TypeError);
  server.answers.set("/fhir/metadata", () => ({ status: 500, body: "" }));
  expect(await probed(BY_KEY, () => [])).toMatchObject({ ok: false, obstacle: "ill" });
  server.reset();
});
