/** The page of the visits' texts and e-mails: how many of which kinds, and what became of them. */
import { METRICS, type Reached } from "../../../domain/metrics.ts";
import type { MessageCount } from "../../../domain/usage.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { PortalPages } from "../pages.tsx";
import { ColumnChart } from "./charts.tsx";
import { Filter, ReportTabs } from "./filter.tsx";
import type { ShownSummary } from "./usagePage.tsx";
import { Damaged } from "./visitsPage.tsx";

const KINDS = {
  confirmation: "First notice",
  update: "Moved",
  cancellation: "Canceled",
  reminder: "Reminder",
  late: "Running late",
  link: "Sent by staff",
  "guest-link": "Sent to guest",
} as const satisfies Readonly<Record<MessageCount["kind"], string>>;

/** The outcomes from good to bad, in the order in which they are stacked. */
const OUTCOMES = [
  ["Delivered", ["delivered"]],
  ["Handed over, no report", ["accepted", "begun", "waiting"]],
  ["Failed or refused", ["failed", "refused"]],
  ["Withheld", ["withheld"]],
  ["Held back by staff", ["held"]],
] as const;

const REACHED: readonly Reached[] = ["yes", "not known", "no", "not told"];

export function textsPage(pages: PortalPages, session: PortalSession, shown: ShownSummary): string {
  const { filter, departments, summary } = shown;
  const kinds = Object.keys(KINDS) as MessageCount["kind"][];
  const chart = (way: MessageCount["way"], title: string, says: string) => (
    <ColumnChart
      id={way}
      title={title}
      says={says}
      categories={kinds.map((kind) => KINDS[kind])}
      categoriesAre="Kind"
      series={OUTCOMES.map(([name, states]) => ({
        name,
        values: kinds.map((kind) =>
          summary.messages
            .filter(
              (one) => one.kind === kind && one.way === way && states.some((state) => state === one.state),
            )
            .reduce((sum, { count }) => sum + count, 0),
        ),
      }))}
    />
  );
  const main = (
    <>
      <ReportTabs at="reportTexts" filter={filter} configures={session.rights.includes("configure")} />
      <Filter filter={filter} departments={departments} to="reportTexts" />
      <Damaged rows={summary.damaged} only={filter.only} />
      {chart(
        "text",
        "Texts",
        "How many texts there were about these visits, by kind and by what became of them.",
      )}
      {chart(
        "mail",
        "E-mails",
        "How many e-mails there were about these visits, by kind and by what became of them.",
      )}
      <ColumnChart
        id="reached"
        title="Patients reached"
        says={METRICS.reached.says}
        categories={REACHED.map((one) => one.slice(0, 1).toUpperCase() + one.slice(1))}
        categoriesAre="Reached"
        series={[{ name: "Visits", values: REACHED.map((one) => summary.reached.get(one) ?? 0) }]}
      />
    </>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
