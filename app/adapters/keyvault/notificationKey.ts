/**
 * A vault key for which others encrypt. Its newest version has a certificate; its older versions still decrypt what comes
 * for them.
 */
import { createHash } from "node:crypto";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import * as z from "zod";
import { WrappedForAnother, type NotificationKey } from "../../ports/notificationKey.ts";
import { VaultFault } from "../../ports/vault.ts";
import { asking } from "./asking.ts";
import { sharedAnswers } from "../wire/sharedAnswers.ts";
import { isOfVault } from "../wire/vaultAnswers.ts";
import { selfSigned } from "./selfSigned.ts";
import { clientOptions, deadline, named, type VaultOptions } from "./vault.ts";

export interface NotificationKeyOptions extends VaultOptions {
  /** The key's name in the vault. It is an RSA key that permits `sign` and `unwrapKey`. */
  readonly key: string;
}

/** How long the certificate is kept; a new version is used after this time at the latest. */
const KEPT_MS = 60 * 60 * 1000;
const DAY_MS = 86_400_000;
const YEAR_MS = 366 * DAY_MS;

export function openNotificationKey(options: NotificationKeyOptions): NotificationKey {
  const { url, credential, now, key } = options;
  const client = new KeyClient(url, credential, clientOptions(options));
  const certificates = sharedAnswers(KEPT_MS, now, () => certified(client, key));
  const openers = new Map<string, Opener>();

  function opener(version: string): Opener {
    const made = new CryptographyClient(named(url, key, version), credential, clientOptions(options));
    const found = openers.get(version) ?? { client: made };
    openers.set(version, found);
    return found;
  }

  return {
    certificate: () => asking({ kind: "key", name: key }, () => certificates.of(key)),
    unwrap(version, wrapped) {
      if (!/^[0-9a-f]{32}$/i.test(version)) throw new WrappedForAnother("the key has no such version");
      return asking({ kind: "key", name: key }, () => unwrapped(opener(version), wrapped));
    },
  };
}

interface Opener {
  readonly client: CryptographyClient;
  /** The first request. Once it is over, the vault's authentication challenge has been answered. */
  first?: Promise<unknown>;
}

/** Unwraps. The SDK mixes up the bodies of two first requests made at the same time, so the first one is sent alone. */
async function unwrapped(opener: Opener, wrapped: Uint8Array): Promise<Uint8Array> {
  const ask = async () => {
    try {
      return (await opener.client.unwrapKey("RSA-OAEP", wrapped, { abortSignal: deadline() })).result;
    } catch (error) {
      throw isNotOurs(error) ? new WrappedForAnother("it was not wrapped for this version") : error;
    }
  };
  if (opener.first === undefined) {
    const first = ask();
    opener.first = first.catch(() => undefined);
    return first;
  }
  await opener.first;
  return ask();
}

/**
 * Whether the version does not exist, or did not encrypt this
 * (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes).
 */
const isNotOurs = (error: unknown): boolean => {
  const answer = z.looseObject({ statusCode: z.int() }).safeParse(error);
  return (
    answer.success && isOfVault(error) && (answer.data.statusCode === 400 || answer.data.statusCode === 404)
  );
};

async function certified(client: KeyClient, key: string) {
  const { key: jwk, properties } = await client.getKey(key, { abortSignal: deadline() });
  const { version, createdOn } = properties;
  if (version === undefined || createdOn === undefined || jwk?.n === undefined || jwk.e === undefined)
    throw new VaultFault(`The vault key ${key} must be an RSA key that signs and unwraps: make it anew.`);
  const signer = client.getCryptographyClient(key, { keyVersion: version });
  const publicKey = { kty: "RSA", n: base64url(jwk.n), e: base64url(jwk.e) };
  const der = await selfSigned(
    {
      publicKey,
      name: key,
      serial: Buffer.concat([Buffer.of(1), createHash("sha256").update(version).digest().subarray(0, 15)]),
      notBefore: new Date(createdOn.getTime() - DAY_MS),
      notAfter: new Date(createdOn.getTime() + 3 * YEAR_MS),
    },
    async (data) => {
      const digest = createHash("sha256").update(data).digest();
      return (await signer.sign("RS256", digest, { abortSignal: deadline() })).result;
    },
  );
  return { version, der };
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
