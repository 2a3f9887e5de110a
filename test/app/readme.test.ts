import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const app = new URL("../../app/", import.meta.url);
const readme = await readFile(new URL("README.md", app), "utf8");
const walks = [...readme.matchAll(/^\*\*(.+?)\.?\*\* (.*→.*)$/gmu)].map(
  ([, name = "", files = ""]) =>
    [name, [...files.matchAll(/`([^`]+)`/gu)].map(([, file = ""]) => file)] as const,
);

test.each(walks)("the walk '%s' is six to ten files, and all are there", (_name, files) => {
  expect(files.length).toBeGreaterThanOrEqual(6);
  expect(files.length).toBeLessThanOrEqual(10);
  expect(files.filter((file) => !existsSync(new URL(file, app)))).toEqual([]);
});

test("the page leads to what there is", () => {
  expect(walks.length).toBeGreaterThan(5);
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/gu)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(new URL(link, app)))).toEqual([]);
});
