/** When an allocation runs out: how often the forecast is right over years of invented visits, and when it says nothing. */
import { expect, test } from "vitest";
import { HISTORY_DAYS, runsOut } from "../../../app/domain/allocation.ts";
import { METRICS } from "../../../app/domain/metrics.ts";
import { yearOf } from "../../../scripts/local/year.ts";

const DAY_MS = 86_400_000;
const dayOf = (at: number) => Math.floor(at / DAY_MS);
const DEPARTMENTS = ["a", "b", "c"].map((id) => ({ id, connection: "lamna", staff: ["one", "two"] }));

/** Functions that give the completed visits of each day, for the hospital and for each department. */
function* countsOf(now: Date): Generator<(day: number) => number> {
  const completed = [...yearOf(DEPARTMENTS, now)].filter(METRICS.isCompleted.of);
  for (const id of ["", ...DEPARTMENTS.map((one) => one.id)]) {
    const days = new Map<number, number>();
    for (const { departmentId, start } of completed)
      if (id === "" || id === departmentId)
        days.set(dayOf(start.getTime()), (days.get(dayOf(start.getTime())) ?? 0) + 1);
    yield (day) => days.get(day) ?? 0;
  }
}

test("its day comes within the band in at least eight of ten, and no more than one in ten on either side", () => {
  let [asked, early, late, width, bounded] = [0, 0, 0, 0, 0];
  for (const year of [2024, 2025, 2026, 2027])
    for (const countOn of countsOf(new Date(Date.UTC(year, 10, 29, 15))))
      for (let month = 2; month < 10; month++) {
        const [first, next] = [dayOf(Date.UTC(year, month)), dayOf(Date.UTC(year, month + 1))];
        const sum = (from: number, before: number) =>
          Array.from({ length: before - from }, (_, at) => countOn(from + at)).reduce(
            (all, one) => all + one,
            0,
          );
        // The allocation is derived from earlier months only.
        const usual = sum(first - 60, first) / 2;
        for (const part of [0.5, 0.7, 0.85, 1])
          for (const today of [first + 4, first + 9, first + 14, first + 19]) {
            const left = Math.round(usual * part) - sum(first, today);
            if (left <= 0) continue;
            const past = Array.from({ length: HISTORY_DAYS }, (_, at) => countOn(today - HISTORY_DAYS + at));
            const told = runsOut(past, left, next - today);
            if (told === undefined) throw new Error("nothing is forecast");
            let day = 0;
            while (day < next - today && sum(today, today + day + 1) < left) day += 1;
            const came = day < next - today ? day : Infinity;
            asked += 1;
            if (came < (told.early ?? Infinity)) early += 1;
            if (came > (told.late ?? Infinity)) late += 1;
            if (told.early === undefined || told.late === undefined) continue;
            bounded += 1;
            width += told.late - told.early + 1;
          }
      }
  expect(asked).toBeGreaterThan(1_000);
  expect([early / asked < 0.1, late / asked < 0.1]).toEqual([true, true]);
  // A forecast that is always right would be too wide to be of use.
  expect(early + late).toBeGreaterThan(asked * 0.05);
  expect(width / bounded).toBeLessThan(4);
});

test("a hospital that is the same every week is forecast to the day", () => {
  const week = [0, 5, 5, 5, 5, 5, 0];
  const past = Array.from({ length: HISTORY_DAYS }, (_, at) => week[at % 7] ?? 0);
  expect(runsOut(past, 20, 31)).toEqual({ early: 4, likely: 4, late: 4 });
  expect(runsOut(past, 1_000, 31)).toEqual({});
  // Days that make no whole week are left out, since they would move the others to another day of the week.
  expect(runsOut([100, 100, 100, ...past.slice(-28)], 20, 31)).toEqual({ early: 4, likely: 4, late: 4 });
});

test.each([
  ["too short a time", Array.from({ length: 27 }, () => 5)],
  ["hardly a visit", Array.from({ length: 56 }, (_, at) => Number(at % 20 === 0))],
])("%s to go by is said to be", (_why, past) => {
  expect(runsOut(past, 20, 31)).toBeUndefined();
});
