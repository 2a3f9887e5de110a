/** Times are Chicago's, as its walls show them: CST, an hour more in summer. */
import { describe, expect, test } from "vitest";
import type { ToldKind } from "../../../app/domain/messages.ts";
import {
  beforeNightMs,
  changeDue,
  reminderDue,
  sendingTimeOf,
  wasJustTold,
  type Sending,
} from "../../../app/domain/sendingTime.ts";
import { instantAt } from "../../../app/domain/wallClock.ts";

const ZONE = "America/Chicago";
/** "01-12 09:00" of 2027, or a whole "2026-11-01 01:30". */
const at = (moment: string): Date => {
  const [day = "", time = ""] = (moment.length > 11 ? moment : "2027-" + moment).split(" ");
  return instantAt(ZONE, day, time);
};

function planned(kind: ToldKind, due: string, start: string, more: Partial<Sending> = {}) {
  const begins = at(start);
  const time = sendingTimeOf({
    kind,
    due: at(due),
    now: at("01-01 00:00"),
    start: begins,
    end: new Date(begins.getTime() + 30 * 60_000),
    zone: ZONE,
    hours: { from: "08:00", to: "21:00" },
    ...more,
  });
  return time.kind === "send" ? time.at : time.kind;
}

describe("within the hours a text goes when it is due", () => {
  test.each([
    ["01-12 08:00", "01-12 15:00"],
    ["01-12 20:59", "01-13 15:00"],
    ["01-12 12:34", "01-13 15:00"],
  ])("%s", (due, start) => expect(planned("confirmation", due, start)).toEqual(at(due)));

  test("what was due earlier goes now", () => {
    const now = at("01-12 10:00");
    expect(planned("confirmation", "01-12 09:00", "01-13 15:00", { now })).toEqual(now);
  });
});

describe("outside of them", () => {
  test.each([
    ["it waits for the morning", "01-12 07:59", "01-12 15:00", "01-12 08:00"],
    ["also from the evening before", "01-11 21:00", "01-12 15:00", "01-12 08:00"],
    ["where half an hour is left", "01-12 07:00", "01-12 08:30", "01-12 08:00"],
    ["or goes the evening before", "01-12 07:00", "01-12 08:29", "01-11 20:30"],
    ["also of a visit at night", "01-12 21:10", "01-12 21:30", "01-12 20:30"],
  ])("%s", (_what, due, start, sent) => expect(planned("reminder", due, start)).toEqual(at(sent)));

  test("that evening until the hours end, and then by mail alone", () => {
    const judgedAt = (now: Date) => planned("reminder", "01-12 07:00", "01-12 08:29", { now });
    expect(judgedAt(at("01-11 20:30"))).toEqual(at("01-11 20:30"));
    const aMomentLater = new Date(at("01-11 20:30").getTime() + 50);
    expect(judgedAt(aMomentLater)).toEqual(aMomentLater);
    expect(judgedAt(at("01-11 20:59"))).toEqual(at("01-11 20:59"));
    expect(judgedAt(at("01-11 21:00"))).toBe("mail-only");
    expect(judgedAt(at("01-12 07:00"))).toBe("mail-only");
  });

  test.each([
    ["a move, a little before it", "update", "01-12 08:01", "01-12 08:00"],
    ["a first notice", "confirmation", "01-12 08:29", "01-12 08:00"],
    ["a cancellation", "cancellation", "01-12 08:29", "01-12 08:00"],
    ["what starts as the hours open", "update", "01-12 08:00", undefined],
    ["what starts at night", "update", "01-12 02:00", undefined],
    ["a reminder, which another message has told", "reminder", "01-12 08:29", undefined],
  ] as const)(
    "what is known at night may be texted before the visit to whoever cannot be mailed: %s",
    (_, kind, start, opens) => {
      const known = at("01-11 22:00");
      const begins = at(start);
      const time = sendingTimeOf({
        ...{ kind, due: known, now: known, start: begins, zone: ZONE },
        ...{ end: new Date(begins.getTime() + 1_800_000), hours: { from: "08:00", to: "21:00" } },
      });
      expect(time).toEqual({ kind: "mail-only", ...(opens !== undefined && { opens: at(opens) }) });
    },
  );

  test("of a visit that becomes known that late in the evening, the notice alone is texted", () => {
    const now = at("01-11 20:45");
    expect(planned("confirmation", "01-11 20:45", "01-12 08:29", { now })).toEqual(now);
    const reminded = (told: string) =>
      planned("reminder", "01-12 07:00", "01-12 08:29", { told: at(told), now });
    expect(reminded("01-11 20:45")).toBe("mail-only");
    // The evening's reminders are due at half past eight.
    expect(reminded("01-11 20:01")).toBe("mail-only");
    expect(reminded("01-11 20:00")).toEqual(now);
  });

  // It is moved to next week.
  test.each([
    ["within two hours it does not wait", "01-12 05:30", "01-12 07:30", at("01-12 05:30")],
    ["also where it has begun", "01-12 07:40", "01-12 07:30", at("01-12 07:40")],
    ["before that it goes by mail only", "01-12 05:29", "01-12 07:30", "mail-only"],
    ["also from the evening before", "01-11 22:00", "01-12 08:29", "mail-only"],
    ["where half an hour is left it waits for the morning", "01-11 22:00", "01-12 08:30", at("01-12 08:00")],
  ])("a move goes by the start that its patient believes: %s", (_what, due, believed, sent) => {
    const more = { now: at(due), believed: at(believed) };
    expect(planned("update", due, "01-19 15:00", more)).toEqual(sent);
  });
  test("a move to a nearer start goes by that one", () => {
    const more = { now: at("01-11 22:00"), believed: at("01-19 15:00") };
    expect(planned("update", "01-11 22:00", "01-12 07:30", more)).toBe("mail-only");
    expect(planned("update", "01-12 06:30", "01-12 07:30", more)).toBe("mail-only");
  });
  test("whoever cannot be mailed of a move is texted in the morning, also where they will have come by then", () => {
    const now = at("01-11 22:00");
    const time = sendingTimeOf({
      ...{ kind: "update", due: now, now, start: at("01-19 15:00"), end: at("01-19 15:30"), zone: ZONE },
      ...{ believed: at("01-12 07:30"), hours: { from: "08:00", to: "21:00" } },
    });
    expect(time).toEqual({ kind: "mail-only", opens: at("01-12 08:00") });
  });

  test("a cancellation of the next two hours does not wait", () => {
    expect(planned("cancellation", "01-12 06:30", "01-12 08:30")).toEqual(at("01-12 06:30"));
    expect(planned("cancellation", "01-12 06:29", "01-12 08:30")).toEqual(at("01-12 08:00"));
    const now = at("01-12 06:45");
    expect(planned("cancellation", "01-12 06:29", "01-12 08:30", { now })).toEqual(at("01-12 08:00"));
    expect(planned("cancellation", "01-12 06:30", "01-12 08:30", { now })).toEqual(now);
  });

  test("a laptop never waits", () => {
    expect(planned("reminder", "01-12 03:00", "01-12 03:02", { hours: "always" })).toEqual(at("01-12 03:00"));
  });
});

describe("too late", () => {
  test("is a reminder from the start on, and anything from the end on", () => {
    const late = (kind: ToldKind, now: string) =>
      planned(kind, "01-12 08:30", "01-12 09:00", { now: at(now) });
    expect(late("reminder", "01-12 08:59")).toEqual(at("01-12 08:59"));
    expect(late("reminder", "01-12 09:00")).toBe("too-late");
    expect(late("update", "01-12 09:00")).toEqual(at("01-12 09:00"));
    expect(late("update", "01-12 09:30")).toBe("too-late");
    expect(late("cancellation", "01-12 09:30")).toBe("too-late");
  });
});

describe("clocks that are put forward or back", () => {
  // On 2026-03-08 there is no 2:30, and on 2026-11-01 there are two 1:30.
  const hours = { from: "02:30", to: "21:00" };
  test("a time that is skipped is the moment at which it is", () => {
    const sent = planned("confirmation", "2026-03-08 01:00", "2026-03-08 15:00", {
      hours,
      now: at("2026-03-01 12:00"),
    });
    expect(sent).toEqual(new Date("2026-03-08T08:00:00Z"));
  });
  test("of a time that comes twice the first counts", () => {
    const twice = { from: "01:30", to: "21:00" };
    const now = at("2026-10-01 12:00");
    expect(planned("confirmation", "2026-11-01 00:30", "2026-11-01 15:00", { hours: twice, now })).toEqual(
      new Date("2026-11-01T06:30:00Z"),
    );
    // 1:10 for the second time is after the first 1:30.
    const second = new Date("2026-11-01T07:10:00Z");
    expect(
      planned("confirmation", "2026-11-01 00:30", "2026-11-01 15:00", { hours: twice, now: second }),
    ).toEqual(second);
  });
  test("eight in the morning is eight in the morning", () => {
    const sent = planned("confirmation", "2026-03-07 22:00", "2026-03-08 15:00", {
      now: at("2026-03-01 12:00"),
    });
    expect(sent).toEqual(new Date("2026-03-08T13:00:00Z"));
  });
});

describe("when a message is due", () => {
  const known = at("01-11 09:00");
  const start = at("01-12 09:00");
  test.each(["confirmation", "cancellation"] as const)("a %s at once", (kind) => {
    expect(changeDue(kind, known, start)).toEqual(known);
  });
  test("an update two minutes later, for further moves", () => {
    expect(changeDue("update", known, start)).toEqual(at("01-11 09:02"));
  });
  test("an update at once where the visit begins within these two minutes", () => {
    const inTwo = new Date(known.getTime() + 2 * 60_000);
    expect(changeDue("update", known, inTwo)).toEqual(known);
  });
  test("an update at once where the start that its patient believes is as near", () => {
    const after = (minutes: number) => new Date(known.getTime() + minutes * 60_000);
    expect(changeDue("update", known, start, after(2))).toEqual(known);
    expect(changeDue("update", known, start, after(3))).toEqual(after(2));
    expect(changeDue("update", known, after(1), start)).toEqual(known);
  });
  test.each([
    ["half an hour before", "01-11 08:30", "01-11 09:00", false],
    ["less than that before", "01-11 08:31", "01-11 09:00", true],
    ["since its time", "01-11 09:10", "01-11 09:00", true],
    ["a quarter of an hour before one that is as long before the start", "01-12 08:30", "01-12 08:45", false],
    ["less than that before such a one", "01-12 08:31", "01-12 08:45", true],
  ])("whoever was told %s is not reminded right after it: %s, %s", (_what, told, due, wasTold) => {
    expect(wasJustTold(at(told), at(due), start)).toBe(wasTold);
    expect(wasJustTold(undefined, at(due), start)).toBe(false);
  });
  test("a reminder before the start, unless the visit became known later", () => {
    expect(reminderDue(15, known, start)).toEqual(at("01-12 08:45"));
    expect(reminderDue(1439, known, start)).toEqual(at("01-11 09:01"));
    expect(reminderDue(1440, known, start)).toBeUndefined();
  });
});

describe("that staff run late", () => {
  test.each([
    ["within the hours, at once", "01-12 08:00", "01-12 08:00", at("01-12 08:00")],
    ["a little later", "01-12 08:00", "01-12 08:14", at("01-12 08:14")],
    ["not after a quarter of an hour", "01-12 08:00", "01-12 08:15", "too-late"],
    ["not before they begin", "01-12 07:59", "01-12 07:59", "mail-only"],
    ["nor once they are over", "01-12 21:00", "01-12 21:00", "mail-only"],
  ])("is told %s", (_what, due, now, sent) => {
    expect(planned("late", due, "01-12 22:00", { now: at(now) })).toEqual(sent);
  });
});

test.each<[hours: Sending["hours"], milliseconds: number]>([
  ["always", 0],
  [{ from: "08:00", to: "21:00" }, (25 - 13 + 0.5) * 3_600_000],
  [{ from: "00:00", to: "23:59" }, (25 - 23 - 59 / 60 + 0.5) * 3_600_000],
])("with the hours %j a message may go so much before it is due", (hours, milliseconds) => {
  expect(beforeNightMs(hours)).toBe(milliseconds);
});
