/** For whom a visit's links were made: they lead nobody else into it, whatever the chart makes of the appointment later. */
import type { VisitId } from "../domain/linkToken.ts";
import { relinked } from "../domain/visit.ts";
import { SealBroken, type Keyring } from "../ports/keyring.ts";
import type { NamedPatients, VisitsDeps } from "./visitFacts.ts";
import type { Kept } from "./visitRow.ts";

/**
 * The visit as it may be shown to these patients' clinicians: the very same where its links were made for them. Where they
 * were made for somebody else, all of them are replaced. @throws what `namesOf` does
 */
export async function forPatients(
  { keyring, newEpoch, now }: Pick<VisitsDeps, "keyring" | "newEpoch" | "now">,
  kept: Kept,
  patients: NamedPatients,
): Promise<Kept> {
  const { visit } = kept;
  const ids = distinct(patients.ids);
  const were = kept.patients === undefined ? undefined : idsIn(keyring, visit.id, kept.patients);
  if (were?.join() === ids.join()) return kept;
  const theirs = { ...kept, patients: sealedIds(keyring, visit.id, ids) };
  // The release before did not keep whose they are: whoever is seen first is taken for them.
  if (kept.patients === undefined || (were !== undefined && (await areAmong(were, patients)))) return theirs;
  return { ...theirs, visit: relinked(visit, newEpoch(), now()) };
}

const distinct = (ids: readonly string[]) => [...new Set(ids)].sort();

export const sealedIds = (keyring: Keyring, visit: VisitId, ids: readonly string[]): string =>
  keyring.seal(contextOf(visit), JSON.stringify(distinct(ids)));

/** Undefined where the seal is damaged: then it proves nobody's. */
export function idsIn(keyring: Keyring, visit: VisitId, sealed: string): readonly string[] | undefined {
  try {
    return JSON.parse(keyring.open(contextOf(visit), sealed)) as readonly string[];
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

const contextOf = (visit: VisitId) => "patients of visit " + visit;

/** The visit is part of it: whether two visits are one patient's, nobody can tell from it. */
export const patientHash = (keyring: Keyring, visit: VisitId, patient: string): string =>
  keyring.hash("patient of a visit", JSON.stringify([visit, patient]));

/** Whether each of those before is one of the patients now. The old record may name the new one, or the new one the old. */
async function areAmong(were: readonly string[], { ids, namesOf }: NamedPatients): Promise<boolean> {
  const gone = were.filter((id) => !ids.includes(id));
  if (gone.length === 0) return true;
  const names = await allNames({ ids, namesOf });
  for (const id of gone)
    if (!names.has(id) && !(await namesOf(id)).some((name) => names.has(name))) return false;
  return true;
}

/** The same where only hashes of those before are known: the old records cannot be asked. */
export async function areHashedAmong(
  hashes: readonly string[],
  patients: NamedPatients,
  hash: (id: string) => string,
): Promise<boolean> {
  const now = new Set(patients.ids.map(hash));
  if (hashes.every((one) => now.has(one))) return true;
  const names = new Set([...(await allNames(patients))].map(hash));
  return hashes.every((one) => names.has(one));
}

async function allNames({ ids, namesOf }: NamedPatients): Promise<ReadonlySet<string>> {
  const names = await Promise.all(ids.map(namesOf));
  return new Set([...ids, ...names.flat()]);
}
