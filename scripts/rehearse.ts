/**
 * `npm run rehearse -- <stack>`: a deployment's own stack file, deployed by the real engine and visited, on this machine and
 * without an account. Exit code 0: it passed; 1: it did not; 130: it was stopped.
 */
import { scopesToAsk } from "../app/domain/scopes.ts";
import { openRehearsal } from "../infra/rehearsal/rehearsal.ts";
import { findEngine } from "./engine/engine.ts";
import { openEngine } from "./rehearse/engine.ts";
import { readStackFile } from "./local/stackFile.ts";

const say = (line: string) => void process.stdout.write(line + "\n");
const [stackName = "lamna-test"] = process.argv.slice(2);
const file = "stacks/Pulumi." + stackName + ".yaml";
const engine = await findEngine();
if (engine.kind === "none") throw new Error(engine.because);
const stack = await readStackFile(file, file);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
const rehearsal = await openRehearsal({
  name: stackName,
  stack,
  now: () => new Date(),
  openEngine: (azure) => openEngine({ engine, stackFile: file, signal: stopping.signal }, azure),
  scopesOf: scopesToAsk,
  hear: (name, done) => {
    if (done !== undefined)
      say(
        (done.ok ? "  ok    " : "  FAILED ") +
          name +
          " " +
          String(done.milliseconds) +
          " ms " +
          (done.told ?? ""),
      );
  },
  signal: stopping.signal,
});
try {
  const result = await rehearsal.play(stack);
  say(
    JSON.stringify(
      {
        ...result,
        resources: result.resources.length,
        policies: result.policies.length,
        settings: undefined,
      },
      undefined,
      1,
    ),
  );
  process.exitCode = result.passed ? 0 : 1;
} finally {
  await rehearsal.stop();
}
