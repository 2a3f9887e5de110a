/** The rules for the address of a chart system. */
import { isInternalName } from "./hostName.ts";

/** A FHIR base URL in canonical form: host in lower case, no final slash. Two equal ones are the same chart system. */
export type FhirBaseUrl = string & { readonly __brand: "FhirBaseUrl" };

export interface BaseUrlRules {
  /** Allows plain http and loopback addresses, which is for `environment: local` only. */
  readonly loopback: boolean;
}

export type BaseUrlVerdict =
  { readonly ok: true; readonly url: FhirBaseUrl } | { readonly ok: false; readonly reason: string };

/**
 * The only function that makes a {@link FhirBaseUrl}. Oracle publishes no host pattern that every hospital keeps (customers
 * front it with hosts of their own), so only wrong syntax and addresses known to be wrong are refused here; the probe finds
 * the rest.
 */
export function fhirBaseUrl(text: string, rules: BaseUrlRules): BaseUrlVerdict {
  if (PLACEHOLDER.test(text)) return no("has a placeholder; write the tenant's id in place of it");
  const url = URL.parse(text);
  if (url === null) return no("is not a URL; it should look like https://fhir-ehr.cerner.com/r4/<tenant>");
  const fault = addressFault(url, text, rules) ?? hostFault(url) ?? pathFault(url);
  if (fault !== undefined) return no(fault);
  return { ok: true, url: canonical(url) };
}

/** Braces or pointed brackets, also as an address encodes them: somebody has copied a template, such as the one in our words. */
const PLACEHOLDER = /[{}<>]|%(7b|7d|3c|3e)/i;

function addressFault(url: URL, text: string, rules: BaseUrlRules): string | undefined {
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== "https:" && !(rules.loopback && loopback && url.protocol === "http:"))
    return "must start with https://";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password";
  // An empty query or fragment leaves no trace in the parsed URL.
  if (/[?#]/.test(text)) return "must not contain ? or #";
  if (loopback && !rules.loopback) return "is an address of this machine; give the hospital's public address";
  if (!loopback && isAddressLiteral(url.hostname)) return "must name a host, not an IP address";
  if (url.port !== "" && !(rules.loopback && loopback)) return "must use port 443";
  if (!rules.loopback && isInternalName(url.hostname))
    return "has a name that only the hospital's own network knows; give the one that the internet's DNS knows";
  return undefined;
}

const SHOULD_BE = "it should look like https://fhir-ehr.cerner.com/r4/<tenant>";

function hostFault({ hostname, pathname }: URL): string | undefined {
  if (hostname.endsWith(".")) return "has a dot after the host name; leave it out";
  if (hostname === "fhir-open.cerner.com")
    return "is Oracle's open sandbox, which has no sign-in; use the secure one at fhir-ehr-code.cerner.com";
  if (hostname === "fhir-myrecord-sc.cerner.com")
    return "is a Soarian address; that product has no appointments";
  if (hostname === "fhir-myrecord.cerner.com")
    return "is the address for patients' own applications; clinicians' is at fhir-ehr.cerner.com";
  if (/^authorization\.(sandbox)?cerner\.com$/.test(hostname))
    return "is where people sign in, and not a FHIR server; " + SHOULD_BE;
  if (!hostname.endsWith(".cerner.com")) return undefined;
  const isR4Alone = /^\/+(r4\/*)?$/i.test(pathname);
  return isR4Alone ? "lacks the tenant; " + SHOULD_BE : undefined;
}

function pathFault({ hostname, pathname }: URL): string | undefined {
  if (/%(0[9ad]|20)/i.test(pathname)) return "has a blank in it; leave it out";
  if (pathname.includes("//")) return "has two slashes in a row; one is too many";
  const old = /\/(dstu2|stu3)(\/|$)/i.exec(pathname)?.[1]?.toUpperCase();
  if (old !== undefined)
    return `is ${article(old)} ${old} address; the connector needs the R4 one, usually /r4/ or /R4 in its place`;
  if (/\/(metadata|\.well-known(\/.*)?)\/?$/i.test(pathname))
    return "is a page below the base URL; leave out /metadata or /.well-known/…";
  const below =
    RESOURCES.exec(pathname)?.[1] ??
    ENDS_BELOW.exec(pathname)?.[1] ??
    (hostname.endsWith(".cerner.com") ? BELOW_TENANT.exec(pathname)?.[1] : undefined);
  return below === undefined
    ? undefined
    : `is an address below the base URL; leave out /${below} and what follows`;
}

const article = (word: string) => (word === "STU3" ? "an" : "a");

const NAMES =
  "Appointment|CapabilityStatement|Condition|DocumentReference|Encounter|Location|Observation|Organization|Patient|Person|Practitioner|PractitionerRole|RelatedPerson|Schedule|ServiceRequest|Slot|Task";
/** The resources whose address somebody might copy by mistake; nobody gives a tenant such a name. */
const RESOURCES = new RegExp(`/(${NAMES})(/|$)`);
/** Their names in other letters, an operation, or a page of the sign-in. Before the end, a hospital may call a folder so. */
const ENDS_BELOW = new RegExp(`/(${NAMES}|\\$[^/]+|token|authorize)/?$`, "i");
/** Oracle's own hosts have nothing but a tenant after the version. */
const BELOW_TENANT = /^\/r4\/[^/]+\/([^/]+)/i;

/**
 * What a person who enters a base URL has to change although the URL is accepted; undefined where nothing. Oracle compares
 * addresses as texts, so only a final slash may differ from the canonical form.
 */
export function spellingFault(text: string, url: FhirBaseUrl): string | undefined {
  return withoutSlash(text.trim()) === url ? undefined : "must be written " + url;
}

/**
 * The base URL as the sign-in names it (`aud`): canonical, with the final slash that it was entered with. What earlier
 * releases kept may be written otherwise.
 */
export const audienceOf = (text: string, url: FhirBaseUrl): string =>
  url + (text.trim().endsWith("/") ? "/" : "");

const withoutSlash = (text: string): string => text.replace(/\/$/, "");

function canonical(url: URL): FhirBaseUrl {
  return withoutSlash(url.origin + url.pathname) as FhirBaseUrl;
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isAddressLiteral(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}

const no = (reason: string) => ({ ok: false, reason }) as const;
