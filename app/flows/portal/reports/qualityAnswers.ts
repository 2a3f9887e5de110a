/** The addresses of call quality, and of what administrators set of reports. */
import { USUAL_LIMITS } from "../../../domain/callQuality.ts";
import { MOST, REPORTS_ID, type PortalReports } from "../../../records/portalReports.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { keepsLonger } from "../../../records/settingChange.ts";
import { SettingMoved, SettingTaken } from "../../../records/settings.ts";
import { isUnreadable } from "../../../records/unreadableSetting.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { demand, type AskedBySomebody, type PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import type { Refusal } from "./allocationPage.tsx";
import type { ReportFilter } from "./asked.ts";
import { reportPageOf } from "./page.ts";
import { qualitySummaryOf } from "./quality.ts";
import { qualityPage } from "./qualityPage.tsx";
import { reportsSet, type RowPicks } from "./rows.ts";
import { AS_KEPT, LIMIT_NAMES, settingsPage } from "./settingsPage.tsx";
import type { AskedByReader, DepartmentName } from "./whose.ts";

type Addresses = "reportQuality" | "reportSettings" | "setReports";

export interface Asking {
  readonly byReader: (
    answer: (asked: AskedByReader) => Promise<void>,
  ) => (asked: AskedBySomebody) => Promise<void>;
  readonly askedIn: (asked: AskedByReader) => Promise<{
    readonly parameters: URLSearchParams;
    readonly filter: ReportFilter;
    readonly departments: readonly DepartmentName[];
  }>;
}

const ONE = { kind: "reports", id: REPORTS_ID } as const;

export function qualityAnswers(
  picks: RowPicks & Pick<PortalPicks, "proposals">,
  pages: PortalPages,
  { byReader, askedIn }: Asking,
): Pick<PortalAnswers, Addresses> {
  const { callRecords, proposals } = picks;
  const isOn = callRecords !== undefined;
  const showSettings = async (asked: AskedBySomebody, status = 200, refusal?: Refusal) => {
    const set = await reportsSet(picks);
    const [setting, unread] = isUnreadable(set) ? [undefined, [set]] : [set, []];
    const isWaiting = (await proposals.read(proposalId(ONE))) !== undefined;
    const isMoved = refusal === MOVED;
    const kept = refusal !== undefined && {
      typed: (name: string) => fieldOf(asked.request, name),
      // What somebody else has changed is saved over only once it was shown.
      revision: isMoved ? undefined : revisionIn(asked.request),
    };
    const shown = { isOn, setting, unread, isWaiting, isMoved, refusal, typed: undefined, ...kept };
    sendHtml(asked.response, status, settingsPage(pages, asked.session, shown));
  };

  return {
    reportQuality: byReader(async (one) => {
      const { parameters, filter, departments } = await askedIn(one);
      const summary = await qualitySummaryOf(picks, filter);
      const page = await reportPageOf(picks, filter, {
        after: parameters.get("after") ?? "",
        keeps: ({ quality }) => quality !== undefined,
      });
      sendHtml(
        one.response,
        200,
        qualityPage(pages, one.session, { isOn, filter, departments, summary, page }),
      );
    }),

    reportSettings: (asked) => showSettings(asked),

    async setReports(asked) {
      const kept = await reportsSet(picks);
      if (isUnreadable(kept)) {
        await showSettings(asked, 409, NOT_READ);
        return;
      }
      const before = kept?.value;
      const after = sentIn(asked, before);
      if (after === undefined) {
        await showSettings(asked, 422, NO_NUMBER);
        return;
      }
      const shown = revisionIn(asked.request);
      // Said first, because what somebody else has changed may be what only a Global Administrator changes back.
      if (shown !== (kept?.revision ?? 0)) {
        await showSettings(asked, 409, MOVED);
        return;
      }
      // What is kept for longer cannot be taken back from whoever has read it meanwhile.
      if (keepsLonger({ ...(before && { before }), after }))
        demand(asked.session, ["decide"], portalPath("reportSettings"));
      const of = { ...ONE, ...(shown > 0 && { shown }), ...(before && { before }), after };
      try {
        const outcome = await proposals.make(by(asked, "reports.set"), of);
        const waits = portalPath("proposal", proposalId(ONE));
        leadOnAfter(asked, outcome, { made: portalPath("reportSettings"), waits });
      } catch (error) {
        if (error instanceof ChangeWaits) await showSettings(asked, 409, WAITS);
        else if (error instanceof SettingMoved || error instanceof SettingTaken)
          await showSettings(asked, 409, MOVED);
        else throw error;
      }
    },
  };
}

/**
 * What the form sets; undefined if one of its numbers cannot be read. An empty field means the usual limit; a form that has no
 * box for appointments' ids leaves them as they are kept.
 */
function sentIn({ request }: AskedBySomebody, before: PortalReports | undefined): PortalReports | undefined {
  const limits = { ...USUAL_LIMITS };
  for (const name of LIMIT_NAMES) {
    const text = fieldOf(request, name);
    if (text === "") continue;
    const number = Number(text);
    if (!/^\d{1,5}(\.\d{1,2})?$/.test(text) || number > MOST[name]) return undefined;
    limits[name] = number;
  }
  const sent = fieldOf(request, "keepsAppointments");
  const keepsAppointments = sent === AS_KEPT ? before?.keepsAppointments === true : sent === "yes";
  return { ...limits, keepsAppointments };
}

const NO_NUMBER = {
  title: "Nothing was changed",
  says: `Enter numbers such as 2.5, of percent up to 100 and of milliseconds up to ${String(MOST.jitterMs)}, or leave a field empty for the usual limit.`,
};
const NOT_READ = {
  title: "Nothing was changed",
  says: "What is set cannot be read, and nothing is written over it. Who mends it is said below.",
};
const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed it since the page was opened. What you typed is in the form, and beside it what is kept now.",
};
const WAITS = {
  title: "Nothing was changed",
  says: "A change of these settings waits for a second person already. Look at it under Approvals. What you typed is in the form.",
};
