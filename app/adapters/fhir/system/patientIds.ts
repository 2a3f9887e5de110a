/**
 * The ids that a chart has for one patient. Records get combined, and each names the one that replaced it or those that it
 * replaced.
 */
import * as z from "zod";
import type { NotShown, PatientIds, Trouble } from "../../../ports/systemEhr.ts";
import { readMembers } from "../../wire/members.ts";
import { replacedIn, saidReplaced, type Look } from "../combined.ts";
import { followed } from "../currentRecord.ts";
import { patientSchema } from "../patients.ts";
import { bareId } from "../references.ts";
import { read, unlessUnreadable, type Asking } from "./ask.ts";

/** Only these members of a patient are read. */
const recordSchema = z.object({
  id: patientSchema.shape.id,
  active: patientSchema.shape.active,
  link: patientSchema.shape.link,
});
interface Shown {
  readonly kind: "record";
  readonly value: z.output<typeof recordSchema>;
}

export async function patientIds(asking: Asking, id: string): Promise<PatientIds | NotShown | Trouble> {
  const base = asking.connection.fhirBaseUrl;
  const first = bareId(id, "Patient", base);
  if (first === undefined) return NOT_SHOWN;
  const { records, end } = await followed(first, base, async (one) => {
    const shown = await recordOf(asking, one);
    return shown.kind === "record"
      ? { kind: "record" as const, record: shown }
      : { kind: "not-read" as const, why: shown };
  });
  if (end.kind === "not-read" && end.why.kind !== "not-there") return end.why;
  // A current record that is not shown does not invalidate the ids that were read before.
  if (records.length === 0) return NOT_SHOWN;
  const current = new Set(records.map((one) => one.id));
  const said = records.flatMap(({ record }) => saidReplaced(record.value, base));
  const { ids, unread } = await replacedIn(said, current, base, (one) => lookAt(asking, one));
  const [trouble] = unread;
  return trouble ?? { kind: "ids", ids: [...current, ...ids] };
}

const NOT_SHOWN: NotShown = { kind: "not-shown" };

/** `not-there`: the chart has no such record for us. `not-shown`: another one came, which says nothing about this one. */
async function recordOf(
  asking: Asking,
  id: string,
): Promise<Shown | NotShown | Trouble | { readonly kind: "not-there" }> {
  const came = await read(asking, [asking.connection.fhirBaseUrl, "Patient", id].join("/"), "Patient");
  if (came.kind === "not-shown") return { kind: "not-there" };
  if (came.kind !== "came") return came;
  const record = unlessUnreadable(() => ({
    kind: "record" as const,
    value: readMembers(recordSchema, came.json).value,
  }));
  return record.kind === "record" && record.value.id !== id ? NOT_SHOWN : record;
}

async function lookAt(asking: Asking, id: string): Promise<Look<Trouble>> {
  const shown = await recordOf(asking, id);
  switch (shown.kind) {
    case "record":
      return shown;
    case "not-there":
      return { kind: "not-shown" };
    case "not-shown":
    case "not-fhir":
      return { kind: "no-record" };
    default:
      return { kind: "unread", why: shown };
  }
}
