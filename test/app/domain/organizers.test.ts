import { expect, test } from "vitest";
import { organizersOf } from "../../../app/domain/hospital.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { organizerFor } from "../../../app/domain/organizers.ts";

const account = (number: number) => "7d0c5a1e-0000-4000-8000-0000000000" + String(number).padStart(2, "0");
const accounts = (count: number) => Array.from({ length: count }, (_, index) => account(index)) as [string];
const visit = (number: number) =>
  Buffer.from(String(number).padStart(12, "0")).toString("base64url") as VisitId;
const VISITS = Array.from({ length: 4000 }, (_, index) => visit(index));

test("a department has the one account, or the list that stands in its place", () => {
  expect(organizersOf({ organizer: account(1) })).toEqual([account(1)]);
  expect(organizersOf({ organizers: accounts(3) })).toEqual(accounts(3));
});

test("the one account owns every visit", () => {
  for (const id of VISITS.slice(0, 10)) expect(organizerFor({ organizer: account(1) }, id)).toBe(account(1));
});

// The choice must never change, because a meeting is looked for at the account that it was made for.
test.each([
  [visit(1), account(2)],
  [visit(2), account(0)],
  [visit(3), account(2)],
  [visit(4), account(1)],
])("of three accounts visit %s has %s", (id, chosen) => {
  expect(organizerFor({ organizers: accounts(3) }, id)).toBe(chosen);
});

test.each([2, 3, 10])("of %i accounts each owns about as many visits as any other", (count) => {
  const owned = Map.groupBy(VISITS, (id) => organizerFor({ organizers: accounts(count) }, id));
  expect(owned.size).toBe(count);
  for (const visits of owned.values()) {
    expect(visits.length).toBeGreaterThan((VISITS.length / count) * 0.8);
    expect(visits.length).toBeLessThan((VISITS.length / count) * 1.2);
  }
});

test("neither the order of the list nor capitals choose another account", () => {
  const turned = accounts(5).toReversed() as [string];
  const capitals = accounts(5).map((one) => one.toUpperCase()) as [string];
  for (const id of VISITS.slice(0, 200)) {
    const chosen = organizerFor({ organizers: accounts(5) }, id);
    expect(organizerFor({ organizers: turned }, id)).toBe(chosen);
    expect(organizerFor({ organizers: capitals }, id)).toBe(chosen.toUpperCase());
  }
});

test("an account that is added takes its share, and moves no visit between the others", () => {
  const moved = VISITS.filter(
    (id) => organizerFor({ organizers: accounts(4) }, id) !== organizerFor({ organizers: accounts(5) }, id),
  );
  expect(moved.length).toBeGreaterThan(0);
  for (const id of moved) expect(organizerFor({ organizers: accounts(5) }, id)).toBe(account(4));
});
