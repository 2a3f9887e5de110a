/** A visit in the department that it was opened in: what the page shows of it where the chart names no department here. */
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../../../app/flows/provider/departments.ts";
import {
  inKeptDepartment,
  inRemovedDepartment,
  keptVisit,
} from "../../../../app/flows/provider/keptVisit.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { chartFault, problemOf } from "../../../harness/launched.ts";

const CLINIC = departmentOf("lamna");
const HOSPITAL = { name: "Example Hospital", phone: "+12025550100" };
/** What is shown in place of a department that was removed. */
const REMOVED = { ...HOSPITAL, nameInTexts: false, timeZone: CLINIC.timeZone };
const kept = (departmentId: string) => ({ id: "v-1", connectionId: "lamna", departmentId, epoch: 1 });
const HERE = kept(CLINIC.id);
const GONE = kept("gone");
const SUBJECT = { kind: "appointment", appointmentId: "a-1", visitId: "v-1", epoch: 1 } as const;
type Parts = Parameters<typeof inKeptDepartment>[0];
type Facts = Parameters<typeof inKeptDepartment>[1];

/** @param visit the visit that is kept, if there is one */
function partsOf(visit: ReturnType<typeof kept> | undefined, known: () => Promise<unknown> = follows) {
  return {
    hospital: {
      department: (id: string) => Promise.resolve(id === CLINIC.id ? CLINIC : undefined),
      departments: () => Promise.resolve([CLINIC]),
      organization: HOSPITAL,
    },
    visits: {
      byId: () => Promise.resolve(visit),
      ofAppointment: () => Promise.resolve(visit),
      known,
    },
  } as unknown as Parts;
}
const FOLLOWED = { id: "v-1", follows: "the chart" };
const follows = () => Promise.resolve(FOLLOWED);

describe("without the chart, the visit of the launch", () => {
  test("is shown in its department, or in the hospital's name where that was removed, which is said", async () => {
    expect(await keptVisit(partsOf(HERE), SUBJECT)).toEqual({
      ...{ kind: "visit", hints: [], department: CLINIC, visit: HERE, notRead: [] },
    });
    expect(await keptVisit(partsOf(GONE), SUBJECT)).toEqual({
      ...{ kind: "visit", hints: [], department: REMOVED, visit: GONE },
      notRead: [{ kind: "department-removed" }],
    });
  });

  test("is none where the launch has opened none, or the chart has given it to another patient since", async () => {
    expect(await keptVisit(partsOf(HERE), undefined)).toBeUndefined();
    expect(await keptVisit(partsOf({ ...HERE, epoch: 2 }), SUBJECT)).toBeUndefined();
  });
});

describe("an appointment that is offered", () => {
  const offered = (
    visit: ReturnType<typeof kept> | undefined,
    { clock = "instant", ...more }: Partial<Candidate> & { readonly clock?: "instant" | "wall" } = {},
  ) => {
    const candidate = {
      ...{ appointment: { id: "a-1", clock }, department: undefined, isLocationHidden: false },
      ...{ before: { visit }, ...more },
    } as unknown as Candidate;
    return inRemovedDepartment(partsOf(visit), candidate).then((came) => [came === candidate, came.removed]);
  };

  test("can be opened as it is kept where its department was removed", async () => {
    expect(await offered(GONE)).toEqual([false, REMOVED]);
  });

  test.each<[what: string, visit: ReturnType<typeof kept> | undefined, more: Parameters<typeof offered>[1]]>([
    ["whose visit has its department still", HERE, {}],
    ["that the chart has in a department of ours by now", GONE, { department: CLINIC }],
    ["that has no visit", undefined, {}],
    ["whose visit was not asked for", GONE, { before: undefined as never }],
    ["at a time of no known zone", GONE, { clock: "wall" }],
  ])("is left as it is: one %s", async (_what, visit, more) => {
    expect(await offered(visit, more)).toEqual([true, undefined]);
  });
});

describe("the visit of an appointment at no department here", () => {
  const facts = { connectionId: "lamna", appointmentId: "a-1" } as unknown as NonNullable<Facts>;
  const look = (
    visit: ReturnType<typeof kept> | undefined,
    known = false,
    isHidden = false,
    of: Facts = facts,
  ) => inKeptDepartment(partsOf(visit), of, known ? SUBJECT : undefined, isHidden);

  test("follows the chart where this launch has opened it, and the page says why it is not read", async () => {
    const shown = { visit: FOLLOWED, department: CLINIC };
    expect(await look(HERE, true)).toEqual({ ...shown, notRead: [{ kind: "department" }] });
    expect(await look(HERE, true, true)).toEqual({ ...shown, notRead: [{ kind: "location" }] });
  });

  test("follows it where its department was removed, whoever has opened it", async () => {
    const shown = { visit: FOLLOWED, department: REMOVED, notRead: [{ kind: "department-removed" }] };
    expect([await look(GONE), await look(GONE, true)]).toEqual([shown, shown]);
  });

  test("is left as it is, and not shown, where this launch has not opened it, or it has no time that is known", async () => {
    expect(await look(HERE)).toBeUndefined();
    expect(await look({ ...HERE, epoch: 2 }, true)).toBeUndefined();
    expect(await look(undefined, true)).toBeUndefined();
    expect(await inKeptDepartment(partsOf(GONE), undefined, SUBJECT, false)).toBeUndefined();
  });

  test("is shown to nobody where it cannot be read whose it is by now; what ends the look is told as it is", async () => {
    const failing = (error: Error) =>
      problemOf(
        inKeptDepartment(
          partsOf(GONE, () => Promise.reject(error)),
          facts,
          undefined,
          false,
        ),
      );
    expect(await failing(chartFault("chart-unavailable"))).toEqual({ kind: "whose-untold" });
    for (const kind of ["session-over", "token-refused"] as const)
      expect(await failing(chartFault(kind))).toEqual({ kind });
    const bug = new TypeError("a bug");
    expect(await failing(bug)).toBe(bug);
  });
});
