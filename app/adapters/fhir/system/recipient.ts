/** How an appointment's patient can be reached. It is read when a message is about to be sent, and is not kept. */
import type * as z from "zod";
import type { NotShown, Recipient, RecipientRead, Trouble } from "../../../ports/systemEhr.ts";
import { readMembers, type Reading } from "../../wire/members.ts";
import { followed, type Followable } from "../currentRecord.ts";
import { languageOf, patientSchema } from "../patients.ts";
import { bareId } from "../references.ts";
import { reachedBy } from "../telecom.ts";
import { goneAs, preferenceOf } from "../writtenTo.ts";
import { read, unlessUnreadable, type Asking } from "./ask.ts";

type Read = Reading<z.output<typeof patientSchema>>;

/** The answer when another record came than the one that was asked for, since that says nothing about it. */
const NOT_SHOWN: NotShown = { kind: "not-shown" };

/** Reads the recipient. A record that was combined into another is followed to that one. */
export async function recipient(asking: Asking, id: string): Promise<RecipientRead | NotShown | Trouble> {
  const { fhirBaseUrl } = asking.connection;
  const first = bareId(id, "Patient", fhirBaseUrl);
  if (first === undefined) return NOT_SHOWN;
  const { records, end } = await followed(first, fhirBaseUrl, (one) => recordOf(asking, one));
  const last = records.at(-1);
  if (end.kind === "not-read") return end.why;
  if (end.kind === "unclear" || last === undefined) return NOT_SHOWN;
  return { kind: "read", recipient: recipientIn(last.record, asking.now()) };
}

async function recordOf(asking: Asking, id: string): Promise<Followable<Read, NotShown | Trouble>> {
  const came = await read(asking, [asking.connection.fhirBaseUrl, "Patient", id].join("/"), "Patient");
  if (came.kind !== "came") return { kind: "not-read", why: came };
  const found = unlessUnreadable(() => {
    const record = readMembers(patientSchema, came.json);
    return record.value.id === id ? { kind: "record" as const, record } : NOT_SHOWN;
  });
  return found.kind === "record" ? found : { kind: "not-read", why: found };
}

function recipientIn({ value, ignored }: Read, now: Date): Recipient {
  const gone = goneAs(value, ignored);
  const { textNumber, mail } = reachedBy(value.telecom, now);
  const language = languageOf(value)?.code;
  const prefers = preferenceOf(value);
  return {
    ...(gone !== undefined && { gone }),
    ...(textNumber !== undefined && { textNumber }),
    ...(mail !== undefined && { mail }),
    ...(language !== undefined && { language }),
    ...(prefers !== undefined && { prefers }),
  };
}
