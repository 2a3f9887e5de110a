/**
 * What a token answer may look like and be taken, and what it must not: members, the id_token in it, and the keys for that.
 */
import { exportJWK, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KeySets } from "../../../../app/adapters/fhir/keySets.ts";
import { openSend } from "../../../../app/adapters/fhir/send.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import {
  json,
  MARKS,
  startSmallServer,
  type Claims,
  type Received,
  type SmallServer,
} from "./smallServer.ts";

let other: SmallServer;
let elsewhere: SmallServer;
let deployment: Deployment;
let ahead = 0;
beforeAll(async () => {
  [other, elsewhere] = await Promise.all([
    startSmallServer(() => new Date(Date.now() + ahead)),
    startSmallServer(),
  ]);
  deployment = await startDeployment({ stack: withChart(other) });
});
afterEach(() => {
  other.reset();
  elsewhere.received.length = 0;
});
afterAll(async () => {
  await deployment.stop();
  await Promise.all([other.stop(), elsewhere.stop()]);
});

const launch = (person = new Person()) => person.open(launchAddress(deployment.url, other.fhirBaseUrl));
const seen = (page: Page) => [page.status, heading(page)];
const logged = () => deployment.logged.slice(-4).join("");
const UNPROVEN = [502, "Your sign-in could not be confirmed"];
const UNREADABLE = [502, "The chart's sign-in could not be checked"];

/** Changes the members of the token endpoint's answer. */
function answering(change: (answer: Record<string, unknown>, request: Received) => object): void {
  const good = other.answers.get("/token");
  other.answers.set("/token", async (request) => {
    const reply = await good?.(request);
    return json(change(JSON.parse(reply?.body ?? "{}") as Record<string, unknown>, request));
  });
}
const asked = (from: number) => other.received.slice(from).map(({ path }) => path);

describe("a token answer is taken whose", () => {
  test.each<[string, object]>([
    ["refresh_token is null", { refresh_token: null }],
    ['refresh_token is ""', { refresh_token: "" }],
    ["encounter is null", { encounter: null }],
    ['encounter is ""', { encounter: "" }],
    ["expires_in is null", { expires_in: null }],
    ["expires_in is text", { expires_in: "570" }],
    ["expires_in is nonsense", { expires_in: "soon" }],
    ["scope is null", { scope: null }],
    ["need_patient_banner is text", { need_patient_banner: "true" }],
    ["patient names its type", { patient: "Patient/" + MARKS.patient }],
    ["encounter names its type", { encounter: "Encounter/e-1" }],
    ["other members are anything", { smart_style_url: 5, tenant: null, user: {} }],
  ])("%s", async (_name, members) => {
    answering((answer) => ({ ...answer, ...members }));
    const before = other.received.length;
    const page = await launch();
    expect(page.status, page.html).toBe(200);
    expect(page.html).toContain(MARKS.patientName);
    expect(asked(before).filter((path) => /^\/fhir\/.*%2F|\/(Encounter|Patient)\/(\?|$)/.test(path))).toEqual(
      [],
    );
  });

  test("patient is a number", async () => {
    const patient = { resourceType: "Patient", id: "12345", name: [{ text: "Markworthy, Lou" }] };
    answering((answer) => ({ ...answer, patient: 12345, encounter: undefined }));
    other.answers.set("/fhir/Patient/12345", () => json(patient));
    other.answers.set("/fhir/Appointment", () => json({ resourceType: "Bundle" }));
    const before = other.received.length;
    await launch();
    expect(asked(before)).toContain("/fhir/Patient/12345");
  });

  test("patient is a whole address of this server, by another spelling of one id", async () => {
    answering((answer) => ({ ...answer, patient: other.fhirBaseUrl + "/Patient/" + MARKS.patient }));
    expect((await launch()).status).toBe(200);
  });

  test("a member that cannot be taken is named in the log, and not what stands in it", async () => {
    answering((answer) => ({ ...answer, encounter: ["Jo Markworthy"], expires_in: { a: 1 } }));
    expect((await launch()).status).toBe(200);
    expect(deployment.logged.join("")).toContain('"names":["expires_in","encounter"]');
    expect(deployment.logged.join("")).not.toContain("Jo Markworthy");
  });
});

describe("a token answer is not taken, and the log names the member, whose", () => {
  test.each<[string, object, string]>([
    ["access_token is null", { access_token: null }, "access_token"],
    ['access_token is ""', { access_token: "" }, "access_token"],
    [
      "access_token has a line break",
      { access_token: "mark\\r\\nX-Evil: 1".replace(/\\r\\n/, "\r\n") },
      "access_token",
    ],
    ["access_token has a letter that no header carries", { access_token: "tök€n" }, "access_token"],
    ["token_type is another", { token_type: "DPoP" }, "token_type"],
    ["token_type is null", { token_type: null }, "token_type"],
  ])("%s", async (_name, members, member) => {
    answering((answer) => ({ ...answer, ...members }));
    expect(seen(await launch())).toEqual(UNPROVEN);
    expect(logged()).toContain(member);
  });

  test("id_token is null: nobody is proved", async () => {
    answering((answer) => ({ ...answer, id_token: null }));
    expect(seen(await launch())).toEqual([403, "Video visits lack permissions in the chart"]);
  });
});

test.each([null, ""])(
  "a refresh that answers refresh_token %j keeps the good one, and the page",
  async (none) => {
    const person = new Person();
    const { url } = await launch(person);
    answering(() => ({ access_token: "next", token_type: "Bearer", expires_in: 570, refresh_token: none }));
    const used = () => new URLSearchParams(other.received.findLast(({ path }) => path === "/token")?.body);
    for (const _time of [1, 2]) {
      ahead += 9 * 60_000;
      deployment.clock.forward(9 * 60_000);
      expect((await person.open(url)).status).toBe(200);
      expect(used().get("refresh_token")).toBe(MARKS.refreshToken);
    }
  },
);

describe("the id_token", () => {
  const sign = (claims: Claims, header: object = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "small-1", typ: "JWT", ...header })
      .sign(other.key.privateKey);
  const raw = (header: string, claims: string) =>
    [header, claims].map((part) => Buffer.from(part).toString("base64url")).join(".") + ".c2ln";
  const seconds = () => Math.floor((Date.now() + ahead) / 1000);

  test.each<[string, (claims: Claims) => Promise<string>]>([
    ["fhirUser is empty", (claims) => sign({ ...claims, fhirUser: "" })],
    ["fhirUser is the base itself", (claims) => sign({ ...claims, fhirUser: other.fhirBaseUrl })],
    ["fhirUser is the base with a slash", (claims) => sign({ ...claims, fhirUser: other.fhirBaseUrl + "/" })],
    ["fhirUser is a type without an id", (claims) => sign({ ...claims, fhirUser: "Practitioner/" })],
    [
      "fhirUser is a list of people",
      (claims) => sign({ ...claims, fhirUser: other.fhirBaseUrl + "/Practitioner" }),
    ],
    ["fhirUser is a search", (claims) => sign({ ...claims, fhirUser: "Practitioner?_id=1" })],
    ["fhirUser has more after the id", (claims) => sign({ ...claims, fhirUser: "Practitioner/1/Patient/2" })],
    ["fhirUser is a version", (claims) => sign({ ...claims, fhirUser: "Practitioner/1/_history/1" })],
    ["fhirUser has a fragment", (claims) => sign({ ...claims, fhirUser: "Practitioner/1#2" })],
    ["fhirUser steps up", (claims) => sign({ ...claims, fhirUser: "Practitioner/.." })],
    ["fhirUser is no person", (claims) => sign({ ...claims, fhirUser: "Device/1" })],
    ["fhirUser is a number", (claims) => sign({ ...claims, fhirUser: 7 })],
    [
      "fhirUser is at another server",
      (claims) => sign({ ...claims, fhirUser: elsewhere.fhirBaseUrl + "/Practitioner/1" }),
    ],
    [
      "it is for several, and not said for whom",
      (claims) => sign({ ...claims, aud: ["connector-at-other", "x"] }),
    ],
    [
      "it is for several, made for another",
      (claims) => sign({ ...claims, aud: ["connector-at-other", "x"], azp: "x" }),
    ],
    ["it is made for another", (claims) => sign({ ...claims, azp: "x" })],
    ["it is of the future", (claims) => sign({ ...claims, iat: seconds() + 3600 })],
    ["it is of no time", (claims) => sign({ ...claims, iat: "now" })],
    ["sub is empty", (claims) => sign({ ...claims, sub: "" })],
    ["sub is a number", (claims) => sign({ ...claims, sub: 5 })],
    ["its header is not JSON", () => Promise.resolve(raw("Jo Markworthy", "{}"))],
    ["its claims are not JSON", () => Promise.resolve(raw('{"alg":"RS256"}', "Jo Markworthy"))],
    [
      "its issuer is a number",
      (claims) => Promise.resolve(raw('{"alg":"RS256"}', JSON.stringify({ ...claims, iss: 5 }))),
    ],
    [
      "its key is named by a number",
      (claims) => Promise.resolve(raw('{"alg":"RS256","kid":5}', JSON.stringify(claims))),
    ],
  ])("proves nobody when %s", async (_name, idToken) => {
    other.idToken = idToken;
    const page = await launch();
    expect(seen(page)).toEqual(UNPROVEN);
    expect(page.html).not.toMatch(/clock/);
    expect(logged()).not.toContain("Markworthy");
  });

  test.each<[string, Claims]>([
    ["by a whole address", { fhirUser: "BASE/Practitioner/1" }],
    ["by a reference below the base", { fhirUser: "Practitioner/1" }],
    ["in a role", { fhirUser: "PractitionerRole/1" }],
    ["as a person", { fhirUser: "Person/1" }],
    ["by the older claim", { fhirUser: undefined, profile: "Practitioner/1" }],
    ["by the older claim beside an empty one", { fhirUser: "", profile: "Practitioner/1" }],
    ["for several, this one first", { aud: ["connector-at-other", "x"], azp: "connector-at-other" }],
  ])("proves who it is %s", async (_name, members) => {
    other.idToken = (claims) =>
      sign(
        JSON.parse(JSON.stringify({ ...claims, ...members }).replace("BASE", other.fhirBaseUrl)) as Claims,
      );
    const page = await launch();
    expect(page.status, page.html).toBe(200);
  });

  test.each(["Patient/pat1", "RelatedPerson/r1", "BASE/Patient/pat1"])(
    "of a patient or a relative (%s) opens nothing, and says that this launch is for staff",
    async (fhirUser) => {
      other.idToken = (claims) => sign({ ...claims, fhirUser: fhirUser.replace("BASE", other.fhirBaseUrl) });
      const person = new Person();
      expect(seen(await launch(person))).toEqual([403, "This launch is for staff"]);
      expect(person.cookies().some(({ path }) => path.startsWith("/visits"))).toBe(false);
    },
  );
});

describe("clocks that differ are named when they are why, and only then", () => {
  const MINUTES = 12;
  /** Sets the sign-in's clock ahead, in its tokens and in the Date of its answers. */
  const aheadBy = (minutes: number, change: object = {}) => {
    const good = other.answers.get("/token");
    const shift = (claims: Claims) => ({
      ...claims,
      iat: Number(claims["iat"]) + minutes * 60,
      exp: Number(claims["exp"]) + minutes * 60,
    });
    const honest = other.idToken;
    other.idToken = (claims) => honest({ ...shift(claims), ...change });
    other.answers.set("/token", async (request) => ({
      ...((await good?.(request)) ?? json({})),
      headers: { date: new Date(Date.now() + ahead + minutes * 60_000).toUTCString() },
    }));
  };

  test.each([MINUTES, -MINUTES])("by %i minutes", async (minutes) => {
    aheadBy(minutes);
    const page = await launch();
    expect(seen(page)).toEqual([502, "Two clocks do not agree"]);
    expect(page.html).toContain("differ by 12 minutes");
  });

  test("an assertion that is refused while they differ is told so, too", async () => {
    const date = new Date(Date.now() + ahead + 12 * 60_000).toUTCString();
    other.answers.set("/token", () => ({ ...json({ error: "invalid_client" }, 401), headers: { date } }));
    expect(seen(await launch())).toEqual([502, "Two clocks do not agree"]);
  });

  test("another check that fails meanwhile is told as itself", async () => {
    aheadBy(MINUTES, { aud: "another", iat: undefined, exp: Math.floor((Date.now() + ahead) / 1000) + 300 });
    expect(seen(await launch())).toEqual(UNPROVEN);
  });

  test("an expired token of a server whose clock agrees is not the clocks' fault", async () => {
    const honest = other.idToken;
    other.idToken = (claims) => honest({ ...claims, exp: Math.floor((Date.now() + ahead) / 1000) - 3600 });
    const page = await launch();
    expect(seen(page)).toEqual(UNPROVEN);
    expect(page.html).not.toMatch(/clock/i);
  });
});

describe("the key set of an issuer whose discovery names none", () => {
  const openId = "/tenants/one/.well-known/openid-configuration";
  test("is taken from the issuer's own origin, and from no other", async () => {
    const keys = new KeySets({
      send: openSend({ deadlineMs: 5_000, maxBytes: 100_000, allowLoopback: true }),
      now: () => new Date(),
      wait: () => Promise.resolve(),
    });
    other.answers.set(openId, () => json({ jwks_uri: other.origin + "/jwks" }));
    expect(await keys.uriOf(other.issuer)).toBe(other.origin + "/jwks");
    for (const jwks_uri of [elsewhere.origin + "/jwks", "https://localhost/jwks"]) {
      other.answers.set(openId, () => json({ jwks_uri }));
      await expect(keys.uriOf(other.issuer)).rejects.toThrow(/another origin/);
    }
    expect(elsewhere.received).toEqual([]);
  });
});

describe("the key set", () => {
  const sign = (claims: Claims, kid: string) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
      .sign(other.key.privateKey);
  // The clock is hours ahead at last: a visit of the day on which this began may be one of yesterday by then.
  beforeEach(() => {
    other.reset(new Date(Date.now() + ahead));
  });
  /** Moves the clock on so far that the next launch asks for the key set again. */
  const forget = (minutes = 11) => {
    ahead += minutes * 60_000;
    deployment.clock.forward(minutes * 60_000);
  };
  const jwk = async () => ({
    ...(await exportJWK(other.key.publicKey)),
    alg: "RS256",
    use: "sig",
    kid: "small-1",
  });

  test.each<[string, () => Promise<{ status: number; body: string }>, (string | number)[], string]>([
    ["is words", () => Promise.resolve({ status: 200, body: "Markworthy" }), UNREADABLE, "not JSON"],
    ["has no keys", () => Promise.resolve(json({})), UNREADABLE, "keys"],
    ["has an empty list of keys", () => Promise.resolve(json({ keys: [] })), UNREADABLE, "keys"],
    ["is not there", () => Promise.resolve(json({}, 404)), UNREADABLE, "404"],
    ["has a key of nonsense", async () => json({ keys: [{ ...(await jwk()), n: "!!" }] }), UNPROVEN, "key"],
    [
      "has a key without its number",
      async () => json({ keys: [{ ...(await jwk()), n: undefined }] }),
      UNPROVEN,
      "key",
    ],
    [
      "has a point off its curve",
      () =>
        Promise.resolve(
          json({ keys: [{ kty: "EC", crv: "P-256", kid: "small-1", x: "A".repeat(43), y: "A".repeat(43) }] }),
        ),
      UNPROVEN,
      "failed a check",
    ],
  ])("%s", async (_name, answer, page, words) => {
    // Keys that were read within the hour are used however reading them anew fails.
    forget(page === UNREADABLE ? 61 : undefined);
    const reply = await answer();
    other.answers.set("/jwks", () => reply);
    expect(seen(await launch())).toEqual(page);
    expect(logged()).toContain(words);
    expect(logged()).not.toContain("Markworthy");
  });

  test("with a byte order mark, a null and an odd key besides is read", async () => {
    forget();
    const keys = [null, { kid: "nameless" }, { ...(await jwk()), x5c: null }];
    other.answers.set("/jwks", () => ({ status: 200, body: "\uFEFF" + JSON.stringify({ keys }) }));
    const page = await launch();
    expect(page.status, page.html).toBe(200);
  });

  test("is asked again for a key that it does not have, but not within half a minute", async () => {
    forget();
    await launch();
    deployment.clock.forward(31_000);
    ahead += 31_000;
    const before = other.received.length;
    const jwks = () => asked(before).filter((path) => path === "/jwks").length;
    other.idToken = (claims) => sign(claims, "unknown-1");
    await launch();
    await launch();
    expect(jwks()).toBe(1);
    deployment.clock.forward(31_000);
    ahead += 31_000;
    // By now it has the key.
    const published = { ...(await jwk()), kid: "unknown-1" };
    other.answers.set("/jwks", () => json({ keys: [published] }));
    expect((await launch()).status).toBe(200);
    expect(jwks()).toBe(2);
  });

  test("that is forgotten when the clock goes back is asked for anew", async () => {
    forget();
    await launch();
    deployment.clock.forward(-3_600_000);
    ahead -= 3_600_000;
    // An hour ago may have been the day before.
    other.reset(new Date(Date.now() + ahead));
    const before = other.received.length;
    expect((await launch()).status).toBe(200);
    expect(asked(before)).toContain("/jwks");
    deployment.clock.forward(3_600_000);
    ahead += 3_600_000;
  });

  test("that is ill for now is the one read within the hour, and none after it", async () => {
    forget();
    other.answers.set("/jwks", async () => json({ keys: [await jwk()] }));
    expect((await launch()).status).toBe(200);
    other.answers.set("/jwks", () => json({}, 503));
    forget(59);
    expect((await launch()).status).toBe(200);
    forget(1);
    expect(seen(await launch())).toEqual([502, "The chart's sign-in answers with an error"]);
    expect(logged()).toContain("the published key set answered 503");
  });
});
