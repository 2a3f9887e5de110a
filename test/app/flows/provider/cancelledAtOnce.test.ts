/** What a launch reads by its id to be cancelled is off at once, also where only a round has made links into the visit. */
import { expect, onTestFinished, test } from "vitest";
import type { Chart, ChartAppointment } from "../../../../app/ports/ehr.ts";
import { locate, locateKept } from "../../../../app/flows/provider/locate.ts";
import { launched } from "../../../harness/launched.ts";

const HOUR = 60;

/**
 * A visit that was found. Its patient has a link, and it has no meeting: Teams did not answer, or it is days ahead.
 * @param wasOpened whether it has its row and its meeting, as others have
 */
async function found({ inMinutes = 2 * HOUR, wasOpened = false, encounter = true } = {}) {
  const at = launched();
  onTestFinished(() => at.close());
  const { system, teams, parts } = at;
  system.book({ id: "a-1", start: at.inMinutes(inMinutes), patients: ["p-1"] });
  if (!wasOpened) teams.fault = "unavailable";
  await at.round("finding.far", "lamna");
  await at.work();
  const id = at.visitOf("lamna", "a-1");
  const kept = async () => [
    (await parts.visits.ofLink(id))?.state,
    (await parts.foundVisits.byId(id))?.standing,
  ];
  const told = async () => (await at.changes.readSlice({ limit: 100 })).changes.map(({ change }) => change);
  expect([await kept(), await told()]).toEqual([["open", "on"], ["new"]]);
  expect((await parts.visits.byId(id)) !== undefined).toBe(wasOpened);
  const session = await at.begin();
  const chart = parts.ehr.chart(session.connection, session.grant);
  const says = (change: Partial<ChartAppointment>) => {
    at.shown.appointments = [at.appointment(inMinutes, change)];
  };
  const encounters = { ids: encounter ? ["a-1"] : [], hints: [] };
  const launch = (more: Partial<Chart> = {}) =>
    locate(
      parts,
      { ...session, grant: { ...session.grant, ...(encounter && { encounter: "e-1" }) } },
      { ...chart, appointmentsOfEncounter: () => Promise.resolve(encounters), ...more },
    ).then(
      () => "opened",
      () => "refused",
    );
  const look = () =>
    locateKept(parts, session, chart, "a-1").then(
      () => "opened",
      () => "refused",
    );
  return { ...at, id, kept, told, says, launch, look };
}

const OFF = [
  ["cancelled", "cancelled"],
  ["new", "cancelled"],
];

test.each([
  ["an encounter names", { encounter: true }],
  ["a search shows", { encounter: false }],
])("what %s is off at once, and told once", async (_what, how) => {
  const at = await found(how);
  at.says({ status: "cancelled" });
  expect(await at.launch()).toBe("refused");
  expect([await at.kept(), await at.told()]).toEqual(OFF);
  // The rounds find it so and tell nobody anew.
  at.system.change("a-1", { status: "cancelled" });
  await at.round("finding.near", "lamna");
  await at.work();
  expect([await at.kept(), await at.told()]).toEqual(OFF);
});

test("so is what an open page shows, and another patient's by now", async () => {
  for (const patients of [["p-1"], ["p-9"]]) {
    const at = await found();
    at.says({ status: "cancelled", patients });
    expect(await at.look()).toBe("refused");
    expect([await at.kept(), await at.told()]).toEqual(OFF);
  }
});

test("so is one days ahead that the clinician is not told of", async () => {
  const at = await found({ inMinutes: 60 * HOUR, encounter: false });
  at.says({ status: "cancelled" });
  expect(await at.launch()).toBe("opened");
  expect([await at.kept(), await at.told()]).toEqual(OFF);
});

test("a search alone cancels none", async () => {
  const at = await found({ encounter: false });
  at.says({ status: "cancelled" });
  const read = at.appointment(2 * HOUR);
  expect(await at.launch({ appointment: () => Promise.resolve(read) })).toBe("opened");
  expect(await at.kept()).toEqual(["open", "on"]);
});

test("one that has its meeting is off at once, and what was found follows without a round", async () => {
  const at = await found({ wasOpened: true });
  at.says({ status: "cancelled" });
  at.system.change("a-1", { status: "cancelled" });
  await at.launch();
  expect(await at.kept()).toEqual(["cancelled", "on"]);
  await at.work();
  expect([await at.kept(), await at.told()]).toEqual(OFF);
});

test.each([
  ["was found", { wasOpened: false }],
  ["was opened", { wasOpened: true }],
])(
  "so is one that %s and moved to times that are over, to which its patient would still come",
  async (_what, how) => {
    const at = await found(how);
    at.system.change("a-1", { start: at.inMinutes(-HOUR) });
    await at.round("finding.near", "lamna");
    expect(await at.parts.foundVisits.byId(at.id)).toMatchObject({ wasAt: at.inMinutes(2 * HOUR) });
    at.says({ status: "cancelled" });
    at.system.change("a-1", { status: "cancelled" });
    expect(await at.launch()).toBe("refused");
    await at.work();
    expect([await at.kept(), await at.told()]).toEqual(OFF);
  },
);

test.each([
  ["was found", { wasOpened: false }],
  ["was opened", { wasOpened: true }],
])(
  "so is one that %s and that the chart then called missed, because its patient may have been told that it is on",
  async (_what, how) => {
    const at = await found(how);
    at.system.change("a-1", { status: "noshow" });
    await at.round("finding.near", "lamna");
    expect(await at.kept()).toEqual(["open", "missed"]);
    at.says({ status: "cancelled" });
    at.system.change("a-1", { status: "cancelled" });
    expect(await at.launch()).toBe("refused");
    await at.work();
    expect([await at.kept(), await at.told()]).toEqual(OFF);
  },
);

test("what a round has found meanwhile is left to it", async () => {
  const at = await found();
  at.says({ status: "cancelled" });
  const session = await at.begin();
  const shown = at.parts.ehr.chart(session.connection, session.grant);
  const slow = {
    ...shown,
    async appointment(id: string) {
      const read = await shown.appointment(id);
      at.system.change("a-1", { minutes: 45 });
      await at.round("finding.near", "lamna");
      return read;
    },
  };
  await expect(locateKept(at.parts, session, slow, "a-1")).rejects.toThrow();
  expect(await at.kept()).toEqual(["open", "on"]);
});

test("the visit is on again as soon as a round reads that", async () => {
  const at = await found();
  at.says({ status: "cancelled" });
  await at.launch();
  await at.round("finding.near", "lamna");
  await at.work();
  expect([await at.kept(), await at.told()]).toEqual([
    ["open", "on"],
    ["new", "cancelled", "new"],
  ]);
});

test.each(["booked", "noshow"] as const)(
  "a launch goes on where the row of what was found is damaged (%s)",
  async (status) => {
    const at = await found();
    at.system.change("a-1", { status });
    await at.round("finding.near", "lamna");
    const row = await at.store.list("visits", "found", { limit: 10 });
    const damaged = row.items.find(({ id }) => id === "found-" + at.id);
    if (damaged === undefined) throw new Error("there is no row");
    await at.store.replace("visits", { ...damaged, body: { v: 1 } }, damaged.etag);
    await expect(at.parts.foundVisits.byId(at.id)).rejects.toThrow();
    at.says({});
    expect(await at.launch()).toBe("opened");
    // What it says of a cancelled visit waits for the row.
    at.says({ status: "cancelled" });
    at.system.change("a-1", { status: "cancelled" });
    expect(await at.launch()).toBe("refused");
    await at.work();
    const now = await at.store.read("visits", "found", damaged.id);
    await at.store.replace("visits", { ...damaged, body: damaged.body }, now?.etag ?? "");
    at.forward(1);
    await at.work();
    expect([await at.kept(), await at.told()]).toEqual(OFF);
  },
);
