/** What administrators set of texts and messages, as each process remembers it, and the number that they have generated. */
import { openMessageRules } from "./portalMessages.ts";
import { openNumberPurchases, type NumberPurchasesDeps } from "./numberPurchase.ts";
import { openTextingNow, type TextingNowDeps } from "./portalTexting.ts";
import type { openPortalSettings } from "./portalSettings.ts";
import type { MessageRules } from "../domain/messages.ts";

export async function openSetOfTexts(
  deps: Omit<NumberPurchasesDeps, "beforeKnown">,
  {
    textingSettings,
    messageSettings,
  }: Pick<ReturnType<typeof openPortalSettings>, "textingSettings" | "messageSettings">,
  /** What the stack file says. */
  said: Omit<TextingNowDeps, "settings" | "log"> & { readonly rules: MessageRules | undefined },
) {
  const { environment, rules } = said;
  const [textingNow, messageRules] = await Promise.all([
    openTextingNow({ ...said, settings: textingSettings, log: deps.log }),
    openMessageRules({ settings: messageSettings, log: deps.log, environment, said: rules }),
  ]);
  const numberPurchases = await openNumberPurchases({ ...deps, beforeKnown: () => textingNow.refresh() });
  return { textingNow, messageRules, messageRulesNow: messageRules, numberPurchases };
}
