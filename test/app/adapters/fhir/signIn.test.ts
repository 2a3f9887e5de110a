/** SMART App Launch after the EHR has called: where the clinician is sent, what a code is traded for, when it is renewed. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { KeySets } from "../../../../app/adapters/fhir/keySets.ts";
import type { Incoming, Outgoing } from "../../../../app/adapters/fhir/send.ts";
import { redeem, renew, signInUrl } from "../../../../app/adapters/fhir/signIn.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { scopesToAsk } from "../../../../app/domain/scopes.ts";
import { jsonLog } from "../../../../app/log.ts";
import type { Grant } from "../../../../app/ports/ehr.ts";
import { connection as lamna } from "../../domain/lamna.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const at = NOW.getTime();
const ISSUER = "https://login.ehr.example/t-1";
const connection = {
  ...lamna,
  aud: lamna.fhirBaseUrl + "/",
  provider: { clientId: "c-1", authentication: { method: "client_secret_basic", secret: "s" } },
} as unknown as ConfiguredConnection;
const endpoints = {
  issuer: ISSUER,
  authorizationEndpoint: "https://ehr.example/authorize?tenant=1",
  tokenEndpoint: "https://login.ehr.example/token",
  jwksUri: "https://login.ehr.example/keys",
};

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let jwks: string;
let idToken: string;
beforeAll(async () => {
  pair = await generateKeyPair("RS256");
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k-1" }] });
  idToken = await new SignJWT({
    iss: ISSUER,
    sub: "s-1",
    aud: "c-1",
    exp: at / 1000 + 600,
    nonce: "n-1",
    fhirUser: "Practitioner/p-1",
  })
    .setProtectedHeader({ alg: "RS256", kid: "k-1" })
    .sign(pair.privateKey);
});

function server(token: object) {
  const asked: Outgoing[] = [];
  const send = (request: Outgoing): Promise<Incoming> => {
    asked.push(request);
    const isKeys = request.url === endpoints.jwksUri;
    const body = isKeys ? jwks : JSON.stringify({ access_token: "t-2", token_type: "Bearer", ...token });
    return Promise.resolve({ status: 200, headers: {}, body });
  };
  const nobody = () => Promise.reject(new Error("nobody asks"));
  const deps = {
    send,
    isSamePatient: (_connection: unknown, { patient }: Grant, other: string) =>
      Promise.resolve(patient === "p-9" && other === "p-9-combined"),
    secrets: {
      vault: {
        secret: () => Promise.resolve("secret"),
        sign: nobody,
        publicKeys: nobody,
        wrap: nobody,
        unwrap: nobody,
      },
      keyring: { open: () => "" },
    },
    log: jsonLog(
      () => undefined,
      () => NOW,
    ),
    now: () => NOW,
    wait: nobody,
    keys: new KeySets({ send, now: () => NOW, wait: nobody }),
  };
  return { deps, sent: () => asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body))) };
}

test("nobody is sent anywhere for a connection that has no registration", () => {
  const { provider: _, ...without } = connection;
  const request = {
    launch: "l-1",
    state: "s-1",
    nonce: "n-1",
    verifier: "v",
    redirectUri: "https://x.example",
  };
  expect(() => signInUrl(without, endpoints, request)).toThrow(
    "connection lamna has no provider registration",
  );
});

test("the clinician is sent to the EHR's sign-in with all that SMART asks for, and no secret", () => {
  const verifier = "v".repeat(43);
  const url = signInUrl(connection, endpoints, {
    launch: "l-1",
    state: "s-1",
    nonce: "n-1",
    verifier,
    redirectUri: "https://visits.lamna.example/launch/callback/lamna",
  });
  expect(url.origin + url.pathname).toBe("https://ehr.example/authorize");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    tenant: "1",
    response_type: "code",
    client_id: "c-1",
    redirect_uri: "https://visits.lamna.example/launch/callback/lamna",
    scope: scopesToAsk(connection).join(" "),
    state: "s-1",
    nonce: "n-1",
    aud: lamna.fhirBaseUrl + "/",
    launch: "l-1",
    // RFC 7636 4.2, computed with another program.
    code_challenge: "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM",
    code_challenge_method: "S256",
  });
});

const answer = { code: "x", redirectUri: "https://visits.lamna.example/r", verifier: "v", nonce: "n-1" };

describe("a code is traded for", () => {
  test("what may be done in the chart, until when, and by whom", async () => {
    const { deps, sent } = server({ id_token: idToken, expires_in: 570 });
    expect(await redeem(deps, connection, endpoints, answer)).toEqual({
      accessToken: "t-2",
      obtainedAt: at,
      expiresAt: at + 570_000,
      fhirUser: lamna.fhirBaseUrl + "/Practitioner/p-1",
      needPatientBanner: true,
    });
    expect(sent()[0]).toEqual({
      grant_type: "authorization_code",
      code: "x",
      redirect_uri: "https://visits.lamna.example/r",
      code_verifier: "v",
    });
  });

  test.each([
    [0.4, "r-1", 60],
    [59.9, "r-1", 60],
    [60.5, "r-1", 60.5],
    [0.4, undefined, 0.4],
    [30, undefined, 30],
  ])("a token of %d s and the refresh token %s, used for %d s", async (lives, refresh, used) => {
    const { deps } = server({ id_token: idToken, expires_in: lives, refresh_token: refresh });
    expect((await redeem(deps, connection, endpoints, answer)).expiresAt).toBe(at + used * 1000);
  });

  test("what came with the launch, too", async () => {
    const { deps } = server({
      id_token: idToken,
      refresh_token: "r-1",
      patient: "p-9",
      encounter: "e-9",
      need_patient_banner: false,
      scope: " " + scopesToAsk(connection).join("  ") + " ",
    });
    expect(await redeem(deps, connection, endpoints, answer)).toMatchObject({
      refreshToken: "r-1",
      patient: "p-9",
      encounter: "e-9",
      needPatientBanner: false,
    });
  });

  test.each<[what: string, token: () => object, missing: string[]]>([
    [
      "fewer scopes",
      () => ({ id_token: idToken, scope: "openid fhirUser user/Encounter.read" }),
      ["user/Appointment.read", "user/Patient.read", "user/Location.read"],
    ],
    ["no id_token", () => ({}), ["openid"]],
  ])("nothing where the answer has %s", async (_what, token, missing) => {
    const { deps } = server(token());
    await expect(redeem(deps, connection, endpoints, answer)).rejects.toMatchObject({
      problem: { kind: "scopes-trimmed", missing },
    });
  });

  test("nothing where the id_token is of another sign-in", async () => {
    const { deps } = server({ id_token: idToken });
    const other = { ...answer, nonce: "n-2" };
    await expect(redeem(deps, connection, endpoints, other)).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven" },
    });
  });
});

const grant: Grant = {
  accessToken: "t-1",
  refreshToken: "r-1",
  obtainedAt: at - 600_000,
  expiresAt: at + 60_000,
  fhirUser: lamna.fhirBaseUrl + "/Practitioner/p-1",
  patient: "p-9",
  needPatientBanner: false,
};
const { refreshToken: _refreshToken, ...single } = grant;
const renewed = { accessToken: "t-2", obtainedAt: at, expiresAt: at + 300_000 };

describe("an access token is renewed", () => {
  test("with its refresh token, and keeps what the launch brought", async () => {
    const { deps, sent } = server({});
    expect(await renew(deps, connection, endpoints, grant, "when-due")).toEqual({ ...grant, ...renewed });
    expect(sent()).toEqual([{ grant_type: "refresh_token", refresh_token: "r-1" }]);
  });

  const user = (fhirUser: string) =>
    ["e30", Buffer.from(JSON.stringify({ fhirUser })).toString("base64url"), "s"].join(".");
  test.each<[what: string, answer: object]>([
    ["another patient's chart", { patient: "p-8" }],
    ["somebody else", { id_token: user("Practitioner/p-2") }],
    ["somebody else by their whole address", { id_token: user(lamna.fhirBaseUrl + "/Practitioner/p-2") }],
    ["a patient", { id_token: user("Patient/p-1") }],
  ])("never for %s than the launch was: the session is over", async (_what, given) => {
    await expect(renew(server(given).deps, connection, endpoints, grant, "now")).rejects.toMatchObject({
      problem: { kind: "session-over" },
    });
  });

  test.each<[what: string, answer: object]>([
    ["the same ones", { patient: "p-9", id_token: user("Practitioner/p-1") }],
    ["the patient by the type, too", { patient: "Patient/p-9" }],
    ["the same patient by another id", { patient: "p-9-combined" }],
    ["nobody", { id_token: "garbage" }],
    ["nobody by a form that cannot be compared", { id_token: user("p-2") }],
  ])("where it names %s", async (_what, given) => {
    expect(await renew(server(given).deps, connection, endpoints, grant, "now")).toMatchObject({
      ...renewed,
      patient: "p-9",
    });
  });

  test("with the newest refresh token from then on", async () => {
    const { deps } = server({ refresh_token: "r-2" });
    expect((await renew(deps, connection, endpoints, grant, "now")).refreshToken).toBe("r-2");
  });

  test.each<[what: string, grant: Grant, isRenewed: boolean]>([
    ["two minutes before its end", { ...grant, expiresAt: at + 120_000 }, true],
    ["not earlier", { ...grant, expiresAt: at + 120_001 }, false],
    ["not twice a minute", { ...grant, obtainedAt: at - 59_999 }, false],
    ["a minute after it came", { ...grant, obtainedAt: at - 60_000 }, true],
    ["at its end, however new it is", { ...grant, obtainedAt: at - 1, expiresAt: at }, true],
    ["not while it works and there is nothing to renew it with", single, false],
  ])("when it is due: %s", async (_what, given, isRenewed) => {
    const { deps, sent } = server({});
    const now = await renew(deps, connection, endpoints, given, "when-due");
    expect([now === given, sent().length]).toEqual(isRenewed ? [false, 1] : [true, 0]);
  });

  test("at once when the chart refuses it, whether due or not", async () => {
    const { deps, sent } = server({});
    const fresh = { ...grant, obtainedAt: at - 1, expiresAt: at + 570_000 };
    expect(await renew(deps, connection, endpoints, fresh, "now")).toMatchObject(renewed);
    expect(sent()).toHaveLength(1);
  });

  test.each<[what: string, grant: Grant, kind: string]>([
    ["a new one was never good", { ...single, obtainedAt: at - 119_999 }, "token-refused"],
    ["one that worked for a while has had its time", { ...single, obtainedAt: at - 120_000 }, "session-over"],
    ["one that is over has, too", { ...single, obtainedAt: at - 1, expiresAt: at }, "session-over"],
  ])("never without a refresh token: %s", async (_what, given, kind) => {
    await expect(renew(server({}).deps, connection, endpoints, given, "now")).rejects.toMatchObject({
      problem: { kind },
    });
  });
});
