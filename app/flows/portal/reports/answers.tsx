/** The reports: the visits line by line, as charts, as a file and for programs, and what each number means. */
import { compareNames } from "../../../domain/formatters.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { Card } from "../../../web/components.tsx";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { fieldOf } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { reportAsked, slipIn } from "./asked.ts";
import { columnsShown } from "./columns.ts";
import { sendReport, type FilePicks } from "./files.ts";
import { reportPageOf } from "./page.ts";
import { summaryOf } from "./summary.ts";
import { textsPage } from "./textsPage.tsx";
import { usagePage } from "./usagePage.tsx";
import { visitsPage } from "./visitsPage.tsx";
import { wordsPage } from "./wordsPage.tsx";

type Reports = "reports" | "reportUsage" | "reportTexts" | "reportWords" | "reportCsv" | "reportJson";

export function reportAnswers(
  picks: FilePicks & Pick<PortalPicks, "publicUrl">,
  pages: PortalPages,
): Pick<PortalAnswers, Reports> {
  const { now, publicUrl } = picks;
  const asked = (request: AskedBySomebody["request"]) => {
    const parameters = parametersOf(request);
    return { parameters, filter: reportAsked((name) => parameters.get(name), now()) };
  };
  return {
    async reports({ request, response, session }) {
      if (!session.rights.includes("report")) {
        sendHtml(response, 200, managersPage(pages, session));
        return;
      }
      const { parameters, filter } = asked(request);
      const chosen = parameters.getAll("column");
      const page = await reportPageOf(picks, filter, parameters.get("after") ?? "");
      const departments = await departmentsOf(picks);
      const shown = { filter, departments, page, columns: columnsShown(chosen), chosen, generated: now() };
      sendHtml(response, 200, visitsPage(pages, session, shown));
    },
    async reportUsage({ request, response, session }) {
      const { filter } = asked(request);
      const summary = await summaryOf(picks, filter);
      sendHtml(
        response,
        200,
        usagePage(pages, session, { filter, departments: await departmentsOf(picks), summary }),
      );
    },
    async reportTexts({ request, response, session }) {
      const { filter } = asked(request);
      const summary = await summaryOf(picks, filter);
      sendHtml(
        response,
        200,
        textsPage(pages, session, { filter, departments: await departmentsOf(picks), summary }),
      );
    },
    reportWords({ request, response, session }) {
      sendHtml(response, 200, wordsPage(pages, session, { filter: asked(request).filter, publicUrl }));
    },
    async reportCsv({ request, response, session }) {
      const said = (name: string) => fieldOf(request, name);
      const filter = reportAsked(said, now());
      const fault = slipIn(said) ?? filter.fault;
      if (fault !== undefined) {
        response.status(400).type("text/plain").send(fault);
        return;
      }
      const by = { kind: "person", objectId: session.administrator.objectId } as const;
      await sendReport(picks, response, filter, { as: "csv", by });
    },
    async reportJson({ request, response, caller }) {
      const { filter, parameters } = asked(request);
      const slip = slipIn((name) => parameters.get(name));
      if (slip !== undefined || filter.fault !== undefined) {
        const kind = slip === undefined ? "range-unreadable" : "parameter-unreadable";
        response.status(400).json({ kind, happened: slip ?? filter.fault });
        return;
      }
      const { kind, objectId } = caller;
      const by =
        kind === "person" ? ({ kind, objectId } as const) : ({ kind: "program", name: objectId } as const);
      await sendReport(picks, response, filter, { as: "json", by, caller });
    },
  };
}

export async function departmentsOf({ hospital }: Pick<PortalPicks, "hospital">) {
  const connections = await hospital.connections();
  const all = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  return all
    .flat()
    .map(({ id, name }) => ({ id, name }))
    .toSorted((one, other) => compareNames(one.name, other.name));
}

/** Reports of single departments are not built: nobody sees more than they may. */
function managersPage(pages: PortalPages, session: AskedBySomebody["session"]): string {
  const main = (
    <Card>
      <p>
        Reports of a manager’s own departments come with a later version. Your role is good for them: nothing
        has to be set up. Whoever needs all reports is given the role of a report reader.
      </p>
    </Card>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
