/** Writes stacks/README.md from the schema of stack settings, so that no key is without its explanation. `--check` only compares. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { z } from "zod";
import { STACK_KEY, stackSchema } from "../infra/stack.ts";

const target = fileURLToPath(new URL("../stacks/README.md", import.meta.url));

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
}

interface Row {
  readonly key: string;
  readonly holds: string;
  readonly needed: string;
  readonly description: string;
}

/** Every key below a shape, in the order the schema has them. */
function rows(shape: Shape, path: string): Row[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, child]) => {
    const key = path === "" ? name : path + "." + name;
    const required = shape.required?.includes(name) === true && child.default === undefined;
    const own: Row = {
      key,
      holds: holds(child),
      needed:
        child.default === undefined ? (required ? "yes" : "no") : "no: " + JSON.stringify(child.default),
      description: child.description ?? "",
    };
    const inner = child.items ?? child;
    const below = child.items === undefined ? key : key + "[]";
    const ways = inner.oneOf ?? inner.anyOf ?? [inner];
    return [own, ...merged(ways.flatMap((way) => rows(way, below)))];
  });
}

/** A key of several alternatives once, with what each of them lets it hold. */
function merged(all: readonly Row[]): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of all) {
    const known = byKey.get(row.key);
    byKey.set(row.key, known === undefined ? row : { ...known, holds: known.holds + " or " + row.holds });
  }
  return [...byKey.values()];
}

function holds(shape: Shape): string {
  if (shape.const !== undefined) return "`" + shape.const + "`";
  if (shape.enum !== undefined) return shape.enum.map((value) => "`" + value + "`").join(" or ");
  if (shape.items !== undefined)
    return "list of " + (shape.items.properties === undefined ? holds(shape.items) : "these");
  if (shape.oneOf !== undefined || shape.anyOf !== undefined) return "one of these";
  return shape.properties === undefined ? (shape.type ?? "text").replace("string", "text") : "these";
}

export async function stackReadme(): Promise<string> {
  const schema = z.toJSONSchema(stackSchema, { io: "input" }) as Shape;
  const table = rows(schema, "").map((row) =>
    [`\`${row.key}\``, row.holds, row.needed, row.description === "" ? "-" : row.description]
      .map(cell)
      .join(" | "),
  );
  const text = [
    "# Stack files",
    "",
    "A deployment is described by one file here: `Pulumi.<stack>.yaml`, Pulumi's own format. Everything that is ours stands under one key:",
    "",
    "```yaml",
    "config:",
    "  " + STACK_KEY + ":",
    "    tenant: lamna",
    "    environment: local",
    "    …",
    "```",
    "",
    "`Pulumi.local.yaml` is the laptop's: `npm start` reads it. A file that cannot be used is refused with a sentence for each key that is wrong.",
    "Stack files hold no secrets, only the names that secrets and keys have in the hospital's vault.",
    "",
    "## Every key",
    "",
    "Key | Holds | Needed | What it is",
    "--- | --- | --- | ---",
    ...table,
    "",
    "This page is written by `npm run stack-readme` from `infra/stack.ts`.",
    "",
  ];
  return format(text.join("\n"), { parser: "markdown", printWidth: 110 });
}

const cell = (text: string) => text.replaceAll("|", "\\|");

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await stackReadme());

/** Whether the page in the repository is what the schema says. */
export async function isStackReadmeCurrent(): Promise<boolean> {
  return (await readFile(target, "utf8")) === (await stackReadme());
}
