/**
 * Writes stacks/README.md and stacks/stack.schema.json from the schema of stack settings, and the generated parts of
 * infra/README.md.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import * as z from "zod";
import { NUMBER_REACHES } from "../app/domain/byHand/needs.ts";
import { STACK_KEY, stackSchema } from "../infra/stack.ts";
import { REGIONS } from "../infra/stack/regions.ts";
import { infraReadme } from "./infraReadme.ts";
import { MEANT_KEYS, meantWithout } from "./stackDefaults.ts";
import { stackExamples } from "./stackExamples.ts";

const target = (name: string) => fileURLToPath(new URL("../" + name, import.meta.url));

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

/** Every key below a shape, in the schema's order. */
function rows(shape: Shape, path: string): Row[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, child]) => {
    const key = path === "" ? name : path + "." + name;
    const required = shape.required?.includes(name) === true && child.default === undefined;
    const own: Row = {
      key,
      holds: holds(child),
      needed: required ? "yes" : ["no", meantBy(child) ?? meantWithout(key)].filter(Boolean).join(": "),
      description: child.description ?? "",
    };
    const inner = child.items ?? child;
    const below = child.items === undefined ? key : key + "[]";
    const ways = inner.oneOf ?? inner.anyOf ?? [inner];
    return [own, ...merged(ways.flatMap((way) => onlyWith(way, ways, below)))];
  });
}

/** The rows of one of several alternatives. A key that not all of them have is needed with this one's choice only. */
function onlyWith(way: Shape, ways: readonly Shape[], below: string): Row[] {
  const choice = Object.values(way.properties ?? {}).find((property) => property.const !== undefined)?.const;
  const isEverywhere = (name: string) => ways.every(({ properties = {} }) => name in properties);
  return rows(way, below).map((row) => {
    const [name = ""] = row.key.slice(below.length + 1).split(".");
    if (choice === undefined || row.needed !== "yes" || isEverywhere(name)) return row;
    return { ...row, needed: "yes, with `" + choice + "`" };
  });
}

const meantBy = (shape: Shape): string | undefined =>
  shape.default === undefined ? undefined : JSON.stringify(shape.default);

/** Each key once, even if several alternatives have it, with the values that it may have in each of them. */
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
  const ways = shape.oneOf ?? shape.anyOf;
  if (ways?.every(({ properties }) => properties !== undefined) === true) return "one of these";
  if (ways !== undefined) return ways.map(holds).join(" or ");
  return shape.properties === undefined ? (shape.type ?? "text").replace("string", "text") : "these";
}

async function stackReadme(): Promise<string> {
  const all = rows(keys(), "");
  const unknown = MEANT_KEYS.filter((key) => !all.some((row) => row.key === key));
  if (unknown.length > 0)
    throw new Error("scripts/stackDefaults.ts names no keys of a stack: " + unknown.join(", "));
  const table = all.map((row) =>
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
    "| `Pulumi.empty.yaml` | a second hospital for the laptop, to be set up in the portal: `npm start -- empty` reads it |",
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
    "| who may call it | `network.allow`; or `edge: frontDoor` with `publicHost` | `publicHost`; Front Door is there by itself |",
    "| its package | nothing: the one last built | `release.site`, `testStack` |",
    "| its costs | nothing | `budget` |",
    "| from outside the network | `deployFrom` | `deployFrom` |",
    "| outside `americas`, with `sms` | `events.accepted`; no `number`: numbers text " +
      NUMBER_REACHES +
      " only | the same |",
    "| before the first visit | `connections`, `departments` | the same |",
    "| not allowed | `testStack`; `sms.live: true`; connections with `environment: production` | `network.allow`; `network.mode: restricted`; plan P0v3; fewer than 2 instances; `sms.live: true` with a number of the stack's that is not verified |",
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
    'Needed: "yes", or "no" and what is meant then, in brackets where a test deployment or a laptop ("local") differs. A key whose text says "A deployment needs it" may be missing on a laptop only.',
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

/** The JSON schema of a whole stack file; keys that are not ours are left to Pulumi. */
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

async function infraDocument(): Promise<string> {
  const page = infraReadme(await readFile(target("infra/README.md"), "utf8"));
  return format(page, { parser: "markdown", printWidth: 110 });
}

/** The generated files, by name. */
export const GENERATED = {
  "stacks/README.md": stackReadme,
  "stacks/stack.schema.json": jsonSchema,
  "infra/README.md": infraDocument,
} as const;

/** Whether a file in the repository is up to date with the schema. */
export async function isCurrent(name: keyof typeof GENERATED): Promise<boolean> {
  return (await readFile(target(name), "utf8")) === (await GENERATED[name]());
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(GENERATED)) await writeFile(target(name), await text());
