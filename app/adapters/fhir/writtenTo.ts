/** Whether a patient may be written to, and by which way the patient wants to be. */
import type { ChartPatient } from "../../ports/ehr.ts";
import { flag } from "../wire/members.ts";

interface Part {
  readonly url?: string | undefined;
  readonly valueCodeableConcept?:
    { readonly coding: readonly { readonly code?: string | undefined }[] } | undefined;
}
interface Patient {
  readonly active?: boolean | undefined;
  readonly deceasedBoolean?: unknown;
  readonly deceasedDateTime?: unknown;
  readonly extension: readonly { readonly url?: string | undefined; readonly extension: readonly Part[] }[];
}

/** Why nobody is to be written to, if so. A member that cannot be read may say just that, so it counts as saying it. */
export function goneAs({ active, ...said }: Patient, ignored: readonly string[]): ChartPatient["gone"] {
  const isSaid = (one: unknown) => one !== undefined && one !== null && flag.safeParse(one).data !== false;
  if (isSaid(said.deceasedBoolean) || isSaid(said.deceasedDateTime)) return "deceased";
  return active === false || ignored.includes("active") ? "inactive" : undefined;
}

/**
 * The extension that tells by which way a patient wants which kind of message:
 * https://fhir.cerner.com/millennium/r4/individuals/patient/
 */
const PREFERENCE = "/communication-preference";

export function preferenceOf({ extension }: Patient): ChartPatient["prefers"] {
  const methods = extension
    .filter(({ url }) => (url ?? "").endsWith(PREFERENCE))
    .filter((one) => codesIn(one.extension, "communication-type").includes("appointment-reminder"))
    .flatMap((one) => codesIn(one.extension, "contact-method"));
  if (methods.length === 0) return undefined;
  if (methods.includes("sms")) return "text";
  return methods.includes("email") ? "mail" : "other";
}

const codesIn = (parts: readonly Part[], url: string): readonly string[] =>
  parts
    .filter((part) => part.url === url)
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? [])
    .flatMap(({ code }) => code ?? []);
