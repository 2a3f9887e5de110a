/**
 * Reads and writes `release` of a stack file for a promotion; every other byte of the file stays as it is. A file in which
 * one digest cannot be changed alone is refused.
 */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  parse,
  parseDocument,
  visit,
  type Document,
  type Scalar,
} from "yaml";
import { STACK_KEY } from "../../infra/stack.ts";
import type { ReleaseDigests } from "../../app/domain/promotion.ts";

const KEY = STACK_KEY + ".release";
const AT = ["config", STACK_KEY, "release"];
const KEYS = ["site", "staging"] as const;

export async function releaseIn(file: string): Promise<ReleaseDigests> {
  return releaseOf(parseDocument(await readFile(file, "utf8")), file);
}

const NO_PACKAGE = "a".repeat(64);

/** SHA-256 of the file's content, leaving out which packages it names. */
export async function contentOf(file: string): Promise<string> {
  const text = withRelease(await readFile(file, "utf8"), { site: NO_PACKAGE }, file);
  return createHash("sha256").update(text).digest("hex");
}

/** Writes the file as a whole or not at all; if it says the same already, it is not written. */
export async function writeRelease(file: string, release: ReleaseDigests): Promise<void> {
  const text = await readFile(file, "utf8");
  const changed = withRelease(text, release, file);
  if (changed === text) return;
  const draft = `${file}.${String(process.pid)}.draft`;
  await writeFile(draft, changed);
  await rename(draft, file);
}

/**
 * @throws Error also where one of the digests cannot be changed alone, so that a promotion is refused before it writes
 * anything
 */
function releaseOf(document: Document, file: string): ReleaseDigests {
  const [fault] = document.errors;
  if (fault !== undefined)
    throw new Error(`${file} cannot be read as YAML: ${fault.message.split("\n")[0] ?? ""} Mend it first.`);
  if (isShared(document.getIn(AT, true)))
    throw new Error(
      `${file}: ${KEY} has an anchor or an alias (&name, *name), so one digest cannot be changed without another. Write release.site and release.staging out, each on a line of its own.`,
    );
  const [site, staging] = KEYS.map((key) => document.getIn([...AT, key]));
  if (typeof site !== "string") throw new Error(file + " says no release.site.");
  return { site, ...(typeof staging === "string" && { staging }) };
}

/** Whether a node, or one below it, is used a second time elsewhere in the document, or stands elsewhere itself. */
function isShared(node: unknown): boolean {
  let found = false;
  if (isNode(node))
    visit(node, {
      Node(_key, one) {
        found ||= isAlias(one) || one.anchor !== undefined;
      },
    });
  return found;
}

function withRelease(text: string, release: ReleaseDigests, file: string): string {
  const before = parseDocument(text);
  releaseOf(before, file);
  const changed = KEYS.reduce((now, key) => withKey(now, key, release[key]), text);
  const after = parseDocument(changed);
  if (after.errors.length > 0 || !isDeepStrictEqual(plain(after), wanted(before, release)))
    throw new Error(
      `${file}: ${KEY} cannot be written there without changing something else. Write release as a block, with a line for site and one for staging, and nothing else that refers to it.`,
    );
  return changed;
}

/** What the file is to say: what it says, but for the two digests. */
function wanted(before: Document, release: ReleaseDigests): unknown {
  const all = plain(before);
  let of = all;
  for (const key of AT) of = isRecord(of) ? of[key] : undefined;
  if (isRecord(of))
    for (const key of KEYS) {
      if (release[key] === undefined) Reflect.deleteProperty(of, key);
      else of[key] = release[key];
    }
  return all;
}

/** What a document says, with no part that is in two places. */
const plain = (document: Document): unknown => JSON.parse(JSON.stringify(document.toJS()));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function withKey(text: string, key: "site" | "staging", value: string | undefined): string {
  const document = parseDocument(text);
  const node = document.getIn([...AT, key], true);
  if (isScalar(node) && node.range !== null && node.range !== undefined) {
    if (node.value === value) return text;
    const [from, to] = node.range;
    if (value !== undefined) return text.slice(0, from) + written(value, node.type) + text.slice(to);
    // A value may stand on a line below its key.
    const begins = keyIn(document, key)?.range?.[0] ?? from;
    return text.slice(0, text.lastIndexOf("\n", begins)) + text.slice(endOfLine(text, to));
  }
  if (value === undefined) return text;
  // The new line is added below that of `site`, with the same indentation.
  const site = document.getIn([...AT, "site"], true);
  if (!isScalar(site)) return text;
  const [from = 0] = keyIn(document, "site")?.range ?? [];
  const [, to = 0] = site.range ?? [];
  const indent = text.slice(text.lastIndexOf("\n", from) + 1, from);
  const at = endOfLine(text, to);
  return `${text.slice(0, at)}\n${indent}${key}: ${JSON.stringify(value)}${text.slice(at)}`;
}

/** The node that is the key itself. */
function keyIn(document: Document, key: string): Scalar | undefined {
  const release = document.getIn(AT, true);
  const keys = isMap(release) ? release.items.map((pair) => pair.key) : [];
  return keys.find((one): one is Scalar => isScalar(one) && one.value === key);
}

/** The value in the same quotes as the previous one: Pulumi leaves quotes out where it can. */
function written(value: string, before: string | null | undefined): string {
  if (before === "QUOTE_SINGLE") return `'${value}'`;
  return before === "PLAIN" && parse(value) === value ? value : JSON.stringify(value);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
