/**
 * Publishes the public part of the keys with which the connector proves itself to chart systems, and of the key that signs
 * what a test deployment has tested, for production to check.
 */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { isYounger } from "../../domain/age.ts";
import { clientsOf } from "../../domain/hospital.ts";
import { VAULT_KEYS } from "../../domain/vaultKeyNames.ts";
import type { PublicKey } from "../../ports/vault.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { ProviderPicks } from "./parts.ts";

/** The time is so short that a new version of a key is known long before it signs. */
const CACHE = "public, max-age=300";
/** How long a vault that has failed is not asked again: anybody may send requests to this address. */
const NOT_AGAIN_BEFORE_MS = 15_000;

/**
 * The key of the portal's connections is always there and always published: Oracle reads it before the first of these is
 * registered.
 */
const FOR_THE_PORTAL = [VAULT_KEYS.portalConnections, "RS384"] as const;

type Picks = Pick<ProviderPicks, "environment" | "hospital" | "vault" | "log" | "now">;

export function keySetRoutes(parts: Picks): Router {
  const read = rememberingReader(parts);
  const router = Router();
  const publish = (path: string, keysShown: () => KeysShown | Promise<KeysShown>) =>
    router.get(path, async (_request, response) => {
      const shown = await keysShown();
      const asked = await Promise.all([...shown].map(([key, algorithm]) => read(key, algorithm)));
      const keys = asked.flatMap(({ keys: known }) => known ?? []);
      const isWhole = asked.every(({ isCurrent }) => isCurrent);
      // An empty key set would be taken for the truth.
      if (keys.length === 0) {
        response.status(503).set({ "retry-after": "30", "cache-control": "no-store" }).json(UNAVAILABLE);
        return;
      }
      // If one key cannot be read, the others are served all the same, without being cached.
      if (isWhole) response.set("cache-control", CACHE);
      const once = new Map(keys.map((key): [string, PublicKey] => [key.kid, key]));
      response.json({ keys: [...once.values()] });
    });
  publish(PATHS.keySet, () => keysInUse(parts.hospital));
  // This key is published apart from the others, so that no chart system accepts it for a sign-in.
  if (parts.environment !== "production")
    publish(PATHS.evidenceKeys, () => new Map([[VAULT_KEYS.evidence, "ES384"]]));
  return router;
}

type KeysShown = ReadonlyMap<string, "RS384" | "ES384">;

/** Written for the programs that read this address, and for the people who look into why one cannot. */
const UNAVAILABLE = {
  error: "temporarily_unavailable",
  error_description:
    "The connector cannot read its public keys from the key vault just now. Try again in a minute; its log (key_set.incomplete) says why.",
};

interface Read {
  readonly keys: readonly PublicKey[] | undefined;
  readonly isCurrent: boolean;
}

/** While the vault is out of reach, the keys that it gave last are served: they stay valid. */
function rememberingReader({ vault, log, now }: Picks) {
  const known = new Map<string, readonly PublicKey[]>();
  const failedAt = new Map<string, number>();
  return async (key: string, algorithm: "RS384" | "ES384"): Promise<Read> => {
    const id = key + " " + algorithm;
    const before = failedAt.get(id);
    if (before === undefined || !isYounger(before, now(), NOT_AGAIN_BEFORE_MS))
      try {
        const keys = await vault.publicKeys(key, algorithm);
        known.set(id, keys);
        failedAt.delete(id);
        return { keys, isCurrent: true };
      } catch (error) {
        failedAt.set(id, now().getTime());
        log.error("key_set.incomplete", error);
      }
    return { keys: known.get(id), isCurrent: false };
  };
}

/** The keys in use, for clinicians' sign-in and for system clients: Oracle reads them all at this one address. */
export async function keysInUse(hospital: Hospital): Promise<KeysShown> {
  const clients = (await hospital.connections()).flatMap(clientsOf);
  const used = clients.flatMap(({ authentication }) =>
    authentication.method === "private_key_jwt"
      ? [[authentication.key, authentication.algorithm] as const]
      : [],
  );
  return new Map([...used, FOR_THE_PORTAL]);
}
