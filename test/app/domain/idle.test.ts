import { expect, test } from "vitest";
import { isIdle } from "../../../app/domain/idle.ts";

const at = (time: string) => new Date(`2026-12-01T${time}:00Z`);
const visit = { start: at("15:00"), end: at("15:30") };

test.each([
  ["12:00", "12:30", false, "half an hour is not too long"],
  ["12:00", "12:31", true, "longer than that is"],
  ["12:00", "14:29", true, "however near the visit has come"],
  ["12:00", "14:31", false, "but not from half an hour before it"],
  ["12:00", "14:30", false, "that minute included"],
  ["14:40", "16:30", false, "the minute of that hour's end included"],
  ["12:00", "16:30", false, "also of a page that was idle long before the visit"],
  ["14:00", "16:59", false, "also of a page that was last used half an hour before that time began"],
  ["13:59", "16:59", true, "and not of one that was idle by then"],
  ["14:40", "16:29", false, "nor until an hour after its end"],
  ["14:40", "16:59", false, "from when on the half hour counts"],
  ["14:40", "17:01", true, "and is over"],
  ["16:50", "17:19", false, "unless the page was used since"],
  ["16:50", "17:21", true, "and left alone again"],
  ["12:30", "12:00", false, "a clock that was set back by half an hour is believed"],
  ["18:00", "12:00", true, "nor is it believed that it was used hours from now"],
  ["18:00", "15:10", false, "but near its visit a page stays whatever a clock that was ahead has noted"],
  ["12:00", "16:45", true, "a page that was idle long before the visit stays so"],
])("a page last used at %s is at %s: idle %s (%s)", (seen, now, idle) => {
  expect(isIdle(at(seen), visit, at(now))).toBe(idle);
});

test("without a visit half an hour is the limit", () => {
  expect([isIdle(at("12:00"), undefined, at("12:30")), isIdle(at("12:00"), undefined, at("12:31"))]).toEqual([
    false,
    true,
  ]);
});
