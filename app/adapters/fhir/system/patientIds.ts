/**
 * The ids that a chart has for one patient. Records get combined, and each names the one that replaced it or those that it
 * replaced.
 */
import { z } from "zod";
import type { NotShown, PatientIds, Trouble } from "../../../ports/systemEhr.ts";
import { readMembers } from "../../wire/members.ts";
import { linked, MOST_HOPS, patientSchema, replacementOf } from "../patients.ts";
import { bareId } from "../references.ts";
import { read, unlessUnreadable, type Asking } from "./ask.ts";

/** Only these members of a patient are read. */
const recordSchema = z.object({ id: patientSchema.shape.id, link: patientSchema.shape.link });

export async function patientIds(asking: Asking, id: string): Promise<PatientIds | NotShown | Trouble> {
  const base = asking.connection.fhirBaseUrl;
  const first = bareId(id, "Patient", base);
  if (first === undefined) return { kind: "not-shown" };
  const ids = new Set<string>();
  for (let next: string | undefined = first; next !== undefined && ids.size <= MOST_HOPS;) {
    const own: string = next;
    const came = await read(asking, [base, "Patient", own].join("/"), "Patient");
    // A current record that is not shown does not invalidate the ids that were read before.
    if (came.kind === "not-shown" && ids.size > 0) break;
    if (came.kind !== "came") return came;
    const record = unlessUnreadable(() => ({
      kind: "record" as const,
      value: readMembers(recordSchema, came.json).value,
    }));
    if (record.kind !== "record") return record;
    if (record.value.id !== own) return { kind: "not-shown" };
    ids.add(own);
    for (const replaced of linked(record.value, "replaces", base)) ids.add(replaced);
    const replacement = replacementOf(record.value, base);
    next = replacement !== undefined && !ids.has(replacement) ? replacement : undefined;
  }
  return { kind: "ids", ids: [...ids] };
}
