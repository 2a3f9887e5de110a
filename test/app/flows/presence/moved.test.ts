/** What Teams told of a visit at the time that it was moved from says nothing about who is in it now. */
import { expect, onTestFinished, test } from "vitest";
import type { CallEvents } from "../../../../app/ports/callEvents.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

test.each([
  ["to the next day", 1440, []],
  ["by an hour, while somebody is in", 60, ["subscribed"]],
] as const)(
  "a visit that was moved %s, and whose links are closed then, is watched while somebody is in",
  async (_when, minutes, asked) => {
    const deployment = reportsDeployment();
    onTestFinished(() => deployment.close());
    const before = await deployment.visit("one", 5);
    const people = [{ id: "p", look: "outside", whereabouts: "in" }] as const;
    await deployment.presences.tell(
      before,
      { kind: "roster", at: deployment.now(), people },
      deployment.now(),
    );
    const visit = await deployment.visit("one", 5 + minutes);
    deployment.forward(minutes);
    await deployment.parts.visits.end(visit.id);
    const calls: string[] = [];
    const callEvents = {
      subscribe: ({ until }) => {
        calls.push("subscribed");
        return Promise.resolve({ id: "s", until, replaced: [] });
      },
    } as Pick<CallEvents, "subscribe">;
    const clientStates = { of: () => "state" };
    const parts = { ...deployment.parts, presences: deployment.presences, callEvents, clientStates };
    const of = { visit: visit.id };
    const task = { id: "w", of, due: deployment.now(), tries: 1, signal: new AbortController().signal };
    expect(await watchJob(parts as unknown as PresencePicks)(task)).toEqual({ kind: "done" });
    expect(calls).toEqual(asked);
  },
);
