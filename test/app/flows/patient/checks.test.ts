/** Joining without an account is proved by patients' taps alone, and a proof counts for 90 days. */
import { describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import { patientChecks } from "../../../../app/flows/patient/checks.ts";
import { patientFlow } from "../../../../app/flows/patient/patient.ts";
import { jsonLog } from "../../../../app/log.ts";
import { openTestVisits, type TestVisit } from "../../../../app/records/testVisits.ts";
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

test("a time of which the release before did not say whether it was the first is told as neither first nor last", async () => {
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
    /^It was proved on 2026-11-02, and whether.*not known.*tap a patient/,
  );
  await store.close();
});

test("a flow of links has no work of its own, and this to look at", async () => {
  const hospital = { organization: { name: "Lamna", phone: "5" } };
  const testVisits = { list: () => Promise.resolve([]) };
  const parts = { hospital, testVisits, now: () => new Date(0) } as unknown as Parameters<
    typeof patientFlow
  >[0];
  const { jobs, ticks, checks } = patientFlow(parts, { renderPage: () => "", caller: () => "" });
  expect([jobs, ticks, await checks()]).toEqual([{}, [], await patientChecks(parts)]);
});

describe("of several test charts", () => {
  const NOW = new Date("2026-11-02T12:00:00Z");
  const at = (days: number, ms = 0) => new Date(NOW.getTime() - days * DAY_MS - ms).toISOString();
  const check = async (visits: readonly Partial<TestVisit>[], callEvents: object | undefined = {}) => {
    const parts = { callEvents, now: () => NOW, testVisits: { list: () => Promise.resolve(visits) } };
    return (await patientChecks(parts as unknown as Parameters<typeof patientChecks>[0]))[0];
  };

  test.each<[what: string, visits: readonly Partial<TestVisit>[], says: object]>([
    [
      "nothing is told of none",
      [],
      { unseen: expect.stringMatching(/^Only a tap shows it, and no patient’s link/) as string },
    ],
    [
      "a visit that was only opened proves nothing",
      [{ openedAt: at(1) }],
      { unseen: expect.stringContaining("Only a tap") as string },
    ],
    [
      "the last proof counts",
      [{ lastWaitedAt: at(9) }, { lastWaitedAt: at(3) }, { lastWaitedAt: at(5) }],
      { provedOn: "2026-10-30" },
    ],
    ["a proof is good for 90 days", [{ lastWaitedAt: at(90) }], { provedOn: "2026-08-04" }],
    [
      "and no moment longer",
      [{ lastWaitedAt: at(90, 1) }],
      {
        unseen: expect.stringMatching(/^It was last proved on 2026-08-04, more than 90 days ago\./) as string,
      },
    ],
    [
      "a tap just now may still become a proof",
      [{ tappedAt: at(0, 30 * 60_000 - 1) }],
      { unseen: expect.stringMatching(/^A patient’s link was opened just now\./) as string },
    ],
    [
      "a tap half an hour ago would have",
      [{ tappedAt: at(0, 30 * 60_000) }],
      {
        isWarning: true,
        fault: expect.stringMatching(
          /^A patient’s link was opened on 2026-11-02 11:30 UTC, and nobody/,
        ) as string,
      },
    ],
    [
      "the first tap after the last proof's day is told",
      [
        { lastWaitedAt: at(100), tappedAt: at(200), lastTappedAt: at(95) },
        { tappedAt: at(97), lastTappedAt: at(96) },
      ],
      { isWarning: true, fault: expect.stringContaining("opened on 2026-07-28 12:00 UTC") as string },
    ],
    [
      "a tap of the last proof's day is no later one",
      [{ lastWaitedAt: at(100), tappedAt: at(100, -3_600_000) }],
      { unseen: expect.stringContaining("last proved on 2026-07-25") as string },
    ],
  ])("%s", async (_what, visits, says) => {
    expect(await check(visits)).toEqual({ name: "anonymous-join", ...says });
  });

  test("where Teams does not tell who waits, any tap proves it", async () => {
    const visits = [
      { lastWaitedAt: at(9), tappedAt: at(8) },
      { tappedAt: at(7), lastTappedAt: at(2) },
    ];
    const parts = {
      callEvents: undefined,
      now: () => NOW,
      testVisits: { list: () => Promise.resolve(visits) },
    };
    const [one] = await patientChecks(parts as unknown as Parameters<typeof patientChecks>[0]);
    expect(one).toEqual({ name: "anonymous-join", provedOn: "2026-10-31" });
    expect(await check(visits)).toMatchObject({ provedOn: "2026-10-24" });
  });
});
