/** The vault's routes for keys: create, rotate, read, change, and use. */
import { Router, type Request } from "express";
import * as z from "zod";
import { allow, type Vault } from "./access.ts";
import { decrypt, encrypt, sign, verify } from "./algorithms.ts";
import { keyVersionOf, type KeyVersion, type VaultContents } from "./contents.ts";
import { attributesOf, checked, named } from "./shapes.ts";
import { VaultError } from "./vaultError.ts";

const validity = z.object({ enabled: z.boolean(), nbf: z.int(), exp: z.int() }).partial();
const createBody = z.strictObject({
  kty: z.enum(["RSA", "EC"]),
  key_size: z.literal([2048, 3072, 4096]).optional(),
  crv: z.enum(["P-256", "P-384"]).optional(),
  key_ops: z.array(z.string()).optional(),
  attributes: validity.optional(),
  tags: z.unknown().optional(),
});
const updateBody = z.object({ key_ops: z.array(z.string()), attributes: validity }).partial();
const octets = z.base64url().transform((text) => Buffer.from(text, "base64url"));
const operationBody = z.object({ alg: z.string(), value: octets });
const verifyBody = z.object({ alg: z.string(), digest: octets, value: octets });

/**
 * Outside their validity period, keys still do what concerns existing data: decrypt, unwrap, verify
 * (https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-attributes).
 */
const WORKS_ANY_TIME = ["decrypt", "unwrapKey", "verify"];

export function keyRoutes(vault: Vault, contents: VaultContents): Router {
  const router = Router();
  const bundle = (name: string, { version, operations, attributes, jwk }: KeyVersion) => {
    const publicMembers = ["kty", "n", "e", "crv", "x", "y"].filter((member) => jwk[member] !== undefined);
    return {
      key: {
        kid: keyId(name, version),
        ...Object.fromEntries(publicMembers.map((member) => [member, jwk[member]])),
        key_ops: operations,
      },
      attributes: attributesOf(attributes),
    };
  };
  const keyId = (name: string, version: string) => `${vault.origin()}/keys/${name}/${version}`;

  router.post("/keys/:name/create", allow(vault, "keys/write"), async (request, response) => {
    const name = named(request);
    const { kty, key_size: size, crv, attributes, key_ops: operations } = checked(createBody, request);
    const made = await contents.createKey(
      name,
      kty === "RSA" ? { kty, size } : { kty, crv },
      attributes,
      operations,
    );
    response.json(bundle(name, made));
  });
  router.post("/keys/:name/rotate", allow(vault, "keys/write"), async (request, response) => {
    response.json(bundle(named(request), await contents.rotateKey(named(request))));
  });
  router.get("/keys/:name/versions", allow(vault, "keys/read"), (request, response) => {
    const name = named(request);
    const items = contents.keyVersions(name).map(({ version, attributes }) => ({
      kid: keyId(name, version),
      attributes: attributesOf(attributes),
    }));
    response.json({ value: items, nextLink: null });
  });
  router.get("/keys/:name{/:version}", allow(vault, "keys/read"), (request, response) => {
    response.json(bundle(named(request), keyVersionOf(contents, named(request), versioned(request))));
  });
  router.patch("/keys/:name{/:version}", allow(vault, "keys/update"), async (request, response) => {
    const { attributes = {}, key_ops: operations } = checked(updateBody, request);
    const changed = await contents.changeKey(named(request), versioned(request), attributes, operations);
    response.json(bundle(named(request), changed));
  });

  const operation = (path: string, name: string, run: (key: KeyVersion, request: Request) => object) => {
    router.post(`/keys/:name{/:version}/${path}`, allow(vault, "keys/use"), (request, response) => {
      const key = keyVersionOf(contents, named(request), versioned(request));
      refuseUnusable(key, name, vault.tenant.now());
      // The answer to a verification names no key.
      response.json({
        ...(name !== "verify" && { kid: keyId(named(request), key.version) }),
        ...run(key, request),
      });
    });
  };
  const withValue = (run: typeof sign) => (key: KeyVersion, request: Request) => {
    const { alg, value } = checked(operationBody, request);
    return { value: run(key.jwk, alg, value).toString("base64url") };
  };
  operation("sign", "sign", withValue(sign));
  operation("encrypt", "encrypt", withValue(encrypt));
  operation("decrypt", "decrypt", withValue(decrypt));
  operation("wrapkey", "wrapKey", withValue(encrypt));
  operation("unwrapkey", "unwrapKey", withValue(decrypt));
  operation("verify", "verify", (key, request) => {
    const { alg, digest, value } = checked(verifyBody, request);
    return { value: verify(key.jwk, alg, digest, value) };
  });
  return router;
}

function refuseUnusable({ operations, attributes }: KeyVersion, operation: string, now: Date): void {
  const refuse = (kind: string, inner: string): never => {
    throw new VaultError(403, "Forbidden", `Operation ${operation} is not allowed on ${kind} key.`, inner);
  };
  if (!attributes.enabled) refuse("a disabled", "KeyDisabled");
  if (!operations.includes(operation)) refuse("this", "KeyOperationForbidden");
  if (WORKS_ANY_TIME.includes(operation)) return;
  const seconds = now.getTime() / 1000;
  if (attributes.nbf !== undefined && seconds < attributes.nbf) refuse("a not yet valid", "KeyNotYetValid");
  if (attributes.exp !== undefined && seconds >= attributes.exp) refuse("an expired", "KeyExpired");
}

function versioned(request: Request): string | undefined {
  const { version } = request.params;
  return typeof version === "string" && version !== "" ? version : undefined;
}
