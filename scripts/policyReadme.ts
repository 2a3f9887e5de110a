/**
 * `npm run policy-readme`: writes the catalog of the policies, and what auditors' lists ask, into infra/policy/README.md.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { AUDITORS } from "../infra/policy/auditors.ts";
import { RULES } from "../infra/policy/policies.ts";
import { UNREAD } from "../infra/policy/unread.ts";

const target = fileURLToPath(new URL("../infra/policy/README.md", import.meta.url));

/** The page with its current generated parts. */
export async function policyReadme(): Promise<string> {
  return format(text(), { ...(await resolveConfig(target)), parser: "markdown" });
}

const text = (): string =>
  [
    "# What the policies require",
    "This page is written by `npm run policy-readme` from the rules in `rules/`; a test fails when it is out of date.",
    "`pulumi preview --policy-pack infra/policy` and `pulumi up --policy-pack infra/policy` judge a stack by them: each resource before it is made, and all together. The pack knows the stack file as the program does, and compares: every address, principal, host, receiver, retention, threshold and budget is the one that the file asks for. Where it is given no stack file it can read, EHR-GEN-00 lets nothing be made.",
    "What a deployment of a stack file consists of is said in `asked/`, by hand and from the file alone. Who changes what the program makes changes it there, too, or EHR-GEN-09 and EHR-GEN-10 refuse it.",
    "Every rule is mandatory. HIPAA means 45 CFR Part 164; HITRUST is CSF v11.3.",
    [
      row("Rule", "Requires", "Severity", "Answers", "What to do"),
      row("---", "---", "---", "---", "---"),
      ...[UNREAD, ...RULES]
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .map(({ id, words: { says, severity, control, remedy } }) =>
          row("`" + id + "`", says, severity, control.reference + " " + control.specification, remedy),
        ),
    ].join("\n"),
    "## What auditors' lists ask",
    "Of Azure's initiative for HIPAA and HITRUST and of public scanners, what goes beyond the rules above.",
    [
      row("Asked for", "Here", "Why"),
      row("---", "---", "---"),
      ...AUDITORS.map(({ asks, answer, because }) => row(asks, answer, because)),
    ].join("\n"),
  ].join("\n\n") + "\n";

const row = (...cells: readonly string[]): string => "| " + cells.map(escaped).join(" | ") + " |";

const escaped = (cell: string): string => cell.replaceAll(/[|*<]/g, (mark) => "\\" + mark);

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await policyReadme());
