/** Which departments have had no visit for long: often the chart has other locations by now than they name. */
import { QUIET_DAYS } from "../../domain/defaults.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Check, Tick } from "../../web/flow.ts";
import type { ReportPicks } from "./parts.ts";

type Picks = Pick<ReportPicks, "departmentDays" | "hospital">;

const A_DAY_SECONDS = 86_400;

/** A department counts from the day on which it is first seen here, so a new one is not told of. */
export const watchDepartments = (picks: Picks): Tick => ({
  name: "reports.departments",
  concerns: "everybody",
  everySeconds: A_DAY_SECONDS,
  run: async () => {
    for (const { id } of await everyDepartment(picks)) await picks.departmentDays.watch(id);
  },
});

export async function quietDepartments(picks: Picks): Promise<readonly Check[]> {
  const departments = await everyDepartment(picks);
  return Promise.all(
    departments.map(async ({ id, name }): Promise<Check> => {
      const check = { name: "quiet-departments", of: id } as const;
      const days = await picks.departmentDays.quietDays(id);
      if (days === undefined)
        return { ...check, unseen: "It is watched from the first day on; that begins within a day." };
      if (days < QUIET_DAYS) return check;
      return {
        ...check,
        isWarning: true,
        fault: `${name} has had no visit for ${String(days)} days.`,
      };
    }),
  );
}

/** The departments of every connection that is on. */
async function everyDepartment({ hospital }: Pick<Picks, "hospital">): Promise<readonly Department[]> {
  const connections = await hospital.connections();
  return (await Promise.all(connections.map(({ id }) => hospital.departments(id)))).flat();
}
