/** Installs into node_modules what a command needs, in the lockfile's exact versions, and only if something is missing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ExplainedError, run, say } from "./child.js";
import { isOld, node24, npm, refuseOldNode, root, shippedNode } from "./node24.js";
import { running } from "./running.js";

/**
 * Installs what is missing and returns the path of Node 24.
 * @param {"run" | "all"} what "run" is what npm start needs; "all" also includes the tools for tests, checks and deployment.
 */
export async function ensure(what) {
  refuseOldNode();
  const { wanted, installed } = lockfiles();
  if (!isComplete(what, wanted, installed)) await install(hasTools(wanted, installed) ? "all" : what);
  return node24();
}

/**
 * Whether {@link ensure} would install something.
 * @param {"run" | "all"} what
 */
export function lacksPackages(what) {
  const { wanted, installed } = lockfiles();
  return !isComplete(what, wanted, installed);
}

function lockfiles() {
  const wanted = packagesOf("package-lock.json");
  if (Object.keys(wanted).length === 0)
    throw new ExplainedError(
      "package-lock.json is missing or damaged; restore it with git checkout package-lock.json.",
    );
  // npm writes this file last, so it exists only if an installation was finished.
  return { wanted, installed: packagesOf(join("node_modules", ".package-lock.json")) };
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), "utf8")).packages;
  } catch {
    return {};
  }
}

/**
 * Whether everything wanted is installed. Optional packages are for a particular platform; of those, only Node itself is
 * required.
 */
function isComplete(what, wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    const needed =
      path === shippedNode
        ? isOld
        : path !== "" && !entry.optional && !entry.devOptional && (what === "all" || !entry.dev);
    return (
      !needed || (installed[path]?.version === entry.version && installed[path].integrity === entry.integrity)
    );
  });
}

/** Somebody who has installed the tools keeps them, even if npm start is the first command to see a new lockfile. */
const hasTools = (wanted, installed) => Object.keys(installed).some((path) => wanted[path]?.dev);

async function install(what) {
  const start = running();
  if (start !== undefined)
    throw new ExplainedError(
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
}

// Further lines of npm's output only explain npm's own options.
const NPM_LINES = 12;

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
  if (code !== 0) throw new ExplainedError(failure(code, told.join("").trim()));
}

function failure(code, told) {
  if (code > 128) return "The installation was stopped. Run the command again to finish it.";
  return [
    "The packages could not be installed. What npm said:",
    told.split("\n").slice(0, NPM_LINES).join("\n").replace(/^/gm, "  "),
    "Check that this machine reaches its npm registry (npm ping) and that the disk is not full, then run the command again.",
  ].join("\n");
}
