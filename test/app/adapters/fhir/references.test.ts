/** Which resource a reference means, and where a token may go. */
import { describe, expect, test } from "vitest";
import { bareId, idOf, referred, withinBase } from "../../../../app/adapters/fhir/references.ts";

const BASE = "https://fhir.ehr.example/r4/t-1";

describe("a reference to a patient", () => {
  test("is none that names another type below a folder with that name", () => {
    const base = "https://ehr.example/patient/fhir/r4";
    expect(referred({ reference: base + "/Practitioner/12" }, "Patient", base)).toEqual({ kind: "nothing" });
    expect(referred({ reference: base + "/Patient/12" }, "Patient", base)).toEqual({
      kind: "here",
      id: "12",
    });
  });

  test.each([
    "Patient/p-1",
    "./Patient/p-1",
    " Patient/p-1 ",
    "Patient/p-1/_history/3",
    BASE + "/Patient/p-1",
    "HTTPS://FHIR.ehr.example/r4/t-1/Patient/p-1",
    BASE + "/Patient/p-1/_history/3",
    "patient/p-1",
    BASE + "/PATIENT/p-1",
  ])("%s is the one here", (reference) => {
    expect(referred({ reference }, "Patient", BASE)).toEqual({ kind: "here", id: "p-1" });
    expect(idOf({ reference }, "Patient", BASE)).toBe("p-1");
  });

  test.each([
    "https://other.example/r4/t-1/Patient/p-1",
    "https://fhir.ehr.example/r4/t-2/Patient/p-1",
    "http://fhir.ehr.example/r4/t-1/Patient/p-1",
    "Patient/a/b",
    "Patient?identifier=1",
    "Patient/..",
    "Patient/" + "a".repeat(129),
    "Patient/p-1/_history/",
    "x/Patient/p-1",
    "x/patient/p-1",
    "Patient",
  ])("%s is one elsewhere", (reference) => {
    expect(referred({ reference }, "Patient", BASE)).toEqual({ kind: "elsewhere" });
    expect(idOf({ reference }, "Patient", BASE)).toBeUndefined();
  });

  test("is one elsewhere, too, where only its type says so", () => {
    expect(referred({ reference: "somebody", type: "Patient" }, "Patient", BASE)).toEqual({
      kind: "elsewhere",
    });
  });

  test.each([
    undefined,
    "",
    " ",
    "#p-1",
    "urn:uuid:7d0c5a1e-0000-4000-8000-00000000a001",
    "URN:oid:1.2",
    "Practitioner/p-1",
    BASE + "/Practitioner/p-1",
    "InPatient/p-1",
    "Patients/p-1",
    "https://other.example/Practitioner/p-1",
    "https://other.example/r4/Practitioner/p-1/_history/1",
  ])("%s is none", (reference) => {
    expect(referred({ reference }, "Patient", BASE)).toEqual({ kind: "nothing" });
  });

  test.each(["somebody", "p-1", "/p-1", "a b", "?", "Practitioner/a/b", "https://other.example/p-1"])(
    "%s may be anybody, unless its type says that it is nobody",
    (reference) => {
      expect(referred({ reference }, "Patient", BASE)).toEqual({ kind: "unclear" });
      expect(referred({ reference, type: "Practitioner" }, "Patient", BASE)).toEqual({ kind: "nothing" });
      expect(idOf({ reference }, "Patient", BASE)).toBeUndefined();
    },
  );

  test("that is contained or missing stays none, whatever its type", () => {
    expect(referred({ reference: "#p-1", type: "Patient" }, "Patient", BASE)).toEqual({ kind: "nothing" });
    expect(referred({ type: "Patient" }, "Patient", BASE)).toEqual({ kind: "nothing" });
    expect(referred(undefined, "Patient", BASE)).toEqual({ kind: "nothing" });
  });
});

test.each([
  ["p-1", "p-1"],
  [" p-1 ", "p-1"],
  ["a_b~c.d", "a_b~c.d"],
  ["a".repeat(128), "a".repeat(128)],
  ["Patient/p-1", "p-1"],
  ["Practitioner/p-1", undefined],
  ["a".repeat(129), undefined],
  ["..", undefined],
  ["", undefined],
  ["a b", undefined],
])("an id given as %j is %s", (text, id) => {
  expect(bareId(text, "Patient", BASE)).toBe(id);
});

describe("a token goes to", () => {
  test.each([
    [BASE, BASE],
    [BASE + "/", BASE + "/"],
    [BASE + "/Patient?x=1#y", BASE + "/Patient?x=1"],
    ["Patient?x=1", BASE + "/Patient?x=1"],
    ["?page=2", BASE + "/?page=2"],
    ["/r4/t-1/Patient", BASE + "/Patient"],
    [BASE + "/a/../Patient", BASE + "/Patient"],
  ])("%s", (url, goesTo) => {
    expect(withinBase(BASE, url)).toBe(goesTo);
  });

  test("a base with a final slash is the same base", () => {
    expect(withinBase(BASE + "/", BASE + "/Patient", BASE + "/")).toBe(BASE + "/Patient");
  });

  test("the next page, relative to the page that names it", () => {
    expect(withinBase(BASE, "?page=3", BASE + "/Patient?page=2")).toBe(BASE + "/Patient?page=3");
  });

  test.each([
    "https://evil.example/r4/t-1/Patient",
    "http://fhir.ehr.example/r4/t-1/Patient",
    "https://fhir.ehr.example:8443/r4/t-1/Patient",
    "https://me@fhir.ehr.example/r4/t-1/Patient",
    "https://:pw@fhir.ehr.example/r4/t-1/Patient",
    BASE + "2/Patient",
    BASE + "/../t-2/Patient",
    BASE + "/%2e%2e/t-2",
    BASE + "/a%2F..%2Ft-2",
    BASE + "/a%5C..",
    BASE + "/Patient/a%2Eb",
    BASE + "/..;/t-2/Patient",
    BASE + "/..;x=1/t-2",
    BASE + "/..%3b/t-2",
    BASE + "/Patient;a=1/t-2",
    BASE + "/..a/t-2",
    "/r4/Patient",
    "https://",
  ])("nowhere such as %s", (url) => {
    expect(withinBase(BASE, url)).toBeUndefined();
  });

  test("a base that is spelled with such a letter itself", () => {
    expect(withinBase("https://ehr.example/a%2Fb", "https://ehr.example/a%2Fb/Patient")).toBe(
      "https://ehr.example/a%2Fb/Patient",
    );
  });
});
