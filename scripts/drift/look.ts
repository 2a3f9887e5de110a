/** One of the checks for what the engine's refresh cannot see. */
import type { Ask } from "../preflight/finding.ts";
import type { Stored } from "../storedPackages.ts";
import { shown, type Difference, type Kept } from "./difference.ts";

export interface Look {
  readonly about: string;
  readonly differences: (state: readonly Kept[], ask: Asked) => Promise<readonly Difference[]>;
}

interface Asked {
  readonly azure: Ask;
  readonly graph: Ask;
  /** Asks Azure's management by POST for a list that it gives in no other way; that changes nothing. */
  readonly listing: Ask;
  readonly stored: Stored;
}

export const added = ({ urn, type }: Kept, names: readonly string[], next: string): readonly Difference[] =>
  names.length === 0 ? [] : [{ resource: shown(urn, type), what: "added", names, next }];
