/** What the visit's page says: what was just done, whose account it would be, and a message to paste. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  guestLinks,
  launchEarly,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToMicrosoft,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn } from "../../../harness/fromNowOn.ts";
import { formatShortClock } from "../../../../app/web/time.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";
import { fieldIn, fieldsIn, textsOf } from "../../../harness/html.ts";

/** An address below a page, whatever the page says. */
const at = (page: Page, path: string) => new URL(page.url.pathname + path, page.url);

let deployment: Deployment;
let person: Person;
let visit: Page;
beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(async () => {
  person = new Person();
  visit = await launchScenario(deployment, person, "startsSoon");
});
afterAll(() => deployment.stop());

const act = (path: string, fields: Record<string, string> = {}) =>
  person.send(new URL(visit.url.pathname + path, visit.url), fields);
const said = ({ html }: Page) => textsOf(html, 'p#said[role="status"]')[0];

describe("what was just done", () => {
  test("is said where it was done, and the page's title says so, too", async () => {
    const renewed = await act("/links", { person: "0" });
    expect(said(renewed)).toBe("The old link is off. Send the new one.");
    expect(textsOf(renewed.html, "title")[0]).toMatch(/^Done · Video visit/);
    const closed = await act("/end");
    expect(said(closed)).toBe("Links closed. Nobody new can join.");
    expect(textsOf(closed.html, "h2")).toContainEqual(
      expect.stringMatching(/^Links closed at \d+:\d\d\s[AP]M$/),
    );
    expect(closed.html).not.toContain(">Booked<");
    expect(said(await act("/reopening"))).toBe("The links work again.");
    expect(said(await act("/invitations", { role: "interpreter" }))).toMatch(/A link was made/);
    expect(said(await person.open(visit.url))).toBeUndefined();
  });

  test("that the clinician runs late is on the patient's page until it is taken back", async () => {
    const patients = async () => (await fetch(patientLink(visit).replace("/j/", "/v/"))).text();
    const late = await act("/late");
    expect(said(late)).toBe("Done. The patient’s page now says that you are running late.");
    expect(late.html).toMatch(/You said at \d+:\d\d [AP]M that you are running late/);
    expect(await patients()).toContain("We are running late");
    expect(said(await act("/late"))).toBe("You had said that already. Nothing was changed.");
    const shown = fieldIn(late, "late");
    // An older page takes back nothing that was said since.
    await act("/on-time", { late: "2026-01-01T00:00:00.000Z" });
    expect(await patients()).toContain("We are running late");
    expect(said(await act("/on-time", { late: shown }))).toMatch(/^Taken back/);
    expect(await patients()).not.toContain("running late");
    expect((await act("/on-time", { late: "soon" })).status).toBe(400);
    const logged = deployment.logged.filter((line) => /"event":"visit\.(?:late|on_time)"/.test(line));
    expect(logged).toHaveLength(2);
  });

  test("that messages are held back is said until they are let go, and holds in every tab", async () => {
    const held = await act("/messages-held");
    expect(said(held)).toMatch(/^Done\. The connector writes nothing more to the patient by itself/);
    expect(textsOf(held.html, "h2")).toContain("Messages are held back");
    expect(said(await act("/messages-held"))).toBe("They were held back already. Nothing was changed.");
    const beside = await launchScenario(deployment, new Person(), "startsSoon");
    expect(textsOf(beside.html, "h2")).toContain("Messages are held back");
    const ended = await act("/end");
    expect(textsOf(ended.html, "h2")).toContain("Messages are held back");
    await act("/reopening");
    // An older page lets nothing go that was held back since.
    expect(said(await act("/messages-again", { held: "2026-01-01T00:00:00.000Z" }))).toMatch(
      /^Messages have been/,
    );
    const again = await act("/messages-again", { held: fieldIn(held, "held") });
    expect(said(again)).toMatch(/^Done\. The connector writes to the patient by itself again/);
    expect(again.html).not.toContain("are held back");
    const logged = deployment.logged.filter((line) => /"event":"visit\.messages_(?:held|let_go)"/.test(line));
    expect(logged).toHaveLength(2);
  });

  test("that the clinician runs late cannot be said long before the visit", async () => {
    visit = await launchEarly(deployment, person);
    expect(visit.html).not.toContain("running late");
    expect(said(await act("/late"))).toMatch(/^Not said: patients can be told/);
  });

  test("is one of our own sentences, whatever an address says", async () => {
    for (const query of [
      "?said=<b>x",
      "?said=link-renewed&person=<b>",
      "?said=__proto__",
      "?said=",
      "?said=a&said=b",
    ])
      expect((await person.open(visit.url.href + query)).status, query).toBe(200);
    const page = await person.open(visit.url.href + "?said=link-renewed&person=0%3Cb%3E");
    expect(page.html).not.toContain("0<b>");
  });
});

describe("the question which account it is", () => {
  test("shows whom the chart names, and warns when the names differ: then another account is the first choice", async () => {
    const own = await signInToMicrosoft(person, visit, ACCOUNT);
    expect(own.html).toContain("Sample MD, Robin");
    expect(own.html).not.toContain("The names differ");
    const picker = await person.open(new URL(visit.url.pathname + "/sign-in?account=other", visit.url));
    const other = await person.send(picker.url, { account: ACCOUNT.replace("b001", "b003") });
    expect(other.html).toContain("The names differ");
    expect(other.html).toMatch(/class="button primary"[^>]*>\s*Use another account/);
  });
});

describe("a message to paste", () => {
  const message = (html: string, language: string) =>
    new RegExp(`id="message-${language}"[^>]*value="([^"]+)"`).exec(html)?.[1] ?? "";

  test("says when, where and whom to call, in both languages, and nothing of whom or what", () => {
    for (const language of ["en", "es"]) {
      const text = message(visit.html, language);
      expect(text).toContain(patientLink(visit));
      expect(text).toMatch(/Lamna Healthcare: .*\(202\) 555-01\d\d/);
      expect(text).not.toMatch(/Family|Cardiology|Example|Pat\b|Sample/);
    }
    expect(message(visit.html, "es")).toMatch(/su consulta por video/);
  });
});

describe("a form acts on the visit that its page showed, or on none", () => {
  const shown = (page: Page) => ({
    visit: fieldIn(page, "visit"),
    start: fieldIn(page, "start"),
    epoch: fieldIn(page, "epoch"),
  });
  const tap = async (link: string) =>
    (await new Person().open(link, (url) => url.origin !== deployment.url)).status;

  test("when another visit was picked in another tab", async () => {
    const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
    const choice = await launchFrom(deployment, person, launch);
    const ids = fieldsIn(choice, "appointment");
    const pick = (id: string | undefined) => person.send(at(choice, "/choice"), { appointment: id ?? "" });
    const first = await pick(ids[0]);
    await person.send(at(choice, "/choose-again"), {});
    const second = await pick(ids[1]);
    expect(patientLink(second)).not.toBe(patientLink(first));
    const late = { ...shown(first), person: "0", generation: "0", role: "relative" };
    for (const path of ["/links", "/invitations", "/end", "/removals"])
      expect(
        said(await person.send(at(choice, path), path === "/removals" ? { ...late, person: "1" } : late)),
        path,
      ).toBe("Another visit is open here now. Nothing was changed.");
    const now = await person.open(at(choice, ""));
    expect([patientLink(now), guests(now)]).toEqual([patientLink(second), 0]);
  });

  test("when a consult was begun in another tab", async () => {
    await act("/consult", { department: "cardiology" });
    expect(said(await act("/end", shown(visit)))).toMatch(/^Another visit is open/);
    expect(await tap(patientLink(visit))).toBe(302);
    await act("/back");
    expect(said(await act("/end", shown(visit)))).toMatch(/^Links closed/);
    await act("/reopening", shown(visit));
  });

  const guests = (page: Page) => guestLinks(page).size;
});

test("a consult leads back to the patient's visit, and says when that is", async () => {
  const begun = await act("/consult", { department: "cardiology" });
  const zone = "America/Chicago";
  const { start } = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("startsSoon");
  const clock = formatShortClock(new Date(start ?? ""), zone);
  expect(begun.html).toMatch(new RegExp(`← Back to the patient’s visit, ([\\w, ]+, )?${clock}`));
  await act("/back");
  const elsewhere = new Person();
  const nothing = await launchFrom(
    deployment,
    elsewhere,
    await launchOf(deployment, "inPerson", { fromEncounter: false }),
  );
  const consult = await elsewhere.send(at(nothing, "/consult"), { department: "cardiology" });
  expect(consult.html).toContain("← Back to this patient’s visits");
});

test("a wrong pick is taken back", async () => {
  const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
  const choice = await launchFrom(deployment, person, launch);
  const id = fieldIn(choice, "appointment");
  const picked = await person.send(at(choice, "/choice"), { appointment: id });
  expect(picked.html).toContain("Not this visit?");
  expect(heading(await person.send(at(choice, "/choose-again"), {}))).toBe("Which visit?");
});

test("a chart without a visit still says whose it is", async () => {
  const launch = await launchOf(deployment, "inPerson", { fromEncounter: false });
  const page = await launchFrom(deployment, new Person(), launch);
  expect(heading(page)).toBe("No video visit today");
  expect(page.html).toContain("banner-name");
});

test("a chart without a visit today says when the next one is, of those that it was asked for", async () => {
  const open = async (name: "tomorrow" | "inThreeDays") =>
    launchFrom(deployment, new Person(), await launchOf(deployment, name, { fromEncounter: false }));
  const page = await open("tomorrow");
  expect(heading(page)).toBe("No video visit today");
  expect(page.html).toMatch(
    /<strong>Next: [\w, ]+, \d+:\d\d\s[AP]M Central \(C[SD]T\)<\/strong> · Lamna Family Medicine/,
  );
  const asked = fromNowOn(deployment.sandbox.oracle);
  const later = await open("inThreeDays");
  expect(heading(later)).toBe("No video visit today");
  expect(later.html).not.toContain("Next:");
  expect(asked().filter(({ path }) => path.includes("/Appointment"))).toHaveLength(1);
});
