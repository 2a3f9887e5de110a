/** Which Node runs what: everything of ours on Node 24, npm on the Node it came with. */
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { InWords } from "./child.js";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "node_modules");

const major = Number(process.versions.node.split(".")[0]);
/** Whether the Node that runs this script cannot run the rest. */
export const isOld = major < 24;

const windows = process.platform === "win32";
/** The package, as a lockfile names it, that brings Node 24 to this machine. */
export const shippedNode = "node_modules/node-" + (windows ? "win" : process.platform) + "-" + process.arch;

/** @throws InWords when these scripts themselves are older than what they need. */
export function refuseOldNode() {
  if (major < 18)
    throw new InWords(
      "This needs Node 18 or newer to begin with; this is Node " + process.versions.node + ".",
    );
}

/** The Node 24 that npm installed as a package; where there is none for this machine, the one that runs now. */
export function node24() {
  const shipped = join(root, shippedNode, "bin", windows ? "node.exe" : "node");
  if (existsSync(shipped)) return shipped;
  if (!isOld) return process.execPath;
  throw new InWords(
    "There is no packaged Node 24 for this machine (" +
      process.platform +
      " " +
      process.arch +
      "). Install Node 24 or newer from https://nodejs.org, then run the command again.",
  );
}

/** The environment in which `node` is Node 24 and the project's tools are at hand. */
export function environmentOn24() {
  return environmentWithPath([dirname(node24()), join(packages, ".bin"), ...foreignPath()]);
}

/** How to run npm, on the machine's own Node: node_modules must not be under the feet of who replaces it. */
export function npm() {
  const env = environmentWithPath(foreignPath());
  const cli = process.env.npm_execpath;
  if (cli === undefined || !/npm-cli\.c?js$/.test(cli)) return { file: "npm", args: [], env, shell: windows };
  return { file: foreignNode(), args: [cli], env, shell: false };
}

function foreignNode() {
  const candidates = [process.env.npm_node_execpath, process.execPath];
  return candidates.find((node) => node !== undefined && !isOurs(node)) ?? "node";
}

/** PATH without this project's tools, which npm puts in front. */
function foreignPath() {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "" && !isOurs(folder));
}

const isOurs = (path) => resolve(path).startsWith(packages + sep);

function environmentWithPath(folders) {
  const kept = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== "PATH");
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter) };
}
