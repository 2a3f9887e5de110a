/** A FHIR base URL in canonical form: host in lower case, no final slash. Two that are equal are the same chart system. */
export type FhirBaseUrl = string & { readonly __brand: "FhirBaseUrl" };

export interface BaseUrlRules {
  /** Plain http and loopback addresses: only `environment: local` may say so. */
  readonly loopback: boolean;
}

export type BaseUrlVerdict =
  { readonly ok: true; readonly url: FhirBaseUrl } | { readonly ok: false; readonly reason: string };

/**
 * The one maker of a {@link FhirBaseUrl}. Oracle publishes no host pattern that every hospital keeps (customers front it
 * with hosts of their own), so only the syntax and addresses known to be wrong are refused here; the rest is for the probe.
 */
export function fhirBaseUrl(text: string, rules: BaseUrlRules): BaseUrlVerdict {
  const url = URL.parse(text.trim());
  if (url === null) return no("is not a URL; it should look like https://fhir-ehr.cerner.com/r4/<tenant>");
  const fault = addressFault(url, rules) ?? pathFault(url);
  if (fault !== undefined) return no(fault);
  return { ok: true, url: canonical(url) };
}

function addressFault(url: URL, rules: BaseUrlRules): string | undefined {
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== "https:" && !(rules.loopback && loopback && url.protocol === "http:"))
    return "must start with https://";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password";
  if (url.search !== "" || url.hash !== "") return "must not contain ? or #";
  if (loopback && !rules.loopback) return "is an address of this machine; give the hospital's public address";
  if (!loopback && isAddressLiteral(url.hostname)) return "must name a host, not an IP address";
  if (url.port !== "" && !(rules.loopback && loopback)) return "must use port 443";
  return undefined;
}

function pathFault(url: URL): string | undefined {
  const path = url.pathname;
  if (/\/dstu2(\/|$)/i.test(path))
    return "is a DSTU2 address; the connector needs the R4 one, usually /r4/ in its place";
  if (/\/(metadata|\.well-known(\/.*)?)\/?$/.test(path))
    return "is a page below the base URL; leave out /metadata or /.well-known/…";
  if (url.hostname === "fhir-open.cerner.com")
    return "is Oracle's open sandbox, which has no sign-in; use the secure one at fhir-ehr-code.cerner.com";
  if (url.hostname === "fhir-myrecord-sc.cerner.com")
    return "is a Soarian address; that product has no appointments";
  if (url.hostname.endsWith(".cerner.com") && path.replaceAll("/", "") === "")
    return "lacks the tenant; it should look like https://fhir-ehr.cerner.com/r4/<tenant>";
  return undefined;
}

function canonical(url: URL): FhirBaseUrl {
  return (url.origin + url.pathname.replace(/\/$/, "")) as FhirBaseUrl;
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isAddressLiteral(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}

const no = (reason: string) => ({ ok: false, reason }) as const;
