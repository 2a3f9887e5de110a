/** Writes stacks/README.md and stacks/stack.schema.json from the schema of stack settings: an explanation of each key, and an editor's completion. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { z } from "zod";
import { STACK_KEY, stackSchema } from "../infra/stack.ts";
import { REGIONS } from "../infra/stack/places.ts";
import { stackExamples } from "./stackExamples.ts";

const target = (name: string) => fileURLToPath(new URL("../stacks/" + name, import.meta.url));

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

async function stackReadme(): Promise<string> {
  const table = rows(keys(), "").map((row) =>
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
    "# yaml-language-server: $schema=stack.schema.json",
    "config:",
    "  " + STACK_KEY + ":",
    "    tenant: lamna",
    "    environment: test",
    "    …",
    "```",
    "",
    "| File | What it is |",
    "| --- | --- |",
    "| `Pulumi.local.yaml` | the laptop: `npm start` reads it |",
    "| `Pulumi.sample.yaml` | commented, to copy: what a first test deployment needs and nothing else |",
    "| `Pulumi.lamna-test.yaml`, `Pulumi.lamna-production.yaml` | both deployments of an invented hospital |",
    "| `stack.schema.json` | for editors: with the first line above they complete keys and explain them |",
    "",
    "`<stack>` is a name of your choice, such as `contoso-test`. Copy the sample, or an example below, put your own values in and try it without an account: `npm run rehearse -- contoso-test`. A file that cannot be used is refused with a sentence for each key that is wrong, before anything is made; so are combinations that are impossible or dangerous. How a deployment is made of it: [`infra/README.md`](../infra/README.md).",
    "",
    "Stack files hold no secrets and no `secure:` values, only the names that secrets and keys have in the hospital's vault.",
    "",
    "## Which keys a deployment needs",
    "",
    "| | Test | Production |",
    "| --- | --- | --- |",
    "| always | `tenant`, `environment`, `geography`, `owners`, `azure`, `microsoft`, `organization`, `deployers` | the same |",
    "| its door | `network.allow`; or `edge: frontDoor` with `publicHost` | `publicHost`; Front Door is there by itself |",
    "| its package | nothing: the one last built | `release.site`, `testStack` |",
    "| its costs | nothing | `budget` |",
    "| from outside the network | `deployFrom` | `deployFrom` |",
    "| before the first visit | `connections`, `departments` | the same |",
    "| not allowed | `testStack`; connections with `environment: production` | `staffRecipients`; `network.allow`; `network.mode: restricted`; plan P0v3; fewer than 2 instances |",
    "",
    "Regions of a geography, the first one unless `azure.location` says another:",
    "",
    ...Object.entries(REGIONS).map(([geography, regions]) => "- `" + geography + "`: " + regions.join(", ")),
    "",
    "## Examples",
    "",
    "Each stands under `config:` and `" + STACK_KEY + ":`, indented by four spaces.",
    "",
    ...stackExamples(),
    "## What Pulumi rewrites",
    "",
    "`npm run` commands work on a copy of a stack file. Plain `pulumi up` works as well, but Pulumi rewrites the files it opens: `pulumi stack init` and `pulumi config set` drop some comments and blank lines, change quotes, add `encryptionsalt` (or drop `secretsprovider` and `encryptedkey`), and turn numbers and `true` that stand directly under `config` into text. What stands under our one key keeps its kind, and the same settings come out. Digests, phone numbers that begin with +, area codes, location ids, days and months belong in quotes: without them YAML reads some of them as numbers or dates, which is refused.",
    "",
    "## Every key",
    "",
    'Needed says whether the key may be missing from its group, and what is meant then. Keys that say "a deployment needs it" may be missing on a laptop only.',
    "",
    "Key | Holds | Needed | What it is",
    "--- | --- | --- | ---",
    ...table,
    "",
    "This page is written by `npm run stack-readme` from `infra/stack/schema.ts`.",
    "",
  ];
  return format(text.join("\n"), { parser: "markdown", printWidth: 110 });
}

const keys = () => z.toJSONSchema(stackSchema, { io: "input" }) as Shape;
const cell = (text: string) => text.replaceAll("|", "\\|");

/** A stack file as a whole; keys that are not ours are Pulumi's business. */
async function jsonSchema(): Promise<string> {
  const { $schema, ...ours } = z.toJSONSchema(stackSchema, { io: "input" });
  const file = {
    $schema,
    title: "A stack file of the Teams EHR connector",
    type: "object",
    required: ["config"],
    properties: { config: { type: "object", required: [STACK_KEY], properties: { [STACK_KEY]: ours } } },
  };
  return format(JSON.stringify(file), { parser: "json", printWidth: 110 });
}

/** What is generated, by the name of its file in stacks/. */
export const GENERATED = { "README.md": stackReadme, "stack.schema.json": jsonSchema } as const;

/** Whether a file in the repository is what the schema says. */
export async function isCurrent(name: keyof typeof GENERATED): Promise<boolean> {
  return (await readFile(target(name), "utf8")) === (await GENERATED[name]());
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(GENERATED)) await writeFile(target(name), await text());
