import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guestLinks, launchEarly, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";

const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const HOUR_MS = 3_600_000;

let deployment: Deployment;
let clinician: Person;
let visit: Page;
let link: string;

beforeAll(async () => {
  deployment = await startDeployment();
  clinician = new Person();
  visit = await launchScenario(deployment, clinician, "startsSoon");
  link = patientLink(visit);
});
afterAll(() => deployment.stop());

/** Opens a link without following redirects. */
const tap = (address: string, headers: Record<string, string> = {}) =>
  fetch(address, { redirect: "manual", headers: { "user-agent": PHONE, ...headers } });

describe("a patient's link", () => {
  test("leads straight to the Teams lobby, and says and keeps nothing else", async () => {
    const answer = await tap(link);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toMatch(/\/l\/meetup-join\//);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toBe("");
  });

  test("is changed by no look at it, as link previews take", async () => {
    for (const method of ["GET", "HEAD", "GET"]) {
      const answer = await fetch(link, {
        method,
        redirect: "manual",
        headers: { "user-agent": "Slackbot-LinkExpanding 1.0" },
      });
      expect(answer.status).toBe(302);
    }
    expect(patientLink(await clinician.open(visit.url))).toBe(link);
  });

  test.each(["en", "es"])(
    "has a visit page with time, location and help in %s, without cookies or names",
    async (language) => {
      const page = await tap(link.replace("/j/", "/v/"), { "accept-language": language });
      const html = await page.text();
      expect(page.status).toBe(200);
      expect(html).toContain('<html lang="' + language + '">');
      expect(html).toContain("Lamna Family Medicine");
      expect(html).toContain("tel:");
      expect(html).not.toMatch(/Sample|Example|Robin/);
      expect(page.headers.getSetCookie()).toEqual([]);
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    },
  );

  test("comes with a calendar entry that names nobody", async () => {
    const answer = await tap(link.replace("/j/", "/v/") + "/visit.ics");
    const file = await answer.text();
    expect(answer.headers.get("content-type")).toContain("text/calendar");
    expect(file).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(file).toMatch(/DTSTART:\d{8}T\d{6}Z\r\n/);
    expect(file).not.toMatch(/Sample|Example/);
  });

  test("in a browser that Teams does not know names another, and a way on anyway", async () => {
    const answer = await tap(link, { "user-agent": FIREFOX });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toMatch(/Edge|Chrome/);
    expect(html).toContain("anyway=1");
    expect((await tap(link + "?anyway=1", { "user-agent": FIREFOX })).status).toBe(302);
  });

  test("that was cut off or made up is not asked of the store, and says whom to call", async () => {
    for (const token of ["A".repeat(38), link.slice(-38, -1), "%ff"]) {
      const answer = await tap(deployment.url + "/j/" + token);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain("(202) 555-0100");
    }
  });

  test("too early leads to the visit page, which says from when on it works", async () => {
    const later = patientLink(await launchEarly(deployment, new Person()));
    const answer = await tap(later);
    expect([answer.status, answer.headers.get("location")]).toEqual([
      302,
      new URL(later).pathname.replace("/j/", "/v/"),
    ]);
  });

  test("stops when staff make a new one, which works; a guest's own goes on", async () => {
    await clinician.send(visit.url.href + "/invitations", { role: "interpreter" });
    const guest = guestLinks(await clinician.open(visit.url)).get(1) ?? "";
    await clinician.send(visit.url.href + "/links", { person: "0" });
    const fresh = patientLink(await clinician.open(visit.url));
    expect([(await tap(link)).status, (await tap(fresh)).status, (await tap(guest)).status]).toEqual([
      410, 302, 302,
    ]);
    link = fresh;
  });

  test("closes when staff end the visit, and opens with it again", async () => {
    await clinician.send(visit.url.href + "/end", {});
    expect((await tap(link)).status).toBe(410);
    await clinician.send(visit.url.href + "/reopening", {});
    expect((await tap(link)).status).toBe(302);
  });

  test("is over four hours after the visit, and forgotten a week later, with a page all the time", async () => {
    deployment.clock.forward(6 * HOUR_MS);
    expect((await tap(link)).status).toBe(410);
    deployment.clock.forward(8 * 24 * HOUR_MS);
    const forgotten = await tap(link);
    expect([forgotten.status, (await forgotten.text()).includes("(202) 555-0100")]).toEqual([410, true]);
  });
});
