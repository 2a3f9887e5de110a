/** Shows and changes the connection that a request is about. */
import type { PortalConnection } from "../../../records/portalConnections.ts";
import { ChangeWaits } from "../../../records/proposals.ts";
import { SettingMoved, type Change, type Setting } from "../../../records/settings.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody } from "../access.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { idIn } from "./asked.ts";
import type { Shown } from "./panel.tsx";
import { panelPage } from "./panelPage.tsx";
import { LOCKED, MOVED, WAITS } from "./refusals.ts";
import { connectionRow } from "./rows.ts";
import { waitsAt } from "./waitsAt.ts";

export function shownBy(picks: PortalPicks, pages: PortalPages) {
  const { connectionSettings: settings } = picks;
  const showPanel = async (asked: AskedBySomebody, status = 200, refusal?: Shown["refusal"]) => {
    const { response } = asked;
    const row = await connectionRow(picks, idIn(asked));
    if (row === undefined) throw fault({ kind: "not-found" });
    sendHtml(response, status, await panelPage(picks, pages, asked, row, refusal));
  };
  /** The portal's own connection. For one of the stack file, the page is answered that says why it cannot be changed. */
  const settingIn = async (asked: AskedBySomebody): Promise<Setting<PortalConnection> | undefined> => {
    const id = idIn(asked);
    if (picks.hospital.stackConnections.some((connection) => connection.id === id)) {
      await showPanel(asked, 409, LOCKED);
      return undefined;
    }
    const setting = await settings.read(id);
    if (setting === undefined) throw fault({ kind: "not-found" });
    return setting;
  };
  return {
    showPanel,
    settingIn,
    /** Also finds one that the stack file has taken over: it may be removed, because nothing uses it. */
    keptIn: async (asked: AskedBySomebody) => (await settings.read(idIn(asked))) ?? settingIn(asked),
    /** Changes a connection, if it still is as it was shown, and leads to the page that shows the result. */
    change: async (
      asked: AskedBySomebody,
      { id, value }: Setting<PortalConnection>,
      {
        action,
        reason,
        after,
        to,
      }: Pick<Change, "action" | "reason"> & {
        readonly after: PortalConnection | undefined;
        readonly to: string;
      },
    ) => {
      const how = { ...by(asked, action), ...(reason !== undefined && { reason }) };
      const shown = revisionIn(asked.request);
      try {
        const next = after === undefined ? {} : { after };
        const outcome = await picks.proposals.make(how, {
          kind: "connection",
          id,
          shown,
          before: value,
          ...next,
        });
        leadOnAfter(asked, outcome, { made: to, waits: waitsAt(id) });
      } catch (error) {
        if (error instanceof ChangeWaits) await showPanel(asked, 409, WAITS);
        else if (!(error instanceof SettingMoved)) throw error;
        else if (error.now === undefined) throw fault({ kind: "not-found" }, { cause: error });
        else await showPanel(asked, 409, MOVED);
      }
    },
  };
}
