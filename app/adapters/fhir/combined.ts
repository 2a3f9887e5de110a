/** Records that were combined: an old one says which replaced it. https://hl7.org/fhir/R4/patient-definitions.html#Patient.link */
import type { Patient } from "./patients.ts";
import { idOf } from "./references.ts";

type Linked = Pick<Patient, "link" | "active">;

export const MOST_HOPS = 5;

export const replacementOf = (patient: Linked, base: string): string | undefined =>
  linked(patient, "replaced-by", base)[0];

export function linked({ link }: Linked, how: "replaced-by" | "replaces", base: string): readonly string[] {
  const such = link.filter(({ type }) => type === how);
  return such.flatMap(({ other }) => idOf(other, "Patient", base) ?? []);
}

/** The record says that another one replaced it, or may have, and not which. */
export function isReplacementHidden(patient: Linked, base: string): boolean {
  const { link, active } = patient;
  return (
    replacementOf(patient, base) === undefined &&
    link.some(({ type }) => type === "replaced-by" || (type === undefined && active === false))
  );
}
