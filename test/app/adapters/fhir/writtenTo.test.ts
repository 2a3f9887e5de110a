/** Whether a patient may be written to, and by which way they want to be, as the clinician's chart has it, too. */
import { expect, test } from "vitest";
import { chartPatient, patientSchema } from "../../../../app/adapters/fhir/patients.ts";
import { readMembers } from "../../../../app/adapters/wire/members.ts";

const read = (members: object) =>
  chartPatient(
    readMembers(patientSchema, { resourceType: "Patient", id: "1", ...members }),
    { id: "1", replaced: [], isLinkUnreadable: false },
    new Date("2027-01-12T14:00:00Z"),
  );

test.each([
  [{ deceasedBoolean: true }, "deceased"],
  [{ deceasedDateTime: "2026-12-01" }, "deceased"],
  [{ active: false }, "inactive"],
  [{ active: true, deceasedBoolean: false }, undefined],
  [{ active: "true", deceasedBoolean: "false" }, undefined],
  [{ deceasedBoolean: "False" }, undefined],
  [{ deceasedBoolean: "true" }, "deceased"],
])("%j is %s", (members, gone) => {
  expect(read(members).gone).toBe(gone);
});

test("a number or an address whose time is still to come is none", () => {
  const of = (start: string) => {
    const period = { start };
    const { textNumber, mail } = read({
      telecom: [
        { system: "phone", use: "mobile", value: "+12025550123", period },
        { system: "email", value: "a@b.example", period },
      ],
    });
    return [textNumber, mail];
  };
  expect(of("2027-01-13T15:00:00Z")).toEqual([undefined, undefined]);
  expect(of("2027-02")).toEqual([undefined, undefined]);
  expect(of("2027-01")).toEqual(["+12025550123", "a@b.example"]);
});

test("a number whose period is over is none", () => {
  const value = { system: "phone", use: "mobile", value: "+12025550123", period: { end: "2026-12-01" } };
  expect(read({ telecom: [value] }).textNumber).toBeUndefined();
});

test.each<[members: object, gone: "deceased" | "inactive"]>([
  [{ deceasedBoolean: "no" }, "deceased"],
  [{ deceasedBoolean: {} }, "deceased"],
  [{ deceasedDateTime: "once" }, "deceased"],
  [{ deceasedBoolean: false, deceasedDateTime: "2026-12-01" }, "deceased"],
  [{ active: false, deceasedBoolean: true }, "deceased"],
  [{ active: "perhaps" }, "inactive"],
  [{ active: "false" }, "inactive"],
])("what cannot be read may say just that: %j is %s", (members, gone) => {
  expect(read(members).gone).toBe(gone);
});

/** What a server sends in place of a value that it does not have, or does not show. */
const UNKNOWN = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
};

test.each<[members: object, gone: "deceased" | "inactive"]>([
  [{ _deceasedDateTime: UNKNOWN }, "deceased"],
  [{ deceasedDateTime: null, _deceasedDateTime: UNKNOWN }, "deceased"],
  [{ _deceasedBoolean: UNKNOWN }, "deceased"],
  [{ deceasedBoolean: false, _deceasedDateTime: UNKNOWN }, "deceased"],
  [{ active: null, _active: UNKNOWN }, "inactive"],
])("what stands in place of a value may say just that: %j is %s", (members, gone) => {
  expect(read(members).gone).toBe(gone);
});

test.each([
  { deceasedBoolean: false, _deceasedBoolean: UNKNOWN },
  { active: true, _active: UNKNOWN },
  { _deceasedDateTime: { id: "d" } },
  { _deceasedBoolean: { extension: [] }, _active: {} },
  { _deceasedDateTime: null },
])("what stands beside a value, or says nothing, takes nothing away: %j", (members) => {
  expect(read(members)).not.toHaveProperty("gone");
});

test.each([{}, { active: null, deceasedBoolean: null, deceasedDateTime: null }, { active: "true" }])(
  "of whom the chart says nothing of the kind may be written to: %j",
  (members) => {
    expect(read(members)).not.toHaveProperty("gone");
  },
);

/** As Millennium writes it: https://fhir.cerner.com/millennium/r4/individuals/patient/ */
const PREFERENCE = "https://fhir-ehr.cerner.com/r4/StructureDefinition/communication-preference";
const part = (url: string, ...codes: string[]) => ({
  url,
  valueCodeableConcept: { coding: codes.map((code) => ({ system: "https://codes.example", code })) },
});
const preference = (type: string, methods: readonly string[], url = PREFERENCE) => ({
  url,
  extension: [part("communication-type", "4640016", type), part("contact-method", ...methods)],
});
const REMINDER = "appointment-reminder";
const METHODS_UNREAD: readonly object[] = [
  { valueCodeableConcept: { text: "Do not contact" } },
  { valueCodeableConcept: { coding: [{ display: "sms" }] } },
  { valueCodeableConcept: { coding: [{ system: "https://codes.example" }] } },
  { valueCodeableConcept: { coding: [{ code: ["sms"] }] } },
  { valueCodeableConcept: "phone" },
  { valueCodeableConcept: UNKNOWN },
  { _valueCodeableConcept: UNKNOWN },
  { valueString: "Do not contact" },
  UNKNOWN,
];
const METHODS_NONE: readonly object[] = [
  { valueCodeableConcept: { coding: [] } },
  { valueCodeableConcept: { coding: [{}], text: "" } },
  { valueCodeableConcept: null },
  { valueCodeableConcept: { id: "m" } },
  {},
];

test.each<[what: string, extension: readonly object[], prefers: string | undefined]>([
  ["texts", [preference(REMINDER, ["sms"])], "text"],
  ["texts, in capitals", [preference("Appointment-Reminder", ["SMS"])], "text"],
  ["mails", [preference(REMINDER, ["email"])], "mail"],
  ["calls", [preference(REMINDER, ["phone"])], "other"],
  ["mails or texts", [preference(REMINDER, ["email", "sms"])], "text"],
  ["calls or mails", [preference(REMINDER, ["phone", "email"])], "mail"],
  ["a way without a name", [preference(REMINDER, [])], undefined],
  ["texts of another kind", [preference("recall", ["sms"])], undefined],
  [
    "texts of another kind, and mails",
    [preference("recall", ["sms"]), preference(REMINDER, ["email"])],
    "mail",
  ],
  ["mails, and texts besides", [preference(REMINDER, ["email"]), preference(REMINDER, ["sms"])], "text"],
  ["nothing, by another extension", [preference(REMINDER, ["sms"], PREFERENCE + "-of-somebody")], undefined],
  ["nothing, by one without a name", [{ extension: preference(REMINDER, ["sms"]).extension }], undefined],
  [
    "nothing, by parts of other names",
    [{ url: PREFERENCE, extension: [part("type", REMINDER), part("method", "sms")] }],
    undefined,
  ],
  [
    "nothing, by parts the wrong way round",
    [{ url: PREFERENCE, extension: [part("contact-method", REMINDER), part("communication-type", "sms")] }],
    undefined,
  ],
  [
    "nothing, by parts without codes",
    [{ url: PREFERENCE, extension: [part("communication-type", REMINDER), { url: "contact-method" }] }],
    undefined,
  ],
  ...METHODS_UNREAD.map((method): [string, readonly object[], string] => [
    "something else, for all that can be read: " + JSON.stringify(method),
    [
      {
        url: PREFERENCE,
        extension: [part("communication-type", REMINDER), { url: "contact-method", ...method }],
      },
    ],
    "other",
  ]),
  ...METHODS_NONE.map((method): [string, readonly object[], undefined] => [
    "nothing, by a method that says nothing: " + JSON.stringify(method),
    [
      {
        url: PREFERENCE,
        extension: [part("communication-type", REMINDER), { url: "contact-method", ...method }],
      },
    ],
    undefined,
  ]),
  [
    "texts, whatever else is said of the method",
    [
      {
        url: PREFERENCE,
        extension: [
          part("communication-type", REMINDER),
          {
            url: "contact-method",
            valueCodeableConcept: { text: [1], coding: [{ code: "sms", display: {} }] },
          },
        ],
      },
    ],
    "text",
  ],
  [
    "calls for a kind that is not shown, which may be reminders",
    [
      {
        url: PREFERENCE,
        extension: [
          { url: "communication-type", _valueCodeableConcept: UNKNOWN },
          part("contact-method", "phone"),
        ],
      },
    ],
    "other",
  ],
  [
    "calls for a kind that is named in words only",
    [
      {
        url: PREFERENCE,
        extension: [
          { url: "communication-type", valueCodeableConcept: { text: "Billing" } },
          part("contact-method", "phone"),
        ],
      },
    ],
    undefined,
  ],
])("whoever wants %s", (_what, extension, prefers) => {
  expect(read({ extension }).prefers).toBe(prefers);
});

const MASKED = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};
/** A number, an address and a name, each of which says so of itself, beside others that say nothing. */
const saying = (more: object) => {
  const { textNumber, phone, mail, name, hints } = read({
    name: [{ text: "Example, Pat", ...more }],
    telecom: [
      { system: "phone", value: "2025550101", ...more },
      { system: "email", value: "pat@patients.example", ...more },
    ],
  });
  return { textNumber, phone, mail, name, hints };
};

test.each<[more: object, member: "use" | "period"]>([
  [{ use: ["old"] }, "use"],
  [{ use: { coding: [{ code: "old" }] } }, "use"],
  [{ use: true }, "use"],
  [{ _use: MASKED }, "use"],
  [{ use: null, _use: MASKED }, "use"],
  [{ period: { end: ["2020-01-01"] } }, "period"],
  [{ period: { end: { value: "2020-01-01" } } }, "period"],
  [{ period: { _end: MASKED } }, "period"],
  [{ period: { start: "2019", end: null, _end: MASKED } }, "period"],
  [{ period: [{ end: "2020-01-01" }] }, "period"],
  [{ period: "2020" }, "period"],
  [{ period: MASKED }, "period"],
  [{ _period: MASKED }, "period"],
])("what may say that it is over, and cannot be read, is not used: %j", (more, member) => {
  expect(saying(more)).toEqual({
    hints: [
      { kind: "patient-unreadable", fields: ["name.current"] },
      { kind: "members-ignored", fields: ["name[]." + member, "telecom[]." + member] },
    ],
  });
});

test.each<object>([
  {},
  { use: null, _use: null, period: null },
  { use: "", period: {} },
  { use: " ", period: { start: "", end: "" } },
  { use: [], period: [] },
  { use: {}, _use: { id: "u" }, period: { id: "p" } },
  { _use: { extension: [] }, period: { end: null, _end: {} } },
  { use: "home", _use: MASKED, period: { start: "2020", end: "2028", _end: MASKED } },
  { period: { start: ["2020"], end: "2028" } },
  { period: { start: "2020", ...MASKED } },
])("what says nothing of the kind is used: %j", (more) => {
  expect(saying(more)).toEqual({
    ...{ textNumber: "+12025550101", phone: "+12025550101", mail: "pat@patients.example" },
    ...{ name: "Example, Pat", hints: [] },
  });
});
