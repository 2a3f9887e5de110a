/** The two virtual rooms of an appointment, and whose link is in which. */
import { expect, test } from "vitest";
import { isRoom, roomsOf } from "../../../../app/adapters/fhir/rooms.ts";

const room = (name: unknown, ...telecom: unknown[]) => ({
  resourceType: "HealthcareService",
  type: [{ text: name }],
  ...(telecom.length > 0 && { telecom }),
});
const PROVIDER = "Provider Virtual Meeting Room";
const PATIENT = "Patient Virtual Meeting Room";
const link = (value: string, period?: object) => ({ system: "url", value, ...(period && { period }) });
const PERIOD = { start: "2027-01-12T15:00:00Z", end: "2027-01-12T15:30:00Z" };

test.each<[what: string, contained: unknown, isIt: boolean]>([
  ["the provider's", room(PROVIDER), true],
  ["the patient's, in other letters", room("PATIENT virtual meeting room"), true],
  ["one of nobody's", room("Virtual Meeting Room"), true],
  ["a room of another kind", room("Provider Meeting Room"), false],
  ["without a name", room(undefined), false],
  ["another resource of that name", { ...room(PROVIDER), resourceType: "Location" }, false],
  ["nothing", null, false],
  ["a word", "Provider Virtual Meeting Room", false],
])("a room is: %s", (_what, contained, isIt) => {
  expect(isRoom(contained)).toBe(isIt);
});

test.each<[what: string, contained: unknown[], order: string]>([
  ["there are none", [], "absent"],
  ["the provider's first and the patient's second", [room(PROVIDER), room(PATIENT)], "documented"],
  [
    "with something that is no room behind",
    [room(PROVIDER), room(PATIENT), { resourceType: "X" }],
    "documented",
  ],
  ["the other way round", [room(PATIENT), room(PROVIDER)], "other"],
  ["only the provider's", [room(PROVIDER)], "other"],
  ["two of the patient's", [room(PROVIDER), room(PATIENT), room(PATIENT)], "other"],
  ["nobody's behind", [room(PROVIDER), room(PATIENT), room("Virtual Meeting Room")], "other"],
  ["something before", [{ resourceType: "X" }, room(PROVIDER), room(PATIENT)], "other"],
  ["something between", [room(PROVIDER), { resourceType: "X" }, room(PATIENT)], "other"],
  ["only what is no room", [{ resourceType: "X" }], "other"],
  [
    "a link in the second entry, behind an empty first",
    [room(PROVIDER), room(PATIENT, {}, link("https://x.example/1"))],
    "other",
  ],
  [
    "a link in the second entry, in the provider's room",
    [room(PROVIDER, null, link("https://x.example")), room(PATIENT)],
    "other",
  ],
  ["a word where a link should be", [room(PROVIDER), room(PATIENT, "tel")], "other"],
  ["empty entries", [room(PROVIDER, null), room(PATIENT, { value: "" }, {}, { value: null })], "documented"],
  [
    "no list of entries",
    [
      { ...room(PROVIDER), telecom: link("a") },
      { ...room(PATIENT), telecom: 7 },
    ],
    "other",
  ],
])("the rooms' order: %s", (_what, contained, order) => {
  expect(roomsOf(contained).order).toBe(order);
});

test("each link is its own room's, whatever their order, and the first one's period counts", () => {
  const rooms = [room(PATIENT, link("p", PERIOD)), room(PROVIDER, link("s"))];
  expect(roomsOf(rooms)).toEqual({
    provider: "s",
    patient: "p",
    order: "other",
    period: { start: new Date(PERIOD.start), end: new Date(PERIOD.end) },
  });
});

test("a room's link is its first entry's; where the room is not there, there is none", () => {
  expect(roomsOf([room(PROVIDER, link("first"), link("second"))])).toEqual({
    provider: "first",
    order: "other",
  });
  expect(roomsOf([room(PATIENT, link("first"))])).toEqual({ patient: "first", order: "other" });
  expect(roomsOf([{ ...room(PROVIDER), telecom: link("alone") }])).toMatchObject({ provider: "alone" });
  expect(roomsOf([room("Virtual Meeting Room", link("x"))])).toEqual({ order: "other" });
});

test.each([
  ["no start", { end: PERIOD.end }],
  ["no end", { start: PERIOD.start }],
  ["times without a zone", { start: "2027-01-12T15:00:00", end: "2027-01-12T15:30:00" }],
  ["an end without a zone", { start: PERIOD.start, end: "2027-01-12T15:30:00" }],
  ["no times", { start: "soon", end: "later" }],
])("a period with %s is none", (_what, period) => {
  expect(roomsOf([room(PROVIDER, link("s", period))]).period).toBeUndefined();
});

test("the period of what is neither the provider's nor the patient's room is none", () => {
  for (const other of ["Virtual Meeting Room", "Scheduling"])
    expect(roomsOf([room(other, link("x", PERIOD)), room(PATIENT, link("p"))]).period).toBeUndefined();
});

test("the period of a room without a link is none of a link's", () => {
  const rooms = [room(PROVIDER, { period: PERIOD }), room(PATIENT, link("p"))];
  expect(roomsOf(rooms).period).toBeUndefined();
});
