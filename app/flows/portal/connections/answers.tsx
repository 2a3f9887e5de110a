/** The addresses of connections: what each shows or does. */
import type { PortalConnection } from "../../../records/portalConnections.ts";
import { ChangeWaits, proposalId, type Proposal } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { inFormOf, turnsOn } from "../waitingInForm.tsx";
import { connectionActs } from "./acts.ts";
import { fragmentOf } from "./fragment.ts";
import { merged, NEW, sentIn, typedFrom, type Sent } from "./form.ts";
import { formPage, type Form } from "./formPage.tsx";
import { judged, secretsAgain } from "./judge.ts";
import { COMMANDS, ConnectionList } from "./listPage.tsx";
import { goingOn, lookingIn } from "./looking.ts";
import { TITLE } from "./panelPage.tsx";
import { TAKEN_NOW, TAKEN_WAITING } from "./refusals.ts";
import { connectionRows } from "./rows.ts";
import { shownBy } from "./shown.ts";
import { waitsAt } from "./waitsAt.ts";

type ConnectionPages =
  | "connections"
  | "exportConnections"
  | "newConnection"
  | "addConnection"
  | "connection"
  | "connectionForm"
  | "editConnection"
  | keyof ReturnType<typeof connectionActs>;

export function connectionAnswers(
  picks: PortalPicks,
  pages: PortalPages,
): Pick<PortalAnswers, ConnectionPages> {
  const { connectionSettings: settings, environment, proposals } = picks;

  const showForm = (asked: AskedBySomebody, status: number, form: Form) => {
    const html = formPage(pages, asked.session, environment, { ...form, on: goingOn(asked) });
    sendHtml(asked.response, status, html);
  };
  const { settingIn, showPanel } = shownBy(picks, pages);
  /** Undefined, too, for one that cannot be read: it is in no form, and nothing is saved in its place. */
  const waitingOn = async (id: string) => {
    const waiting = await proposals.read(proposalId({ kind: "connection", id }));
    return waiting === "unreadable" ? undefined : waiting;
  };

  return {
    async connections({ request, response, session }) {
      const looking = lookingIn({ request });
      const [rows, unreadable] = await Promise.all([connectionRows(picks), picks.unreadableSettings()]);
      const main = <ConnectionList rows={rows} unreadable={unreadable} looking={looking} />;
      sendHtml(response, 200, pages({ session, at: "connections", title: TITLE, commands: COMMANDS, main }));
    },

    async exportConnections({ response }) {
      const fragment = await fragmentOf(picks);
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
        const of = { kind: "connection", id, after: value } as const;
        const outcome = await proposals.make(by(asked, "connection.added"), of);
        leadOnAfter(asked, outcome, { made: portalPath("connection", id), waits: waitsAt(id) });
      } catch (error) {
        if (!(error instanceof SettingTaken || error instanceof ChangeWaits)) throw error;
        const taken = error instanceof ChangeWaits ? TAKEN_WAITING : TAKEN_NOW;
        const faults = { ...secretsAgain(secrets), id: taken };
        showForm(asked, 409, { typed: { ...typed, id }, judged: { ok: false, faults } });
      }
    },

    connection: (asked) => showPanel(asked),

    async connectionForm(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      showForm(asked, 200, formOf(setting, await waitingOn(setting.id)));
    },

    async editConnection(asked) {
      const now = await settingIn(asked);
      if (now === undefined) return;
      const { secrets, revision, was, instead, ...sent } = sentIn(asked.request);
      const typed = { ...sent.typed, id: now.id };
      const again = { ok: false, faults: secretsAgain(secrets) } as const;
      const showMoved = async (moved: Setting<PortalConnection>) => {
        const waiting = inFormOf(await waitingOn(moved.id), instead);
        const both = merged({ typed, was }, typedFrom(moved.id, moved.value));
        // What was approved meanwhile is what has moved, and waits no more.
        const editing = { ...editingOf(moved), instead: waiting && instead };
        showForm(asked, 409, { ...both, editing, judged: again, waiting });
      };
      /** Shows the form again, with what was typed and a change that it did not show before, or without the one that is gone. */
      const showWaiting = async () => {
        const other = await waitingOn(now.id);
        const editing = { ...editingOf(now), instead: other?.revision };
        const of = other?.value.of;
        if (of?.kind !== "connection" || of.after === undefined) {
          const waiting = other === undefined ? "gone" : "removal";
          showForm(asked, 409, { typed, editing, judged: again, waiting });
          return;
        }
        const both = merged({ typed, was: editing.kept }, typedFrom(now.id, of.after));
        const faults = { ...again.faults, ...secretsAgain(newSecretsOf(of.after, now.value)) };
        const waiting = turnsOn(of) ? "merged-turns-on" : "merged";
        showForm(asked, 409, { ...both, editing, judged: { ok: false, faults }, waiting });
      };
      if (now.revision !== revision) {
        await showMoved(now);
        return;
      }
      const verdict = await judged(picks, { typed, secrets }, now);
      if (!verdict.ok) {
        const waiting = inFormOf(await waitingOn(now.id), instead);
        showForm(asked, 422, { typed, editing: { ...editingOf(now), instead }, judged: verdict, waiting });
        return;
      }
      const { id } = now;
      const of = {
        kind: "connection",
        id,
        shown: revision,
        before: now.value,
        after: verdict.value,
      } as const;
      try {
        const outcome = await proposals.make(by(asked, "connection.edited"), of, instead);
        const made = portalPath("connection", id) + goingOn(asked);
        leadOnAfter(asked, outcome, { made, waits: waitsAt(id) });
      } catch (error) {
        if (error instanceof ChangeWaits) {
          await showWaiting();
          return;
        }
        if (!(error instanceof SettingMoved)) throw error;
        const moved = await settings.read(id);
        if (moved === undefined) throw fault({ kind: "not-found" }, { cause: error });
        await showMoved(moved);
      }
    },

    ...connectionActs(picks, pages),
  };
}

/**
 * The form of a connection. If a change waits for a second person, the form starts from that change, and saving replaces it.
 */
function formOf(now: Setting<PortalConnection>, waiting: Setting<Proposal> | undefined): Form {
  const [kept, of] = [typedFrom(now.id, now.value), waiting?.value.of];
  const editing = { ...editingOf(now), instead: waiting?.revision };
  const inForm = inFormOf(waiting, waiting?.revision);
  if (of?.kind !== "connection" || of.after === undefined) return { typed: kept, editing, waiting: inForm };
  const typed = typedFrom(now.id, of.after);
  const both = merged({ typed, was: typedFrom(now.id, of.before ?? now.value) }, kept);
  return {
    typed: both.typed,
    editing,
    waiting: inForm,
    ...(both.differences.length > 0 && { differences: both.differences }),
    judged: { ok: false, faults: secretsAgain(newSecretsOf(of.after, now.value)) },
  };
}

/** Whether a waiting change brings a new secret for each persona: not empty if so. The values are sealed. */
function newSecretsOf(after: PortalConnection, now: PortalConnection): Sent["secrets"] {
  const sealed = (value: PortalConnection, persona: "provider" | "system") => {
    const client = value[persona];
    return client?.authentication.method === "client_secret_basic" ? client.authentication.sealedSecret : "";
  };
  const isNew = (persona: "provider" | "system") =>
    sealed(after, persona) === sealed(now, persona) ? "" : sealed(after, persona);
  return { provider: isNew("provider"), system: isNew("system") };
}

const editingOf = ({ id, value, revision }: Setting<PortalConnection>) => ({
  id,
  name: value.name,
  revision,
  kept: typedFrom(id, value),
});
