import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { bundle } from "../../../scripts/package/bundle.ts";
import { pack, type Artifact } from "../../../scripts/package/pack.ts";
import { folders, small } from "./sources.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const made = folders();
afterAll(() => made.clear());

const billSchema = z.object({
  serialNumber: z.string(),
  metadata: z.object({
    timestamp: z.never().optional(),
    component: z.object({ name: z.string(), version: z.string() }),
  }),
  components: z.array(
    z.object({
      group: z.string().optional(),
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z
        .array(
          z.object({
            expression: z.string().optional(),
            license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
          }),
        )
        .optional(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});
type Bill = z.infer<typeof billSchema>;
const billOf = ({ bill }: Artifact): Bill => billSchema.parse(JSON.parse(bill));
const nameOf = ({ group, name }: Bill["components"][number]) =>
  group === undefined ? name : group + "/" + name;

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

describe("the bill of materials of the connector", () => {
  let artifact: Artifact;
  let bill: Bill;
  beforeAll(async () => {
    artifact = await pack(root);
    bill = billOf(artifact);
  });

  test("is CycloneDX 1.6, by its strict schema", async () => {
    expect(await validator.validate(artifact.bill)).toBeNull();
    expect(await validator.validate(artifact.bill.replace('"library"', '"book"'))).not.toBeNull();
  });

  test("lists every package that is in the bundle and no other", async () => {
    const { outputs } = (await bundle(root)).meta;
    const paths = Object.entries(outputs["connector.js"]?.inputs ?? {}).flatMap(
      ([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []),
    );
    const inside = paths.flatMap((path) => {
      const [scope = "", name = ""] = path.split("node_modules/").slice(1).pop()?.split("/") ?? [];
      return scope === "" ? [] : [scope.startsWith("@") ? scope + "/" + name : scope];
    });
    expect(inside).toContain("express");
    expect(bill.components.map(nameOf).sort()).toEqual([...new Set(inside)].sort());
  });

  test("has nothing that only development, the sandbox or the laptop needs", async () => {
    const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: true; optional?: true }>;
    };
    const names = bill.components.map(nameOf);
    expect(names.filter((name) => lock.packages["node_modules/" + name]?.dev)).toEqual([]);
    expect(
      names.filter((name) => /^(@medplum\/|@esbuild\/|esbuild$|tsx$|node-|@pulumi\/)/.test(name)),
    ).toEqual([]);
  });

  test("says of each package which it is, under what licence, and the hash it was checked by", async () => {
    for (const component of bill.components) {
      const name = nameOf(component);
      const [stated] = component.licenses ?? [];
      expect(component.purl, name).toBe("pkg:npm/" + name.replace("@", "%40") + "@" + component.version);
      expect(stated?.expression ?? stated?.license?.id ?? stated?.license?.name, name).toMatch(/./);
      expect(
        component.hashes?.map(({ alg }) => alg),
        name,
      ).toEqual(["SHA-512"]);
      const installed = JSON.parse(
        await readFile(join(root, "node_modules", name, "package.json"), "utf8"),
      ) as { version: string };
      expect(component.version, name).toBe(installed.version);
    }
  });

  test("says who imports whom", () => {
    const uses = new Map(
      bill.dependencies.map(({ ref, dependsOn }) => [ref.replace(/@[^@]+$/, ""), dependsOn ?? []]),
    );
    const names = (of: string) => uses.get(of)?.map((id) => id.replace(/@[^@]+$/, ""));
    expect(names("teams-ehr-connector")).toEqual(
      expect.arrayContaining(["express", "jose", "@azure/identity"]),
    );
    expect(names("teams-ehr-connector")).not.toContain("debug");
    expect(names("express")).toContain("router");
  });

  test("goes with the licence of each package, word for word", async () => {
    const notices = Buffer.from(artifact.files.get("THIRD-PARTY-NOTICES.txt") ?? []).toString();
    for (const name of bill.components.map(nameOf)) {
      const folder = join(root, "node_modules", name);
      for (const file of (await readdir(folder)).filter((one) => /^(licen[cs]e|notice|copying)/i.test(one)))
        expect(notices).toContain(
          (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim(),
        );
    }
    expect(notices).toContain("\nsemaphore 1.1.0 (MIT)\n");
  });

  test("is whole: the bundle asks for nothing else but Node's own modules", async () => {
    const { inputs } = (await bundle(root)).meta;
    const outside = Object.values(inputs).flatMap(({ imports }) =>
      imports.flatMap(({ external, path }) => (external === true ? [path] : [])),
    );
    expect(outside).toContain("node:http");
    // The package `debug` tries to load this optional one and does without it.
    const inVain = ["supports-color", "<runtime>"];
    expect(outside.filter((path) => !isBuiltin(path) && !inVain.includes(path))).toEqual([]);
  });
});

describe("a package's licence", () => {
  const lobby = (manifest: object, files: Record<string, string> = {}) => ({
    ...small,
    "app/main.ts": `import { lobby } from "lobby"; process.stdout.write(lobby);`,
    "node_modules/lobby/package.json": JSON.stringify({ name: "lobby", version: "2.0.0", ...manifest }),
    "node_modules/lobby/index.js": `exports.lobby = "open";`,
    ...files,
  });
  const packed = async (sources: Record<string, string>) => pack(await made.folder(sources));

  test.each([
    ["an SPDX id", { license: "ISC" }, { license: { id: "ISC" } }],
    ["an SPDX expression", { license: "(MIT OR Apache-2.0)" }, { expression: "(MIT OR Apache-2.0)" }],
    ["words", { license: "SEE LICENSE IN TERMS.md" }, { license: { name: "SEE LICENSE IN TERMS.md" } }],
  ])("may be %s", async (_what, manifest, stated) => {
    const artifact = await packed(lobby(manifest));
    expect(billOf(artifact).components).toMatchObject([{ name: "lobby", licenses: [stated] }]);
    expect(await validator.validate(artifact.bill)).toBeNull();
  });

  test("that stands in its readme only is found there", async () => {
    const readme = "# lobby\n\nA lobby.\n\n## License\n\nMIT\n\nCopyright (c) Lamna Healthcare\n";
    const artifact = await packed(lobby({}, { "node_modules/lobby/README.md": readme }));
    expect(billOf(artifact).components).toMatchObject([{ licenses: [{ license: { id: "MIT" } }] }]);
    expect(Buffer.from(artifact.files.get("THIRD-PARTY-NOTICES.txt") ?? []).toString()).toContain(
      "lobby 2.0.0 (MIT)\n\nMIT\n\nCopyright (c) Lamna Healthcare\n",
    );
  });

  test("that changes makes another package and another serial number", async () => {
    const [before, after] = [
      await packed(lobby({ license: "MIT" })),
      await packed(lobby({ license: "ISC" })),
    ];
    expect(after.digest).not.toBe(before.digest);
    expect(billOf(after).serialNumber).not.toBe(billOf(before).serialNumber);
  });

  test("does not matter for what only development installs: that is refused, since it is not there everywhere", async () => {
    const lock = { "package-lock.json": `{ "packages": { "node_modules/lobby": { "dev": true } } }` };
    await expect(packed(lobby({ license: "MIT" }, lock))).rejects.toThrow(
      "must not contain what only development installs: node_modules/lobby",
    );
  });

  test("counts only for what ships: an import that leaves no byte is not on the bill", async () => {
    const sources = lobby(
      { license: "MIT", type: "module", sideEffects: false },
      {
        "app/main.ts": small["app/main.ts"] ?? "",
        "app/words.ts": `import { lobby } from "lobby"; export const words = "up"; export const unused = () => lobby;`,
        "node_modules/lobby/index.js": `export const lobby = "open";`,
      },
    );
    expect(billOf(await packed(sources)).components).toEqual([]);
  });
});
