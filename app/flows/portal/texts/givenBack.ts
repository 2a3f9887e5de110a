/**
 * Forgets a number that the hospital has given back in Azure, so that another one can be generated. An administrator says so,
 * with a reason, and Microsoft is asked whether it is gone: a number that is still there is never replaced.
 */
import { NumberFault } from "../../../ports/numbers.ts";
import { TEXTING_ID, type PortalTexting } from "../../../records/portalTexting.ts";
import { proposalId } from "../../../records/proposals.ts";
import { changeTogether, SettingMoved, type MayBeChange, type Setting } from "../../../records/settings.ts";
import type { AskedBySomebody } from "../access.ts";
import { by } from "../asked.ts";
import { fieldOf, reasonIn } from "../fields.ts";
import type { PortalPicks } from "../parts.ts";
import { namesRecord } from "../reasons.ts";
import {
  MOVED,
  NAMES_RECORD,
  NO_REASON,
  NOT_LOOKED_UP,
  NUMBER_MOVED,
  NUMBER_THERE,
  STACKS_NUMBER,
  WAITS,
  type Refusal,
} from "./refusals.ts";

type Picks = Pick<
  PortalPicks,
  "audit" | "log" | "numberPurchases" | "numbers" | "proposals" | "textingNow" | "textingSettings"
>;

/** Somebody looks at the page meanwhile. */
const LOOKED_FOR_MS = 60_000;

/** @returns why the number was not forgotten; undefined where it was */
export async function giveBack(picks: Picks, asked: AskedBySomebody): Promise<Refusal | undefined> {
  const { audit, numberPurchases, numbers, proposals, textingNow, textingSettings } = picks;
  if (numbers === undefined) return STACKS_NUMBER;
  const number = fieldOf(asked.request, "number");
  const reason = reasonIn(asked.request);
  if ((await numberPurchases.read())?.number !== number) return NUMBER_MOVED;
  if (reason === "") return NO_REASON;
  if (namesRecord(reason)) return NAMES_RECORD;
  // What waits may be about this number's verification, and must not come to count for the next one's.
  if ((await proposals.read(proposalId({ kind: "texting", id: TEXTING_ID }))) !== undefined) return WAITS;
  const isGone = await isGoneNow({ ...picks, numbers }, number);
  if (isGone !== true) return isGone === false ? NUMBER_THERE : NOT_LOOKED_UP;
  const setting = await textingSettings.read(TEXTING_ID);
  try {
    await changeTogether(audit, [
      numberPurchases.givingBack(by(asked, "").actor, { number, reason }),
      ...(await unverified(picks, asked, { number, setting })),
    ]);
  } catch (error) {
    if (error instanceof SettingMoved) return MOVED;
    throw error;
  }
  await Promise.all([numberPurchases.refresh(), textingNow.refresh()]);
  return numberPurchases.current().number === number ? NUMBER_MOVED : undefined;
}

/** Undefined where Microsoft did not say. */
async function isGoneNow(
  { numbers, log }: Pick<Picks, "log"> & { readonly numbers: NonNullable<Picks["numbers"]> },
  number: string,
): Promise<boolean | undefined> {
  const signal = AbortSignal.timeout(LOOKED_FOR_MS);
  try {
    return await numbers.isGone(number, { signal });
  } catch (error) {
    if (!(error instanceof NumberFault) && !signal.aborted) throw error;
    log.warn("number.not_looked_up", { reason: error instanceof NumberFault ? error.kind : "too-late" });
    return undefined;
  }
}

/**
 * Carriers verify a number, not a hospital: another number begins anew. That is written even where nothing was said of the
 * former one, so that a form or a change that is based on what was there before does not come to count for the next number.
 */
async function unverified(
  { textingSettings }: Pick<Picks, "textingSettings">,
  asked: AskedBySomebody,
  { number, setting }: { readonly number: string; readonly setting: Setting<PortalTexting> | undefined },
): Promise<readonly MayBeChange[]> {
  if (setting === undefined) return [];
  const value = { ...setting.value, verification: "notStarted" as const, verifiedNumber: number };
  const { revision: shown } = setting;
  return [await textingSettings.plan(by(asked, "texting.verification-anew"), TEXTING_ID, { shown, value })];
}
