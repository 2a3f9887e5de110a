/** Judges what was typed into the code console: it gives an application, or the fault of each field. */
import type { RegisteredClient } from "../options.ts";
import { requestedScopes } from "../smart/scopes.ts";

export const FIELDS = {
  name: "Application name",
  type: "Application type",
  access: "Type of access",
  privacy: "Application privacy",
  smart: "SMART version",
  launchUri: "SMART launch URI",
  redirectUri: "Redirect URI",
  proof: "Proof of the application",
  jwksUri: "JWKS URI",
  scopes: "Scopes",
  domains: "Domains that enable it",
} as const;

export type Field = keyof typeof FIELDS;
export type Typed = Readonly<Record<Exclude<Field, "domains">, string>> & {
  readonly domains: readonly string[];
};
export type RegistrationFaults = Partial<Record<Field, string>>;

export const NEW: Typed = {
  name: "",
  type: "",
  access: "",
  privacy: "",
  smart: "",
  launchUri: "",
  redirectUri: "",
  proof: "",
  jwksUri: "",
  scopes: "",
  domains: [],
};

/** An application without what the console itself creates: the client id, and the secret where there is one. */
type Wanted = Omit<
  RegisteredClient,
  "clientId" | "authentication" | "smart" | "tenants" | "scopes" | "redirectUris"
> & {
  readonly authentication: "secret" | { readonly jwksUrl: string };
  readonly smart: "v1" | "v2";
  readonly tenants: string[];
  readonly scopes: string[];
  readonly redirectUris: string[];
};

export type Judged =
  | { readonly ok: true; readonly application: { readonly name: string; readonly client: Wanted } }
  | { readonly ok: false; readonly faults: RegistrationFaults };

export function judged(typed: Typed, tenants: readonly string[]): Judged {
  const isProvider = typed.type === "provider";
  const scopes = requestedScopes(
    typed.scopes.replaceAll(/[\s,]+/gu, " "),
    typed.type === "system" ? "system" : "user",
  );
  const chosen = (field: "type" | "access" | "privacy" | "smart" | "proof", choices: readonly string[]) =>
    choices.includes(typed[field]) ? {} : { [field]: "Choose one." };
  const faults: RegistrationFaults = {
    ...(typed.name === "" && { name: "Enter a name." }),
    ...(typed.name.length > 100 && { name: "Use 100 characters at most." }),
    ...chosen("type", ["provider", "system"]),
    ...chosen("access", ["online", "offline"]),
    ...chosen("privacy", ["confidential", "public"]),
    ...(typed.privacy === "public" && {
      privacy: "Public applications are not registered here: choose Confidential.",
    }),
    ...chosen("smart", ["v1", "v2"]),
    ...chosen("proof", ["key", "secret"]),
    ...(isProvider && addressFault("launchUri", typed.launchUri)),
    ...(isProvider && addressFault("redirectUri", typed.redirectUri)),
    ...(typed.proof === "key" && addressFault("jwksUri", typed.jwksUri)),
    ...scopeFault(typed, scopes),
    ...((typed.domains.length === 0 || !typed.domains.every((one) => tenants.includes(one))) && {
      domains: "Choose at least one: an application is launched only in domains that have enabled it.",
    }),
  };
  if (Object.keys(faults).length > 0 || !scopes.ok) return { ok: false, faults };
  const client: Wanted = {
    persona: isProvider ? "provider" : "system",
    redirectUris: isProvider ? [typed.redirectUri] : [],
    ...(isProvider && { launchUrl: typed.launchUri }),
    authentication: typed.proof === "secret" ? "secret" : { jwksUrl: typed.jwksUri },
    scopes: [...scopes.scopes],
    tenants: [...typed.domains],
    smart: typed.smart === "v2" ? "v2" : "v1",
  };
  return { ok: true, application: { name: typed.name, client } };
}

/** The fault of an address. Addresses are later compared character by character, so none is corrected. */
function addressFault(field: "launchUri" | "redirectUri" | "jwksUri", address: string): RegistrationFaults {
  const url = URL.parse(address);
  if (url === null || /\s/u.test(address))
    return { [field]: "Enter one whole address, such as https://visits.lamna.example/launch/test." };
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback))
    return { [field]: "The address must begin with https://; http:// is for this machine only." };
  if (url.username !== "" || url.password !== "")
    return { [field]: "Leave user and password out of the address." };
  if (address.includes("#")) return { [field]: "Leave out the # and what follows it." };
  return {};
}

function scopeFault(
  { scopes: text, access }: Typed,
  verdict: ReturnType<typeof requestedScopes>,
): RegistrationFaults {
  if (!verdict.ok)
    return {
      scopes:
        text.trim() === ""
          ? "Enter the scopes, with blanks between them."
          : text.includes("*")
            ? "Wildcards are not supported: name each resource and right."
            : "One of these is no scope of this application type. A provider’s are user/…, a system’s are system/….",
    };
  const other = access === "online" ? "offline_access" : "online_access";
  if (verdict.scopes.includes(other))
    return { scopes: `${other} is not for the type of access that you chose.` };
  return {};
}
