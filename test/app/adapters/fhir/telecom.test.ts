/** Which of a patient's numbers can be texted and called, and which address is written to. */
import { describe, expect, test } from "vitest";
import { reachedBy, telecomSchema } from "../../../../app/adapters/fhir/telecom.ts";

const now = new Date("2027-01-12T15:00:00Z");
const phone = (...telecoms: object[]) =>
  reachedBy(
    telecoms.map((one) => telecomSchema.parse(one)),
    now,
  ).phone;
const [FIRST, SECOND] = ["2025550101", "2025550102"];
const number = (value: string, more: object = {}) => ({ system: "phone", value, ...more });

const textNumber = (...telecoms: object[]) =>
  reachedBy(
    telecoms.map((one) => telecomSchema.parse(one)),
    now,
  ).textNumber;

describe("a number", () => {
  test.each([
    ["2025550101", "+12025550101"],
    ["12025550101", "+12025550101"],
    ["+12025550101", "+12025550101"],
    ["(202) 555-0101", "+12025550101"],
    [" +1 202.555.0101 ", "+12025550101"],
    ["+49 1511 2345678", "+4915112345678"],
    ["+4912345678", "+4912345678"],
    ["+123", undefined],
    ["+4912345", undefined],
    ["+4912345678901234", undefined],
    ["+0151123456", undefined],
    ["1025550101", undefined],
    ["2021550101", undefined],
    ["5550101", undefined],
    ["20255501011", undefined],
    ["22025550101", undefined],
    ["202555010a", undefined],
    ["2025550101 ext 5", undefined],
    ["call 2025550101", undefined],
    ["202+5550101", undefined],
  ])("%s is called as %s", (value, called) => {
    expect(phone(number(value))).toBe(called);
  });

  test("is a telephone's", () => {
    expect(phone({ value: FIRST })).toBe("+1" + FIRST);
    expect(phone(number(FIRST, { system: "SMS" }))).toBe("+1" + FIRST);
    expect(phone(number(FIRST, { system: " Phone " }))).toBe("+1" + FIRST);
    for (const system of ["fax", "pager", "email", "url"])
      expect(phone(number(FIRST, { system }))).toBeUndefined();
    expect(phone({ system: "phone" })).toBeUndefined();
    expect(phone()).toBeUndefined();
  });

  test("is not an old one, nor one whose time is over", () => {
    for (const use of ["old", "Old", " OLD "])
      expect([use, phone(number(FIRST, { use }))]).toEqual([use, undefined]);
    expect(phone(number(FIRST, { period: { end: "2027-01-11" } }))).toBeUndefined();
    expect(phone(number(FIRST, { period: { end: "2027-01-13" } }))).toBe("+1" + FIRST);
  });

  test("is not one whose time is still to come anywhere", () => {
    const since = (start: string) => phone(number(FIRST, { period: { start } }));
    for (const start of ["2027-01-14", "2028", "2027-01-12T15:00:01Z", "2027-01-13T05:00:01"])
      expect([start, since(start)]).toEqual([start, undefined]);
    // It is the 13th already on Kiribati.
    for (const start of ["2027-01-13", "2027", "2027-01-12T15:00:00Z", "2027-01-13T05:00:00", "soon"])
      expect([start, since(start)]).toEqual([start, "+1" + FIRST]);
  });

  test("is not one with an extension, which no text reaches", () => {
    const base = "http://hl7.org/fhir/StructureDefinition/";
    for (const url of ["contactpoint-extension", "iso21090-TEL-extension"])
      expect(phone(number(FIRST, { extension: [{ url: base + url }] }))).toBeUndefined();
    for (const url of ["contactpoint-extension-country", "x-contactpoint-extension-y", "area"])
      expect(phone(number(FIRST, { extension: [{ url: base + url }, {}] }))).toBe("+1" + FIRST);
  });
});

describe("of several the first is", () => {
  test.each<[what: string, first: object, second: object]>([
    ["one for texts", { system: "sms", use: "home", rank: 9 }, { use: "mobile", rank: 1 }],
    ["a mobile", { use: "mobile", rank: 9 }, { use: "home", rank: 1 }],
    ["one at home before one at work", { use: "home" }, { use: "work", rank: 1 }],
    ["one at home before a newer one at work", { use: "home" }, { use: " Work ", period: { start: "2026" } }],
    ["any other before one for texts at work", {}, { system: "sms", use: "work" }],
    ["a temporary one before one at work", { use: "temp" }, { use: "work", rank: 1 }],
    ["one at home before a temporary one without an end", { use: "home" }, { use: "temp", rank: 1 }],
    [
      "a temporary one that says until when, by its rank",
      { use: "temp", rank: 1, period: { end: "2027-02" } },
      { use: "home", rank: 2 },
    ],
    ["of lower rank", { rank: 1, period: { start: "2020-01-01" } }, { rank: 2, period: { start: "2026" } }],
    ["one with a rank", { rank: 9 }, {}],
    ["the newer", { period: { start: "2026-01-01" } }, { period: { start: "2020-01-01" } }],
    [
      "the newer by a time of day",
      { period: { start: "2026-01-01T10:00:00Z" } },
      { period: { start: "2026-01-01" } },
    ],
    ["one that began some day", { period: { start: "2020" } }, { period: { start: "long ago" } }],
    ["the one that is listed first, where nothing else tells", {}, {}],
  ])("%s", (_what, first, second) => {
    const ours = number(FIRST, first);
    const other = number(SECOND, second);
    expect(phone(ours, other)).toBe("+1" + FIRST);
    if (Object.keys(first).length > 0) expect(phone(other, ours)).toBe("+1" + FIRST);
  });
});

describe("texts go to", () => {
  const HOME = number(FIRST, { use: "home" });
  test.each<[what: string, found: object, passedOver: object]>([
    [
      "the mobile after a toll-free number",
      number(SECOND, { use: "mobile", rank: 2 }),
      number("8335550100", { use: "mobile", rank: 1 }),
    ],
    [
      "a number for texts before a mobile",
      { system: "sms", value: SECOND },
      number(FIRST, { use: "mobile" }),
    ],
    ["the lower rank, also where it is text", number(SECOND, { rank: "1" }), number(FIRST, { rank: 2 })],
    [
      "the one that began last",
      number(SECOND, { period: { start: "2026-01-01" } }),
      number(FIRST, { period: { start: "2020-01-01" } }),
    ],
    [
      "one whose time is not over",
      number(SECOND),
      number(FIRST, { use: "mobile", period: { end: "2027-01-11" } }),
    ],
    ["a phone before what says not what it is", number(SECOND), { value: FIRST, use: "mobile" }],
  ])("%s", (_what, found, passedOver) => {
    expect(textNumber(passedOver, found)).toBe("+1" + SECOND);
    expect(textNumber(found, passedOver)).toBe("+1" + SECOND);
  });

  test("one at work only where no other can be texted", () => {
    const work = number(SECOND, { use: "work", rank: 1 });
    expect(textNumber(work, HOME)).toBe("+1" + FIRST);
    for (const other of [
      number(FIRST, { use: "old" }),
      number(FIRST, { use: "mobile", period: { end: "2027-01-11" } }),
      number("8335550100", { use: "mobile" }),
      { system: "fax", value: FIRST, use: "home" },
    ])
      expect(textNumber(other, work)).toBe("+1" + SECOND);
  });

  test("nothing that is not said to be a phone, or can only be called", () => {
    expect(textNumber(HOME)).toBe("+1" + FIRST);
    expect(textNumber({ value: FIRST }, number("8335550100"), number("+442079460000"))).toBeUndefined();
  });
});

describe("mails go to", () => {
  const mail = (...telecoms: object[]) =>
    reachedBy(
      telecoms.map((one) => telecomSchema.parse({ system: "email", ...one })),
      now,
    ).mail;
  const [HOME, WORK] = ["pat@home.example", "pat@employer.example"];
  test.each<[what: string, home: object, work: object]>([
    ["a rank", { use: "home" }, { use: "work", rank: 1 }],
    ["a later rank", { use: "home", rank: 2 }, { use: "work", rank: 1 }],
    ["a later beginning", { use: "home" }, { use: "work", period: { start: "2026-01-01" } }],
    ["no use said of the other", {}, { use: "work", rank: 1 }],
  ])("an address at home before one at work, although that has %s", (_what, home, work) => {
    expect(mail({ value: WORK, ...work }, { value: HOME, ...home })).toBe(HOME);
    expect(mail({ value: HOME, ...home }, { value: WORK, ...work })).toBe(HOME);
  });

  test("one at work where no other is in use", () => {
    const work = { value: WORK, use: "work" };
    expect(mail(work)).toBe(WORK);
    for (const other of [
      { value: HOME, use: "old" },
      { value: HOME, period: { end: "2027-01-11" } },
      { value: "pat at home", use: "home" },
      { system: "phone", value: HOME },
    ])
      expect(mail(other, work)).toBe(WORK);
  });
});
