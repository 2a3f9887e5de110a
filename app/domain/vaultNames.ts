/**
 * What a deployment's connections need in its vault: the connections of its stack file, and those that its portal will make.
 */
import { clientsOf, type Connection } from "./hospital.ts";
import { VAULT_KEYS } from "./vaultKeyNames.ts";

/** The deployment makes the keys; a person puts the secrets there, which Oracle issues. */
export interface VaultNames {
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: readonly string[];
}

/**
 * The key that is always there, because Oracle reads the published key before the portal's first connection is registered.
 */
const FOR_THE_PORTAL = [VAULT_KEYS.portalConnections, "RS384"] as const;

/** Each name appears once, however many connections share it. A key has the kind that its algorithm needs. */
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
