/**
 * `npm run verify-audit -- <file> [--head <hash>]…`: checks whether an exported audit trail is complete, and says what was
 * changed, left out or moved if it is not. A hash is one that the connector has logged (event `audit.head`), where nobody
 * who can write to its store can change it: the trail has to contain the event with that hash. It works offline and needs
 * only Node, the file, and the one function that computes how events are chained.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { verifyChain, type ChainFinding, type ChainHead } from "../app/domain/auditChain.ts";

export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

/** 0: complete. 1: not complete; each finding is a line. 2: the file cannot be judged. */
export function verdictOn(text: string, logged: readonly string[] = []): Verdict {
  const read = exported(text);
  if (read === undefined)
    return {
      exitCode: 2,
      lines: ["This is no exported audit trail. In the portal, open Audit and take “Export as JSON”."],
    };
  const findings = verifyChain(read.events, read.head, logged);
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
      return `Event ${String(finding.number)} stands elsewhere than where it was written, or twice.`;
    case "unreadable":
      return `The ${String(finding.position)}. entry is no event.`;
    case "not-as-logged":
      return `No event has the hash ${finding.hash}, which the log has kept: the trail was written anew since then, or it is another deployment’s.`;
    case "open":
      return `Event ${String(finding.number)} says that something was intended, and nothing says how it ended: ask what became of it.`;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { exitCode, lines } = judged(process.argv.slice(2));
  (exitCode === 2 ? process.stderr : process.stdout).write(lines.join("\n") + "\n");
  process.exitCode = exitCode;
}

const USAGE = "Say which file: npm run verify-audit -- audit.json [--head <hash that the log has kept>]";

/** Runs the command line. */
export function judged(args: readonly string[]): Verdict {
  const parsed = asked(args);
  if (typeof parsed === "string") return { exitCode: 2, lines: [parsed, USAGE] };
  try {
    return verdictOn(readFileSync(parsed.file, "utf8"), parsed.logged);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return { exitCode: 2, lines: [`The file ${parsed.file} cannot be read (${code}).`] };
  }
}

/** The file and the logged hashes on the command line, or what is wrong with it. */
function asked(
  args: readonly string[],
): { readonly file: string; readonly logged: readonly string[] } | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { head: { type: "string", multiple: true, default: [] } },
    });
    const [file, ...more] = positionals;
    const wrong = values.head.find((hash) => !/^[0-9a-f]{64}$/.test(hash));
    if (wrong !== undefined) return `“${wrong}” is no hash: the log has it as 64 hexadecimal digits.`;
    return file === undefined || more.length > 0 ? "One file is verified." : { file, logged: values.head };
  } catch (error) {
    return error instanceof Error ? error.message : "The command line cannot be read.";
  }
}
