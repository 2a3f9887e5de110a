import { expect, test } from "vitest";
import { one } from "./components/recorded.ts";
import { holdsFor, settingsOf } from "./programChecks.ts";
import { lamnaProduction } from "./stacks.ts";
import { VARIANTS } from "./variants.ts";
import { wholeProgram } from "./wholeProgram.ts";

holdsFor(VARIANTS);

test("site and slot differ in their packages and in who takes background work, and in nothing else", async () => {
  const release = { site: "5e".repeat(32), staging: "6f".repeat(32) };
  const { resources } = await wholeProgram({ ...lamnaProduction, release });
  const site = settingsOf(resources);
  const slot = settingsOf(resources, "azure-native:web:WebAppApplicationSettingsSlot");
  const different = Object.keys({ ...site, ...slot }).filter((name) => site[name] !== slot[name]);
  expect(different.sort()).toEqual([
    "CONNECTOR_REVISION",
    "CONNECTOR_WORKER",
    "PACKAGE_DIGEST",
    "WEBSITE_RUN_FROM_PACKAGE",
  ]);
  expect(one(resources, "azure-native:web:WebAppSlotConfigurationNames").inputs["appSettingNames"]).toEqual([
    "CONNECTOR_WORKER",
  ]);
});

test("after a swap that the stack file records, site and slot have the settings that Azure gave them", async () => {
  const [old, next] = ["5e".repeat(32), "6f".repeat(32)];
  const before = await wholeProgram({ ...lamnaProduction, release: { site: old, staging: next } });
  const after = await wholeProgram({ ...lamnaProduction, release: { site: next, staging: old } });
  const slot = "azure-native:web:WebAppApplicationSettingsSlot";
  const { CONNECTOR_WORKER: _sticky, ...swappedIn } = settingsOf(before.resources, slot);
  expect(settingsOf(after.resources)).toEqual(swappedIn);
});
