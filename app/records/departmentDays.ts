/** When each department last had a visit, so that one without visits for long is noticed. */
import * as z from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersIfReadable, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const day = z.iso.date();
const members = z.object({
  since: day.meta({ description: "the day since when it is watched" }),
  last: day.exactOptional().meta({ description: "the day of its last visit" }),
});

export const departmentDays: RecordKind<typeof members> = {
  container: "ticks",
  rows: "department-",
  what: "on which day a department last had a visit",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "departments";
const DAY_MS = 86_400_000;

export interface DepartmentDays {
  /** Notes that the department is there. A damaged row begins anew, as it does with the next visit. */
  watch(departmentId: string): Promise<void>;
  /** Notes a visit that has taken place, or was to. */
  had(departmentId: string, start: Date): Promise<void>;
  /**
   * How many whole days ago the last visit was, or how long it is watched without one; undefined for one not watched
   * yet, or whose row cannot be read.
   */
  quietDays(departmentId: string): Promise<number | undefined>;
}

export function openDepartmentDays(deps: {
  readonly store: Store;
  readonly now: () => Date;
}): DepartmentDays {
  const { store, now } = deps;
  /** The last day that this process has seen written of each department: there is one write a day and not one a visit. */
  const written = new Map<string, string>();
  const addressOf = (id: string) => ({ partition: PARTITION, id: "department-" + id });
  const read = async (departmentId: string) => {
    const { partition, id } = addressOf(departmentId);
    const stored = await store.read(departmentDays.container, partition, id);
    return stored && membersIfReadable(departmentDays, stored);
  };
  return {
    async watch(departmentId) {
      const first = { since: dayOf(now()) };
      const address = addressOf(departmentId);
      const kept = await changeOrBeginAnew(store, departmentDays, address, (before) =>
        before === undefined ? first : undefined,
      );
      if (kept === undefined)
        await createOrRead(store, departmentDays.container, {
          ...address,
          body: newBody(departmentDays, first),
        });
    },
    async had(departmentId, start) {
      const visited = dayOf(start);
      const known = written.get(departmentId);
      if (known !== undefined && known >= visited) return;
      const address = addressOf(departmentId);
      const changed = await changeOrBeginAnew(store, departmentDays, address, (before) => {
        const isLater = before?.last === undefined || before.last < visited;
        return isLater ? { since: dayOf(now()), ...before, last: visited } : undefined;
      });
      if (changed === undefined)
        await createOrRead(store, departmentDays.container, {
          ...address,
          body: newBody(departmentDays, { since: dayOf(now()), last: visited }),
        });
      written.set(departmentId, visited);
    },
    async quietDays(departmentId) {
      const kept = await read(departmentId);
      if (kept === undefined) return undefined;
      const from = Date.parse(kept.last ?? kept.since);
      return Math.max(0, Math.floor((now().getTime() - from) / DAY_MS));
    },
  };
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
