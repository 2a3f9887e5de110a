import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../../infra/stack/providers.ts";

/** Modules of Pulumi's package whose resource provider has another name, or is registered in every subscription. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  applicationinsights: "Insights",
  cosmosdb: "DocumentDB",
  monitor: "Insights",
  privatedns: "Network",
  frontdoor: "Network",
};
const EVERYWHERE = ["authorization", "resources"];

test("the providers to register are those that production's resources are made by", async () => {
  const listing = await readFile(join(import.meta.dirname, "../production.resources.txt"), "utf8");
  const modules = new Set([...listing.matchAll(/azure-native:([a-z]+)/gu)].map(([, name = ""]) => name));
  const wanted = [...modules]
    .filter((name) => !EVERYWHERE.includes(name))
    .map((name) => ("microsoft." + (NAMES[name] ?? name)).toLowerCase());
  expect([...new Set(wanted)].toSorted()).toEqual(PROVIDERS.map((name) => name.toLowerCase()).toSorted());
});
