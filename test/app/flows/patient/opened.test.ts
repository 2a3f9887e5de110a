/** When a person last opened a link: noted for people alone, once a minute, and in nobody's way. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchEarly, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const MAC_PREVIEW =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0";
const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const MINUTE_MS = 60_000;

let deployment: Deployment;
let link: string;
let early: string;
beforeAll(async () => {
  deployment = await startDeployment();
  link = patientLink(await launchScenario(deployment, new Person(), "startsSoon"));
  early = patientLink(await launchEarly(deployment, new Person()));
});
afterAll(() => deployment.stop());

/** Opens a link. Unlike fetch, it sends only the headers that are given. */
function tap(address: string, headers: Record<string, string>, method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    request(address, { method, headers: { "user-agent": PHONE, ...headers } }, (response) => {
      response.resume().on("end", () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .on("error", reject)
      .end();
  });
}

async function lastOpened(address: string): Promise<string | undefined> {
  const { visits } = deployment.parts;
  const claims = visits.claims(address.split("/").at(-1) ?? "");
  const visit = claims && (await visits.byId(claims.visit));
  return visit?.people.find(({ number }) => number === claims?.person)?.opened?.toISOString();
}

/**
 * Opens a link as a person does, and waits until that is noted, which happens after the answer.
 * @param address the link as it was given out; `typed` is how the person has it
 * @returns the minute that was noted: the one in which the link was opened, or the next where one began meanwhile
 */
async function opens(address: string, { typed = address, status = 302 } = {}): Promise<string> {
  const now = deployment.clock.now().getTime();
  const minute = new Date(now - (now % MINUTE_MS)).toISOString();
  expect(await tap(typed, NAVIGATION)).toBe(status);
  for (;;) {
    const noted = await lastOpened(address);
    if (noted !== undefined && noted >= minute) return noted;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([
  ["a preview of a message", { "user-agent": MAC_PREVIEW, ...NAVIGATION }, "GET"],
  [
    "a scanner of mail with a whole browser",
    { "user-agent": PHONE.replace("Version", "HeadlessChrome"), ...NAVIGATION },
    "GET",
  ],
  ["WhatsApp's preview", { "user-agent": "WhatsApp/2.23.20.0 A", ...NAVIGATION }, "GET"],
  ["Slack's preview", { "user-agent": "Slackbot-LinkExpanding 1.0", ...NAVIGATION }, "GET"],
  ["something that says nothing of itself", {}, "GET"],
  ["a picture in a page", { ...NAVIGATION, "sec-fetch-dest": "image" }, "GET"],
  ["a page loaded ahead", { ...NAVIGATION, "sec-purpose": "prefetch;prerender" }, "GET"],
  ["a look at the headers", NAVIGATION, "HEAD"],
])("%s is no person", async (_who, headers, method) => {
  const before = await lastOpened(link);
  expect(await tap(link, headers, method)).toBe(302);
  // A person comes after it: whatever was noted of the other is noted before.
  await opens(early);
  expect(await lastOpened(link)).toBe(before);
  deployment.clock.forward(MINUTE_MS);
});

test("a tap is noted to the minute, a link for itself, and again in another minute", async () => {
  const first = await opens(link);
  expect(first).toMatch(/:00\.000Z$/);
  const others = await lastOpened(early);
  deployment.clock.forward(MINUTE_MS);
  expect((await opens(link, { typed: link + "." })) > first).toBe(true);
  expect(await lastOpened(early)).toBe(others);
});

test("the page about the visit counts, too", async () => {
  deployment.clock.forward(MINUTE_MS);
  await opens(early, { typed: early.replace("/j/", "/v/"), status: 200 });
});

test("many at once all get through, and staff can end and open the visit meanwhile", async () => {
  const clinician = new Person();
  const visit = await launchScenario(deployment, clinician, "startsSoon");
  deployment.clock.forward(MINUTE_MS);
  const [statuses, ended] = await Promise.all([
    Promise.all(Array.from({ length: 20 }, () => tap(link, NAVIGATION))),
    clinician.send(visit.url.href + "/end", {}),
  ]);
  expect(statuses.every((status) => status === 302 || status === 410)).toBe(true);
  expect(ended.status).toBe(200);
  await clinician.send(visit.url.href + "/reopening", {});
  expect(await tap(link, NAVIGATION)).toBe(302);
});

test("a new link has been opened by nobody, and the one turned off is not noted", async () => {
  const clinician = new Person();
  const visit = await launchScenario(deployment, clinician, "startsSoon");
  deployment.clock.forward(MINUTE_MS);
  await opens(link);
  await clinician.send(visit.url.href + "/links", { person: "0" });
  const fresh = patientLink(await clinician.open(visit.url));
  expect(fresh).not.toBe(link);
  expect(await lastOpened(fresh)).toBeUndefined();
  expect(await tap(link, NAVIGATION)).toBe(410);
  await opens(early);
  expect(await lastOpened(fresh)).toBeUndefined();
});

test("the clinician reads it", async () => {
  const clinician = new Person();
  const visit = await launchScenario(deployment, clinician, "startsSoon");
  const fresh = patientLink(visit);
  expect(visit.html).toContain("Link not seen to be opened yet");
  await opens(fresh);
  expect((await clinician.open(visit.url)).html).toMatch(/Opened at \d+:\d\d [AP]M/);
});
