/** Reads a stack file as the connector's settings; whatever is wrong with it is said in words, with the key. */
import { readFile } from "node:fs/promises";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { parseStack, STACK_KEY, type StackSettings } from "../../infra/stack.ts";

/** A fault that a person can mend; its message is all they need. */
export class InWords extends Error {}

export async function readStackFile(file: string, shown: string): Promise<StackSettings> {
  const content = z.object({ config: z.looseObject({}) }).safeParse(parsed(await textOf(file, shown), shown));
  if (!content.success) throw new InWords(shown + " has no config section; stacks/README.md shows one.");
  const value = content.data.config[STACK_KEY];
  if (value === undefined)
    throw new InWords(shown + " has no " + STACK_KEY + " under config; stacks/README.md shows it.");
  const verdict = parseStack(value);
  if (!verdict.ok) throw new InWords([shown + " cannot be used:", ...verdict.faults].join("\n  "));
  return verdict.stack;
}

async function textOf(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new InWords(
      shown + " cannot be read. Restore it from the repository, or write it anew by stacks/README.md.",
      { cause },
    );
  }
}

function parsed(text: string, shown: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (cause) {
    // An alias of nothing is a ReferenceError.
    if (cause instanceof YAMLParseError || cause instanceof ReferenceError)
      throw new InWords(shown + " is not valid YAML: " + firstLine(cause.message), { cause });
    throw cause;
  }
}

/** What is wrong, and at which line and column; the parser shows the lines of the file below it. */
function firstLine(message: string): string {
  const [line = ""] = message.split("\n");
  return line.replace(/:$/, "") + ".";
}
