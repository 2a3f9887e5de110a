/** What Graph has of subscriptions is compared with what visits have: orphans go, and what is gone is made anew. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { compareSubscriptions } from "../../../../app/flows/presence/subscriptions.ts";
import type { CallEvents, MeetingSubscription } from "../../../../app/ports/callEvents.ts";
import type { Presences } from "../../../../app/records/presences.ts";
import { watchAt } from "../../../../app/records/watching.ts";
import { reportsPlace } from "../../../harness/reportsPlace.ts";

let place: ReturnType<typeof reportsPlace>;
let there: MeetingSubscription[];
let removed: string[];
/** What Graph has, though its list was read before. */
let late: Set<string>;
beforeEach(() => {
  place = reportsPlace();
  there = [];
  removed = [];
  late = new Set();
});
afterEach(() => place.close());

async function compare(more: Partial<PresencePicks> = {}): Promise<void> {
  const callEvents: Pick<CallEvents, "all" | "remove" | "renew"> = {
    all: () => Promise.resolve(there),
    remove: (id) => Promise.resolve(void removed.push(id)),
    renew: (id, until) => Promise.resolve(late.has(id) ? { id, until } : undefined),
  };
  const parts = {
    ...place.parts,
    presences: place.presences,
    callEvents,
    ...more,
  } as unknown as PresencePicks;
  await compareSubscriptions(parts).run({ signal: new AbortController().signal });
}

/** A visit that is watched by this subscription, and is looked at again in so many minutes. */
async function watched(id: string, inMinutes = 60): Promise<Visit> {
  const visit = await place.visit("visit of " + id, 5);
  await place.presences.watching(visit, { subscription: { id, until: place.inMinutes(120) } });
  await watchAt(place.parts.jobs, visit.id, place.inMinutes(inMinutes));
  return visit;
}
const has = (id: string, { meeting: { joinUrl } }: Visit) => void there.push({ id, joinUrl });
const orphans = () => place.logged.filter((line) => line.includes("presence.orphans_removed")).length;

test("what Graph has and no visit knows is removed, and everything else is left", async () => {
  has("KNOWN", await watched("known"));
  const other = await watched("other");
  has("other", other);
  has("of-the-same-meeting", other);
  there.push({ id: "of-no-visit", joinUrl: "https://teams.example/deleted" });
  await compare();
  expect(removed).toEqual(["of-the-same-meeting", "of-no-visit"]);
  expect(orphans()).toBe(1);
  there = there.filter(({ id }) => !removed.includes(id));
  await compare();
  expect(removed).toHaveLength(2);
  expect(orphans()).toBe(1);
});

test("what a visit has is left, however Graph writes its meeting, and when the visit is looked at again", async () => {
  await watched("written-otherwise");
  there.push({ id: "Written-Otherwise", joinUrl: "https://teams.example/otherwise?p=%7b%7d" });
  has("of-long", await watched("of-long", 30 * 60));
  await compare();
  expect(removed).toEqual([]);
});

test("what a job may be noting just now is left", async () => {
  has("made-just-now", await watched("before", 0));
  await compare();
  expect(removed).toEqual([]);
});

test("what a visit has and Graph has no more is made anew, and whoever came meanwhile may have come unheard", async () => {
  const gone = await watched("gone");
  const listedTooEarly = await watched("made-later");
  late.add("made-later");
  await compare();
  const { presences } = place;
  expect(await presences.of(gone.id)).toMatchObject({ gap: place.now(), former: ["gone"] });
  expect((await presences.of(gone.id))?.subscription).toBeUndefined();
  expect((await presences.of(listedTooEarly.id))?.subscription?.id).toBe("made-later");
  expect((await presences.of(listedTooEarly.id))?.gap).toBeUndefined();
  const due = await place.parts.jobs.page("open", { before: place.inMinutes(1), limit: 10 });
  expect(due.jobs.map(({ job }) => [job.kind, job.of])).toEqual([["watch", { visit: gone.id }]]);
});

test.each(["missed", "watching"])("killed after %s, another process watches the visit anew", async (step) => {
  const gone = await watched("gone");
  const { presences } = place;
  const unlessKilled = (name: string) => {
    if (name === step) throw new Error("killed");
  };
  const mortal: Presences = {
    ...presences,
    async missed(...args) {
      await presences.missed(...args);
      unlessKilled("missed");
    },
    async watching(...args) {
      await presences.watching(...args);
      unlessKilled("watching");
    },
  };
  await expect(compare({ presences: mortal })).rejects.toThrow("killed");
  const { jobs } = await place.parts.jobs.page("open", { before: place.inMinutes(2), limit: 10 });
  expect(jobs.map(({ job }) => [job.kind, job.of])).toEqual([["watch", { visit: gone.id }]]);
});

test("a subscription that has ended by itself is nobody's loss here", async () => {
  await watched("over");
  place.forward(121);
  const before = await place.parts.jobs.page("open", { limit: 10 });
  await compare();
  expect(await place.parts.jobs.page("open", { limit: 10 })).toEqual(before);
});
