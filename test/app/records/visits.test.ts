/** What becomes of a visit whose meeting Teams does not move, and of links that two make at once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LAST_EPOCH } from "../../../app/domain/linkToken.ts";
import { MeetingsFault, type Meeting, type Meetings, type Moved } from "../../../app/ports/meetings.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openVisits } from "../../../app/records/visits.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import { keyringOf } from "../../harness/usedStore.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const START = new Date(Date.now() + 24 * 60 * 60_000);
const NOT_TAKEN = new MeetingsFault("not-taken", "Graph answered 400 BadRequest");
let count = 0;

/** A visit whose meeting exists already with other times. */
async function begun(behind: Meeting["behind"], move: () => Promise<Moved>) {
  const { parts } = deployment;
  const meetings: Meetings = {
    open: () => Promise.resolve({ id: "m", joinUrl: "https://teams.example/m", ...(behind && { behind }) }),
    move,
    close: () => Promise.resolve(),
    look: () => Promise.resolve("as-asked"),
  };
  const keyring = await keyringOf(deployment);
  const visits = openVisits({ ...parts, keyring, meetings, newEpoch: () => LAST_EPOCH });
  const [connection] = await parts.hospital.connections();
  const [department] = await parts.hospital.departments(connection?.id ?? "");
  if (department === undefined) throw new Error("no department");
  const visit = await visits.open({
    connectionId: department.connection,
    appointmentId: "a-" + String(++count),
    patients: { ids: ["p"], namesOf: (id) => Promise.resolve([id]) },
    department,
    start: START,
    end: new Date(START.getTime() + 30 * 60_000),
  });
  return { visits, visit };
}

test("it begins all the same, is behind, and catches up when Teams takes the times", async () => {
  const before = deployment.logged.length;
  const { visits, visit } = await begun(NOT_TAKEN, () => Promise.resolve("moved"));
  expect([visit.state, visit.behind instanceof Date]).toEqual(["open", true]);
  const logged = deployment.logged.slice(before).join("");
  expect(logged).toContain('"event":"meeting.not_changed"');
  expect(logged).toContain("Graph answered 400 BadRequest");
  expect(await visits.catchUp(visit.id)).toBe("in-step");
  expect((await visits.byId(visit.id))?.behind).toBeUndefined();
});

test("it stays behind while somebody is in the meeting, or Teams does not say why it refuses", async () => {
  const running = await begun("running", () => Promise.resolve("running"));
  expect(await running.visits.catchUp(running.visit.id)).toBe("running");
  const refused = await begun(NOT_TAKEN, () => Promise.reject(NOT_TAKEN));
  expect(await refused.visits.catchUp(refused.visit.id)).toBe("not-taken");
  for (const { visits, visit } of [running, refused])
    expect((await visits.byId(visit.id))?.behind).toBeInstanceOf(Date);
});

test("one whose meeting has its times is behind with nothing", async () => {
  const { visits, visit } = await begun(undefined, () => Promise.reject(NOT_TAKEN));
  expect([visit.behind, await visits.catchUp(visit.id)]).toEqual([undefined, "in-step"]);
});

test.each([
  ["finds it while another finds it", false, false],
  ["finds it while another opens its meeting", false, true],
  ["opens its meeting while another finds it", true, false],
  ["opens its meeting while another does", true, true],
] as const)("whoever %s hands out the same links", async (_says, mine, theirs) => {
  const { parts } = deployment;
  const keyring = await keyringOf(deployment);
  const [connection] = await parts.hospital.connections();
  const [department] = await parts.hospital.departments(connection?.id ?? "");
  if (department === undefined) throw new Error("no department");
  const meetings: Meetings = {
    open: () => Promise.resolve({ id: "m", joinUrl: "https://teams.example/m" }),
    move: () => Promise.resolve("moved"),
    close: () => Promise.resolve(),
    look: () => Promise.resolve("as-asked"),
  };
  const facts = {
    connectionId: department.connection,
    appointmentId: "two-" + String(++count),
    patients: { ids: ["p"], namesOf: (id: string) => Promise.resolve([id]) },
    department,
    start: START,
    end: new Date(START.getTime() + 30 * 60_000),
  };
  const others = openVisits({ ...parts, keyring, meetings, newEpoch: () => 2 });
  let handedOut: Awaited<ReturnType<typeof others.expect>> | undefined;
  // The other process does everything after this one has read the links and before it writes.
  const store: Store = {
    ...parts.store,
    read: async (container, partition, id) => {
      const row = await parts.store.read(container, partition, id);
      if (id.startsWith("links-") && handedOut === undefined) handedOut = await others.expect(facts, theirs);
      return row;
    },
  };
  const own = openVisits({ ...parts, store, keyring, meetings, newEpoch: () => 1 });
  const { links: linked } = await own.expect(facts, mine);
  expect(handedOut?.links.epoch).toBe(2);
  expect([linked.epoch, linked.people]).toEqual([2, handedOut?.links.people]);
  const resolved = await own.ofLink(linked.id);
  expect(resolved?.epoch).toBe(mine || theirs ? 2 : undefined);
  // Whatever anybody asks for afterwards is the same as what was handed out.
  expect((await others.expect(facts, false)).links.epoch).toBe(2);
});
