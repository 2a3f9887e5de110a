/** The hospital's Azure Key Vault. Signing and unwrapping happen inside it; only digests and wrapped bytes are sent. */
import { createHash } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import { CryptographyClient, KeyClient, type KeyVaultKey } from "@azure/keyvault-keys";
import { SecretClient } from "@azure/keyvault-secrets";
import { VaultFault, type KeyAges, type Vault } from "../../ports/vault.ts";
import { boundedAnswers } from "../wire/boundedPipeline.ts";
import { asking } from "./asking.ts";
import { sharedAnswers } from "../wire/sharedAnswers.ts";
import { publicKey } from "./publicKey.ts";
import { newest, published, signing, type KeyVersion } from "./versions.ts";

export interface VaultOptions {
  readonly url: string;
  readonly credential: TokenCredential;
  readonly now: () => Date;
  /**
   * Whether the identity's token is sent to whatever host `url` names, even if that is no Key Vault. For a stand-in on
   * loopback only: with any other host the token is given away.
   */
  readonly trustAnyVaultHost: boolean;
}

const DEADLINE_MS = 10_000;
/** A page of a key's versions, a key or a secret is a few kilobytes, so this is ample. */
const MAX_BYTES = 1_000_000;
const KEPT_MS = 5 * 60 * 1000;

export function openVault({ url, credential, now, trustAnyVaultHost }: VaultOptions): Vault & KeyAges {
  const options = clientOptions({ trustAnyVaultHost });
  const keyClient = new KeyClient(url, credential, options);
  const secretClient = new SecretClient(url, credential, options);
  const operators = new Map<string, CryptographyClient>();

  const versions = sharedAnswers(KEPT_MS, now, (key) => listVersions(keyClient, key));
  const publishedKeys = sharedAnswers(KEPT_MS, now, async (key) => {
    const shown = published(await versions.of(key), now());
    return Promise.all(
      shown.map(({ version }) => keyClient.getKey(key, { version, abortSignal: deadline() })),
    );
  });
  const secrets = sharedAnswers(KEPT_MS, now, async (name) => {
    const { value } = await secretClient.getSecret(name, { abortSignal: deadline() });
    if (value === undefined || value === "")
      throw new VaultFault(`The vault secret ${name} is empty: give it its value.`);
    return value;
  });

  async function inUse(key: string, choose: typeof signing): Promise<string> {
    const version = choose(await versions.of(key), now())?.version;
    if (version === undefined)
      throw new VaultFault(
        `The vault key ${key} has no version that is enabled and valid now: enable one, or create a new one.`,
      );
    return version;
  }

  /**
   * A client that signs and wraps with one version. It shares the pipeline of the KeyClient, which has answered the vault's
   * authentication challenge by then: the SDK sends its first request without a body, and mixes up the bodies of two first
   * requests made at the same time.
   */
  function operator(key: string, version: string): CryptographyClient {
    const name = key + "/" + version;
    const client = operators.get(name) ?? keyClient.getCryptographyClient(key, { keyVersion: version });
    operators.set(name, client);
    return client;
  }

  /**
   * Uses a version. A refusal may mean that it was disabled or has expired since the versions were listed, so the next
   * attempt lists them again.
   */
  async function withVersion<T>(key: string, choose: typeof signing, use: (version: string) => Promise<T>) {
    try {
      return await use(await inUse(key, choose));
    } catch (error) {
      versions.forget(key);
      publishedKeys.forget(key);
      throw error;
    }
  }

  return {
    sign: (key, algorithm, dataFor) =>
      asking({ kind: "key", name: key }, () =>
        withVersion(key, signing, async (kid) => {
          const digest = createHash("sha384").update(dataFor(kid)).digest();
          const signed = await operator(key, kid).sign(algorithm, digest, { abortSignal: deadline() });
          return { kid, value: signed.result };
        }),
      ),

    publicKeys: (key, algorithm) =>
      asking({ kind: "key", name: key }, async () =>
        (await publishedKeys.of(key)).map((version) => publicKey(version, algorithm)),
      ),

    madeAt: (key) =>
      asking({ kind: "key", name: key }, async () => {
        const [latest] = published(await versions.of(key), now());
        if (latest === undefined)
          throw new VaultFault(`The vault key ${key} has no version that is enabled: enable one.`);
        return latest.createdOn;
      }),

    wrap: (key, data) =>
      asking({ kind: "key", name: key }, () =>
        withVersion(key, newest, async (version) => {
          const wrapped = await operator(key, version).wrapKey("RSA-OAEP-256", data, {
            abortSignal: deadline(),
          });
          return { version, value: wrapped.result };
        }),
      ),

    unwrap: (key, wrapped) =>
      asking({ kind: "key", name: key, version: wrapped.version }, async () => {
        const client = new CryptographyClient(named(url, key, wrapped.version), credential, options);
        const clear = await client.unwrapKey("RSA-OAEP-256", wrapped.value, { abortSignal: deadline() });
        return clear.result;
      }),

    secret: (name) => asking({ kind: "secret", name }, () => secrets.of(name)),
  };
}

/** The options of every client of the vault. */
export const clientOptions = ({ trustAnyVaultHost }: Pick<VaultOptions, "trustAnyVaultHost">) => ({
  disableChallengeResourceVerification: trustAnyVaultHost,
  additionalPolicies: boundedAnswers(MAX_BYTES),
  retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2000 },
});

async function listVersions(client: KeyClient, key: string): Promise<readonly KeyVersion[]> {
  const versions: KeyVersion[] = [];
  for await (const found of client.listPropertiesOfKeyVersions(key, { abortSignal: deadline() })) {
    const { version, createdOn, enabled, notBefore, expiresOn } = found;
    if (version === undefined || createdOn === undefined) continue;
    versions.push({ version, createdOn, enabled: enabled === true, notBefore, expiresOn });
  }
  return versions;
}

/**
 * A version by its name only. If the SDK were given the version's attributes, it would itself refuse an expired version,
 * with which the vault still unwraps.
 */
export function named(url: string, name: string, version: string): KeyVaultKey {
  const id = new URL(`/keys/${name}/${version}`, url).href;
  return { id, name, properties: { id, name, version, vaultUrl: url } };
}

export const deadline = () => AbortSignal.timeout(DEADLINE_MS);
