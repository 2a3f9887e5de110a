/** What Teams tells of the patient is asked to be said in the chart: once, and only where it is sure. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallEvent, CallEvents } from "../../../../app/ports/callEvents.ts";
import { takeJob } from "../../../../app/flows/presence/take.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import type { Look, Whereabouts } from "../../../../app/domain/presence.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

let deployment: ReturnType<typeof reportsDeployment>;
let wanted: string[];
/** Where somebody without an account was seen, by connection. */
let seen: Set<string>;
beforeEach(() => {
  deployment = reportsDeployment();
  wanted = [];
  seen = new Set();
  deployment.others["arrive"] = ({ of }) => {
    wanted.push(String(of["status"]));
    return Promise.resolve({ kind: "done" });
  };
});
afterEach(() => deployment.close());

/** Teams tells where somebody is from now on: in the meeting, in its lobby, or neither. */
async function told(visit: Visit, person: string, at: Whereabouts, look: Look = "outside"): Promise<void> {
  deployment.forward(1);
  const people = [{ id: person, look, whereabouts: at }];
  const event: CallEvent = { kind: "roster", at: deployment.now(), people };
  const item = { data: "", dataKey: "", dataSignature: "", certificateId: "" };
  const parts = {
    ...deployment.parts,
    presences: deployment.presences,
    testVisits: { waited: (connection: string) => Promise.resolve(void seen.add(connection)) },
    callEvents: { read: () => Promise.resolve(event) } as Pick<CallEvents, "read">,
    notifications: {
      read: () => Promise.resolve({ item, heard: deployment.now() }),
      remove: () => Promise.resolve(),
    },
  } as unknown as PresencePicks;
  const of = { visit: visit.id, notification: "n" };
  const task = { id: "n", of, due: deployment.now(), tries: 1, signal: new AbortController().signal };
  expect(await takeJob(parts)(task)).toEqual({ kind: "done" });
  await deployment.work();
}

test("what the vault does not open is tried again for as long as it is kept", async () => {
  const visit = await deployment.visit("one", 5);
  const item = { data: "", dataKey: "", dataSignature: "", certificateId: "" };
  const parts = {
    ...deployment.parts,
    presences: deployment.presences,
    callEvents: { read: () => Promise.reject(new VaultFault("away")) },
    notifications: { read: () => Promise.resolve({ item, heard: deployment.now() }) },
  } as unknown as PresencePicks;
  const of = { visit: visit.id, notification: "n" };
  const task = { id: "n", of, due: deployment.now(), tries: 1, signal: new AbortController().signal };
  expect(await takeJob(parts)(task)).toMatchObject({ kind: "not-now", reason: "vault.unavailable" });
});

async function tapped(known?: Visit): Promise<Visit> {
  const visit = known ?? (await deployment.visit("one", 5));
  const [patient] = visit.people;
  if (patient === undefined) throw new Error("no patient");
  await deployment.parts.visits.noteOpened(deployment.parts.visits.token(visit, patient));
  return visit;
}

test("the patient waits, and is let in: the chart is to say each once, however much is told after", async () => {
  const visit = await tapped();
  await told(visit, "p", "lobby");
  expect([wanted, [...seen]]).toEqual([["arrived"], [visit.connectionId]]);
  await told(visit, "p", "in");
  expect(wanted).toEqual(["arrived", "checked-in"]);
  await told(visit, "p", "left");
  await told(visit, "p", "in");
  expect(wanted).toEqual(["arrived", "checked-in"]);
});

test.each<[look: Look, at: Whereabouts, isSeen: boolean]>([
  ["outside", "lobby", true],
  ["outside", "in", true],
  // As Teams tells of a visitor whom it does not name: accounts of the directory do not wait.
  ["unnamed", "lobby", true],
  ["unnamed", "in", false],
  ["staff", "in", false],
  ["phone", "lobby", false],
])("whether somebody %s, %s, shows that people get in without an account: %s", async (look, at, isSeen) => {
  await told(await deployment.visit("one", 5), "p", at, look);
  expect(seen.size > 0).toBe(isSeen);
});

test("who waited before the visit was moved has not come to it, whatever is told of them still", async () => {
  const visit = await tapped();
  await told(visit, "p", "lobby");
  wanted.length = 0;
  await told(await deployment.visit("one", 4 * 1440), "p", "left");
  expect(wanted).toEqual([]);
});

test("a patient who opens the link again while they wait has been let in all the same", async () => {
  const visit = await tapped();
  await told(visit, "p", "lobby");
  deployment.forward(5);
  await tapped(visit);
  await told(visit, "p", "in");
  expect(wanted).toEqual(["arrived", "checked-in"]);
});

test("and whom Teams takes for another one then, when the first has gone", async () => {
  const visit = await tapped();
  await told(visit, "p", "lobby");
  await told(visit, "p", "left");
  deployment.forward(5);
  await tapped(visit);
  await told(visit, "q", "lobby");
  await told(visit, "q", "in");
  expect(wanted).toEqual(["arrived", "checked-in"]);
});

test("somebody who comes where the patient's link was never opened is nobody's arrival", async () => {
  await told(await deployment.visit("one", 5), "p", "lobby");
  expect(wanted).toEqual([]);
});
