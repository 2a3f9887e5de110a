/** All that is kept of a chart's locations and of departments, beside their settings. */
import type { Store } from "../ports/store.ts";
import { openDepartmentDays } from "./departmentDays.ts";
import { openLocationRecords } from "./locations.ts";
import { openSearched } from "./searched.ts";
import { openStrayRecords } from "./strays.ts";

export const openAboutLocations = (deps: { readonly store: Store; readonly now: () => Date }) => ({
  locations: openLocationRecords(deps),
  searched: openSearched(deps),
  strays: openStrayRecords(deps),
  departmentDays: openDepartmentDays(deps),
});
