/**
 * `npm run rollback -- <production stack>`: brings back the package that the last promotion took away, by the same steps.
 * Exit code 0: production runs it; 1: production runs what it ran; 2: it stopped on the way, or could not begin.
 */
import { parseArgs } from "node:util";
import { InWords } from "./local/stackFile.ts";
import { bring, here, OPTIONS, OPTIONS_USAGE, stackFileOf } from "./promote/command.ts";
import { commandLine } from "./promote/commandLine.ts";
import { short } from "./promote/run.ts";

const USAGE = `npm run rollback -- <production stack> [--dry-run] [--approval <file>] [--takes-away <name>]
  <production stack>   a stack of this folder, such as lamna-production, or the path of a file Pulumi.<stack>.yaml
${OPTIONS_USAGE}`;

await commandLine(async ({ args, signal, isStopped, say }) => {
  const { values, positionals } = asked(args);
  const [of, ...more] = positionals;
  if (of === undefined || more.length > 0) throw new InWords(USAGE);
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
      const last = await kept.last();
      if (last === undefined)
        throw new InWords(
          `No promotion of ${stack} is recorded in its package container, so there is nothing to roll back to. Put an older digest under release.site in the stack file and run pulumi up.`,
        );
      return {
        what: "rollback",
        digest: last.before.site,
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

/** @throws InWords */
function asked(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new InWords(USAGE, { cause });
  }
}
