/**
 * `npm run verify-record -- <record> <stack file>`: whether a test deployment vouches for the record of a promotion, by the keys
 * that production's stack file names under testStack.evidenceKeys. Offline. Exit code 0: it does; 1: it does not; 2: it cannot be
 * judged.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { evidenceKeysOf } from "../app/domain/evidenceKeys.ts";
import { judgedRecord, type RecordVerdict } from "../app/domain/promotion.ts";
import { InWords, readDeployedStackFile } from "./local/stackFile.ts";

const USAGE = "npm run verify-record -- <record.json> <stack file of production>";

const WORDS: Readonly<Record<RecordVerdict["is"], string>> = {
  vouched: "vouches for this record",
  unreadable: "This is no record of a promotion; the package container has them under promotions/<stack>/.",
  unsigned: "The record is NOT signed.",
  "not-by-these-keys":
    "The record is NOT as one of the keys under testStack.evidenceKeys has signed it: it was changed, or another key signed it.",
};

/** @throws InWords when it cannot be judged */
export async function verified(args: readonly string[]): Promise<readonly [0 | 1, string]> {
  const [file, stackFile, ...more] = args;
  if (file === undefined || stackFile === undefined || more.length > 0) throw new InWords(USAGE);
  const { testStack } = await readDeployedStackFile(stackFile, stackFile, "the keys are of");
  if (testStack?.evidenceKeys === undefined)
    throw new InWords(`${stackFile} names no keys under testStack.evidenceKeys, so nothing can be verified.`);
  const verdict = judgedRecord(await jsonIn(file), evidenceKeysOf(testStack.evidenceKeys));
  if (verdict.is === "unreadable") throw new InWords(`${file}: ${WORDS.unreadable}`);
  if (verdict.is !== "vouched") return [1, WORDS[verdict.is]];
  const { from = "", runs, stack, endedAt } = verdict.record;
  // A record of another pair of stacks may be signed by the same key, and is told as what it is.
  return [0, `${from} ${WORDS.vouched}: ${stack} runs ${runs} since ${endedAt}.`];
}

/** @throws InWords */
async function jsonIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new InWords(`${file} cannot be read as JSON.`, { cause });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  try {
    const [exitCode, says] = await verified(process.argv.slice(2));
    process.stdout.write(says + "\n");
    process.exitCode = exitCode;
  } catch (fault) {
    if (!(fault instanceof InWords)) throw fault;
    process.stderr.write(fault.message + "\n");
    process.exitCode = 2;
  }
