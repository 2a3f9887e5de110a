/**
 * What a page says of a patient in the chart's own words: the language, an interpreter, names; in one line, and not too
 * long.
 */
import { describe, expect, test } from "vitest";
import { asRead, namesOf } from "../../../../app/adapters/fhir/concepts.ts";
import { chartPatient, patientSchema } from "../../../../app/adapters/fhir/patients.ts";
import { readMembers } from "../../../../app/adapters/wire/members.ts";
import { shown } from "../../../../app/adapters/wire/shown.ts";
import { languageFor } from "../../../../app/domain/language.ts";

const read = (members: object) =>
  chartPatient(
    readMembers(patientSchema, { resourceType: "Patient", id: "1", ...members }),
    { id: "1", replaced: [], isLinkUnreadable: false },
    new Date("2027-01-12T14:00:00Z"),
  );

describe("words of a chart", () => {
  const long = "x".repeat(200);
  test.each([
    ["Family Medicine", "Family Medicine"],
    ["  Family\r\n\t Medicine ", "Family  Medicine"],
    ["a\u0000\u0007b", "a b"],
    ["\u202eeno\u202c two\u2066", "eno  two"],
    [long, long],
    [long + "y", long],
    // Characters that take two of JavaScript's are not cut in two, and count once.
    ["😀".repeat(201), "😀".repeat(200)],
    ["\n".repeat(10), ""],
  ])("%j are shown as %j", (words, as) => {
    expect(shown(words)).toBe(as);
  });

  test("of very many words no more is looked at than is shown", () => {
    expect(shown("\u202e".repeat(400) + "later")).toBe("");
  });

  test("a concept's text is first, then its codes, each with its words", () => {
    const coding = [{ code: "1", display: "One" }, { display: "Two" }, { code: "3" }];
    expect(namesOf({ text: "All", coding })).toEqual(["All", "1", "One", "Two", "3"]);
    expect(namesOf({ coding: [] })).toEqual([]);
  });
});

test.each([
  ["VIDEO VISIT", "Video Visit", true],
  ["Video\u00a0 visit ", "Video Visit", true],
  ["Te\u0301le\u0301visite", "T\u00e9l\u00e9visite", true],
  ["Tele\u2011health", "Tele-health", true],
  ["Doctor\u2019s call", "Doctor's Call", true],
  ["Video-Visit", "Video Visit", false],
  ["Televisite", "T\u00e9l\u00e9visite", false],
])("%j and %j are read as the same: %s", (one, other, isSame) => {
  expect(asRead(one) === asRead(other)).toBe(isSame);
});

describe("a language", () => {
  const BCP = "urn:ietf:bcp:47";
  test.each<[what: string, language: object, told: object | undefined]>([
    ["a tag of one letter", { coding: [{ code: "e" }] }, { name: "e" }],
    ["a tag that is a word", { coding: [{ code: "german" }] }, { name: "german" }],
    ["a tag with an empty part", { coding: [{ code: "es-" }] }, { name: "es-" }],
    ["a tag with too long a part", { coding: [{ code: "es-abcdefghi" }] }, { name: "es-abcdefghi" }],
    ["a tag behind something", { coding: [{ code: "x es" }] }, { name: "x es" }],
    [
      "a tag of four parts",
      { coding: [{ code: "zh-Hant-TW-x1" }], text: "T" },
      { name: "T", code: "zh-hant-tw-x1" },
    ],
    ["a tag of five parts", { coding: [{ code: "zh-Hant-TW-x1-x2" }], text: "T" }, { name: "T" }],
    [
      "the first of two tags",
      { coding: [{ code: "fr" }, { code: "de" }], text: "T" },
      { name: "T", code: "fr" },
    ],
    [
      "the tag beside a hospital's code",
      {
        coding: [
          { system: "x", code: "de" },
          { system: "BCP-47", code: "fr" },
        ],
        text: "T",
      },
      { name: "T", code: "fr" },
    ],
    [
      "a tag of a set that is no tags'",
      { coding: [{ system: "bcp--47", code: "fr" }], text: "T" },
      { name: "T" },
    ],
    [
      "a code that is none before a tag",
      { coding: [{ system: BCP }, { system: BCP, code: "fr" }], text: "T" },
      { name: "T", code: "fr" },
    ],
    [
      "the last of several displays",
      { coding: [{ code: "1", display: "Span" }, { code: "2", display: "Spanish" }, { code: "3" }] },
      { name: "Spanish", code: "es" },
    ],
    ["a name in capitals", { text: "ENGLISH" }, { name: "ENGLISH", code: "en" }],
    ["a name with a line's end", { text: "Hm\nong" }, { name: "Hm ong" }],
    ["a tag that nobody has a name for", { coding: [{ code: "qqq" }] }, { name: "qqq", code: "qqq" }],
  ])("by %s: %j", (_what, language, told) => {
    expect(read({ communication: [{ language }] }).language).toEqual(told);
  });

  test.each([
    { text: "Spanish" },
    { text: "Spanish (Mexico)" },
    { text: "Spanish; Castilian" },
    { text: "Castilian" },
    { text: "Español (Latinoamérica)" },
    { text: "ESPAN\u0303OL - MX" },
    { coding: [{ system: BCP, code: "spa" }] },
    { coding: [{ system: BCP, code: "es_US" }] },
    { coding: [{ code: "ES-mx" }] },
    { coding: [{ system: "urn:iso:std:iso:639-1", code: "es" }] },
    { coding: [{ system: "http://hl7.org/fhir/ValueSet/languages", code: "es" }] },
    { coding: [{ system: "http://terminology.hl7.org/CodeSystem/iso639-2", code: "spa" }] },
    { coding: [{ system: "x", code: "151", display: "Spanish; Castilian" }] },
    { coding: [{ system: "x", code: "151", display: "Spanish" }], text: "SP" },
  ])("is Spanish however it is said: %j", (language) => {
    expect(read({ communication: [{ language, preferred: true }] }).language?.code).toMatch(/^es(-|$)/);
  });

  test.each([
    { text: "English, Spanish" },
    { text: "Spanish Sign Language" },
    { text: "English (United States)" },
    { coding: [{ system: BCP, code: "eng" }] },
    { coding: [{ system: "x", code: "es" }] },
    { coding: [{ system: BCP, code: "est" }] },
  ])("is not Spanish because a part of it sounds so: %j", (language) => {
    expect(languageFor(read({ communication: [{ language }] }).language?.code)).toBe("en");
  });

  test("that is preferred counts, whether it is the first, and of several others none", () => {
    const said = (text: string, preferred?: boolean) => ({
      language: { text },
      ...(preferred !== undefined && { preferred }),
    });
    const of = (...communication: object[]) => read({ communication }).language?.name;
    expect(of(said("A", false), said("B", true), said("C", true))).toBe("B");
    expect(of(said("A", false), said("B"))).toBeUndefined();
    expect(of(said("A"))).toBe("A");
    expect(of({ preferred: true })).toBeUndefined();
  });
});

describe("an interpreter", () => {
  const CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed";
  const coded = (...codes: string[]) => ({
    valueCodeableConcept: { coding: codes.map((code) => ({ code })) },
  });
  test.each<[what: string, extension: readonly object[], needed: boolean | undefined]>([
    ["is needed by HL7's yes", [{ url: CORE, valueCoding: { code: "Y" } }], true],
    ["is not by HL7's no", [{ url: CORE, valueCoding: { code: "N" } }], false],
    [
      "is not by what is said outright",
      [{ url: CORE, valueBoolean: false, valueCoding: { code: "Y" } }],
      false,
    ],
    [
      "is needed by the first code that answers",
      [{ url: CORE, valueCoding: { code: "x" }, ...coded("", "Y", "N") }],
      true,
    ],
    ["is not known by codes alone that are none", [{ url: CORE, ...coded("maybe") }], undefined],
    ["is not known by an extension without an answer", [{ url: CORE }], undefined],
    ["is not told by a name that only begins so", [{ url: CORE + "-not", valueBoolean: true }], undefined],
    [
      "is not told by a name that only ends so",
      [{ url: "x" + CORE.replace(/^.*\//, ""), valueBoolean: true }],
      undefined,
    ],
    ["is not told by an extension without a name", [{ valueBoolean: true }], undefined],
    [
      "is told by the first of two",
      [
        { url: CORE, valueBoolean: true },
        { url: CORE, valueBoolean: false },
      ],
      true,
    ],
  ])("%s", (_what, extension, needed) => {
    expect(read({ extension }).interpreter).toBe(needed);
  });
});

describe("a name", () => {
  test.each<[what: string, name: unknown, told: string | undefined, hidden: readonly string[]]>([
    ["in several parts", [{ family: ["de", "la Cruz"], given: ["Ana", "Eva"] }], "de la Cruz, Ana Eva", []],
    ["of a family alone", [{ family: "Lopez" }], "Lopez", []],
    ["of a given name alone", [{ given: ["Ana"] }], "Ana", []],
    ["whose family has another shape", [{ given: ["Ana"], family: {} }], "Ana", ["name.family"]],
    ["whose given name has another shape", [{ family: "Lopez", given: [{}] }], "Lopez", ["name.given"]],
    ["of which all has another shape", [{ family: {}, given: {} }], undefined, ["name"]],
    ["that has a text beside what is hidden", [{ text: "Ana Lopez", _family: {} }], "Ana Lopez", []],
    [
      "official, and over",
      [{ text: "Old", use: "official", period: { end: "2020" } }, { text: "New" }],
      "New",
      [],
    ],
    ["that will end", [{ text: "Now", period: { end: "2030" } }], "Now", []],
    ["that is none", [], undefined, []],
  ])("%s", (_what, name, told, hidden) => {
    const { name: written, hints } = read({ name });
    expect(written).toBe(told);
    expect(hints).toEqual(hidden.length === 0 ? [] : [{ kind: "patient-unreadable", fields: hidden }]);
  });

  test.each([
    ["name[].given", ["name"]],
    ["name", ["name"]],
    ["contact[].name", []],
    ["names[].given", []],
  ])("is hidden or not by what could not be read: %s", (member, fields) => {
    const reading = readMembers(patientSchema, { resourceType: "Patient", id: "1" });
    const identity = { id: "1", replaced: [], isLinkUnreadable: false };
    const { hints } = chartPatient({ ...reading, ignored: [member] }, identity, new Date(0));
    expect(hints).toEqual(fields.length === 0 ? [] : [{ kind: "patient-unreadable", fields }]);
  });
});
