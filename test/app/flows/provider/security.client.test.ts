/** The connector as a client of the chart's sign-in: how it proves itself, and what becomes of its tokens later. */
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { launchAddress, withChart } from "./otherChart.ts";
import { json, MARKS, startSmallServer, type SmallServer } from "./smallServer.ts";

let other: SmallServer;
let deployment: Deployment;
/** The small server issues its id_tokens by the connector's clock, which some tests move on. */
let ahead = 0;
beforeAll(async () => {
  other = await startSmallServer(() => new Date(Date.now() + ahead));
  deployment = await startDeployment({ stack: withChart(other) });
});
afterEach(() => other.reset());
afterAll(async () => {
  await deployment.stop();
  await other.stop();
});

const launch = (person = new Person()) => person.open(launchAddress(deployment.url, other.fhirBaseUrl));
const pass = (minutes: number) => {
  deployment.clock.forward(minutes * 60_000);
  ahead += minutes * 60_000;
};
const tokenRequests = () =>
  other.received.filter(({ path }) => path === "/token").map(({ body }) => new URLSearchParams(body));
const publishedKeys = async () =>
  (await (await fetch(deployment.url + "/.well-known/jwks.json")).json()) as JSONWebKeySet;

describe("the assertion by which the connector proves itself", () => {
  test("is signed by a published key, for that token endpoint alone, for minutes, and is a new one each time", async () => {
    const before = tokenRequests().length;
    await Promise.all([launch(), launch()]);
    const assertions = tokenRequests()
      .slice(before)
      .map((request) => request.get("client_assertion") ?? "");
    expect(assertions).toHaveLength(2);
    const keys = createLocalJWKSet(await publishedKeys());
    for (const assertion of assertions) {
      const clientId = "connector-at-other";
      const { payload } = await jwtVerify(assertion, keys, { algorithms: ["RS384"] });
      expect(payload).toMatchObject({ iss: clientId, sub: clientId, aud: other.origin + "/token" });
      expect((payload.exp ?? Infinity) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
    }
    expect(new Set(assertions.map((assertion) => decodeJwt(assertion).jti)).size).toBe(2);
  });

  test("changes keys unnoticed: a new one is published first and signs an hour later, beside the old one", async () => {
    const kid = () => decodeProtectedHeader(tokenRequests().at(-1)?.get("client_assertion") ?? "").kid;
    const kids = async () => (await publishedKeys()).keys.map((key) => key.kid);
    await launch();
    const old = kid();
    await deployment.sandbox.microsoft.vault.rotateKey("fhir-client");
    pass(6);
    const coming = (await kids()).find((each) => each !== old);
    await launch();
    expect([kid(), coming !== undefined]).toEqual([old, true]);
    pass(60);
    await launch();
    expect(kid()).toBe(coming);
    expect(await kids()).toEqual(expect.arrayContaining([old, coming]));
  });

  test("has its public part published, and nothing private", async () => {
    const { keys } = await publishedKeys();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: "RSA", alg: "RS384", use: "sig" });
      expect(
        Object.keys(key).filter((member) => ["d", "p", "q", "dp", "dq", "qi", "k"].includes(member)),
      ).toEqual([]);
    }
  });
});

test("no other site's script may read an answer", async () => {
  for (const path of [
    "/healthz",
    "/launch/provider?iss=x&launch=y",
    "/visits/x",
    "/j/x",
    "/.well-known/jwks.json",
  ])
    for (const method of ["GET", "OPTIONS"]) {
      const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
      const answer = await fetch(deployment.url + path, { method, headers, redirect: "manual" });
      expect(
        [...answer.headers.keys()].filter((name) => name.startsWith("access-control-")),
        path,
      ).toEqual([]);
    }
});

describe("as the shift goes on, the refresh token", () => {
  const ANEW = { access_token: "another", token_type: "Bearer", expires_in: 570 };
  const refreshedWith = () => tokenRequests().at(-1)?.get("refresh_token");

  test("stays in use until a new one comes, and then the new one is", async () => {
    const person = new Person();
    const { url } = await launch(person);
    other.answers.set("/token", () => json(ANEW));
    for (const used of [MARKS.refreshToken, MARKS.refreshToken]) {
      pass(9);
      expect((await person.open(url)).status).toBe(200);
      expect(refreshedWith()).toBe(used);
    }
    other.answers.set("/token", () => json({ ...ANEW, refresh_token: "the-next" }));
    pass(9);
    await person.open(url);
    pass(9);
    expect((await person.open(url)).status).toBe(200);
    expect(refreshedWith()).toBe("the-next");
  });

  const record = (id: string, more: object = {}) =>
    json({ resourceType: "Patient", id, name: [{ text: MARKS.patientName }], ...more });
  const REPLACES = { link: [{ type: "replaces", other: { reference: "Patient/" + MARKS.patient } }] };
  const GONE = () => json({ resourceType: "OperationOutcome", issue: [{ code: "deleted" }] }, 410);
  const ILL = () => json({ resourceType: "OperationOutcome", issue: [{ code: "exception" }] }, 500);

  test("may come with the patient's other id: where the record of before is not shown any more, the one of now says so", async () => {
    const person = new Person();
    const { url } = await launch(person);
    other.answers.set("/token", () => json({ ...ANEW, patient: "p-2" }));
    other.answers.set("/fhir/Patient/" + MARKS.patient, GONE);
    other.answers.set("/fhir/Patient/p-2", () => record("p-2", REPLACES));
    pass(9);
    expect((await person.open(url)).html).not.toContain("ended your session");
    other.answers.set("/fhir/Patient/p-2", () => record("p-2"));
    pass(9);
    expect((await person.open(url)).html).toContain("The chart has ended your session");
  });

  test("and while that cannot be read, the session goes on", async () => {
    const person = new Person();
    const { url } = await launch(person);
    other.answers.set("/token", () => json({ ...ANEW, patient: "p-2" }));
    other.answers.set("/fhir/Patient/p-2", ILL);
    pass(9);
    expect((await person.open(url)).html).not.toContain("ended your session");
    other.answers.set("/fhir/Patient/p-2", () => record("p-2", REPLACES));
    other.answers.set("/fhir/Patient/" + MARKS.patient, GONE);
    expect((await person.open(url)).html).not.toContain("ended your session");
  });

  test("is not tried again and again once the EHR has ended the session", async () => {
    const person = new Person();
    const { url } = await launch(person);
    other.answers.set("/token", () => json({ error: "invalid_grant" }, 400));
    pass(9);
    const before = tokenRequests().length;
    expect((await person.open(url)).html).toContain("The chart has ended your session");
    expect(tokenRequests()).toHaveLength(before + 1);
  });
});
