/**
 * The patients for whom a visit's links were made. The links lead nobody else into the visit, whatever the chart makes of
 * the appointment later. Each patient is kept as a keyed hash of visit and patient together, so that nobody can tell from
 * the hashes whether two visits are one patient's.
 */
import { atMost } from "../domain/few.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { EhrFault, endsReading } from "../ports/ehr.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { NamedPatients } from "./visitFacts.ts";

/** The hashes in a fixed order, each once. */
export const patientHashes = (
  keyring: Pick<Keyring, "hash">,
  visit: VisitId,
  ids: readonly string[],
): readonly string[] =>
  [...new Set(ids.map((id) => keyring.hash("patient of a visit", JSON.stringify([visit, id]))))].sort();

/** For whom a visit's links are made, and whether those that were made before stay good. */
interface Owners {
  readonly patients: readonly string[];
  readonly areSame: boolean;
}

/**
 * Compares the patients of before with those whom the chart names. Where it names them in words only, it puts nobody in
 * another's place: whose chart shows the visit shares it.
 * @param were undefined where nobody has said whose the visit is: the release before did not keep it; then it is theirs who
 * are seen first
 * @param isInVain whether what a clinician's chart does not tell of one record now counts as nothing; what it does not tell a
 * job is waited for in any case
 * @throws whatever `namesOf` throws
 */
export async function ownersOf(
  keyring: Pick<Keyring, "hash">,
  visit: VisitId,
  were: readonly string[] | undefined,
  patients: NamedPatients,
  isInVain = false,
): Promise<Owners> {
  const now = patientHashes(keyring, visit, patients.ids);
  if (were === undefined) return { patients: now, areSame: true };
  const isNamed = patients.areInWords !== true;
  if (isNamed ? were.join() === now.join() : now.every((one) => were.includes(one)))
    return { patients: were, areSame: true };
  if (await areAmong(keyring, visit, were, patients, isInVain || !isNamed))
    return { patients: now, areSame: true };
  return isNamed
    ? { patients: now, areSame: false }
    : { patients: [...new Set([...were, ...now])].sort(), areSame: true };
}

const AT_ONCE = 4;
/** A chart that goes on failing is not asked for the rest. */
const MOST_FAILED = 2;

/** Whether each of the earlier patients is one of the patients now, by any of the ids that the chart has for these. */
async function areAmong(
  keyring: Pick<Keyring, "hash">,
  visit: VisitId,
  were: readonly string[],
  { ids, namesOf }: NamedPatients,
  isInVain: boolean,
): Promise<boolean> {
  const names = new Set(patientHashes(keyring, visit, ids));
  const areKnown = () => were.every((one) => names.has(one));
  const failed: Error[] = [];
  const inTurn = atMost(AT_ONCE);
  const ask = async (id: string) => {
    if (areKnown() || failed.length >= MOST_FAILED) return;
    try {
      for (const one of patientHashes(keyring, visit, await namesOf(id))) names.add(one);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failed.push(error);
    }
  };
  await Promise.all(ids.map((id) => inTurn(() => ask(id))));
  if (areKnown()) return true;
  const [why] = isInVain ? failed.filter((error) => !isOfRecord(error)) : failed;
  if (why !== undefined) throw why;
  return false;
}

/** Whether a clinician's chart does not tell of a record, though more of it may be read. */
const isOfRecord = (error: unknown): boolean => error instanceof EhrFault && !endsReading(error);
