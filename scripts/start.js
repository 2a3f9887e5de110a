/** `npm start`: the connector and its sandbox on this machine, from a fresh clone on any Node that npm runs on. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exitWith, run, say } from "./child.js";
import { ensure } from "./install.js";
import { environmentOn24, root } from "./node24.js";
import { claimFolder, leaveFolder } from "./running.js";
import { asksForHelp, startHelp } from "./startHelp.js";

const require = createRequire(import.meta.url);

// npm signals only the shell by which it starts us, and a shell such as dash does not pass a signal on; hence the `exec` in
// package.json (Windows has no exec and runs the command after it). If npm is killed, no signal comes at all.
if (process.env.npm_lifecycle_event === "start") stopWhenNpmIsGone();

await exitWith(async () => {
  if (asksForHelp(process.argv.slice(2))) {
    say(startHelp());
    return 0;
  }
  claimFolder(Number(process.env.PORT || 3000));
  try {
    const node = await ensure("run");
    return await start(node);
  } finally {
    leaveFolder();
  }
});

/**
 * The process has a process group of its own, so that it is signalled once, from here, on a Ctrl-C; leash.js makes it end
 * when this process does.
 */
function start(node) {
  const leash = pathToFileURL(join(root, "scripts", "leash.js")).href;
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  return run(
    node,
    ["--import", leash, "--import", tsx, join("scripts", "start.ts"), ...process.argv.slice(2)],
    {
      cwd: root,
      env: environmentOn24(),
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      detached: process.platform !== "win32",
    },
  );
}

function stopWhenNpmIsGone() {
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 1000);
  watch.unref();
}
