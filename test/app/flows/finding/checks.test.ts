/** What the checks of finding say, by what the rounds have kept: each from when on, and whose move it is. */
import { describe, expect, test } from "vitest";
import type { FoundVisit, Risk } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import type { LocationChange } from "../../../../app/domain/knownLocations.ts";
import type { TickState } from "../../../../app/records/ticks.ts";
import { tickOf } from "../../../../app/web/flow.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf, type Round } from "../../../harness/findingDeployment.ts";

const SECOND_MS = 1_000;

/** @param count how many batches the connection's locations are searched in */
function hospital(count = 1) {
  const locations = Array.from({ length: 50 * count }, (_, index) => "loc-" + String(index + 100));
  const opened = findingHospital({ departments: [departmentOf("lamna", { locations })] });
  const { deployment } = opened;
  const ago = (seconds: number) => new Date(deployment.now().getTime() - seconds * SECOND_MS);
  /** Sets the state of a round's tick. */
  const came = async (name: Round, batch: string, state: Partial<TickState>) => {
    const { ticks } = deployment.parts;
    const kept = await ticks.of(tickOf(name, batch));
    await ticks.write(kept, { ...kept.state, ...state });
  };
  const lastFailure = (reason: string) => ({ reason, at: deployment.now() });
  return { ...opened, ago, came, lastFailure };
}

test("each connection with a system client has its checks, and each of its organizers one, in whatever case it is written", async () => {
  const organizers = ["7D0C5A1E-0000-4000-8000-00000000A001", "7d0c5a1e-0000-4000-8000-00000000a002"];
  const { system: _, ...silent } = connectionOf("silent");
  const { deployment } = findingHospital({
    connections: [connectionOf("lamna"), silent],
    departments: [
      departmentOf("lamna", { organizers }),
      departmentOf("lamna", { id: "other", organizers: organizers.map((one) => one.toLowerCase()) }),
      departmentOf("silent", { organizers: ["7d0c5a1e-0000-4000-8000-00000000a009"] }),
    ],
  });
  expect((await deployment.flow.checks()).map(({ name, of }) => [name, of])).toEqual([
    ["system-client", "lamna"],
    ["visits-found", "lamna"],
    ["locations", "lamna"],
    ["stray-locations", "lamna"],
    ["visits-at-risk", "lamna"],
    ["organizer-meetings", "7d0c5a1e-0000-4000-8000-00000000a001"],
    ["organizer-meetings", "7d0c5a1e-0000-4000-8000-00000000a002"],
  ]);
});

describe("whether the system client is let in", () => {
  test.each([
    ["ehr.registration", "administrator", "refuses the system client"],
    ["ehr.scopes", "oracle", "fewer scopes than it needs"],
    ["ehr.token", "oracle", "refuses the tokens of its own authorization server"],
    ["ehr.proof", "administrator", "proves itself cannot be used"],
    ["ehr.clocks", "administrator", "minutes apart"],
  ] as const)("%s", async (reason, move, words) => {
    const { came, check, lastFailure } = hospital(2);
    await came("finding.near", "lamna", { failures: 1, lastFailure: lastFailure("ehr.down") });
    await came("finding.near", "lamna.2", { failures: 1, lastFailure: lastFailure(reason) });
    expect(await check("system-client")).toEqual({
      name: "system-client",
      of: "lamna",
      move,
      fault: expect.stringContaining(words) as string,
    });
    // The chart lets the system client in again.
    await came("finding.near", "lamna.2", { failures: 0 });
    expect(await check("system-client")).toEqual({ name: "system-client", of: "lamna" });
  });

  test("says nothing of what has other reasons, or none, and nothing of the far round", async () => {
    const { came, check, lastFailure } = hospital();
    await came("finding.far", "lamna", { failures: 1, lastFailure: lastFailure("ehr.scopes") });
    expect(await check("system-client")).not.toHaveProperty("fault");
    for (const state of [{ failures: 1 }, { failures: 3, lastFailure: lastFailure("ehr.down") }]) {
      await came("finding.near", "lamna", state);
      expect(await check("system-client")).not.toHaveProperty("fault");
    }
  });
});

describe("whether the chart's visits are read", () => {
  test("an answer that is too large is told as that, and as Oracle's to mend, however long it lasts", async () => {
    const { came, check, ago, lastFailure } = hospital();
    const failed = { failures: 2, lastFailure: lastFailure("ehr.too-large") };
    for (const last of [ago(1), ago(600)]) {
      await came("finding.near", "lamna", { ...failed, last });
      expect(await check("visits-found")).toEqual({
        name: "visits-found",
        of: "lamna",
        move: "oracle",
        fault: expect.stringMatching(
          /more than 4 MB.*report to Oracle.*in the chart which visits have no link/,
        ) as string,
      });
    }
    await came("finding.near", "lamna", { ...failed, failures: 0, last: ago(0) });
    expect(await check("visits-found")).not.toHaveProperty("fault");
    // Of the far round, too.
    await came("finding.far", "lamna", { ...failed, last: ago(1) });
    expect((await check("visits-found"))?.fault).toContain("more than 4 MB");
    await came("finding.far", "lamna", { ...failed, failures: 0, last: ago(1) });
    expect(await check("visits-found")).not.toHaveProperty("fault");
  });

  test.each(["finding.near", "finding.far"] as const)(
    "and so where it was so from the first (%s)",
    async (name) => {
      const { came, check, lastFailure } = hospital();
      await came(name, "lamna", { failures: 1, lastFailure: lastFailure("ehr.too-large") });
      expect(await check("visits-found")).toMatchObject({
        move: "oracle",
        fault: expect.stringContaining("more than 4 MB") as string,
      });
    },
  );

  test.each([
    [1, 0, "visits that start in one half hour may not be known; all others are"],
    [1, 3, "visits that start in 3 half hours may not be known"],
    [4, 3, "visits that start in 5 half hours may not be known"],
  ])("half hours that are too large are told, near %i and far %i", async (near, far, words) => {
    const { came, check, ago } = hospital(2);
    await came("finding.near", "lamna", { last: ago(0), tooLarge: near });
    await came("finding.near", "lamna.2", { last: ago(0), tooLarge: near === 4 ? 1 : 0 });
    await came("finding.far", "lamna", { last: ago(0), tooLarge: far });
    expect(await check("visits-found")).toMatchObject({
      move: "oracle",
      fault: expect.stringContaining(words) as string,
    });
  });

  test("one batch that is too large does not hide how the others stand", async () => {
    const { came, check, ago, lastFailure } = hospital(2);
    for (const large of [
      { last: ago(0), tooLarge: 1 },
      { failures: 1, lastFailure: lastFailure("ehr.too-large") },
    ]) {
      await came("finding.near", "lamna", large);
      await came("finding.near", "lamna.2", { last: ago(0) });
      expect(await check("visits-found")).toMatchObject({ move: "oracle" });
      await came("finding.near", "lamna.2", { last: ago(3_600) });
      const stale = await check("visits-found");
      expect(stale?.fault).toMatch(
        /^The chart's visits were last read wholly 60 minutes ago\..*more than 4 MB/,
      );
      expect(stale).not.toHaveProperty("move");
      await came("finding.far", "lamna.2", { leftOut: 2 });
      await came("finding.near", "lamna.2", { last: ago(0) });
      expect((await check("visits-found"))?.fault).toMatch(
        /^Of the chart's appointments 2 cannot.*more than 4 MB/,
      );
      await came("finding.far", "lamna.2", { leftOut: 0 });
    }
  });

  test("one batch that has not come round says nothing, and one that failed from the first says so", async () => {
    const { came, check, ago } = hospital(2);
    const fault = async () => (await check("visits-found"))?.fault;
    expect(await fault()).toContain("visits have not been read yet");
    await came("finding.near", "lamna", {});
    expect(await fault()).toContain("visits have not been read yet");
    await came("finding.near", "lamna", { failures: 1 });
    expect(await fault()).toContain("visits have not been read yet");
    await came("finding.near", "lamna", { failures: 0, last: ago(0) });
    expect(await check("visits-found")).toEqual({ name: "visits-found", of: "lamna" });
    await came("finding.near", "lamna.2", {});
    expect(await fault()).toBeUndefined();
    await came("finding.near", "lamna.2", { failures: 1 });
    expect(await fault()).toContain("some of its locations have not been read yet");
    await came("finding.near", "lamna.2", { last: ago(0) });
    expect(await fault()).toBeUndefined();
  });

  test.each([
    [600, undefined],
    [659, undefined],
    [660, "11 minutes ago"],
    [3_600, "60 minutes ago"],
  ])("read wholly %i seconds ago by the batch that is furthest behind", async (seconds, words) => {
    const { came, check, ago } = hospital(2);
    await came("finding.near", "lamna", { last: ago(0) });
    await came("finding.near", "lamna.2", { last: ago(seconds) });
    const fault = (await check("visits-found"))?.fault;
    if (words === undefined) expect(fault).toBeUndefined();
    else expect(fault).toContain(`were last read wholly ${words}. What was missed is caught up`);
  });

  test("what cannot be read is counted over all batches", async () => {
    const { came, check, ago } = hospital(3);
    for (const batch of ["lamna", "lamna.2", "lamna.3"]) await came("finding.near", batch, { last: ago(0) });
    await came("finding.far", "lamna", { leftOut: 2 });
    await came("finding.far", "lamna.2", { leftOut: 3 });
    expect((await check("visits-found"))?.fault).toContain("Of the chart's appointments 5 cannot be read");
    await came("finding.far", "lamna", { leftOut: 0 });
    await came("finding.far", "lamna.2", { leftOut: 0, keptBack: 1 });
    expect((await check("visits-found"))?.fault).toMatch(/^The chart says that it keeps appointments back/);
    await came("finding.far", "lamna.2", { leftOut: 0, keptBack: 0 });
    // Far rounds read what near ones do, and more.
    await came("finding.near", "lamna", { last: ago(0), changeUnread: 1 });
    expect((await check("visits-found"))?.fault).toMatch(/search shows 1 visit changed.*its own record/);
    await came("finding.far", "lamna", { changeUnread: 1 });
    await came("finding.far", "lamna.2", { changeUnread: 2, leftOut: 1 });
    expect((await check("visits-found"))?.fault).toMatch(
      /^Of the chart's appointments 1 cannot.*search shows 3 visits changed/,
    );
    await came("finding.near", "lamna", { last: ago(0), changeUnread: 0 });
    for (const batch of ["lamna", "lamna.2"])
      await came("finding.far", batch, { changeUnread: 0, leftOut: 0 });
    expect(await check("visits-found")).toEqual({ name: "visits-found", of: "lamna" });
  });
});

describe("the locations", () => {
  const at = new Date("2027-01-03T08:00:00Z");
  const kept = async (changes: readonly LocationChange[], isCut = false) => {
    const opened = findingHospital();
    const read = { below: [], roots: ["loc-1"], known: [], changes, isCut, readAt: at };
    await opened.deployment.parts.locations.keep("lamna", read);
    return opened;
  };
  const gone = (id: string, more: Partial<LocationChange> = {}): LocationChange => ({
    id,
    what: "gone",
    at,
    ...more,
  });

  test("that were read are well; of those that were not read yet nothing is known", async () => {
    const { check, deployment } = await kept([]);
    expect(await check("locations")).toEqual({ name: "locations", of: "lamna" });
    deployment.reset({});
    const { check: ofNew, came } = hospital();
    for (const name of ["locations", "system-client"] as const)
      expect(await ofNew(name)).toEqual({
        ...{ name, of: "lamna", isNothingYet: true },
        unseen: expect.stringMatching(
          /^Nothing to check yet: the chart.* for the first time within/,
        ) as string,
      });
    // The round was tried, which does not prove that the system client was let in.
    await came("finding.near", "lamna", { failures: 1 });
    expect(await ofNew("system-client")).toEqual({ name: "system-client", of: "lamna" });
  });

  test("that could not be read, and those of a chart with too many, say so", async () => {
    const { check, deployment } = await kept([], true);
    expect((await check("locations"))?.fault).toContain("more locations than can be read");
    const tick = await deployment.parts.ticks.of(tickOf("finding.locations", "lamna"));
    await deployment.parts.ticks.write(tick, { ...tick.state, failures: 1 });
    expect((await check("locations"))?.fault).toContain("could not be read when it was last tried");
  });

  test("of which some have changed say first by which visits are missed, three in words and the number of the others", async () => {
    const renamed = { id: "loc-1", what: "renamed", from: "Old", to: "New", at } as const;
    const own = await kept([renamed]);
    expect(await own.check("locations")).toEqual({
      name: "locations",
      of: "lamna",
      isWarning: true,
      fault: "Location loc-1 is called “New” since 2027-01-03; it was called “Old”.",
    });
    const left = { id: "room-1", what: "left", root: "loc-1", at } as const;
    const three = await kept([renamed, left, gone("loc-1")]);
    const fault = (await three.check("locations"))?.fault ?? "";
    expect(await three.check("locations")).not.toHaveProperty("isWarning");
    expect(fault).toMatch(
      /^Location room-1 .*\. Add it, .* The chart has not shown location loc-1 .* Location loc-1 is called/,
    );
    expect(fault).not.toContain(" And ");
    const five = await kept([renamed, renamed, left, gone("loc-1"), gone("loc-1")]);
    expect((await five.check("locations"))?.fault).toMatch(
      / And 2 more: each department’s page has its own\.$/,
    );
    expect((await five.check("locations"))?.fault).not.toContain("is called");
  });

  test.each([
    [
      "one that cannot be read",
      { unreadable: 1, keptBack: 0 },
      /^One of the chart’s locations cannot be read/,
    ],
    [
      "some that cannot be read",
      { unreadable: 4, keptBack: 0 },
      /^Of the chart’s locations 4 cannot be read/,
    ],
    [
      "some kept back",
      { unreadable: 0, keptBack: 2 },
      /^The chart says that it keeps locations back .* rights/,
    ],
    [
      "both",
      { unreadable: 1, keptBack: 1 },
      /^One of .* what its API answers\. The chart says that it keeps/,
    ],
  ])(
    "of which the reading lacks %s say so, as a warning, after what loses visits",
    async (_what, lacking, says) => {
      const { check, deployment } = await kept([]);
      const { locations } = deployment.parts;
      const read = { below: [], roots: ["loc-1"], known: [], isCut: false, readAt: at, lacking };
      await locations.keep("lamna", { ...read, changes: [] });
      expect(await check("locations")).toMatchObject({
        fault: expect.stringMatching(says) as string,
        isWarning: true,
      });
      await locations.keep("lamna", { ...read, changes: [gone("loc-1")] });
      const found = await check("locations");
      expect(found?.fault).toMatch(
        /^The chart has not shown location loc-1 .*may be missed; list each location/,
      );
      expect(found).not.toHaveProperty("isWarning");
      await locations.keep("lamna", { ...read, changes: [], lacking: { unreadable: 0, keptBack: 0 } });
      expect(await check("locations")).toEqual({ name: "locations", of: "lamna" });
    },
  );

  test("of other departments say nothing, such as one that was named once", async () => {
    const { check } = await kept([gone("loc-9"), gone("loc-1", { what: "left", root: "loc-9" })]);
    expect(await check("locations")).toEqual({ name: "locations", of: "lamna" });
    const own = await kept([gone("loc-9", { what: "left", root: "loc-1" })]);
    expect((await own.check("locations"))?.fault).toContain("Location loc-9");
  });
});

describe("stray locations", () => {
  const strays = async (found: readonly (readonly [id: string, visits: number, name?: string])[]) => {
    const opened = findingHospital();
    await opened.deployment.parts.strays.keep("lamna", {
      found: found.map(([id, visits, name]) => ({
        id,
        visits,
        at: opened.deployment.now(),
        ...(name && { name }),
      })),
    });
    return opened.check("stray-locations");
  };
  const check = { name: "stray-locations", of: "lamna" };
  const begins = "Video visits are booked at locations that belong to no department: ";
  const ends = ". Nobody finds or prepares them, and a launch there fails.";

  test("are none, are not known yet, or are named: the three with most visits, and the number of the others", async () => {
    expect(await findingHospital().check("stray-locations")).toEqual({
      ...check,
      unseen: "The chart was not searched for them yet. That is done once a day.",
    });
    expect(await strays([])).toEqual(check);
    // The location has been added to the department.
    expect(await strays([["loc-1", 9]])).toEqual(check);
    expect(
      await strays([
        ["a", 1],
        ["loc-1", 9],
        ["b", 2, "Unit B"],
      ]),
    ).toEqual({
      ...check,
      isWarning: true,
      fault: begins + "b (Unit B): 2 visits; a (no name): 1 visit" + ends,
    });
    expect(
      (
        await strays([
          ["a", 1],
          ["b", 2],
          ["c", 3],
          ["d", 4],
          ["e", 5],
        ])
      )?.fault,
    ).toBe(begins + "e (no name): 5 visits; d (no name): 4 visits; c (no name): 3 visits; and 2 more" + ends);
    expect(
      (
        await strays([
          ["a", 1],
          ["b", 2],
          ["c", 3],
        ])
      )?.fault,
    ).not.toContain("more");
  });
});

describe("the visits at risk of the next 24 hours", () => {
  /** @param all visits, each with its risk and the minutes until its start */
  const atRisk = async (all: readonly (readonly [risk: Risk | undefined, minutes: number])[]) => {
    const { deployment, check } = findingHospital();
    for (const [index, [risk, minutes]] of all.entries())
      await deployment.parts.foundVisits.add(
        {
          id: String(index).padStart(16, "A") as VisitId,
          connectionId: "lamna",
          departmentId: "lamna-clinic",
          location: "loc-1",
          start: deployment.inMinutes(minutes),
          end: deployment.inMinutes(minutes + 30),
          standing: "on",
          seen: "s",
          firstSeen: deployment.now(),
          changes: 0,
          hasMeeting: true,
          ...(risk !== undefined && { risk }),
        } satisfies FoundVisit,
        String(index),
      );
    return check("visits-at-risk");
  };
  const check = { name: "visits-at-risk", of: "lamna" };
  const words = (count: string, risk: Risk) => `${count}: ${RISK_WORDS[risk].why}. ${RISK_WORDS[risk].next}`;

  test("are none where nothing is wrong, or where it is later or over", async () => {
    expect(await atRisk([])).toEqual(check);
    expect(
      await atRisk([
        [undefined, 60],
        ["no-link", 24 * HOUR],
        ["no-link", -60],
      ]),
    ).toEqual(check);
  });

  test("are counted by when their patients come, who were told of no other time", async () => {
    const { deployment, check: checked } = findingHospital();
    const id = "A".repeat(16) as VisitId;
    const { foundVisits } = deployment.parts;
    await foundVisits.add(
      {
        ...{ id, connectionId: "lamna", departmentId: "lamna-clinic", location: "loc-1", standing: "on" },
        ...{ start: deployment.inMinutes(7 * 24 * HOUR), end: deployment.inMinutes(7 * 24 * HOUR + 30) },
        ...{ seen: "s", firstSeen: deployment.now(), changes: 0, hasMeeting: true },
      },
      "a",
    );
    expect(await checked("visits-at-risk")).toEqual(check);
    await foundVisits.edit(id, (one) => ({
      found: { ...one, isUntold: true, knownAt: deployment.inMinutes(HOUR) },
    }));
    expect((await checked("visits-at-risk"))?.fault).toBe(
      "Of the next 24 hours: " + words("1 visit", "untold"),
    );
  });

  test("are counted by what is wrong, the most frequent first, three in words and the number of the others", async () => {
    expect(await atRisk([["no-link", 24 * HOUR - 1]])).toEqual({
      ...check,
      move: "nobody",
      fault: "Of the next 24 hours: " + words("1 visit", "no-link"),
    });
    const three = [
      ["no-link", 1],
      ["rooms-other", 2],
      ["rooms-other", 3],
      ["not-shown", 4],
      ["not-shown", 5],
      ["not-shown", 6],
    ] as const;
    expect(await atRisk(three)).toEqual({
      ...check,
      move: "administrator",
      fault:
        "Of the next 24 hours: " +
        [words("3 visits", "not-shown"), words("2 visits", "rooms-other"), words("1 visit", "no-link")].join(
          " ",
        ),
    });
    const more = [...three, ["no-link", 7], ["no-meeting", 8], ["chart-silent", 9]] as const;
    const fault = (await atRisk(more))?.fault ?? "";
    expect(fault).toMatch(/ For other reasons: 2 visits\.$/);
    expect(fault).not.toContain(RISK_WORDS["no-meeting"].why);
  });

  test.each<[risks: readonly Risk[], move: string]>([
    [["no-link", "chart-silent"], "nobody"],
    [["no-link", "rooms-other"], "oracle"],
    [["rooms-other", "no-link", "foreign-link"], "administrator"],
    [
      ["no-link", "no-link", "no-meeting", "no-meeting", "chart-silent", "chart-silent", "foreign-link"],
      "administrator",
    ],
  ])("are whose move, where there are %j", async (risks, move) => {
    expect((await atRisk(risks.map((risk) => [risk, 60])))?.move).toBe(move);
  });
});
