/** What differs from a stack's state, and what that state says is there. */

export interface Difference {
  /** As the program calls it, with its type: `vault (keyvault:Vault)`. */
  readonly resource: string;
  readonly what: "changed" | "gone" | "added";
  /** Names of what differs. No value is ever told: it may be a setting's. */
  readonly names: readonly string[];
  /** Who puts it back, and how. */
  readonly next: string;
}

/** What a stack's state says is there. */
export interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export const shown = (urn: string, type: string): string =>
  `${urn.split("::").at(-1) ?? urn} (${type.replace(/^azure-native:/u, "").replace(/:index\/\w+:/u, ":")})`;
