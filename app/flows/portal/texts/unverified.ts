/**
 * Carriers verify a number, not a hospital: a number that was bought begins without their verification, whatever was entered
 * of another one before, or holds where nothing was entered.
 */
import { TEXTING_ID, unsetTexting } from "../../../records/portalTexting.ts";
import { proposalId } from "../../../records/proposals.ts";
import { unlessUnreadable } from "../../../records/record.ts";
import type { MayBeChange } from "../../../records/settings.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "environment" | "proposals" | "textingNow" | "textingSettings">;

/**
 * Written in one batch with the end of the purchase. Where nothing says otherwise already, it is left out, so that a change of
 * texts that waits for a second person is not made stale by a purchase. Where what is set cannot be read, nothing is said
 * either: the number was paid for and is kept, and only what the stack file says is texted until somebody has mended the row.
 * The check of it says to look at the verification then.
 */
export const beginsUnverified =
  ({ environment, proposals, textingNow, textingSettings }: Picks) =>
  (number: string): MayBeChange =>
  async () => {
    await textingNow.refresh();
    const waiting = await proposals.read(proposalId({ kind: "texting", id: TEXTING_ID }));
    const of = typeof waiting === "object" ? waiting.value.of : undefined;
    const wanted = of?.kind === "texting" ? of.after?.verification : undefined;
    const says = [textingNow.current().verification, wanted ?? "notStarted"];
    if (says.every((one) => one === "notStarted")) return "not-needed";
    const setting = await unlessUnreadable(() => textingSettings.read(TEXTING_ID));
    if (setting === "unreadable") return "not-needed";
    const change = {
      actor: { kind: "program", name: "number" },
      action: "texting.verification-begins",
    } as const;
    const before = setting?.value ?? unsetTexting(environment);
    const value = { ...before, verification: "notStarted" as const, verifiedNumber: number };
    return (await textingSettings.plan(change, TEXTING_ID, { shown: setting?.revision, value }))();
  };
