/** What a test deployment signs, judged with its own key, with others, and changed in every part. */
import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { evidenceOf, judgedRecord, type Statement } from "../../../app/domain/evidence.ts";
import { evidenceKeysOf, evidenceSchema } from "../../../app/domain/evidenceKeys.ts";
import type { PromotionRecord } from "../../../app/domain/promotion.ts";

const TYPE = "teams-ehr-tested-package+jws";
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const [ours, other, p256, p521] = [ec("P-384"), ec("P-384"), ec("P-256"), ec("P-521")];
const says: Statement = {
  from: "lamna-test",
  package: "a".repeat(64),
  passedAt: "2027-01-12T15:00:00Z",
  askedBy: { kind: "person", objectId: "7d0c5a1e-0000-4000-8000-00000000b001" },
};
const record: PromotionRecord = {
  id: "p1",
  what: "promotion",
  who: "ana",
  from: says.from,
  startedAt: "2027-01-12T15:00:00Z",
  before: { site: "b".repeat(64) },
  goal: { site: says.package, staging: "b".repeat(64) },
  done: [],
  approvals: [],
  stack: "lamna-production",
  outcome: "done",
  endedAt: "2027-01-12T16:00:00Z",
  runs: says.package,
};
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signatureOver = (text: string, key = ours.privateKey, hash = "sha384") =>
  sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
function signed(
  statement: object,
  header: object = { alg: "ES384", typ: TYPE },
  key = ours.privateKey,
  hash = "sha384",
) {
  const text = encoded(header) + "." + encoded(statement);
  return text + "." + signatureOver(text, key, hash);
}
const judged = (evidence: string | undefined, keys = [ours.publicKey], more: object = {}) =>
  judgedRecord({ ...record, ...more, ...(evidence !== undefined && { evidence }) }, keys);

test("what the vault signed is vouched for, by whichever of the keys signed it", () => {
  const { signedOver, kept } = evidenceOf(says);
  const signature = sign("sha384", signedOver("v1"), { key: ours.privateKey, dsaEncoding: "ieee-p1363" });
  const evidence = kept("v1", signature);
  expect(judged(evidence)).toEqual({ is: "vouched", record: { ...record, evidence }, statement: says });
  expect(judged(evidence, [p256.publicKey, other.publicKey, ours.publicKey]).is).toBe("vouched");
  const [head = ""] = evidence.split(".");
  expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual({
    alg: "ES384",
    kid: "v1",
    typ: TYPE,
  });
});

test("a key on P-256 signs by its own algorithm", () => {
  const evidence = signed(says, { alg: "ES256", typ: TYPE }, p256.privateKey, "sha256");
  expect(judged(evidence, [p256.publicKey]).is).toBe("vouched");
});

test.each<[what: string, evidence: string, keys?: (typeof ours.publicKey)[]]>([
  ["signed by another key", signed(says, { alg: "ES384", typ: TYPE }, other.privateKey)],
  ["where there are no keys", signed(says), []],
  ["of another type", signed(says, { alg: "ES384", typ: "JWT" })],
  ["of no type", signed(says, { alg: "ES384" })],
  ["by another algorithm than the key's", signed(says, { alg: "ES256", typ: TYPE })],
  ["without an algorithm", signed(says, { typ: TYPE })],
  [
    "of a key on another curve",
    signed(says, { alg: "ES512", typ: TYPE }, p521.privateKey, "sha512"),
    [p521.publicKey],
  ],
  ["with a member that nobody knows", signed({ ...says, also: "true" })],
  ["without a member", signed({ ...says, passedAt: undefined })],
  ["that is no JSON", "AAAA.AAAA." + signatureOver("AAAA.AAAA")],
  ["with a part too many", signed(says) + ".x"],
  ["without a signature", signed(says).replace(/[^.]*$/, "")],
  [
    "of another statement",
    signed(says).replace(/\.[^.]+\./, "." + encoded({ ...says, from: "other" }) + "."),
  ],
  [
    "with the head of another",
    signed(says).replace(/^[^.]+/, encoded({ alg: "ES384", typ: TYPE, kid: "x" })),
  ],
  ["that is nothing", ""],
])("evidence %s is none of these keys'", (_what, evidence, keys) => {
  expect(judged(evidence, keys).is).toBe("not-by-these-keys");
});

test("evidence of another stack or another package vouches for nothing here", () => {
  expect(judged(signed(says), undefined, { from: "other-test" })).toMatchObject({
    is: "of-another",
    statement: says,
  });
  expect(judged(signed(says), undefined, { runs: "c".repeat(64) }).is).toBe("of-another");
});

test("a record without evidence is unsigned, and one of another form is not read", () => {
  expect(judged(undefined)).toEqual({ is: "unsigned", record });
  expect(judged(signed(says), undefined, { also: 1 })).toEqual({ is: "unreadable" });
  expect(judgedRecord("record", [])).toEqual({ is: "unreadable" });
});

const jwk = ours.publicKey.export({ format: "jwk" });
const pem = (key = ours) => key.publicKey.export({ type: "spki", format: "pem" }).toString();
const privatePem = ours.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const issues = (...keys: unknown[]) =>
  evidenceSchema
    .safeParse({ stack: "lamna-test", keys })
    .error?.issues.map(({ path, message }) => path.join(".") + " " + message) ?? [];

test("keys are read as JWK, as a JWK's text and as PEM, on either curve", () => {
  const written = [{ ...jwk }, pem(other), "\n" + pem(p256) + "\n"];
  expect(issues(...written)).toEqual([]);
  expect(evidenceKeysOf(written).map((key) => key.asymmetricKeyDetails?.namedCurve)).toEqual([
    "secp384r1",
    "secp384r1",
    "prime256v1",
  ]);
  const asText = " " + JSON.stringify(jwk);
  expect(issues(asText)).toEqual([]);
  expect(evidenceKeysOf([asText])[0]?.equals(ours.publicKey)).toBe(true);
});

const WANTED = "must be a public EC key on the curve P-256 or P-384, as a JWK or as PEM text";
test.each<[what: string, key: unknown]>([
  ["an RSA key", rsa.publicKey.export({ format: "jwk" })],
  ["a key on another curve", pem(p521)],
  ["a word", "key"],
  ["half of a JWK", '{"kty":"EC"'],
  ["a JWK without its point", { kty: "EC", crv: "P-384" }],
  ["two keys", pem() + pem(other)],
  ["something before it", "x" + pem()],
  ["something behind it", pem() + "x"],
])("%s is no key", (_what, key) => {
  expect(issues(key)).toEqual(["keys.0 " + WANTED]);
});

test.each<[what: string, key: unknown]>([
  ["as a JWK", ours.privateKey.export({ format: "jwk" })],
  ["as PEM", privatePem],
  ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map((member): [string, unknown] => [
    `by its member ${member}`,
    { kty: "EC", [member]: "x" },
  ]),
])("a private key is told to be one: %s", (_what, key) => {
  expect(issues(key)).toEqual([
    expect.stringMatching(/^keys\.0 is a private key, which belongs in .* public part here$/),
  ]);
});

test("a key that is listed twice is told where, and a list has one to ten", () => {
  expect(issues({ ...jwk }, pem())).toEqual(["keys.1 is listed already; take one out"]);
  expect(issues()).not.toEqual([]);
  const eleven = Array.from({ length: 11 }, () => pem(ec("P-256")));
  expect(issues(...eleven.slice(0, 10))).toEqual([]);
  expect(issues(...eleven)).not.toEqual([]);
});
