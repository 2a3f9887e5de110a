/** A record of a promotion, verified offline by the keys of production's stack file. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { evidenceOf, type PromotionRecord } from "../../../app/domain/promotion.ts";
import { verified } from "../../../scripts/verifyRecord.ts";

const SAMPLE = fileURLToPath(new URL("../../../stacks/Pulumi.lamna-production.yaml", import.meta.url));
const [A, B] = ["a".repeat(64), "b".repeat(64)];
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
const [key, oldKey] = [1, 2].map(() => generateKeyPairSync("ec", { namedCurve: "P-384" }));

function signed(by = key): PromotionRecord {
  if (by === undefined) throw new Error("no key");
  const { signedOver, kept } = evidenceOf(RECORD);
  const value = sign("sha384", signedOver("1"), { key: by.privateKey, dsaEncoding: "ieee-p1363" });
  return { ...RECORD, evidence: kept("1", value) };
}

async function verdict(record: unknown, named = true) {
  const folder = await mkdtemp(join(tmpdir(), "record-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [file, stackFile] = [join(folder, "record.json"), join(folder, "Pulumi.lamna-production.yaml")];
  await writeFile(file, JSON.stringify(record));
  const keys = JSON.stringify([key?.publicKey.export({ format: "jwk" })]);
  const sample = await readFile(SAMPLE, "utf8");
  await writeFile(
    stackFile,
    named ? sample.replace(/^( +)testStack:\n( +)/m, `$1testStack:\n$2evidenceKeys: ${keys}\n$2`) : sample,
  );
  return verified([file, stackFile]);
}

test("one that the test deployment signed is told with what it says", async () => {
  expect(await verdict(signed())).toEqual([
    0,
    `lamna-test vouches for this record: lamna-production runs ${B} since 2026-11-29T22:10:00.000Z.`,
  ]);
});

test.each([
  ["was changed", { ...signed(), who: "Somebody else" }],
  ["tells another digest", { ...signed(), runs: A }],
  ["is signed by a key that the stack does not name any more", signed(oldKey)],
  ["carries another record's signature", { ...RECORD, id: "other", evidence: signed().evidence }],
])("one that %s is not vouched for", async (_which, record) => {
  expect(await verdict(record)).toEqual([1, expect.stringContaining("NOT as one of the keys")]);
});

test("one without a signature, what is no record, and a stack without keys are told apart", async () => {
  expect(await verdict(RECORD)).toEqual([1, "The record is NOT signed."]);
  await expect(verdict({ id: "x" })).rejects.toThrow("no record of a promotion");
  await expect(verdict(signed(), false)).rejects.toThrow("names no keys under testStack.evidenceKeys");
});
