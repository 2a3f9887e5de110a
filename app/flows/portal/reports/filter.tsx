/** The top of all pages of the reports: the tabs, and the filter of the visits. */
import type { ComponentChildren } from "preact";
import { Button, Notice } from "../../../web/components.tsx";
import { portalPath, type PortalPageName } from "../addresses.ts";
import { asParameters, RANGES, shownDays, STANDINGS, type ReportFilter } from "./asked.ts";

const TABS = [
  ["reports", "Visits"],
  ["reportUsage", "Usage"],
  ["reportTexts", "Texts"],
  ["reportQuality", "Call quality"],
  ["reportAllocation", "Allocation"],
  ["reportWords", "What the numbers mean"],
  ["reportSettings", "Settings"],
] as const satisfies readonly (readonly [PortalPageName, string])[];

type Tab = (typeof TABS)[number][0];
/** The tabs that have a filter. */
type Filtered = Exclude<Tab, "reportAllocation" | "reportSettings">;

interface TabsProps {
  readonly at: Tab;
  readonly filter?: ReportFilter;
  /** Whether the person may set what reports do. */
  readonly configures: boolean;
}

export function ReportTabs({ at, filter, configures }: TabsProps) {
  const query = filter === undefined ? "" : "?" + new URLSearchParams(asParameters(filter)).toString();
  return (
    <nav class="tabs" aria-label="Reports">
      <ul>
        {TABS.filter(([name]) => configures || name !== "reportSettings").map(([name, says]) => (
          <li key={name}>
            <a href={portalPath(name) + query} aria-current={name === at ? "page" : undefined}>
              {says}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const STANDING_WORDS: Readonly<Record<ReportFilter["standing"], string>> = {
  all: "All visits",
  completed: "Completed",
  "no-show": "No shows",
  "not-known": "Not known",
};

interface FilterProps {
  readonly filter: ReportFilter;
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly to: Filtered;
  readonly children?: ComponentChildren;
}

export function Filter({ filter, departments, to, children }: FilterProps) {
  const { days, firstDay, lastDay, department, standing, fault, noDepartment, zone, only } = filter;
  const chosen = departments.find(({ id }) => id === department)?.name;
  const everyDepartment = only === undefined ? "All departments" : "All of your departments";
  return (
    <>
      {fault !== undefined && (
        <Notice kind="error" title="That time cannot be shown">
          <p>{fault} The last 30 days are shown.</p>
        </Notice>
      )}
      {noDepartment !== undefined && (
        <Notice kind="error" title="There is no such department">
          <p>{noDepartment} Choose one below.</p>
        </Notice>
      )}
      <form method="get" action={portalPath(to)} class="filter">
        <input type="hidden" name="shown" value={shownDays(filter)} />
        <label>
          Time
          <select name="days">
            {RANGES.map((range) => (
              <option key={range} value={String(range)} selected={range === days}>
                Last {String(range)} days
              </option>
            ))}
            <option value="" selected={days === undefined}>
              These days:
            </option>
          </select>
        </label>
        <label>
          First day
          <input type="date" name="from" value={firstDay} />
        </label>
        <label>
          Last day
          <input type="date" name="to" value={lastDay} />
        </label>
        <label>
          Department
          <select name="department">
            <option value="">{everyDepartment}</option>
            {departments.map(({ id, name }) => (
              <option key={id} value={id} selected={id === department}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Status
          <select name="standing">
            {STANDINGS.map((one) => (
              <option key={one} value={one} selected={one === standing}>
                {STANDING_WORDS[one]}
              </option>
            ))}
          </select>
        </label>
        {children}
        <Button weight="secondary">Show</Button>
      </form>
      <p class="quiet">
        {`${STANDING_WORDS[standing]} scheduled from ${firstDay} to ${lastDay}, ${chosen ?? (department === "" ? everyDepartment.toLowerCase() : department)}. Days begin and end at midnight of ${zone}.`}
      </p>
    </>
  );
}
