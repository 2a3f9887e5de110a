/** The directory's consent: which page is opened, and which answers say that this directory has consented. */
import { expect, test } from "vitest";
import { consentGiven, consentPage } from "../../../../app/adapters/entra/adminConsent.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-00000000000a";
const OTHER = "bbbbbbbb-0000-4000-8000-000000000002";

test("the directory's own page is asked for everything that the registration asks for", () => {
  const page = consentPage(new URL("https://login.example/" + TENANT + "/oauth2/v2.0/authorize?x=1"), {
    tenantId: TENANT,
    clientId: "client",
    graph: "https://graph.example",
    redirectUri: "https://visits.lamna.example/portal/consent",
    state: "state-1",
  });
  expect(page.origin + page.pathname).toBe(`https://login.example/${TENANT}/v2.0/adminconsent`);
  expect(Object.fromEntries(page.searchParams)).toEqual({
    client_id: "client",
    scope: "https://graph.example/.default",
    redirect_uri: "https://visits.lamna.example/portal/consent",
    state: "state-1",
  });
});

test.each([
  `tenant=${TENANT}&admin_consent=True`,
  `tenant=${TENANT.toUpperCase()}&admin_consent=true&state=s`,
])("this directory has consented: %s", (query) => {
  expect(() => consentGiven(new URL("https://x.example/?" + query), TENANT)).not.toThrow();
});

test.each([
  ["error=access_denied", "declined", "The administrator did not consent."],
  [`error=consent_required&tenant=${TENANT}&admin_consent=True`, "declined", "did not consent"],
  [`error=server_error&tenant=${TENANT}&admin_consent=True`, "unavailable", "Entra answers server_error."],
  ["error=temporarily_unavailable", "unavailable", "Entra answers temporarily_unavailable."],
  ["error=invalid_client", "registration", "Entra answers invalid_client."],
  ["error=Ana+Ruiz", "registration", "Entra answers other."],
  ["error=AnaRuiz", "registration", "Entra answers other."],
  ["error=", "registration", "Entra answers none."],
  ["", "invalid", "does not say which directory"],
  ["admin_consent=True", "invalid", "does not say which directory"],
  [`tenant=${TENANT}`, "invalid", "does not say which directory"],
  [`tenant=${TENANT}&admin_consent=False`, "invalid", "does not say which directory"],
  [`tenant=${TENANT}&tenant=${OTHER}&admin_consent=True`, "invalid", "does not say which directory"],
  [`tenant=${OTHER}&admin_consent=True`, "other-tenant", "Another directory has consented."],
])("nobody has consented, or not this directory: %s is %s", (query, reason, words) => {
  const fault = thrownBy(() => {
    consentGiven(new URL("https://x.example/?" + query), TENANT);
  });
  expect(fault).toBeInstanceOf(StaffSignInFault);
  expect(fault).toMatchObject({ reason, message: expect.stringContaining(words) as string });
});

test("Entra's own code is told, and nothing else of its description", () => {
  const query = new URLSearchParams({
    error: "unauthorized_client",
    error_description: "AADSTS700016: Application of ana@lamna.example was not found",
  });
  const fault = thrownBy(() => {
    consentGiven(new URL("https://x.example/?" + query.toString()), TENANT);
  });
  expect(fault).toMatchObject({
    reason: "registration",
    code: "AADSTS700016",
    message: "Entra answers unauthorized_client AADSTS700016.",
  });
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
