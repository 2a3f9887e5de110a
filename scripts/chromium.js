/**
 * Finds a browser for the browser tests: one that is installed on this machine, or Debian's, which is installed now where
 * that is allowed.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, say } from "./child.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

/** Path of a Chromium; undefined, after a conspicuous line with the reason, if there is none. */
export async function ensureChromium() {
  const there = chromium();
  if (there !== undefined) return there;
  if (!mayInstall()) return skipping("none is installed; install Chromium or name it in CHROMIUM_PATH");
  say("Installing Chromium for the browser tests (once, about half a minute) …");
  const reason = await installFromDebian();
  return chromium() ?? skipping("Debian's chromium could not be installed: " + reason);
}

/** Path of the Chromium that is installed or named by a variable; undefined if there is none. */
export function chromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return isProgram(named) ? named : undefined;
  const folders = (process.env.PATH ?? "").split(delimiter).concat("/usr/bin");
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const mayInstall = () =>
  process.platform === "linux" &&
  process.getuid() === 0 &&
  existsSync("/etc/debian_version") &&
  !process.env.CHROMIUM_PATH;

async function installFromDebian() {
  const told = [];
  const apt = (...args) =>
    run("apt-get", ["-q", "-y", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "pipe"],
      told: (text) => told.push(text),
    });
  try {
    if (
      (await apt("update")) === 0 &&
      (await apt("install", "--no-install-recommends", "chromium", "fonts-liberation")) === 0
    )
      return "apt-get brought none";
  } catch (fault) {
    return fault.message;
  }
  return told.join("").trim().split("\n").at(-1);
}

function skipping(reason) {
  say("!!! BROWSER TESTS ARE SKIPPED, for lack of a browser: " + reason + " !!!");
  return undefined;
}
