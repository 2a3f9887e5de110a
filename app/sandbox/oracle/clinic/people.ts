/** The clinicians and patients of the clinic. Everybody here is invented. */
import type { ContactPoint, Patient, Practitioner } from "@medplum/fhirtypes";

/**
 * Everybody here is invented: the names come from a list, and the numbers from the 555-01xx range, which is reserved for
 * fiction.
 */
export interface Clinician {
  readonly id: string;
  readonly username: string;
  readonly display: string;
  readonly specialty: string;
}

const CLINICIANS = [
  ["31000001", "rsample", "Robin", "Sample", "MD", "Family medicine"],
  ["31000002", "apark", "Avery", "Park", "MD", "Cardiology"],
  ["31000003", "jortega", "Jordan", "Ortega", "NP", "Family medicine"],
  ["31000004", "mlindqvist", "Morgan", "Lindqvist", "PhD", "Behavioral health"],
  ["31000005", "tokafor", "Taylor", "Okafor", "MD", "Sleep medicine"],
] as const;

export const clinicians: readonly Clinician[] = CLINICIANS.map(
  ([id, username, given, family, degree, specialty]) => ({
    id,
    username,
    display: `${family} ${degree}, ${given}`,
    specialty,
  }),
);

export function practitionerResources(): Practitioner[] {
  return CLINICIANS.map(([id, username, given, family, degree], index) => ({
    resourceType: "Practitioner",
    id,
    active: true,
    // A real NPI begins with 1 or 2, so these belong to nobody.
    identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: `99999000${String(10 + index)}` }],
    name: [
      { use: "official", text: `${family} ${degree}, ${given}`, family, given: [given], suffix: [degree] },
    ],
    telecom: [{ system: "email", value: `${username}@example.org`, use: "work" }],
  }));
}

const GIVEN: readonly (readonly [string, "female" | "male" | "other"])[] = [
  ["Pat", "female"], ["Luis", "male"], ["Rosa", "female"], ["Nadia", "female"], ["Owen", "male"],
  ["Mei", "female"], ["Carlos", "male"], ["Ingrid", "female"], ["Samuel", "male"], ["Lucía", "female"],
  ["Darnell", "male"], ["Priya", "female"], ["Tomás", "male"], ["Greta", "female"], ["Kofi", "male"],
  ["Elena", "female"], ["Jasper", "male"], ["Amina", "female"], ["Hugo", "male"], ["Riley", "other"],
]; // prettier-ignore
const FAMILY = [
  "Example", "Moreno", "Delgado", "Haddad", "Whitfield", "Tanaka", "Fuentes", "Solberg", "Abbott", "Reyes",
  "Coleman", "Nair", "Vargas", "Lehmann", "Mensah", "Castillo", "Thorne", "Diallo", "Beaumont", "Quinn",
  "Archer", "Ibarra", "Novak", "Osei", "Brandt", "Kaplan", "Rojas", "Winters", "Sandoval", "Yamada",
  "Petrov", "Garza", "Holloway", "Nguyen", "Salazar", "Fischer", "Medina", "Lang", "Ayala", "Stone",
]; // prettier-ignore

const PATIENTS = 40;
const SPANISH = new Set([1, 2, 6, 9, 12, 21, 26, 28, 31, 36]);
const WITHOUT_MOBILE = new Set([7, 18, 29]);
/** One patient whose record was combined into another's. */
const COMBINED = { old: 39, into: 4 } as const;

export const patientId = (index: number): string => String(41_000_001 + index);
export const combinedPatient = {
  oldId: patientId(COMBINED.old),
  currentId: patientId(COMBINED.into),
} as const;

/** Patients of a tenant. The same id is a different patient in another tenant, as it is at Oracle. */
export function patientResources(tenantIndex: number): Patient[] {
  return Array.from({ length: PATIENTS }, (_, index) => patient(index, tenantIndex));
}

function patient(index: number, tenantIndex: number): Patient {
  const [given, gender] = GIVEN[index % GIVEN.length] ?? GIVEN[0] ?? ["Pat", "other"];
  const family = FAMILY[(index + tenantIndex * 7) % FAMILY.length] ?? "Example";
  const isCombined = index === COMBINED.old;
  return {
    resourceType: "Patient",
    id: patientId(index),
    active: !isCombined,
    identifier: [
      { type: { text: "MRN" }, system: "urn:oid:2.16.840.1.113883.3.13.6", value: String(700_100 + index) },
    ],
    name: [{ use: "official", text: `${family}, ${given}`, family, given: [given] }],
    gender,
    birthDate: birthDate(index),
    telecom: telecom(index, given),
    communication: [
      {
        language: SPANISH.has(index)
          ? { coding: [{ system: "urn:ietf:bcp:47", code: "es", display: "Spanish" }], text: "Spanish" }
          : { coding: [{ system: "urn:ietf:bcp:47", code: "en", display: "English" }], text: "English" },
        preferred: true,
      },
    ],
    ...(isCombined
      ? {
          link: [
            { other: { reference: `Patient/${combinedPatient.currentId}` }, type: "replaced-by" as const },
          ],
        }
      : {}),
  };
}

function birthDate(index: number): string {
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${String(1938 + ((index * 13) % 72))}-${pad(1 + ((index * 5) % 12))}-${pad(1 + ((index * 11) % 28))}`;
}

/**
 * Phone numbers as registration clerks write them: bare, punctuated, with +1, with seven digits, no longer in use, old, with
 * an extension.
 */
function telecom(index: number, given: string): ContactPoint[] {
  const last = String(100 + index);
  const area = ["312", "630", "202"][index % 3] ?? "312";
  const shapes = [
    `${area}5550${last}`,
    `(${area}) 555-0${last}`,
    `+1 ${area} 555 0${last}`,
    `${area}-555-0${last}`,
  ];
  const mobile: ContactPoint = {
    id: `CI-PH-${String(index)}1-0`,
    system: "phone",
    value: shapes[index % shapes.length] ?? "",
    use: "mobile",
    rank: 1,
    period: { start: "2024-01-01T00:00:00.000Z" },
  };
  const home: ContactPoint = {
    id: `CI-PH-${String(index)}2-1`,
    system: "phone",
    value: `5550${last}`,
    use: "home",
    rank: 2,
  };
  const former: ContactPoint = {
    id: `CI-PH-${String(index)}3-2`,
    system: "phone",
    value: `${area}5550199`,
    use: "old",
    rank: 1,
    period: { end: "2023-01-01T00:00:00.000Z" },
  };
  const work: ContactPoint = {
    id: `CI-PH-${String(index)}4-3`,
    system: "phone",
    value: "3125550180",
    use: "work",
    rank: 3,
    extension: [{ url: "http://hl7.org/fhir/StructureDefinition/contactpoint-extension", valueString: last }],
  };
  const email: ContactPoint = {
    id: `CI-EM-${String(index)}5-4`,
    system: "email",
    value: `${given
      .normalize("NFD")
      .replace(/[^A-Za-z]/gu, "")
      .toLowerCase()}.${last}@example.org`,
    use: "home",
    rank: 1,
  };
  return [
    ...(WITHOUT_MOBILE.has(index) ? [] : [mobile]),
    ...(index % 2 === 1 || WITHOUT_MOBILE.has(index) ? [home] : []),
    ...(index % 5 === 0 ? [former] : []),
    ...(index % 7 === 3 ? [work] : []),
    ...(index % 4 === 2 ? [] : [email]),
  ];
}
