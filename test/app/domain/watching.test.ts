/** Of which meeting a subscription tells, and whether that is the visit's own. */
import { expect, test } from "vitest";
import type { Visit } from "../../../app/domain/visit.ts";
import { isOfFormer, meetingOf, subscriptionTo, type Subscription } from "../../../app/domain/watching.ts";

const visit = (id: string, epoch?: number) =>
  ({ meeting: { id }, ...(epoch !== undefined && { epoch }) }) as Pick<Visit, "epoch" | "meeting">;
const until = new Date("2027-01-12T15:00:00Z");
const subscription = (of?: Subscription["of"]): Subscription => ({ id: "s", until, ...(of && { of }) });

test("a meeting is known by its id, with the epoch of its visit where the visit has one", () => {
  expect(meetingOf(visit("m"))).toEqual({ meeting: "m" });
  expect(meetingOf(visit("m", 0))).toEqual({ meeting: "m", epoch: 0 });
});

test.each<[what: string, subscription: Subscription, isFormer: boolean]>([
  ["the visit's meeting", subscription({ meeting: "m", epoch: 1 }), false],
  ["it, before the visit was given away", subscription({ meeting: "m", epoch: 2 }), false],
  ["another", subscription({ meeting: "n", epoch: 1 }), true],
  ["nobody knows which", subscription(), false],
])("a subscription to %s", (_what, of, isFormer) => {
  expect(isOfFormer(of, visit("m", 1))).toBe(isFormer);
  expect(subscriptionTo(visit("m", 1), { subscription: of })).toBe(isFormer ? undefined : of);
});

test("where none is known, there is none", () => {
  expect([subscriptionTo(visit("m"), {}), subscriptionTo(visit("m"), undefined)]).toEqual([
    undefined,
    undefined,
  ]);
});
