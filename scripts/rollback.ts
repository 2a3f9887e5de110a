/**
 * `npm run rollback -- <production stack>`: brings back the package that the last promotion replaced, by the same steps.
 * Exit code 0: production runs that package; 1: production runs what it ran before; 2: it stopped on the way, or could not
 * begin; 3: it only finished an earlier run, and what was asked for now is not done.
 */
import { parseArgs } from "node:util";
import { ExplainedError } from "./local/stackFile.ts";
import { bring, here, OPTIONS, OPTIONS_USAGE, stackFileOf } from "./promote/command.ts";
import { commandLine } from "./promote/commandLine.ts";
import { rolledBackTo } from "./promote/rolledBackTo.ts";
import { short } from "./promote/run.ts";

const USAGE = `npm run rollback -- <production stack> [--dry-run] [--approval <file>] [--takes-away <name>] [--to <digest>]
  <production stack>   a stack of this folder, such as lamna-production, or the path of a file Pulumi.<stack>.yaml
  --to <digest>        another package than the one that ran before the last promotion
${OPTIONS_USAGE}`;

await commandLine(async ({ args, signal, isStopped, say }) => {
  const { values, positionals } = asked(args);
  const [of, ...more] = positionals;
  if (of === undefined || more.length > 0) throw new ExplainedError(USAGE);
  return bring({
    here: await here(signal),
    stackFile: stackFileOf(of),
    said: {
      signatures: values.approval ?? [],
      named: values["takes-away"] ?? [],
      isDry: values["dry-run"] === true,
    },
    async wanted(production, who) {
      const { kept, stack } = production;
      const { last, digest } = rolledBackTo(stack, await kept.last(), values.to);
      return {
        what: "rollback",
        digest,
        who,
        checks: [
          {
            about: "the last record",
            holds: async () => {
              const { site } = await production.running();
              if (site !== last.runs)
                throw new Error(
                  `it brought ${short(last.runs)}, and production runs ${short(site)}: somebody has changed it by another way.`,
                );
              return `${last.what} to ${short(last.runs)} by ${last.who}, ${last.endedAt}`;
            },
          },
        ],
      };
    },
    isStopped,
    say,
  });
});

/** @throws ExplainedError */
function asked(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...OPTIONS, to: { type: "string" } },
      allowPositionals: true,
    });
  } catch (cause) {
    throw new ExplainedError(USAGE, { cause });
  }
}
