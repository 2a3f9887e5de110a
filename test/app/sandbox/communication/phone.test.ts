/** A patient's phone: what arrives on it, and what its owner answers. */
import { beforeEach, expect, test } from "vitest";
import { openMail } from "../../../../app/adapters/acs/mail.ts";
import { openTexts } from "../../../../app/adapters/acs/texts.ts";
import { hospital } from "../microsoft/hospital.ts";
import { shop, type Shop } from "./shop.ts";

const FROM = "+18335550100";
const SENDER = "visits@lamna.example";
const PAT = { name: "Pat <Example>", number: "+12025550147", mail: "pat@patients.example" };
const LUIS = { name: "Luis Example", number: "+12025550148", mail: undefined };
const microsoft = await hospital();
let vendor: Shop;
beforeEach(async () => {
  const people = () => Promise.resolve([LUIS, PAT]);
  vendor = await shop({ numbers: [FROM], mailSenders: [SENDER], people }, { microsoft });
});

const link = "https://visits.lamna.example/j/token";
const address = (number: string) => vendor.pages + "/phones/" + encodeURIComponent(number);
const page = async (url: string) => (await fetch(url)).text();
const send = (to = PAT.number) =>
  openTexts({ endpoint: vendor.backChannel, credential: vendor.credential, now: () => new Date() }).send({
    from: FROM,
    to,
    text: `Lamna: Video visit. Join: ${link} STOP to end.`,
    id: crypto.randomUUID(),
    firstSent: new Date(),
  });
const answer = (number: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(address(number), { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });

test("shows a text, whose link can be opened, and the list shows who got it first", async () => {
  await send();
  const html = await page(address(PAT.number));
  expect(html).toContain(`<a href="${link}" target="_blank" rel="noopener noreferrer">`);
  expect(html).toContain("Pat &lt;Example");
  const list = await page(vendor.pages + "/phones");
  expect(list.indexOf("Pat &lt;Example")).toBeLessThan(list.indexOf("Luis Example"));
});

test("answers go to the number that wrote, and what a carrier blocks is not shown", async () => {
  await send();
  expect((await answer(PAT.number, { to: FROM, text: "STOP" })).status).toBe(303);
  expect(await page(address(PAT.number))).toContain("NETWORK MSG: You replied with the word stop");
  await send();
  expect((await page(address(PAT.number))).split("STOP to end.")).toHaveLength(2);
});

test("an answer to nobody, without words or from another site is refused", async () => {
  await send();
  expect((await answer(LUIS.number, { to: FROM, text: "hello" })).status).toBe(400);
  expect((await answer(PAT.number, { to: FROM, text: " " })).status).toBe(400);
  expect(
    (await answer(PAT.number, { to: FROM, text: "hi" }, { "sec-fetch-site": "cross-site" })).status,
  ).toBe(403);
  expect((await fetch(address("+12025550199"))).status).toBe(404);
  expect(vendor.desk.texts).toHaveLength(1);
});

test("mails are shown as a mailbox does, with the calendar's file", async () => {
  const mail = openMail({
    endpoint: vendor.backChannel,
    credential: vendor.credential,
    now: () => new Date(),
  });
  await mail.send({
    id: crypto.randomUUID(),
    from: SENDER,
    to: PAT.mail,
    subject: "Your video visit on Tuesday",
    plain: "Join: " + link,
    html: "<p>Join</p>",
    calendar: "BEGIN:VCALENDAR",
  });
  const html = await page(address(PAT.number));
  for (const shown of ["Your video visit on Tuesday", `href="${link}"`, "BEGIN%3AVCALENDAR"])
    expect(html).toContain(shown);
});
