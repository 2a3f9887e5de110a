/** Who is said to wait once the links have closed: nobody of before, whatever was lost of what Teams had to tell. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { waitingOf } from "../../../../app/flows/provider/waiting.ts";
import { shownOf } from "../../../../app/flows/provider/waitingCard.tsx";
import type { Watched } from "../../../../app/records/presenceRow.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
const visit: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: at(0),
  end: at(30),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 0 }],
};
const CLOSES = 30 + 240;
const SHOWN = { visit, zone: "UTC", now: at(20) };
const waits = (key: string, since: number): Watched["people"][number] => ({
  key,
  look: "outside",
  moments: [{ at: at(since), whereabouts: "lobby" }],
});
const isIn: Watched["people"][number] = {
  key: "in",
  look: "staff",
  moments: [{ at: at(5), whereabouts: "in" }],
};

function waitingAt(minute: number, watched: Partial<Watched>, state: Visit["state"] = "open") {
  const hospital = { visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 } };
  const parts = { callEvents: {}, hospital, now: () => at(minute) } as unknown as Parameters<
    typeof waitingOf
  >[0];
  return waitingOf(parts, { ...visit, state }, { people: [], ends: [], ...watched }, false);
}

function seen(minute: number, watched: Partial<Watched>) {
  const waiting = waitingAt(minute, watched);
  const people = "people" in waiting ? waiting.people : [];
  return [waiting.kind, ...people.map(({ whereabouts, since }) => [whereabouts, since.getTime()])];
}

const told = { id: "s", until: at(CLOSES + 60) };

test("while the links are open whoever came waits until Teams tells otherwise", () => {
  const people = [waits("a", 2)];
  expect(seen(CLOSES, { people })).toEqual(["told", ["lobby", at(2).getTime()]]);
});

test("once they have closed, nobody of before waits, and who is in is in", () => {
  const people = [waits("a", 2), isIn];
  expect(seen(CLOSES + 1, { people })).toEqual(["over", ["in", at(5).getTime()]]);
  expect(seen(CLOSES + 1, { people, trouble: "limit" })).toEqual(["over", ["in", at(5).getTime()]]);
  expect(seen(CLOSES + 1, { people, subscription: told })).toEqual(["told", ["in", at(5).getTime()]]);
});

test("whoever knocks after that waits, as long as Teams tells", () => {
  const people = [waits("a", 2), waits("b", CLOSES + 1)];
  expect(seen(CLOSES + 2, { people, subscription: told })).toEqual([
    "told",
    ["lobby", at(CLOSES + 1).getTime()],
  ]);
});

test.each(["cancelled", "ended"] as const)(
  "of a visit that is %s, somebody waits only while Teams tells; then it is said when they did",
  (state) => {
    const words = (watched: Partial<Watched>) =>
      shownOf(waitingAt(20, { people: [waits("a", 2)], heard: at(15), ...watched }, state), SHOWN).html;
    const live = words({ subscription: told });
    expect(live).toContain("Somebody waits in Teams all the same");
    expect(live).toContain("A guest has waited since 10:02");
    const after = words({});
    expect(after).toContain("Somebody waited in Teams when it told last, at 10:15 AM");
    expect(after).not.toMatch(/Somebody waits|has waited/);
    expect(words({ people: [] })).not.toContain("Teams");
  },
);

test("where something was lost of what Teams told, nobody is only not known to wait, until a call has ended", () => {
  const words = (watched: Partial<Watched>) =>
    shownOf(waitingAt(20, { subscription: told, heard: at(15), ...watched }), SHOWN).html;
  expect(words({})).toContain("Nobody is waiting");
  const lost = words({ gap: at(10) });
  expect(lost).toContain("Nobody is known to be waiting");
  expect(lost).toContain("Until 10:10 AM Teams did not tell all: look there, too.");
  expect(words({ gap: at(10), people: [waits("a", 12)] })).toContain("Somebody is waiting");
  expect(words({ gap: at(10), people: [waits("a", 12)] })).toContain("look there, too");
  // At the end of a call everybody has left; what was lost before the visit was moved was of another meeting.
  for (const past of [{ ends: [at(11)] }, { gap: at(-50) }])
    expect(words({ gap: at(10), ...past })).toContain("Nobody is waiting");
});
