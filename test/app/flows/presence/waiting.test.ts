import { afterAll, beforeAll, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { watchAt } from "../../../../app/records/watching.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { Browser } from "../../sandbox/microsoft/browser.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
let clinician: Person;
let page: Page;
let visit: VisitId;
let room: string;

beforeAll(async () => {
  deployment = await startDeployment();
  clinician = new Person();
  page = await launchScenario(deployment, clinician, "startsSoon");
  const claims = deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "");
  if (claims === undefined) throw new Error("no link");
  visit = claims.visit;
  room = (await deployment.parts.visits.byId(visit))?.meeting.joinUrl ?? "";
  deployment.work();
});
afterAll(() => deployment.stop());

/** As far as it goes by itself: Graph has told, and everything that it told is read. */
async function settled(): Promise<void> {
  await deployment.sandbox.microsoft.told();
  const { jobs, now } = deployment.parts;
  for (;;) {
    // One that is due in this very millisecond, too.
    const before = new Date(now().getTime() + 60_000);
    const { jobs: open } = await jobs.readSlice("open", { before, limit: 100 });
    if (open.every(({ job }) => job.kind !== "notification" && job.kind !== "watch")) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const said = async () => {
  await settled();
  const { html } = await clinician.open(page.url);
  return textOf(html, '[aria-label="Who is waiting"]');
};

test("the clinician sees a patient wait, come in and leave, and when nobody is there", async () => {
  expect(await said()).toContain("Nobody is waiting");
  expect(deployment.sandbox.microsoft.subscriptions()).toHaveLength(1);

  const patient = new Browser();
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  expect(await said()).toMatch(/Somebody is waiting A guest has waited since \d+:\d\d/);

  const staff = new Browser();
  const to = new URL(room);
  await staff.submit(`${to.origin}/teams/sign-in?to=${encodeURIComponent(to.pathname + to.search)}`, {
    account: "avery.park@lamna.example",
  });
  await staff.submit(room, { do: "join-account" });
  await staff.submit(room, { do: "admit-all" });
  const inside = await said();
  expect(inside).toContain("Nobody is waiting");
  expect(inside).toMatch(/A guest has been in the meeting since/);
  expect(inside).toMatch(/Somebody with an account of the hospital has been in the meeting since/);

  await patient.submit(room, { do: "leave" });
  expect(await said()).toMatch(/A guest left at/);
  await staff.submit(room, { do: "end" });
  const over = await said();
  expect(over).not.toContain("in the meeting since");
});

test("whoever is signed in with an account of the hospital and alone may be the patient, until they open the visit as staff", async () => {
  const employee = new Browser();
  const to = new URL(room);
  await employee.submit(`${to.origin}/teams/sign-in?to=${encodeURIComponent(to.pathname + to.search)}`, {
    account: "avery.park@lamna.example",
  });
  await employee.submit(room, { do: "join-account" });
  expect(await said()).toContain("Nobody is waiting");
  await employee.submit(room, { do: "leave" });

  const { presences, visits } = deployment.parts;
  await visits.noteOpened(patientLink(page).split("/").at(-1) ?? "");
  await employee.submit(room, { do: "again" });
  await employee.submit(room, { do: "join-account" });
  expect(await said()).toMatch(
    /Somebody who may be the patient is in the meeting The patient’s link was opened shortly before.*Look in Teams\. Somebody with an account of the hospital has been in the meeting since/,
  );
  expect((await clinician.open(page.url)).html).toContain('data-say="Somebody who may be the patient');

  const kept = await visits.byId(visit);
  if (kept === undefined) throw new Error("no visit");
  await presences.staffCame(kept, "7d0c5a1e-0000-4000-8000-00000000b002");
  expect(await said()).toContain("Nobody is waiting");
  await employee.submit(room, { do: "leave" });
  await settled();
});

test("where staff close the links Teams tells no more, and again when they open them", async () => {
  const act = (path: string) => clinician.send(new URL(page.url.pathname + path, page.url), {});
  await act("/end");
  await settled();
  expect(deployment.sandbox.microsoft.subscriptions()).toEqual([]);
  await act("/reopening");
  await settled();
  expect(deployment.sandbox.microsoft.subscriptions()).toHaveLength(1);
});

test("a visit that the chart has cancelled is told of no more, and looked at again in case it takes place after all", async () => {
  const { jobs, now, visits } = deployment.parts;
  const { id } = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("startsSoon");
  await visits.cancel("lamna", id);
  expect((await visits.byId(visit))?.state).toBe("cancelled");
  await watchAt(jobs, visit, now());
  await settled();
  expect(deployment.sandbox.microsoft.subscriptions()).toEqual([]);
  const soon = await jobs.readSlice("open", { before: new Date(now().getTime() + 360_000), limit: 100 });
  expect(soon.jobs.map(({ job }) => [job.kind, job.of])).toContainEqual(["watch", { visit }]);
});

test("nothing of a person is kept or logged, and no notification stays", async () => {
  await settled();
  const rows: string[] = [];
  let since: string | undefined;
  for (;;) {
    const { items, next } = await deployment.parts.store.changes("visits", 100, since);
    if (items.length === 0) break;
    rows.push(...items.map((row) => JSON.stringify(row)));
    since = next;
  }
  expect(rows.some((row) => row.includes("presence-"))).toBe(true);
  expect(rows.filter((row) => row.includes('"notification-'))).toEqual([]);
  for (const text of [...rows, ...deployment.logged])
    expect(text).not.toMatch(/Pat Example|Avery|7d0c5a1e-0000-4000-8000-00000000b001|teamsvisitor/);
});
