/**
 * The addresses of the reports: the visits line by line, as charts, as a file and for programs, and what each number means.
 */
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { Card } from "../../../web/components.tsx";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { fieldOf, namesIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { allocationAnswers, type AllocationPicks } from "./allocationAnswers.ts";
import { reportAsked, slipIn, type ReportFilter } from "./asked.ts";
import { columnsOf, columnsShown } from "./columns.ts";
import { qualityAnswers } from "./qualityAnswers.ts";
import { sendReport, type FilePicks } from "./files.ts";
import { reportPageOf } from "./page.ts";
import { usagesOf } from "./rows.ts";
import { sortAsked, sortedPageOf } from "./sorting.ts";
import { summaryOf } from "./summary.ts";
import { textsPage } from "./textsPage.tsx";
import { usagePage } from "./usagePage.tsx";
import { visitsPage } from "./visitsPage.tsx";
import { departmentsOf, onlyOf, type AskedByReader, type DepartmentName, type Only } from "./whose.ts";
import { wordsPage } from "./wordsPage.tsx";

type Reports =
  | "reports"
  | "reportUsage"
  | "reportTexts"
  | "reportQuality"
  | "reportSettings"
  | "setReports"
  | "reportWords"
  | "reportCsv"
  | "reportJson"
  | "reportAllocation"
  | "setAllocation"
  | "reportAllocationCsv";

export function reportAnswers(
  picks: FilePicks & AllocationPicks & Pick<PortalPicks, "managerSettings" | "publicUrl">,
  pages: PortalPages,
): Pick<PortalAnswers, Reports> {
  const { now, publicUrl } = picks;
  const asked = async (said: (name: string) => string | null | undefined, only?: Only) => {
    const departments = await departmentsOf(picks, only);
    const filter = reportAsked(said, { now: now(), departments, only });
    const noDepartment = await departmentFault(picks, filter, departments);
    return { departments, filter: { ...filter, ...(noDepartment !== undefined && { noDepartment }) } };
  };
  const askedIn = async ({ request, only }: AskedByReader) => {
    const parameters = parametersOf(request);
    return { parameters, ...(await asked((name) => parameters.get(name), only)) };
  };
  const byReader = (answer: (asked: AskedByReader) => Promise<void>) => async (one: AskedBySomebody) => {
    const only = await onlyOf(picks, one.session, "report");
    if (only?.length === 0) sendHtml(one.response, 200, nothingSetPage(pages, one.session));
    else await answer({ ...one, only });
  };
  return {
    reports: byReader(async (one) => {
      const { parameters, filter, departments } = await askedIn(one);
      const chosen = parameters.getAll("column");
      const after = parameters.get("after") ?? "";
      const sort = sortAsked(parameters.get("order") ?? "", columnsOf(picks));
      const sorted = sort && (await sortedPageOf(picks, filter, { after, sort }));
      const notSorted = typeof sorted === "string" ? sorted : undefined;
      const shown = {
        filter,
        departments,
        // A position in a sorted list means nothing in the order of time.
        page:
          typeof sorted === "object"
            ? sorted
            : await reportPageOf(picks, filter, { after: notSorted === undefined ? after : "" }),
        sort: notSorted === undefined ? sort : undefined,
        notSorted: sort && notSorted && { column: sort.column, because: notSorted },
        columns: columnsShown(columnsOf(picks), chosen),
        allColumns: columnsOf(picks),
        generated: now(),
        parameters,
      };
      sendHtml(one.response, 200, visitsPage(pages, one.session, shown));
    }),
    reportUsage: byReader(async (one) => {
      const { filter, departments } = await askedIn(one);
      const summary = await summaryOf(picks, filter);
      sendHtml(one.response, 200, usagePage(pages, one.session, { filter, departments, summary }));
    }),
    reportTexts: byReader(async (one) => {
      const { filter, departments } = await askedIn(one);
      const summary = await summaryOf(picks, filter);
      sendHtml(one.response, 200, textsPage(pages, one.session, { filter, departments, summary }));
    }),
    reportWords: byReader(async (one) => {
      const { filter } = await askedIn(one);
      sendHtml(one.response, 200, wordsPage(pages, one.session, { filter, publicUrl }));
    }),
    reportCsv: byReader(async ({ request, response, session, only }) => {
      const said = (name: string) => fieldOf(request, name);
      const { filter } = await asked(said, only);
      const fault = slipIn(said, namesIn(request)) ?? filter.fault ?? filter.noDepartment;
      if (fault !== undefined) {
        response.status(400).type("text/plain").send(fault);
        return;
      }
      const by = { kind: "person", objectId: session.administrator.objectId } as const;
      await sendReport(picks, response, filter, { as: "csv", by });
    }),
    ...allocationAnswers(picks, pages, byReader),
    ...qualityAnswers(picks, pages, { byReader, askedIn }),
    async reportJson({ request, response, caller }) {
      const parameters = parametersOf(request);
      const said = (name: string) => parameters.get(name);
      const slip = slipIn(said, [...parameters.keys()]);
      const { filter } = await asked(said);
      const happened = slip ?? filter.fault ?? filter.noDepartment;
      if (happened !== undefined) {
        const isRange = slip === undefined && filter.fault !== undefined;
        response.status(400).json({ kind: isRange ? "range-unreadable" : "parameter-unreadable", happened });
        return;
      }
      const { kind, objectId } = caller;
      const by =
        kind === "person" ? ({ kind, objectId } as const) : ({ kind: "program", name: objectId } as const);
      await sendReport(picks, response, filter, { as: "json", by, caller });
    },
  };
}

/**
 * The fault for a department that does not exist. One that no longer exists may still have visits, and is accepted then.
 * Somebody who may see some departments only gets the same answer for another department and for one that does not exist.
 */
async function departmentFault(
  picks: Pick<PortalPicks, "usages">,
  filter: ReportFilter,
  departments: readonly DepartmentName[],
): Promise<string | undefined> {
  const { department } = filter;
  if (department === "" || departments.some(({ id }) => id === department)) return undefined;
  for await (const { usages } of usagesOf(picks, { ...filter, standing: "all" }))
    if (usages.length > 0) return undefined;
  return `The parameter department is the id of one that you may see, and no visit of this time is of ${department}.`;
}

function nothingSetPage(pages: PortalPages, session: AskedBySomebody["session"]): string {
  const main = (
    <Card>
      <p>
        Your role shows the reports of departments, and no department is set for you yet. An administrator of
        the connector sets yours in the portal, under Department managers. Whoever needs all reports is given
        the role of a report reader.
      </p>
    </Card>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
