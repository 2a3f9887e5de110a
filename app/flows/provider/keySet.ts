/** The public part of the keys with which the connector proves itself to chart systems. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { clientsOf } from "../../domain/hospital.ts";
import type { PublicKey } from "../../ports/vault.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { ProviderPicks } from "./parts.ts";

/** Short enough that a new version is known long before it signs. */
const CACHE = "public, max-age=300";

export function keySetRoutes({ hospital, vault }: Pick<ProviderPicks, "hospital" | "vault">): Router {
  const router = Router();
  router.get(PATHS.keySet, async (_request, response) => {
    const keys = await Promise.all(
      [...(await keysInUse(hospital))].map(([key, algorithm]) => vault.publicKeys(key, algorithm)),
    );
    const once = new Map(keys.flat().map((key): [string, PublicKey] => [key.kid, key]));
    response.set("cache-control", CACHE).json({ keys: [...once.values()] });
  });
  return router;
}

/** Of clinicians' and of system clients: Oracle reads them all at this one address. */
async function keysInUse(hospital: Hospital): Promise<ReadonlyMap<string, "RS384" | "ES384">> {
  const clients = (await hospital.connections()).flatMap(clientsOf);
  return new Map(
    clients.flatMap(({ authentication }) =>
      authentication.method === "private_key_jwt"
        ? [[authentication.key, authentication.algorithm] as const]
        : [],
    ),
  );
}
