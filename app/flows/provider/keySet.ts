/** The public part of the keys with which the connector proves itself to chart systems. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { PublicKey } from "../../ports/vault.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { ProviderPicks } from "./parts.ts";

/** Short enough that a new version is known long before it signs. */
const CACHE = "public, max-age=300";

export function keySetRoutes({ hospital, vault }: Pick<ProviderPicks, "hospital" | "vault">): Router {
  const router = Router();
  router.get(PATHS.keySet, async (_request, response) => {
    const keys = await Promise.all(
      (await keysInUse(hospital)).map(([key, algorithm]) => vault.publicKeys(key, algorithm)),
    );
    const once = new Map(keys.flat().map((key): [string, PublicKey] => [key.kid, key]));
    response.set("cache-control", CACHE).json({ keys: [...once.values()] });
  });
  return router;
}

async function keysInUse(hospital: Hospital): Promise<(readonly [string, "RS384" | "ES384"])[]> {
  const connections = await hospital.connections();
  return connections.flatMap(({ provider }) =>
    provider?.authentication.method === "private_key_jwt"
      ? [[provider.authentication.key, provider.authentication.algorithm] as const]
      : [],
  );
}
