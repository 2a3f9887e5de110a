/**
 * To whom a visit's meeting is known, as its row has it: also where the release before has written the row, or has changed it
 * since.
 */
import { expect, test } from "vitest";
import { knownToIn, meetingKnownOf } from "../../../app/records/meetingKnown.ts";
import type { VisitMeeting } from "../../../app/domain/visit.ts";

const START = "2027-01-12T15:00:00.000Z";
const BEFORE = new Date("2027-01-12T14:59:59Z");
const RELINKED = { relinked: "2027-01-11T15:00:00.000Z" };
type Row = Parameters<typeof knownToIn>[0];
const patient = (generation: number) => ({ number: 0, role: "patient", generation }) as const;
const row = (more: Partial<Row>): Row => ({ meetingId: "m", start: START, people: [patient(0)], ...more });
const meetingKnown = (
  to: NonNullable<Row["meetingKnown"]>["to"],
  more: Partial<Row["meetingKnown"]> = {},
) => ({
  ...{ id: "m", generation: 0, to },
  ...more,
});
type KnownTo = VisitMeeting["knownTo"];

test.each<[what: string, row: Partial<Row>, before: KnownTo, after?: KnownTo]>([
  ["nothing was changed", {}, undefined],
  [
    "the visit was given to another patient",
    { ...RELINKED, people: [patient(1)], epoch: 2 },
    "another",
    "former",
  ],
  ["the patient's link was replaced", { people: [patient(1)] }, "former"],
  ["it was made anew", { ...RELINKED, meetingAgain: 1, people: [patient(1)], epoch: 2 }, undefined],
])("the release before wrote the row, and %s", (_what, more, before, after = before) => {
  expect(knownToIn(row(more), BEFORE)).toBe(before);
  expect(knownToIn(row(more), new Date(START))).toBe(after);
});

test.each<[what: string, row: Partial<Row>, before: KnownTo, after?: KnownTo]>([
  ["nothing", { meetingKnown: meetingKnown("nobody") }, undefined],
  ["nothing of another patient's", { meetingKnown: meetingKnown("another") }, "another"],
  [
    "nothing since it was made for another patient",
    {
      ...{ ...RELINKED, meetingAgain: 1, people: [patient(1)], epoch: 2 },
      meetingKnown: meetingKnown("nobody", { epoch: 2, generation: 1 }),
    },
    undefined,
  ],
  [
    "whose the visit is",
    { ...RELINKED, epoch: 2, people: [patient(1)], meetingKnown: meetingKnown("nobody", { epoch: 1 }) },
    "another",
    "former",
  ],
  ["the patient's link", { people: [patient(1)], meetingKnown: meetingKnown("nobody") }, "former"],
  ["the link of one more", { people: [patient(1)], meetingKnown: meetingKnown("another") }, "another"],
  ["the meeting", { meetingAgain: 1, meetingKnown: meetingKnown("another", { id: "was" }) }, undefined],
  [
    "the meeting and the link",
    { meetingAgain: 1, people: [patient(1)], meetingKnown: meetingKnown("nobody", { id: "was" }) },
    "former",
  ],
])("after a rollback the release before has changed %s", (_what, more, before, after = before) => {
  expect(knownToIn(row(more), BEFORE)).toBe(before);
  expect(knownToIn(row(more), new Date(START))).toBe(after);
});

test.each<[KnownTo]>([[undefined], ["another"], ["former"]])("what was written is read: %s", (knownTo) => {
  const meeting = { id: "m", joinUrl: "https://teams.example/m", ...(knownTo && { knownTo }) };
  const people = [patient(3)];
  for (const epoch of [{}, { epoch: 7 }]) {
    const written = meetingKnownOf({ meeting, people, ...epoch });
    expect(knownToIn(row({ people, ...epoch, ...RELINKED, meetingKnown: written }), BEFORE)).toBe(knownTo);
  }
});
