/** How long a rehearsal of the test sample takes from a warm engine: deployed in memory, visited, restarted, visited again. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findEngine } from "../engine/engine.ts";
import { rounded, type Row } from "./row.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** None, and a line that says why, where there is no engine. */
export async function rehearsalRows(): Promise<Row[]> {
  const engine = await findEngine();
  if (engine.kind === "none") {
    process.stdout.write(
      "!!! No Pulumi engine, because " + engine.because + ": the rehearsal is not measured here.\n",
    );
    return [];
  }
  const begun = performance.now();
  await rehearse("lamna-test");
  const seconds = (performance.now() - begun) / 1000;
  return [
    {
      name: "rehearsal of the test sample",
      value: rounded(seconds, 1),
      unit: "s",
      target: 90,
      direction: "at-most",
    },
  ];
}

/** @throws when the rehearsal does not pass: then there is nothing to measure. */
function rehearse(stack: string): Promise<void> {
  const child = spawn("tsx", ["scripts/rehearse.ts", stack], {
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
