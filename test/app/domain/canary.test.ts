import { expect, test } from "vitest";
import { canaryMeeting, firstFailed, needsLaunch, type CanaryStep } from "../../../app/domain/canary.ts";

const step = (name: CanaryStep["step"], outcome: CanaryStep["outcome"]): CanaryStep => ({
  step: name,
  outcome,
  milliseconds: 1,
});

test("the first step that failed is the one to report", () => {
  const [token, meeting] = [step("token", "failed"), step("meeting", "failed")];
  expect(firstFailed([step("discovery", "passed"), token, step("location", "not-reached"), meeting])).toBe(
    token,
  );
  expect(firstFailed([step("discovery", "passed"), step("token", "not-tried")])).toBeUndefined();
});

test.each<[steps: CanaryStep[], needs: boolean]>([
  [[step("token", "not-tried")], true],
  [[step("token", "passed"), step("location", "not-tried")], true],
  [[step("meeting", "not-tried"), step("store", "not-tried")], false],
  [[step("token", "failed"), step("location", "not-reached")], false],
])("whether only a launch can show that the chart lets clinicians in: %j", (steps, needs) => {
  expect(needsLaunch(steps)).toBe(needs);
});

test.each([
  ["2027-01-12T15:00:00Z", "2027-02-01T00:00:00Z", "canary-2027-01"],
  ["2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z", "canary-2027-12"],
])("the meeting of %s begins at the month's end", (now, start, visitId) => {
  expect(canaryMeeting("organizer", new Date(now))).toEqual({
    visitId,
    organizer: "organizer",
    lobby: "staff",
    start: new Date(start),
    end: new Date(Date.parse(start) + 30 * 60_000),
  });
});
