/**
 * The names of keys in the hospital's vault: our own, and those that connections bring. Key Vault does not distinguish
 * capitals from small letters.
 */
import type { Connection } from "./hospital.ts";

/** The names of the deployment's own keys. No other key may have these names, because it would be given their rights. */
export const VAULT_KEYS = {
  /** Wraps the connector's own keys. */
  wrapping: "connector-wrapping",
  /** Encrypts the store, where the hospital holds that key. */
  storeEncryption: "store-encryption",
  /**
   * Signs for connections that are made in the portal. A connection that moves from there into the stack file keeps this
   * key.
   */
  portalConnections: "fhir-portal",
  /** Opens what Microsoft Graph encrypts for the connector. */
  graphNotifications: "graph-notifications",
  /** Signs the evidence of a test deployment. */
  evidence: "evidence",
} as const;

const SHARED = VAULT_KEYS.portalConnections;
const RESERVED: readonly string[] = Object.values(VAULT_KEYS).filter((name) => name !== SHARED);

type Clients = Pick<Connection, "id" | "provider" | "system">;

/** Each fault is a sentence that starts with the key to change. */
export function vaultKeyFaults(connections: readonly Clients[]): string[] {
  const keys = connections.flatMap((connection, index) =>
    (["provider", "system"] as const).flatMap((persona) => {
      const authentication = connection[persona]?.authentication;
      if (authentication?.method !== "private_key_jwt") return [];
      const at = "connections[" + String(index) + "]." + persona + ".authentication.";
      const { key: name, algorithm } = authentication;
      return [{ at, connection: connection.id, name, algorithm }];
    }),
  );
  return keys.flatMap((key, index) => {
    const earlier = keys.slice(0, index).find(({ name }) => isSame(name, key.name));
    return [
      ...reservedFault(key),
      ...portalsFault(key),
      ...(earlier === undefined ? [] : sharedFault(key, earlier)),
    ];
  });
}

interface NamedKey {
  readonly at: string;
  readonly connection: string;
  readonly name: string;
  readonly algorithm: string;
}

function reservedFault({ at, name, connection }: NamedKey): string[] {
  return RESERVED.some((reserved) => isSame(reserved, name))
    ? [
        at +
          "key: " +
          name +
          " is the name of a key of the connector's own; choose another one, such as fhir-client-" +
          connection,
      ]
    : [];
}

/** The portal's key exists already, as RSA, and every connection of the portal signs with it. */
function portalsFault({ at, name, algorithm }: NamedKey): string[] {
  if (!isSame(name, SHARED)) return [];
  if (name !== SHARED) return [at + "key: " + name + " is " + SHARED + " to the key vault; write it so"];
  return algorithm === "RS384"
    ? []
    : [at + "algorithm: " + SHARED + " signs by RS384; say so, or use another key"];
}

/**
 * Registrations may share a key; then they have to mean the same one. A vault key is RSA or EC, so it signs with one
 * algorithm.
 */
function sharedFault(key: NamedKey, earlier: NamedKey): string[] {
  const { at, name } = key;
  if (name !== earlier.name)
    return [
      at +
        "key: " +
        name +
        " is " +
        earlier.name +
        " to the key vault; write both alike, or use another name",
    ];
  return key.algorithm === earlier.algorithm
    ? []
    : [
        at +
          "algorithm: " +
          name +
          " signs by " +
          earlier.algorithm +
          " at " +
          earlier.at +
          "key; use another key",
      ];
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
