/** What a launch asks of the chart system, and whether it got it. */
import type { ConfiguredClient } from "./hospital.ts";

/** The least a launch needs; SMART v1 spelling, because an app that is registered for SMART v2 loses scopes at Oracle. */
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

/** Whose registration may name scopes of its own. */
interface Asking {
  readonly provider?: Pick<ConfiguredClient, "clientId" | "scopes"> | undefined;
}

export function scopesToAsk(connection: Asking): readonly string[] {
  return connection.provider?.scopes ?? LAUNCH_SCOPES;
}

/** Scopes that were asked for, are needed, and are not covered by what was granted. */
export function missingScopes(connection: Asking, granted: readonly string[]): string[] {
  return scopesToAsk(connection).filter(
    (scope) => !DISPENSABLE.includes(scope) && !granted.some((given) => covers(given, scope)),
  );
}

function covers(given: string, asked: string): boolean {
  if (given === asked) return true;
  const [had, wanted] = [parts(given), parts(asked)];
  if (had === undefined || wanted === undefined) return false;
  return (
    had.level === wanted.level &&
    (had.resource === "*" || had.resource === wanted.resource) &&
    Array.from(wanted.rights).every((right) => had.rights.includes(right))
  );
}

/** v1 `.read` is v2 `.rs`, `.write` is `.cud`, `.*` is `.cruds`. */
function parts(scope: string): { level: string; resource: string; rights: string } | undefined {
  const match = /^(patient|user|system)\/(\*|[A-Za-z]+)\.([a-z*]+)$/.exec(scope);
  if (match === null) return undefined;
  const [, level = "", resource = "", rights = ""] = match;
  const v2 = { read: "rs", write: "cud", "*": "cruds" }[rights] ?? rights;
  return { level, resource, rights: v2 };
}
