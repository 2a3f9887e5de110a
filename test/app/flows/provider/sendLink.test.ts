/**
 * Send link on the visit's page: to the chart's number or address, or to one that is typed in; once, and what became of it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { leadsTo } from "../../../../app/domain/texts.ts";
import { reply, type SentText } from "../../../../app/sandbox/communication/desk.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { guestLinks, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { textsOf } from "../../../harness/html.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
let person: Person;
let visit: Page;
beforeAll(async () => {
  deployment = await startDeployment();
  person = new Person();
  visit = await launchScenario(deployment, person, "startsSoon");
});
beforeEach(() => deployment.sandbox.communication.faults.clear());
afterAll(() => deployment.stop());

const desk = () => deployment.sandbox.communication.desk;
const texts = () => desk().texts.filter((one): one is SentText => one.kind === "text");
const page = () => person.open(visit.url);

/** The hidden fields of a person's form as the page shows it now. */
function fieldsOf({ html }: Page, number: number): Record<string, string> {
  const form = elementsOf(html, 'form[action$="/messages"]').find(
    (each) => each.querySelector(`[name="person"][value="${String(number)}"]`) !== null,
  );
  if (form === undefined) throw new Error("the page has no form that sends a link to " + String(number));
  const hidden = form.querySelectorAll('input[type="hidden"]').map(({ attributes }) => attributes);
  return {
    language: "en",
    ...Object.fromEntries(hidden.map(({ name = "", value = "" }) => [name, value])),
  };
}
const post = (fields: Record<string, string>) =>
  person.send(new URL(visit.url.pathname + "/messages", visit.url), fields);
const send = async (fields: Record<string, string>, number = 0) =>
  post({ ...fieldsOf(await page(), number), ...fields });
/** Invites a guest to whom nothing was sent yet, and removes those before. @returns the guest's number */
async function guest(): Promise<number> {
  const act = (path: string, fields: Record<string, string>) =>
    person.send(new URL(visit.url.pathname + path, visit.url), fields);
  for (const number of guestLinks(await page()).keys()) await act("/removals", { person: String(number) });
  return Math.max(...guestLinks(await act("/invitations", { role: "relative" })).keys());
}
const said = ({ html }: Page) => textsOf(html, "p#said")[0] ?? "nothing";
/** What the page says about each message that was sent: the patient's first, and of each person the newest first. */
const became = ({ html }: Page) =>
  [...html.matchAll(/<li>([^<]*: )<strong>([^<]+)<\/strong>/g)].map(([, what = "", how]) => [
    what.replace(/,.*/, ""),
    how,
  ]);

describe("the patient's link", () => {
  test("goes to the chart's number, which the page shows masked, and the page says when it arrived", async () => {
    const before = await page();
    expect(before.html).toMatch(/Text to \(•••\) •••-\d{4}/);
    expect(before.html).toMatch(/E-mail to .•••@example\.org/);
    const sent = await send({ to: "text" });
    const text = texts().at(-1);
    expect(leadsTo(text?.text ?? "", patientLink(sent))).toBe(true);
    expect(text?.text).toMatch(/^Lamna Healthcare: Video visit .* STOP to end\.$/);
    expect(said(sent)).toMatch(/^Handed over\./);
    await desk().events?.settled();
    expect(became(await page())[0]).toEqual(["Link by text", "reached"]);
    const [, form = ""] = (await page()).html.split('/messages"');
    expect(form.slice(0, form.indexOf("</form>"))).not.toContain(text?.to.slice(2, 8) ?? "?");
  });

  test("goes to the chart's address as a mail with the visit for the calendar, in the language that was picked", async () => {
    const sent = await send({ to: "mail", language: "es" });
    const mail = desk().mails.at(-1);
    expect(mail?.plain).toContain("Entrar a la consulta: " + patientLink(sent));
    expect(mail?.calendar).toContain("BEGIN:VCALENDAR");
    await desk().events?.settled();
    expect(became(await page())[0]).toEqual(["Link by e-mail", "reached"]);
  });

  test("goes to a number or an address that was typed in, which is kept nowhere", async () => {
    const number = await guest();
    await send({ typed: "(202) 555-0142" }, number);
    expect(texts().at(-1)?.to).toBe("+12025550142");
    await send({ typed: "  somebody.else@patients.example " }, number);
    expect(desk().mails.at(-1)?.to).toBe("somebody.else@patients.example");
    const { store } = deployment.parts;
    const kept = JSON.stringify((await store.changes("messages", 500)).items) + deployment.logged.join();
    expect(kept).not.toMatch(/2025550142|somebody\.else/);
  });

  test.each(["18335550100", "+44 20 7946 0958", "555-0142", "pat@", "", "STOP"])(
    "goes nowhere when what was typed is neither: %j",
    async (typed) => {
      const number = await guest();
      const before = [texts().length, desk().mails.length, became(await page()).length];
      const refused = await send({ typed }, number);
      expect(said(refused)).toMatch(/^Not sent: that is no mobile number/);
      expect(refused.html).toMatch(/<title>Video visit.*<p id="said" class="said not-done"/s);
      expect([texts().length, desk().mails.length, became(await page()).length]).toEqual(before);
    },
  );
});

describe("sent twice", () => {
  test("one form, one after the other or at once, sends one text", async () => {
    const number = await guest();
    const fields = { ...fieldsOf(await page(), number), typed: "+12025550143" };
    const before = texts().length;
    await Promise.all([post(fields), post(fields)]);
    expect(said(await post(fields))).toMatch(/^That was sent before/);
    expect(texts().length).toBe(before + 1);
  });

  test("a text and a mail of one page, at once, send one of them", async () => {
    const number = await guest();
    const fields = fieldsOf(await page(), number);
    const before = texts().length + desk().mails.length;
    const came = await Promise.all([
      post({ ...fields, typed: "+12025550144" }),
      post({ ...fields, typed: "one.of.two@patients.example" }),
    ]);
    expect(texts().length + desk().mails.length).toBe(before + 1);
    expect(came.map(said).filter((words) => words.startsWith("That was sent before"))).toHaveLength(1);
  });

  test("a text whose answer was lost is perhaps sent, and never again", async () => {
    deployment.sandbox.communication.faults.set({ answersLost: 1, reports: "lost" });
    const number = await guest();
    const fields = { ...fieldsOf(await page(), number), typed: "+12025550157" };
    const before = texts().length;
    const sent = await post(fields);
    expect(said(sent)).toMatch(/^Perhaps sent/);
    expect(became(sent).at(-1)).toEqual(["Link by text", "not confirmed"]);
    expect(said(await post(fields))).toMatch(/^That was sent before/);
    expect(texts().length).toBe(before + 1);
  });

  test("what was not taken is not kept waiting: the page says so, and the next form sends", async () => {
    const number = await guest();
    deployment.sandbox.communication.faults.set({ throttled: 1 });
    const sent = await send({ typed: "+12025550158" }, number);
    expect([said(sent), became(sent).at(-1)]).toEqual([
      "Not sent. The reason is below.",
      ["Link by text", "not sent: it could not be sent just then; try again in a minute"],
    ]);
    deployment.clock.forward(15_000);
    expect(said(await send({ typed: "+12025550158" }, number))).toMatch(/^Handed over/);
    expect(texts().at(-1)?.to).toBe("+12025550158");
  });
});

describe("not reached", () => {
  test("is a phone that the carriers do not reach, in words", async () => {
    const number = await guest();
    deployment.sandbox.communication.faults.set({ deliveryCode: "4006" });
    await send({ typed: "+12025550159" }, number);
    await desk().events?.settled();
    expect(became(await page()).at(-1)).toEqual([
      "Link by text",
      "not reached: the phone could not be reached",
    ]);
  });

  test("is whoever has said STOP; the page knows of the chart's number, and START undoes it", async () => {
    const { html } = await page();
    const other = await guest();
    const number = texts().find(({ to }) => html.includes("•••-" + to.slice(-4)))?.to ?? "none";
    reply(desk(), number, PROVISIONED.number, "STOP");
    await desk().events?.settled();
    const before = texts().length;
    expect((await page()).html).toContain(`•••-${number.slice(-4)} has ended texts (STOP), and gets none.`);
    expect((await page()).html).not.toContain("Text to (•••)");
    const sent = await send({ typed: number }, other);
    expect(became(sent).at(-1)).toEqual(["Link by text", "not sent: this number cannot be texted from here"]);
    expect(texts().length).toBe(before);
    reply(desk(), number, PROVISIONED.number, "START");
    await desk().events?.settled();
    expect(said(await send({ typed: number }, other))).toMatch(/^Handed over/);
  });
});

describe("a form", () => {
  test.each<[string, Record<string, string>]>([
    ["another link than the page's now", { generation: "200" }],
    ["nobody of the visit", { person: "200" }],
  ])("of %s sends nothing", async (_name, fields) => {
    const before = texts().length;
    const sent = await send({ to: "typed", typed: "+12025550160", ...fields });
    expect(said(sent)).toMatch(/^That link was replaced before/);
    expect(texts().length).toBe(before);
  });

  test("of another visit sends nothing", async () => {
    const before = texts().length;
    const sent = await send({ to: "typed", typed: "+12025550160", visit: "AAAAAAAAAAAAAAAA" });
    expect(said(sent)).toMatch(/^Another visit is open here now/);
    expect(texts().length).toBe(before);
  });

  test("that says two addresses sends to neither", async () => {
    const before = texts().length;
    const sent = await send({ to: "text", typed: "+12025550160" });
    expect(said(sent)).toMatch(/^Not sent: you typed .* and picked another one/);
    expect(texts().length).toBe(before);
  });

  test.each(["text", "mail"])("that showed another %s than the chart's sends nothing", async (to) => {
    const before = texts().length + desk().mails.length;
    const sent = await send({ to, [to]: "another" });
    expect(said(sent)).toMatch(/^Not sent: the chart has another number or address by now/);
    expect(texts().length + desk().mails.length).toBe(before);
  });

  test("that no page has made is refused", async () => {
    expect((await send({ to: "everybody" })).status).toBe(400);
    expect((await send({ to: "typed", typed: "+12025550160", language: "fr" })).status).toBe(400);
  });
});

test("more than three within an hour to a person are not sent, and other people have three of their own", async () => {
  deployment.clock.forward(61 * 60_000);
  const number = await guest();
  for (const last of ["1", "2", "3"]) await send({ typed: "+1202555015" + last }, number);
  const before = texts().length;
  expect(said(await send({ typed: "+12025550154" }, number))).toMatch(/^Three were sent/);
  expect(texts().length).toBe(before);
  const other = await guest();
  const sent = await send({ typed: "+12025550155" }, other);
  expect(leadsTo(texts().at(-1)?.text ?? "", guestLinks(sent).get(other) ?? "none")).toBe(true);
  for (const last of ["6", "7"]) await send({ typed: "+1202555015" + last }, other);
  expect(said(await send({ typed: "+12025550158" }, other))).toMatch(/^Three were sent/);
  deployment.clock.forward(61 * 60_000);
  expect(said(await send({ typed: "+12025550158" }, other))).toMatch(/^Handed over/);
});

/** The test above has already sent one message within this hour. */
test("more than twelve within an hour are not sent, whoever comes and goes, and to however many at once", async () => {
  for (let each = 0; each < 10; each++) {
    const sent = await send({ typed: "+12025550161" }, await guest());
    expect(said(sent)).toMatch(/^Handed over/);
  }
  const guests = [await guest()];
  const invite = new URL(visit.url.pathname + "/invitations", visit.url);
  while (guests.length < 6)
    guests.push(Math.max(...guestLinks(await person.send(invite, { role: "relative" })).keys()));
  const all = await page();
  const forms = guests.map((number) => fieldsOf(all, number));
  const before = texts().length;
  await Promise.all(forms.map((form) => post({ ...form, typed: "+12025550162" })));
  // Each may have seen the other's record, and then neither is sent. Nobody else is invited, because one person's forms are
  // counted, too.
  const [one, other] = guests;
  if (texts().length === before) await send({ typed: "+12025550161" }, one);
  expect(texts().length).toBe(before + 1);
  expect(said(await send({ typed: "+12025550161" }, other))).toMatch(/^Links of this visit were sent/);
  expect(texts().length).toBe(before + 1);
});
