/** A patient's phone: what arrives on it, and what its owner answers. */
import { beforeEach, expect, test } from "vitest";
import { openMail } from "../../../../app/adapters/acs/mail.ts";
import { openTexts } from "../../../../app/adapters/acs/texts.ts";
import { hospital } from "../microsoft/hospital.ts";
import { shop, type Shop } from "./shop.ts";

const FROM = "+18335550100";
const SENDER = "visits@lamna.example";
const PAT = {
  id: "production-1",
  name: "Pat <Example>",
  chart: "production",
  number: "+12025550147",
  mail: "pat@patients.example",
};
const LUIS = { id: "production-2", name: "Luis Example", chart: "production", number: "+12025550148" };
/** The same number in another chart. */
const PAUL = { ...PAT, id: "test-1", name: "Paul Moreno", chart: "test", mail: undefined };
const ROSA = { id: "test-2", name: "Rosa Delgado", chart: "test", mail: "rosa@patients.example" };
const microsoft = await hospital();
let vendor: Shop;
beforeEach(async () => {
  const people = () => Promise.resolve([LUIS, PAT, PAUL, ROSA]);
  vendor = await shop({ numbers: [FROM], mailSenders: [SENDER], people }, { microsoft });
});

const link = "https://visits.lamna.example/j/token";
const address = (id: string) => vendor.pages + "/phones/" + encodeURIComponent(id);
const page = async (url: string) => (await fetch(url)).text();
const send = (to = PAT.number) =>
  openTexts({ endpoint: vendor.backChannel, credential: vendor.credential, now: () => new Date() }).send({
    from: FROM,
    to,
    text: `Lamna: Video visit. Join: ${link} STOP to end.`,
    id: crypto.randomUUID(),
    firstSent: new Date(),
  });
const answer = (id: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(address(id), { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });

test("shows a text, whose link can be opened, and the list shows who got it first", async () => {
  await send();
  const html = await page(address(PAT.id));
  expect(html).toContain(`<a href="${link}" target="_blank" rel="noopener noreferrer">`);
  expect(html).toContain("Pat &lt;Example");
  const list = await page(vendor.pages + "/phones");
  expect(list.indexOf("Pat &lt;Example")).toBeLessThan(list.indexOf("Luis Example"));
});

test("answers go to the number that wrote, and what a carrier blocks is not shown", async () => {
  await send();
  expect((await answer(PAT.id, { to: FROM, text: "STOP" })).status).toBe(303);
  expect(await page(address(PAT.id))).toContain("NETWORK MSG: You replied with the word stop");
  await send();
  expect((await page(address(PAT.id))).split("STOP to end.")).toHaveLength(2);
});

test("an answer to nobody, without words or from another site is refused", async () => {
  await send();
  expect((await answer(ROSA.id, { to: FROM, text: "hello" })).status).toBe(400);
  expect((await answer(LUIS.id, { to: FROM, text: "hello" })).status).toBe(400);
  expect((await answer(PAT.id, { to: FROM, text: " " })).status).toBe(400);
  expect((await answer(PAT.id, { to: FROM, text: "hi" }, { "sec-fetch-site": "cross-site" })).status).toBe(
    403,
  );
  expect((await fetch(address("production-9"))).status).toBe(404);
  expect(vendor.desk.texts).toHaveLength(1);
});

test.each([
  ["of somebody with a number, too", PAT.id, PAT.mail],
  ["of somebody without a number", ROSA.id, ROSA.mail],
])("mails are shown as a mailbox does, with the calendar's file: %s", async (_whose, id, to) => {
  const mail = openMail({
    endpoint: vendor.backChannel,
    credential: vendor.credential,
    now: () => new Date(),
  });
  await mail.send({
    id: crypto.randomUUID(),
    from: SENDER,
    to,
    subject: "Your video visit on Tuesday",
    plain: "Join: " + link,
    html: "<p>Join</p>",
    calendar: "BEGIN:VCALENDAR",
  });
  const html = await page(address(id));
  for (const shown of ["Your video visit on Tuesday", `href="${link}"`, "BEGIN%3AVCALENDAR"])
    expect(html).toContain(shown);
});

test("of a number that two charts know, each has its own name", async () => {
  await send();
  for (const [id, name] of [
    [PAT.id, "<h1>Pat &lt;Example"],
    [PAUL.id, "<h1>Paul Moreno</h1>"],
  ] as const) {
    const html = await page(address(id));
    expect(html).toContain(name);
    expect(html).toContain(`<a href="${link}"`);
  }
});
