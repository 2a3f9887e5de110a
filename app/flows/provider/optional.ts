/**
 * What the visit's page shows besides Join, the links and the end: each of these parts lies in rows of its own, and is left
 * out where they cannot be read. The page then says so, and the log says why.
 */
import type { Log } from "../../log.ts";
import { isNotToBeHad } from "../../records/record.ts";

export type OptionalPart =
  "account" | "chart-told" | "departments" | "late" | "messages" | "opt-out" | "patients-visit" | "waiting";

export interface OptionalParts {
  /** What `read` gives; `otherwise` where the store fails, or has something there that this release cannot read. */
  read<T, O>(part: OptionalPart, read: () => Promise<T>, otherwise: O): Promise<T | O>;
  /** The parts that could not be read so far. */
  readonly missing: ReadonlySet<OptionalPart>;
}

export function optionalParts({ log }: { readonly log: Log }): OptionalParts {
  const missing = new Set<OptionalPart>();
  return {
    missing,
    async read(part, read, otherwise) {
      try {
        return await read();
      } catch (error) {
        if (!isNotToBeHad(error)) throw error;
        log.error("visit.part_not_read", error, { reason: part });
        missing.add(part);
        return otherwise;
      }
    },
  };
}
