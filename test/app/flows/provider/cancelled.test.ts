/** Which appointments are off, by which answer of the chart, and what is done about it at once. */
import { describe, expect, test } from "vitest";
import type { Believing, KeptBefore } from "../../../../app/flows/provider/believed.ts";
import { cancelNow, takenOff } from "../../../../app/flows/provider/cancelled.ts";
import type { StatedAppointment } from "../../../../app/ports/ehr.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { chartFault } from "../../../harness/launched.ts";

const NOW = new Date("2026-12-01T16:00:00Z");
const minutes = (from: number) => new Date(NOW.getTime() + from * 60_000);
const OPEN = { state: "open" };
const FOUND = { id: "f-1", standing: "on", start: minutes(60), end: minutes(90), seen: "s", changes: 1 };

const one = (id: string, status: StatedAppointment["status"] = "cancelled") =>
  ({ id, status }) as StatedAppointment;

interface Chart {
  /** For each id, what a read by it gives; of others nothing is shown. */
  readonly read?: Readonly<Record<string, StatedAppointment | Error>>;
  /** For each id, the visit that is kept. */
  readonly visits?: Readonly<Record<string, object>>;
  readonly found?: object | Error;
}

function chartOf({ read = {}, visits = {}, found }: Chart) {
  const asked: string[] = [];
  const believing = {
    parts: {
      visits: {
        ofAppointment: ({ appointmentId }: { readonly appointmentId: string }) =>
          Promise.resolve(visits[appointmentId]),
      },
      foundVisits: {
        idOf: (_base: string, id: string) => id,
        byId: () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found)),
      },
    },
    chart: {
      appointment(id: string) {
        asked.push(id);
        const came = read[id];
        return came instanceof Error ? Promise.reject(came) : Promise.resolve(came);
      },
    },
    session: { connection: { id: "lamna", fhirBaseUrl: "https://fhir.example" }, grant: {} },
  } as unknown as Believing;
  return { asked, believing };
}

describe("what an answer of the chart says does not take place", () => {
  const take = async (chart: Chart, off: readonly StatedAppointment[], told: readonly string[] = []) => {
    const { asked, believing } = chartOf(chart);
    const { cancelled, on, unread, unshown } = await takenOff(believing, off, undefined, ({ id }) =>
      told.includes(id),
    );
    const ons = on.map(({ appointment, before }) => [appointment?.id, before.visit]);
    return { asked, cancelled: [...cancelled], on: ons, unread, unshown };
  };
  const NOTHING = { asked: [], cancelled: [], on: [], unread: [], unshown: [] };

  test("is off at once where it was read by its id, with what was kept of it, and is not read again", async () => {
    const { asked, believing } = chartOf({ visits: { a: { state: "ended" } } });
    const before = { visit: OPEN } as KeptBefore;
    const taken = await takenOff(believing, [one("a")], new Map([["a", before]]), () => true);
    expect({ ...taken, cancelled: [...taken.cancelled], asked }).toEqual({
      ...NOTHING,
      cancelled: [["a", before]],
    });
  });

  test.each<[what: string, chart: Chart, told: boolean, isRead: boolean]>([
    ["of which nobody has a link", {}, false, false],
    ["of which the clinician is told", {}, true, true],
    ["whose visit is open", { visits: { a: OPEN } }, false, true],
    [
      "whose visit is canceled already",
      { visits: { a: { state: "cancelled" } }, found: FOUND },
      false,
      false,
    ],
    ["that was found, and of which a round may have made links", { found: FOUND }, false, true],
    ["that was found to be canceled", { found: { ...FOUND, standing: "cancelled" } }, false, false],
    ["of which it cannot be read whether it was found", { found: new StoreFault("it is away") }, false, true],
  ])(
    "in a search is read by its id where somebody may go by it: one %s",
    async (_what, chart, told, isRead) => {
      const { asked, cancelled } = await take(
        { ...chart, read: { a: one("a") } },
        [one("a")],
        told ? ["a"] : [],
      );
      expect([asked, cancelled.map(([id]) => id)]).toEqual(isRead ? [["a"], ["a"]] : [[], []]);
    },
  );

  test("is on where that read says so, and off where it says the same", async () => {
    const visits = { a: OPEN, b: OPEN };
    const read = { a: one("a", "booked"), b: one("b", "entered-in-error") };
    expect(await take({ visits, read }, [one("a"), one("b")])).toEqual({
      ...NOTHING,
      asked: ["a", "b"],
      cancelled: [["b", { visit: OPEN }]],
      on: [["a", OPEN]],
    });
  });

  test("is neither where the chart does not show it by its id: the clinician who would be told of it learns that", async () => {
    const visits = { a: OPEN, b: OPEN };
    expect(await take({ visits }, [one("a"), one("b")], ["b"])).toEqual({
      ...NOTHING,
      asked: ["a", "b"],
      unshown: ["b"],
    });
  });

  test("is neither where it cannot be read, and says why; each is read once, and twenty at most", async () => {
    const refused = chartFault("chart-refused");
    expect(await take({ visits: { a: OPEN }, read: { a: refused } }, [one("a"), one("a")])).toEqual({
      ...NOTHING,
      asked: ["a"],
      unread: [refused],
    });
    const many = Array.from({ length: 25 }, (_one, index) => one("a" + String(index)));
    const ids = many.map(({ id }) => id);
    expect((await take({}, many, ids)).asked).toEqual(ids.slice(0, 20));
  });
});

describe("an appointment that is read to be canceled", () => {
  const cancel = async (before: object) => {
    const done: string[] = [];
    const edited: unknown[] = [];
    const parts = {
      now: () => NOW,
      visits: {
        cancel: (connection: string, id: string) =>
          Promise.resolve(void done.push(`off ${connection} ${id}`)),
      },
      foundVisits: {
        idOf: (base: string, id: string) => base + "/" + id,
        edit(id: string, edit: (found: object) => { readonly found: object; readonly change?: string }) {
          done.push("edited " + id);
          // Meanwhile a round may have found something else.
          for (const meanwhile of [FOUND, { ...FOUND, seen: "else" }]) {
            const { found, change } = edit(meanwhile);
            edited.push([(found as typeof FOUND).standing, change, found === meanwhile]);
          }
          return Promise.resolve();
        },
      },
      jobs: {
        now: () => NOW,
        add({ kind, key }: Record<"kind" | "key", string>) {
          done.push(`${kind} ${key}`);
          return Promise.resolve("added");
        },
      },
    } as unknown as Parameters<typeof cancelNow>[0];
    const connection = { id: "lamna", fhirBaseUrl: "https://fhir.example" } as unknown as Parameters<
      typeof cancelNow
    >[1];
    await cancelNow(parts, connection, "a-1", before as KeptBefore);
    return { done, edited };
  };
  const PREPARED = "prepare https://fhir.example/a-1";

  test("is off; where nobody has found it that is all", async () => {
    expect((await cancel({ visit: OPEN })).done).toEqual(["off lamna a-1"]);
  });

  test("is told by whoever prepares it, whose own read it then is, where it has its visit", async () => {
    expect((await cancel({ visit: OPEN, found: FOUND })).done).toEqual(["off lamna a-1", PREPARED]);
  });

  test("is off where it was found, too, unless a round has found something else since", async () => {
    const { done, edited } = await cancel({ visit: undefined, found: FOUND });
    expect(done).toEqual(["off lamna a-1", "edited f-1", PREPARED]);
    expect(edited).toEqual([
      ["cancelled", "cancelled", false],
      ["on", undefined, true],
    ]);
  });

  test("that was moved to times that are over is off where it was found: nobody prepares it there", async () => {
    const moved = { ...FOUND, start: minutes(-30), end: NOW, wasAt: minutes(60) };
    expect((await cancel({ visit: OPEN, found: moved })).done).toEqual([
      "off lamna a-1",
      "edited f-1",
      PREPARED,
    ]);
  });

  test.each<[what: string, found: object]>([
    ["is known to be canceled", { ...FOUND, standing: "cancelled" }],
    ["is over", { ...FOUND, start: minutes(-30), end: NOW }],
  ])("that %s is told to nobody anew", async (_what, found) => {
    expect((await cancel({ visit: undefined, found })).done).toEqual(["off lamna a-1"]);
  });

  test("waits for its row, with whoever prepares it, where that cannot be read", async () => {
    expect((await cancel({ visit: undefined, found: "not-known" })).done).toEqual([
      "off lamna a-1",
      PREPARED,
    ]);
  });
});
