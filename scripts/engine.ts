/**
 * `node scripts/engine.ts`: finds a Pulumi engine or builds one, and prints where it is; without one, prints what cannot be
 * tested here.
 */
import { findEngine } from "./engine/engine.ts";

const say = (line: string) => void process.stdout.write(line + "\n");

const engine = await findEngine({ mayBuild: true, say });
if (engine.kind === "none")
  say(
    "!!! The Pulumi engine is missing, because " +
      engine.because +
      ": that pulumi up, refresh and destroy do what the program says is not proved here.",
  );
else say([engine.file, engine.version, engine.kind].join("  "));
