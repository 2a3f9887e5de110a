/**
 * `npm run verify-audit -- <file>`: whether an exported audit trail is whole, and what was changed, left out or moved if it is
 * not. Offline, with nothing but Node: the file, and the one function that says how events hang together.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { verifyChain, type ChainFinding, type ChainHead } from "../app/domain/auditChain.ts";

export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

/** 0: whole. 1: not whole, each finding a line. 2: the file cannot be judged. */
export function verdictOn(text: string): Verdict {
  const read = exported(text);
  if (read === undefined)
    return {
      exitCode: 2,
      lines: ["This is no exported audit trail. In the portal, open Audit and take “Export as JSON”."],
    };
  const findings = verifyChain(read.events, read.head);
  const isBroken = findings.some(({ kind }) => kind !== "open");
  const lines = findings.map(sentence);
  return isBroken
    ? { exitCode: 1, lines: [...lines, "The audit trail is NOT whole."] }
    : { exitCode: 0, lines: [...lines, `The audit trail is whole: ${String(read.events.length)} events.`] };
}

function exported(
  text: string,
): { readonly events: readonly unknown[]; readonly head: ChainHead } | undefined {
  try {
    const { events, head } = JSON.parse(text) as {
      readonly events?: unknown;
      readonly head?: Partial<ChainHead>;
    };
    if (!Array.isArray(events) || typeof head?.number !== "number" || typeof head.hash !== "string")
      return undefined;
    return { events: events as readonly unknown[], head: { number: head.number, hash: head.hash } };
  } catch {
    return undefined;
  }
}

function sentence(finding: ChainFinding): string {
  switch (finding.kind) {
    case "changed":
      return `Event ${String(finding.number)} was changed after it was written.`;
    case "does-not-follow":
      return `Event ${String(finding.number)} does not follow the one before it, or is not the one that the connector kept as its last: one of them was exchanged.`;
    case "missing":
      return finding.from === finding.to
        ? `Event ${String(finding.from)} is missing.`
        : `Events ${String(finding.from)} to ${String(finding.to)} are missing.`;
    case "out-of-order":
      return `Event ${String(finding.number)} stands in another place than where it was written, or twice.`;
    case "unreadable":
      return `The ${String(finding.place)}. entry is no event.`;
    case "open":
      return `Event ${String(finding.number)} says that something was intended, and nothing says how it ended: ask what became of it.`;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write("Say which file: npm run verify-audit -- audit.json\n");
    process.exitCode = 2;
  } else {
    const { exitCode, lines } = judged(file);
    process.stdout.write(lines.join("\n") + "\n");
    process.exitCode = exitCode;
  }
}

function judged(file: string): Verdict {
  try {
    return verdictOn(readFileSync(file, "utf8"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return { exitCode: 2, lines: [`The file ${file} cannot be read (${code}).`] };
  }
}
