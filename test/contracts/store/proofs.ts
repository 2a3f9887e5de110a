/** Where each check of the contract was proved: one table, printed as each column is done, complete with the last. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const COLUMNS = ["sqlite", "cosmos stand-in", "rehearsal", "npm emulator", "endpoint"] as const;
export type Column = (typeof COLUMNS)[number];

/** Each test file runs in a process of its own. Their common parent stands for the run. */
const FOLDER = new URL("../../../.cache/store-contract/", import.meta.url);
const RUN = process.ppid;

interface Proof {
  readonly run: number;
  readonly verdicts: readonly (readonly [check: string, verdict: string])[];
}

/**
 * Adds to what this run has proved there (a column may be proved in several ways: the worst counts), and prints the table.
 */
export function proved(column: Column, verdicts: ReadonlyMap<string, string>): void {
  const before = new Map(proofOf(column)?.verdicts ?? []);
  const worst = [...verdicts].map(([check, verdict]) => [check, worse(before.get(check), verdict)] as const);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file(column), JSON.stringify({ run: RUN, verdicts: worst } satisfies Proof));
  process.stdout.write(table([...verdicts.keys()]));
}

const worse = (before: string | undefined, verdict: string) =>
  before === undefined || before === "yes" ? verdict : before;

function table(checks: readonly string[]): string {
  const proofs = COLUMNS.map((column) => new Map(proofOf(column)?.verdicts ?? []));
  const width = Math.max(...checks.map(({ length }) => length));
  const notes: string[] = [];
  const cell = (verdict = "not in this run") => {
    if (verdict === "yes" || verdict === "FAILED") return verdict;
    if (!notes.includes(verdict)) notes.push(verdict);
    return `${verdict.startsWith("no: ") ? "no" : "-"} [${String(notes.indexOf(verdict) + 1)}]`;
  };
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(width)}  ${cells.map((text, at) => text.padEnd(COLUMNS[at]?.length ?? 0)).join("  ")}`.trimEnd();
  const lines = checks.map((check) =>
    line(
      check,
      proofs.map((proof) => cell(proof.get(check))),
    ),
  );
  const footnotes = notes.map((note, at) => `  [${String(at + 1)}] ${note}`);
  return [
    "",
    line("The store's contract, and where it was proved", COLUMNS),
    ...lines,
    ...footnotes,
    "",
    "",
  ].join("\n");
}

function proofOf(column: Column): Proof | undefined {
  try {
    const proof = JSON.parse(readFileSync(file(column), "utf8")) as Proof;
    return proof.run === RUN ? proof : undefined;
  } catch {
    // Nothing was proved in this column yet.
    return undefined;
  }
}

const file = (column: Column) => new URL(`${column.replaceAll(" ", "-")}.json`, FOLDER);
