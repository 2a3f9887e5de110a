/** The command line of `npm run rehearse`. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ExplainedError } from "../local/stackFile.ts";

export interface Asked {
  /** The stack as it was typed. */
  readonly said: string;
  /** The stack's name, such as `lamna-test`. */
  readonly stack: string;
  readonly file: string;
  /** Whether the rehearsal stays up afterwards. */
  readonly keep: boolean;
  /** Whether to run the package as it would be built now, whatever the stack file says. */
  readonly built: boolean;
  /** Files to write the result to. */
  readonly json: string | undefined;
  readonly html: string | undefined;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

const USAGE = `npm run rehearse -- <stack> [--package built] [--keep] [--json <file>] [--html <file>]
  <stack>          a stack of this folder, such as lamna-test, or the path of a file Pulumi.<stack>.yaml
  --package built  run the package as built now, in place of the digests that the stack says
  --keep           stay up and open a browser, to play the visit by hand and to deploy changes
  --json, --html   write the result there, too`;

/** @throws ExplainedError */
export function askedBy(words: readonly string[]): Asked {
  const { values, positionals } = parsed(words);
  const [said, ...more] = positionals;
  if (said === undefined || more.length > 0) throw new ExplainedError(USAGE);
  if (values.package !== undefined && values.package !== "built") throw new ExplainedError(USAGE);
  const isFile = /[\\/]|\.ya?ml$/.test(said);
  const file = isFile ? resolve(said) : join(root, "stacks", "Pulumi." + said + ".yaml");
  const stack = /Pulumi\.([^\\/]+)\.ya?ml$/.exec(file)?.[1];
  if (stack === undefined)
    throw new ExplainedError(
      file + " is not named Pulumi.<stack>.yaml, by which the engine knows a stack's file.",
    );
  const { keep = false, json, html } = values;
  return { said, stack, file, keep, built: values.package === "built", json, html };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        keep: { type: "boolean" },
        package: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
      },
    });
  } catch (cause) {
    throw new ExplainedError((cause instanceof Error ? cause.message + "\n" : "") + USAGE, { cause });
  }
}
