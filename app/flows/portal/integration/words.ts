/** The words that say what each integration record is, for the page and for the file. */
import type { Persona } from "../../../domain/integrationForms.ts";

export const PERSONAS: Readonly<Record<Persona, string>> = {
  provider: "Provider launch",
  patient: "Patient launch",
  system: "System client",
};

export const recordWords = (record: string): string =>
  Object.hasOwn(PERSONAS, record) ? PERSONAS[record as Persona] : record;

/** Sentences; each is a line of the file. */
export const ABOUT: Readonly<Record<Persona, readonly string[]>> = {
  provider: [
    "A clinician opens a visit from PowerChart by it. Copy each value to the letter.",
    "Oracle gives a client id and an application id, which are two values: the client id goes into this connection, the application id into PowerChart’s URL.",
    "Whoever sets up PowerChart at Oracle names its SMART server: smart.sandboxcerner.com in the sandbox. What stands between dollar signs stays as it is: PowerChart fills it in.",
  ],
  patient: [
    "There is no patient launch, so nothing is registered for patients: each has a join link, and neither an account nor a sign-in.",
    "The link is in the patient’s texts and mails, and, where links are written to the chart, in the appointment’s room of the patient. What stands for {token} is each patient’s own.",
  ],
  system: [
    "The connector finds visits by it and writes their links, without a person. It is a second application at Oracle, which nobody launches.",
  ],
};
