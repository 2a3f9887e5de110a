/** Whether texts can leave from where a deployment is, as far as Azure tells it. */
import { expect, test } from "vitest";
import { mayText, type DataRegion } from "../../../app/records/dataRegions.ts";

const site = (region: string): DataRegion => ({ what: "site", region });
const texts = (region: string): DataRegion => ({ what: "texts and mails", region });
const store = (region: string): DataRegion => ({ what: "store", region });

test.each<readonly [string, readonly DataRegion[], boolean]>([
  ["a laptop, which is told nothing", [], true],
  ["the Americas", [site("East US 2"), texts("unitedstates")], true],
  ["Europe", [site("West Europe"), store("West Europe"), texts("europe")], false],
  ["Asia Pacific", [texts("asiapacific")], false],
  ["Europe, where only the site is told", [site("Germany West Central")], false],
  ["what texts leave from, before anything else", [site("West Europe"), texts("unitedstates")], true],
  ["a store that is elsewhere, which sends nothing", [site("East US"), store("West Europe")], true],
  ["a region of no geography", [site("Mars Central")], true],
])("%s: %j", (_where, told, expected) => {
  expect(mayText(told)).toBe(expected);
});
