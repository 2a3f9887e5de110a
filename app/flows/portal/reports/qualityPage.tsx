/** The page of how good visits' calls were: in short, over time, and one line for each visit. */
import { METRICS } from "../../../domain/metrics.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { ButtonLink, Card, DefinitionList, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { ListTable } from "../listTable.tsx";
import type { PortalPages } from "../pages.tsx";
import { asParameters, type ReportFilter } from "./asked.ts";
import { ColumnChart } from "./charts.tsx";
import { Filter, ReportTabs } from "./filter.tsx";
import type { ReportPage } from "./page.ts";
import { GRADES, type Grade, type QualitySummary } from "./quality.ts";
import type { ReportRow } from "./rows.ts";
import { LIMIT_NAMES, LIMIT_WORDS } from "./settingsPage.tsx";
import { categoriesAre } from "./spans.ts";
import { UnreadSettings } from "./unreadSettings.tsx";
import { Damaged } from "./visitsPage.tsx";

interface Shown {
  /** Whether the deployment reads how good calls were. */
  readonly isOn: boolean;
  readonly filter: ReportFilter;
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly summary: QualitySummary;
  readonly page: ReportPage;
}

const GRADE_WORDS: Readonly<Record<Grade, string>> = {
  good: "Good",
  poor: "Poor",
  none: "No record of a call",
};

export function qualityPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { isOn, filter, departments, summary } = shown;
  const mayConfigure = session.rights.includes("configure");
  const main = (
    <>
      <ReportTabs at="reportQuality" filter={filter} configures={mayConfigure} />
      <Notice kind="info" title={isOn ? "What is read for this" : "Call quality is off in this deployment"}>
        <p>
          {isOn
            ? "How good calls were comes from Teams’ records of them. Microsoft Graph’s permission for these, CallRecords.Read.All, covers every call of the tenant, not visits alone."
            : "It needs Microsoft Graph’s permission CallRecords.Read.All, which covers every call of the tenant, not visits alone. So it is off unless the stack file says features.callQuality: true and an administrator of the directory consents."}{" "}
          Only hours with visits are listed; of other calls nothing is asked but when they were and in which
          meeting, and nothing is kept. A visit’s record is reduced at once to the numbers below. Addresses,
          devices and names in it are kept nowhere.
        </p>
      </Notice>
      <Filter filter={filter} departments={departments} to="reportQuality" />
      <Damaged rows={summary.damaged} only={filter.only} />
      <UnreadSettings unread={summary.unread} session={session} />
      <InShort {...summary} />
      <ColumnChart
        id="quality"
        title={`Call quality a ${summary.spanIs}`}
        says={`How many of the visits scheduled in each ${summary.spanIs} had good calls and poor ones, and of how many there is no record.`}
        categories={summary.spans.map(({ says }) => says)}
        categoriesAre={categoriesAre(summary.spanIs)}
        series={GRADES.map((grade) => ({
          name: GRADE_WORDS[grade],
          values: summary.spans.map(({ counts }) => counts[grade]),
        }))}
      />
      <Lines {...shown} />
      <Card title="What the numbers mean">
        <DefinitionList
          entries={[
            METRICS.loss,
            METRICS.jitter,
            METRICS.roundTrip,
            METRICS.poorStreams,
            METRICS.callQuality,
          ].map(({ name, says }) => [name, says] as const)}
        />
      </Card>
    </>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}

function InShort({ counts, beyond, limits }: QualitySummary) {
  return (
    <Card title="In short">
      <div class="in-short">
        <DefinitionList
          entries={[
            ...GRADES.map((grade) => [GRADE_WORDS[grade], String(counts[grade])] as const),
            ...LIMIT_NAMES.map(
              (name) => [`${LIMIT_WORDS[name]} above ${String(limits[name])}`, String(beyond[name])] as const,
            ),
          ]}
        />
      </div>
    </Card>
  );
}

const HEADS = [
  "Scheduled (UTC)",
  "Department",
  METRICS.callQuality.name,
  METRICS.loss.name,
  METRICS.jitter.name,
  METRICS.roundTrip.name,
  METRICS.poorStreams.name,
];

function Lines({ page, filter, summary }: Shown) {
  return (
    <Card title="Visit by visit">
      {page.rows.length === 0 ? (
        <p>No visit of this time has a record of a call.</p>
      ) : (
        <ListTable label="Call quality of visits" heads={HEADS}>
          {page.rows.map((row) => (
            <Line key={row.usage.id} row={row} limits={summary.limits} />
          ))}
        </ListTable>
      )}
      {page.next !== undefined && (
        <p class="actions">
          <ButtonLink
            href={`${portalPath("reportQuality")}?${new URLSearchParams({ ...asParameters(filter), after: page.next }).toString()}`}
            weight="secondary"
          >
            {filter.order === "newest" ? "Older visits" : "Later visits"}
          </ButtonLink>
        </p>
      )}
    </Card>
  );
}

function Line({ row, limits }: { readonly row: ReportRow; readonly limits: QualitySummary["limits"] }) {
  const { usage, department } = row;
  const judged = METRICS.callQuality.of(usage, limits);
  const why = (judged?.beyond ?? []).map((name) => LIMIT_WORDS[name].replace(/ \(.*/, "").toLowerCase());
  const streams = METRICS.streams.of(usage);
  const poor = METRICS.poorStreams.of(usage);
  return (
    <tr>
      <th scope="row" class="short">
        {usage.start.toISOString().slice(0, 16).replace("T", " ")}
      </th>
      <td>{department}</td>
      <td>
        {judged === undefined ? "–" : why.length === 0 ? judged.says : `${judged.says}: ${why.join(", ")}`}
      </td>
      {[METRICS.loss, METRICS.jitter, METRICS.roundTrip].map((metric) => (
        <td key={metric.name}>{numberWords(metric.of(usage))}</td>
      ))}
      <td>{streams === undefined ? "–" : `${String(poor ?? 0)} of ${String(streams)}`}</td>
    </tr>
  );
}

const numberWords = (value: number | undefined): string => (value === undefined ? "–" : String(value));
