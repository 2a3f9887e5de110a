/**
 * For whom a visit's links were made: for nobody whom the chart puts in their place, and for them however it calls them.
 */
import { setTimeout as passed } from "node:timers/promises";
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
  shows(
    named.map((patient) => ({ actor: { reference: "Patient/" + patient } })),
    open,
    times,
  );
  for (const patient of named) records(patient);
}

/** The same of an appointment that has these participants, and takes place at a department's. */
function shows(participants: readonly object[], open: string, times?: Times): void {
  const participant = [...participants, PLACE];
  const { server } = chart;
  server.reset();
  const token = server.answers.get("/token");
  server.answers.set("/token", async (request) => {
    const answer = await token?.(request);
    return json({ ...(JSON.parse(answer?.body ?? "{}") as object), patient: open });
  });
  records(open);
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

  test("not while it names nobody but in words: whose charts show it share the link, and their pages say so", async () => {
    const SHARED = "This appointment may be for several patients";
    const words = [{ actor: { display: "Markworthy, A and B" } }];
    shows(words, "p-1");
    const { person, page: first } = await opened();
    const link = patientLink(first);
    expect(first.html).not.toContain(SHARED);
    shows(words, "p-2");
    const { page } = await opened();
    expect([patientLink(page), page.html.includes(SHARED), page.html.includes(NOTICE)]).toEqual([
      link,
      true,
      false,
    ]);
    shows(words, "p-1");
    const again = await person.open(first.url);
    expect([patientLink(again), again.html.includes(SHARED)]).toEqual([link, true]);
    expect(await tap(link)).toBe(302);
    // Nor does it matter that a record cannot be read.
    shows(words, "p-3");
    chart.answers("Patient/p-3", {}, 500);
    expect(patientLink((await opened()).page)).toBe(link);
    // Once it names one of them, the link is theirs alone.
    isOf(["p-1"], "p-1");
    const alone = await opened();
    expect([patientLink(alone.page) === link, alone.page.html.includes(SHARED)]).toEqual([false, false]);
    expect(await tap(link)).toBe(410);
  });

  test("not while it names nobody but in words, if the two charts are one patient's", async () => {
    const words = [{ actor: { display: "Markworthy" } }];
    shows(words, "p-old");
    const link = patientLink((await opened()).page);
    shows(words, "p-new");
    records("p-new", linked("replaces", "p-old"));
    records("p-old", linked("replaced-by", "p-new"));
    const { page } = await opened();
    expect([patientLink(page), page.html.includes("several patients")]).toEqual([link, false]);
    isOf(["p-new"], "p-new");
    expect(patientLink((await opened()).page)).toBe(link);
  });

  describe("and a record cannot be read that would say whether it is the same one", () => {
    const UNTOLD = "The chart does not say whose this visit is";
    const ill = { resourceType: "OperationOutcome", issue: [{ severity: "fatal", code: "exception" }] };

    test("no link leads in, and the page says what to do; after two minutes it is the other patient's", async () => {
      isOf(["p-1"], "p-1");
      const link = patientLink((await opened()).page);
      isOf(["p-2"], "p-2");
      chart.answers("Patient/p-2", ill, 500);
      const { person, page } = await opened();
      expect([page.status, heading(page)]).toEqual([502, UNTOLD]);
      expect(page.html).toContain("in two minutes");
      expect(page.html).not.toContain("stays valid");
      expect(await tap(link)).toBe(409);
      chart.deployment.clock.forward(119_000);
      expect(heading(await person.open(page.url))).toBe(UNTOLD);
      chart.deployment.clock.forward(1_000);
      const theirs = await person.open(page.url);
      expect([theirs.status, theirs.html.includes(NOTICE), theirs.html.includes(UNTOLD)]).toEqual([
        200,
        true,
        false,
      ]);
      expect(await all(link, patientLink(theirs))).toEqual([410, 302]);
    });

    test("the link is good again once it can be read, and it is the same person", async () => {
      isOf(["p-1"], "p-1");
      const link = patientLink((await opened()).page);
      isOf(["p-2"], "p-2");
      chart.answers("Patient/p-2", ill, 500);
      await opened();
      expect(await tap(link)).toBe(409);
      records("p-2", linked("replaces", "p-1"));
      chart.answers("Patient/p-1", ill, 500);
      expect(heading((await opened()).page)).toBe(UNTOLD);
      records("p-1", linked("replaced-by", "p-2"));
      expect(patientLink((await opened()).page)).toBe(link);
      expect(await tap(link)).toBe(302);
    });

    test("a record that is too large proves nothing: the visit is the other patient's at once", async () => {
      isOf(["p-1"], "p-1");
      const link = patientLink((await opened()).page);
      isOf(["p-2"], "p-2");
      const text = { div: "x".repeat(4_100_000) };
      chart.answers("Patient/p-2", { resourceType: "Patient", id: "p-2", text });
      expect(patientLink((await opened()).page)).not.toBe(link);
      expect(await tap(link)).toBe(410);
    });

    test("an open page of a group stays, and says so; four records are asked at a time, and no more after two fail", async () => {
      const group = Array.from({ length: 12 }, (_, at) => "g-" + String(at));
      isOf(group, "g-0");
      const { person, page } = await opened();
      const link = patientLink(page);
      const [, ...stay] = group.toReversed();
      isOf(stay.toReversed(), "g-0");
      let [now, most] = [0, 0];
      const asked: string[] = [];
      const fails = new Set<string>();
      for (const patient of stay)
        chart.server.answers.set("/fhir/Patient/" + patient, async () => {
          most = Math.max(most, ++now);
          asked.push(patient);
          await passed(5);
          now -= 1;
          return fails.has(patient)
            ? json(ill, 500)
            : json({ resourceType: "Patient", id: patient, name: [{ text: patient }] });
        });
      fails.add("g-7");
      const kept = await person.open(page.url);
      expect([kept.status, kept.html.includes(UNTOLD), most <= 4]).toEqual([200, true, true]);
      expect(await tap(link)).toBe(409);
      for (const patient of stay.slice(0, -1)) fails.add(patient);
      asked.length = 0;
      expect(heading((await opened()).page)).toBe(UNTOLD);
      // The one whose chart it is, and the four that were asked before two had failed.
      expect(new Set(asked).size).toBeLessThanOrEqual(6);
      fails.clear();
      expect(patientLink(await person.open(page.url))).not.toBe(link);
    });
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

  test("when records are combined while the page is open, and only the old one says so", async () => {
    isOf(["p-old"], "p-old");
    const { person, page } = await opened();
    const link = patientLink(page);
    isOf(["p-new"], "p-old");
    records("p-old", linked("replaced-by", "p-new"));
    for (const shown of [await person.open(page.url), (await opened()).page])
      expect([patientLink(shown), shown.html.includes(NOTICE)]).toEqual([link, false]);
    expect(await tap(link)).toBe(302);
  });

  test("when records are combined twice, and the appointment names the one between", async () => {
    isOf(["p-b"], "p-a");
    records("p-a", linked("replaced-by", "p-b"));
    records("p-b", linked("replaced-by", "p-c"));
    records("p-c");
    const { page } = await opened();
    expect(heading(page)).toBe("Video Visit");
    isOf(["p-c"], "p-a");
    records("p-a", linked("replaced-by", "p-b"));
    records("p-b", linked("replaced-by", "p-c"));
    expect(patientLink((await opened()).page)).toBe(patientLink(page));
  });

  test("and the session goes on, when a new token names the record of now", async () => {
    for (const [links, isOver] of [
      [linked("replaced-by", "p-new"), false],
      [[], true],
    ] as const) {
      id = "a-" + String(++count);
      isOf(["p-old"], "p-old");
      const { person, page } = await opened();
      records("p-old", links);
      records("p-new");
      const token = chart.server.answers.get("/token");
      chart.server.answers.set("/token", async (request) => {
        const answer = await token?.(request);
        return json({ ...(JSON.parse(answer?.body ?? "{}") as object), patient: "p-new" });
      });
      chart.deployment.clock.forward(10 * 60_000);
      const { html } = await person.open(page.url);
      expect(html.includes("The chart has ended your session")).toBe(isOver);
    }
  });

  test("but not where one record alone says so, and the other is in use", async () => {
    isOf(["p-1"], "p-1");
    const link = patientLink((await opened()).page);
    isOf(["p-2"], "p-2");
    records("p-2", linked("replaces", "p-1"));
    records("p-1");
    expect(patientLink((await opened()).page)).not.toBe(link);
    expect(await tap(link)).toBe(410);
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
