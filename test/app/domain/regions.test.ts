/** Where a deployment may be, and the names that its resources have in Azure. */
import { describe, expect, test } from "vitest";
import { NODE_ARGUMENTS } from "../../../app/domain/nodeArguments.ts";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { asRegion, DATA_LOCATIONS, GEOGRAPHIES, geographyOf, REGIONS } from "../../../app/domain/regions.ts";
import { CONSENT_WORDS } from "../../../app/domain/textConsents.ts";

describe.each(GEOGRAPHIES)("in %s", (geography) => {
  test.each(REGIONS[geography])("%s is a region of it alone, written as Azure writes names", (region) => {
    expect(region).toMatch(/^[a-z]{5,}\d?$/);
    expect(geographyOf(region)).toBe(geography);
    expect(GEOGRAPHIES.filter((one) => REGIONS[one].includes(region))).toEqual([geography]);
  });

  test("there are several regions, and a location of Communication Services that is the geography's own", () => {
    expect(REGIONS[geography].length).toBeGreaterThan(5);
    expect(geographyOf(DATA_LOCATIONS[geography])).toBe(geography);
    expect(DATA_LOCATIONS[geography]).toMatch(/^[A-Z][A-Za-z ]+$/);
  });
});

test("the usual region of the United States is the first of its list", () => {
  expect([REGIONS.americas[0], DATA_LOCATIONS.americas]).toEqual(["eastus2", "United States"]);
});

test.each([
  ["East US 2", "eastus2", "americas"],
  ["EASTUS2", "eastus2", "americas"],
  ["North Europe", "northeurope", "europe"],
  ["united states", "unitedstates", "americas"],
  ["Asia Pacific", "asiapacific", "asiaPacific"],
  ["Brazil South", "brazilsouth", undefined],
  ["", "", undefined],
])("“%s” is %s, in %s", (location, region, geography) => {
  expect([asRegion(location), geographyOf(location)]).toEqual([region, geography]);
});

test("queues have names that a storage account takes, and what cannot be read has one of its own", () => {
  const names = Object.values(QUEUE_NAMES);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/);
  expect(new Set(names).size).toBe(2);
});

test("Node's arguments are flags, with a number where one is meant", () => {
  expect(NODE_ARGUMENTS.map((one) => one.replace(/=\d+$/, "=n"))).toEqual([
    "--enable-source-maps",
    "--max-semi-space-size=n",
    "--heap-growing-percent=n",
  ]);
});

test("both consents are sentences of their own", () => {
  const words = Object.values(CONSENT_WORDS);
  expect(new Set(words).size).toBe(2);
  for (const one of words) expect(one).toMatch(/^[A-Z].{40,}\.$/);
});
