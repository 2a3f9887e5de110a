/** What `npm start -- --help` says, from a fresh clone on any Node that npm runs on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./node24.js";

/** How two hospitals run at the same time: each from a folder of its own, because one folder has one build and one data folder. */
export const BESIDE =
  "To run two hospitals at once, take a second folder and other ports: git worktree add ../second, then in it PORT=3100 npm start -- empty.";

/** Stacks that have no file of their own, or need more words than their name. */
const ABOUT = {
  local: "the hospital in a box, set up; it is meant where no name is given",
  empty: "a second hospital, in which nothing is set up yet",
  year: "the first one with a year of invented visits in its reports",
};

export const asksForHelp = (given) => given.some((one) => ["--help", "-h", "help"].includes(one));

export function startHelp() {
  const names = [...new Set([...Object.keys(ABOUT), ...localStacks()])];
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return [
    "npm start [-- <stack>] runs the connector and its sandbox on this machine, on loopback only.",
    "",
    "Stacks:",
    ...names.map((name) => "  " + name.padEnd(width) + (ABOUT[name] ?? `stacks/Pulumi.${name}.yaml`)),
    "",
    "PORT is the connector's port, 3000 without it; the start page and the sandbox take the seven after it.",
    "  PORT=4000 npm start -- empty",
    "",
    "Ctrl-C stops it. What you did is kept in .data, of another stack than local in .data/stacks/<stack>;",
    "deleting the folder starts afresh.",
    BESIDE,
    "npm run doctor says what this machine lacks. README.md leads through a visit.",
  ].join("\n");
}

/** The names of the stack files that are for a laptop. */
function localStacks() {
  const folder = join(root, "stacks");
  return readdirSync(folder).flatMap((file) => {
    const [, name] = /^Pulumi\.([a-z][a-z0-9-]*)\.yaml$/.exec(file) ?? [];
    if (name === undefined) return [];
    return /^\s*environment:\s*["']?local\b/m.test(readFileSync(join(folder, file), "utf8")) ? [name] : [];
  });
}
