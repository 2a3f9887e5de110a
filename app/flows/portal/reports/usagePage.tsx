/** The page of usage in charts: how many visits, how long they were, how long somebody waited, and whose they were. */
import { METRICS } from "../../../domain/metrics.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Card, DefinitionList } from "../../../web/components.tsx";
import { ListTable } from "../listTable.tsx";
import type { PortalPages } from "../pages.tsx";
import type { ReportFilter } from "./asked.ts";
import { ColumnChart } from "./charts.tsx";
import { spanWords } from "./columns.ts";
import { Filter, ReportTabs } from "./filter.tsx";
import { categoriesAre } from "./spans.ts";
import { Damaged } from "./visitsPage.tsx";
import { GROUPS, type Distribution, type Group, type Share, type Summary } from "./summary.ts";

export interface ShownSummary {
  readonly filter: ReportFilter;
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly summary: Summary;
}

const GROUP_WORDS: Readonly<Record<Group, string>> = {
  completed: "Completed",
  "no-show": "No show",
  "not-known": "Not known",
};

export function usagePage(pages: PortalPages, session: PortalSession, shown: ShownSummary): string {
  const { filter, departments, summary } = shown;
  const { visits, counts, spans, spanIs, lobby, duration } = summary;
  const main = (
    <>
      <ReportTabs at="reportUsage" filter={filter} configures={session.rights.includes("configure")} />
      <Filter filter={filter} departments={departments} to="reportUsage" />
      <Damaged rows={summary.damaged} only={filter.only} />
      <Card title="In short">
        <div class="in-short">
          <DefinitionList
            entries={[
              ["Visits", String(visits)],
              ...GROUPS.map((group) => [GROUP_WORDS[group], shareWords(counts[group], visits)] as const),
              ["Mean duration of those completed", spanWords(duration.mean) ?? "–"],
              ["Mean lobby wait, where it is known", spanWords(lobby.mean) ?? "–"],
            ]}
          />
        </div>
      </Card>
      <ColumnChart
        id="visits"
        title={`Visits a ${spanIs}`}
        says={`How many visits were scheduled in each ${spanIs}, and how they came out.`}
        categories={spans.map(({ says }) => says)}
        categoriesAre={categoriesAre(spanIs)}
        series={GROUPS.map((group) => ({
          name: GROUP_WORDS[group],
          values: spans.map((span) => span.counts[group]),
        }))}
      />
      <Classes id="lobby" title={METRICS.lobbyWait.name} says={METRICS.lobbyWait.says} of={lobby} />
      <Classes id="duration" title={METRICS.duration.name} says={METRICS.duration.says} of={duration} />
      <Shares title="By department" head="Department" withNoShows shares={summary.departments} />
      <Shares
        title="By member of staff"
        head="Primary"
        says="Completed visits by their primary: twenty at most, those with the most."
        shares={summary.staff}
      />
    </>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}

const shareWords = (count: number, of: number): string =>
  of === 0 ? "0" : `${String(count)} (${String(Math.round((count / of) * 100))} %)`;

interface ClassesProps {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly of: Distribution;
}

function Classes({ id, title, says, of: { classes } }: ClassesProps) {
  return (
    <ColumnChart
      id={id}
      title={title}
      says={says + " Here in minutes: how many visits are in each class."}
      categories={classes.map((one) => one.says)}
      categoriesAre="Minutes"
      series={[{ name: "Visits", values: classes.map(({ count }) => count) }]}
    />
  );
}

interface SharesProps {
  readonly title: string;
  readonly head: string;
  readonly says?: string;
  /** Absent for members of staff, of whom only completed visits are known. */
  readonly withNoShows?: true;
  readonly shares: readonly Share[];
}

const BAR_WIDTH = 120;

function Shares({ title, head, says, withNoShows, shares }: SharesProps) {
  const heads = [head, "Visits", ...(withNoShows ? ["Completed", "No shows"] : []), "Hours"];
  const most = Math.max(1, ...shares.map(({ visits }) => visits));
  return (
    <Card title={title}>
      {says !== undefined && <p class="quiet">{says}</p>}
      {shares.length === 0 ? (
        <p>None in this time.</p>
      ) : (
        <ListTable label={title} heads={heads}>
          {shares.map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name}</th>
              <td class="short">
                <svg class="bar" viewBox={`0 0 ${String(BAR_WIDTH)} 12`} aria-hidden="true" focusable="false">
                  <rect width={Math.max(1, (one.visits / most) * BAR_WIDTH)} height="12" />
                </svg>
                {String(one.visits)}
              </td>
              {withNoShows && <td>{String(one.completed)}</td>}
              {withNoShows && <td>{String(one.noShows)}</td>}
              <td>{String(Math.round(one.seconds / 360) / 10)}</td>
            </tr>
          ))}
        </ListTable>
      )}
    </Card>
  );
}
