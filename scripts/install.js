/** Brings node_modules up to what a command needs, with the lockfile's exact versions, and only when it falls short. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InWords, run, say } from "./child.js";
import { node24, npm, refuseOldNode, root } from "./node24.js";
import { running } from "./running.js";

// npm ci empties node_modules before it fills it, so a stamp is there only when an installation was finished.
const stampFile = join(root, "node_modules", ".installed.json");

/**
 * Installs what is missing and returns the path of Node 24.
 * @param {"run" | "all"} what "run" is what npm start needs; "all" adds the tools for tests, checks and deployment.
 */
export async function ensure(what) {
  refuseOldNode();
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (!satisfies(stamp(), lock, what)) await install(what, lock);
  return node24();
}

// Beyond these npm explains its own options.
const NPM_LINES = 12;
const platform = process.platform + "-" + process.arch;

function satisfies(stamp, lock, what) {
  return stamp?.lock === lock && stamp.platform === platform && (stamp.what === "all" || stamp.what === what);
}

function stamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return undefined;
  }
}

async function install(what, lock) {
  const start = running();
  if (start !== undefined)
    throw new InWords(
      "Packages have to be installed first, which would pull them from under the npm start that is running here (process " +
        start.pid +
        ", http://127.0.0.1:" +
        start.port +
        "). Stop it with Ctrl-C, then run this command again.",
    );
  say(
    what === "run"
      ? "Installing packages (once, about half a minute) …"
      : "Installing packages and test tools (once, about a minute) …",
  );
  await npmCi(what);
  writeFileSync(stampFile, JSON.stringify({ lock, what, platform }) + "\n");
}

async function npmCi(what) {
  const { file, args, env, shell } = npm();
  const wanted = [what === "run" ? "--omit=dev" : "--include=dev", "--include=optional"];
  const quiet = ["--loglevel=error", "--no-fund", "--no-audit", "--ignore-scripts"];
  const told = [];
  const code = await run(file, [...args, "ci", ...wanted, ...quiet], {
    cwd: root,
    env,
    shell,
    stdio: ["ignore", "pipe", "pipe"],
    told: (text) => told.push(text),
  });
  if (code !== 0) throw new InWords(failure(code, told.join("").trim()));
}

function failure(code, told) {
  if (code > 128) return "The installation was stopped. Run the command again to finish it.";
  return [
    "The packages could not be installed. What npm said:",
    told.split("\n").slice(0, NPM_LINES).join("\n").replace(/^/gm, "  "),
    "Check that this machine reaches its npm registry (npm ping) and that the disk is not full, then run the command again.",
  ].join("\n");
}
