/** Compares the table of known types with the packages' typings. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { KNOWN_TYPES, versionOf, withoutVersion } from "../../../infra/policy/types.ts";

const packages = new URL("../../../node_modules/@pulumi/", import.meta.url);
const UNTAGGED = [
  // Azure cannot change a vault's key, and nobody needs tags on a Cosmos DB container.
  "azure-native:keyvault:Key",
  "azure-native:keyvault:Secret",
  "azure-native:cosmosdb:SqlResourceSqlDatabase",
  "azure-native:cosmosdb:SqlResourceSqlContainer",
];

const native = [...KNOWN_TYPES].filter(([type]) => type.startsWith("azure-native:"));

async function typingOf(folder: string, name: string): Promise<string> {
  const files = await readdir(new URL(folder, packages));
  const file = files.find((one) => one.toLowerCase() === name.toLowerCase() + ".d.ts");
  if (file === undefined) throw new Error("no typing of " + folder + name);
  const text = await readFile(new URL(folder + file, packages), "utf8");
  return /export interface \w+Args \{[\s\S]*?\n\}/.exec(text)?.[0] ?? "";
}

test.each(native)(
  "%s exists, and takes the tags and the location that the table says",
  async (type, { tags, location }) => {
    const [, module = "", name = ""] = type.split(":");
    const inputs = await typingOf("azure-native/" + module + "/", name);
    expect(inputs).not.toBe("");
    if (!UNTAGGED.includes(type)) expect(/^ {4}tags\?:/m.test(inputs)).toBe(tags);
    if (location !== "none") expect(inputs).toMatch(/^ {4}location\??:/m);
  },
);

test.each([...KNOWN_TYPES.keys()].filter((type) => type.startsWith("azuread:")))(
  "%s exists",
  async (type) => {
    const [, path = "", name = ""] = /^azuread:index\/(\w+):(\w+)$/.exec(type) ?? [];
    const text = await readFile(new URL("azuread/" + path + ".js", packages), "utf8");
    expect(text).toContain("'" + type + "'");
    expect(path.toLowerCase()).toBe(name.toLowerCase());
  },
);

test.each([
  ["azure-native:web:WebApp", "azure-native:web:WebApp", undefined],
  ["azure-native:web/v20250501:WebApp", "azure-native:web:WebApp", "2025-05-01"],
  [
    "azure-native:monitor/v20210501preview:DiagnosticSetting",
    "azure-native:monitor:DiagnosticSetting",
    "2021-05-01-preview",
  ],
  ["azure-native_web_v20250501:web:WebApp", "azure-native:web:WebApp", "2025-05-01"],
  ["azuread:index/application:Application", "azuread:index/application:Application", undefined],
  ["ehr:components:Site", "ehr:components:Site", undefined],
])("%s is judged as %s", (written, judged, version) => {
  expect(withoutVersion(written)).toBe(judged);
  expect(versionOf(written)).toBe(version);
});
