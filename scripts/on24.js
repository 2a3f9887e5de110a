/** `node scripts/on24.js <run|all> command args…`: installs what is needed and runs the command on Node 24. */
import { exitWith, run } from "./child.js";
import { ensure } from "./install.js";
import { environmentOn24, root } from "./node24.js";

await exitWith(async () => {
  const [what, command, ...args] = process.argv.slice(2);
  const node = await ensure(what);
  return run(command === "node" ? node : command, args, {
    cwd: root,
    env: environmentOn24(),
    shell: process.platform === "win32" && command !== "node",
  });
});
