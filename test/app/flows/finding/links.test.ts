/** The links of a visit in its chart: which are written, which are left alone, and what is at risk because of them. */
import { expect, test } from "vitest";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { prepareSoon } from "../../../../app/records/preparing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, OURS } from "../../../harness/findingDeployment.ts";

const FOREIGN = "https://other-vendor.example/meet/1";

test.each([
  [
    "a foreign link in both rooms",
    { provider: FOREIGN, patient: FOREIGN, order: "documented" },
    "foreign-link",
  ],
  ["a foreign link in one room", { patient: FOREIGN, order: "documented" }, "foreign-link"],
  [
    "a foreign link beside one of ours",
    { provider: OURS + "/s/x", patient: FOREIGN, order: "documented" },
    "foreign-link",
  ],
  [
    "a link at a host that begins like ours",
    { provider: OURS + ".evil.example/s/x", patient: OURS + "/j/x", order: "documented" },
    "foreign-link",
  ],
  ["what is no address", { provider: "room 4", patient: "room 4", order: "documented" }, "foreign-link"],
  ["one link of two", { provider: OURS + "/s/x", order: "documented" }, "half-linked"],
  [
    "links of ours in each other's rooms",
    { provider: OURS + "/j/x", patient: OURS + "/s/x", order: "documented" },
    "links-swapped",
  ],
  ["rooms in another order", { order: "other" }, "rooms-other"],
] as const)(
  "%s: nothing is written, the visit is at risk, and its meeting is there",
  async (_, rooms, risk) => {
    const { chart, deployment, look, found, book, check } = findingHospital();
    const { provider, patient } = book(rooms);
    await look();
    await look("finding.far");
    await look("finding.soon");
    expect(chart.counts.writes).toBe(0);
    expect(chart.booked.get("a")).toMatchObject({
      ...(provider && { provider }),
      ...(patient && { patient }),
    });
    expect(await found()).toMatchObject({ risk, hasMeeting: true });
    expect((await found()).ready).toBeUndefined();
    expect((await check("visits-at-risk"))?.fault).toContain(RISK_WORDS[risk].why);
    // Nobody is asked each minute about what only a person can mend.
    const { reads } = chart.counts;
    deployment.forward(1);
    await look();
    expect(chart.counts.reads).toBe(reads);
  },
);

test.each([true, false])(
  "links of ours in a chart with its rooms in the other order are right until the visit is moved (written to: %s)",
  async (links) => {
    const { chart, deployment, look, found, book } = findingHospital();
    const booked = book();
    await look();
    chart.change("a", { order: "other" });
    deployment.forward(1);
    await look();
    expect((await found()).risk).toBeUndefined();
    deployment.reset({ connections: [connectionOf("lamna", { writeBack: { links } })] });
    const { provider } = booked;
    chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
    await look();
    await look("finding.soon");
    // Whoever wrote to the documented entries now would put them into each other's rooms.
    expect(chart.counts.writes).toBe(1);
    expect(chart.booked.get("a")?.provider).toBe(provider);
    expect((await found()).risk).toBe(links ? "rooms-other" : undefined);
  },
);

test("a foreign link that is taken out makes room for ours", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book({ provider: FOREIGN, patient: FOREIGN, order: "documented" });
  await look();
  book({ order: "documented", version: 2 });
  deployment.forward(1);
  await look();
  expect(chart.booked.get("a")?.patient).toContain(OURS + "/j/");
  expect((await found()).risk).toBeUndefined();
});

test("a chart that puts them into each other's rooms is found out at once, and not written to again", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book({ swaps: true });
  await look();
  expect(await found()).toMatchObject({ risk: "links-swapped" });
  deployment.forward(15);
  await look();
  await look("finding.soon");
  expect(chart.counts.writes).toBe(1);
});

test("links of ours that are not the good ones any more are replaced: those of another visit, and those of nobody", async () => {
  const { chart, look, found, book } = findingHospital();
  const other = book({ id: "b" });
  await look();
  book({ provider: other.provider ?? "", patient: other.patient ?? "", order: "documented" });
  book({ id: "c", provider: OURS + "/s/no-token", patient: OURS + "/j/no-token", order: "documented" });
  await look();
  for (const id of ["a", "c"]) {
    expect(chart.booked.get(id)?.patient).not.toBe(other.patient);
    expect((await found(id)).risk).toBeUndefined();
  }
});

test("a chart that nothing is written to is only looked at; a copy of production's links is at risk", async () => {
  const writes = { links: false };
  const { chart, deployment, look, found, book } = findingHospital({
    environment: "production",
    connections: [connectionOf("lamna", { environment: "test", writeBack: writes })],
  });
  book({ id: "plain" });
  book({ id: "foreign", provider: FOREIGN, patient: FOREIGN, order: "documented" });
  await look();
  const other = deployment.visitOf("lamna", "plain");
  const token = deployment.parts.visits.token(
    { id: other, epoch: 1 },
    { number: 0, role: "patient", generation: 0 },
  );
  book({ id: "copied", provider: FOREIGN, patient: OURS + "/j/" + token, order: "documented" });
  book({ id: "dead", patient: OURS + "/j/nothing", order: "documented" });
  await look();
  expect(chart.counts.writes).toBe(0);
  expect((await found("plain")).ready).toBeDefined();
  expect((await found("foreign")).risk).toBeUndefined();
  expect((await found("copied")).risk).toBe("wrong-environment");
  expect((await found("dead")).risk).toBe("dead-link");
});

test.each(["production", "test"] as const)(
  "a %s deployment writes to no chart unless the connection says so",
  async (environment) => {
    const { writeBack: _, ...silent } = connectionOf("lamna", { environment: "test" });
    const { chart, look, found, book } = findingHospital({ environment, connections: [silent] });
    book();
    await look();
    expect([chart.counts.writes, (await found()).hasMeeting]).toEqual([0, true]);
  },
);

test("somebody has the appointment open in the chart: it is written when that is over", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book();
  let isLocked = true;
  const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  const writeLinks = given.writeLinks.bind(given);
  given.writeLinks = (...write) =>
    isLocked ? Promise.resolve({ kind: "refused", why: "locked" }) : writeLinks(...write);
  await look();
  expect((await found()).risk).toBe("chart-locked");
  isLocked = false;
  deployment.forward(2);
  await deployment.work();
  expect((await found()).risk).toBeUndefined();
  expect(chart.counts.writes).toBe(1);
});

test("a link that was replaced is replaced in the chart: at once where it is asked for, and where not, as soon as the next day is looked over", async () => {
  const { chart, deployment, look, book } = findingHospital();
  const booked = book();
  await look();
  const id = deployment.visitOf("lamna", "a");
  const first = booked.patient;
  await deployment.parts.visits.renewLink(id, 0);
  await prepareSoon(deployment.parts.jobs, id);
  await deployment.work();
  const second = booked.patient;
  await deployment.parts.visits.renewLink(id, 0);
  await look("finding.soon");
  expect(new Set([first, second, booked.patient]).size).toBe(3);
  expect(chart.counts.writes).toBe(3);
});

test.each([
  ["before it has its meeting", 5 * 24 * HOUR, "finding.far"],
  ["after it has its meeting", HOUR, "finding.near"],
] as const)(
  "given to another patient %s, the chart has other links and the old ones are dead",
  async (_, ahead, name) => {
    const { chart, deployment, look, book } = findingHospital();
    const booked = book({ start: deployment.inMinutes(ahead) });
    await look(name);
    const before = booked.patient ?? "";
    chart.change("a", { patients: ["somebody else"] });
    await look(name);
    expect(booked.patient).not.toBe(before);
    const visit = await deployment.parts.visits.ofLink(deployment.visitOf("lamna", "a"));
    const claims = deployment.parts.visits.claims(before.split("/").at(-1) ?? "");
    expect(visit?.epoch).not.toBe(claims?.epoch);
    chart.change("a", { patients: ["somebody else", "and another"] });
    const now = booked.patient;
    await look(name);
    expect(booked.patient).toBe(now);
  },
);

test("links are written to visits that were found before writing was switched on", async () => {
  const connections = (links: boolean) => [connectionOf("lamna", { writeBack: { links } })];
  const { chart, deployment, look, book, found } = findingHospital({ connections: connections(false) });
  const booked = book();
  book({ id: "far", start: deployment.inMinutes(40 * HOUR) });
  await look();
  expect((await found()).links).toBeUndefined();
  const { reads } = chart.counts;
  await look("finding.soon");
  expect(chart.counts.reads).toBe(reads);
  deployment.reset({ connections: connections(true) });
  deployment.forward(1);
  await look();
  expect(booked.patient).toContain(OURS + "/j/");
  expect(chart.booked.get("far")?.patient).toContain(OURS + "/j/");
  expect((await found()).links).toBeDefined();
});

test.each([
  ["changed-meanwhile", 8],
  ["locked", 5],
] as const)(
  "a chart that goes on answering %s is tried less and less often, and as often as each quarter of an hour",
  async (why, most) => {
    const { chart, deployment, look, book } = findingHospital();
    book({ start: deployment.inMinutes(10 * HOUR) });
    const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
    let tries = 0;
    given.writeLinks = () => {
      tries += 1;
      chart.change("a", {});
      return Promise.resolve({ kind: "refused", why });
    };
    const triesIn = async (minutes: number) => {
      const before = tries;
      for (let minute = 0; minute < minutes; minute++) {
        deployment.forward(1);
        await look();
      }
      return tries - before;
    };
    await look();
    expect(await triesIn(HOUR)).toBeLessThanOrEqual(most + 4);
    expect(await triesIn(HOUR)).toBe(4);
  },
);

test("a chart that says that an appointment has changed, which has not, does not take the links", async () => {
  const { chart, deployment, look, book, found } = findingHospital();
  book();
  const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  let tries = 0;
  given.writeLinks = () => {
    tries += 1;
    return Promise.resolve({ kind: "refused", why: "changed-meanwhile" });
  };
  await look();
  deployment.forward(10);
  await look();
  expect(await found()).toMatchObject({ risk: "write-refused", hasMeeting: true });
  expect(tries).toBe(1);
});

test("links stay when the patient's records were combined, and are replaced when it is another patient", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book({ patients: ["old"] });
  await look();
  const { patient } = chart.booked.get("a") ?? {};
  chart.combined.set("current", ["old"]);
  chart.trouble = (request) => (request === "patient" ? { kind: "down", reason: "it is ill" } : undefined);
  chart.change("a", { patients: ["current"] });
  await look();
  expect(chart.booked.get("a")?.patient).toBe(patient);
  expect((await found()).prepared).not.toBe((await found()).seen);
  chart.trouble = () => undefined;
  deployment.forward(15);
  await look();
  expect(chart.booked.get("a")?.patient).toBe(patient);
  expect(await found()).toMatchObject({ prepared: (await found()).seen });
  chart.change("a", { patients: ["somebody else"] });
  await look();
  expect(chart.booked.get("a")?.patient).not.toBe(patient);
});

test("links that somebody takes out again and again are written three times, then each quarter of an hour only", async () => {
  const { chart, deployment, look, found, book, check } = findingHospital();
  const booked = book({ start: deployment.inMinutes(10 * HOUR) });
  await look();
  const { patient } = booked;
  const writesIn = async (minutes: number) => {
    const before = chart.counts.writes;
    for (let minute = 0; minute < minutes; minute++) {
      delete booked.provider;
      delete booked.patient;
      delete booked.period;
      chart.change("a", {});
      deployment.forward(1);
      await look();
      if (minute % 15 === 0) await look("finding.soon");
    }
    return chart.counts.writes - before;
  };
  expect(await writesIn(2)).toBe(2);
  expect((await found()).risk).toBeUndefined();
  expect(await writesIn(1)).toBe(1);
  expect(await found()).toMatchObject({ risk: "links-removed" });
  expect(await writesIn(12)).toBe(0);
  // Whoever does the work sooner does not write sooner.
  const { writes } = chart.counts;
  const of = { visit: deployment.visitOf("lamna", "a") };
  const { signal } = new AbortController();
  await deployment.flow.jobs.prepare({ id: "prepare", of, due: deployment.now(), tries: 1, signal });
  expect(chart.counts.writes).toBe(writes);
  expect((await check("visits-at-risk"))?.fault).toContain("again and again");
  expect(await writesIn(HOUR)).toBe(4);
  expect((await found()).risk).toBe("links-removed");
  // Nobody takes them out any more.
  for (let minute = 0; minute < HOUR; minute++) {
    deployment.forward(1);
    await look();
  }
  expect((await found()).risk).toBeUndefined();
  expect(booked.patient).toBe(patient);
});
