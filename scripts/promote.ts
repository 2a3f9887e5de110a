/**
 * `npm run promote -- <test stack> <production stack>`: brings the package that test runs to production, with your sign-in
 * to Pulumi's state and to Azure. If a step fails, it goes back by itself; after a kill, the same command continues or goes
 * back. Exit code 0: production runs the package; 1: production runs what it ran before; 2: it stopped on the way, or could
 * not begin; 3: it only finished an earlier run, and what was asked for now is not done.
 */
import { parseArgs } from "node:util";
import { AZURE_CONSTANTS } from "../infra/components/azureConstants.ts";
import { ExplainedError } from "./local/stackFile.ts";
import { asking } from "./preflight/asking.ts";
import { checksOf } from "./promote/checks.ts";
import { bring, here, open, OPTIONS, OPTIONS_USAGE, stackFileOf } from "./promote/command.ts";
import { commandLine } from "./promote/commandLine.ts";
import { askCanary, operatorToken } from "./smoke/ask.ts";
import { storedPackages } from "./storedPackages.ts";

const USAGE = `npm run promote -- <test stack> <production stack> [--dry-run] [--approval <file>] [--takes-away <name>]
  <… stack>            a stack of this folder, such as lamna-test, or the path of a file Pulumi.<stack>.yaml
${OPTIONS_USAGE}`;

await commandLine(async ({ args, signal, isStopped, say }) => {
  const { values, positionals } = asked(args);
  const [from, to, ...more] = positionals;
  if (from === undefined || to === undefined || more.length > 0) throw new ExplainedError(USAGE);
  const workstation = await here(signal);
  const test = await open(workstation, stackFileOf(from));
  try {
    const { credential } = workstation;
    const azure = asking(AZURE_CONSTANTS.management, credential, signal);
    const graph = asking(AZURE_CONSTANTS.graph, credential, signal);
    const listing = asking(AZURE_CONSTANTS.management, credential, signal, "POST");
    return await bring({
      here: workstation,
      stackFile: stackFileOf(to),
      test,
      said: {
        signatures: values.approval ?? [],
        named: values["takes-away"] ?? [],
        isDry: values["dry-run"] === true,
      },
      wanted: (production, who) => {
        if (production.follows !== test.name)
          throw new ExplainedError(
            `${production.stack} follows ${production.follows ?? "no test stack"} (testStack.stack in its file), and not ${test.name}.`,
          );
        const canary = async () =>
          askCanary(test.siteAddress, await operatorToken(credential, test.clientId));
        const stored = storedPackages(credential, signal);
        const looking = { stack: test.name, own: test.own, azure, graph, listing, stored };
        return Promise.resolve({
          what: "promotion",
          from: test.name,
          digest: test.runs,
          who,
          checks: checksOf({ name: test.name, digest: test.runs, looking, canary }),
        });
      },
      isStopped,
      say,
    });
  } finally {
    await test.own.close();
  }
});

/** @throws ExplainedError */
function asked(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new ExplainedError(USAGE, { cause });
  }
}
