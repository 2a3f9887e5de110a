/** Whether an `npm start` of this folder is running, according to `.data/running.json`. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExplainedError } from "./child.js";
import { root } from "./node24.js";
import { BESIDE } from "./startHelp.js";

const file = join(root, ".data", "running.json");

const NO_SPACE = ["ENOSPC", "EDQUOT"];

/** The `npm start` that runs in this folder, other than this process; undefined when the recorded one has ended. */
export function running() {
  const said = lastStart();
  return said !== undefined && said.pid !== process.pid && isStart(said.pid) ? said : undefined;
}

/** @throws ExplainedError when another one is running already, or when the data folder cannot be written */
export function claimFolder(port) {
  const other = running();
  if (other !== undefined)
    throw new ExplainedError(
      "npm start is running in this folder already: process " +
        other.pid +
        ", http://127.0.0.1:" +
        other.port +
        ". Stop it with Ctrl-C first. " +
        BESIDE,
    );
  try {
    mkdirSync(join(root, ".data"), { recursive: true, mode: 0o700 });
    // Earlier versions made the folder readable for everybody on the machine.
    chmodSync(join(root, ".data"), 0o700);
    writeFileSync(file, JSON.stringify({ pid: process.pid, port }) + "\n", { mode: 0o600 });
  } catch (fault) {
    throw new ExplainedError(
      "The data folder " +
        join(root, ".data") +
        " cannot be written (" +
        fault.code +
        "). " +
        (NO_SPACE.includes(fault.code)
          ? "Its disk is full: free some space, and start again."
          : "Make it a folder that you may write to, or move it away."),
    );
  }
}

export function leaveFolder() {
  if (lastStart()?.pid === process.pid) rmSync(file, { force: true });
}

function lastStart() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The id may belong to another process by now: where the system shows command lines, it has to be that of an `npm start`.
 */
function isStart(pid) {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    return fault.code === "EPERM";
  }
  try {
    return readFileSync("/proc/" + pid + "/cmdline", "utf8").includes("start.js");
  } catch {
    return true;
  }
}
