/** Which ids are one patient's, and what is said of a record that was not read. */
import { expect, test } from "vitest";
import { idsOf, RecordUntold } from "../../../../app/charts/sameRecord.ts";
import { putOff, UNREAD } from "../../../../app/charts/chartAt.ts";
import { namesOf } from "../../../../app/flows/provider/patientNames.ts";
import { EhrFault, type Chart, type EhrProblem } from "../../../../app/ports/ehr.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";

const names = (problem: EhrProblem) => {
  const fault = new EhrFault(problem, "no");
  const chart = { patient: () => Promise.reject(fault) } as unknown as Chart;
  return namesOf(chart, "1").catch((error: unknown) => (error === fault ? "thrown" : error));
};
const ids = (trouble: Trouble | { readonly kind: "not-shown" }) =>
  idsOf({ patientIds: () => Promise.resolve(trouble) }, "1").catch((error: unknown) =>
    error instanceof RecordUntold && error.trouble === trouble ? "thrown" : error,
  );

test("a record that is not shown, or is none, has its own id only", async () => {
  expect(await names({ kind: "chart-refused" })).toEqual(["1"]);
  expect(await names({ kind: "chart-not-fhir" })).toEqual(["1"]);
  expect(await ids({ kind: "not-shown" })).toEqual(["1"]);
  expect(await ids({ kind: "not-fhir", reason: "no" })).toEqual(["1"]);
});

test("of a record that was not looked at nothing is said, so that nobody loses a link by it", async () => {
  expect(await names({ kind: "chart-unavailable", answered: "error" })).toBe("thrown");
  expect(await ids({ kind: "too-large", reason: "no" })).toBe("thrown");
  expect(await ids({ kind: "down", reason: "no" })).toBe("thrown");
});

test.each<Trouble>([
  { kind: "limited", retryAfterMs: 1000 },
  { kind: "down", reason: "no" },
  { kind: "shut-out", why: "token", reason: "no" },
])("what is put off for a chart that is $kind is done once it is read again", (trouble) => {
  const outcome = putOff(trouble);
  expect(outcome.kind === "not-now" && UNREAD.has(outcome.reason)).toBe(true);
});
