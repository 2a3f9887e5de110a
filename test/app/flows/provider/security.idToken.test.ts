import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FaultName } from "../../../../app/sandbox/oracle/faults.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn, type Asked } from "../../../harness/fromNowOn.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import { startSmallServer, type Claims, type SmallServer } from "./smallServer.ts";

let other: SmallServer;
let deployment: Deployment;
beforeAll(async () => {
  other = await startSmallServer();
  deployment = await startDeployment({ stack: withChart(other) });
});
afterEach(() => {
  other.reset();
  deployment.sandbox.oracle.faults.clear();
});
afterAll(async () => {
  await deployment.stop();
  await other.stop();
});

const isChart = ({ path }: { readonly path: string }) =>
  /\/(Patient|Encounter|Appointment|Location)\b/.test(path);
/** The requests from now on by which either chart is read. */
function chartReads(): () => readonly object[] {
  const asked = [
    fromNowOn<Asked>(deployment.sandbox.oracle),
    fromNowOn<Asked>({ received: () => other.received.toReversed() }),
  ];
  return () => asked.flatMap((since) => since()).filter(isChart);
}
const hasSession = (person: Person) => person.cookies().some(({ path }) => path.startsWith("/visits"));

function expectUnproven(page: Page): void {
  expect([page.status, heading(page)]).toEqual([502, "Your sign-in could not be confirmed"]);
}

describe("an id_token that proves nothing opens no session, and the chart is never read", () => {
  test.each<[string, FaultName]>([
    ["for another application", "idTokenWrongAudience"],
    ["expired an hour ago", "idTokenExpired"],
    ["signed by a key that is not published", "idTokenOtherKey"],
    ["of another issuer", "idTokenWrongIssuer"],
    ["of somebody outside the FHIR base URL", "fhirUserElsewhere"],
  ])("%s", async (_name, fault) => {
    deployment.sandbox.oracle.faults.set(fault);
    const read = chartReads();
    const person = new Person();
    expectUnproven(await launchScenario(deployment, person, "startsSoon"));
    expect(hasSession(person)).toBe(false);
    expect(read()).toEqual([]);
  });

  const HEADER = { kid: "small-1", typ: "JWT" };
  const signed = (claims: Claims) =>
    new SignJWT({ ...claims }).setProtectedHeader({ ...HEADER, alg: "RS256" }).sign(other.key.privateKey);
  const spoilt: Readonly<Record<string, (claims: Claims) => Promise<string>>> = {
    "without a signature (alg none)": (claims) => Promise.resolve(new UnsecuredJWT({ ...claims }).encode()),
    "signed by HS256 with the public key as its secret": async (claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ ...HEADER, alg: "HS256" })
        .sign(Buffer.from(await exportSPKI(other.key.publicKey))),
    "that brings its own key along": async (claims) => {
      const own = await generateKeyPair("RS256", { extractable: true });
      const header = { ...HEADER, alg: "RS256", jwk: { ...(await exportJWK(own.publicKey)) } };
      return new SignJWT({ ...claims }).setProtectedHeader(header).sign(own.privateKey);
    },
    "changed after it was signed": async (claims) => {
      const [header, , signature] = (await signed(claims)).split(".");
      const body = Buffer.from(JSON.stringify({ ...claims, sub: "else" })).toString("base64url");
      return [header, body, signature].join(".");
    },
    "for another sign-in (nonce)": (claims) => signed({ ...claims, nonce: "another" }),
    "without an expiry": ({ exp: _forever, ...claims }) => signed(claims),
    "without an issuer": ({ iss: _nobody, ...claims }) => signed(claims),
    "of an issuer that only begins like the right one": (claims) =>
      signed({ ...claims, iss: other.issuer + "-evil" }),
    "of an issuer that steps out of the right one": (claims) =>
      signed({ ...claims, iss: other.issuer + "/../evil" }),
    "without fhirUser": ({ fhirUser: _nobody, ...claims }) => signed(claims),
    "of a fhirUser whose address only begins like the base URL": (claims) =>
      signed({ ...claims, fhirUser: other.fhirBaseUrl + "-evil/Practitioner/1" }),
    "of a fhirUser that steps out of the base URL": (claims) =>
      signed({ ...claims, fhirUser: other.fhirBaseUrl + "/../evil/Practitioner/1" }),
    "that is no token at all": () => Promise.resolve("x.y.z"),
  };
  test.each(Object.entries(spoilt))("%s", async (_name, idToken) => {
    other.idToken = idToken;
    const read = chartReads();
    const person = new Person();
    expectUnproven(await person.open(launchAddress(deployment.url, other.fhirBaseUrl)));
    expect(hasSession(person)).toBe(false);
    expect(read()).toEqual([]);
  });

  test("but an honest one of the same server does", async () => {
    const page = await new Person().open(launchAddress(deployment.url, other.fhirBaseUrl));
    expect(page.status, page.html).toBe(200);
  });
});

describe("rights that the EHR did not give", () => {
  test("are named, when it trimmed the scopes", async () => {
    deployment.sandbox.oracle.faults.set("scopesTrimmed");
    const read = chartReads();
    const person = new Person();
    const page = await launchScenario(deployment, person, "startsSoon");
    expect([page.status, heading(page)]).toEqual([403, "Video visits lack permissions in the chart"]);
    for (const resource of ["Appointment", "Encounter", "Patient", "Location"])
      expect(page.html).toContain("user/" + resource + ".read");
    expect(page.html).not.toMatch(/needed, too: [^.]*(openid|online_access)/);
    expect(hasSession(person)).toBe(false);
    expect(read()).toEqual([]);
  });

  test("are named, when no id_token comes and the answer says nothing of scopes", async () => {
    other.idToken = () => undefined;
    const person = new Person();
    const page = await person.open(launchAddress(deployment.url, other.fhirBaseUrl));
    expect([page.status, heading(page)]).toEqual([403, "Video visits lack permissions in the chart"]);
    expect(hasSession(person)).toBe(false);
  });

  test("are named, when openid is missing and nobody is proved", async () => {
    deployment.sandbox.oracle.faults.set("openidMissing");
    const person = new Person();
    const page = await launchScenario(deployment, person, "startsSoon");
    expect([page.status, heading(page)]).toEqual([403, "Video visits lack permissions in the chart"]);
    expect(page.html).toContain("openid");
    expect(hasSession(person)).toBe(false);
  });
});
