/** What a launch says where the visits that are meant do not take place, and of whom messages are held back. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { heldAmong, visitCancelled } from "../../../../app/flows/provider/visitCancelled.ts";
import type { ReadHint, StatedAppointment } from "../../../../app/ports/ehr.ts";

const [START, SINCE] = [new Date("2026-12-01T16:00:00Z"), new Date("2026-12-01T09:00:00Z")];
const said = (status: StatedAppointment["status"]) => ({ status }) as StatedAppointment;
const visit = (id: string, more: object = {}) => ({ id: id as VisitId, start: START, ...more });

test("it names the visits whose messages are held back, as their forms have to name them", () => {
  expect(heldAmong([visit("a"), undefined])).toEqual({});
  const both = [visit("a", { held: SINCE }), visit("b"), visit("c", { held: SINCE, epoch: 2 })];
  const held = [
    { visit: "a", start: START, since: SINCE },
    { visit: "c", start: START, epoch: 2, since: SINCE },
  ];
  expect(heldAmong(both)).toStrictEqual({ held });
  expect(visitCancelled([said("cancelled")], both).problem).toStrictEqual({ kind: "visit-cancelled", held });
});

test("it is a mistake where all were entered in error, and only then", () => {
  const problem = (...statuses: StatedAppointment["status"][]) =>
    visitCancelled(statuses.map(said), []).problem;
  expect(problem("cancelled")).toStrictEqual({ kind: "visit-cancelled" });
  expect(problem("entered-in-error", "entered-in-error")).toStrictEqual({
    kind: "visit-cancelled",
    isMistake: true,
  });
  expect(problem("entered-in-error", "cancelled")).toStrictEqual({ kind: "visit-cancelled" });
});

test.each<[ReadHint, boolean]>([
  [{ kind: "entries-kept-back", count: 1 }, true],
  [{ kind: "entries-skipped", count: 1, fields: [] }, true],
  [{ kind: "list-incomplete" }, true],
  [{ kind: "type-unreadable", fields: [] }, true],
  [{ kind: "foreign-dropped", count: 1 }, false],
  [{ kind: "zone-assumed" }, false],
])("there may be another visit of today where the chart was not read so far: %j", (hint, may) => {
  expect(visitCancelled([said("cancelled")], [], [{ kind: "zone-assumed" }, hint]).problem).toStrictEqual({
    kind: "visit-cancelled",
    ...(may && { mayBeMore: true }),
  });
});
