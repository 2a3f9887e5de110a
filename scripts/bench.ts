/**
 * `npm run bench`: measures what app/README.md promises; comparisons are ratios within one run. Prints a table and writes
 * .data/bench.json. `npm run bench -- memory pages` measures only these parts.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findingRows } from "./bench/finding.ts";
import { heavyVendorRows } from "./bench/heavyVendor.ts";
import { launchRows } from "./bench/launch.ts";
import { launchStepRows } from "./bench/launchStep.ts";
import { waitingRows } from "./bench/waiting.ts";
import { memoryRows } from "./bench/memory.ts";
import { pageRows } from "./bench/pages.ts";
import { policyRows } from "./bench/policy.ts";
import { portalRows } from "./bench/portal.ts";
import { previewRows } from "./bench/preview.ts";
import { processRows } from "./bench/process.ts";
import { redirectRows } from "./bench/redirect.ts";
import { rehearsalRows } from "./bench/rehearsal.ts";
import { reportRows } from "./bench/reports.ts";
import type { Row } from "./bench/row.ts";
import { workRows } from "./bench/work.ts";
import { textRows } from "./bench/texts.ts";
import { build } from "./build.ts";

const data = fileURLToPath(new URL("../.data", import.meta.url));
const bundle = await build();
const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  redirect: () => redirectRows(bundle),
  pages: () => pageRows(bundle),
  launch: launchRows,
  "launch-step": () => launchStepRows(bundle),
  process: () => processRows(bundle),
  memory: () => memoryRows(bundle),
  work: () => workRows(bundle),
  finding: findingRows,
  waiting: () => waitingRows(bundle),
  texts: textRows,
  "heavy-vendor": heavyVendorRows,
  portal: portalRows,
  reports: () => reportRows(bundle),
  preview: previewRows,
  policy: policyRows,
  rehearsal: rehearsalRows,
};
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined)
  throw new Error(`There is no part ${unknown}; there are ${Object.keys(PARTS).join(", ")}.`);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(PARTS))
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure()));
await mkdir(data, { recursive: true });
await writeFile(join(data, "bench.json"), JSON.stringify(rows, undefined, 2) + "\n");
process.stdout.write(table(rows));
process.exit(0);

function table(all: readonly Row[]): string {
  const lines = all.map(({ name, value, unit, target, direction }) => [
    name,
    String(value) + " " + unit,
    (direction === "at-least" ? "≥ " : "≤ ") + String(target),
    isMet({ value, target, direction }) ? "met" : "MISSED",
  ]);
  const header = ["what", "measured", "target", ""];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => (line[column] ?? "").length)),
  );
  return [header, ...lines]
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ") + "\n")
    .join("");
}

function isMet({ value, target, direction }: Pick<Row, "value" | "target" | "direction">): boolean {
  return direction === "at-least" ? value >= target : value <= target;
}
