/** Who has signed in according to an id_token. Each requirement is violated alone. */
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { provenUser, type IdTokenChecks } from "../../../../app/adapters/fhir/idToken.ts";
import { KeySets } from "../../../../app/adapters/fhir/keySets.ts";
import type { SignInCheck } from "../../../../app/ports/ehr.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const SECONDS = NOW.getTime() / 1000;
const ISSUER = "https://login.ehr.example/tenants/t-1";
const KEYS = "https://login.ehr.example/keys";
const BASE = "https://fhir.ehr.example/r4/t-1";

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let stranger: Awaited<ReturnType<typeof generateKeyPair>>;
let jwks: string;
beforeAll(async () => {
  pair = await generateKeyPair("RS256");
  stranger = await generateKeyPair("RS256");
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k-1", use: "sig" }] });
});

const usual: JWTPayload = {
  iss: ISSUER,
  sub: "s-1",
  aud: "client-1",
  iat: SECONDS,
  exp: SECONDS + 600,
  nonce: "n-1",
  fhirUser: BASE + "/Practitioner/p-1",
};
const checks: IdTokenChecks = {
  endpoints: {
    issuer: ISSUER,
    authorizationEndpoint: "https://login.ehr.example/authorize",
    tokenEndpoint: "https://login.ehr.example/token",
    jwksUri: KEYS,
  },
  clientId: "client-1",
  nonce: "n-1",
  base: BASE,
  now: NOW,
  clockAheadMs: undefined,
};

interface Wrong {
  readonly claims?: object;
  readonly header?: object;
  readonly by?: "stranger";
  readonly checks?: Partial<IdTokenChecks>;
}

async function proven(wrong: Wrong = {}, asked: string[] = []): Promise<string> {
  const signer = wrong.by === undefined ? pair : stranger;
  const token = await new SignJWT({ ...usual, ...wrong.claims })
    .setProtectedHeader({ alg: "RS256", kid: "k-1", ...wrong.header })
    .sign(signer.privateKey);
  return provenUser(keySets(asked), token, { ...checks, ...wrong.checks });
}

function keySets(asked: string[] = []): KeySets {
  return new KeySets({
    send: ({ url }) => {
      asked.push(url);
      const body = url.endsWith("/openid-configuration") ? JSON.stringify({ jwks_uri: KEYS }) : jwks;
      return Promise.resolve({ status: 200, headers: {}, body });
    },
    now: () => NOW,
    wait: () => Promise.resolve(),
  });
}

/** The kind of fault and its words for the log. */
const refused = async (wrong: Wrong): Promise<unknown> =>
  proven(wrong).then(
    (user) => user,
    (fault: unknown) => [(fault as { problem?: { kind: string } }).problem?.kind, (fault as Error).message],
  );

const { issuer: _issuer, ...withoutIssuer } = checks.endpoints;
const { jwksUri: _jwksUri, ...withoutKeys } = checks.endpoints;

describe("who signed in is said by a token", () => {
  test.each<[what: string, wrong: Wrong]>([
    ["as it usually is", {}],
    ["of an issuer below the one that was found", { claims: { iss: ISSUER + "/oidc/idsps/t-1/" } }],
    ["without a nonce", { claims: { nonce: undefined } }],
    ["for us among others, made for us", { claims: { aud: ["client-1", "other"], azp: "client-1" } }],
    ["for us alone, in a list", { claims: { aud: ["client-1", "client-1"] } }],
    ["without the moment of its making", { claims: { iat: undefined } }],
    ["from half a minute ahead", { claims: { iat: SECONDS + 60 } }],
    ["that has been over for less than a minute", { claims: { exp: SECONDS - 59 } }],
    ["with null for what it does not say", { claims: { nonce: null, azp: null, nbf: null, iat: null } }],
    ["with nothing for what it does not say", { claims: { nonce: "", azp: "", acr: "" } }],
    ["by its profile where the other is null", { claims: { fhirUser: null, profile: "Practitioner/p-1" } }],
    ["by its profile", { claims: { fhirUser: undefined, profile: "Practitioner/p-1" } }],
    ["by its profile where the other is empty", { claims: { fhirUser: "", profile: "Practitioner/p-1" } }],
    ["by a relative reference", { claims: { fhirUser: "Practitioner/p-1" } }],
    [
      "by the server's address in capitals",
      { claims: { fhirUser: "https://FHIR.ehr.example/r4/t-1//Practitioner/p-1" } },
    ],
    [
      "of the token endpoint's origin, where no issuer was found",
      { claims: { iss: "https://login.ehr.example/other" }, checks: { endpoints: withoutIssuer } },
    ],
  ])("%s", async (_what, wrong) => {
    expect(await proven(wrong)).toBe(BASE + "/Practitioner/p-1");
  });

  test("by a key of the key set that discovery named, or else the issuer's own", async () => {
    const [named, found]: [string[], string[]] = [[], []];
    await proven({}, named);
    await proven({ checks: { endpoints: withoutKeys } }, found);
    expect([named, found]).toEqual([[KEYS], [ISSUER + "/.well-known/openid-configuration", KEYS]]);
  });

  test("by any key of the set, where the token names none", async () => {
    expect(await proven({ header: { kid: undefined } })).toBe(BASE + "/Practitioner/p-1");
  });

  test.each(["Practitioner", "PractitionerRole", "Person"])("as a %s", async (type) => {
    expect(await proven({ claims: { fhirUser: type + "/a.b-_~1" } })).toBe(BASE + "/" + type + "/a.b-_~1");
  });
});

const FAILED = "the id_token failed a check: ";
const CLAIM = FAILED + "ERR_JWT_CLAIM_VALIDATION_FAILED ";
const FHIR_USER = "fhirUser is no reference to a person";

describe("nobody is signed in by a token", () => {
  test("whose end or person is null", async () => {
    expect(await refused({ claims: { exp: null } })).toEqual(["sign-in-unproven", CLAIM + "exp"]);
    expect(await refused({ claims: { sub: null } })).toEqual(["sign-in-unproven", CLAIM + "sub"]);
  });

  test("that is signed by somebody else, whatever else is wrong with it", async () => {
    const [kind, words] = (await refused({ by: "stranger", claims: { exp: SECONDS - 600 } })) as string[];
    expect([kind, words]).toEqual([
      "sign-in-unproven",
      "the id_token failed a check: ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    ]);
  });

  test.each<[what: string, wrong: Wrong, words: string]>([
    ["of no issuer", { claims: { iss: undefined } }, "the id_token has no issuer"],
    ["of an empty issuer", { claims: { iss: "" } }, "the id_token has no issuer"],
    ["of an issuer that is no text", { claims: { iss: 7 } }, "the id_token has no issuer"],
    ["of an issuer that is no address", { claims: { iss: "t-1" } }, "the id_token's issuer is no plain URL"],
    [
      "of an issuer that climbs",
      { claims: { iss: ISSUER + "/../t-2" } },
      "the id_token's issuer is no plain URL",
    ],
    ["of another issuer", { claims: { iss: ISSUER + "2" } }, "the id_token is from another issuer"],
    [
      "of another origin, where no issuer was found",
      { claims: { iss: "https://evil.example" }, checks: { endpoints: withoutIssuer } },
      "the id_token is from another issuer",
    ],
    ["that another key signed", { by: "stranger" }, FAILED + "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    ["of a key that is not published", { header: { kid: "k-2" } }, FAILED + "ERR_JWKS_NO_MATCHING_KEY"],
    ["for another application", { claims: { aud: "other" } }, CLAIM + "aud"],
    ["that has expired", { claims: { exp: SECONDS - 61 } }, FAILED + "ERR_JWT_EXPIRED exp"],
    ["that never expires", { claims: { exp: undefined } }, CLAIM + "exp"],
    ["that is not good yet", { claims: { nbf: SECONDS + 61 } }, CLAIM + "nbf"],
    ["from the future", { claims: { iat: SECONDS + 61 } }, CLAIM + "iat"],
    ["of nobody", { claims: { sub: undefined } }, CLAIM + "sub"],
    ["of somebody without a name", { claims: { sub: "" } }, CLAIM + "sub"],
    ["of somebody whose name is no text", { claims: { sub: 5 } }, "the id_token names nobody (sub)"],
    [
      "for several, and for nobody of them",
      { claims: { aud: ["client-1", "other"] } },
      "the id_token is for several, and does not say for whom it was made (azp)",
    ],
    ["made for another", { claims: { azp: "other" } }, "the id_token was made for another (azp)"],
    ["of another sign-in", { claims: { nonce: "n-2" } }, "the id_token is for another sign-in"],
    [
      "that says no user",
      { claims: { fhirUser: undefined } },
      "the id_token does not say who signed in (fhirUser)",
    ],
    [
      "whose user is no text",
      { claims: { fhirUser: 7 } },
      "the id_token does not say who signed in (fhirUser)",
    ],
    ["of a device", { claims: { fhirUser: "Device/p-1" } }, FHIR_USER],
    ["of a search", { claims: { fhirUser: "Practitioner/p-1?x=1" } }, FHIR_USER],
    ["of dots", { claims: { fhirUser: "Practitioner/.." } }, FHIR_USER],
    ["of too long an id", { claims: { fhirUser: "Practitioner/" + "a".repeat(129) } }, FHIR_USER],
    ["of no id", { claims: { fhirUser: "Practitioner/" } }, FHIR_USER],
    ...[
      "https://fhir.ehr.example/r4/t-2/Practitioner/p-1",
      "https://evil.example/r4/t-1/Practitioner/p-1",
      "https://me@fhir.ehr.example/r4/t-1/Practitioner/p-1",
      "https://:pw@fhir.ehr.example/r4/t-1/Practitioner/p-1",
      BASE + "?x=1/Practitioner/p-1",
      BASE + "#x/Practitioner/p-1",
      "r4/t-1/Practitioner/p-1",
    ].map((fhirUser): [string, Wrong, string] => [
      "of " + fhirUser,
      { claims: { fhirUser } },
      "fhirUser is outside the base URL",
    ]),
  ])("%s", async (_what, wrong, words) => {
    expect(await refused(wrong)).toEqual(["sign-in-unproven", words]);
  });

  test.each<[check: SignInCheck, wrong: Wrong]>([
    ["issuer", { claims: { iss: undefined } }],
    ["issuer", { claims: { iss: ISSUER + "2" } }],
    ["issuer", { claims: { iss: ISSUER + "/../t-2" } }],
    ["signature", { by: "stranger" }],
    ["signature", { header: { kid: "k-2" } }],
    ["audience", { claims: { aud: "other" } }],
    ["audience", { claims: { aud: ["client-1", "other"] } }],
    ["audience", { claims: { azp: "other" } }],
    ["times", { claims: { exp: SECONDS - 61 } }],
    ["times", { claims: { exp: undefined } }],
    ["times", { claims: { nbf: SECONDS + 61 } }],
    ["times", { claims: { iat: SECONDS + 61 } }],
    ["nonce", { claims: { nonce: "n-2" } }],
    ["person", { claims: { sub: undefined } }],
    ["person", { claims: { fhirUser: undefined } }],
    ["person", { claims: { fhirUser: "Device/p-1" } }],
    ["person", { claims: { fhirUser: "https://evil.example/r4/t-1/Practitioner/p-1" } }],
  ])("and what is blamed is the %s: %j", async (check, wrong) => {
    await expect(proven(wrong)).rejects.toMatchObject({ problem: { kind: "sign-in-unproven", check } });
  });

  test.each(["not a token", "a.b.c", ""])("that is none: %j", async (token) => {
    await expect(provenUser(keySets(), token, checks)).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven" },
      message: "the id_token is no signed token",
    });
  });

  test.each(["Patient", "RelatedPerson"])("of a %s, and it is said that only staff may", async (type) => {
    expect(await refused({ claims: { fhirUser: type + "/p-1" } })).toEqual([
      "not-staff",
      "who signed in is a patient or a relative",
    ]);
  });
});

describe("where the sign-in's clock is off", () => {
  const clockAheadMs = 12 * 60_000;
  test.each<[claims: object]>([[{ exp: SECONDS - 61 }], [{ iat: SECONDS + 720 }], [{ nbf: SECONDS + 720 }]])(
    "a time that does not fit is blamed on the clocks: %j",
    async (claims) => {
      await expect(proven({ claims, checks: { clockAheadMs } })).rejects.toMatchObject({
        problem: { kind: "clocks-differ", minutes: 12 },
      });
    },
  );

  test("what is wrong besides is not", async () => {
    expect(await refused({ claims: { aud: "other" }, checks: { clockAheadMs } })).toEqual([
      "sign-in-unproven",
      CLAIM + "aud",
    ]);
    expect(await refused({ by: "stranger", checks: { clockAheadMs } })).toEqual([
      "sign-in-unproven",
      FAILED + "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    ]);
  });
});
