/**
 * The page of the allocation of visits: how much of a month's is used and left, when it may run out, and the form that sets
 * it.
 */
import type { PortalAllocation } from "../../../records/portalAllocation.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { proposalId } from "../../../records/proposals.ts";
import type { Setting } from "../../../records/settings.ts";
import { Button, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { TypedIsKept } from "../changedMeanwhile.tsx";
import { Icon } from "../icon.tsx";
import { ListTable } from "../listTable.tsx";
import type { PortalPages } from "../pages.tsx";
import { NothingUntilAnswered } from "../waitingInForm.tsx";
import type { Allocated, Used } from "./allocated.ts";
import { ColumnChart } from "./charts.tsx";
import { ReportTabs } from "./filter.tsx";
import { UnreadSettings } from "./unreadSettings.tsx";
import { Damaged } from "./visitsPage.tsx";
import type { DepartmentName, Only } from "./whose.ts";
import { PostForm } from "../postForm.tsx";

export interface Refusal {
  readonly title: string;
  readonly says: string;
}

interface Shown {
  readonly allocated: Allocated;
  readonly departments: readonly DepartmentName[];
  readonly only: Only;
  /** Undefined for somebody who may not set it, and where nobody has set it. */
  readonly setting: Setting<PortalAllocation> | undefined;
  readonly isWaiting: boolean;
  readonly refusal: Refusal | undefined;
  /** What was typed into a field, to be shown again because it cannot be set; empty where nothing was typed. */
  readonly typed: ((name: string) => string) | undefined;
  /** Revision of what the form was opened with; undefined where it has what is kept now. */
  readonly revision?: number | undefined;
  /** Whether somebody else has changed it while the form was open. */
  readonly isMoved?: boolean;
}

export function allocationPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { allocated, only, refusal } = shown;
  const { month, months, zone, hospital, departments, damaged } = allocated;
  const all = hospital === undefined ? departments : [hospital, ...departments];
  const within = departments.map(({ completed, exceeded = 0 }) => completed - exceeded);
  const main = (
    <>
      <ReportTabs at="reportAllocation" configures={session.rights.includes("configure")} />
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      <p class="quiet">
        Months and days are those of {zone}. A visit is completed where a member of staff and somebody else
        were in the meeting at the same time; others use nothing of an allocation, and nobody is kept from a
        visit by it.
      </p>
      <form method="get" action={portalPath("reportAllocation")} class="filter">
        <label>
          Month
          <select name="month">
            {months.map((one) => (
              <option key={one} value={one} selected={one === month}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <Button weight="secondary">Show</Button>
      </form>
      <Damaged rows={damaged} only={only} />
      <UnreadSettings unread={allocated.unread} session={session} />
      <Card title={"Completed visits in " + month}>
        {all.length === 0 ? (
          <p>No visit was completed in this month.</p>
        ) : (
          <ListTable
            label="What is used of the allocation"
            heads={["Whose", "Allocated", "Completed", "Remaining", "Exceeded", "Runs out"]}
          >
            {all.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th>
                {[one.allocated, one.completed, one.remaining, one.exceeded].map((count, at) => (
                  <td key={at}>{count === undefined ? "–" : String(count)}</td>
                ))}
                <td>{runsOutWords(one, allocated.isNow)}</td>
              </tr>
            ))}
          </ListTable>
        )}
        {allocated.isNow && all.some(({ remaining = 0 }) => remaining > 0) && (
          <p class="quiet">
            The day in advance is an estimate from the last eight weeks, weekday by weekday. Of ten such
            estimates eight hold: the earlier day is too late in one of ten, and the later one too early in
            one of ten. It knows neither holidays nor visits that are booked already.
          </p>
        )}
      </Card>
      {departments.length > 0 && (
        <ColumnChart
          id="allocation"
          title="By department"
          says={`Completed visits in ${month}, within what is allocated to the department and beyond it.`}
          categories={departments.map(({ name }) => name)}
          categoriesAre="Department"
          series={[
            { name: "Within", values: within },
            { name: "Exceeded", values: departments.map(({ exceeded = 0 }) => exceeded) },
          ]}
        />
      )}
      {session.rights.includes("configure") && allocated.unread.length === 0 && <Form {...shown} />}
    </>
  );
  const commands = (
    <PostForm action={portalPath("reportAllocationCsv")} data-file>
      <input type="hidden" name="month" value={month} />
      <Button weight="secondary">
        <Icon name="file" />
        Export as CSV
      </Button>
    </PostForm>
  );
  return pages({ session, at: "reports", title: "Reports", commands, main });
}

/** When an allocation ran out, or will. */
function runsOutWords({ allocated, ranOutOn, forecast }: Used, isNow: boolean): string {
  if (allocated === undefined) return "–";
  if (ranOutOn !== undefined) return "Ran out on " + ranOutOn;
  if (!isNow) return "Did not run out";
  if (forecast === undefined) return "Not known: fewer than four weeks of visits";
  const { early, likely, late } = forecast;
  if (early === undefined) return "Hardly in this month (less than one chance in ten)";
  const earliest = `on ${early} at the earliest`;
  if (likely === undefined) return `Rather not in this month (${earliest})`;
  if (early === late) return `About ${likely} (quite sure)`;
  return late === undefined
    ? `About ${likely} (${earliest}, perhaps not in this month)`
    : `About ${likely} (between ${early} and ${late})`;
}

function Form({ departments, setting, isWaiting, typed, revision, isMoved = false }: Shown) {
  const { hospital, departments: own = [] } = setting?.value ?? {};
  const fields = [
    { name: "hospital", says: "The whole hospital", value: hospital },
    ...departments.map(({ id, name }) => ({
      name: "department-" + id,
      says: name,
      value: own.find((one) => one.id === id)?.visits,
    })),
  ].map(({ value, ...field }) => {
    const now = value === undefined ? "" : String(value);
    return { ...field, now, value: typed?.(field.name) ?? now };
  });
  return (
    <Card title="What is allocated">
      {isWaiting && (
        <NothingUntilAnswered
          what="the allocation"
          at={portalPath("proposal", proposalId({ kind: "allocation", id: "allocation" }))}
        />
      )}
      {isMoved && (
        <TypedIsKept
          what="allocation"
          rows={fields
            .filter(({ now, value }) => now !== value)
            .map(({ says, now, value }) => [says, value, now])}
        />
      )}
      <p class="quiet">
        Visits a month, for the whole hospital, for departments, or both; an empty field allocates nothing.
      </p>
      <PostForm action={portalPath("setAllocation")}>
        <input type="hidden" name="revision" value={String(revision ?? setting?.revision ?? 0)} />
        <div class="filter">
          {fields.map(({ name, says, value }) => (
            <label key={name}>
              {says}
              <input type="text" inputMode="numeric" autocomplete="off" name={name} value={value} />
            </label>
          ))}
        </div>
        <p class="actions">
          <Button>Save</Button>
        </p>
      </PostForm>
    </Card>
  );
}
