/** A difference from a stack's state, and what the state records. */

export interface Difference {
  /** The name in the program, with the type: `vault (keyvault:Vault)`. */
  readonly resource: string;
  readonly what: "changed" | "gone" | "added";
  /** Names of the properties that differ. Values are never shown, because they may be settings. */
  readonly names: readonly string[];
  /** Who corrects it, and how. */
  readonly next: string;
}

/** A resource that a stack's state records. */
export interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export const shown = (urn: string, type: string): string =>
  `${urn.split("::").at(-1) ?? urn} (${type.replace(/^azure-native:/u, "").replace(/:index\/\w+:/u, ":")})`;

/** A name as one argument of a command that people paste into a shell: others may have chosen the name. */
export const argument = (name: string): string =>
  /^[\w.@:/-]+$/u.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
