/** The jobs by which Teams is told what it has not taken over, and by which meetings are closed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { laterForTeams, meetingJob } from "../../../../app/flows/provider/meetingJob.ts";
import { roomJob } from "../../../../app/flows/provider/roomJob.ts";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { launched } from "../../../harness/launched.ts";

const MINUTE = 60_000;

let at: ReturnType<typeof launched>;
beforeEach(() => {
  at = launched();
});
afterEach(() => at.close());

describe("jobs", () => {
  const task = (of: { readonly visit: string }) => ({
    id: "j",
    of,
    due: at.now(),
    tries: 1,
    signal: new AbortController().signal,
  });

  test("Teams is told later, for each pair of times once, as long as that is of use", async () => {
    const visit = await at.booked();
    await laterForTeams(at.parts, visit);
    await laterForTeams(at.parts, visit);
    const key = [visit.id, String(visit.start.getTime()), String(visit.end.getTime())].join(".");
    expect(await at.jobs()).toMatchObject([
      {
        id: "meeting:" + key,
        of: { visit: visit.id },
        due: at.inMinutes(1),
        usefulUntil: new Date(visit.end.getTime() + 240 * MINUTE),
      },
    ]);
  });

  test.each([
    ["in-step", { kind: "done" }],
    ["running", { kind: "not-now", reason: "meeting.running", afterSeconds: 300 }],
    ["gone", { kind: "not-now", reason: "meeting.not-shown", afterSeconds: 300 }],
    ["not-taken", { kind: "not-now", reason: "graph.times-not-taken", afterSeconds: 300 }],
    ["unavailable", { kind: "not-now", reason: "graph.unavailable" }],
    ["access-policy", { kind: "failed", reason: "graph.access-policy" }],
    ["refused", { kind: "failed", reason: "graph.refused" }],
  ])("a meeting that is %s: what becomes of the job", async (caughtUp, outcome) => {
    const visits = { catchUp: () => Promise.resolve(caughtUp) };
    const foundVisits = (found: object | undefined) => ({ byId: () => Promise.resolve(found) });
    const run = async (found: object | undefined) =>
      meetingJob(at.withParts({ visits, foundVisits: foundVisits(found) }))(task({ visit: "v" }));
    expect(await run(undefined)).toEqual(outcome);
    expect(await at.jobs()).toEqual([]);
    // A visit that was found in its chart has its meeting made anew when it is prepared.
    expect(await run({})).toEqual(caughtUp === "gone" ? { kind: "done" } : outcome);
    expect((await at.jobs()).map(({ kind, of }) => [kind, of])).toEqual(
      caughtUp === "gone" ? [["prepare", { visit: "v" }]] : [],
    );
  });

  test("a meeting is closed by none of a visit that is gone, and asked about again where something was besides", async () => {
    const run = (setRoom: () => Promise<string>, of: Partial<Visit> | undefined) =>
      roomJob(at.withParts({ visits: { byId: () => Promise.resolve(of), setRoom } }))(task({ visit: "v" }));
    expect(await run(() => Promise.reject(new Error("nobody asks")), undefined)).toEqual({ kind: "done" });
    const visit = await at.booked();
    expect(await run(() => Promise.resolve("besides"), visit)).toEqual({
      kind: "not-now",
      reason: "room.besides",
      afterSeconds: 30,
    });
    expect(await run(() => Promise.resolve("gone"), visit)).toEqual({
      kind: "not-now",
      reason: "room.gone",
      afterSeconds: 900,
    });
    at.logged();
    expect(await run(() => Promise.reject(new MeetingsFault("unavailable", "x")), visit)).toEqual({
      kind: "not-now",
      reason: "graph.unavailable",
    });
    expect(at.logged()).toMatchObject([
      { level: "error", event: "meeting.not_changed", connection: "lamna" },
    ]);
    expect(await run(() => Promise.reject(new MeetingsFault("access-policy", "x")), visit)).toEqual({
      kind: "failed",
      reason: "graph.access-policy",
    });
    const bug = new TypeError("a bug");
    await expect(run(() => Promise.reject(bug), visit)).rejects.toBe(bug);
    expect(await at.jobs()).toEqual([]);
    expect(await run(() => Promise.resolve("set"), visit)).toEqual({ kind: "done" });
    expect((await at.jobs()).map(({ kind, due }) => [kind, due])).toEqual([
      ["room", new Date(visit.end.getTime() + 240 * MINUTE)],
    ]);
  });

  describe("a meeting that is to be closed", () => {
    interface Closing {
      readonly hours?: number;
      readonly set?: "set" | "gone";
      readonly watched?: "not told" | "nobody" | "somebody";
      readonly state?: "ended";
    }
    /** Long after the end of the visit at which nobody closed the links, unless `change` says otherwise. */
    async function close({ hours = 5, set = "set", watched = "not told", ...change }: Closing = {}) {
      const visit = { ...(await at.booked()), ...change };
      const moments = [{ at: visit.start, whereabouts: "in" }];
      const people = watched === "somebody" ? [{ key: "p", look: "staff", moments }] : [];
      at.forward(40 + hours * 60);
      let asked = 0;
      const visits = { byId: () => Promise.resolve(visit), setRoom: () => Promise.resolve((asked++, set)) };
      const told = watched === "not told" ? undefined : { ends: [], people };
      const presences = { of: () => Promise.resolve(told) };
      const came = await roomJob(at.withParts({ visits, presences }))(task({ visit: visit.id }));
      return { came, asked, jobs: (await at.jobs()).map(({ kind }) => kind) };
    }
    const OCCUPIED = { kind: "not-now", reason: "room.occupied", afterSeconds: 900 };
    const DONE = { kind: "done" };

    test("stays open while somebody is in it, as far as Teams has told, and for a day at most", async () => {
      expect(await close({ watched: "somebody" })).toEqual({ came: OCCUPIED, asked: 0, jobs: [] });
    });

    test.each<[why: string, change: Closing]>([
      ["nobody is in it", { watched: "nobody" }],
      ["Teams has told nothing", {}],
      ["its links were closed, whoever is in it", { state: "ended", watched: "somebody" }],
      ["a day has passed", { hours: 28, watched: "somebody" }],
    ])("is closed, and nobody looks again, where %s", async (_why, change) => {
      expect(await close(change)).toEqual({ came: DONE, asked: 1, jobs: [] });
    });

    test("and that Teams does not show is looked for once more within a day, and then no more", async () => {
      expect((await close({ set: "gone" })).came).toEqual({
        ...{ kind: "not-now", reason: "room.gone", afterSeconds: 900 },
      });
      expect((await close({ set: "gone", hours: 28 })).came).toEqual(DONE);
    });

    test("by links that were closed before the visit was over is not asked about again at its end", async () => {
      expect(await close({ hours: 0, state: "ended" })).toEqual({ came: DONE, asked: 1, jobs: [] });
    });
  });
});
