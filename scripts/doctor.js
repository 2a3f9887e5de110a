/**
 * `npm run doctor`: which of the things that the project's commands need this machine has, and what to do about the rest. It
 * changes nothing, and runs on any version of Node that npm runs on.
 */
import { existsSync, readdirSync, statfsSync, statSync, accessSync, constants } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { chromium } from "./chromium.js";
import { exitWith, ExplainedError, say } from "./child.js";
import { lacksPackages } from "./install.js";
import { node24, refuseOldNode, root } from "./node24.js";
import { running } from "./running.js";

/** How many ports are used: the connector's and, following it, those of the sandbox (scripts/local/sandboxStack.ts). */
const PORTS = 8;
const LAST_PORT = 65_500;
const SPACE_BYTES = 2_000_000_000;

/**
 * The result of one check. `needed`: without it, neither npm start nor npm test works; the others say what they are for.
 * @typedef {{ ok: boolean, what: string, needed?: boolean, remedy?: string }} Finding
 */

await exitWith(async () => {
  const findings = [
    nodeItself(),
    packages("run", "npm start"),
    packages("all", "npm test"),
    folder(),
    space(),
    await ports(),
    browser(),
    engine(),
    program("az", "signing in to Azure, before npm run preflight and pulumi up", "https://aka.ms/azure-cli"),
    program("git", "knowing which version a package was made of", "https://git-scm.com"),
  ];
  for (const finding of findings) say(lineOf(finding));
  const stopping = findings.filter(({ ok, needed }) => !ok && needed);
  say("");
  say(
    stopping.length === 0
      ? "npm start and npm test can run here."
      : "npm start and npm test cannot run here yet: see what is marked !!.",
  );
  return stopping.length === 0 ? 0 : 1;
});

function lineOf({ ok, what, needed, remedy }) {
  const mark = ok ? "ok" : needed ? "!!" : "--";
  return mark + "  " + what + (ok || remedy === undefined ? "" : "\n      " + remedy);
}

/** @returns {Finding} */
function nodeItself() {
  const what = "Node " + process.versions.node;
  try {
    refuseOldNode();
  } catch (fault) {
    return { ok: false, needed: true, what, remedy: wordsOf(fault) };
  }
  try {
    return { ok: true, what: what + ", and for the project's own code " + node24() };
  } catch {
    return { ok: true, what: what + "; npm start and npm test install Node 24 for themselves" };
  }
}

/** @returns {Finding} */
function packages(needs, command) {
  try {
    const lacks = lacksPackages(needs);
    const what = "Packages for " + command + (lacks ? " are not installed, or are of another version" : "");
    return { ok: !lacks, what, remedy: command + " installs them, about a minute once." };
  } catch (fault) {
    return { ok: false, needed: true, what: "Packages for " + command, remedy: wordsOf(fault) };
  }
}

/** @returns {Finding} */
function folder() {
  const data = join(root, ".data");
  const written = existsSync(data) ? data : root;
  return {
    ok: isAllowed(written, constants.W_OK),
    needed: true,
    what: "The data folder " + data,
    remedy: "It cannot be written. Make it yours, or move it away.",
  };
}

/** @returns {Finding} */
function space() {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  return {
    ok: free > SPACE_BYTES,
    what: (free / 1e9).toFixed(1) + " GB free on this disk",
    remedy: "Packages, tests and a rehearsal take some 2 GB. Free some space first.",
  };
}

/** @returns {Promise<Finding>} */
async function ports() {
  const first = Number(process.env.PORT || 3000);
  if (!(first >= 1024 && first <= LAST_PORT))
    return {
      ok: false,
      what: "PORT=" + process.env.PORT,
      remedy: "PORT must be a number from 1024 to 65500.",
    };
  const range = first + " to " + (first + PORTS - 1);
  const ours = running();
  if (ours?.port === first) return { ok: true, what: "npm start is running at http://127.0.0.1:" + first };
  const all = Array.from({ length: PORTS }, (_, index) => first + index);
  const taken = [];
  for (const port of all) if (!(await isFree(port))) taken.push(port);
  return {
    ok: taken.length === 0,
    what: "Ports " + range + (taken.length === 0 ? " are free" : ": in use is " + taken.join(", ")),
    remedy: "Stop what listens there, or choose other ports: PORT=4000 npm start.",
  };
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** @returns {Finding} */
function browser() {
  const file = chromium();
  return {
    ok: file !== undefined,
    what:
      file === undefined ? "No Chromium, for the browser tests" : "Chromium for the browser tests: " + file,
    remedy:
      "As root on Debian, npm test installs it. Elsewhere install Chromium, or name it in CHROMIUM_PATH; until then npm test skips these tests and says so.",
  };
}

/** @returns {Finding} */
function engine() {
  const installed = onPath("pulumi");
  const built = builtEngine();
  const remedy = onPath("go")
    ? "npm run engine builds it with the Go of this machine, in some seven minutes once."
    : "Install Pulumi (https://www.pulumi.com/docs/install/), or Go and then npm run engine.";
  const file = installed ?? built;
  return {
    ok: file !== undefined,
    what:
      file === undefined
        ? "No Pulumi engine, for npm run rehearse and npm run drift"
        : "Pulumi engine: " + file,
    remedy,
  };
}

function builtEngine() {
  const cache = join(root, ".cache", "engine");
  if (!existsSync(cache)) return undefined;
  const files = readdirSync(cache).map((build) => join(cache, build, "bin", "pulumi"));
  return files.find((file) => isAllowed(file, constants.X_OK));
}

/** @returns {Finding} */
function program(name, purpose, address) {
  const file = onPath(name);
  return {
    ok: file !== undefined,
    what: file === undefined ? "No " + name + ", for " + purpose : name + ": " + file,
    remedy: "Only for " + purpose + ": " + address,
  };
}

function onPath(name) {
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((each) => each !== "");
  const files = folders.flatMap((each) => endings.map((ending) => join(each, name + ending)));
  return files.find((file) => isAllowed(file, constants.X_OK) && statSync(file).isFile());
}

function isAllowed(path, what) {
  try {
    accessSync(path, what);
    return true;
  } catch {
    return false;
  }
}

function wordsOf(fault) {
  if (fault instanceof ExplainedError) return fault.message;
  throw fault;
}
