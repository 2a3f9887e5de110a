/** Reads a stack file as the connector's settings; each fault is explained in words, with its key. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isPair, isScalar, parseDocument, visit, YAMLParseError } from "yaml";
import * as z from "zod";
import { configFaults } from "../../infra/stack/config.ts";
import { parseStack, STACK_KEY, type StackSettings } from "../../infra/stack.ts";
import { siblingsIn } from "../../infra/stack/siblings.ts";

/** A fault that a person can correct; its message says everything that they need. */
export class ExplainedError extends Error {}

export async function readStackFile(file: string, shown: string): Promise<StackSettings> {
  const text = await textOf(file, shown);
  const content = z.object({ config: z.looseObject({}) }).safeParse(parsed(text, shown));
  if (!content.success)
    throw new ExplainedError(shown + " has no config section; stacks/README.md shows one.");
  const { config } = content.data;
  const keys = Object.keys(config);
  if (!keys.includes(STACK_KEY)) throw new ExplainedError(withoutOurs(shown, keys));
  const ours = { ...("<<" in config && { "<<": 0 }), [STACK_KEY]: config[STACK_KEY] };
  const misread = [...mergesIn(ours, "config"), ...thousandsIn(text)];
  const verdict = parseStack(config[STACK_KEY], {
    name: stackNameOf(file),
    siblingOf: siblingsIn(dirname(file)),
  });
  // If a YAML merge were ignored, everything that it would have brought in would be reported as missing; and a number that
  // was read as another is no setting. So they are the only faults then.
  const faults =
    misread.length > 0 ? misread : [...configFaults(keys), ...(verdict.ok ? [] : verdict.faults)];
  if (verdict.ok && faults.length === 0) return verdict.stack;
  throw new ExplainedError([shown + " cannot be used:", ...faults].join("\n  "));
}

/**
 * Reads a stack file that describes a deployment, and not a laptop.
 * @param would what was to be done with it, such as "a rehearsal deploys"
 * @throws ExplainedError
 */
export async function readDeployedStackFile(
  file: string,
  shown: string,
  would: string,
): Promise<StackSettings> {
  const stack = await readStackFile(file, shown);
  if (stack.environment !== "local") return stack;
  throw new ExplainedError(
    `${shown} is environment: local, a laptop's own, which npm start runs; ${would} a stack whose environment is test or production.`,
  );
}

/** The stack's name, which the engine derives from its file's name. */
export const stackNameOf = (file: string): string | undefined =>
  /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1];

const withoutOurs = (shown: string, keys: readonly string[]): string =>
  shown +
  " has no " +
  STACK_KEY +
  " under config" +
  (keys.length > 0 ? ", but " + keys.join(", ") : "") +
  "; stacks/README.md shows it.";

/** A fault for each YAML merge (`<<`), which this reader does not support. */
function mergesIn(value: unknown, key: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "<<"
      ? [key + ": << merges are not read; write out here what is to stand here"]
      : mergesIn(inner, Array.isArray(value) ? `${key}[${name}]` : `${key}.${name}`),
  );
}

/** A fault for each number of our settings that is written with points between its thousands, which YAML reads as a fraction. */
function thousandsIn(text: string): string[] {
  const faults: string[] = [];
  visit(parseDocument(text, { logLevel: "error" }), {
    Scalar: (_key, { value, source = "" }, above) => {
      if (typeof value !== "number" || !/^\d{1,3}(\.\d{3})+$/.test(source)) return;
      const keys = above.flatMap((one) => (isPair(one) && isScalar(one.key) ? String(one.key.value) : []));
      if (!keys.includes(STACK_KEY)) return;
      const key = keys.filter((name) => name !== "config" && name !== STACK_KEY).join(".");
      faults.push(
        `${key}: ${source} is read as ${String(value)}; write ${source.replaceAll(".", "")} without a point`,
      );
    },
  });
  return faults;
}

async function textOf(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const others = isNotThere(cause) ? await stacksIn(dirname(file)) : [];
    if (others.length > 0)
      throw new ExplainedError(
        `${shown} is not there. ${folderOf(shown, file)} has the stacks ${others.join(", ")}: name one of these, restore the file from the repository, or write it by stacks/README.md.`,
        { cause },
      );
    throw new ExplainedError(
      shown + " cannot be read. Restore it from the repository, or write it anew by stacks/README.md.",
      { cause },
    );
  }
}

/** How the folder is shown: as a part of what was asked for, or the stack's folder where a name alone was. */
const folderOf = (shown: string, file: string): string =>
  dirname(shown) === "." ? basename(dirname(file)) + "/" : dirname(shown);

const isNotThere = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT";

/** The names of the stacks whose files a folder has; none where there is no such folder. */
async function stacksIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isNotThere(cause)) return [];
    throw cause;
  });
  return names.flatMap((name) => stackNameOf(name) ?? []).toSorted();
}

function parsed(text: string, shown: string): unknown {
  try {
    const document = parseDocument(text, { logLevel: "error" });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS();
  } catch (cause) {
    // The parser throws a ReferenceError for an alias without an anchor.
    if (cause instanceof YAMLParseError && cause.code === "DUPLICATE_KEY")
      throw new ExplainedError(`${shown} is not valid YAML: ${twice(cause, text)}`, { cause });
    if (cause instanceof YAMLParseError || cause instanceof ReferenceError)
      throw new ExplainedError(
        `${shown} is not valid YAML: ${firstLine(cause.message)}${remedyFor(cause, text)}`,
        {
          cause,
        },
      );
    throw cause;
  }
}

function twice({ pos: [from] }: YAMLParseError, text: string): string {
  // Where the first of them has nothing behind it, the position that is told is before the second's line.
  const at = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  const key = /^[^:\n]*/.exec(text.slice(at))?.[0].trim() ?? "";
  const line = text.slice(0, at).split("\n").length;
  return `${key} stands twice in one group, the second time in line ${String(line)}; take one out.`;
}

/** A quote within a word, such as that of 6" or of Children's, is a sign like others. */
const QUOTE_BEGINS = String.raw`(?<![^\s,:[{])`;
/** A text in quotes, which may hold a #, or else a comment. */
const CLOSED_OR_COMMENT = new RegExp(
  String.raw`${QUOTE_BEGINS}(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')|(?<=^|\s)#.*$`,
  "g",
);

/** What to do about the mistakes that are made most, by the beginning of the parser's words. */
const REMEDIES = [
  [
    "Nested mappings",
    ' A text with a colon and a blank in it stands in quotes, such as "Lamna: Cardiology".',
  ],
  ["Tabs are not allowed", " Indent it with blanks."],
  ["Implicit keys need", " Behind a key stand a colon and a blank, such as tenant: lamna."],
  ["Implicit map keys need", " Behind a key stand a colon and a blank, such as tenant: lamna."],
  ["All mapping items must", " Keys of one group have the same number of blanks before them."],
  ["Plain value cannot start with", " A text that begins with @, ` or % stands in quotes."],
  ["Unresolved alias", " A text that begins with * stands in quotes."],
] as const;

function remedyFor(cause: YAMLParseError | ReferenceError, text: string): string {
  const told = REMEDIES.find(([begins]) => cause.message.startsWith(begins));
  if (told !== undefined) return told[1];
  const [, mark] = /^Missing closing (["'])/.exec(cause.message) ?? [];
  if (mark === undefined) return "";
  const begins = new RegExp(QUOTE_BEGINS + mark);
  const open = text.split("\n").findIndex((line) => begins.test(line.replace(CLOSED_OR_COMMENT, "x")));
  return open < 0 ? "" : ` The one in line ${String(open + 1)} is not closed.`;
}

/** What is wrong, with its line and column; the parser's further lines repeat the file. */
function firstLine(message: string): string {
  const [line = ""] = message.split("\n");
  return line.replace(/:$/, "") + ".";
}
