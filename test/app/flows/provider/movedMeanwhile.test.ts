/** What a form of a page does that was loaded before the chart moved the visit: nothing, and the page says so. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { guestLinks, patientLink } from "../../../harness/clinician.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";
import { textsOf } from "../../../harness/html.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, days, startChartAt, type ChartAt } from "./chartAt.ts";

const WEEK_MS = 7 * 86_400_000;

let chart: ChartAt;
let count = 0;
let id: string;
let open: Page;
let person: Person;
beforeAll(async () => {
  chart = await startChartAt();
});
beforeEach(async () => {
  id = "a-" + String(++count);
  chart.searchFinds(appointment({ id }));
  person = new Person();
  open = await chart.launchToSearch(person);
});
afterEach(() => chart.server.reset());
afterAll(() => chart.stop());

const act = (path: string, fields: Record<string, string> = {}) =>
  person.send(new URL(open.url.pathname + path, open.url), fields);
const said = ({ html }: Page) => textsOf(html, "p#said")[0] ?? "";
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== chart.deployment.url)).status;

/** The chart moves the visit by a week, and its row follows at somebody else's page. */
async function moved(): Promise<void> {
  const other = new Person();
  const { url } = await chart.launchToSearch(other);
  chart.searchFinds(appointment({ id, start: days(7), end: days(7.02) }));
  await other.open(url);
}

const sending = {
  person: "0",
  generation: "0",
  sent: "0",
  to: "typed",
  typed: "+12025550142",
  language: "en",
};

const NOT_DONE =
  /^Not done, because this visit was moved after your page was loaded\. It now starts [^.]+\. If you mean it at that time, do it again here\./;

test.each<[string, Record<string, string>]>([
  ["/end", {}],
  ["/late", {}],
  ["/reopening", {}],
  ["/invitations", { role: "guest" }],
  ["/links", { person: "0" }],
  ["/removals", { person: "1" }],
  ["/messages", sending],
])("%s does nothing, and the page says when the visit is", async (path, fields) => {
  await act("/invitations", { role: "interpreter" });
  const link = patientLink(open);
  await moved();
  const after = await act(path, fields);
  expect(said(after)).toMatch(NOT_DONE);
  if (path === "/messages") expect(said(after)).toContain("You had typed: +12025550142");
  expect(textsOf(after.html, "h2")).not.toContainEqual(expect.stringMatching(/closed/));
  expect([patientLink(after), guestLinks(after).size]).toEqual([link, 1]);
  expect(await tap(link)).toBe(200);
});

/** These change the launch, or nothing but the page, and do nothing to the visit. */
const EXCUSED = ["/back", "/choose-again", "/consult", "/sign-out", "/unlink"];

/** The page's forms, and what each says as it stands there. */
const formsIn = ({ html }: Page) =>
  elementsOf(html, "form[method=post]").map((form) => ({
    action: form.getAttribute("action") ?? "",
    fields: new URLSearchParams([
      ...form
        .querySelectorAll("input")
        .filter((one) => one.getAttribute("type") !== "radio" || one.hasAttribute("checked"))
        .map((one) => [one.getAttribute("name") ?? "", one.getAttribute("value") ?? ""]),
      ...form
        .querySelectorAll("select")
        .map((one) => [
          one.getAttribute("name") ?? "",
          one.querySelector("option")?.getAttribute("value") ?? "",
        ]),
    ]),
  }));

test.each<[string, number, (() => Promise<Page>) | undefined]>([
  ["an open visit", 8, undefined],
  ["a visit that is late", 8, () => act("/late")],
  ["a visit whose links are closed", 1, () => act("/end")],
])(
  "each form of the page of %s does nothing, but for those that are excused",
  async (_what, least, before) => {
    open = await act("/invitations", { role: "interpreter" });
    if (before !== undefined) open = await before();
    const forms = formsIn(await person.open(new URL(open.url.pathname, open.url)));
    await moved();
    const acting = forms.filter(({ action }) => !EXCUSED.some((path) => action.endsWith(path)));
    expect(acting.length).toBeGreaterThanOrEqual(least);
    for (const { action, fields } of acting)
      expect([action, said(await person.send(new URL(action, open.url), fields))]).toEqual([
        action,
        expect.stringMatching(NOT_DONE),
      ]);
  },
);

test("a visit whose page was from before the move is open at its time, and closed by a page that shows that", async () => {
  const link = patientLink(open);
  await moved();
  await act("/end");
  expect(said(await act("/end"))).toBe("Links closed. Nobody new can join.");
  const closed = await person.open(open.url);
  expect(textsOf(closed.html, "main")[0]).toContain("Its links are closed at the new time, too.");
  expect(closed.html).not.toContain("still good");
  await act("/reopening");
  chart.deployment.clock.forward(WEEK_MS - 5 * 60_000);
  expect(await tap(link)).toBe(302);
});
