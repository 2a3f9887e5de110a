/**
 * What lies beside a visit costs nobody the visit: each row and list that its page reads, but the visit's own and the
 * session's, is damaged, one kind at a time. The rows are not listed here: they are what the page was seen to ask for.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hospital } from "../../../../app/records/hospital.ts";
import { kindOfAsked, watchStore, type Asked, type Way } from "../../../harness/askedRows.ts";
import { ACCOUNT, launchScenario, signInToMicrosoft } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";

let deployment: Deployment;
let watched: ReturnType<typeof watchStore>;
let ways: Readonly<Record<string, Way>>;
const person = new Person();
const pages = new Map<string, Page>();
/** By page and kind of row, what the page asked for. */
const asked = new Map<string, readonly Asked[]>();
const act = (page: Page, path: string, fields: Record<string, string> = {}) =>
  person.send(new URL(page.url.pathname + path, page.url), fields);

beforeAll(async () => {
  deployment = await startDeployment();
  watched = watchStore(deployment.parts.store, deployment.clock.now);
  ({ ways } = watched);
  const visit = await launchScenario(deployment, person, "startsSoon");
  const question = await signInToMicrosoft(person, visit, ACCOUNT);
  await person.send(question.url, { answer: "yes", account: ACCOUNT });
  await person.open(visit.url);
  await act(visit, "/late");
  const beside = await launchScenario(deployment, person, "startsSoon");
  await act(beside, "/consult", { department: "cardiology" });
  await act(beside, "/invitations", { role: "guest" });
  for (const [name, { url }] of Object.entries({ visit, consult: beside })) {
    let page = visit;
    const noted = await watched.askedBy(async () => (page = await person.open(url)));
    pages.set(name, page);
    const own = /name="visit" value="([^"]+)"/.exec(page.html)?.[1];
    const beyond = noted.filter(({ container, id }) => container !== "sessions" && id !== own);
    for (const [kind, rows] of Map.groupBy(beyond, kindOfAsked)) asked.set(name + " " + kind, rows);
  }
});
afterAll(() => deployment.stop());

/** What of the visit's essentials a page lacks. */
function lacking({ status, html, url }: Page): readonly string[] {
  const has: Readonly<Record<string, boolean>> = {
    answer: status === 200,
    // Whose linked account is not known signs in once more.
    join: /Join in Teams|Sign in to join/.test(html),
    links: html.includes("/j/") || html.includes("/g/"),
    "new link": html.includes(`action="${url.pathname}/links"`),
    end: html.includes(`action="${url.pathname}/end"`),
  };
  return Object.keys(has).filter((one) => has[one] !== true);
}

const SEEN = [
  "visit jobs",
  "visit messages",
  "visit messages optout-",
  "visit staffAccounts",
  "visit visits found-",
];
/** Of these kinds, the page shows something. */
const SHOWN = ["messages", "messages optout-", "visits found-", "visits presence-"];

test("the pages are seen to ask for rows beside the visit", () => {
  for (const page of pages.values()) expect(lacking(page)).toEqual([]);
  expect([...asked.keys()]).toEqual(expect.arrayContaining(SEEN));
});

describe.each(["visit", "consult"])("the page of a %s", (name) => {
  test.each(["is damaged", "is of a later release", "is not given by the store"])(
    "has Join, New link and End while each kind of row beside it %s",
    async (way) => {
      const lost: Record<string, readonly string[]> = {};
      const see = async (kind: string) => {
        const page = await person.open(pages.get(name)?.url ?? "");
        const isSaid = page.html.includes("A part of this page cannot be read now");
        const isSilent = SHOWN.some((one) => kind === name + " " + one) && !isSaid;
        const lacks = [...lacking(page), ...(isSilent ? ["words"] : [])];
        if (lacks.length > 0) lost[kind] = lacks;
      };
      for (const [kind, rows] of asked)
        if (kind.startsWith(name + " ")) await ways[way]?.(rows, () => see(kind));
      expect(lost).toEqual({});
    },
  );
});

describe("meanwhile", () => {
  async function damaged(kind: string, meanwhile: (visit: Page) => Promise<void>): Promise<void> {
    const [visit, rows] = [pages.get("visit"), asked.get("visit " + kind)];
    if (visit === undefined || rows === undefined) throw new Error("the page asks for no " + kind);
    await ways["is damaged"]?.(rows, () => meanwhile(visit));
  }

  test("who waits is said to be unknown on open pages, and running late can be said", () =>
    damaged("visits presence-", async (visit) => {
      const now = await person.open(new URL(visit.url.pathname + "/waiting", visit.url));
      expect([now.status, now.html]).toEqual([200, expect.stringContaining("Who waits cannot be read now")]);
      expect((await act(visit, "/late")).html).toContain("You had said that already");
    }));

  test("nothing is sent where it is not known what was sent, or whether the number has ended texts", async () => {
    await damaged("messages", async (visit) => {
      const to = { person: "0", sent: "0", generation: "0", language: "en", to: "typed" };
      const page = await act(visit, "/messages", { ...to, typed: "(202) 555-0123" });
      expect(page.html).toContain("might be sent twice");
    });
    await damaged("messages optout-", async (visit) => {
      expect((await person.open(visit.url)).html).toContain("has ended texts (STOP) cannot be read now");
    });
  });
});

/** Removes all departments of the hospital, for as long as `meanwhile` takes. */
async function withoutDepartments(meanwhile: () => Promise<void>): Promise<void> {
  const { hospital } = deployment.parts;
  const before = { ...hospital };
  Object.assign(hospital, {
    department: () => Promise.resolve(undefined),
    departments: () => Promise.resolve([]),
  } satisfies Partial<Hospital>);
  await meanwhile().finally(() => Object.assign(hospital, before));
}

describe("whose department was removed,", () => {
  test.each(["visit", "consult"])("a %s is joined, its links replaced and closed", (name) =>
    withoutDepartments(async () => {
      const page = await person.open(pages.get(name)?.url ?? "");
      expect(lacking(page)).toEqual([]);
      expect(page.html).toContain("not set up any more");
      expect(page.html).toContain("times are those of UTC");
      const [, holder = ""] = /name="person" value="(\d+)"/.exec(page.html) ?? [];
      expect((await act(page, "/links", { person: holder })).html).toContain("The old link is off.");
      expect((await act(page, "/end")).html).toContain("Links closed at");
      expect(lacking(await act(page, "/reopening"))).toEqual([]);
    }),
  );

  test("a visit is there when it is launched once more, and while the chart cannot be read", () =>
    withoutDepartments(async () => {
      const again = await launchScenario(deployment, person, "startsSoon");
      expect([lacking(again), again.html.includes("not set up any more")]).toEqual([[], true]);
      deployment.sandbox.oracle.faults.set("unavailable");
      const unread = await person.open(again.url).finally(() => deployment.sandbox.oracle.faults.clear());
      expect([lacking(unread), unread.html.includes("not set up any more")]).toEqual([[], true]);
    }));

  test("a consult is found again from the patient's visit", () =>
    withoutDepartments(async () => {
      const consult = await person.open(pages.get("consult")?.url ?? "");
      const back = await act(consult, "/back");
      expect(back.html).toContain("a department that is not set up any more");
      expect(lacking(await act(consult, "/consult", { department: "cardiology" }))).toEqual([]);
    }));

  test("who waits is still told to open pages", () =>
    withoutDepartments(async () => {
      const path = (pages.get("visit")?.url.pathname ?? "") + "/waiting";
      expect((await person.open(new URL(path, deployment.url))).status).toBe(200);
    }));
});
