/** What is searched when, in which order, and how far back: rules without a chart. */
import { describe, expect, test } from "vitest";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { batchesOf, batchNamed, batchNames } from "../../../../app/flows/finding/batches.ts";
import { searchedFor, searchedNow, wasKnownBefore } from "../../../../app/flows/finding/knownBefore.ts";
import { everySeconds, rangesOf, RoundBroken } from "../../../../app/flows/finding/round.ts";
import { TurnFailed } from "../../../../app/web/flow.ts";
import { findingHospital } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date("2027-01-04T08:00:00Z");
const by = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe("a round", () => {
  test.each([
    ["production", "near", 60],
    ["production", "far", 900],
    ["test", "near", 60],
    ["local", "near", 5],
    ["local", "far", 900],
  ] as const)("of a deployment for %s, %s, comes every %i seconds", (environment, reach, seconds) => {
    expect(everySeconds(environment, reach)).toBe(seconds);
  });

  test.each([
    [14, 14 * DAY_MS],
    [3, 3 * DAY_MS],
    [2, 49 * HOUR_MS],
    [0, 49 * HOUR_MS],
  ])(
    "that is far reads as far ahead as patients are told, and further than the near one (%i days)",
    (days, ahead) => {
      expect(rangesOf("far", NOW, by(-5 * DAY_MS), days)).toEqual({ now: { from: NOW, before: by(ahead) } });
    },
  );

  const now = { from: by(-HOUR_MS), before: by(2 * DAY_MS) };
  test.each<[what: string, since: Date | undefined, missed: Date | undefined]>([
    ["was never whole", undefined, undefined],
    ["was whole at this moment", NOW, undefined],
    ["was whole a moment ago", by(-1), by(-HOUR_MS - 1)],
    ["was whole yesterday", by(-DAY_MS), by(-DAY_MS - HOUR_MS)],
    ["was whole a month ago", by(-30 * DAY_MS), by(-7 * DAY_MS)],
    ["was whole later than now, by a clock that was wrong", by(DAY_MS), undefined],
  ])("that is near reads an hour back, and what was missed since it %s", (_, since, from) => {
    expect(rangesOf("near", NOW, since, 14)).toEqual({
      now,
      ...(from && { missed: { from, before: now.from } }),
    });
  });

  test("that could not read everything says why, in the words in which work is put off", () => {
    const broken = new RoundBroken("scopes", "not all visits could be read: scopes");
    expect(broken).toBeInstanceOf(TurnFailed);
    expect(broken).toMatchObject({
      name: "RoundBroken",
      reason: "ehr.scopes",
      message: "not all visits could be read: scopes",
    });
  });
});

describe("locations", () => {
  const some = (count: number) => Array.from({ length: count }, (_, index) => "loc-" + String(index + 100));

  test.each([
    [0, [0]],
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])("%i of them are searched in batches of fifty, each once, sorted", (count, sizes) => {
    const batches = batchesOf(some(count).toReversed());
    expect(batches.map(({ length }) => length)).toEqual(sizes);
    expect(batches.flat()).toEqual(some(count));
  });

  test("have batches whose names lead back to connection and number", () => {
    const names = batchNames("lamna", 3);
    expect(names).toEqual(["lamna", "lamna.2", "lamna.3"]);
    expect(names.map(batchNamed)).toEqual([1, 2, 3].map((number) => ({ connectionId: "lamna", number })));
    expect(batchNamed("")).toEqual({ connectionId: "", number: 1 });
  });
});

describe("a visit was booked before its location was searched", () => {
  const where = { location: "loc-1", department: departmentOf("lamna") };
  const starting = (milliseconds: number) => ({ start: by(milliseconds), end: by(milliseconds + HOUR_MS) });
  const known = (
    days: number | undefined,
    times: ReturnType<typeof starting> | undefined,
    at: object = { where },
  ) =>
    wasKnownBefore({ ...at, ...(times && { times }) }, new Map(days === undefined ? [] : [["loc-1", days]]), {
      aheadDays: 14,
      now: NOW,
    });

  test.each<[what: string, days: number | undefined, ahead: number | undefined, is: boolean]>([
    ["the location is new", undefined, HOUR_MS, true],
    ["it is further ahead than was searched", 7, 7 * DAY_MS + 1, true],
    ["it is as far ahead as was searched", 7, 7 * DAY_MS, false],
    ["nobody knows when it is", 7, undefined, true],
    ["all that patients are told of was searched", 14, 20 * DAY_MS, false],
    ["more was searched than patients are told of", 30, undefined, false],
    ["the location was searched for no day", 0, -HOUR_MS, true],
  ])("or was not: %s", (_, days, ahead, is) => {
    expect(known(days, ahead === undefined ? undefined : starting(ahead))).toBe(is);
  });
  test("where it has no location, too", () => {
    expect(known(14, starting(HOUR_MS), {})).toBe(true);
  });
});

test("what has been searched is kept for the locations that are searched still, and is as far ahead as was read", () => {
  const before = new Map([
    ["read", 3],
    ["unread", 3],
    ["gone", 3],
  ]);
  const now = searchedNow(
    before,
    ["read", "unread", "new", "new and read"],
    new Set(["read", "new and read"]),
    14,
  );
  expect([...now]).toEqual([
    ["read", 14],
    ["unread", 3],
    ["new and read", 14],
  ]);
});

test("what was searched is good for the same chart and the same types of visit, in whichever order they stand", () => {
  const connection = { id: "lamna", fhirBaseUrl: "https://fhir.example/r4" as FhirBaseUrl };
  const { connectionId, chart } = searchedFor({ ...connection, visitTypes: ["b", "a"] });
  expect(connectionId).toBe("lamna");
  expect(searchedFor({ ...connection, visitTypes: ["a", "b"] }).chart).toBe(chart);
  expect(searchedFor({ ...connection, visitTypes: ["a"] }).chart).not.toBe(chart);
  const other = { ...connection, fhirBaseUrl: "https://fhir.example/r5" as FhirBaseUrl };
  expect(searchedFor({ ...other, visitTypes: ["a", "b"] }).chart).not.toBe(chart);
});

test("locations, strays, the next day and both rounds come round by themselves, for each connection that has a system client", async () => {
  const locations = Array.from({ length: 51 }, (_, index) => "loc-" + String(index));
  const { system: _, ...silent } = connectionOf("silent");
  const { deployment, look } = findingHospital({
    connections: [connectionOf("lamna"), silent],
    departments: [departmentOf("lamna", { locations })],
  });
  const ticks = async () =>
    Promise.all(
      deployment.flow.ticks.map(async ({ name, everySeconds: seconds, each, concerns }) => {
        expect(concerns).toBe("everybody");
        return [name, seconds, await each?.()];
      }),
    );
  const whole = ["lamna"];
  const others = [
    ["finding.locations", 900, whole],
    ["finding.strays", 86_400, whole],
    ["finding.soon", 900, whole],
  ];
  expect(await ticks()).toEqual([...others, ["finding.near", 60, whole], ["finding.far", 900, whole]]);
  // How many batches there are is known once the first has come round.
  await look();
  const batches = ["lamna", "lamna.2"];
  expect(await ticks()).toEqual([...others, ["finding.near", 60, batches], ["finding.far", 900, batches]]);
});
