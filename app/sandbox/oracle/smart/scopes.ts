/** The scopes that can be asked for, and what each allows. */

const LAUNCH = ["fhirUser", "launch", "offline_access", "online_access", "openid", "profile"];
/** What Oracle's live host announces of each resource, in SMART v1 spelling and in v2's. */
const ACCESS: Readonly<Record<string, readonly string[]>> = {
  Appointment: ["crus", "read", "write"],
  Encounter: ["crus", "read", "write"],
  Location: ["read", "rs"],
  Patient: ["crus", "read", "write"],
  Practitioner: ["crs", "read", "write"],
};

/**
 * Every scope that the stand-in knows. Oracle announces hundreds; these are the ones whose resources the stand-in serves.
 */
export const SCOPES: readonly string[] = [
  ...LAUNCH,
  ...["system", "user"].flatMap((who) =>
    Object.entries(ACCESS).flatMap(([resource, all]) => all.map((access) => `${who}/${resource}.${access}`)),
  ),
];

export type ScopeVerdict =
  { readonly ok: true; readonly scopes: readonly string[] } | { readonly ok: false; readonly urn: string };

/** Reads a `scope` parameter by the rules of a grant: wildcards are refused, and a user cannot be granted system scopes. */
export function requestedScopes(text: string | undefined, who: "user" | "system"): ScopeVerdict {
  const scopes = [...new Set((text ?? "").split(" ").filter((scope) => scope !== ""))];
  if (scopes.length === 0) return no("scope:missing");
  if (scopes.some((scope) => scope.includes("*"))) return no("scope:wildcard-not-supported");
  const allowed = (scope: string) =>
    SCOPES.includes(scope) && (scope.includes("/") ? scope.startsWith(`${who}/`) : who === "user");
  return scopes.every(allowed) ? { ok: true, scopes } : no("scope:unknown-scope");
}

/** Whether the granted scopes allow reading or writing a resource, in v1 or v2 syntax. */
export function allows(scopes: readonly string[], resource: string, access: "read" | "write"): boolean {
  const spellings = access === "read" ? ["read", "rs", "crs", "crus"] : ["write", "crus"];
  return spellings.some((spelling) =>
    ["user", "system"].some((who) => scopes.includes(`${who}/${resource}.${spelling}`)),
  );
}

const no = (rule: string) =>
  ({ ok: false, urn: `urn:cerner:error:authorization-server:oauth2:grant:${rule}` }) as const;
