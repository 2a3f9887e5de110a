/**
 * The portal's own checks: whether the hospital's administrators have consented to the permissions that the registration
 * needs in Microsoft Graph, whether everything lies in one geography, and whether what is set in the portal can be read.
 */
import { geographyOf } from "../../domain/regions.ts";
import type { DataRegion } from "../../records/dataRegions.ts";
import type { NumberStands } from "../../records/numberPurchase.ts";
import type { TextingStands } from "../../records/portalTexting.ts";
import type { WhyUnreadable } from "../../records/record.ts";
import type { UnreadableSetting } from "../../records/unreadableSetting.ts";
import type { Check } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";
import { unreadableRules, unreadableWords } from "./unreadable.ts";

interface Picks extends Pick<PortalPicks, "dataRegions" | "grants" | "unreadableSettings">, SetOfTexts {
  readonly messageRulesNow: Pick<PortalPicks["messageRulesNow"], "unreadable">;
}

/** The rows of what is set of texts, and of the number. */
export interface SetOfTexts {
  readonly numberPurchases: { current(): Pick<NumberStands, "unreadable"> };
  readonly textingNow: { current(): Pick<TextingStands, "unreadable"> };
}

export async function portalChecks(picks: Picks): Promise<readonly Check[]> {
  const { dataRegions, grants, unreadableSettings } = picks;
  return [
    await grantCheck(grants),
    regionCheck(dataRegions.told()),
    textsCheck(picks),
    ...settingChecks(await unreadableSettings(), unreadableRules(picks)),
  ];
}

/** One for each setting that cannot be read, under what administrators call it. */
function settingChecks(
  listed: readonly UnreadableSetting[],
  rules: UnreadableSetting | undefined,
): readonly Check[] {
  const check = { name: "settings-read" } as const;
  const unreadable = [...listed, ...(rules ? [rules] : [])];
  if (unreadable.length === 0) return [check];
  return unreadable.map((setting) => ({
    ...check,
    of: setting.name ?? setting.id,
    fault: unreadableWords(setting),
  }));
}

function textsCheck(set: SetOfTexts): Check {
  const check = { name: "texts-set" } as const;
  const wrong = unreadableOf(set);
  return wrong.length === 0 ? check : { ...check, fault: wrong.join(" ") };
}

/** For each of both rows that cannot be read, what is wrong with it and what to do. */
export function unreadableOf({ numberPurchases, textingNow }: SetOfTexts): readonly string[] {
  const { unreadable: set } = textingNow.current();
  const { unreadable: number } = numberPurchases.current();
  return [
    ...(set === undefined ? [] : [UNREADABLE_TEXTS[set]]),
    ...(number === undefined ? [] : [UNREADABLE_NUMBER[number]]),
  ];
}

/** What is wrong with the row of what is set of texts, and what to do. Other rows of its container must stay as they are. */
const UNREADABLE_TEXTS: Readonly<Record<WhyUnreadable, string>> = {
  damaged:
    "The row of the store that has it, texting-texting in settings, is damaged. Have the platform team restore that row alone: then what waits is sent. Where that cannot be done, have them remove that row alone: then what the stack file does not say is set anew, such as the consents, the end of the pilot, the listed staff and the number’s verification, and until that is done nobody who depends on it is told of what comes due.",
  "another-release":
    "A newer release has written the row of the store that has it. Have the platform team run that release, or the one between, and leave the row as it is.",
};

/** The same for the row of the number. */
const UNREADABLE_NUMBER: Readonly<Record<WhyUnreadable, string>> = {
  damaged:
    "The row of the store that has the hospital’s number, purchase in settings, is damaged. Have the platform team restore that row alone: then what waits is sent. Where that cannot be done, have them remove that row alone: then generate the number anew on the page of texts, which finds the one that was paid for, and enter there how far the carriers are with it.",
  "another-release":
    "A newer release has written the row of the store that has the hospital’s number. Have the platform team run that release, or the one between, and leave the row as it is.",
};

async function grantCheck(grants: PortalPicks["grants"]): Promise<Check> {
  const check = { name: "graph-permissions" } as const;
  const missing = await grants.missing();
  if (missing === "not-told")
    return { ...check, unseen: "Microsoft gave no token just now, which would list what was consented to." };
  if (missing.length === 0) return check;
  return {
    ...check,
    fault: `Nobody has consented to ${missing.join(" and ")}. A consent counts after a minute or two.`,
  };
}

/** One region alone cannot be compared with anything, so the site and the store have to be told. */
function regionCheck(told: readonly DataRegion[]): Check {
  const check = { name: "data-geography" } as const;
  const untold = (["site", "store"] as const).filter((what) => !told.some((one) => one.what === what));
  const strange = told.filter(({ region }) => geographyOf(region) === undefined);
  const geographies = new Set(told.map(({ region }) => geographyOf(region)));
  if (strange.length > 0 || geographies.size > 1) return { ...check, fault: regionsTold(told) + "." };
  if (untold.length === 0) return check;
  return {
    ...check,
    unseen:
      told.length === 0
        ? "Nothing tells the connector where it is: a laptop lies in no region."
        : `Azure does not tell where the ${untold.join(" and the ")} is. ${regionsTold(told)}.`,
  };
}

/** Each region, with its geography where it is in one of those that a deployment may be in. */
export const regionsTold = (told: readonly DataRegion[]): string =>
  told
    .map(
      ({ what, region }) => `${what}: ${region} (${geographyOf(region) ?? "no geography of a deployment"})`,
    )
    .join("; ");
