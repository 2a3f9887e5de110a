import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { releaseIn, writeRelease } from "../../../scripts/promote/stackFile.ts";

const [OLD, NEW] = ["a".repeat(64), "b".repeat(64)];
const sample = fileURLToPath(new URL("../../../stacks/Pulumi.lamna-production.yaml", import.meta.url));

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "release-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "Pulumi.lamna-production.yaml");
  await writeFile(file, text);
  return file;
}

test("of a stack file only the digests change: comments, quotes and order stay", async () => {
  const text = await readFile(sample, "utf8");
  const file = await fileWith(text);
  const before = await releaseIn(file);
  await writeRelease(file, { site: NEW, staging: before.site });
  const changed = await readFile(file, "utf8");
  expect(changed.split("\n").filter((line, index) => line !== text.split("\n")[index])).toEqual([
    `      site: "${NEW}"`,
  ]);
  await writeRelease(file, before);
  expect(await readFile(file, "utf8")).toBe(text);
});

test.each([
  ["unquoted", `site: ${OLD} # test ran it\n`],
  ["at the end of the file", `site: "${OLD}"`],
  ["before approvers", `site: '${OLD}'\n      approvals: 1\n`],
])("a file that leaves the slot out gets it and loses it again, byte for byte: %s", async (_, lines) => {
  const text = `# ours\nconfig:\n  teams-ehr-connector:connector:\n    release:\n      ${lines}`;
  const file = await fileWith(text);
  expect(await releaseIn(file)).toEqual({ site: OLD });
  await writeRelease(file, { site: OLD, staging: NEW });
  expect(await releaseIn(file)).toEqual({ site: OLD, staging: NEW });
  expect(await readFile(file, "utf8")).toContain("# ours");
  await writeRelease(file, { site: OLD });
  expect(await readFile(file, "utf8")).toBe(text);
});

test.each(["PLAIN", "'QUOTED'", '"QUOTED"'])(
  "a digest keeps the quotes that it had, or has none: %s",
  async (style) => {
    const as = (digest: string) => style.replace(/PLAIN|QUOTED/, digest);
    const text = (site: string) =>
      `config:\n  teams-ehr-connector:connector:\n    release:\n      site: ${as(site)}\n`;
    const file = await fileWith(text(OLD));
    await writeRelease(file, { site: NEW });
    expect(await readFile(file, "utf8")).toBe(text(NEW));
    // Without quotes YAML would read the digest as a number.
    const digits = "1".repeat(64);
    await writeRelease(file, { site: digits });
    expect(await releaseIn(file)).toEqual({ site: digits });
  },
);

const inStack = (release: string, before = "", after = "") =>
  `${before}config:\n  teams-ehr-connector:connector:\n    release:\n${release}${after}`;

test.each<[what: string, text: string, words: string]>([
  ["an alias", inStack(`      site: &a ${OLD}\n      staging: *a\n`), "an anchor or an alias"],
  ["an anchor alone", inStack(`      site: &a ${OLD}\n`), "an anchor or an alias"],
  [
    "an alias of what stands elsewhere",
    inStack(`      site: *a\n`, `ours: &a ${OLD}\n`),
    "an anchor or an alias",
  ],
  [
    "a merged map",
    inStack(`      <<: *a\n      site: ${OLD}\n`, `ours: &a { staging: ${OLD} }\n`),
    "an anchor",
  ],
  ["a key twice", inStack(`      site: ${OLD}\n      site: ${OLD}\n`), "Map keys must be unique"],
  ["what is no YAML", inStack(`      site: "${OLD}\n`), "cannot be read as YAML"],
])("a file with %s in release is refused before anything is written", async (_what, text, words) => {
  const file = await fileWith(text);
  await expect(releaseIn(file)).rejects.toThrow(words);
  for (const release of [{ site: NEW }, { site: OLD }, { site: OLD, staging: NEW }])
    await expect(writeRelease(file, release)).rejects.toThrow(words);
  expect(await readFile(file, "utf8")).toBe(text);
});

test.each<[what: string, text: string]>([
  [
    "release is used once more elsewhere",
    `config:\n  teams-ehr-connector:connector: &all\n    release:\n      site: ${OLD}\nours: *all\n`,
  ],
  ["the slot's key is there and empty", inStack(`      site: ${OLD}\n      staging:\n`)],
])(
  "what cannot be written without changing something else is refused, and the file stays: %s",
  async (_, text) => {
    const file = await fileWith(text);
    await expect(writeRelease(file, { site: NEW, staging: NEW })).rejects.toThrow(
      "teams-ehr-connector:connector.release cannot be written there without changing something else.",
    );
    expect(await readFile(file, "utf8")).toBe(text);
  },
);

test("a digest on the line below its key is changed there, and goes with its key", async () => {
  const release = (site: string, staging = "") =>
    inStack(`      site:\n        ${site}\n${staging}      approvals: 1\n`);
  const staging = (digest: string) => `      staging:\n        ${digest}\n`;
  const file = await fileWith(release(OLD, staging(OLD)));
  await writeRelease(file, { site: NEW, staging: NEW });
  expect(await readFile(file, "utf8")).toBe(release(NEW, staging(NEW)));
  await writeRelease(file, { site: NEW });
  expect(await readFile(file, "utf8")).toBe(release(NEW));
});

test("what cannot be written there is refused, and the file stays", async () => {
  const text = `config:\n  teams-ehr-connector:connector: { release: { site: "${OLD}" } }\n`;
  const file = await fileWith(text);
  await expect(writeRelease(file, { site: OLD, staging: NEW })).rejects.toThrow(
    "a line for site and one for staging",
  );
  expect(await readFile(file, "utf8")).toBe(text);
  await expect(releaseIn(await fileWith("config: {}\n"))).rejects.toThrow("says no release.site");
});
