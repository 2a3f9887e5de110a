/**
 * Whose an appointment is, and who was told of it. The chart may give an appointment to another patient, who knows nothing
 * of it.
 */
import { idsOf } from "../../charts/sameRecord.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { SystemChart } from "../../ports/systemEhr.ts";
import type { Message } from "../../records/messages.ts";
import type { MessagePicks } from "./parts.ts";

/**
 * Keyed hashes of one patient: `named` of the id that the appointment names, `all` of each id that the chart has for the
 * same person.
 */
export interface Whose {
  readonly named: string;
  readonly all: ReadonlySet<string>;
  /** The appointment names the same person by other ids, too. */
  readonly isNamedTwice?: true;
}

/** A patient by an id that the appointment names. */
interface Named {
  readonly id: string;
  readonly whose: Whose;
}

/** The people whom an appointment names, each once: where the chart has combined records, it may name one by several ids. */
export function eachPerson(named: readonly Named[]): readonly Named[] {
  const people: Named[] = [];
  for (const one of named) {
    const at = people.findIndex((other) => isSame(other.whose, one.whose));
    const known = people[at];
    if (known === undefined) people.push(one);
    else {
      const all = new Set([...known.whose.all, ...one.whose.all]);
      people[at] = { id: known.id, whose: { named: known.whose.named, all, isNamedTwice: true } };
    }
  }
  return people;
}

const isSame = (one: Whose, other: Whose): boolean => one.all.has(other.named) || other.all.has(one.named);

/** Whether the chart has named a patient of the visit so far. A row of the release before may not say so. */
export const hasPatient = ({ patients = [] }: Pick<FoundVisit, "patients">): boolean => patients.length > 0;

/**
 * Whose an appointment is now. The chart is asked only where the known ids are not all the same.
 * @throws RecordUntold
 */
export async function whoseIs(
  { messages, foundVisits }: Pick<MessagePicks, "messages" | "foundVisits">,
  { id, patients = [] }: FoundVisit,
  chart: SystemChart,
  patient: string,
): Promise<Whose> {
  const named = messages.patientHash(id, patient);
  const others = [...patients, ...(await messages.of(id)).flatMap((one) => one.patient ?? [])];
  if (others.every((one) => one === named)) return { named, all: new Set([named]) };
  return { named, all: new Set([named, ...foundVisits.patientHashes(id, await idsOf(chart, patient))]) };
}

/**
 * Whether a message was sent to this patient. One that the release before has kept does not say whom it was for; if staff
 * sent it as a link, that may be anybody.
 */
export const isTo = (
  { all }: Pick<Whose, "all">,
  { patient, kind }: Pick<Message, "patient" | "kind">,
): boolean => (patient === undefined ? kind !== "link" : all.has(patient));

/**
 * Whether the message was for the same person under another id, because the chart has combined their records: their links
 * are good, and they know of the visit.
 */
export const isCombined = ({ named, all, isNamedTwice }: Whose, { patient }: Message): boolean =>
  patient !== undefined && (patient !== named || isNamedTwice === true) && all.has(patient);
