/** Whether a patient may be written to, and by which way the patient wants to be. */
import * as z from "zod";
import type { ChartPatient } from "../../ports/ehr.ts";
import type { Recipient } from "../../ports/systemEhr.ts";
import { flag, readMembers } from "../wire/members.ts";
import { codeRead, concept, saysAnything, standsInPlace } from "./concepts.ts";

interface Part {
  readonly url?: string | undefined;
  readonly valueCodeableConcept?: unknown;
}
interface Patient {
  readonly active?: boolean | undefined;
  readonly _active?: unknown;
  readonly deceasedBoolean?: unknown;
  readonly _deceasedBoolean?: unknown;
  readonly deceasedDateTime?: unknown;
  readonly _deceasedDateTime?: unknown;
  readonly extension: readonly { readonly url?: string | undefined; readonly extension: readonly Part[] }[];
}

/**
 * Why nobody is to be written to, if so. A member that cannot be read, or in whose place something else is said, may say just
 * that, so it counts as saying it: a patient who died on a day that nobody knows has no date of death.
 */
export function goneAs({ active, ...said }: Patient, ignored: readonly string[]): Recipient["gone"] {
  const isSaid = (one: unknown, beside: unknown) =>
    one === undefined || one === null ? standsInPlace(beside) : flag.safeParse(one).data !== false;
  if (
    isSaid(said.deceasedBoolean, said._deceasedBoolean) ||
    isSaid(said.deceasedDateTime, said._deceasedDateTime)
  )
    return "deceased";
  const isActiveHidden = active === undefined && standsInPlace(said._active);
  return active === false || isActiveHidden || ignored.includes("active") ? "inactive" : undefined;
}

/**
 * The extension that tells by which way a patient wants which kind of message:
 * https://fhir.cerner.com/millennium/r4/individuals/patient/
 */
const PREFERENCE = "/communication-preference";

/**
 * A method that is there and cannot be read, because it is masked or said in words only, may say that the patient wants neither
 * texts nor mails. So may one of a kind of message that is not shown.
 */
export function preferenceOf({ extension }: Patient): ChartPatient["prefers"] {
  const methods = extension
    .filter(({ url }) => (url ?? "").endsWith(PREFERENCE))
    .filter((one) => isOfReminders(codesIn(one.extension, "communication-type")))
    .flatMap((one) => codesIn(one.extension, "contact-method"));
  if (methods.length === 0) return undefined;
  if (methods.includes("sms")) return "text";
  return methods.includes("email") ? "mail" : "other";
}

const isOfReminders = (types: readonly string[]): boolean =>
  types.includes("appointment-reminder") || types.includes(MASKED);

/** Stand where something is said otherwise than by a code; no code is like them. */
const OTHERWISE = " otherwise";
const MASKED = " masked";

const codesIn = (parts: readonly Part[], url: string): readonly string[] =>
  parts.filter((part) => part.url === url).flatMap(codesOf);

const valueSchema = z.object({ value: concept.optional() });

function codesOf({ url: _url, ...said }: Part): readonly string[] {
  const { value } = readMembers(valueSchema, { value: said.valueCodeableConcept }).value;
  const codes = (value?.coding ?? []).flatMap(({ code }) => (code === undefined ? [] : codeRead(code)));
  if (codes.length > 0 || !saysAnything(said)) return codes;
  return [[said, ...Object.values(said)].some(standsInPlace) ? MASKED : OTHERWISE];
}
