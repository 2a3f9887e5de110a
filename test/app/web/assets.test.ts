/** Stylesheet, scripts and mark: which files are served, and how long browsers keep them. */
import express from "express";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readAssets } from "../../../app/web/assets.ts";
import { listening } from "../../harness/listening.ts";

const folder = mkdtempSync(join(tmpdir(), "assets-"));
for (const name of ["page.css", "page.js", "mark.svg", "notes.txt"])
  writeFileSync(join(folder, name), "of " + name);

async function served() {
  const assets = readAssets(folder);
  const app = express();
  app.use(assets.serve);
  app.use((_request, response) => void response.status(404).send("nothing"));
  const origin = await listening(app);
  return { assets, open: (path: string, method = "GET") => fetch(origin + path, { method }) };
}

test.each([
  ["page.css", "text/css; charset=utf-8"],
  ["page.js", "text/javascript; charset=utf-8"],
  ["mark.svg", "image/svg+xml"],
])(
  "%s is served as what it is, for a year under the address that names what is in it",
  async (name, type) => {
    const { assets, open } = await served();
    const address = assets.url(name);
    expect(address).toMatch(new RegExp(`^/assets/${name}\\?v=[\\w-]{12}$`));
    const answer = await open(address);
    expect([answer.status, await answer.text()]).toEqual([200, "of " + name]);
    expect(answer.headers.get("content-type")).toContain(type);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("etag")).toBe('"' + (address.split("=")[1] ?? "") + '"');
  },
);

test.each(["/assets/page.css", "/assets/page.css?v=", "/assets/page.css?v=other"])(
  "%s is asked for again each time, because it may be another file's",
  async (path) => {
    const { open } = await served();
    expect((await open(path)).headers.get("cache-control")).toBe("no-cache");
  },
);

test("other files, other folders and writes find nothing", async () => {
  const { assets, open } = await served();
  for (const path of [
    "/assets/notes.txt",
    "/assets/other.css",
    "/assets/",
    "/page.css",
    "/assets/../page.css",
  ])
    expect([path, (await open(path)).status]).toEqual([path, 404]);
  expect((await open("/assets/page.css", "POST")).status).toBe(404);
  expect((await open("/assets/page.css", "HEAD")).status).toBe(200);
  expect(() => assets.url("notes.txt")).toThrow("there is no asset notes.txt");
});
