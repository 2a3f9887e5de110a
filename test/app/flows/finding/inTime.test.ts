/** What keeps a visit from being prepared for a moment does not keep it until its patient is there. */
import { expect, test } from "vitest";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { findingHospital } from "../../../harness/findingHospital.ts";

const ODD: readonly Trouble[] = [
  { kind: "not-fhir", reason: "a page" },
  { kind: "too-large", reason: "5 MB" },
  { kind: "shut-out", why: "scopes", reason: "403" },
  { kind: "shut-out", why: "token", reason: "401" },
];

test.each(ODD)("one odd answer of the chart ($kind) delays a visit by moments", async (trouble) => {
  const { deployment, chart, book, look, found } = findingHospital();
  book({ start: deployment.inMinutes(8) });
  let asked = 0;
  chart.trouble = (request) => (request === "read" && asked++ === 0 ? trouble : undefined);
  await look();
  expect((await found()).ready).toBeUndefined();
  deployment.forward(1);
  await deployment.work();
  expect((await found()).ready).toEqual(deployment.now());
});

test("Teams that was away until minutes before a visit is asked again before it begins", async () => {
  const { deployment, book, look, found } = findingHospital();
  deployment.teams.fault = "unavailable";
  book({ start: deployment.inMinutes(16) });
  await look();
  const minutes = async (count: number) => {
    for (let past = 0; past < count; past++) {
      deployment.forward(1);
      await deployment.work();
    }
  };
  await minutes(10);
  deployment.teams.fault = undefined;
  await minutes(2);
  expect((await found()).hasMeeting).toBe(true);
});

test("that the patient has come waits no longer for the chart than the visit allows", async () => {
  const { deployment, book, found, look } = findingHospital({
    connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
  });
  book({ start: deployment.inMinutes(8) });
  await look();
  const of = { visit: (await found()).id as string, status: "arrived", epoch: "0" };
  // They came at the start that the visit had before it was moved, and it may be put back there within moments.
  const start = deployment.inMinutes(-1).toISOString();
  const task = { id: "j", due: deployment.now(), tries: 1, signal: new AbortController().signal };
  expect(await deployment.flow.jobs.arrive({ ...task, of: { ...of, start } })).toEqual({
    ...{ kind: "not-now", reason: "visit.elsewhere" },
    ...{ afterSeconds: 60, growsToSeconds: 60 },
  });
});
