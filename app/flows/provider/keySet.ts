/** The public part of the keys with which the connector proves itself to chart systems. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { clientsOf } from "../../domain/hospital.ts";
import type { PublicKey } from "../../ports/vault.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { ProviderPicks } from "./parts.ts";

/** Short enough that a new version is known long before it signs. */
const CACHE = "public, max-age=300";

/** Programs read this, and none of them a page. */
const RETRY_SECONDS = "30";

export function keySetRoutes({
  hospital,
  vault,
  log,
}: Pick<ProviderPicks, "hospital" | "vault" | "log">): Router {
  const router = Router();
  router.get(PATHS.keySet, async (_request, response) => {
    const asked = await Promise.allSettled(
      [...(await keysInUse(hospital))].map(([key, algorithm]) => vault.publicKeys(key, algorithm)),
    );
    const missing = asked.filter((one) => one.status === "rejected");
    for (const { reason } of missing) log.error("key_set.incomplete", reason);
    // One key that cannot be read stops nobody who signs by another; with none there is nothing to publish, and an empty
    // set would be a lie that chart systems keep.
    if (missing.length > 0 && missing.length === asked.length) {
      response
        .status(503)
        .set("retry-after", RETRY_SECONDS)
        .json({ error: "The keys cannot be read just now." });
      return;
    }
    const keys = asked.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const once = new Map(keys.map((key): [string, PublicKey] => [key.kid, key]));
    if (missing.length === 0) response.set("cache-control", CACHE);
    response.json({ keys: [...once.values()] });
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
