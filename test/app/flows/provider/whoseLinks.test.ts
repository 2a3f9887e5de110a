/**
 * For whom a visit's links were made: for nobody whom the chart puts in their place, and for them however it calls them.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Stored } from "../../../../app/ports/store.ts";
import { guestLinks, patientLink } from "../../../harness/clinician.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, days, minutes, PLACE, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json } from "./smallServer.ts";

const DAY_MS = 86_400_000;
const NOTICE = "This appointment was another patient’s before";

let chart: ChartAt;
/** The appointment's id, another one for each test, so that none meets another's visit. */
let id = "a-0";
let count = 0;
beforeAll(async () => {
  chart = await startChartAt();
});
beforeEach(() => {
  id = "a-" + String(++count);
});
afterEach(() => chart.server.reset());
afterAll(() => chart.stop());

type Links = readonly object[];
type Times = Readonly<Record<"start" | "end", string>>;

/** The chart says that the appointment is these patients', and the chart of one of them is open. */
function isOf(named: readonly string[], open: string, times?: Times): void {
  const participant = [...named.map((patient) => ({ actor: { reference: "Patient/" + patient } })), PLACE];
  const { server } = chart;
  server.reset();
  const token = server.answers.get("/token");
  server.answers.set("/token", async (request) => {
    const answer = await token?.(request);
    return json({ ...(JSON.parse(answer?.body ?? "{}") as object), patient: open });
  });
  for (const patient of new Set([...named, open])) records(patient);
  const found = appointment({ id, participant, ...times });
  chart.searchFinds(found);
  chart.answers("Appointment/" + id, found);
}

function records(patient: string, link: Links = []): void {
  const name = [{ family: "Markworthy", given: [patient] }];
  chart.answers("Patient/" + patient, { resourceType: "Patient", id: patient, name, link });
}
const linked = (type: string, patient: string) => [{ type, other: { reference: "Patient/" + patient } }];

const opened = async (person = new Person()) => ({ person, page: await chart.launchToSearch(person) });
const act = (person: Person, page: Page, path: string, fields: Record<string, string>) =>
  person.send(new URL(page.url.pathname + path, page.url), fields);
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== chart.deployment.url)).status;
const all = async (...links: readonly string[]) => Promise.all(links.map(tap));

async function rows(): Promise<readonly Stored[]> {
  const { items } = await chart.deployment.parts.store.changes("visits", 1000);
  return items;
}

describe("when the chart gives an appointment to another patient", () => {
  test("all links into it are dead for good before anything is shown, and the page says so", async () => {
    isOf(["p-1"], "p-1");
    const first = await opened();
    const link = patientLink(first.page);
    const invited = await act(first.person, first.page, "/invitations", { role: "relative" });
    const guest = guestLinks(invited).get(1) ?? "";
    expect(await all(link, guest)).toEqual([302, 302]);
    expect(first.page.html).not.toContain(NOTICE);

    isOf(["p-2"], "p-2");
    const second = await opened();
    expect(second.page.html).toContain(NOTICE);
    const [theirs, theirGuest] = [patientLink(second.page), guestLinks(second.page).get(1) ?? ""];
    expect(await all(link, guest, theirs, theirGuest)).toEqual([410, 410, 302, 302]);
    // The links are replaced once, however often the page is opened.
    const again = await second.person.open(second.page.url);
    expect([patientLink(again), again.html.includes(NOTICE)]).toEqual([theirs, true]);

    isOf(["p-1"], "p-1");
    const back = patientLink((await opened()).page);
    expect(await all(link, guest, theirs, theirGuest, back)).toEqual([410, 410, 410, 410, 302]);
  });

  test("several patients of one appointment share its link and each chart's page says so, until one of them leaves it", async () => {
    const SHARED = "This appointment is for several patients";
    isOf(["p-1"], "p-1");
    const alone = await opened();
    const link = patientLink(alone.page);
    expect(alone.page.html).not.toContain(SHARED);
    for (const open of ["p-1", "p-2"]) {
      isOf(["p-1", "p-2"], open);
      const { page } = await opened();
      expect([patientLink(page), page.html.includes(SHARED), page.html.includes(NOTICE)]).toEqual([
        link,
        true,
        false,
      ]);
    }
    isOf(["p-1", "p-2"], "p-1");
    const both = await opened();
    expect(both.page.html).toContain("link below");
    // An ended visit shows no links.
    const ended = await act(both.person, both.page, "/end", {});
    expect([ended.html.includes(SHARED), ended.html.includes("link below")]).toEqual([true, false]);
    await act(both.person, both.page, "/reopening", {});
    isOf(["p-2"], "p-2");
    const { page } = await opened();
    expect([page.html.includes(SHARED), page.html.includes(NOTICE)]).toEqual([false, true]);
    expect(await all(link, patientLink(page))).toEqual([410, 302]);
  });

  test("a page of the first one's chart neither shows nor changes it, though the chart is down", async () => {
    isOf(["p-1"], "p-1");
    const first = await opened();
    isOf(["p-2"], "p-2");
    const link = patientLink((await opened()).page);
    for (const path of ["Appointment/" + id, "Appointment", "Patient/p-1"]) chart.answers(path, {}, 503);
    for (const page of [
      await first.person.open(first.page.url),
      await act(first.person, first.page, "/links", { person: "0" }),
      await act(first.person, first.page, "/end", {}),
    ])
      expect([page.status, page.html.includes("link-patient")]).toEqual([502, false]);
    expect(await tap(link)).toBe(302);
  });

  test("several who open it at once replace the links once", async () => {
    isOf(["p-1"], "p-1");
    const before = patientLink((await opened()).page);
    const { visits, hospital } = chart.deployment.parts;
    const department = await hospital.department("other-clinic");
    if (department === undefined) throw new Error("no department");
    const patients = { ids: ["p-2"], namesOf: (patient: string) => Promise.resolve([patient]) };
    const times = { start: new Date(minutes(0)), end: new Date(minutes(30)) };
    const open = () =>
      visits.open({ connectionId: "other", appointmentId: id, department, patients, ...times });
    const seen = await Promise.all([1, 2, 3, 4].map(open));
    expect(new Set(seen.map(({ epoch }) => epoch)).size).toBe(1);
    expect(seen.map(({ people }) => people[0]?.generation)).toEqual([1, 1, 1, 1]);
    expect(await tap(before)).toBe(410);
  });
});

describe("a link stays good", () => {
  test("when records are combined, and the new record names the old one", async () => {
    isOf(["p-old"], "p-old");
    const link = patientLink((await opened()).page);
    isOf(["p-new"], "p-new");
    records("p-new", linked("replaces", "p-old"));
    chart.answers("Patient/p-old", {}, 404);
    const { person, page } = await opened();
    expect([patientLink(page), page.html.includes(NOTICE)]).toEqual([link, false]);
    // From now on it is the new one's, whatever becomes of the old record.
    chart.answers("Patient/p-old", {}, 404);
    records("p-new");
    expect(patientLink(await person.open(page.url))).toBe(link);
    expect(await tap(link)).toBe(302);
  });

  test("for all who are named together, and for those who come in addition; not when one of them is taken off", async () => {
    isOf(["p-1", "p-2"], "p-1");
    const link = patientLink((await opened()).page);
    isOf(["p-2", "p-1"], "p-2");
    expect(patientLink((await opened()).page)).toBe(link);
    isOf(["p-1", "p-2", "p-3"], "p-3");
    expect(patientLink((await opened()).page)).toBe(link);
    isOf(["p-2", "p-3"], "p-3");
    expect(patientLink((await opened()).page)).not.toBe(link);
    expect(await tap(link)).toBe(410);
  });

  test("of a row that does not say whose it is, for those who open it first", async () => {
    isOf(["p-1"], "p-1");
    const link = patientLink((await opened()).page);
    const { store, visits } = chart.deployment.parts;
    const visit = visits.claims(link.split("/").at(-1) ?? "")?.visit ?? "";
    const row = await store.read("visits", visit, visit);
    if (row === undefined) throw new Error("no row");
    const { patients: _none, ...body } = row.body;
    await store.replace("visits", { ...row, body }, row.etag);

    isOf(["p-2"], "p-2");
    expect(patientLink((await opened()).page)).toBe(link);
    isOf(["p-1"], "p-1");
    expect(patientLink((await opened()).page)).not.toBe(link);
    expect(await tap(link)).toBe(410);
  });
});

describe("when a visit is moved after its row has gone", () => {
  /** Removes a visit's row, as the store does a week after its end. */
  async function goes(link: string): Promise<void> {
    const { store, visits } = chart.deployment.parts;
    const visit = visits.claims(link.split("/").at(-1) ?? "")?.visit;
    const row = visit && (await store.read("visits", visit, visit));
    if (row === undefined) throw new Error("no row");
    await store.remove("visits", row.partition, row.id, row.etag);
    expect(await tap(link)).not.toBe(302);
  }

  async function usedVisit() {
    isOf(["p-1"], "p-1");
    const { person, page } = await opened();
    const [revoked, now] = [patientLink(page), await act(person, page, "/links", { person: "0" })];
    await act(person, page, "/invitations", { role: "interpreter" });
    const guests = guestLinks(await act(person, page, "/invitations", { role: "relative" }));
    await act(person, page, "/removals", { person: "2" });
    const [guest = "", removed = ""] = guests.values();
    const link = patientLink(now);
    expect(await all(link, guest, revoked, removed)).toEqual([302, 302, 410, 410]);
    return { link, guest, revoked, removed };
  }

  test("the links that people have are good again, and those that were revoked are not", async () => {
    const { link, guest, revoked, removed } = await usedVisit();
    await goes(link);
    const { person, page } = await opened();
    expect([heading(page), patientLink(page), [...guestLinks(page)]]).toEqual([
      "Video Visit",
      link,
      [[1, guest]],
    ]);
    expect(page.html).toMatch(/<strong>Interpreter<\/strong> <span class="quiet">Guest 1</);
    expect(await all(link, guest, revoked, removed)).toEqual([302, 302, 410, 410]);
    // Nobody is given what somebody else has had.
    const next = guestLinks(await act(person, page, "/invitations", { role: "relative" })).get(3) ?? "";
    expect([link, guest, revoked, removed]).not.toContain(next);
    expect(await tap(next)).toBe(302);
  });

  test("and is another patient's then, none is", async () => {
    const { link, guest, revoked, removed } = await usedVisit();
    await goes(link);
    isOf(["p-2"], "p-2");
    const { page } = await opened();
    expect(page.html).toContain(NOTICE);
    expect(await all(link, guest, revoked, removed, patientLink(page))).toEqual([410, 410, 410, 410, 302]);
  });

  test("and records were combined, so that the new one names the old one, the links are good", async () => {
    isOf(["p-old"], "p-old");
    const link = patientLink((await opened()).page);
    await goes(link);
    isOf(["p-new"], "p-new");
    records("p-new", linked("replaces", "p-old"));
    expect(patientLink((await opened()).page)).toBe(link);
  });

  test("what is remembered is so for a year after the end, also of one that was moved; of a consult nothing is", async () => {
    isOf(["p-1"], "p-1");
    const { person, page } = await opened();
    const visit = chart.deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
    const seconds = (date: number) => Math.floor(date / 1000);
    const yearAfter = (end: string) => seconds(Date.parse(end) + 366 * DAY_MS);
    const kept = async () =>
      seconds((await rows()).find((row) => row.id === "links-" + String(visit))?.expiresAt?.getTime() ?? 0);
    expect(await kept()).toBe(yearAfter(minutes(30)));
    isOf(["p-1"], "p-1", { start: days(40), end: days(41) });
    await person.open(page.url);
    expect(await kept()).toBe(yearAfter(days(41)));

    const before = (await rows()).length;
    await act(person, page, "/consult", { department: "other-clinic" });
    await act(person, page, "/invitations", { role: "colleague" });
    expect((await rows()).length).toBe(before + 1);
  });
});

test("nothing in the store tells that two visits are one patient's", async () => {
  isOf(["p-1"], "p-1");
  await opened();
  id = "a-another";
  isOf(["p-1"], "p-1");
  await opened();
  const hashes = (await rows())
    .filter((row) => row.id.startsWith("links-"))
    .flatMap(({ body }) => body["patients"] as string[]);
  expect(hashes.length).toBeGreaterThan(1);
  expect(new Set(hashes).size).toBe(hashes.length);
});
