/** What each address of a patient's link answers, whole: where it leads, what may be kept of it, and what is noted. */
import { request, type IncomingHttpHeaders } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import {
  JOIN_URL,
  minutesFromStart,
  servePatientPages,
  START,
  type PatientPages,
  type Served,
} from "../../../harness/patientPages.ts";
import { attributesOf } from "../../../harness/html.ts";
import { heading } from "../provider/otherChart.ts";

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const IN_APP =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const EARLY = { now: minutesFromStart(-120) };
const TOKEN = "A".repeat(37) + "0";
const VISIT = {
  id: "AAAAAAAAAAAAAAAA",
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "family-medicine",
  start: START,
  end: minutesFromStart(30),
  state: "open",
  meeting: { id: "1", joinUrl: JOIN_URL },
  people: [{ number: 0, role: "patient", generation: 0 }],
};
const ADDRESS = "https://visits.lamna.example/j/" + TOKEN;

let pages: PatientPages | undefined;
afterEach(() => {
  pages?.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly html: string;
}

/** Sends a request with only the headers that are given. */
function send(address: string, { agent = CHROME, method = "GET", person = false } = {}): Promise<Answer> {
  const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const headers = { "user-agent": agent, ...(person && navigation) };
  return new Promise((resolve, reject) => {
    request(address, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const html = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, headers: response.headers, html });
      });
    })
      .on("error", reject)
      .end();
  });
}

async function asked(what: Served, path: string, more: Parameters<typeof send>[1] = {}): Promise<Answer> {
  pages = await servePatientPages(what);
  return send(pages.url + path, more);
}
const led = ({ status, headers }: Answer) => [status, headers.location];

describe("a link", () => {
  test("that is open leads into the meeting, by an answer that nobody keeps or passes on", async () => {
    const answer = await asked({}, "/j/" + TOKEN);
    expect(led(answer)).toEqual([302, JOIN_URL]);
    expect(answer.headers).toMatchObject({
      "content-length": "0",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  });

  test("does so at the second try, too, where the store answers only then", async () => {
    let tries = 0;
    pages = await servePatientPages({
      visits: {
        ofLink: () => (++tries === 1 ? Promise.reject(new Error("away")) : Promise.resolve(VISIT as never)),
      },
    });
    const answer = await send(pages.url + "/j/" + TOKEN);
    expect([...led(answer), tries]).toEqual([302, JOIN_URL, 2]);
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
  });

  test.each([
    ["", ""],
    ["?lang=es", "?lang=es"],
    ["?lang=fr&x=1", ""],
  ])("that is early leads to its page, in the language that was picked: %j", async (query, picked) => {
    expect(led(await asked(EARLY, "/j/" + TOKEN + query))).toEqual([302, "/v/" + TOKEN + picked]);
  });

  test.each([
    [FIREFOX, "", "Please open your visit in Chrome", "do not work well in this browser", "?anyway=1"],
    [
      IN_APP,
      "?lang=en",
      "Please open your visit in Safari or Chrome",
      "inside another app",
      "?anyway=1&amp;lang=en",
    ],
    [
      "Mozilla/4.0 (compatible; MSIE 7.0)",
      "?anyway=2",
      "Please open your visit in Chrome, Microsoft Edge, or Safari",
      "do not work well in this browser",
      "?anyway=1",
    ],
  ])("in a browser that does not join says which does: %s", async (agent, query, title, why, anyway) => {
    const answer = await asked({}, "/j/" + TOKEN + query, { agent });
    expect([answer.status, heading(answer)]).toEqual([200, title]);
    expect(answer.html).toContain(why);
    expect(answer.html).toContain(`value="${ADDRESS}"`);
    expect(answer.html).toContain(`href="${anyway}"`);
    expect(answer.html).toContain('src="/assets/copy.js?v=');
    expect(answer.html).toMatch(
      /<ol class="steps"><li>.*<\/li><li>Open .*<\/li><li>Paste the link .*<\/li><\/ol>/,
    );
    expect(answer.html).toContain('href="tel:2025550142"');
    expect(answer.html).toContain('data-copied="The link is copied."');
    expect(answer.html).toContain(`<dd>${ADDRESS}</dd>`);
  });

  test("is followed in such a browser where a person goes on anyway", async () => {
    expect(led(await asked({}, "/j/" + TOKEN + "?anyway=1", { agent: FIREFOX }))).toEqual([302, JOIN_URL]);
  });

  test("of a visit that has no meeting yet says that the trouble is ours", async () => {
    const { meeting: _none, ...visit } = VISIT;
    const ofLink = () => Promise.resolve(visit as never);
    const answer = await asked({ visits: { ofLink } }, "/j/" + TOKEN);
    expect([answer.status, heading(answer)]).toEqual([503, "We can't open your visit right now"]);
    expect(answer.html).toContain('href="tel:2025550142"');
  });
});

describe("a link that does not lead on says why, on each of its addresses", () => {
  const nobodys: Served = { visits: { claims: () => undefined } };
  const gone = (isDeleted: boolean): Served => ({
    visits: { ofLink: () => Promise.resolve(undefined), isDeleted: () => Promise.resolve(isDeleted) },
  });
  test.each<[what: string, served: Served, status: number, title: string, phone: string]>([
    ["nobody's", nobodys, 404, "We can't find this visit", "2025550100"],
    ["of a forgotten visit", gone(false), 410, "This visit has ended", "2025550100"],
    ["of a deleted visit", gone(true), 410, "This visit is not by video any more", "2025550100"],
    ["of an ended visit", { visit: { state: "ended" } }, 410, "This visit has ended", "2025550142"],
    ["of a visit of yesterday", { now: minutesFromStart(271) }, 410, "This visit has ended", "2025550142"],
    ["of a cancelled visit", { visit: { state: "cancelled" } }, 410, "This visit was canceled", "2025550142"],
    ["of nobody in the visit", { visit: { people: [] } }, 410, "This link no longer works", "2025550142"],
  ])("%s", async (_what, served, status, title, phone) => {
    pages = await servePatientPages(served);
    for (const path of ["/j/" + TOKEN, "/v/" + TOKEN, "/v/" + TOKEN + "/visit.ics"])
      for (const method of ["GET", "POST"]) {
        const answer = await send(pages.url + path, { method });
        expect([path, method, answer.status, heading(answer)]).toEqual([path, method, status, title]);
        expect(answer.html).toContain(`href="tel:${phone}"`);
        expect(answer.html).not.toContain("Open your visit");
        expect(answer.html).toMatch(/<div class="card narrow"><h1>[^<]*<\/h1><p>[^<]+<\/p><p>[^<]+<\/p><a /);
      }
  });

  test("an address that holds none is told the same, and not marked as a test's", async () => {
    pages = await servePatientPages({});
    for (const path of ["/j/", "/v/", "/v/x/y/z"]) {
      const answer = await send(pages.url + path);
      expect([answer.status, heading(answer)]).toEqual([404, "We can't find this visit"]);
      expect(answer.html).not.toContain("TEST");
      expect(answer.html).toContain(
        '<a class="language" href="?lang=es" lang="es" hreflang="es">Español</a>',
      );
    }
    await send(pages.url + "/v/x/y/z", { method: "POST" });
    expect(pages.logged.at(-1)).toContain('"flow":"patient","reason":"not-found","status":404');
  });

  test("a colleague's leads to where colleagues sign in", async () => {
    const people = [{ number: 0, role: "colleague" as const, generation: 5 }];
    pages = await servePatientPages({ visit: { people } });
    for (const path of ["/j/" + TOKEN, "/v/" + TOKEN, "/v/" + TOKEN + "/visit.ics"])
      for (const method of ["GET", "POST"])
        expect(led(await send(pages.url + path, { method }))).toEqual([302, "/s/" + TOKEN]);
  });
});

describe("what is sent to a good link", () => {
  test.each(["/j/", "/v/"])(
    "at %s is answered by the way to open it, in the language that was picked",
    async (path) => {
      const answer = await asked({}, path + TOKEN + "?lang=es", { method: "PUT" });
      expect([answer.status, answer.headers.allow, heading(answer)]).toEqual([
        405,
        "GET, HEAD",
        "Su consulta no se abrió",
      ]);
      expect(answer.html).toContain(
        `<a class="button primary large" href="/j/${TOKEN}?lang=es">Abrir su consulta</a>`,
      );
      expect(answer.html).toContain("Llamar a Lamna Family Medicine");
    },
  );
});

describe("the page about a visit", () => {
  test("leads on in the language that was picked, counts down and tests the device", async () => {
    const { html, headers, status } = await asked(EARLY, "/v/" + TOKEN + "?lang=es");
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(html).toContain(
      `<a class="button primary large" href="/j/${TOKEN}?lang=es">Entrar a la consulta</a>`,
    );
    expect(html).toContain(
      `<a class="button secondary" href="/v/${TOKEN}/visit.ics?lang=es">Agregar al calendario</a>`,
    );
    expect(html).toContain('src="/assets/opening.js?v=');
    expect(html).toContain('src="/assets/device-check.js?v=');
    expect(html).toContain('data-opens-in="5400000"');
    expect(html).toContain('<a class="language" href="?lang=en" lang="en" hreflang="en">English</a>');
    expect(html).toMatch(
      /<footer class="bottom"><p>En una emergencia, [^<]+<\/p><p class="quiet">Esta página no usa cookies/,
    );
  });

  test("of a connection that is no longer set up is a page all the same, and no test's", async () => {
    const { status, html } = await asked({ chart: "test", visit: { connectionId: "gone" } }, "/v/" + TOKEN);
    expect(status).toBe(200);
    expect(html).not.toContain("TEST");
  });

  test("of an open visit holds nothing back", async () => {
    const { html } = await asked({}, "/v/" + TOKEN);
    expect(html).toContain(
      `<div data-opened="true"><a class="button primary large" href="/j/${TOKEN}">Join the visit</a>`,
    );
    expect(html).not.toContain("join-early");
    expect(html).not.toContain("notice");
    expect(html).not.toMatch(/waited|running late/);
    expect(html).toContain("<p>In an emergency, call 911");
  });

  test("in a browser that does not join says so, and tests the device all the same", async () => {
    const { html } = await asked(EARLY, "/v/" + TOKEN, { agent: FIREFOX });
    expect(html).toContain(
      '<div class="notice warning"><p class="notice-title">Use another browser for your visit</p><p>This browser may not work. Open this page in Chrome instead.</p></div>',
    );
    expect(html).toContain("data-device-check");
  });

  test("gives the script of the device check each of its words, for this platform and this number", async () => {
    const { html } = await asked({}, "/v/" + TOKEN);
    const names = [...html.matchAll(/ (data-[a-z-]+)="(?:[A-Z][^"]{10,})"/g)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "data-starting",
        "data-working",
        "data-ready",
        "data-ready-to-talk",
        "data-playing",
        "data-stopped",
        "data-no-camera",
        "data-no-microphone",
        "data-denied",
        "data-none-found",
        "data-in-use",
        "data-insecure",
        "data-unknown",
      ]),
    );
    expect(attributesOf(html, "[data-denied]", "data-denied")[0]).toContain("Windows Settings");
    expect(attributesOf(html, "[data-none-found]", "data-none-found")[0]).toContain(
      "call us at (202) 555-0142.",
    );
    pages?.stop();
    const unknown = await asked({}, "/v/" + TOKEN, { agent: "NurseStation/3" });
    expect(attributesOf(unknown.html, "[data-denied]", "data-denied")[0]).toContain(
      "Click the icon to the left of the address and allow camera and microphone. Then",
    );
  });
});

describe("a calendar entry", () => {
  test("is shown, not saved, and names the visit, its link and the number to call", async () => {
    const { status, headers, html } = await asked({}, "/v/" + TOKEN + "/visit.ics");
    expect([status, headers["content-type"]]).toEqual([200, "text/calendar; charset=utf-8"]);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-disposition": 'inline; filename="video-visit.ics"',
    });
    const lines = html.replace(/\r\n /g, "").split("\r\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "UID:AAAAAAAAAAAAAAAA@visits.lamna.example",
        "DTSTAMP:20261128T095000Z",
        "DTSTART:20261128T095000Z",
        "DTEND:20261128T102000Z",
        "SUMMARY:Video visit · Lamna Family Medicine",
        "LOCATION:" + ADDRESS,
      ]),
    );
    expect(lines.find((line) => line.startsWith("DESCRIPTION:Open the link"))).toContain("(202) 555-0142");
  });

  test("is in Spanish for who reads Spanish, and marked where it is a test", async () => {
    const { html } = await asked({ chart: "test" }, "/v/" + TOKEN + "/visit.ics?lang=es");
    expect(html).toContain("SUMMARY:PRUEBA – Consulta por video · Lamna Family Medicine");
  });
});

describe("is noted as opened", () => {
  async function noted(what: Served, path: string, more: Parameters<typeof send>[1] = {}) {
    const did: string[] = [];
    const served: Served = {
      ...what,
      visits: {
        noteOpened: (token: string) => Promise.resolve(void did.push("opened " + String(token === TOKEN))),
        ...what.visits,
      },
      testVisits: { tapped: (connection) => Promise.resolve(void did.push("tapped " + connection)) },
    };
    await asked(served, path, { person: true, ...more });
    return did;
  }
  const guest = { people: [{ number: 0, role: "guest" as const, generation: 0 }] };

  test.each<[what: string, served: Served, path: string, more: Parameters<typeof send>[1], did: string[]]>([
    [
      "a patient's tap into the meeting, which proves that it works",
      {},
      "/j/",
      {},
      ["tapped lamna", "opened true"],
    ],
    ["a guest's, which proves less", { visit: guest }, "/j/", {}, ["opened true"]],
    ["an early link", EARLY, "/j/", {}, ["opened true"]],
    ["a page", {}, "/v/", {}, ["opened true"]],
    ["a link in another browser", {}, "/j/", { agent: FIREFOX }, ["opened true"]],
    ["not a preview's", {}, "/j/", { person: false }, []],
    ["not a link that leads nowhere", { visit: { state: "ended" } }, "/j/", {}, []],
    ["not a calendar entry", {}, "/v/" + TOKEN + "/visit.ics?", {}, []],
  ])("%s", async (_what, served, path, more, did) => {
    expect(await noted(served, path.includes("?") ? path : path + TOKEN, more)).toEqual(did);
  });

  test("a tap at the second try, too", async () => {
    let tries = 0;
    const ofLink = () =>
      ++tries === 1 ? Promise.reject(new Error("away")) : Promise.resolve(VISIT as never);
    expect(await noted({ visits: { ofLink } }, "/j/" + TOKEN)).toEqual(["tapped lamna", "opened true"]);
  });
});
