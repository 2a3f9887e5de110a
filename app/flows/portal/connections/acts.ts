/**
 * What is done to a connection on its page: it is turned on and off, allowed without a test visit, its new sign-in addresses
 * are approved, or it is removed.
 */
import { approvalsOf } from "../../../domain/defaults.ts";
import { NothingToHold } from "../../../records/addressesChange.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { fieldOf, reasonIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { namesRecord } from "../reasons.ts";
import { visitsAhead } from "../visitsAhead.ts";
import { idIn } from "./asked.ts";
import { clearingOf, isCleared, keptOf } from "./clearing.ts";
import { goingOn } from "./looking.ts";
import {
  ADDRESSES_UNSAID,
  ADDRESSES_WAIT,
  NAMES_RECORD,
  NO_OVERRIDE,
  NO_REASON,
  NOT_CLEARED,
  OTHER_ADDRESSES,
} from "./refusals.ts";
import { removalPage } from "./removalPage.tsx";
import { isTakenOver } from "./rows.ts";
import { shownBy } from "./shown.ts";
import { connectionOf, holdTo, isSilent } from "./signIn.ts";

type Acts =
  "switchConnection" | "overrideConnection" | "approveSignIn" | "connectionRemoval" | "removeConnection";

export function connectionActs(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, Acts> {
  const { standings } = picks;
  const { showPanel, settingIn, keptIn, change } = shownBy(picks, pages);

  return {
    async switchConnection(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      const { id, value } = setting;
      const enabled = fieldOf(asked.request, "turn") === "on";
      const needsClearing = enabled && value.environment === "production" && value.cleared === undefined;
      const clearing = needsClearing ? await clearingOf(picks) : undefined;
      if (clearing !== undefined && !isCleared(clearing)) {
        await showPanel(asked, 409, NOT_CLEARED);
        return;
      }
      const cleared = clearing && keptOf(clearing);
      await change(asked, setting, {
        action: enabled ? "connection.turned-on" : "connection.turned-off",
        after: { ...value, enabled, ...(cleared && { cleared }) },
        to: portalPath("connection", id) + goingOn(asked),
      });
    },

    async overrideConnection(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      const { id, value } = setting;
      if (!approvalsOf(picks.approvals).testOverride) {
        await showPanel(asked, 409, NO_OVERRIDE);
        return;
      }
      const reason = reasonIn(asked.request);
      if (reason === "") {
        await showPanel(asked, 422, NO_REASON);
        return;
      }
      if (namesRecord(reason)) {
        await showPanel(asked, 422, NAMES_RECORD);
        return;
      }
      const cleared = { by: "override", reason, at: picks.now().toISOString() } as const;
      await change(asked, setting, {
        action: "connection.overridden",
        reason,
        after: { ...value, enabled: true, cleared },
        to: portalPath("connection", id) + goingOn(asked),
      });
    },

    async approveSignIn(asked) {
      const id = idIn(asked);
      const connection = await connectionOf(picks, id);
      if (connection === undefined) throw fault({ kind: "not-found" });
      const standing = await standings.askNow(connection);
      if (isSilent(standing)) {
        await showPanel(asked, 409, ADDRESSES_UNSAID);
        return;
      }
      const moved = standing.ok ? undefined : standing.changed;
      if (moved === undefined || JSON.stringify(moved.now) !== fieldOf(asked.request, "addresses")) {
        await showPanel(asked, 409, OTHER_ADDRESSES);
        return;
      }
      const change = by(asked, "sign-in-addresses.approved");
      const of = { kind: "addresses", id, before: moved.before, after: moved.now } as const;
      try {
        const outcome = await picks.proposals.makeHold(change, of, (held) => holdTo(picks, held));
        const made = portalPath("connection", id) + goingOn(asked);
        leadOnAfter(asked, outcome, { made, waits: portalPath("proposal", proposalId(of)) });
      } catch (error) {
        if (error instanceof NothingToHold) throw fault({ kind: "not-found" }, { cause: error });
        if (!(error instanceof ChangeWaits)) throw error;
        await showPanel(asked, 409, ADDRESSES_WAIT);
      }
    },

    async connectionRemoval(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const ahead = isTakenOver(picks)(setting) ? undefined : await visitsAhead(picks, setting.id);
      const shown = { ahead, on: goingOn(asked) };
      sendHtml(asked.response, 200, removalPage(pages, asked.session, setting, shown));
    },

    async removeConnection(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      await change(asked, setting, {
        action: "connection.removed",
        after: undefined,
        to: portalPath("connections") + goingOn(asked),
      });
      // What was agreed and set for it is taken out in the same batch.
      await Promise.all([picks.textingNow.refresh(), picks.messageRulesNow.refresh()]);
    },
  };
}
