import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { scenarioNames, type ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import type { OracleStandIn } from "../../../../app/sandbox/oracle/start.ts";
import {
  application,
  chartOf,
  links,
  oracleHealth,
  OTHER_ORACLE_TENANT,
  ORACLE_TENANT,
  type Clock,
} from "./oracle.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // In reverse order: a stand-in writes until it has stopped, and only then is its folder deleted.
  for (const each of undo.splice(0).reverse()) await each();
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "oracle-"));
  undo.push(() => rm(made, { recursive: true }));
  return made;
}

const NOON = "2026-11-24T18:00:00.000Z";
const id = async (oracle: OracleStandIn, name: ScenarioName) =>
  (await oracle.clinic(ORACLE_TENANT).visit(name)).id;

test("appointments survive a restart with id, time, version and links", async () => {
  const clock: Clock = { now: new Date(NOON) };
  const dataFolder = await folder();
  const before = await oracleHealth({ clock, dataFolder });
  const app = application(before, clock);
  const visit = await before.clinic(ORACLE_TENANT).visit("laterToday");
  const chart = chartOf(app.base, (await app.system()).body["access_token"]);
  const patched = await chart.patch(visit.id, links("add"), `W/"${visit.meta?.versionId ?? ""}"`);
  expect(patched.status).toBe(200);
  const kept = await before.clinic(ORACLE_TENANT).visit("laterToday");
  await before.stop();
  const after = await oracleHealth({ clock, dataFolder });
  undo.push(() => after.stop());
  expect(await after.clinic(ORACLE_TENANT).visit("laterToday")).toEqual(kept);
});

test("a scenario whose visit is over gets a new one with a new id, and the old one stays where it was", async () => {
  const clock: Clock = { now: new Date(NOON) };
  const dataFolder = await folder();
  const before = await oracleHealth({ clock, dataFolder });
  const [soon, tomorrow] = [
    await before.clinic(ORACLE_TENANT).visit("startsSoon"),
    await id(before, "tomorrow"),
  ];
  await before.stop();
  clock.now = new Date(clock.now.getTime() + 2 * 3_600_000);
  const after = await oracleHealth({ clock, dataFolder });
  undo.push(() => after.stop());
  const again = await after.clinic(ORACLE_TENANT).visit("startsSoon");
  expect(again.id).not.toBe(soon.id);
  expect(Date.parse(again.start ?? "")).toBeGreaterThan(clock.now.getTime());
  expect((await after.clinic(ORACLE_TENANT).chart.read("Appointment", soon.id))?.start).toBe(soon.start);
  expect(await id(after, "tomorrow")).toBe(tomorrow);
});

test.each(["2026-11-24T05:55:00Z", "2026-11-24T06:05:00Z", "2026-03-08T07:30:00Z", "2026-11-24T23:30:00Z"])(
  "at %s, too, both visits of the patient with two are on the clinic's same day, and every kind is there",
  async (instant) => {
    const oracle = await oracleHealth({ clock: { now: new Date(instant) } });
    undo.push(() => oracle.stop());
    const clinic = oracle.clinic(ORACLE_TENANT);
    const day = (start: string | undefined) =>
      new Date(start ?? "").toLocaleDateString("en-CA", { timeZone: "America/Chicago" });
    expect(day((await clinic.visit("firstOfTwo")).start)).toBe(
      day((await clinic.visit("secondOfTwo")).start),
    );
    expect(day((await clinic.visit("firstOfTwo")).start)).toBe(day(instant));
    const all = await Promise.all(scenarioNames.map((name) => clinic.visit(name)));
    expect(new Set(all.map((visit) => visit.id)).size).toBe(scenarioNames.length);
    await clinic.roll();
    expect(await Promise.all(scenarioNames.map((name) => id(oracle, name)))).toEqual(
      all.map((visit) => visit.id),
    );
  },
);

test("data that cannot be read is named, with what to do", async () => {
  const dataFolder = await folder();
  await writeFile(join(dataFolder, `oracle-${ORACLE_TENANT}.json`), "{");
  await expect(oracleHealth({ dataFolder })).rejects.toThrow(/oracle-.*\.json is damaged\. Delete it/u);
});

test("a start that failed has written what it began to write", async () => {
  const dataFolder = await folder();
  await writeFile(join(dataFolder, `oracle-${ORACLE_TENANT}.json`), "{");
  await expect(oracleHealth({ dataFolder })).rejects.toThrow();
  const others = `oracle-${OTHER_ORACLE_TENANT}.json`;
  expect((await readdir(dataFolder)).sort()).toEqual(
    [others, `oracle-${ORACLE_TENANT}.json`, "oracle-keys.json"].sort(),
  );
  expect(JSON.parse(await readFile(join(dataFolder, others), "utf8"))).toHaveProperty("newest");
});

test("what is changed after the stop does not reach the folder", async () => {
  const dataFolder = await folder();
  const oracle = await oracleHealth({ dataFolder });
  await oracle.stop();
  await rm(dataFolder, { recursive: true });
  await oracle.clinic(ORACLE_TENANT).cancel(await id(oracle, "tomorrow"));
  await expect(readdir(dataFolder)).rejects.toThrow("ENOENT");
  await mkdir(dataFolder);
});
