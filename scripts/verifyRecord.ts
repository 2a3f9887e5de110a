/**
 * `npm run verify-record -- <record> <stack file>`: checks whether a test deployment has signed that it tested the package
 * of a promotion, by the keys that production's stack file names under testStack.evidenceKeys. It works offline. Exit code
 * 0: it has; 1: it has not; 2: it cannot be judged.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { evidenceKeysOf } from "../app/domain/evidenceKeys.ts";
import { judgedRecord, type RecordVerdict } from "../app/domain/evidence.ts";
import { ExplainedError, readDeployedStackFile } from "./local/stackFile.ts";

const USAGE = "npm run verify-record -- <record.json> <stack file of production>";

const WORDS: Readonly<Record<Exclude<RecordVerdict["is"], "vouched">, string>> = {
  unreadable: "This is no record of a promotion; the package container has them under promotions/<stack>/.",
  unsigned: "The record has NOTHING that a test deployment signed.",
  "not-by-these-keys":
    "What the record has of a test deployment is NOT as one of the keys under testStack.evidenceKeys has signed it: it was changed, or another key signed it.",
  "of-another":
    "What a test deployment signed is NOT of the package and the test stack that the record tells: it was taken from another record.",
};

/** @throws ExplainedError when it cannot be judged */
export async function verified(args: readonly string[]): Promise<readonly [0 | 1, string]> {
  const [file, stackFile, ...more] = args;
  if (file === undefined || stackFile === undefined || more.length > 0) throw new ExplainedError(USAGE);
  const { testStack } = await readDeployedStackFile(stackFile, stackFile, "the keys are of");
  if (testStack?.evidenceKeys === undefined)
    throw new ExplainedError(
      `${stackFile} names no keys under testStack.evidenceKeys, so nothing can be verified.`,
    );
  const verdict = judgedRecord(await jsonIn(file), evidenceKeysOf(testStack.evidenceKeys));
  if (verdict.is === "unreadable") throw new ExplainedError(`${file}: ${WORDS.unreadable}`);
  if (verdict.is !== "vouched") return [1, WORDS[verdict.is]];
  const { record, statement } = verdict;
  const { kind, objectId } = statement.askedBy;
  return [
    0,
    [
      `${statement.from} vouches: it ran the package ${statement.package}, each of its canary visits had passed at ${statement.passedAt} or later, and the ${kind} ${objectId} asked for the signature.`,
      `Nobody vouches for the rest, which the command noted: that ${record.stack} runs it since ${record.endedAt}, who promoted it, and who approved it.`,
    ].join("\n"),
  ];
}

/** @throws ExplainedError */
async function jsonIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new ExplainedError(`${file} cannot be read as JSON.`, { cause });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  try {
    const [exitCode, says] = await verified(process.argv.slice(2));
    process.stdout.write(says + "\n");
    process.exitCode = exitCode;
  } catch (fault) {
    if (!(fault instanceof ExplainedError)) throw fault;
    process.stderr.write(fault.message + "\n");
    process.exitCode = 2;
  }
