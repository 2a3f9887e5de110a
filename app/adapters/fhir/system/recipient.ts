/** How an appointment's patient can be reached. It is read when a message is about to be sent, and is not kept. */
import type * as z from "zod";
import type { NotShown, Recipient, RecipientRead, Trouble } from "../../../ports/systemEhr.ts";
import { readMembers, type Reading } from "../../wire/members.ts";
import { isReplacementHidden, languageOf, MOST_HOPS, patientSchema, replacementOf } from "../patients.ts";
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
  const seen = new Set<string>();
  let next = bareId(id, "Patient", fhirBaseUrl);
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    if (next === undefined || seen.has(next)) break;
    const own = next;
    seen.add(own);
    const came = await read(asking, [fhirBaseUrl, "Patient", own].join("/"), "Patient");
    if (came.kind !== "came") return came;
    const found = unlessUnreadable(() => {
      const reading = readMembers(patientSchema, came.json);
      return reading.value.id === own ? { kind: "came" as const, reading } : NOT_SHOWN;
    });
    if (found.kind !== "came") return found;
    const { value } = found.reading;
    next = replacementOf(value, fhirBaseUrl);
    if (next === undefined)
      return isReplacementHidden(value, fhirBaseUrl)
        ? { kind: "not-shown" }
        : { kind: "read", recipient: recipientIn(found.reading, asking.now()) };
  }
  return { kind: "not-shown" };
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
