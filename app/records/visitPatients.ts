/**
 * For whom a visit's links were made: they lead nobody else into it, whatever the chart makes of the appointment later. Kept
 * as keyed hashes over visit and patient together, so that nobody can tell from them whether two visits are one patient's.
 */
import type { VisitId } from "../domain/linkToken.ts";
import { relinked } from "../domain/visit.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { NamedPatients, VisitsDeps } from "./visitFacts.ts";
import type { Kept } from "./visitRow.ts";

/**
 * The visit as it may be shown to these patients' clinicians: the very same where its links were made for them. Where they
 * were made for somebody else, all of them are replaced. @throws what `namesOf` does
 */
export async function forPatients(
  { keyring, newEpoch, now }: Pick<VisitsDeps, "keyring" | "newEpoch" | "now">,
  kept: Kept,
  patients: NamedPatients | undefined,
): Promise<Kept> {
  if (patients === undefined) return kept;
  const { visit, patients: were } = kept;
  const hashes = patientHashes(keyring, visit.id, patients.ids);
  if (were?.join() === hashes.join()) return kept;
  const theirs = { ...kept, patients: hashes };
  // The release before did not keep whose they are: whoever is seen first is taken for them.
  if (were === undefined || (await areAmong(keyring, visit.id, were, patients))) return theirs;
  return { ...theirs, visit: relinked(visit, newEpoch(), now()) };
}

/** In one order, each once. */
export const patientHashes = (
  keyring: Pick<Keyring, "hash">,
  visit: VisitId,
  ids: readonly string[],
): readonly string[] =>
  [...new Set(ids.map((id) => keyring.hash("patient of a visit", JSON.stringify([visit, id]))))].sort();

/** Whether each of those before is one of the patients now, by any of the ids that the chart has for these. */
export async function areAmong(
  keyring: Keyring,
  visit: VisitId,
  were: readonly string[],
  { ids, namesOf }: NamedPatients,
): Promise<boolean> {
  const areOf = (some: readonly string[]) => {
    const hashes = new Set(patientHashes(keyring, visit, some));
    return were.every((one) => hashes.has(one));
  };
  return areOf(ids) || areOf([...ids, ...(await Promise.all(ids.map(namesOf))).flat()]);
}
