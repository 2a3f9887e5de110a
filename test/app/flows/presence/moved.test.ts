/** What Teams told of a visit at the time that it was moved from says nothing about who is in it now. */
import { expect, onTestFinished, test } from "vitest";
import type { CallEvents } from "../../../../app/ports/callEvents.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import { reportsPlace } from "../../../harness/reportsPlace.ts";

test.each([
  ["to the next day", 1440, []],
  ["by an hour, while somebody is in", 60, ["subscribed"]],
] as const)(
  "a visit that was moved %s, and whose links are closed then, is watched while somebody is in",
  async (_when, minutes, asked) => {
    const place = reportsPlace();
    onTestFinished(() => place.close());
    const before = await place.visit("one", 5);
    const people = [{ id: "p", look: "outside", place: "in" }] as const;
    await place.presences.tell(before, { kind: "roster", at: place.now(), people }, place.now());
    const visit = await place.visit("one", 5 + minutes);
    place.forward(minutes);
    await place.parts.visits.end(visit.id);
    const calls: string[] = [];
    const callEvents = {
      subscribe: ({ until }) => {
        calls.push("subscribed");
        return Promise.resolve({ id: "s", until, replaced: [] });
      },
    } as Pick<CallEvents, "subscribe">;
    const clientStates = { of: () => "state" };
    const parts = { ...place.parts, presences: place.presences, callEvents, clientStates };
    const of = { visit: visit.id };
    const task = { id: "w", of, due: place.now(), tries: 1, signal: new AbortController().signal };
    expect(await watchJob(parts as unknown as PresencePicks)(task)).toEqual({ kind: "done" });
    expect(calls).toEqual(asked);
  },
);
