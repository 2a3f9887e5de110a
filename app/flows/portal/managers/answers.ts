/** The addresses of department managers: the list of who sees which departments, and the form that sets it. */
import { atMost } from "../../../domain/few.ts";
import { objectId } from "../../../domain/guid.ts";
import { quoted } from "../../../domain/unseen.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken } from "../../../records/settings.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { departmentsOf } from "../reports/whose.ts";
import { managersPage, type Shown } from "./managersPage.tsx";

/** For how many names the directory is asked at once. */
const AT_ONCE = 8;

export function managerAnswers(
  picks: Pick<PortalPicks, "directory" | "hospital" | "managerSettings" | "proposals" | "unreadableSettings">,
  pages: PortalPages,
): Pick<PortalAnswers, "managers" | "setManager" | "removeManager"> {
  const { directory, managerSettings, proposals } = picks;

  const show = async (
    { request, response, session }: AskedBySomebody,
    { status = 200, ...more }: { readonly status?: number } & Partial<Shown> = {},
  ) => {
    const [managers, unreadable, departments, waiting] = await Promise.all([
      managerSettings.list(),
      picks.unreadableSettings(),
      departmentsOf(picks),
      proposals.waiting(),
    ]);
    const names = new Map<string, string>();
    const edited = more.typed?.person.toLowerCase() ?? parametersOf(request).get("person");
    const editing = more.typed?.revision === 0 ? undefined : managers.find(({ id }) => id === edited);
    const waits = waiting.filter(({ value }) => value.of.kind === "manager");
    const inTurn = atMost(AT_ONCE);
    const ids = new Set([...managers.map(({ id }) => id), ...waits.map(({ value }) => value.of.id)]);
    await Promise.all(Array.from(ids, (id) => inTurn(async () => names.set(id, await nameOf(picks, id)))));
    const shown = { managers, unreadable, departments, names, editing, waits, ...more };
    sendHtml(response, status, managersPage(pages, session, shown));
  };

  const change = async (asked: AskedBySomebody, id: string, departments?: [string, ...string[]]) => {
    const before = (await managerSettings.read(id))?.value;
    const revision = revisionIn(asked.request);
    const of = {
      kind: "manager",
      id,
      ...(revision > 0 && { shown: revision }),
      ...(before && { before }),
      ...(departments && { after: { departments } }),
    } as const;
    const action = departments === undefined ? "manager.removed" : "manager.set";
    try {
      const outcome = await proposals.make(by(asked, action), of);
      const waits = portalPath("proposal", proposalId(of));
      leadOnAfter(asked, outcome, { made: portalPath("managers"), waits });
    } catch (error) {
      const refuse = (refusal: NonNullable<Shown["refusal"]>, at?: number) =>
        show(asked, {
          status: 409,
          refusal,
          ...(departments && {
            typed: { person: id, departments, revision: at, isAdded: refusal === LISTED },
          }),
        });
      if (error instanceof ChangeWaits) await refuse(WAITS, revision);
      // What somebody else has changed is saved over only once it was shown.
      // Whoever adds a person has not seen that the list has them.
      else if (error instanceof SettingTaken || (error instanceof SettingMoved && revision === 0))
        await refuse(departments ? LISTED : MOVED);
      else if (error instanceof SettingMoved) await refuse(departments ? MOVED_IN_FORM : MOVED);
      else throw error;
    }
  };

  return {
    managers: (asked) => show(asked),

    async setManager(asked) {
      const typed = fieldOf(asked.request, "person");
      const isTicked = ({ id }: { readonly id: string }) =>
        fieldOf(asked.request, "department-" + id) === "yes";
      const ticked = (await departmentsOf(picks)).filter(isTicked).map(({ id }) => id);
      const [first, ...others] = ticked;
      const refuse = (says: string) =>
        show(asked, {
          status: 422,
          refusal: { title: "Nothing was changed", says },
          typed: { person: typed, departments: ticked, revision: revisionIn(asked.request) },
        });
      if (typed === "") return refuse("Enter whose departments these are: a sign-in name or an object id.");
      if (first === undefined) return refuse("Tick at least one department.");
      const found = await directory.account(typed);
      const own = objectId.safeParse(typed);
      if (found === "unknown") return refuse(`The directory knows no account ${quoted(typed)}.`);
      if (found === "not-told" && !own.success)
        return refuse(
          "The directory did not say whose sign-in name that is. Enter the account’s object id, or try it again later.",
        );
      const id = found === "not-told" ? typed : found.objectId;
      await change(asked, id.toLowerCase(), [first, ...others]);
    },

    async removeManager(asked) {
      const id = objectId.safeParse(asked.request.params["id"]);
      if (!id.success || (await managerSettings.read(id.data.toLowerCase())) === undefined)
        return show(asked, { status: 409, refusal: MOVED });
      await change(asked, id.data.toLowerCase());
    },
  };
}

async function nameOf({ directory }: Pick<PortalPicks, "directory">, id: string): Promise<string> {
  const found = await directory.account(id);
  if (found === "unknown") return id + " (not in the directory any more)";
  return found === "not-told" ? id : `${found.displayName} (${found.userName})`;
}

const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed it since the page was opened. Look at it as it is now, and do it again if it is still right.",
};
const MOVED_IN_FORM = {
  title: MOVED.title,
  says: "Somebody else has changed it since the page was opened. What you ticked is in the form, and beside it what is kept now.",
};
const LISTED = {
  title: MOVED.title,
  says: "This person is in the list already. What you ticked is in the form, and beside it what is kept now.",
};
const WAITS = {
  title: "Nothing was changed",
  says: "A change of this person’s departments waits for a second person already. Look at it under Approvals. What you ticked is in the form.",
};
