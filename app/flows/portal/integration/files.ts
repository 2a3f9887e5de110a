/** Writes the integration records of a connection as files: a text for people, and JSON for programs. */
import { formLines, valueOf, type IntegrationForm } from "../../../domain/integrationForms.ts";
import { ABOUT, PERSONAS } from "./words.ts";
import type { IntegrationRecords } from "./records.ts";

/** The hospital's name, and the time of the file. */
export interface FileOf {
  readonly organization: string;
  readonly at: Date;
}

export function textOf(records: IntegrationRecords, { organization, at }: FileOf): string {
  const { name, id, environment, forms, given } = records;
  return [
    `Integration records of ${name} (${id}), ${environment}`,
    `${organization}, as of ${at.toISOString()}`,
    given === undefined
      ? "Not marked as given to Oracle."
      : `Marked as given to Oracle on ${given.changedAt.toISOString()}.`,
    ...forms.flatMap((form) => [
      "",
      PERSONAS[form.persona].toUpperCase(),
      ...ABOUT[form.persona],
      "",
      ...formLines(form),
    ]),
    "",
  ].join("\n");
}

export function jsonOf(records: IntegrationRecords, { organization, at }: FileOf) {
  const { id, name, environment, forms, given, differences } = records;
  return {
    organization,
    at: at.toISOString(),
    connection: id,
    ...{ name, environment },
    given: given?.changedAt.toISOString() ?? null,
    changedSinceGiven: differences,
    records: Object.fromEntries(forms.map((form) => [form.persona, valuesOf(form)])),
  };
}

const valuesOf = ({ entries }: IntegrationForm) =>
  Object.fromEntries(entries.map((entry) => [entry.name, valueOf(entry)]));
