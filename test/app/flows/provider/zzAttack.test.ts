/** Temporary. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, minutes, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json } from "./smallServer.ts";

let chart: ChartAt;
let person: Person;
let page: Page;
beforeAll(async () => {
  chart = await startChartAt();
  person = new Person();
  page = await chart.launch(person);
  expect(page.status).toBe(200);
});
afterAll(() => chart.stop());

const ADDRESSES = [
  "/choice",
  "/consult",
  "/choose-again",
  "/back",
  "/invitations",
  "/links",
  "/messages",
  "/removals",
  "/end",
  "/reopening",
  "/late",
  "/on-time",
  "/unlink",
  "/account",
  "/sign-out2",
  "/%00",
  "/__proto__",
  "/constructor",
];
const BODIES = [
  "visit=a&visit=b&person=0&generation=0",
  "visit[]=a&person[x]=0&generation=0",
  "__proto__=x&constructor=y&visit[__proto__]=z",
  "visit=%00&person=%00",
  "visit=%ED%A0%80&person=0",
  "visit=%FF%FE",
  "=&&&=",
  "&".repeat(2000),
  "a=".repeat(1) + "x".repeat(5000),
  "visit=" + "x".repeat(200) + "&person=99999999999999999999&generation=1e3",
  "visit=x&person=-0&generation=+1",
];
test.each(ADDRESSES)("%s", async (address) => {
  const cookie = person
    .cookies()
    .map(({ name, value }) => name + "=" + value)
    .join("; ");
  for (const type of [
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16",
  ])
    for (const body of BODIES) {
      const answer = await fetch(page.url.href + address, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { cookie, "content-type": type, origin: page.url.origin, "sec-fetch-site": "same-origin" },
      });
      const html = await answer.text();
      if (answer.status >= 500 || answer.status === 303)
        console.log(address, type, body.slice(0, 40), answer.status, /<h1>[^<]*/.exec(html)?.[0]);
      expect(answer.status).not.toBe(500);
    }
});

test("deep json", async () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const good = JSON.stringify(appointment());
  chart.server.answers.set("/fhir/Appointment/a-1", () => ({
    status: 200,
    headers: { "content-type": "application/fhir+json" },
    body: good.slice(0, -1) + ',"contained":' + deep + "}",
  }));
  const after = await person.open(page.url);
  expect([after.status, heading(after)]).toEqual([200, "Video Visit"]);
});

test.each([
  ["proto", { __proto__x: 1 }],
  ["numbers", { start: Date.now(), end: 5 }],
  ["minutes", { end: undefined, minutesDuration: 1e308 }],
  ["far", { start: "9999-12-31T23:59:59Z", end: "9999-12-31T23:59:59Z" }],
  ["early", { start: "0001-01-01T00:00:00Z", end: "0001-01-01T01:00:00Z" }],
  [
    "participants",
    {
      participant: Array.from({ length: 20_000 }, (_, at) => ({
        actor: { reference: "Patient/p" + String(at) },
      })),
    },
  ],
  ["types", { serviceType: Array.from({ length: 20_000 }, () => ({ text: "Video Visit" })) }],
])("appointment %s", async (_what, change) => {
  chart.server.reset();
  chart.searchFinds(appointment(change));
  const found = await chart.launchToSearch();
  console.log(_what, found.status, heading(found));
  expect(found.status).not.toBe(500);
  chart.answers("Appointment/a-1", appointment(change));
  const kept = await person.open(page.url);
  console.log(_what, kept.status, heading(kept));
  expect(kept.status).not.toBe(500);
});

test("renewal of another", async () => {
  chart.server.reset();
  const who = new Person();
  const opened = await chart.launch(who);
  expect(opened.status).toBe(200);
  const token = chart.server.answers.get("/token");
  chart.server.answers.set("/token", async (request) => {
    const answer = await token?.(request);
    return json({ ...(JSON.parse(answer?.body ?? "{}") as object), patient: "somebody-else" });
  });
  chart.deployment.clock.forward(600_000);
  const after = await who.open(opened.url);
  console.log("renewal", after.status, heading(after));
  expect(after.status).not.toBe(500);
});
void minutes;
