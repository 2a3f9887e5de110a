/** The people of a visit on its page: each has a link of their own, made once, replaced once, and taken back for good. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import { guestLinks, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "./otherChart.ts";
import { fieldIn, textsOf } from "../../../harness/html.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
let person: Person;
let visit: Page;
beforeAll(async () => {
  deployment = await startDeployment();
  person = new Person();
  visit = await launchScenario(deployment, person, "startsSoon");
});
afterAll(() => deployment.stop());

const page = () => person.open(visit.url);
const act = (path: string, fields: Record<string, string>) =>
  person.send(new URL(visit.url.pathname + path, visit.url), fields);
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== deployment.url)).status;
const mark = (page: Page) => fieldIn(page, "invitation");
const events = (since: number) =>
  deployment.logged.slice(since).map((line) => (JSON.parse(line) as { event: string }).event);

describe("an invitation", () => {
  test("that is sent twice, one after the other or at once, makes one guest", async () => {
    const before = guestLinks(await page()).size;
    const since = deployment.logged.length;
    const fields = { role: "interpreter", invitation: mark(await page()) };
    await Promise.all([act("/invitations", fields), act("/invitations", fields)]);
    const after = await act("/invitations", fields);
    expect([after.status, guestLinks(after).size]).toEqual([200, before + 1]);
    expect(events(since)).toEqual(["guest.invited"]);
    // The page has a new mark each time it is shown, so the next form makes another guest.
    expect(mark(after)).not.toBe(fields.invitation);
    const next = await act("/invitations", { role: "interpreter", invitation: mark(after) });
    expect(guestLinks(next).size).toBe(before + 2);
  });

  test("does not come back when it is sent again after the guest was removed", async () => {
    const fields = { role: "relative", invitation: mark(await page()) };
    const invited = await act("/invitations", fields);
    const number = Math.max(...guestLinks(invited).keys());
    await act("/removals", { person: String(number) });
    const again = await act("/invitations", fields);
    expect([...guestLinks(again).keys()]).not.toContain(number);
    expect(Math.max(...guestLinks(again).keys())).toBeLessThan(number);
  });

  test.each(["", "x", "A".repeat(13), "{$ne: 1}____"])(
    "with a mark that no page has made is refused: %j",
    async (invitation) => {
      const before = guestLinks(await page()).size;
      expect((await act("/invitations", { role: "guest", invitation })).status).toBe(400);
      expect(guestLinks(await page()).size).toBe(before);
    },
  );
});

describe("a guest who is removed", () => {
  test("is off the page, their links never open again, and their number is nobody else's", async () => {
    const invited = await act("/invitations", { role: "guest" });
    const number = Math.max(...guestLinks(invited).keys());
    const link = guestLinks(invited).get(number) ?? "";
    const others = [...guestLinks(invited)].filter(([each]) => each !== number);
    expect(await tap(link)).toBe(302);
    const since = deployment.logged.length;
    const without = await act("/removals", { person: String(number) });
    expect([...guestLinks(without)]).toEqual(others);
    expect([await tap(link), await tap(patientLink(without))]).toEqual([410, 302]);
    // A form that is sent twice is no mistake, and nothing more happens.
    const again = await act("/removals", { person: String(number) });
    expect([again.status, [...guestLinks(again)]]).toEqual([200, others]);
    await act("/links", { person: String(number) });
    expect(events(since)).toEqual(["guest.removed"]);
    const next = await act("/invitations", { role: "guest" });
    expect(Math.max(...guestLinks(next).keys())).toBe(number + 1);
    expect(await tap(link)).toBe(410);
  });

  test("is asked about first, without script", async () => {
    const { html } = await act("/invitations", { role: "colleague" });
    const asks = (what: string, path: string) =>
      new RegExp(
        `<details class="ask"><summary>${what}<span[^>]*> of guest \\d+</span></summary><form method="post"[^>]*${path}"`,
      );
    expect(html).toMatch(asks("Remove", "/removals"));
    expect(html).toMatch(asks("New link", "/links"));
  });

  test.each(["0", "99", "-1", "0.5", "x", ""])("is not %j", async (number) => {
    const before = guestLinks(await page());
    expect((await act("/removals", { person: number })).status).toBe(400);
    expect(guestLinks(await page())).toEqual(before);
    expect(await tap(patientLink(visit))).toBe(302);
  });
});

test("the links are a list: a row for each person, whose buttons say whose they are", async () => {
  const people = [
    { number: 0, role: "patient", generation: 0 },
    { number: 1, role: "interpreter", generation: 0 },
    { number: 2, role: "guest", generation: 0, removed: true } as const,
    { number: 3, role: "colleague", generation: 0 },
    { number: 4, role: "interpreter", generation: 0 },
  ];
  const { clinician, shown } = await withPeople("inProgress", people);
  const rows = elementsOf(shown.html, "li.person").map(({ outerHTML }) => outerHTML);
  expect(rows.map((row) => textsOf(row, "p")[0])).toEqual([
    "Patient Link not seen to be opened yet",
    "Colleague Guest 3",
    "Interpreter Guest 1",
    "Interpreter Guest 4",
  ]);
  const of = (whose: string) =>
    ["Show", "Send link", "New link", "Remove"].map((what) => `${what} of ${whose}`);
  expect(rows.map((row) => textsOf(row, "summary"))).toEqual([
    ["Show of the patient", "Send link of the patient", "Message", "New link of the patient"],
    ...["guest 3", "guest 1", "guest 4"].map(of),
  ]);
  expect(rows.map((row) => textsOf(row, 'button[data-copy^="link-"]'))).toEqual([
    ["Copy patient’s link"],
    ...["guest 3", "guest 1", "guest 4"].map((whose) => ["Copy link of " + whose]),
  ]);
  // What was just made is said in its own row.
  const path = new URL(shown.url.pathname + "/invitations", shown.url);
  const { html } = await clinician.send(path, { role: "colleague" });
  const said = elementsOf(html, "li.person").filter((row) => row.querySelector("#said") !== null);
  expect(said.map(({ text }) => /Guest \d+/.exec(text)?.[0])).toEqual(["Guest 5"]);
});

describe("a new link", () => {
  test("asked for twice from one page is made once, so that the one in hand is good", async () => {
    const invited = await act("/invitations", { role: "interpreter" });
    const number = String(Math.max(...guestLinks(invited).keys()));
    const fields = { person: number, generation: "0" };
    const once = guestLinks(await act("/links", fields)).get(Number(number)) ?? "";
    const twice = guestLinks(await act("/links", fields)).get(Number(number));
    expect(twice).toBe(once);
    expect([await tap(guestLinks(invited).get(Number(number)) ?? ""), await tap(once)]).toEqual([410, 302]);
  });
});

describe("a link in its last generation", () => {
  test("is replaced under a new number, and a page from before changes nothing and says so", async () => {
    const { clinician, shown } = await withPeople("inProgress", [
      { number: 0, role: "patient", generation: 255 },
      { number: 1, role: "guest", generation: 255 },
    ]);
    const send = (path: string, fields: Record<string, string>) =>
      clinician.send(new URL(shown.url.pathname + path, shown.url), fields);
    const fields = { person: "0", generation: "255" };
    const pages = await Promise.all(Array.from({ length: 5 }, () => send("/links", fields)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(pages.map(patientLink)).size).toBe(1);
    expect(await Promise.all([shown, pages[0] ?? shown].map((each) => tap(patientLink(each))))).toEqual([
      410, 302,
    ]);
    await send("/links", { person: "1", generation: "255" });
    const late = await send("/removals", { person: "1" });
    expect([late.status, guestLinks(late).size]).toEqual([200, 1]);
    expect(late.html).toContain("Nothing was changed: this page has the newest links.");
    expect((await send("/removals", { person: "4" })).status).toBe(400);
  });
});

/** The page of a visit whose row has these people. */
async function withPeople(
  scenario: ScenarioName,
  people: readonly { number: number; role: string; generation: number; removed?: true }[],
) {
  const first = await launchScenario(deployment, new Person(), scenario);
  const id = deployment.parts.visits.claims(patientLink(first).split("/").at(-1) ?? "")?.visit ?? "";
  const { store } = deployment.parts;
  const row = await store.read("visits", id, id);
  if (row === undefined) throw new Error("no visit");
  await store.replace("visits", { ...row, body: { ...row.body, people } }, row.etag);
  const clinician = new Person();
  return { clinician, shown: await launchScenario(deployment, clinician, scenario) };
}

describe("a visit whose numbers are used up", () => {
  test("says so on its page and in answer to a form, and its links go on working", async () => {
    const { clinician, shown } = await withPeople("inProgress", [
      { number: 0, role: "patient", generation: 0 },
      { number: 254, role: "guest", generation: 255 },
      { number: 255, role: "guest", generation: 3, removed: true },
    ]);
    expect(shown.html).toContain("This visit has given out as many links as there can be.");
    expect(shown.html).not.toContain("Make a link");
    const send = (path: string, fields: Record<string, string>) =>
      clinician.send(new URL(shown.url.pathname + path, shown.url), fields);
    for (const refused of [
      await send("/invitations", { role: "guest" }),
      await send("/links", { person: "254", generation: "255" }),
    ]) {
      expect([refused.status, heading(refused)]).toEqual([409, "No link was made"]);
      expect(refused.html).toContain(shown.url.pathname);
    }
    const links = [patientLink(shown), guestLinks(shown).get(254) ?? ""];
    expect(await Promise.all(links.map(tap))).toEqual([302, 302]);
    const renewed = await send("/links", { person: "0" });
    expect(await Promise.all([...links, patientLink(renewed)].map(tap))).toEqual([410, 302, 302]);
    await send("/removals", { person: "254" });
    expect(await tap(links[1] ?? "")).toBe(410);
  });
});
