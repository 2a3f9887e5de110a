/**
 * What is done to a connection on its page: it is turned on and off, allowed without a test visit, its new sign-in addresses
 * are approved, or it is removed.
 */
import type { Plain } from "../../../domain/auditChain.ts";
import { approvalsOf } from "../../../domain/defaults.ts";
import { memberChanges } from "../../../domain/memberChanges.ts";
import { configuredOf } from "../../../records/portalConnections.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { fieldOf } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { idIn } from "./asked.ts";
import { clearingOf, isCleared, keptOf } from "./clearing.ts";
import { goingOn } from "./looking.ts";
import { NO_OVERRIDE, NO_REASON, NOT_CLEARED, OTHER_ADDRESSES } from "./refusals.ts";
import { removalPage } from "./removalPage.tsx";
import { isTakenOver } from "./rows.ts";
import { shownBy } from "./shown.ts";

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
      const reason = fieldOf(asked.request, "reason").slice(0, 400);
      if (reason === "") {
        await showPanel(asked, 422, NO_REASON);
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
      const connection =
        picks.hospital.stackConnections.find((each) => each.id === id) ?? (await ofPortal(picks, id));
      if (connection === undefined) throw fault({ kind: "not-found" });
      const standing = await standings.askNow(connection);
      const moved = standing.ok ? undefined : standing.changed;
      if (moved === undefined || JSON.stringify(moved.now) !== fieldOf(asked.request, "addresses")) {
        await showPanel(asked, 409, OTHER_ADDRESSES);
        return;
      }
      const changes = memberChanges(plain(moved.before), plain(moved.now));
      const entry = {
        ...by(asked, "sign-in-addresses.approved"),
        object: { kind: "connection", id },
        changes,
      };
      await picks.audit.during(entry, () => standings.approve(connection, moved.now));
      asked.response.redirect(303, portalPath("connection", id) + goingOn(asked));
    },

    async connectionRemoval(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const isTaken = isTakenOver(picks)(setting);
      sendHtml(asked.response, 200, removalPage(pages, asked.session, setting, isTaken, goingOn(asked)));
    },

    async removeConnection(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      await change(asked, setting, {
        action: "connection.removed",
        after: undefined,
        to: portalPath("connections") + goingOn(asked),
      });
    },
  };
}

async function ofPortal(
  { connectionSettings, environment }: Pick<PortalPicks, "connectionSettings" | "environment">,
  id: string,
) {
  const setting = await connectionSettings.read(id);
  return setting && configuredOf(id, setting.value, environment === "local");
}

/** The addresses in the form that the audit trail takes. */
const plain = (addresses: object): Plain => ({ ...addresses });
