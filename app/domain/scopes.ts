/** The scopes that the chart system is asked for, for a launch and for the system client, and whether they were granted. */
import { writeBackOf } from "./defaults.ts";
import type { Environment } from "./environment.ts";
import type { ConfiguredClient, Connection } from "./hospital.ts";

/**
 * The least that a launch needs, in SMART v1 spelling, because an app that is registered for SMART v2 loses scopes at
 * Oracle.
 */
const LAUNCH_SCOPES = [
  "launch",
  "openid",
  "fhirUser",
  "online_access",
  "user/Appointment.read",
  "user/Encounter.read",
  "user/Patient.read",
  "user/Location.read",
];

/** Scopes that a server may leave out without harm: they ask for context or duration, not for access. */
const DISPENSABLE = ["launch", "online_access", "offline_access", "profile"];

/** A connection, as far as its registration may name scopes of its own. */
interface Asking {
  readonly provider?: Pick<ConfiguredClient, "clientId" | "scopes"> | undefined;
}

export function scopesToAsk(connection: Asking): readonly string[] {
  return connection.provider?.scopes ?? LAUNCH_SCOPES;
}

/** What the system client reads. */
const SYSTEM_SCOPES = ["system/Appointment.read", "system/Patient.read", "system/Location.read"];
/** Asked for only where links or a status are written. To change an Appointment, Oracle also wants the right to read it. */
const WRITING_SCOPE = "system/Appointment.write";

/** The scopes that the registration of the system client names, else the least that it needs in this deployment. */
export function systemScopes(
  environment: Environment,
  connection: Pick<Connection, "writeBack"> & {
    readonly system?: Pick<ConfiguredClient, "scopes"> | undefined;
  },
): readonly string[] {
  const { links, status } = writeBackOf(environment, connection);
  const isWriting = links || Object.values(status).includes(true);
  return connection.system?.scopes ?? [...SYSTEM_SCOPES, ...(isWriting ? [WRITING_SCOPE] : [])];
}

/** The needed scopes that no granted scope covers. */
export const uncovered = (needed: readonly string[], granted: readonly string[]): readonly string[] =>
  needed.filter((scope) => !granted.some((given) => covers(given, scope)));

/** Scopes that were asked for, are needed, and are not covered by what was granted. */
export function missingScopes(connection: Asking, granted: readonly string[]): string[] {
  const needed = scopesToAsk(connection).filter((scope) => !DISPENSABLE.includes(scope));
  return [...uncovered(needed, granted)];
}

/**
 * SMART's first version asked who signs in by `profile`, and its servers may still grant that alone; the person is read from
 * either claim (https://hl7.org/fhir/smart-app-launch/1.0.0/scopes-and-launch-context/).
 */
const SAME_PERSON = { asked: "fhirUser", given: "profile" };

function covers(given: string, asked: string): boolean {
  if (given === asked || (asked === SAME_PERSON.asked && given === SAME_PERSON.given)) return true;
  const [had, wanted] = [parts(given), parts(asked)];
  if (had === undefined || wanted === undefined) return false;
  return (
    had.level === wanted.level &&
    (had.resource === "*" || had.resource === wanted.resource) &&
    Array.from(wanted.rights).every((right) => had.rights.includes(right))
  );
}

/** The parts of a scope. The v1 right `.read` is v2's `.rs`, `.write` is `.cud`, and `.*` is `.cruds`. */
function parts(scope: string): { level: string; resource: string; rights: string } | undefined {
  const match = /^(patient|user|system)\/(\*|[A-Za-z]+)\.([a-z*]+)$/.exec(scope);
  if (match === null) return undefined;
  const [, level = "", resource = "", rights = ""] = match;
  const v2 = { read: "rs", write: "cud", "*": "cruds" }[rights] ?? rights;
  return { level, resource, rights: v2 };
}
