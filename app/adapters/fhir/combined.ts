/**
 * Which records a chart says were combined into one. That record alone does not prove it: a link may be left over from records
 * that were taken apart again, and whoever has the visit of the one would be let in to the other's. So each record that is
 * said to have been replaced is read, too.
 */
import { atMost } from "../../domain/few.ts";
import { isReplacementHidden, linked, type Patient } from "./patients.ts";

type Linked = Pick<Patient, "link" | "active">;

/** Ids that a record says it replaced. */
export const saidReplaced = (record: Linked, base: string): readonly string[] =>
  linked(record, "replaces", base).filter((id) => id !== undefined);

/** What became of reading one record; `unread` stands for whatever keeps the reader from knowing. */
export type Look<Unread> =
  | { readonly kind: "record"; readonly value: Linked }
  | { readonly kind: "not-shown" }
  | { readonly kind: "no-record" }
  | { readonly kind: "unread"; readonly why: Unread };

/** More than a person has; each is read. */
const MOST_REPLACED = 20;
const AT_ONCE = 4;

/**
 * Those of `said` that were combined into one of `current`. A record counts that names one of these as its successor, that is
 * out of use and names none, or that is not shown at all, as one that was combined may be.
 * @param current ids of the records that stand for the patient, from the oldest to the one that stands now
 * @returns also why some could not be read
 */
export async function replacedIn<Unread>(
  said: readonly string[],
  current: ReadonlySet<string>,
  base: string,
  look: (id: string) => Promise<Look<Unread>>,
): Promise<{ readonly ids: readonly string[]; readonly unread: readonly Unread[] }> {
  const unread: Unread[] = [];
  const inTurn = atMost(AT_ONCE);
  const others = [...new Set(said)].filter((id) => !current.has(id)).slice(0, MOST_REPLACED);
  const agreed = await Promise.all(
    others.map((id) =>
      inTurn(async () => {
        const seen = await look(id);
        if (seen.kind === "unread") unread.push(seen.why);
        const isTheirs =
          seen.kind === "not-shown" || (seen.kind === "record" && agrees(seen.value, current, base));
        return isTheirs ? [id] : [];
      }),
    ),
  );
  return { ids: agreed.flat(), unread };
}

function agrees(record: Linked, current: ReadonlySet<string>, base: string): boolean {
  const [next, ...others] = new Set(linked(record, "replaced-by", base));
  if (next !== undefined) return others.length === 0 && current.has(next);
  return record.active === false && !isReplacementHidden(record, base);
}
