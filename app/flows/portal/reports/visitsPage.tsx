/**
 * The page of the connector report: one line for each visit, with the published columns and what this connector knows
 * besides.
 */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import type { PortalPages } from "../pages.tsx";
import { asParameters, type ReportFilter } from "./asked.ts";
import { damagedWords } from "./files.ts";
import type { Only } from "./whose.ts";
import type { Column } from "./columns.ts";
import { Filter, ReportTabs } from "./filter.tsx";
import type { ReportPage } from "./page.ts";
import type { ReportRow } from "./rows.ts";
import { MOST_STAFF, sortText, type NotSorted, type Sort } from "./sorting.ts";
import { PostForm } from "../postForm.tsx";
import { UnreadSettings } from "./unreadSettings.tsx";
import { unreadableRows } from "../../../domain/unreadableRows.ts";

export interface ShownReport {
  readonly filter: ReportFilter;
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly page: ReportPage;
  /** The column by which the visits are sorted; undefined where they are by time. */
  readonly sort: Sort | undefined;
  /** The column of staff that was asked for, and why the visits are not sorted by it. */
  readonly notSorted: { readonly column: Column; readonly because: NotSorted } | undefined;
  readonly columns: readonly Column[];
  /** All columns that the deployment has. */
  readonly allColumns: readonly Column[];
  readonly generated: Date;
  /** The parameters of the request, to make the next ones from. */
  readonly parameters: URLSearchParams;
}

export function visitsPage(pages: PortalPages, session: PortalSession, shown: ShownReport): string {
  const { filter, departments, page, sort, notSorted, columns, allColumns, generated, parameters } = shown;
  const isWhole = parameters.get("view") === "whole";
  const main = (
    <>
      <ReportTabs at="reports" filter={filter} configures={session.rights.includes("configure")} />
      <p class="quiet">
        {`These are the visits as of ${generated.toISOString().slice(0, 16).replace("T", " ")} UTC. `}A visit
        is counted a few minutes after its end and again as more becomes known, until six days after it. No
        report knows a patient; names of staff are read from the directory now and kept nowhere.
      </p>
      <Filter filter={filter} departments={departments} to="reports">
        {isWhole && <input type="hidden" name="view" value="whole" />}
        <label>
          Sort
          <select name="order">
            <option value="newest">Newest first</option>
            <option value="oldest" selected={filter.order === "oldest"}>
              Oldest first
            </option>
            {sort !== undefined && (
              <option value={sortText(sort)} selected>
                {shortName(sort.column)}, {directionWords(sort)}
              </option>
            )}
          </select>
        </label>
        <details class="columns">
          <summary>Columns</summary>
          {allColumns
            .filter(({ page: where }) => where !== "file")
            .map((column) => (
              <label key={column.id} class="pick">
                <input type="checkbox" name="column" value={column.id} checked={columns.includes(column)} />
                {column.name}
              </label>
            ))}
        </details>
      </Filter>
      <Damaged rows={page.damaged} only={filter.only} />
      <UnreadSettings unread={page.unread} session={session} />
      {notSorted !== undefined && (
        <Notice kind="warning" title="The visits are in the order of time">
          <p>{NOT_SORTED[notSorted.because](shortName(notSorted.column))}</p>
        </Notice>
      )}
      {page.isAnew && (
        <Notice kind="warning" title="The list begins again">
          <p>
            Names that it is sorted by have changed, or there are new ones, so these are its first visits.
          </p>
        </Notice>
      )}
      {page.rows.length === 0 ? (
        <Card>
          <p>No such visit. A longer time or fewer conditions may show some.</p>
        </Card>
      ) : (
        <Table rows={page.rows} columns={columns} head={heads(filter, sort, parameters)} />
      )}
      {page.next !== undefined && (
        <p class="actions">
          <ButtonLink
            href={`${portalPath("reports")}?${nextPage(parameters, page.next, notSorted && filter.order)}`}
            weight="secondary"
          >
            {sort !== undefined ? "More visits" : filter.order === "newest" ? "Older visits" : "Later visits"}
          </ButtonLink>
        </p>
      )}
    </>
  );
  const commands = (
    <>
      <ButtonLink href={`${portalPath("reports")}?${otherView(parameters, isWhole)}`} weight="quiet">
        {isWhole ? "Leave the whole window" : "Use the whole window"}
      </ButtonLink>
      <PostForm action={portalPath("reportCsv")} data-file>
        {Object.entries(asParameters(filter)).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Button weight="secondary">
          <Icon name="file" />
          Export as CSV
        </Button>
      </PostForm>
    </>
  );
  return pages({ session, at: "reports", title: "Reports", commands, main, isWhole });
}

export function Damaged({ rows, only }: { readonly rows: number; readonly only: Only }) {
  if (rows === 0) return null;
  return (
    <Notice kind="warning" title="Not every visit can be read">
      <p>
        {damagedWords(rows, only)}{" "}
        {only === undefined
          ? unreadableRows("usage")
          : "They may be of your departments. Tell an administrator of the connector."}
      </p>
    </Notice>
  );
}

/** The query of the same page in the other view: beside the navigation, or in the whole window. */
function otherView(parameters: URLSearchParams, isWhole: boolean): string {
  const query = new URLSearchParams(parameters);
  if (isWhole) query.delete("view");
  else query.set("view", "whole");
  return query.toString();
}

/** The query of the same page with another parameter, from its beginning. */
function queryWith(parameters: URLSearchParams, name: "after" | "order", value: string): string {
  const query = new URLSearchParams(parameters);
  query.delete("after");
  query.set(name, value);
  return query.toString();
}

/** @param order the order that the visits are in, where it is not the one that was asked for */
function nextPage(parameters: URLSearchParams, next: string, order: string | undefined): string {
  const query = new URLSearchParams(parameters);
  if (order !== undefined) query.set("order", order);
  return queryWith(query, "after", next);
}

const NOT_SORTED: Readonly<Record<NotSorted, (column: string) => string>> = {
  "too-many-staff": (column) =>
    `More than ${String(MOST_STAFF)} members of staff had visits in this time. To sort by ${column}, each of their names is read from the directory, and more than that are not. Choose a department or a shorter time, or sort the file.`,
  "directory-silent": (column) =>
    `To sort by ${column}, names of staff are read from the directory, and it did not answer for all of them just now. Try again in a minute.`,
};

interface Head {
  readonly order: string;
  readonly sorted: "ascending" | "descending" | undefined;
}

/** By what a column's head sorts, and whether the visits are sorted by it; undefined where nothing can be sorted by it. */
function heads(filter: ReportFilter, sort: Sort | undefined, parameters: URLSearchParams) {
  const headOf = (column: Column): Head | undefined => {
    if (column.id === "scheduled") {
      const isNewest = filter.order === "newest";
      if (sort !== undefined) return { order: "newest", sorted: undefined };
      return { order: isNewest ? "oldest" : "newest", sorted: isNewest ? "descending" : "ascending" };
    }
    if (column.sorts === undefined) return undefined;
    if (sort?.column.id !== column.id)
      return { order: sortText({ column, isDown: column.sorts !== "words" }), sorted: undefined };
    return {
      order: sortText({ column, isDown: !sort.isDown }),
      sorted: sort.isDown ? "descending" : "ascending",
    };
  };
  return (column: Column): { readonly href: string; readonly sorted: Head["sorted"] } | undefined => {
    const head = headOf(column);
    const query = head && queryWith(parameters, "order", head.order);
    return head && { href: `${portalPath("reports")}?${query ?? ""}`, sorted: head.sorted };
  };
}

const shortName = ({ name }: Column): string => name.replace(" (s)", "");

const directionWords = ({ column, isDown }: Sort): string => {
  if (column.ofMonth) return isDown ? "Yes first" : "No first";
  if (column.sorts === "times") return isDown ? "latest first" : "earliest first";
  if (column.sorts === "words") return isDown ? "Z to A" : "A to Z";
  return isDown ? "highest first" : "lowest first";
};

interface TableProps {
  readonly rows: readonly ReportRow[];
  readonly columns: readonly Column[];
  readonly head: ReturnType<typeof heads>;
}

function Table({ rows, columns, head }: TableProps) {
  return (
    <div class="table-frame" role="region" aria-label="Visits" tabIndex={0}>
      <table class="report">
        <thead>
          <tr>
            {columns.map((column) => {
              const by = head(column);
              return (
                <th key={column.id} scope="col" aria-sort={by?.sorted}>
                  {by === undefined ? shortName(column) : <a href={by.href}>{shortName(column)}</a>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.usage.id}>
              {columns.map((column, index) => {
                const says = (column.shown ?? column.of)(row) ?? "–";
                return index === 0 ? (
                  <th key={column.id} scope="row">
                    {says}
                  </th>
                ) : (
                  <td key={column.id}>{says}</td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
