import { expect, test } from "vitest";
import { countedFirst, countedNext } from "../../../app/domain/counting.ts";

const end = new Date("2027-01-12T15:00:00Z");
const after = (minutes: number) => new Date(end.getTime() + minutes * 60_000);

test("a visit is counted ten minutes after its end, and again until a day before its record goes", () => {
  expect(countedFirst({ end })).toEqual(after(10));
  const times = [10, 30, 120, 360, 1_440, 8_640];
  expect(times.map((minutes) => countedNext({ end }, after(minutes)))).toEqual([
    ...times.slice(1).map(after),
    undefined,
  ]);
  expect(countedNext({ end }, after(29.99))).toEqual(after(30));
  expect(countedNext({ end }, after(-600))).toEqual(after(10));
});
