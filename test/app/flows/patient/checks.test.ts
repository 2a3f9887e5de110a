/** Joining without an account is proved by patients' taps alone, and a proof counts for 90 days. */
import { expect, test } from "vitest";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import { patientChecks } from "../../../../app/flows/patient/checks.ts";
import { jsonLog } from "../../../../app/log.ts";
import { openTestVisits } from "../../../../app/records/testVisits.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function deployed(callEvents: object | undefined) {
  const clock = { now: new Date("2026-11-02T12:00:00Z") };
  const now = () => clock.now;
  const store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
  const hospital = {
    connection: () => Promise.resolve(connectionOf("lamna-test", { environment: "test" })),
  };
  const testVisits = openTestVisits({ store, hospital, log: jsonLog(() => undefined, now), now });
  const parts = { callEvents, now, testVisits } as unknown as Parameters<typeof patientChecks>[0];
  const forward = (ms: number) => (clock.now = new Date(clock.now.getTime() + ms));
  return { store, testVisits, forward, check: async () => (await patientChecks(parts))[0] };
}

test.each<[string, object | undefined, "waited" | "tapped"]>([
  ["in a lobby", {}, "waited"],
  ["on the meeting's page, where Teams tells no more", undefined, "tapped"],
])("a proof %s has its day, is renewed, and counts for 90 days", async (_, callEvents, proves) => {
  const { check, forward, store, testVisits } = deployed(callEvents);
  expect((await check())?.unseen).toContain("Only a tap shows it");
  await testVisits.tapped("lamna-test");
  await testVisits[proves]("lamna-test");
  forward(80 * DAY_MS);
  expect(await check()).toEqual({ name: "anonymous-join", provedOn: "2026-11-02" });
  await testVisits[proves]("lamna-test");
  forward(HOUR_MS);
  await testVisits[proves]("lamna-test");
  forward(90 * DAY_MS - 2 * HOUR_MS);
  expect(await check()).toEqual({ name: "anonymous-join", provedOn: "2027-01-21" });
  forward(3 * HOUR_MS);
  expect((await check())?.unseen).toMatch(/last proved on 2027-01-21, more than 90 days ago.*tap a patient/);
  // The times that let a production connection be turned on stay the first.
  expect((await testVisits.list())[0]?.tappedAt).toBe("2026-11-02T12:00:00.000Z");
  await store.close();
});

test("where an old proof is followed by a tap that reaches no lobby, that is told", async () => {
  const { check, forward, store, testVisits } = deployed({});
  await testVisits.tapped("lamna-test");
  await testVisits.waited("lamna-test");
  forward(100 * DAY_MS);
  await testVisits.tapped("lamna-test");
  expect((await check())?.unseen).toContain("opened just now");
  forward(HOUR_MS);
  expect(await check()).toMatchObject({
    isWarning: true,
    fault: expect.stringContaining("2027-02-10") as string,
  });
  await store.close();
});

test("the first time, which is all that the release before has kept, is never told as the last", async () => {
  const { check, forward, store, testVisits } = deployed({});
  await testVisits.tapped("lamna-test");
  await testVisits.waited("lamna-test");
  const [row] = (await store.changes("settings", 10)).items;
  if (row === undefined) throw new Error("no row");
  const { lastWaitedAt: _, lastTappedAt: _tapped, ...body } = row.body;
  await store.replace("settings", { ...row, body }, row.etag);
  expect(await check()).toEqual({ name: "anonymous-join" });
  forward(100 * DAY_MS);
  expect((await check())?.unseen).toMatch(
    /first proved on 2026-11-02, and whether.*not known.*tap a patient/,
  );
  await store.close();
});
