/** What visits were, for reports: how rows are written, moved, found, forgotten and gone; and what asks for the count. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { Usage } from "../../../app/domain/usage.ts";
import { countInTime } from "../../../app/records/counting.ts";
import { openUsages } from "../../../app/records/usages.ts";

const MINUTE_MS = 60_000;
const NOW = new Date("2027-01-31T12:00:00Z");
const later = (minutes: number, from = NOW) => new Date(from.getTime() + minutes * MINUTE_MS);
const usage = (number: number, start: Date, more: Partial<Usage> = {}): Usage => ({
  id: String(number).padStart(16, "0") as VisitId,
  connectionId: "lamna",
  departmentId: "clinic",
  start,
  end: later(30, start),
  outcome: "completed",
  source: "presence",
  attendees: 2,
  atOnce: 2,
  byPhone: 0,
  staff: [],
  messages: [],
  ...more,
});
const WHOLE: Partial<Usage> = {
  opened: later(-5),
  together: later(1),
  over: later(20),
  wayNotTold: 0,
  lobbySeconds: 0,
  staff: [{ account: "o-1", seconds: 60 }],
  messages: [{ kind: "guest-link", way: "mail", state: "delivered", count: 2 }],
  quality: { streams: 2, poorStreams: 0, loss: { mean: 0, worst: 1, streams: 2 } },
  appointment: "sealed",
};

function opened() {
  let now = NOW;
  const store = openSqliteStore({ file: ":memory:", now: () => now });
  onTestFinished(() => store.close());
  const usages = openUsages({ store, now: () => now });
  const between = async (from = "2026-01", before = "2028-12", order?: "descending") => {
    const range = [new Date(from + "-01"), new Date(before + "-01")] as const;
    const slices: { readonly usages: readonly Usage[]; readonly damaged: number }[] = [];
    for await (const slice of usages.between(...range, order ?? "ascending")) slices.push(slice);
    return {
      usages: slices.flatMap((slice) => slice.usages),
      damaged: slices.reduce((sum, { damaged }) => sum + damaged, 0),
    };
  };
  const ids = async (...range: Parameters<typeof between>) =>
    (await between(...range)).usages.map(({ id }) => Number(id));
  return { store, usages, between, ids, at: (moment: Date) => void (now = moment) };
}

describe("what a visit was", () => {
  test("is read as it was written, whole or with nothing but what each has", async () => {
    const { usages, between } = opened();
    const [whole, bare] = [usage(1, NOW, WHOLE), usage(2, later(1))];
    await usages.write(whole);
    await usages.write(bare);
    expect(await between("2027-01", "2027-03")).toStrictEqual({ usages: [whole, bare], damaged: 0 });
    // Counted again, it is what it is now.
    const again = { ...bare, over: later(9), attendees: 3 };
    await usages.write(again);
    await usages.write(usage(1, NOW));
    expect((await between("2027-01", "2027-03")).usages).toStrictEqual([usage(1, NOW), again]);
  });

  test("is found by when the visit was to start, in either order, month by month and slice by slice", async () => {
    const { usages, ids } = opened();
    for (let number = 0; number < 120; number++) await usages.write(usage(number, later(number - 60)));
    const all = Array.from({ length: 120 }, (_none, number) => number);
    await usages.write(usage(120, new Date("2027-02-01T00:00:00Z")));
    await usages.write(usage(121, new Date("2026-12-31T23:59:59.999Z")));
    expect(await ids("2027-01", "2027-02")).toEqual(all);
    expect(await ids("2026-12", "2027-03")).toEqual([121, ...all, 120]);
    expect(await ids("2026-12", "2027-03", "descending")).toEqual([120, ...all.toReversed(), 121]);
    expect(await ids("2027-02", "2027-02")).toEqual([]);
  });

  test("has one row, also when the visit was moved to another month, and none once it is not counted", async () => {
    const { usages, ids, between } = opened();
    await usages.write(usage(1, NOW, WHOLE));
    await usages.write(usage(2, NOW));
    const moved = usage(1, later(1440));
    await usages.write(moved);
    expect((await between()).usages).toStrictEqual([usage(2, NOW), moved]);
    await usages.remove(moved.id);
    expect(await ids()).toEqual([2]);
  });

  test("goes thirteen months after the visit, at the end of a month that is shorter", async () => {
    const { usages, ids, at } = opened();
    await usages.write(usage(1, NOW));
    // There is no 31st of February.
    at(new Date("2028-02-29T11:59:59.999Z"));
    expect(await ids()).toEqual([1]);
    at(new Date("2028-02-29T12:00:00Z"));
    expect(await ids()).toEqual([]);
  });

  test("that cannot be read is counted as damaged, hides no other, and is written anew when it is counted", async () => {
    const { store, usages, between } = opened();
    for (const number of [1, 2, 3]) await usages.write(usage(number, later(number)));
    const row = await store.read("usage", "2027-01", usage(2, NOW).id);
    if (row === undefined) throw new Error("no row");
    await store.replace("usage", { ...row, body: { ...row.body, outcome: "?" } }, row.etag);
    expect(await between()).toMatchObject({ usages: [{ attendees: 2 }, { attendees: 2 }], damaged: 1 });
    await usages.write(usage(2, later(2), { attendees: 7 }));
    expect((await between()).usages.map(({ attendees }) => attendees)).toEqual([2, 7, 2]);
  });

  test("loses its appointment's id, and nothing else, when reports are to keep none", async () => {
    const { store, usages, between, ids, at } = opened();
    const many = Array.from({ length: 103 }, (_none, number) => usage(number, later(number), WHOLE));
    for (const one of many) await usages.write(one);
    await usages.write(usage(200, later(200)));
    await usages.write(usage(201, new Date("2026-02-01T00:00:00Z"), WHOLE));
    const ended = AbortSignal.abort(new Error("it ends"));
    await expect(usages.forgetAppointments(ended)).rejects.toThrow("it ends");
    await usages.forgetAppointments(new AbortController().signal);
    const { appointment: _forgotten, ...rest } = WHOLE;
    const after = await between("2027-01", "2027-03");
    expect(after.usages).toStrictEqual([
      ...many.map(({ id, start }) => usage(Number(id), start, rest)),
      usage(200, later(200)),
    ]);
    expect(JSON.stringify(await store.changes("usage", 1000))).not.toContain("sealed");
    at(new Date("2027-03-01T00:00:00Z"));
    expect(await ids("2026-02", "2026-03")).toEqual([]);
  });
});

describe("a visit is counted soon after its end", () => {
  const visit = { id: "AAAAAAAAAAAAAAAA" as VisitId, start: later(60), end: later(90) };
  const asked = async (more: object = {}) => {
    const added: object[] = [];
    const jobs = { now: () => NOW, add: (job: object) => Promise.resolve(void added.push(job)) };
    await countInTime(jobs as never, { ...visit, kind: "appointment", ...more }, "once");
    return added as { kind: string; key: string; of: object; due: Date }[];
  };

  test("once for an end; one of colleagues among themselves is not", async () => {
    const [job, ...none] = await asked();
    expect(none).toEqual([]);
    expect(job).toMatchObject({ kind: "usage", of: { visit: visit.id }, due: later(100) });
    expect((await asked())[0]?.key).toBe(job?.key);
    expect((await asked({ end: later(91) }))[0]?.key).not.toBe(job?.key);
    expect(await asked({ kind: "consult" })).toEqual([]);
  });

  test.each([
    ["from a time that is over to one ahead is counted now, too", -10, 60, [0, 100]],
    ["from a time ahead", 10, 60, [100]],
    ["from this very moment", 0, 60, [100]],
    ["from a time that is over to another", -10, -5, [100]],
    ["from a time that is over to this very moment", -10, 0, [100]],
  ])("one that was moved %s", async (_what, from, to, dues) => {
    const jobs = await asked({ movedFrom: later(from), start: later(to) });
    expect(jobs.map(({ due }) => due)).toEqual(dues.map((minutes) => later(minutes)));
    expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
  });
});
