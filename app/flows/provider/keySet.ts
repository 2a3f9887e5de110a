/** The public part of the keys with which the connector proves itself to chart systems, and what it tested to production. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { isYounger } from "../../domain/age.ts";
import { clientsOf } from "../../domain/hospital.ts";
import { VAULT_KEYS } from "../../domain/vaultKeyNames.ts";
import type { PublicKey } from "../../ports/vault.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { ProviderPicks } from "./parts.ts";

/** Short enough that a new version is known long before it signs. */
const CACHE = "public, max-age=300";
/** A vault that failed is not asked for each request: anybody may ask here. */
const NOT_AGAIN_BEFORE_MS = 15_000;

/** Always there and always published: Oracle reads it before the first connection of the portal is registered. */
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
      // An empty set would be believed.
      if (keys.length === 0) {
        response.status(503).set({ "retry-after": "30", "cache-control": "no-store" }).json(UNAVAILABLE);
        return;
      }
      // One key that cannot be read stops nobody who signs by another.
      if (isWhole) response.set("cache-control", CACHE);
      const once = new Map(keys.map((key): [string, PublicKey] => [key.kid, key]));
      response.json({ keys: [...once.values()] });
    });
  publish(PATHS.keySet, () => keysInUse(parts.hospital));
  // Apart from the others: nobody may sign in anywhere by it.
  if (parts.environment !== "production")
    publish(PATHS.evidenceKeys, () => new Map([[VAULT_KEYS.evidence, "ES384"]]));
  return router;
}

type KeysShown = ReadonlyMap<string, "RS384" | "ES384">;

/** Programs read this address, and the people who look into why one cannot. */
const UNAVAILABLE = {
  error: "temporarily_unavailable",
  error_description:
    "The connector cannot read its public keys from the key vault just now. Try again in a minute; its log (key_set.incomplete) says why.",
};

interface Read {
  readonly keys: readonly PublicKey[] | undefined;
  readonly isCurrent: boolean;
}

/** While the vault is out of reach, what it said last is served: public keys do not go bad with it. */
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

/** Of clinicians' and of system clients: Oracle reads them all at this one address. */
export async function keysInUse(hospital: Hospital): Promise<KeysShown> {
  const clients = (await hospital.connections()).flatMap(clientsOf);
  const used = clients.flatMap(({ authentication }) =>
    authentication.method === "private_key_jwt"
      ? [[authentication.key, authentication.algorithm] as const]
      : [],
  );
  return new Map([...used, FOR_THE_PORTAL]);
}
