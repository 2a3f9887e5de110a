/** Which links a chart should have, whose those are that it has, and what follows: rules without a chart. */
import { afterAll, describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Person } from "../../../../app/domain/visit.ts";
import {
  hasOwnLinks,
  judgeLinks,
  linksOf,
  pairOf,
  whoseLink,
  type Whose,
} from "../../../../app/flows/finding/chartLinks.ts";
import type { Rooms } from "../../../../app/ports/systemEhr.ts";
import { findingDeployment, OURS } from "../../../harness/findingDeployment.ts";

const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 8, minute));
const wanted = { provider: OURS + "/s/good", patient: OURS + "/j/good", start: at(60), end: at(90) };
const OWNERS: Readonly<Record<string, Whose>> = {
  good: "this-visit",
  other: "another-visit",
  dead: "nobody",
};
const whose = (link: string): Whose =>
  link.startsWith(OURS + "/") ? (OWNERS[link.split("/").at(-1) ?? ""] ?? "nobody") : "foreign";
const FOREIGN = "https://other-vendor.example/meet/1";
const { provider, patient } = wanted;
const both = { provider, patient };
const period = (start: number, end: number) => ({ period: { start: at(start), end: at(end) } });
const judge = (rooms: Partial<Rooms>, writes: boolean) =>
  judgeLinks({ order: "documented", ...rooms }, wanted, whose, writes);

test.each<[what: string, rooms: Partial<Rooms>, written: string, unwritten: string]>([
  ["no link", { order: "absent" }, "to-write", "none"],
  ["rooms without links", {}, "to-write", "none"],
  ["rooms in another order, without links", { order: "other" }, "rooms-other", "none"],
  ["both good links", both, "right", "right"],
  ["both for the visit's time", { ...both, ...period(60, 90) }, "right", "right"],
  ["both for another start", { ...both, ...period(50, 90) }, "to-write", "right"],
  ["both for another end", { ...both, ...period(60, 80) }, "to-write", "right"],
  [
    "both for another time, in another order",
    { ...both, ...period(50, 90), order: "other" },
    "rooms-other",
    "right",
  ],
  ["both, in another order", { ...both, order: "other" }, "right", "right"],
  ["another patient's link", { provider, patient: OURS + "/j/dead" }, "to-write", "dead-link"],
  ["another staff link", { provider: OURS + "/s/dead", patient }, "to-write", "dead-link"],
  [
    "both of another visit",
    { provider: OURS + "/s/other", patient: OURS + "/j/other" },
    "to-write",
    "wrong-environment",
  ],
  [
    "one of another visit",
    { provider: OURS + "/s/dead", patient: OURS + "/j/other" },
    "to-write",
    "wrong-environment",
  ],
  ["one good link alone", { patient }, "half-linked", "dead-link"],
  ["the staff's alone", { provider }, "half-linked", "dead-link"],
  ["one alone in another order", { patient, order: "other" }, "rooms-other", "dead-link"],
  ["somebody else's", { provider: FOREIGN, patient: FOREIGN }, "foreign-link", "none"],
  ["somebody else's beside ours", { provider: FOREIGN, patient }, "foreign-link", "dead-link"],
  ["somebody else's alone", { patient: FOREIGN }, "foreign-link", "none"],
  ["each in the other's room", { provider: patient, patient: provider }, "links-swapped", "dead-link"],
  ["the patient's in both rooms", { provider: patient, patient }, "links-swapped", "dead-link"],
  ["the staff's in both rooms", { provider, patient: provider }, "links-swapped", "dead-link"],
  ["the staff's in the patient's room alone", { patient: provider }, "links-swapped", "dead-link"],
  [
    "pages of ours that are no links",
    { provider: OURS + "/journal", patient: OURS + "/staff" },
    "to-write",
    "dead-link",
  ],
])(
  "a chart with %s is written to (%s), or known to be so where nothing is written",
  (_, rooms, ...expected) => {
    expect(
      [true, false].map((writes) => {
        const verdict = judge(rooms, writes);
        return verdict.kind === "risk" ? verdict.risk : verdict.kind;
      }),
    ).toEqual(expected);
  },
);

describe("the links of a visit", () => {
  const id = "AAAAAAAAAAAAAAAA" as VisitId;
  const deployment = findingDeployment({ charts: {} });
  afterAll(() => deployment.close());
  const { parts } = deployment;
  const person = (number: number, role: Person["role"], more: Partial<Person> = {}): Person => ({
    number,
    role,
    generation: 0,
    ...more,
  });
  const people = [
    person(0, "patient"),
    person(1, "colleague"),
    person(2, "relative"),
    person(3, "colleague", { ofChart: true }),
  ];
  const expectedLinks = (all: readonly Person[] = people) =>
    ({ id, epoch: 7, people: all }) as Parameters<typeof linksOf>[1];
  const times = { start: at(60), end: at(90) };
  const tokenOf = (one: Person) => parts.visits.token(expectedLinks(), one);

  test("are the patient's and the chart's own for staff, for the visit's time", () => {
    const [ofPatient, , , ofStaff] = people;
    if (ofPatient === undefined || ofStaff === undefined) throw new Error("nobody");
    expect(linksOf(parts, expectedLinks(), times)).toEqual({
      provider: OURS + "/s/" + tokenOf(ofStaff),
      patient: OURS + "/j/" + tokenOf(ofPatient),
      ...times,
    });
  });

  test.each([
    ["patient", people.slice(1)],
    ["link of the chart's own", people.slice(0, 3)],
    [
      "link of the chart's own that is good",
      [...people.slice(0, 3), person(3, "colleague", { ofChart: true, removed: true })],
    ],
  ])("are none where it has no %s", (_, all) => {
    expect(linksOf(parts, expectedLinks(all), times)).toBeUndefined();
  });

  test("are those that the chart has, or are not", () => {
    const found = { id, ...times } as Parameters<typeof hasOwnLinks>[1];
    const links = linksOf(parts, expectedLinks(), times);
    if (links === undefined) throw new Error("no links");
    const own = pairOf(parts, id, links);
    expect(hasOwnLinks(parts, { ...found, links: own }, expectedLinks())).toBe(true);
    expect(hasOwnLinks(parts, { ...found, links: "others" }, expectedLinks())).toBe(false);
    expect(hasOwnLinks(parts, found, expectedLinks())).toBe(false);
    expect(hasOwnLinks(parts, { ...found, links: own }, undefined)).toBe(false);
    expect(hasOwnLinks(parts, found, expectedLinks([]))).toBe(false);
    // Each room counts, and so does the visit.
    const others = [
      pairOf(parts, id, { ...links, provider: "x" }),
      pairOf(parts, id, { ...links, patient: "x" }),
      pairOf(parts, id, { provider: links.patient, patient: links.provider }),
      pairOf(parts, "BBBBBBBBBBBBBBBB" as VisitId, links),
    ];
    expect(new Set([own, ...others]).size).toBe(5);
  });

  test.each<[link: string, whose: Whose]>([
    [OURS + "/j/TOKEN", "this-visit"],
    [OURS + "/s/TOKEN?x=/no#/no", "this-visit"],
    [OURS + "/j/OTHER", "another-visit"],
    [OURS + "/j/nothing", "nobody"],
    [OURS, "nobody"],
    ["http://visits.example/j/TOKEN", "foreign"],
    [OURS + ".evil.example/j/TOKEN", "foreign"],
    ["room 4", "foreign"],
  ])("whose %s is", (link, whose) => {
    const [one] = people;
    if (one === undefined) throw new Error("nobody");
    const other = parts.visits.token({ id: "BBBBBBBBBBBBBBBB" as VisitId, epoch: 7 }, one);
    const text = link.replace("TOKEN", tokenOf(one)).replace("OTHER", other);
    expect(whoseLink(parts, id)(text)).toBe(whose);
  });
});
