/**
 * Chooses the version of Node: the project's own scripts run on Node 24, npm runs on the Node that it was installed with.
 */
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ExplainedError } from "./child.js";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "node_modules");

const major = Number(process.versions.node.split(".")[0]);
/** Whether the Node that runs this script is too old for the others. */
export const isOld = major < 24;

const windows = process.platform === "win32";
/** The package, as a lockfile names it, that contains Node 24 for this machine. */
export const shippedNode = "node_modules/node-" + (windows ? "win" : process.platform) + "-" + process.arch;

/** @throws ExplainedError when this Node is too old even for these scripts */
export function refuseOldNode() {
  if (major < 18)
    throw new ExplainedError(
      "This needs Node 18 or newer to begin with; this is Node " + process.versions.node + ".",
    );
}

/**
 * Path of the Node 24 that npm installed as a package. Where there is none for this machine, the Node that runs now.
 * @throws ExplainedError when that one is too old
 */
export function node24() {
  const shipped = join(root, shippedNode, "bin", windows ? "node.exe" : "node");
  if (existsSync(shipped)) return shipped;
  if (!isOld) return process.execPath;
  throw new ExplainedError(
    "There is no packaged Node 24 for this machine (" +
      process.platform +
      " " +
      process.arch +
      "). Install Node 24 or newer from https://nodejs.org, then run the command again.",
  );
}

/** An environment in whose PATH Node 24 and the project's tools come first. */
export function environmentOn24() {
  return environmentWithPath([dirname(node24()), join(packages, ".bin"), ...foreignPath()]);
}

/**
 * How to run npm. It runs on the machine's own Node, because it may replace node_modules, and the packaged Node 24 with it.
 */
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
