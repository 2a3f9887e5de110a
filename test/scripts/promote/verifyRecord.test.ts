/** Verifying a promotion's record offline, with the keys in production's stack file. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { evidenceOf } from "../../../app/domain/evidence.ts";
import type { PromotionRecord } from "../../../app/domain/promotion.ts";
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
  const { signedOver, kept } = evidenceOf({
    from: "lamna-test",
    package: B,
    passedAt: "2026-11-29T21:58:00.000Z",
    askedBy: { kind: "application", objectId: "11111111-0000-4000-8000-000000000001" },
  });
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

test("what the test deployment signed is told, and that nobody vouches for the rest", async () => {
  expect(await verdict(signed())).toEqual([
    0,
    [
      `lamna-test vouches: it ran the package ${B}, each of its canary visits had passed at 2026-11-29T21:58:00.000Z or later, and the application 11111111-0000-4000-8000-000000000001 asked for the signature.`,
      "Nobody vouches for the rest, which the command noted: that lamna-production runs it since 2026-11-29T22:10:00.000Z, who promoted it, and who approved it.",
    ].join("\n"),
  ]);
});

test.each([
  ["carries a changed statement", { ...RECORD, evidence: changed() }, "NOT as one of the keys"],
  ["is signed by a key that the stack does not name any more", signed(oldKey), "NOT as one of the keys"],
  ["tells another digest", { ...signed(), runs: A }, "NOT of the package"],
  ["tells another test stack", { ...signed(), from: "contoso-test" }, "NOT of the package"],
])("one that %s is not vouched for", async (_which, record, says) => {
  expect(await verdict(record)).toEqual([1, expect.stringContaining(says)]);
});

function changed(): string {
  const [header = "", payload = "", signature = ""] = signed().evidence?.split(".") ?? [];
  const says = Buffer.from(payload, "base64url").toString("utf8").replace("21:58", "22:58");
  return [header, Buffer.from(says).toString("base64url"), signature].join(".");
}

test("one without a signature, what is no record, and a stack without keys are told apart", async () => {
  expect(await verdict(RECORD)).toEqual([1, "The record has NOTHING that a test deployment signed."]);
  await expect(verdict({ id: "x" })).rejects.toThrow("no record of a promotion");
  await expect(verdict(signed(), false)).rejects.toThrow("names no keys under testStack.evidenceKeys");
});
