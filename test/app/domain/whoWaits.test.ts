import { expect, test } from "vitest";
import type { Standing } from "../../../app/domain/presence.ts";
import type { Person } from "../../../app/domain/visit.ts";
import { isPatientWaiting } from "../../../app/domain/whoWaits.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
const patient: Person = { number: 0, role: "patient", generation: 0, opened: at(10) };
const chart: Person = { number: 1, role: "colleague", generation: 0, ofChart: true };
const waits: Standing = { look: "outside", place: "lobby", since: at(11) };

test("the patient waits, where nobody else can be it and the link was just opened", () => {
  expect(isPatientWaiting({ people: [patient] }, [waits])).toBe(true);
  expect(isPatientWaiting({ people: [patient, chart] }, [waits])).toBe(true);
  const clinician: Standing = { look: "staff", place: "in", since: at(9) };
  expect(isPatientWaiting({ people: [patient] }, [clinician, { ...waits, since: at(40) }])).toBe(true);
});

const { opened: _never, ...unopened } = patient;
const removed: Person = { number: 2, role: "relative", generation: 1, removed: true };

test.each<[what: string, people: readonly Person[], there: readonly Standing[]]>([
  ["nobody waits", [patient], [{ ...waits, place: "in" }]],
  ["two wait", [patient], [waits, waits]],
  ["somebody of the hospital's directory waits", [patient], [{ ...waits, look: "staff" }]],
  ["somebody waits by telephone", [patient], [{ ...waits, look: "phone" }]],
  ["a guest was given a link, though it is dead by now", [patient, removed], [waits]],
  ["the link was never opened", [unopened], [waits]],
  ["it was opened long before", [patient], [{ ...waits, since: at(41) }]],
  ["it was opened only afterwards", [patient], [{ ...waits, since: at(9) }]],
  ["it is a consult", [chart], [waits]],
])("it is not said that the patient waits where %s", (_what, people, there) => {
  expect(isPatientWaiting({ people }, there)).toBe(false);
});
