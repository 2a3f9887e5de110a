/** Who was told of a visit and may come to it, by the records of its messages. */
import { expect, test } from "vitest";
import { toldToCome, unheardOf } from "../../../app/messages/unheard.ts";
import type { Message } from "../../../app/records/messages.ts";

type Record = Parameters<typeof toldToCome>[0][number];
const day = (number: number) => new Date(Date.UTC(2027, 0, number, 10));
const told = (number: number, patient: string, more: Partial<Message> = {}): Record => ({
  ...{ kind: "confirmation", state: "accepted", start: day(5).toISOString() },
  ...{ which: "change-" + String(number), patient, ...more },
});
const not = (number: number, code: string, more: Partial<Message> = {}): Record => ({
  ...{ kind: "confirmation", state: "withheld", start: day(5).toISOString(), code },
  ...{ which: "change-" + String(number), ...more },
});
const coming = (...days: readonly number[]) =>
  days.map((one) => ({ isOn: true, start: day(one), by: "told" }));

test.each<
  [what: string, newestFirst: readonly Record[], patients: readonly string[], days: readonly number[]]
>([
  ["nobody was told", [], ["a"], []],
  ["somebody was told", [told(1, "a")], ["a"], [5]],
  ["it may have left", [told(1, "a", { state: "begun" })], ["a"], [5]],
  ["it did not arrive", [told(1, "a", { state: "failed" })], ["a"], []],
  ["nobody knows who was told", [told(1, "a", { patient: undefined as never })], ["a"], []],
  ["they were told that it is canceled", [told(2, "a", { kind: "cancellation" }), told(1, "a")], ["a"], []],
  [
    "they were told that it has moved",
    [told(2, "a", { kind: "update", start: day(6).toISOString() }), told(1, "a")],
    ["a"],
    [6],
  ],
  [
    "they were told last that staff run late",
    [told(0, "a", { kind: "late", start: day(7).toISOString() }), told(1, "a")],
    ["a"],
    [5],
  ],
  [
    "they were reminded, or sent the link",
    [told(0, "a", { kind: "link", which: undefined as never })],
    ["a"],
    [5],
  ],
  [
    "two were told, and it is both's",
    [told(2, "b", { start: day(6).toISOString() }), told(1, "a")],
    ["a", "b"],
    [6, 5],
  ],
  ["it was given to somebody who was told", [told(2, "b"), told(1, "a")], ["b"], [5]],
  ["it was given to somebody who could not be told", [not(2, "no-mobile"), told(1, "a")], ["b"], []],
  ["it was given to somebody, and overtaken", [not(2, "superseded"), told(1, "a")], ["b"], [5]],
  ["it was given to several", [not(2, "several-patients"), told(1, "a")], ["b"], [5]],
  ["they were named otherwise", [not(2, "same-time"), told(1, "a")], ["b"], [5]],
  [
    "the mail beside a text that could not go told them",
    [not(1, "night"), told(1, "a", { way: "mail" })],
    ["b"],
    [5],
  ],
  ["a move came to nothing since", [not(2, "no-mobile", { kind: "update" }), told(1, "a")], ["b"], [5]],
])("who may come where %s", (_what, records, patients, days) => {
  expect(toldToCome(records, { patients })).toEqual(coming(...days));
});

test("whoever is told now is left out, and only what is cancelled is to be heard of", () => {
  const records = [told(2, "b"), told(1, "a", { start: day(6).toISOString() })];
  const patients = ["a", "b"];
  expect(unheardOf(records, { standing: "cancelled", patients }, new Set(["b"]))).toEqual(coming(6)[0]);
  expect(unheardOf(records, { standing: "cancelled", patients }, new Set(patients))).toBeUndefined();
  expect(unheardOf([told(1, "a")], { standing: "cancelled" }, new Set())).toEqual(coming(5)[0]);
  expect(
    unheardOf(
      [told(2, "b", { kind: "cancellation" }), told(2, "b"), told(1, "a")],
      { standing: "cancelled" },
      new Set(),
    ),
  ).toBeUndefined();
  for (const standing of ["on", "away", "missed"] as const)
    expect(unheardOf(records, { standing, patients }, new Set())).toBeUndefined();
});
