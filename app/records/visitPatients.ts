/**
 * The patients for whom a visit's links were made. The links lead nobody else into the visit, whatever the chart makes of
 * the appointment later. Each patient is kept as a keyed hash of visit and patient together, so that nobody can tell from
 * the hashes whether two visits are one patient's.
 */
import type { VisitId } from "../domain/linkToken.ts";
import { relinked } from "../domain/visit.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { NamedPatients, VisitsDeps } from "./visitFacts.ts";
import type { Kept } from "./visitRow.ts";

/**
 * The visit as it may be shown to these patients' clinicians. It is the very same where its links were made for these
 * patients; where they were made for somebody else, all of them are replaced.
 * @throws whatever `namesOf` throws
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
  // The previous release did not keep whose the links are, so the patients who are seen first are taken for their owners.
  if (were === undefined || (await areAmong(keyring, visit.id, were, patients))) return theirs;
  return { ...theirs, visit: relinked(visit, newEpoch(), now()) };
}

/** The hashes in a fixed order, each once. */
export const patientHashes = (
  keyring: Pick<Keyring, "hash">,
  visit: VisitId,
  ids: readonly string[],
): readonly string[] =>
  [...new Set(ids.map((id) => keyring.hash("patient of a visit", JSON.stringify([visit, id]))))].sort();

/** Whether each of the earlier patients is one of the patients now, by any of the ids that the chart has for these. */
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
