/** The invented year looks like a real hospital's, and is stored as real visits are. */
import { expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import { METRICS } from "../../../app/domain/metrics.ts";
import { openUsages } from "../../../app/records/usages.ts";
import { openAudit } from "../../../app/records/audit.ts";
import { ALLOCATION_ID, portalAllocation } from "../../../app/records/portalAllocation.ts";
import { openSettings } from "../../../app/records/settings.ts";
import { allocateFor, fillYear, yearOf } from "../../../scripts/local/year.ts";

const NOW = new Date("2026-11-29T15:00:00Z");
const DEPARTMENTS = ["cardiology", "family-medicine", "behavioral-health"].map((id) => ({
  id,
  connection: "lamna",
  staff: ["7d0c5a1e-0000-4000-8000-00000000b001", "7d0c5a1e-0000-4000-8000-00000000b002"],
}));
const year = [...yearOf(DEPARTMENTS, NOW)];
const share = (some: number) => some / year.length;
const countOn = (weekday: number) => year.filter(({ start }) => start.getUTCDay() === weekday).length;

test("a year of visits, the same for the same day, and none that is not over", () => {
  expect(year.length).toBeGreaterThan(4_000);
  expect(new Set(year.map(({ id }) => id)).size).toBe(year.length);
  expect([...yearOf(DEPARTMENTS, NOW)]).toEqual(year);
  expect(year.every(({ end }) => end < NOW)).toBe(true);
});

test("it has weekdays, holidays, no-shows and outliers", () => {
  expect([countOn(0), countOn(1) > 3 * countOn(6), countOn(1) > countOn(5)]).toEqual([0, true, true]);
  for (const holiday of ["2025-12-25", "2025-12-31", "2026-05-25", "2026-09-07", "2026-11-26"])
    expect(year.filter(({ start }) => start.toISOString().startsWith(holiday))).toEqual([]);
  const noShows = share(year.filter(METRICS.isNoShow.of).length);
  expect([noShows > 0.08, noShows < 0.18]).toEqual([true, true]);
  const durations = year.flatMap((one) => METRICS.duration.of(one) ?? []);
  expect(Math.max(...durations)).toBeGreaterThan(2 * 3600);
  const mean = durations.reduce((sum, one) => sum + one, 0) / durations.length / 60;
  expect([mean > 10, mean < 30]).toEqual([true, true]);
  const waitOf = (from: number, before: number) => {
    const hours = year.filter(({ start }) => start.getUTCHours() >= from && start.getUTCHours() < before);
    const waits = hours.flatMap((one) => METRICS.lobbyWait.of(one) ?? []);
    return waits.reduce((sum, one) => sum + one, 0) / waits.length;
  };
  expect(waitOf(20, 24)).toBeGreaterThan(1.2 * waitOf(14, 16));
  expect(year.every((one) => METRICS.isCompleted.of(one) === (METRICS.duration.of(one) !== undefined))).toBe(
    true,
  );
});

test("each of a day's visits is a row like any other", async () => {
  const store = openSqliteStore({ file: ":memory:", now: () => NOW });
  const early = new Date("2025-12-05T00:00:00Z");
  const count = await fillYear(store, DEPARTMENTS, early, 3);
  expect(count).toBeGreaterThan(10);
  let read = 0;
  for await (const slice of openUsages({ store, now: () => NOW }).between(new Date(0), early, "ascending")) {
    expect(slice.damaged).toBe(0);
    read += slice.usages.length;
  }
  expect(read).toBe(count);
  const log = jsonLog(
    () => undefined,
    () => early,
  );
  await allocateFor(store, DEPARTMENTS, { now: early, log });
  expect((await store.read("settings", "hospital", "allocation-allocation"))?.body["value"]).toMatchObject({
    hospital: expect.any(Number) as number,
    departments: [{ id: "cardiology" }, { id: "family-medicine" }],
  });
  const deps = { store, log, now: () => early };
  const settings = openSettings(portalAllocation, { ...deps, audit: openAudit(deps) });
  const removal = { actor: { kind: "person", objectId: "kim" }, action: "allocation.removed" } as const;
  await settings.remove(removal, ALLOCATION_ID, (await settings.read(ALLOCATION_ID))?.revision ?? 0);
  // A second run does not set again what somebody has removed.
  await allocateFor(store, DEPARTMENTS, { now: early, log });
  expect(await settings.list()).toEqual([]);
  await store.close();
});
