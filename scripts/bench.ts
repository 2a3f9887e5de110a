/** `npm run bench`: what app/README.md promises, measured; ratios within one run. Prints a table and writes .data/bench.json. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchRows } from "./bench/launch.ts";
import { policyRows } from "./bench/policy.ts";
import { previewRows } from "./bench/preview.ts";
import { processRows } from "./bench/process.ts";
import { redirectRows } from "./bench/redirect.ts";
import { rehearsalRows } from "./bench/rehearsal.ts";
import type { Row } from "./bench/row.ts";
import { build } from "./build.ts";

const data = fileURLToPath(new URL("../.data", import.meta.url));
const bundle = await build();
const rows: Row[] = [
  ...(await redirectRows(bundle)),
  ...(await launchRows()),
  ...(await processRows(bundle)),
  ...(await previewRows()),
  ...(await policyRows()),
  ...(await rehearsalRows()),
];
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
