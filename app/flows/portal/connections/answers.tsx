/** The addresses of connections: what each shows or does. */
import { memberChanges } from "../../../domain/memberChanges.ts";
import type { Plain } from "../../../domain/auditChain.ts";
import { configuredOf, type PortalConnection } from "../../../records/portalConnections.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { by } from "../asked.ts";
import { clearingOf } from "./clearing.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import { idIn } from "./asked.ts";
import { merged, NEW, sentIn, typedFrom } from "./form.ts";
import { formPage, type Form } from "./formPage.tsx";
import { judged, secretsAgain } from "./judge.ts";
import { COMMANDS, ConnectionList, lookingIn } from "./listPage.tsx";
import type { Shown } from "./panel.tsx";
import { panelPage, TITLE } from "./panelPage.tsx";
import { LOCKED, MOVED, NO_REASON, NOT_CLEARED, OTHER_ADDRESSES, TAKEN_NOW } from "./refusals.ts";
import { removalPage } from "./removalPage.tsx";
import { connectionRow, connectionRows, isTakenOver } from "./rows.ts";
import { stackFragment } from "./stackFragment.ts";

type ConnectionPages =
  | "connections"
  | "exportConnections"
  | "newConnection"
  | "addConnection"
  | "connection"
  | "connectionForm"
  | "editConnection"
  | "switchConnection"
  | "overrideConnection"
  | "approveSignIn"
  | "connectionRemoval"
  | "removeConnection";

export function connectionAnswers(
  picks: PortalPicks,
  pages: PortalPages,
): Pick<PortalAnswers, ConnectionPages> {
  const { connectionSettings: settings, environment, standings } = picks;

  const showForm = ({ response, session }: AskedBySomebody, status: number, form: Form) => {
    sendHtml(response, status, formPage(pages, session, environment, form));
  };
  const showPanel = async (asked: AskedBySomebody, status = 200, refusal?: Shown["refusal"]) => {
    const { response } = asked;
    const row = await connectionRow(picks, idIn(asked));
    if (row === undefined) throw fault({ kind: "not-found" });
    sendHtml(response, status, await panelPage(picks, pages, asked, row, refusal));
  };
  /** Of the portal's own; whoever asks for another one's is told why not. */
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
  /** One that the stack file has taken over may be removed: nothing uses it. */
  const keptIn = async (asked: AskedBySomebody) => (await settings.read(idIn(asked))) ?? settingIn(asked);
  /** Changes one, if it still is as it was shown, and leads to its page. */
  const changed = async (asked: AskedBySomebody, change: () => Promise<unknown>, to: string) => {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof SettingMoved)) throw error;
      if (error.now === undefined) throw fault({ kind: "not-found" }, { cause: error });
      await showPanel(asked, 409, MOVED);
      return;
    }
    asked.response.redirect(303, to);
  };

  return {
    async connections({ request, response, session }) {
      const looking = lookingIn(parametersOf(request));
      const main = <ConnectionList rows={await connectionRows(picks)} looking={looking} />;
      sendHtml(response, 200, pages({ session, at: "connections", title: TITLE, commands: COMMANDS, main }));
    },

    async exportConnections({ response }) {
      const fragment = stackFragment(await settings.list(), picks.stackFile, isTakenOver(picks));
      response.attachment("connections.yaml").type("application/yaml").send(fragment);
    },

    newConnection(asked) {
      showForm(asked, 200, { typed: NEW });
    },

    async addConnection(asked) {
      const { typed, secrets } = sentIn(asked.request);
      const verdict = await judged(picks, { typed, secrets });
      if (!verdict.ok) {
        showForm(asked, 422, { typed, judged: verdict });
        return;
      }
      const { id, value } = verdict;
      try {
        await settings.add(by(asked, "connection.added"), id, value);
      } catch (error) {
        if (!(error instanceof SettingTaken)) throw error;
        const taken = { ok: false, faults: { ...secretsAgain(secrets), id: TAKEN_NOW } } as const;
        showForm(asked, 409, { typed: { ...typed, id }, judged: taken });
        return;
      }
      asked.response.redirect(303, portalPath("connection", id));
    },

    connection: (asked) => showPanel(asked),

    async connectionForm(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      showForm(asked, 200, { typed: typedFrom(setting.id, setting.value), editing: editingOf(setting) });
    },

    async editConnection(asked) {
      const now = await settingIn(asked);
      if (now === undefined) return;
      const { secrets, revision, was, ...sent } = sentIn(asked.request);
      const typed = { ...sent.typed, id: now.id };
      const showMoved = (moved: Setting<PortalConnection>) => {
        const both = merged({ typed, was }, typedFrom(moved.id, moved.value));
        const again = { ok: false, faults: secretsAgain(secrets) } as const;
        showForm(asked, 409, { ...both, editing: editingOf(moved), judged: again });
      };
      if (now.revision !== revision) {
        showMoved(now);
        return;
      }
      const verdict = await judged(picks, { typed, secrets }, now);
      if (!verdict.ok) {
        showForm(asked, 422, { typed, editing: editingOf(now), judged: verdict });
        return;
      }
      try {
        await settings.replace(by(asked, "connection.edited"), now.id, revision, verdict.value);
      } catch (error) {
        if (!(error instanceof SettingMoved)) throw error;
        const moved = await settings.read(now.id);
        if (moved === undefined) throw fault({ kind: "not-found" }, { cause: error });
        showMoved(moved);
        return;
      }
      asked.response.redirect(303, portalPath("connection", now.id));
    },

    async switchConnection(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      const { id, value } = setting;
      const enabled = fieldOf(asked.request, "turn") === "on";
      const needsClearing = enabled && value.environment === "production" && value.cleared === undefined;
      const clearing = needsClearing ? await clearingOf(picks) : undefined;
      if (clearing !== undefined && clearing.kind !== "proved") {
        await showPanel(asked, 409, NOT_CLEARED);
        return;
      }
      const cleared = clearing && {
        by: "visit" as const,
        connectionId: clearing.connectionId,
        at: clearing.at.toISOString(),
      };
      const change = by(asked, enabled ? "connection.turned-on" : "connection.turned-off");
      await changed(
        asked,
        () =>
          settings.replace(change, id, revisionIn(asked.request), {
            ...value,
            enabled,
            ...(cleared && { cleared }),
          }),
        portalPath("connection", id),
      );
    },

    async overrideConnection(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      const { id, value } = setting;
      const reason = fieldOf(asked.request, "reason").slice(0, 400);
      if (reason === "") {
        await showPanel(asked, 422, NO_REASON);
        return;
      }
      const cleared = { by: "override", reason, at: picks.now().toISOString() } as const;
      const change = { ...by(asked, "connection.overridden"), reason };
      await changed(
        asked,
        () => settings.replace(change, id, revisionIn(asked.request), { ...value, enabled: true, cleared }),
        portalPath("connection", id),
      );
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
      asked.response.redirect(303, portalPath("connection", id));
    },

    async connectionRemoval(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const isTaken = isTakenOver(picks)(setting);
      sendHtml(asked.response, 200, removalPage(pages, asked.session, setting, isTaken));
    },

    async removeConnection(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const { id } = setting;
      const change = by(asked, "connection.removed");
      await changed(
        asked,
        () => settings.remove(change, id, revisionIn(asked.request)),
        portalPath("connections"),
      );
    },
  };
}

const editingOf = ({ id, value, revision }: Setting<PortalConnection>) => ({
  id,
  name: value.name,
  revision,
  kept: typedFrom(id, value),
});

async function ofPortal(
  { connectionSettings, environment }: Pick<PortalPicks, "connectionSettings" | "environment">,
  id: string,
) {
  const setting = await connectionSettings.read(id);
  return setting && configuredOf(id, setting.value, environment === "local");
}

/** Addresses as the audit trail tells them. */
const plain = (addresses: object): Plain => ({ ...addresses });
