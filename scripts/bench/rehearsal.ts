/**
 * How long rehearsals of the samples take with an engine that was built before: deployed in memory, visited, restarted,
 * visited again.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findEngine } from "../engine/engine.ts";
import { rounded, type Row } from "./row.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Without an engine there are no rows, and a line says why. */
export async function rehearsalRows(): Promise<Row[]> {
  const engine = await findEngine();
  if (engine.kind === "none") {
    process.stdout.write(
      "!!! No Pulumi engine, because " + engine.because + ": the rehearsal is not measured here.\n",
    );
    return [];
  }
  const rows: Row[] = [];
  for (const { stack, target } of SAMPLES) {
    const begun = performance.now();
    await rehearse(stack);
    const seconds = (performance.now() - begun) / 1000;
    const row = { name: "rehearsal of " + stack, value: rounded(seconds, 1), unit: "s", target };
    rows.push({ ...row, direction: "at-most" });
  }
  return rows;
}

const SAMPLES = [
  { stack: "lamna-test", target: 30 },
  { stack: "lamna-production", target: 60 },
] as const;

/** @throws when the rehearsal does not pass, since then there is nothing to measure */
function rehearse(stack: string): Promise<void> {
  const child = spawn("tsx", ["scripts/rehearse.ts", stack, "--package", "built"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.on("data", (text: Buffer) => (told += text.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error("the rehearsal of " + stack + " did not pass:\n" + told));
    });
  });
}
