/** A change that cannot be told yet, and nobody knows for how long, puts the visit at risk until it is told. */
import { describe, expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import { changeId, FOUND_PARTITION } from "../../../../app/records/visitChanges.ts";
import { messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** A hospital on Monday, January 4th, at ten, with a visit of p-a that starts after as many minutes. */
async function hospital(inMinutes: number, { isTold = true } = {}) {
  const deployment = messagesDeployment();
  onTestFinished(() => deployment.close());
  const { chart, parts, store } = deployment;
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  chart.recipients.set("p-a", { textNumber: NUMBER });
  if (!isTold) chart.hidden.add("p-a");
  const start = deployment.inMinutes(inMinutes);
  chart.book({ id: "a", start });
  await deployment.turn();
  expect(deployment.texts).toHaveLength(isTold ? 1 : 0);
  deployment.texts.splice(0);
  const id = deployment.visitOf("lamna", "a");
  return {
    ...deployment,
    id,
    later: (minutes: number) => new Date(start.getTime() + minutes * 60_000),
    change: (change: Partial<Booked>) => chart.change("a", change),
    risk: async () => {
      const found = await parts.foundVisits.byId(id);
      return found && riskOf({ ...found, hasMeeting: true, links: "links" }, deployment.now());
    },
    /** Damages a row. @returns what mends it */
    damage: async (container: "messages" | "visits", partition: string, row: string) => {
      const was = await store.read(container, partition, row);
      if (was === undefined) throw new Error("no such row");
      const { etag, ...item } = was;
      const damaged = await store.replace(container, { ...item, body: { v: 1, damaged: "yes" } }, etag);
      return () => store.replace(container, item, damaged.etag);
    },
    /** How long the message of a change waits each time, in seconds. */
    waits: async () => {
      const open = (await parts.jobs.readSlice("open", { limit: 100 })).jobs;
      return open.flatMap(({ job: { kind, due, of, lastFailure } }) =>
        kind === "message" && (of["what"] ?? "").startsWith("change") && lastFailure !== undefined
          ? [(due.getTime() - lastFailure.at.getTime()) / 1_000]
          : [],
      );
    },
  };
}
type Hospital = Awaited<ReturnType<typeof hospital>>;

const TOO_LARGE: Trouble = { kind: "too-large", reason: "more than is read" };
const DOWN: Trouble = { kind: "down", reason: "away" };

describe("while the chart does not let it be told, a visit that is", () => {
  const EARLIER = (at: Hospital) => ({ start: at.later(-4 * HOUR) });
  const OFF = () => ({ status: "cancelled" }) as const;
  const HIDES = (at: Hospital) => {
    at.chart.hidden.add("p-a");
    return () => at.chart.hidden.clear();
  };
  const FAILS = (trouble: Trouble) => (at: Hospital) => {
    at.chart.trouble = (request) => (request === "patient" ? trouble : undefined);
    return () => (at.chart.trouble = () => undefined);
  };
  const READS = (appointment: Partial<Booked>) => (at: Hospital) => {
    // What was found is not what the chart says when the message is about to leave.
    const read = at.parts.systemEhr.chart.bind(at.parts.systemEhr);
    at.parts.systemEhr.chart = (...asked) => {
      const chart = read(...asked);
      return {
        ...chart,
        async appointment(id) {
          const said = await chart.appointment(id);
          return said.kind === "read"
            ? ({ ...said, appointment: { ...said.appointment, ...appointment } } as typeof said)
            : said;
        },
      };
    };
    return () => (at.parts.systemEhr.chart = read);
  };
  test.each([
    ["moved to an earlier hour, and hides the patient", EARLIER, HIDES, /moved/],
    ["cancelled, and hides the patient", OFF, HIDES, /canceled/],
    ["moved, and does not answer", EARLIER, FAILS(DOWN), /moved/],
    ["cancelled, and does not answer", OFF, FAILS(DOWN), /canceled/],
    ["moved, and names nobody", EARLIER, READS({ patients: [] }), /moved/],
    ["cancelled, and has a status of its own", OFF, READS({ status: "unknown" }), /canceled/],
  ] as const)("%s, is at risk within minutes, until it is told", async (_what, to, begins, words) => {
    const at = await hospital(12 * HOUR);
    const shows = HIDES(at);
    at.change(to(at));
    await at.turn();
    expect(await at.risk()).not.toBe("untold");
    shows();
    const ends = begins(at);
    await at.wait(10);
    expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
    ends();
    await at.wait(40);
    expect(at.saying(words)).toHaveLength(1);
    expect(await at.risk()).not.toBe("untold");
  });
  test("moved, and does not say whose a record is that is too large", async () => {
    const at = await hospital(12 * HOUR);
    at.chart.combined.set("p-new", ["p-a"]);
    at.chart.trouble = (request) => (request === "patient" ? TOO_LARGE : undefined);
    at.change({ start: at.later(-4 * HOUR), patients: ["p-a", "p-new"] });
    await at.wait(10);
    expect(await at.parts.foundVisits.byId(at.id)).toMatchObject({ isUntold: true });
  });
  test("cancelled, and names nobody any more, is at risk at once", async () => {
    const at = await hospital(12 * HOUR);
    at.change({ status: "cancelled", patients: [] });
    await at.turn();
    expect(await at.risk()).toBe("untold");
    expect(await at.told("a")).toContain("cancellation text withheld no-patient");
  });
  test("cancelled, and names nobody any more, is not at risk where nobody was ever told of it", async () => {
    const at = await hospital(12 * HOUR, { isTold: false });
    at.change({ status: "cancelled", patients: [] });
    await at.turn();
    expect(await at.told("a")).toContain("cancellation text withheld no-patient");
    expect(await at.risk()).not.toBe("untold");
  });
  test("moved, of days ahead, is at risk after a quarter of an hour, and asked about each half hour at last", async () => {
    const at = await hospital(5 * DAY);
    HIDES(at);
    at.change({ start: at.later(DAY) });
    await at.wait(12);
    expect(await at.risk()).not.toBe("untold");
    await at.wait(15);
    expect(await at.risk()).toBe("untold");
    await at.wait(2 * HOUR, 5);
    expect(await at.waits()).toEqual([1_800]);
    at.chart.hidden.clear();
    await at.wait(HOUR, 5);
    expect(at.saying(/moved/)).toHaveLength(1);
    expect(await at.risk()).not.toBe("untold");
  });
  test("moved at night is at no risk while it waits for the morning alone", async () => {
    const at = await hospital(DAY);
    at.setClock("2027-01-04T22:00:00Z");
    at.change({ start: at.later(HOUR) });
    await at.wait(9 * HOUR, 15);
    expect([at.texts, await at.risk()]).not.toContain("untold");
    await at.wait(2 * HOUR, 5);
    expect(at.saying(/moved/)).toHaveLength(1);
  });
  test("moved from today to another day, is at risk within minutes", async () => {
    const at = await hospital(12 * HOUR);
    HIDES(at);
    at.change({ start: at.later(5 * DAY) });
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    await at.wait(2 * HOUR, 5);
    expect(await at.waits()).toEqual([300]);
  });
  test("not for whoever was told nothing by us, nor once it is as they were told", async () => {
    const at = await hospital(12 * HOUR, { isTold: false });
    at.change({ start: at.later(HOUR) });
    await at.wait(30, 5);
    expect(await at.risk()).not.toBe("untold");
    const other = await hospital(12 * HOUR);
    HIDES(other);
    other.change({ start: other.later(HOUR) });
    await other.wait(10);
    expect(await other.risk()).toBe("untold");
    other.change({ start: other.later(0) });
    await other.wait(10);
    expect(await other.risk()).not.toBe("untold");
  });
});

describe("while a row cannot be read, a visit that is", () => {
  test.each([
    ["cancelled", { status: "cancelled" }, /canceled/],
    ["moved", { start: new Date("2027-01-04T18:00:00Z") }, /moved/],
  ] as const)("%s is at risk, where it is of its messages, until it is told", async (_, change, words) => {
    const at = await hospital(12 * HOUR);
    const [told] = await at.messages.of(at.id);
    const rows = (await at.store.list("messages", at.id, { limit: 10 })).items;
    expect([rows.length, told?.kind]).toEqual([1, "confirmation"]);
    const mend = await at.damage("messages", at.id, rows[0]?.id ?? "");
    at.change(change);
    await at.wait(10);
    expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
    await mend();
    await at.wait(10);
    expect(at.saying(words)).toHaveLength(1);
    expect(await at.risk()).not.toBe("untold");
  });
  test.each<[row: string, change: Partial<Booked>]>([
    ["its messages", { start: new Date("2027-01-08T10:00:00Z") }],
    ["its change", { start: new Date("2027-01-08T10:00:00Z"), status: "cancelled" }],
  ])("at risk at the time that its patient knows, stays so where the row is of %s", async (row, change) => {
    const at = await hospital(12 * HOUR);
    const rows = (await at.store.list("messages", at.id, { limit: 10 })).items;
    const { start, status } = change;
    at.chart.hidden.add("p-a");
    at.change({ ...(start && { start }) });
    await at.wait(10);
    if (status !== undefined) {
      at.change({ status });
      await at.wait(10);
    }
    const knownAt = at.later(0);
    expect(await at.parts.foundVisits.byId(at.id)).toMatchObject({ isUntold: true, knownAt });
    if (row === "its messages") await at.damage("messages", at.id, rows[0]?.id ?? "");
    else await at.damage("visits", FOUND_PARTITION, changeId(at.id, 3));
    await at.wait(30);
    expect(await at.parts.foundVisits.byId(at.id)).toMatchObject({ isUntold: true, knownAt });
  });
  test.each([
    ["new is at risk from its start on", "booked", true],
    ["new, and is missed, is not: nobody is to be told of it", "noshow", undefined],
  ] as const)("%s", async (_what, status, isUntold) => {
    const at = await hospital(HOUR, { isTold: false });
    const rows = (await at.store.list("messages", at.id, { limit: 10 })).items;
    expect(rows).toEqual([]);
    await at.messages.withhold(
      { visit: at.id, kind: "reminder", way: "text", start: at.later(0).toISOString(), which: "x" },
      "superseded",
    );
    const [row] = (await at.store.list("messages", at.id, { limit: 10 })).items;
    await at.damage("messages", at.id, row?.id ?? "");
    await at.wait(55, 5);
    expect(await at.risk()).not.toBe("untold");
    at.change({ status });
    await at.wait(15, 5);
    expect((await at.parts.foundVisits.byId(at.id))?.isUntold).toBe(isUntold);
  });
  test("cancelled, and told so, is at no risk for an earlier change", async () => {
    const at = await hospital(12 * HOUR);
    at.chart.hidden.add("p-a");
    at.change({ start: at.later(HOUR) });
    await at.turn();
    await at.damage("visits", FOUND_PARTITION, changeId(at.id, 2));
    at.change({ status: "cancelled" });
    at.chart.hidden.clear();
    await at.wait(10);
    expect(at.saying(/canceled/)).toHaveLength(1);
    expect(await at.parts.foundVisits.byId(at.id)).not.toHaveProperty("isUntold");
  });
  test("cancelled is at risk, where it is of the change", async () => {
    const at = await hospital(12 * HOUR);
    at.chart.hidden.add("p-a");
    at.change({ status: "cancelled" });
    await at.turn();
    const mend = await at.damage("visits", FOUND_PARTITION, changeId(at.id, 2));
    await at.wait(10);
    expect(await at.risk()).toBe("untold");
    await mend();
    at.chart.hidden.clear();
    await at.wait(10);
    expect(at.saying(/canceled/)).toHaveLength(1);
    expect(await at.risk()).not.toBe("untold");
  });
});
