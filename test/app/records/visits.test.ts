/** What becomes of a visit whose meeting Teams does not move. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LAST_EPOCH } from "../../../app/domain/linkToken.ts";
import { MeetingsFault, type Meeting, type Meetings, type Moved } from "../../../app/ports/meetings.ts";
import { openVisits } from "../../../app/records/visits.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import { keyringOf } from "../../harness/usedStore.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const NOT_TAKEN = new MeetingsFault("not-taken", "Graph answered 400 BadRequest");
let count = 0;

/** A visit that begins while its meeting is there already, with other times. */
async function begun(behind: Meeting["behind"], move: () => Promise<Moved>) {
  const { parts } = deployment;
  const meetings: Meetings = {
    open: () => Promise.resolve({ id: "m", joinUrl: "https://teams.example/m", ...(behind && { behind }) }),
    move,
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
    start: new Date("2027-01-12T15:00:00Z"),
    end: new Date("2027-01-12T15:30:00Z"),
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
