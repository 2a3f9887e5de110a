/**
 * Consent of the whole directory to what the registration asks for, at Entra's own page
 * (https://learn.microsoft.com/entra/identity-platform/v2-admin-consent). What is granted in the end is seen in a token
 * (grants.ts); the answer only says how the page ended.
 */
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import { aadCode, coded } from "./signInFault.ts";

/** @param authorizePage the page at which people of this directory sign in, which Entra's discovery names */
export function consentPage(
  authorizePage: URL,
  {
    tenantId,
    ...asked
  }: {
    readonly tenantId: string;
    readonly clientId: string;
    /** Origin of Microsoft Graph, whose permissions are asked for. */
    readonly graph: string;
    readonly redirectUri: string;
    readonly state: string;
  },
): URL {
  const page = new URL(`/${tenantId}/v2.0/adminconsent`, authorizePage);
  page.searchParams.set("client_id", asked.clientId);
  page.searchParams.set("scope", asked.graph + "/.default");
  page.searchParams.set("redirect_uri", asked.redirectUri);
  page.searchParams.set("state", asked.state);
  return page;
}

/**
 * Accepts an answer that says that this directory has consented. Whoever calls has verified its state.
 * @throws StaffSignInFault
 */
export function consentGiven(callback: URL, tenantId: string): void {
  const { searchParams } = callback;
  const [tenant, ...more] = searchParams.getAll("tenant");
  const [error] = searchParams.getAll("error");
  if (error === "access_denied" || error === "consent_required")
    throw new StaffSignInFault("declined", "The administrator did not consent.");
  // The description, which may name people, is not repeated.
  if (error !== undefined) {
    const code = aadCode(searchParams.get("error_description") ?? "");
    throw new StaffSignInFault(
      error === "temporarily_unavailable" || error === "server_error" ? "unavailable" : "registration",
      `Entra answers ${[coded(error), code].join(" ").trim()}.`,
      code === "" ? {} : { code },
    );
  }
  if (tenant === undefined || more.length > 0 || searchParams.get("admin_consent")?.toLowerCase() !== "true")
    throw new StaffSignInFault("invalid", "The answer does not say which directory has consented.");
  if (tenant.toLowerCase() !== tenantId.toLowerCase())
    throw new StaffSignInFault("other-tenant", "Another directory has consented.");
}
