import { describe, expect, test } from "vitest";
import { audienceOf, fhirBaseUrl, spellingFault } from "../../../app/domain/fhirBaseUrl.ts";

const deployed = { loopback: false };
const ORACLE_TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d";

describe("a FHIR base URL", () => {
  test.each([
    [
      "https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/",
      "https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT,
    ],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT, "https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT],
    [
      "https://FHIR-ehr-code.Cerner.com/r4/" + ORACLE_TENANT + "/",
      "https://fhir-ehr-code.cerner.com/r4/" + ORACLE_TENANT,
    ],
    [
      "https://fhir-ehr.cerner.com:443/r4/-Xy7_bN3kQ9wZ1rT5vL8pM2cD4fG6hJ0/",
      "https://fhir-ehr.cerner.com/r4/-Xy7_bN3kQ9wZ1rT5vL8pM2cD4fG6hJ0",
    ],
    [
      "https://lamnahealthcare.com/fhir/auth/connect-ocurprd-oauth/api/FHDST",
      "https://lamnahealthcare.com/fhir/auth/connect-ocurprd-oauth/api/FHDST",
    ],
    ["https://ehr.example.org/r4", "https://ehr.example.org/r4"],
    ["https://ehr.example.org/r4/metadata-tenant", "https://ehr.example.org/r4/metadata-tenant"],
    ["https://ehr.example.org/r4/dstu2x", "https://ehr.example.org/r4/dstu2x"],
    ["https://ehr.example.org/patient/r4", "https://ehr.example.org/patient/r4"],
    ["https://10.1.2.3.example.org/r4/x", "https://10.1.2.3.example.org/r4/x"],
    ["https://ehr127.0.0.1.example.org/r4/x", "https://ehr127.0.0.1.example.org/r4/x"],
    ["https://127.0.0.1.example.org/r4/x", "https://127.0.0.1.example.org/r4/x"],
    ["  https://ehr.example.org/r4/Tenant ", "https://ehr.example.org/r4/Tenant"],
    [
      "https://fhir.epic.com/interconnect-fhir-oauth/api/FHIR/R4/",
      "https://fhir.epic.com/interconnect-fhir-oauth/api/FHIR/R4",
    ],
  ])("%s is accepted, with exactly one final slash less", (text, canonical) => {
    expect(fhirBaseUrl(text, deployed)).toEqual({ ok: true, url: canonical });
  });

  test.each<[text: string, words: RegExp]>([
    ["not a url", /not a URL/],
    ["http://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT, /https/],
    ["https://fhir-ehr.cerner.com/", /lacks the tenant/],
    ["https://user:pw@fhir-ehr.cerner.com/r4/" + ORACLE_TENANT, /user name/],
    ["https://user@ehr.example.org/r4/x", /user name/],
    ["https://:pw@ehr.example.org/r4/x", /user name/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "?x=1", /must not contain/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "#x", /must not contain/],
    ["https://fhir-ehr.cerner.com:8443/r4/" + ORACLE_TENANT, /443/],
    ["https://fhir-ehr.cerner.com/dstu2/" + ORACLE_TENANT, /DSTU2/],
    ["https://127.0.0.1/r4/x", /this machine/],
    ["https://localhost/r4/x", /this machine/],
    ["https://[::1]/r4/x", /this machine/],
    ["https://10.1.2.3/r4/x", /not an IP address/],
    ["https://192.168.101.202/r4/x", /not an IP address/],
    ["https://[2001:db8::1]/r4/x", /not an IP address/],
    ["https://127.100.200.30/r4/x", /this machine/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/metadata", /leave out/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/.well-known/smart-configuration", /leave out/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/.well-known", /leave out/],
    ["https://fhir-open.cerner.com/r4/" + ORACLE_TENANT, /no sign-in/],
    ["https://fhir-myrecord-sc.cerner.com/r4/" + ORACLE_TENANT, /Soarian/],
    ["https://fhir-ehr.cerner.com/r4", /lacks the tenant/],
    ["https://fhir-ehr.cerner.com/r4/", /lacks the tenant/],
    ["https://fhir-ehr-code.cerner.com", /lacks the tenant/],
    ["https://fhir-ehr.cerner.com//r4//", /lacks the tenant/],
    ["https://fhir-ehr.cerner.com//r4//" + ORACLE_TENANT, /two slashes/],
    ["https://ehr.example.org/r4/x//", /two slashes/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/Patient", /leave out \/Patient/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/Patient/12/", /leave out \/Patient/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "#", /must not contain/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "?", /must not contain/],
    ["https://authorization.cerner.com/tenants/" + ORACLE_TENANT, /where people sign in/],
    ["https://fhir-ehr.cerner.com./r4/" + ORACLE_TENANT, /dot after the host/],
    ...["{tenant}", "<tenant>", "%7Btenant%7D", "%3Ctenant%3e"].map((tenant): [string, RegExp] => [
      "https://fhir-ehr.cerner.com/r4/" + tenant,
      /in place of/,
    ]),
    ["https://{hospital}.example.org/r4", /not a URL|in place of/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "%20", /blank/],
    ["https://fhir-ehr.cerner.com/r4/ " + ORACLE_TENANT, /blank/],
    ["https://ehr.example.org/r4/x%09", /blank/],
    ["https://fhir-myrecord.cerner.com/r4/" + ORACLE_TENANT, /patients' own/],
    ["https://fhir-MyRecord.cerner.com/r4/" + ORACLE_TENANT + "/Patient", /patients' own/],
    ["https://authorization.sandboxcerner.com/tenants/" + ORACLE_TENANT, /where people sign in/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/patient", /leave out \/patient/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/patient/12/", /leave out \/patient/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/Task", /leave out \/Task/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/$export", /leave out \/\$export/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/token", /leave out \/token/],
    ["https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/Metadata", /leave out/],
    ["https://ehr.example.org/r4/$export", /leave out \/\$export/],
    ["https://ehr.example.org/r4/x/appointment", /leave out \/appointment/],
    ["https://ehr.example.org/r4/x/token", /leave out \/token/],
    ["https://fhir.epic.com/interconnect-fhir-oauth/api/FHIR/STU3", /an STU3 address/],
    ["https://fhir.epic.com/interconnect-fhir-oauth/api/FHIR/STU3/", /an STU3 address/],
    ["https://fhir.epic.com/interconnect-fhir-oauth/api/FHIR/DSTU2", /a DSTU2 address/],
  ])("%s is refused with words", (text, words) => {
    expect(fhirBaseUrl(text, deployed)).toEqual({
      ok: false,
      reason: expect.stringMatching(words) as string,
    });
  });

  test("only a local stack may say http or loopback, and http on loopback only", () => {
    expect(fhirBaseUrl("http://localhost:9000/fhir", { loopback: true })).toMatchObject({ ok: true });
    expect(fhirBaseUrl("https://127.0.0.1:9443/fhir", { loopback: true })).toMatchObject({ ok: true });
    for (const elsewhere of [
      "http://ehr.example.org/fhir",
      "https://ehr.example.org:8443/fhir",
      "ftp://localhost/fhir",
    ])
      expect(fhirBaseUrl(elsewhere, { loopback: true })).toMatchObject({ ok: false });
  });
});

describe("a base URL that is entered", () => {
  const urlOf = (text: string) => {
    const verdict = fhirBaseUrl(text, deployed);
    if (!verdict.ok) throw new Error(text + " " + verdict.reason);
    return verdict.url;
  };
  const url = urlOf("https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT);

  test.each([
    ["with an upper-case host", "https://FHIR-EHR.Cerner.com/r4/" + ORACLE_TENANT],
    ["with an upper-case scheme", "HTTPS://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT],
    ["with the port that is meant anyway", "https://fhir-ehr.cerner.com:443/r4/" + ORACLE_TENANT + "/"],
    ["with a dot segment", "https://fhir-ehr.cerner.com/r4/./" + ORACLE_TENANT],
    ["with a segment that is taken back", "https://fhir-ehr.cerner.com/x/../r4/" + ORACLE_TENANT],
    ["with backslashes", "https:\\\\fhir-ehr.cerner.com\\r4\\" + ORACLE_TENANT],
    ["with a final dot segment", "https://fhir-ehr.cerner.com/r4/" + ORACLE_TENANT + "/."],
  ])("%s is told how to write it, and names the chart system to the sign-in in canonical form", (_, text) => {
    expect(urlOf(text)).toBe(url);
    expect(spellingFault(text, url)).toBe("must be written " + url);
    expect(audienceOf(text, url).replace(/\/$/, "")).toBe(url);
  });

  test.each([
    ["without a final slash", ""],
    ["with one", "/"],
  ])("%s goes out as it is", (_, slash) => {
    expect(spellingFault(url + slash, url)).toBeUndefined();
    expect(audienceOf(url + slash, url)).toBe(url + slash);
  });
});
