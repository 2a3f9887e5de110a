/** Checks connections, their keys and departments against each other, whether they come from a stack file or the portal. */
import type { Environment } from "./environment.ts";
import { fhirBaseUrl, spellingFault } from "./fhirBaseUrl.ts";
import { isZoneOfPlace } from "./formatters.ts";
import type { Connection, Department, Organization } from "./hospital.ts";
import { isCallable, UNCALLABLE } from "./phoneNumbers.ts";
import { vaultKeyFaults } from "./vaultKeyNames.ts";

export interface SaidOfHospital {
  /** The deployment's environment. */
  readonly environment: Environment;
  /** Left out where connections are given elsewhere; then a department's connection is not looked for among them. */
  readonly connections?: readonly Connection[] | undefined;
  readonly departments?: readonly Department[] | undefined;
  readonly organization?: Pick<Organization, "phone"> | undefined;
}

/** Each fault is a sentence that starts with the key to change, such as `connections[0].id`. */
export function hospitalFaults(said: SaidOfHospital): string[] {
  return [
    ...phoneFaults(said),
    ...connectionFaults(said),
    ...vaultKeyFaults(said.connections ?? []),
    ...departmentFaults(said),
  ];
}

/** What is deployed already stays good: the connector itself starts with any number that the schema takes. */
function phoneFaults({ organization, departments = [] }: SaidOfHospital): string[] {
  const all = [
    ...(organization === undefined ? [] : [["organization", organization.phone] as const]),
    ...departments.map(({ phone }, index) => [`departments[${String(index)}]`, phone] as const),
  ];
  return all.flatMap(([key, phone]) => (isCallable(phone) ? [] : [`${key}.phone: ${UNCALLABLE}`]));
}

function connectionFaults({ environment, connections = [] }: SaidOfHospital): string[] {
  const local = environment === "local";
  const seen = { ids: new Set<string>(), urls: new Set<string>() };
  return connections.flatMap((connection, index) => {
    const key = "connections[" + String(index) + "]";
    const faults: string[] = [];
    if (seen.ids.has(connection.id))
      faults.push(key + ".id: is used by an earlier connection; choose another");
    seen.ids.add(connection.id);
    const verdict = fhirBaseUrl(connection.fhirBaseUrl, { loopback: local });
    if (!verdict.ok) faults.push(key + ".fhirBaseUrl: " + verdict.reason);
    else if (seen.urls.has(verdict.url))
      faults.push(key + ".fhirBaseUrl: is used by an earlier connection; one chart system is one connection");
    else {
      seen.urls.add(verdict.url);
      const fault = spellingFault(connection.fhirBaseUrl, verdict.url);
      if (fault !== undefined) faults.push(key + ".fhirBaseUrl: " + fault);
    }
    if (
      environment === "production" &&
      connection.environment === "production" &&
      connection.fhirBaseUrl.startsWith("https://fhir-ehr-code.cerner.com/")
    )
      faults.push(
        key +
          ".fhirBaseUrl: is Oracle's sandbox, which is never a production system; give the hospital's own, or say environment: test",
      );
    if (environment === "test" && connection.environment === "production")
      faults.push(
        key +
          ".environment: a test deployment takes only test connections; say test, or move the connection to production's stack",
      );
    for (const end of ["authorizationEndpoint", "tokenEndpoint", "issuer", "jwksUri"] as const) {
      const address = connection.signIn?.[end];
      if (address !== undefined && !local && !address.startsWith("https://"))
        faults.push(key + ".signIn." + end + ": must start with https://");
    }
    return faults;
  });
}

function departmentFaults({ connections, departments = [] }: SaidOfHospital): string[] {
  const known = connections && new Set(connections.map(({ id }) => id));
  const ids = new Set<string>();
  const owners = new Map<string, string>();
  return departments.flatMap((department, index) => {
    const key = "departments[" + String(index) + "]";
    const faults: string[] = [];
    if (ids.has(department.id)) faults.push(key + ".id: is used by an earlier department; choose another");
    ids.add(department.id);
    if (!isZoneOfPlace(department.timeZone)) faults.push(`${key}.timeZone: ${ZONE_OF_PLACE}`);
    if (known?.has(department.connection) === false)
      faults.push(`${key}.connection: no connection has the id ${department.connection}; ${sayOne(known)}`);
    for (const location of department.locations) {
      const belongs = department.connection + " " + location;
      const owner = owners.get(belongs);
      if (owner !== undefined)
        faults.push(
          `${key}.locations: ${location} belongs to department ${owner} already; leave it out of one of them`,
        );
      owners.set(belongs, department.id);
    }
    return faults;
  });
}

/** What to change about a zone that is the same all year, such as EST. */
const ZONE_OF_PLACE =
  "is no place's, and has no summer time; name the place, such as America/New_York, or America/Phoenix where there is none";

const sayOne = (known: ReadonlySet<string>): string =>
  known.size > 0 ? "say one that is there: " + [...known].join(", ") : "add one that has it";
