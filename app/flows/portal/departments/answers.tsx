/** The addresses of departments: what each shows or does. */
import { departmentKeys } from "../../../domain/hospital.ts";
import { departmentOf, type PortalDepartment } from "../../../records/portalDepartments.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { visitsAhead } from "../visitsAhead.ts";
import { inFormOf } from "../waitingInForm.tsx";
import { departmentPage, type Refusal } from "./departmentPage.tsx";
import { openFinder } from "./finder.ts";
import { merged, NEW, sentIn, typedFrom, type Sent, type Typed } from "./form.ts";
import { editingOf, formBeside, formOf } from "./formOpened.ts";
import { formPage, type Form } from "./formPage.tsx";
import { judged } from "./judge.ts";
import { listPage } from "./listPage.tsx";
import { accountsShown, locationsShown, noticedOf, noticedOfAll, tried } from "./look.ts";
import { LOCKED, MOVED, TAKEN_NOW, TAKEN_WAITING, WAITS } from "./refusals.ts";
import { removalPage } from "./removalPage.tsx";
import { departmentRow, departmentRows, type DepartmentRow } from "./rows.ts";
import { waitsAt } from "./waitsAt.ts";

type DepartmentPages =
  | "departments"
  | "newDepartment"
  | "addDepartment"
  | "department"
  | "departmentForm"
  | "editDepartment"
  | "tryDepartment"
  | "departmentRemoval"
  | "removeDepartment";

export function departmentAnswers(
  picks: PortalPicks,
  pages: PortalPages,
): Pick<PortalAnswers, DepartmentPages> {
  const { departmentSettings: settings, proposals } = picks;
  const finder = openFinder(picks);
  const foundBy = ({ of, asked }: NonNullable<Sent["find"]>, typed: Typed) =>
    of === "accounts" ? finder.accounts(asked) : finder.locations(typed.connection, asked, typed.id);

  /** Undefined, too, for one that cannot be read: it is in no form, and nothing is saved in its place. */
  const waitingOn = async (id: string) => {
    const waiting = await proposals.read(proposalId(ofOne(id)));
    return waiting === "unreadable" ? undefined : waiting;
  };

  const showForm = async (
    { response, session }: AskedBySomebody,
    status: number,
    form: Omit<Form, "connections">,
  ) => {
    sendHtml(
      response,
      status,
      formPage(pages, session, { ...form, connections: await connectionsOf(picks) }),
    );
  };
  const showOne = async (
    asked: AskedBySomebody,
    row: DepartmentRow,
    {
      status = 200,
      ...more
    }: { readonly status?: number; readonly refusal?: Refusal; readonly tries?: Tries },
  ) => {
    const [accounts, locations, noticed] = await Promise.all([
      accountsShown(picks, row.department),
      locationsShown(picks, row.department),
      noticedOf(picks, row.department),
    ]);
    const isWaiting = (await proposals.read(proposalId(ofOne(row.department.id)))) !== undefined;
    const { response, session } = asked;
    const { stackFile, clientId } = picks;
    const shown = { row, accounts, locations, noticed, isWaiting, stackFile, clientId, ...more };
    sendHtml(response, status, departmentPage(pages, session, shown));
  };
  const rowIn = async (asked: AskedBySomebody): Promise<DepartmentRow> => {
    const row = await departmentRow(picks, idIn(asked));
    if (row === undefined) throw fault({ kind: "not-found" });
    return row;
  };
  /** The portal's own department. For one of the stack file, the page is answered that says why it cannot be changed. */
  const settingIn = async (asked: AskedBySomebody): Promise<Setting<PortalDepartment> | undefined> => {
    const row = await rowIn(asked);
    if (row.setting === undefined) await showOne(asked, row, { status: 409, refusal: LOCKED });
    return row.setting;
  };

  return {
    async departments({ response, session }) {
      const rows = await departmentRows(picks);
      const noticed = await noticedOfAll(
        picks,
        rows.map(({ department }) => department),
      );
      sendHtml(response, 200, listPage(pages, session, rows, noticed, await picks.unreadableSettings()));
    },

    newDepartment: async (asked) => {
      const [only, ...more] = await connectionsOf(picks);
      const connection = more.length === 0 ? (only?.id ?? "") : "";
      await showForm(asked, 200, { typed: { ...NEW, connection } });
    },

    async addDepartment(asked) {
      const { typed, find } = sentIn(asked.request);
      if (find !== undefined) {
        await showForm(asked, 200, { typed, found: await foundBy(find, typed) });
        return;
      }
      const verdict = await judged(picks, typed);
      if (!verdict.ok) {
        await showForm(asked, 422, { typed, faults: verdict.faults });
        return;
      }
      const { id, value } = verdict;
      try {
        const outcome = await proposals.make(by(asked, "department.added"), { ...ofOne(id), after: value });
        leadOnAfter(asked, outcome, { made: portalPath("department", id), waits: waitsAt(id) });
      } catch (error) {
        if (!(error instanceof SettingTaken || error instanceof ChangeWaits)) throw error;
        const faults = { id: error instanceof ChangeWaits ? TAKEN_WAITING : TAKEN_NOW };
        await showForm(asked, 409, { typed: { ...typed, id }, faults });
      }
    },

    department: async (asked) => showOne(asked, await rowIn(asked), {}),

    async departmentForm(asked) {
      const setting = await settingIn(asked);
      if (setting === undefined) return;
      await showForm(asked, 200, formOf(setting, await waitingOn(setting.id)));
    },

    async editDepartment(asked) {
      const now = await settingIn(asked);
      if (now === undefined) return;
      const { id, value: before } = now;
      const sent = sentIn(asked.request);
      const { instead } = sent;
      const typed = { ...sent.typed, id };
      if (sent.find !== undefined) {
        const editing = { ...editingOf(now), instead, revision: sent.revision, was: sent.was };
        const found = await foundBy(sent.find, typed);
        await showForm(asked, 200, {
          typed,
          editing,
          found,
          waiting: inFormOf(await waitingOn(id), instead),
        });
        return;
      }
      const showMoved = async (moved: Setting<PortalDepartment>) => {
        const waiting = inFormOf(await waitingOn(id), instead);
        await showForm(asked, 409, {
          ...merged({ typed, was: sent.was }, typedFrom(id, moved.value)),
          // What was approved meanwhile is what has moved, and waits no more.
          editing: { ...editingOf(moved), instead: waiting && instead },
          waiting,
        });
      };
      if (now.revision !== sent.revision) {
        await showMoved(now);
        return;
      }
      const verdict = await judged(picks, typed, id);
      if (!verdict.ok) {
        const editing = { ...editingOf(now), instead, was: sent.was };
        const waiting = inFormOf(await waitingOn(id), instead);
        await showForm(asked, 422, { typed, editing, faults: verdict.faults, waiting });
        return;
      }
      try {
        const of = { ...ofOne(id), shown: sent.revision, before, after: verdict.value };
        const outcome = await proposals.make(by(asked, "department.edited"), of, instead);
        leadOnAfter(asked, outcome, { made: portalPath("department", id), waits: waitsAt(id) });
      } catch (error) {
        if (error instanceof ChangeWaits)
          await showForm(asked, 409, formBeside(now, typed, await waitingOn(id)));
        else if (!(error instanceof SettingMoved)) throw error;
        else {
          const moved = await settings.read(id);
          if (moved === undefined) throw fault({ kind: "not-found" }, { cause: error });
          await showMoved(moved);
        }
      }
    },

    async tryDepartment(asked) {
      const row = await rowIn(asked);
      await showOne(asked, row, { tries: await tried(picks, row.department) });
    },

    async departmentRemoval(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const { id, value } = setting;
      const isUsed = departmentOf(id, value, picks.hospital.stackDepartments) !== undefined;
      const ahead = isUsed ? await visitsAhead(picks, value.connection, id) : undefined;
      sendHtml(asked.response, 200, removalPage(pages, asked.session, setting, ahead));
    },

    async removeDepartment(asked) {
      const setting = await keptIn(asked);
      if (setting === undefined) return;
      const { id, value: before } = setting;
      const of = { ...ofOne(id), shown: revisionIn(asked.request), before };
      try {
        const outcome = await proposals.make(by(asked, "department.removed"), of);
        leadOnAfter(asked, outcome, { made: portalPath("departments"), waits: waitsAt(id) });
      } catch (error) {
        if (error instanceof ChangeWaits) await showOne(asked, await rowIn(asked), refused(WAITS));
        else if (!(error instanceof SettingMoved)) throw error;
        else if (error.now === undefined) throw fault({ kind: "not-found" }, { cause: error });
        else await showOne(asked, await rowIn(asked), refused(MOVED));
      }
    },
  };

  /** Also finds one that the stack file has taken over: it may be removed, because nothing uses it. */
  async function keptIn(asked: AskedBySomebody) {
    return (await settings.read(idIn(asked))) ?? (await settingIn(asked));
  }
}

type Tries = Awaited<ReturnType<typeof tried>>;

const refused = (refusal: Refusal) => ({ status: 409, refusal });
const ofOne = (id: string) => ({ kind: "department", id }) as const;
/** @throws Fault if the text cannot be an id */
function idIn({ request }: AskedBySomebody): string {
  const id = departmentKeys.shape.id.safeParse(request.params["id"]);
  if (!id.success) throw fault({ kind: "not-found" });
  return id.data;
}

/** Every connection, including those that are off. */
async function connectionsOf({
  hospital,
  connectionSettings,
}: Pick<PortalPicks, "connectionSettings" | "hospital">): Promise<
  readonly { readonly id: string; readonly name: string }[]
> {
  const ofStack = hospital.stackConnections.map(({ id, name }) => ({ id, name }));
  const own = (await connectionSettings.list()).map(({ id, value }) => ({ id, name: value.name }));
  return [...ofStack, ...own.filter(({ id }) => !ofStack.some((each) => each.id === id))];
}
