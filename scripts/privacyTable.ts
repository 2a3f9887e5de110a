/**
 * `npm run privacy-table`: writes what the connector keeps into README.md and, field by field, into app/records/README.md.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { table, type KindTable } from "../app/records/table.ts";

const target = (path: string) => fileURLToPath(new URL("../" + path, import.meta.url));
const [BEGIN, END] = ["<!-- npm run privacy-table -->", "<!-- end -->"];

/** The pages with their current tables, by their path in the project. */
export async function privacyTables(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    [
      "README.md",
      await formatted("README.md", within(await readFile(target("README.md"), "utf8"), summary())),
    ],
    ["app/records/README.md", await formatted("app/records/README.md", byField())],
  ]);
}

/** The page with the text between the two markers replaced; the markers stay. */
function within(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error("README.md has no place for what the connector keeps");
  return [page.slice(0, from + BEGIN.length), text, page.slice(to)].join("\n");
}

function summary(): string {
  return markdown(
    ["It keeps", "for how long"],
    table.map((kind) => [kind.what, kind.kept]),
  );
}

function byField(): string {
  const parts = table.flatMap((kind) => [
    "## `" + kind.container + "`" + rowsOf(kind),
    capital(kind.what) + ". Kept " + kind.kept + ".",
    markdown(
      ["Field", "Holds"],
      kind.fields.map(({ paths, holds }) => [paths.map((path) => "`" + path + "`").join(" "), holds]),
    ),
  ]);
  return [
    "# What the connector keeps, field by field",
    "This page is written by `npm run privacy-table` from the schemas in this folder, by which rows are written and read. A test reads the rows of a used store and fails on a field that is not here.",
    "A keyed hash is made with a key that only the hospital's vault opens; any other hash is SHA-256, of a random value or of a public address. Sealed means encrypted with such a key: what stands before a colon names what is sealed, in the field `sealed`.",
    ...parts,
  ].join("\n\n");
}

function rowsOf({ rows, marked }: KindTable): string {
  if (rows !== undefined) return ", rows `" + rows + "…`";
  return marked === undefined ? "" : ", rows with `" + marked + "`";
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => "| " + cells.join(" | ") + " |";
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(target(path))), parser: "markdown" });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [path, text] of await privacyTables()) await writeFile(target(path), text);
