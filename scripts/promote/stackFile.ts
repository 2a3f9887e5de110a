/** Reads and writes `release` of a stack file for a promotion; every other byte of the file stays as it is. */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { isMap, isScalar, parse, parseDocument, type Document } from "yaml";
import { STACK_KEY } from "../../infra/stack.ts";
import type { ReleaseDigests } from "../../app/domain/promotion.ts";

const AT = ["config", STACK_KEY, "release"];

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

function releaseOf(document: Document, file: string): ReleaseDigests {
  const [site, staging] = ["site", "staging"].map((key) => document.getIn([...AT, key]));
  if (typeof site !== "string") throw new Error(file + " says no release.site.");
  return { site, ...(typeof staging === "string" && { staging }) };
}

function withRelease(text: string, release: ReleaseDigests, file: string): string {
  const changed = (["site", "staging"] as const).reduce((now, key) => withKey(now, key, release[key]), text);
  const is = releaseOf(parseDocument(changed), file);
  if (is.site !== release.site || is.staging !== release.staging)
    throw new Error(`${file}: release cannot be written there. Write it as a block, a line for each key.`);
  return changed;
}

function withKey(text: string, key: "site" | "staging", value: string | undefined): string {
  const document = parseDocument(text);
  const node = document.getIn([...AT, key], true);
  if (isScalar(node) && node.range !== null && node.range !== undefined) {
    if (node.value === value) return text;
    const [from, to] = node.range;
    if (value !== undefined) return text.slice(0, from) + written(value, node.type) + text.slice(to);
    return text.slice(0, text.lastIndexOf("\n", from)) + text.slice(endOfLine(text, to));
  }
  if (value === undefined) return text;
  // The new line is added below that of `site`, with the same indentation.
  const release = document.getIn(AT, true);
  const site = isMap(release)
    ? release.items.find((one) => isScalar(one.key) && one.key.value === "site")
    : undefined;
  if (site === undefined || !isScalar(site.key) || !isScalar(site.value)) return text;
  const [from = 0] = site.key.range ?? [];
  const [, to = 0] = site.value.range ?? [];
  const indent = text.slice(text.lastIndexOf("\n", from) + 1, from);
  const at = endOfLine(text, to);
  return `${text.slice(0, at)}\n${indent}${key}: ${JSON.stringify(value)}${text.slice(at)}`;
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
