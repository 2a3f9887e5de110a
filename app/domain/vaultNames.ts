/** What the connections of a deployment expect in its vault: those of its stack file, and those that its portal will make. */
import { clientsOf, type Connection } from "./hospital.ts";
import { VAULT_KEYS } from "./vaultKeyNames.ts";

/** A deployment makes the keys; the secrets, which Oracle issues, are put there by a person. */
export interface VaultNames {
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: readonly string[];
}

/** Always there: Oracle reads the published key before the first connection of the portal is registered. */
const FOR_THE_PORTAL = [VAULT_KEYS.portalConnections, "RS384"] as const;

/** Each name once, however many connections share it. A key is of the kind that its algorithm takes. */
export function vaultNames(connections: readonly Pick<Connection, "provider" | "system">[] = []): VaultNames {
  const ways = connections.flatMap(clientsOf).map(({ authentication }) => authentication);
  const keys = ways.flatMap((way) => (way.method === "private_key_jwt" ? [way] : []));
  const secrets = ways.flatMap((way) => (way.method === "client_secret_basic" ? [way.secret] : []));
  return {
    keys: [...new Map([FOR_THE_PORTAL, ...keys.map(({ key, algorithm }) => [key, algorithm] as const)])].map(
      ([name, algorithm]) => ({
        name,
        kind: algorithm === "RS384" ? ("RSA" as const) : ("EC" as const),
      }),
    ),
    secrets: [...new Set(secrets)],
  };
}
