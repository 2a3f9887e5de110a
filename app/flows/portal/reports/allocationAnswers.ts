/**
 * The addresses of the allocation: how much of it is used, the form that sets it, and the file by which departments are
 * charged.
 */
import { ALLOCATION_ID, MOST_ALLOCATED } from "../../../records/portalAllocation.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken } from "../../../records/settings.ts";
import { isUnreadable } from "../../../records/unreadableSetting.ts";
import { CSV_START, csvLine } from "../../../web/csv.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { meansWords } from "../unreadable.ts";
import { allocatedOf, type Used } from "./allocated.ts";
import { allocationPage, type Refusal } from "./allocationPage.tsx";
import { damagedWords, type FilePicks } from "./files.ts";
import { allocationSet } from "./limits.ts";
import { departmentsOf, type AskedByReader } from "./whose.ts";

export type AllocationPicks = FilePicks & Pick<PortalPicks, "proposals">;
type Addresses = "reportAllocation" | "setAllocation" | "reportAllocationCsv";
type ByReader = (
  answer: (asked: AskedByReader) => Promise<void>,
) => (asked: AskedBySomebody) => Promise<void>;

const ONE = { kind: "allocation", id: ALLOCATION_ID } as const;

export function allocationAnswers(
  picks: AllocationPicks,
  pages: PortalPages,
  byReader: ByReader,
): Pick<PortalAnswers, Addresses> {
  const { audit, proposals } = picks;
  const show = async (asked: AskedByReader, status = 200, refusal?: Refusal) => {
    const { request, response, session, only } = asked;
    const mayConfigure = session.rights.includes("configure");
    const [allocated, set, departments] = await Promise.all([
      allocatedOf(picks, only, parametersOf(request).get("month") ?? ""),
      mayConfigure ? allocationSet(picks) : undefined,
      departmentsOf(picks, only),
    ]);
    const isWaiting = mayConfigure && (await proposals.read(proposalId(ONE))) !== undefined;
    const setting = isUnreadable(set) ? undefined : set;
    const isMoved = refusal === MOVED;
    const kept = refusal !== undefined && {
      typed: (name: string) => fieldOf(request, name),
      // What somebody else has changed is saved over only once it was shown.
      revision: isMoved ? undefined : revisionIn(request),
    };
    const own = { allocated, departments, only, setting, isWaiting, isMoved };
    const shown = { ...own, refusal, typed: undefined, ...kept };
    sendHtml(response, status, allocationPage(pages, session, shown));
  };

  return {
    reportAllocation: byReader((asked) => show(asked)),

    async setAllocation(asked) {
      const refuse = (refusal: Refusal, status = 409) => show({ ...asked, only: undefined }, status, refusal);
      const sent = await sentIn(picks, asked);
      if (sent === undefined) {
        await refuse(NO_NUMBER, 422);
        return;
      }
      const set = await allocationSet(picks);
      if (isUnreadable(set)) {
        await refuse(NOT_READ);
        return;
      }
      const before = set?.value;
      const shown = revisionIn(asked.request);
      const isNone = sent.hospital === undefined && sent.departments.length === 0;
      if (isNone && before === undefined) {
        await refuse(NOTHING, 422);
        return;
      }
      const of = {
        ...ONE,
        ...(shown > 0 && { shown }),
        ...(before && { before }),
        ...(!isNone && { after: sent }),
      };
      try {
        const outcome = await proposals.make(by(asked, isNone ? "allocation.removed" : "allocation.set"), of);
        const waits = portalPath("proposal", proposalId(ONE));
        leadOnAfter(asked, outcome, { made: portalPath("reportAllocation"), waits });
      } catch (error) {
        if (error instanceof ChangeWaits) await refuse(WAITS);
        else if (error instanceof SettingMoved || error instanceof SettingTaken) await refuse(MOVED);
        else throw error;
      }
    },

    reportAllocationCsv: byReader(async (asked) => {
      const { request, response, only } = asked;
      const said = fieldOf(request, "month");
      const allocated = await allocatedOf(picks, only, said);
      const { month, months, departments, hospital } = allocated;
      if (said !== "" && said !== month) {
        response
          .status(400)
          .type("text/plain")
          .send(`The field month is one of ${months.join(", ")}.`);
        return;
      }
      const changes = only === undefined ? [] : [{ member: "departments", to: only.join(" ") }];
      const object = { kind: "report", id: "allocation " + month };
      const entries = [{ ...by(asked, "report.exported"), object, changes }];
      await audit.commit(() => Promise.resolve({ writes: [], entries }));
      const whole = hospital?.completed ?? departments.reduce((sum, { completed }) => sum + completed, 0);
      const lines = departments.map((one) => csvLine(cellsOf(one, month, whole)));
      const { damaged, unread } = allocated;
      const lacking = [...(damaged > 0 ? [damagedWords(damaged, only)] : []), ...unread.map(meansWords)];
      const without = lacking.map((words) => csvLine([words]));
      const head = only === undefined ? "Share of the hospital’s (%)" : "Share of these departments’ (%)";
      response.status(200).type("text/csv").attachment(`allocation-${month}.csv`);
      response.send(CSV_START + csvLine([...HEADS, head]) + [...lines, ...without].join(""));
    }),
  };
}

const HEADS = ["Month", "Department", "Department’s id", "Allocated", "Completed", "Remaining", "Exceeded"];
const cellsOf = (
  { name, id, allocated, completed, remaining, exceeded }: Used,
  month: string,
  whole: number,
) => [
  month,
  name,
  id,
  allocated,
  completed,
  remaining,
  exceeded,
  whole === 0 ? 0 : Math.round((completed / whole) * 1000) / 10,
];

/** The allocation that the form sets. Undefined if one of its numbers cannot be read. An empty field allocates nothing. */
async function sentIn(picks: Pick<PortalPicks, "hospital">, { request }: AskedBySomebody) {
  const numberOf = (name: string): number | undefined => {
    const text = fieldOf(request, name);
    return text === "" ? undefined : /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  };
  const hospital = numberOf("hospital");
  const departments = (await departmentsOf(picks)).flatMap(({ id }) => {
    const visits = numberOf("department-" + id);
    return visits === undefined ? [] : [{ id, visits }];
  });
  const isFit = (visits: number) => visits >= 1 && visits <= MOST_ALLOCATED;
  if ((hospital !== undefined && !isFit(hospital)) || !departments.every(({ visits }) => isFit(visits)))
    return undefined;
  return { ...(hospital !== undefined && { hospital }), departments };
}

const NO_NUMBER = {
  title: "Nothing was changed",
  says: `Enter whole numbers of visits a month, from 1 to ${String(MOST_ALLOCATED)}, or leave a field empty.`,
};
const NOTHING = {
  title: "Nothing was changed",
  says: "Enter how many visits a month are allocated to the hospital or to at least one department.",
};
const NOT_READ = {
  title: "Nothing was changed",
  says: "What is allocated cannot be read, and nothing is written over it. Who mends it is said below.",
};
const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed it since the page was opened. What you typed is in the form, and beside it what is kept now.",
};
const WAITS = {
  title: "Nothing was changed",
  says: "A change of the allocation waits for a second person already. Look at it under Approvals. What you typed is in the form.",
};
