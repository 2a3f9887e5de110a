/** How far administrators have followed the portal's guided set-up, so that whoever goes on does so where it was left. */
import * as z from "zod";
import { UnreadableRecord } from "./record.ts";
import { settingKind } from "./settingKind.ts";
import { SettingMoved, SettingTaken, type Change, type Settings } from "./settings.ts";

/** The steps in the order of the published guide. */
export const GUIDE_STEPS = ["connections", "departments", "texts", "review"] as const;
export type GuideStep = (typeof GUIDE_STEPS)[number];

const guideValue = z
  .object({ step: z.enum(GUIDE_STEPS), state: z.enum(["open", "left", "over"]) })
  .meta({ description: "the step that it is at, and whether it was left or is over" });

export type GuideProgress = z.output<typeof guideValue>;

export const guide = settingKind({
  name: "guide",
  what: "where the guided set-up stands",
  value: guideValue,
});

/** The id of the one setting for the whole hospital. */
const ID = "guide";

/** Where the guide stands; undefined before anybody has begun it, and where that cannot be read. */
export async function guideProgress(settings: Settings<GuideProgress>): Promise<GuideProgress | undefined> {
  try {
    return (await settings.read(ID))?.value;
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/** Where two administrators move the guide at once, one of them succeeds, and nothing is lost. */
export async function moveGuide(
  settings: Settings<GuideProgress>,
  change: Change,
  value: GuideProgress,
): Promise<void> {
  const before = await settings.read(ID);
  if (before?.value.step === value.step && before.value.state === value.state) return;
  try {
    await (before === undefined
      ? settings.add(change, ID, value)
      : settings.replace(change, ID, before.revision, value));
  } catch (error) {
    if (!(error instanceof SettingMoved || error instanceof SettingTaken)) throw error;
  }
}
