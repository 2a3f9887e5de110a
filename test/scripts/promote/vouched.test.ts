/** Asking the test deployment for its signature, whatever it answers. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { evidenceOf, type Statement } from "../../../app/domain/evidence.ts";
import type { PromotionRecord } from "../../../app/domain/promotion.ts";
import type { Deployed } from "../../../scripts/promote/deployed.ts";
import { vouched } from "../../../scripts/promote/vouched.ts";
import { serve, type Answer } from "../../app/adapters/server.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];
const CLIENT = "11111111-0000-4000-8000-000000000001";
const RECORD: PromotionRecord = {
  id: "2026-11-29T22-00-00-bbbbbbbbbbbb",
  what: "promotion",
  who: "Sam Brenner",
  from: "lamna-test",
  startedAt: "2026-11-29T22:00:00.000Z",
  before: { site: A },
  goal: { site: B, staging: A },
  done: [],
  approvals: [],
  stack: "lamna-production",
  outcome: "done",
  endedAt: "2026-11-29T22:10:00.000Z",
  runs: B,
};
const keyPair = () => generateKeyPairSync("ec", { namedCurve: "P-384" });
const [own, strange] = [keyPair(), keyPair()];

function signed(by: KeyObject, says: Partial<Statement> = {}): string {
  const { signedOver, kept } = evidenceOf({
    from: "lamna-test",
    package: B,
    passedAt: "2026-11-29T21:58:00.000Z",
    askedBy: { kind: "application", objectId: CLIENT },
    ...says,
  });
  return kept("1", sign("sha384", signedOver("1"), { key: by, dsaEncoding: "ieee-p1363" }));
}

/** What becomes of an answer if production names these keys. */
async function made(
  answer: Answer,
  record = RECORD,
  keys: readonly KeyObject[] = [own.publicKey],
  isAsked = true,
) {
  const { origin, asked } = await serve(() => answer);
  const evidenceKeys = keys.map((key) => key.export({ format: "jwk" }));
  const at = { name: "lamna-test", siteAddress: new URL(origin), clientId: CLIENT } as Deployed;
  const running = vouched(record, {
    ...(isAsked && { test: at }),
    deployed: { settings: { testStack: { stack: "lamna-test", evidenceKeys } } } as unknown as Deployed,
    credential: {
      getToken: (scope) => Promise.resolve({ token: String(scope), expiresOnTimestamp: 0 }),
    },
  });
  return { is: await running, asked, host: new URL(origin).host };
}

test("it is asked for the package alone, with an operator's token, and its signature is taken", async () => {
  const evidence = signed(own.privateKey);
  const { is, asked } = await made({ json: { evidence, more: "left out" } });
  expect(is).toEqual({ evidence });
  expect(asked).toMatchObject([
    { method: "POST", headers: { authorization: `Bearer api://${CLIENT}/.default` } },
  ]);
  expect(asked[0]?.url.pathname).toBe("/portal/api/evidence");
  // The test deployment is not told who promoted and who approved, which it could not check.
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ package: B });
});

test.each([
  ["a key that production does not name", signed(strange.privateKey), [own.publicKey]],
  ["a key, while production names none", signed(own.privateKey), []],
])("a signature by %s is kept, and the step says what production lacks", async (_which, evidence, keys) => {
  expect((await made({ json: { evidence } }, RECORD, keys)).is).toEqual({
    evidence,
    hint: expect.stringMatching(/evidenceKeys .* has the key of http:\S+evidence-keys\.json$/) as string,
  });
});

test.each([
  ["another package", { package: A }],
  ["another stack", { from: "contoso-test" }],
])("a signature for %s is not taken", async (_which, says) => {
  expect((await made({ json: { evidence: signed(own.privateKey, says) } })).is).toEqual({
    unsigned: "lamna-test signed for another package or stack",
  });
});

test.each<[string, Answer]>([
  ["more than a record may hold", { json: { evidence: "x".repeat(2001) } }],
  ["no text", { json: { evidence: { toString: "x" } } }],
  ["no JSON", { headers: { "content-type": "text/html" } }],
])(
  "an answer with %s is no signature, so that the record can be written without one",
  async (_what, answer) => {
    const { is, host } = await made(answer);
    expect(is).toEqual({ unsigned: host + " answered what is no signature" });
  },
);

test("a signature that was changed on its way is not believed", async () => {
  const [header = "", payload = "", signature = ""] = signed(own.privateKey).split(".");
  const says = Buffer.from(payload, "base64url").toString().replace("21:58", "22:58");
  const evidence = [header, Buffer.from(says).toString("base64url"), signature].join(".");
  expect((await made({ json: { evidence } })).is).toMatchObject({ hint: expect.any(String) as string });
});

test("a refusal is a reason, and a failure is tried again by the next run", async () => {
  const told = { happened: "It runs another package by now.", next: "Promote that one." };
  const { is, host } = await made({ status: 409, json: told });
  expect(is).toEqual({
    unsigned: `${host} answered 409: It runs another package by now. Promote that one.`,
  });
  await expect(made({ status: 503, json: told })).rejects.toThrow("answered 503: It runs another");
  await expect(made({ status: 403, json: told })).rejects.toThrow("answered 403");
  // An answer may not redirect the request, or the token would go elsewhere.
  const elsewhere = { status: 307, headers: { location: "https://evil.example/" } };
  await expect(made(elsewhere)).rejects.toThrow("does not answer");
});

test("an older record, of a rollback or of another test stack, is not asked for", async () => {
  const evidence = { json: { evidence: signed(own.privateKey) } };
  for (const [record, unsigned] of [
    [{ ...RECORD, what: "rollback" }, "no test deployment vouches for a rollback"],
    [{ ...RECORD, from: "contoso-test" }, "its package is from contoso-test"],
  ] as const) {
    const { is, asked } = await made(evidence, record);
    expect([is, asked]).toEqual([{ unsigned }, []]);
  }
  // A rollback that ends another promotion does not write its record without a signature that production believes.
  await expect(made(evidence, RECORD, [own.publicKey], false)).rejects.toThrow(
    "only npm run promote -- lamna-test lamna-production asks lamna-test for its signature.",
  );
});
