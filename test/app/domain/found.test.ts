/** What keeps a visit that was found from being ready, and how near its start that counts. */
import { describe, expect, test } from "vitest";
import {
  believedStart,
  cancelledNow,
  isBelievedCancelled,
  isFoundOther,
  isRisk,
  isSoon,
  isUnwritten,
  RISKS,
  UNWRITTEN,
  wantsMeeting,
  withClosing,
  type FoundVisit,
} from "../../../app/domain/found.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { RISK_WORDS, riskOf } from "../../../app/domain/risks.ts";

const now = new Date("2027-01-12T15:00:00Z");
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const found = (more: Partial<FoundVisit> = {}): FoundVisit => ({
  id: "AAAABBBBCCCCDDDD" as VisitId,
  connectionId: "lamna",
  departmentId: "cardiology",
  location: "21000102",
  start: inHours(48),
  end: inHours(49),
  standing: "on",
  seen: "seen",
  firstSeen: now,
  changes: 1,
  hasMeeting: true,
  ...more,
});

test("a visit is soon within a day, and wants its meeting two days ahead", () => {
  expect([23.99, 24].map((hours) => isSoon({ start: inHours(hours) }, now))).toEqual([true, false]);
  expect([48, 48.01].map((hours) => wantsMeeting({ start: inHours(hours) }, now))).toEqual([true, false]);
});

test("risks and what was not written are known by their names alone", () => {
  expect(RISKS.map(isRisk)).toEqual(RISKS.map(() => true));
  expect(UNWRITTEN.map(isUnwritten)).toEqual(UNWRITTEN.map(() => true));
  expect([isRisk("other"), isUnwritten("other"), isUnwritten(undefined)]).toEqual([false, false, false]);
});

test.each<[what: string, visit: Partial<FoundVisit>, risk: string | undefined]>([
  ["it has all that it needs", {}, undefined],
  ["it has no meeting two days ahead", { hasMeeting: false }, "no-meeting"],
  ["it has none yet", { hasMeeting: false, start: inHours(48.01) }, undefined],
  ["something else is known", { hasMeeting: false, risk: "no-link" }, "no-link"],
  ["nobody told the patient", { isUntold: true }, "untold"],
  ["a page shows a change that cannot be read", { isChangeUnread: true }, "change-unread"],
  ["that, and nobody told what was before", { isChangeUnread: true, isUntold: true }, "untold"],
  ["that, and it was cancelled", { isChangeUnread: true, standing: "cancelled" }, "change-unread"],
  ["that, and the patient did not come", { isChangeUnread: true, standing: "missed" }, "change-unread"],
  ["staff closed its links", { isClosed: true, isUntold: true, risk: "no-link" }, "links-closed"],
  ["that, and it was cancelled", { isClosed: true, standing: "cancelled" }, undefined],
  ["it is for several patients", { patients: ["one", "other"] }, "several-patients"],
  ["nobody told one of several", { patients: ["one", "other"], isUntold: true }, "untold"],
  ["it is for one", { patients: ["one"] }, undefined],
  ["it is for several, and away", { patients: ["one", "other"], standing: "away" }, undefined],
  ["it has no meeting either", { isUntold: true, hasMeeting: false }, "no-meeting"],
  ["it is cancelled", { standing: "cancelled", risk: "no-link", hasMeeting: false }, undefined],
  [
    "it is cancelled, and nobody told the patient",
    { standing: "cancelled", risk: "no-link", isUntold: true },
    "untold",
  ],
  ["the patient did not come", { standing: "missed", hasMeeting: false }, undefined],
  ["it is not known whether it takes place", { standing: "away", risk: "not-shown" }, "not-shown"],
])("what keeps it from being ready: %s", (_what, visit, risk) => {
  expect(riskOf(found(visit), now)).toBe(risk);
});

test("links that staff closed before the start are known to be closed, until they are open again", () => {
  const visit = { start: inHours(48), state: "ended" } as const;
  const before = found();
  const closed = withClosing(before, { ...visit, closedAt: inHours(47.99) });
  expect(closed).toEqual({ ...before, isClosed: true });
  expect(withClosing(closed, { ...visit, closedAt: now })).toBe(closed);
  for (const other of [
    { ...visit, closedAt: inHours(48) },
    { ...visit, closedAt: now, state: "open" },
    { ...visit, closedAt: now, state: "cancelled" },
    visit,
  ] as const) {
    expect(withClosing(before, other)).toBe(before);
    expect(withClosing(closed, other)).toEqual(before);
  }
});

test("a visit that does not take place is believed to be when, and as, it was before", () => {
  const { start } = found({});
  const wasAt = inHours(3);
  const believed = [
    {},
    { wasAt, standing: "away" },
    { wasAt, standing: "missed" },
    // As the release before leaves it when the visit takes place again.
    { wasAt, standing: "on" },
    { wasAt, standing: "cancelled" },
    // Moved to times that are over.
    { wasAt, standing: "on", start: inHours(-2), end: now },
    { wasAt, standing: "cancelled", start: inHours(-2), end: now },
  ] as const;
  const starts = believed.map((one) => believedStart(found(one), now));
  expect(starts).toEqual([start, wasAt, wasAt, start, start, wasAt, inHours(-2)]);
  const all = [
    { standing: "on" },
    { standing: "cancelled" },
    { standing: "away" },
    { standing: "away", wasCancelled: true },
    { standing: "missed", wasCancelled: true },
    { standing: "on", wasCancelled: true },
  ] as const;
  expect(all.map(isBelievedCancelled)).toEqual([false, true, false, true, true, false]);
});

describe.each(RISKS)("the words for %s", (risk) => {
  test("say why, and what is next, in whole sentences", () => {
    const { why, next, move } = RISK_WORDS[risk];
    expect(why).toMatch(/^[a-zT].{8,}[^.]$/);
    expect(next).toMatch(/^[A-Z].{15,}\.$/);
    expect(["administrator", "oracle", "microsoft", "nobody"]).toContain(move);
  });
});

test("nobody is asked to move where the connector goes on by itself", () => {
  const byItself = RISKS.filter((risk) => RISK_WORDS[risk].move === "nobody");
  expect(byItself).toEqual([
    "no-link",
    "chart-locked",
    "no-meeting",
    "meeting-not-shown",
    "meeting-other-times",
    "found-late",
    "chart-silent",
  ]);
  const oracles = RISKS.filter((risk) => RISK_WORDS[risk].move === "oracle");
  expect(oracles).toEqual(["links-swapped", "rooms-other", "write-refused"]);
});

test.each<[what: string, before: Partial<FoundVisit>, after: Partial<FoundVisit>, change?: "cancelled"]>([
  ["takes place", { prepared: "seen" }, { prepared: "seen" }, "cancelled"],
  ["is at risk", { risk: "no-link" }, {}, "cancelled"],
  ["was told to nobody", { isUntold: true }, {}, "cancelled"],
  ["is missed", { standing: "missed", prepared: "seen" }, {}, "cancelled"],
  ["is cancelled", { standing: "cancelled" }, {}],
  ["is away, and was cancelled before", { standing: "away", risk: "not-shown", wasCancelled: true }, {}],
  [
    "is believed at another time",
    { standing: "away", wasAt: inHours(24) },
    { start: inHours(24), end: inHours(25) },
    "cancelled",
  ],
  ["is over", { start: inHours(-2), end: now }, { start: inHours(-2), end: now }],
  [
    "is over, and was told to nobody",
    { start: inHours(-2), end: inHours(-1), isUntold: true },
    { start: inHours(-2), end: inHours(-1), isUntold: true },
  ],
])("a visit that %s is cancelled", (_what, before, after, change) => {
  expect(cancelledNow(found(before), now)).toEqual({
    found: found({ ...after, standing: "cancelled" }),
    ...(change && { change }),
  });
});

test("others have found something else where what was seen, the standing or a change is another", () => {
  const others = [{}, { seen: "other" }, { standing: "away" }, { changes: 2 }, { risk: "no-link" }] as const;
  expect(others.map((other) => isFoundOther(found(other), found()))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});
