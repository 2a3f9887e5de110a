/** Which engine is taken, with shell scripts in place of pulumi and go. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findEngine, type Search } from "../../../scripts/engine/engine.ts";

let folder: string;
let search: Search;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-engine-"));
  said = [];
  search = {
    path: [join(folder, "bin"), "/usr/bin", "/bin"].join(":"),
    module: join(folder, "module"),
    cache: join(folder, "cache"),
    mayBuild: true,
    say: (line) => said.push(line),
  };
  await put("module/go.mod", "module engine\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.259.0\n)\n");
  await put("module/go.sum", "checksums\n");
});

afterEach(() => rm(folder, { recursive: true }));

describe("an engine on PATH", () => {
  test.each([
    ["the oldest that will do", "v3.259.0", "3.259.0"],
    ["a newer one", "v3.300.1", "3.300.1"],
    ["a preview of a newer one", "3.301.0-alpha.1", "3.301.0-alpha.1"],
  ])("%s is taken", async (_which, prints, version) => {
    await script("bin/pulumi", "echo " + prints);
    await script("bin/pulumi-language-nodejs", "exit 0");
    expect(await findEngine(search)).toEqual({
      kind: "installed",
      file: join(folder, "bin/pulumi"),
      version,
      hasLanguageHost: true,
    });
  });

  test("without a language host beside it is taken all the same, and says so", async () => {
    await script("bin/pulumi", "echo v3.259.0");
    expect(await findEngine(search)).toMatchObject({ kind: "installed", hasLanguageHost: false });
  });

  test.each([
    ["too old", "echo v3.258.9", "v3.258.9, where 3.259 or a newer 3.x is needed"],
    ["of another major version", "echo v4.0.0", "v4.0.0, where 3.259 or a newer 3.x is needed"],
    ["broken", "exit 3", "does not say its version"],
  ])("that is %s is left alone, in words", async (_what, body, words) => {
    await script("bin/pulumi", body);
    const found = await findEngine(search);
    expect(found).toMatchObject({ kind: "none" });
    expect(found.kind === "none" && found.because).toContain(words);
  });
});

describe("an engine built from its Go module", () => {
  test("is built once, with the version of go.mod, and found from then on", async () => {
    await script("bin/go", GO);
    const built = await findEngine(search);
    expect(built).toMatchObject({ kind: "built", version: "3.259.0", hasLanguageHost: true });
    expect(said).toEqual([expect.stringContaining("Building the Pulumi engine 3.259.0")]);

    await script("bin/go", 'test "$1" = version && echo "go version go1.26.8" || exit 1');
    expect(await findEngine({ ...search, mayBuild: false })).toEqual(built);
    expect(said).toHaveLength(1);
    if (built.kind === "none") return;
    expect((await readdir(join(built.file, ".."))).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
  });

  test("is built anew when go.sum or the Go that builds it changes, and the older one goes", async () => {
    await script("bin/go", GO);
    const first = await findEngine(search);
    await put("module/go.sum", "other checksums\n");
    const second = await findEngine(search);
    await script("bin/go", GO.replace("1.26.8", "1.27.0"));
    const third = await findEngine(search);
    expect(new Set([first, second, third].map((found) => found.kind !== "none" && found.file)).size).toBe(3);
    expect(await readdir(join(folder, "cache"))).toHaveLength(1);
  });

  test("two that build at the same time end with one engine", async () => {
    await script("bin/go", GO);
    const [one, other] = await Promise.all([findEngine(search), findEngine(search)]);
    expect(one).toMatchObject({ kind: "built" });
    expect(one).toEqual(other);
    expect(await readdir(join(folder, "cache"))).toHaveLength(1);
  });

  test("that could not be finished leaves nothing behind, and Go's own words say why", async () => {
    await script(
      "bin/go",
      GO + "\nmkdir -p bin && echo half > \"$out\"; echo 'no space left on device' >&2; exit 1",
    );
    const found = await findEngine(search);
    expect(found.kind === "none" && found.because).toMatch(
      /^no pulumi is on PATH, and building it failed: .*no space left/s,
    );
    expect(await readdir(join(folder, "cache"))).toEqual([]);
  });

  test("is not built by who may not, who is told how", async () => {
    await script("bin/go", GO);
    const found = await findEngine({ ...search, mayBuild: false });
    expect(found.kind === "none" && found.because).toBe(
      "no pulumi is on PATH, and it is not built yet (node scripts/engine.ts does that, once, in some seven minutes)",
    );
    expect(said).toEqual([]);
  });
});

test("with neither pulumi nor go it is said what is missing", async () => {
  expect(await findEngine({ ...search, path: join(folder, "bin") })).toEqual({
    kind: "none",
    because: "no pulumi is on PATH, and no go is on PATH to build it with",
  });
});

/** A stand-in of `go` that builds an engine, which prints its version, at `$out`. */
const GO = [
  'test "$1" = version && echo "go version go1.26.8" && exit 0',
  'while [ "$1" != -o ]; do shift; done; out=$2; mkdir -p "$(dirname "$out")"',
  'test "$out" = "" || printf "#!/bin/sh\\n" > "$out" && chmod 755 "$out"',
].join("\n");

async function put(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await rm(join(folder, path), { force: true });
  await writeFile(join(folder, path), content, { mode });
}

const script = (path: string, body: string) => put(path, "#!/bin/sh\n" + body + "\n", 0o755);
