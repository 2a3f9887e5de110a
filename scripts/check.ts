/**
 * `npm run check [-- part…]`: everything that a change has to pass. The parts run one after the other, and all of them run
 * even if one fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Each part is the script `check:<part>` in package.json. */
const PARTS = ["types", "lint", "format", "boundaries", "unused", "tests"];

interface Outcome {
  readonly part: string;
  readonly passed: boolean;
  readonly seconds: string;
}

async function check(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) {
    print("There is no part " + unknown.join(", ") + "; there are " + PARTS.join(", ") + ".");
    return 1;
  }
  const outcomes: Outcome[] = [];
  for (const part of PARTS)
    if (asked.length === 0 || asked.includes(part)) outcomes.push(await outcome(part));
  print(table(outcomes));
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

async function outcome(part: string): Promise<Outcome> {
  const begun = performance.now();
  const { code, told } = await run("check:" + part);
  if (code !== 0) print(["", "--- " + part + " ---", told.trim(), ""].join("\n"));
  return { part, passed: code === 0, seconds: ((performance.now() - begun) / 1000).toFixed(1) };
}

/** Runs a script to its end and keeps its output, which is shown only if it failed. */
function run(script: string): Promise<{ code: number; told: string }> {
  return new Promise((done, broken) => {
    const child = spawn(process.execPath, ["--run", script], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const told: string[] = [];
    for (const output of [child.stdout, child.stderr])
      output.setEncoding("utf8").on("data", (text: string) => told.push(text));
    child.once("error", broken);
    child.once("close", (code) => {
      done({ code: code ?? 1, told: told.join("") });
    });
  });
}

function table(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ part, passed, seconds }) =>
      [part.padEnd(12), passed ? "passed" : "FAILED", (seconds + " s").padStart(8)].join(" "),
    )
    .join("\n");
}

const print = (text: string) => void process.stdout.write(text + "\n");

process.exitCode = await check(process.argv.slice(2));
