/** What a staff link answers, whole, before and after the sign-in: with Microsoft and the visit as a test says. */
import express, { type RequestHandler } from "express";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import type { ConfiguredConnection, Department } from "../../../../app/domain/hospital.ts";
import { staffFlow } from "../../../../app/flows/staff/staff.ts";
import { jsonLog } from "../../../../app/log.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { openHospital } from "../../../../app/records/hospital.ts";
import type { House } from "../../../../app/web/flow.ts";
import type { SignInAnswer } from "../../../../app/web/microsoftSignIn.ts";
import type { Page } from "../../../../app/web/page.tsx";
import { UNTRACED } from "../../../harness/faulty.ts";
import { get, NAVIGATION } from "./colleague.ts";
import { listening } from "../../../harness/listening.ts";

/** Saturday, November 28, 2026, 3:50 AM in Chicago. */
const NOW = new Date("2026-11-28T09:50:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const TOKEN = "A".repeat(38);
const VISIT = {
  id: "AAAABBBBCCCCDDDD",
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: NOW,
  end: inMinutes(30),
  state: "open",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 1, role: "colleague", generation: 0 }],
};
const DEPARTMENT: Partial<Department> = {
  id: "cardiology",
  connection: "lamna",
  timeZone: "America/Chicago",
};
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const IN_APP =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const begun = { prompt: "none", link: TOKEN } as const;
const SIGNED_IN = {
  kind: "signed-in",
  account: { objectId: "ana" },
  begun,
} as unknown as SignInAnswer<"staff">;

interface Served {
  readonly visit?: object | undefined;
  readonly isDeleted?: boolean;
  readonly departments?: readonly Partial<Department>[];
  readonly chart?: "test" | "production";
  readonly answer?: SignInAnswer<"staff">;
  /** Why a sign-in cannot even be begun. */
  readonly begins?: Error;
  readonly byId?: () => Promise<object | undefined>;
}

async function serving(served: Served = {}) {
  const visit = "visit" in served ? served.visit : VISIT;
  const lines: string[] = [];
  const begins: unknown[] = [];
  const noted: unknown[] = [];
  let asked = 0;
  let counted = 0;
  const parts = {
    hospital: openHospital({
      organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
      visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      connections: [{ id: "lamna", environment: served.chart ?? "production" } as ConfiguredConnection],
      departments: (served.departments ?? [DEPARTMENT]) as Department[],
    }),
    log: jsonLog(
      (line) => void lines.push(line),
      () => NOW,
    ),
    now: () => NOW,
    publicUrl: "https://visits.lamna.example",
    traces: UNTRACED,
    presences: { staffCame: (...what: unknown[]) => Promise.resolve(void noted.push(what)) },
    visits: {
      claims: (token: string) =>
        token === TOKEN ? { visit: VISIT.id, person: 1, generation: 0 } : undefined,
      ofLink: () => Promise.resolve(visit),
      isDeleted: () => Promise.resolve(served.isDeleted ?? false),
      byId: served.byId ?? (() => Promise.resolve(visit)),
    },
  };
  const house = {
    renderPage: ({ main, ...page }: Page) => JSON.stringify(page) + renderToString(main as never),
    caller: () => {
      counted++;
      return "caller";
    },
    microsoftSignIn: {
      begin(response: express.Response, ...what: unknown[]) {
        begins.push(what);
        if (served.begins !== undefined) return Promise.reject(served.begins);
        response.redirect(302, "https://login.example/authorize");
        return Promise.resolve();
      },
      answers: (flow: string, first: RequestHandler, answered: (...what: unknown[]) => Promise<void>) => [
        first,
        ((request, response) => {
          asked++;
          expect(flow).toBe("staff");
          return answered(served.answer ?? SIGNED_IN, request, response);
        }) as RequestHandler,
      ],
    },
  };
  const flow = staffFlow(parts as unknown as Parameters<typeof staffFlow>[0], house as unknown as House);
  const app = express();
  app.use(flow.routes);
  const origin = await listening(app);
  const open = (
    path = "/s/" + TOKEN,
    headers: Readonly<Record<string, string>> = NAVIGATION,
    method = "GET",
  ) => get(origin + path, headers, method);
  return { open, flow, lines, begins, noted, asked: () => asked, counted: () => counted };
}

const FRAME = { language: "en", audience: "patient", organization: "Lamna Healthcare" };
/** A page in the frame of colleagues' pages. */
const framed = (title: string, main: string, more: object = {}) => ({
  frame: { title, ofTestChart: false, ...more, ...FRAME },
  main: `<div class="card narrow"><h1>${title}</h1>${main}</div>`,
});
const read = (html: string) => {
  const at = html.indexOf("}") + 1;
  return { frame: JSON.parse(html.slice(0, at)) as object, main: html.slice(at).replace(/\s/g, " ") };
};
const GO_ON = `<a class="button primary large" href="/s/${TOKEN}?anyway=1">Sign in to join</a>`;

describe("an open link", () => {
  const begunFor = (prompt: string) => ["staff", { link: TOKEN, prompt }];

  test("that a person opens begins a sign-in, for the account that is signed in", async () => {
    const { open, begins } = await serving();
    expect((await open()).status).toBe(302);
    expect(begins).toEqual([begunFor("none")]);
  });

  test.each([
    ["?anyway=1", "none"],
    ["?anyway=1&account=other", "select"],
    ["?anyway=1&account=mine", "none"],
    ["?account=other", "select"],
  ])("with %s asks which account to use where another one is wanted: %s", async (query, prompt) => {
    const { open, begins } = await serving();
    await open("/s/" + TOKEN + query);
    expect(begins).toEqual([begunFor(prompt)]);
  });

  test("that a person has clicked on begins it in any browser, and by whatever opens it", async () => {
    const { open, begins } = await serving();
    await open("/s/" + TOKEN + "?anyway=1", { "user-agent": FIREFOX });
    expect(begins).toHaveLength(1);
    await open("/s/" + TOKEN + "?anyway=1", {}, "HEAD");
    await open("/s/" + TOKEN + "?anyway=2", {});
    await open("/s/" + TOKEN + "?anyway=1", {}, "POST");
    expect(begins).toHaveLength(1);
  });

  test("is a page with a button for what is no person's browser", async () => {
    const { status, html } = await (await serving()).open(undefined, {});
    expect(status).toBe(200);
    expect(read(html)).toEqual(
      framed(
        "Join a video visit",
        `<p>A colleague has invited you. Sign in with your hospital account; Teams opens next.</p><p class="actions">${GO_ON}</p>`,
      ),
    );
  });

  const field = `<div class="copy-field"><label for="link">Your link</label><div class="copy-row"><input id="link" type="text" readonly value="https://visits.lamna.example/s/${TOKEN}"/><button class="button secondary" type="button" hidden data-copy="link" data-copied="The link is copied." data-not-copied="Could not copy. The link is selected: copy it by hand.">Copy link</button></div><p class="copy-said" role="status"></p></div>`;
  test.each([
    [FIREFOX, "Chrome", "Teams meetings may not work in this browser."],
    [IN_APP, "Safari or Chrome", "This page opened inside another app, where the camera may not work."],
    [
      "Mozilla/4.0 (compatible; MSIE 7.0)",
      "Microsoft Edge, Chrome, or Safari",
      "Teams meetings may not work in this browser.",
    ],
  ])("in %s says which browser to open, and offers a way on", async (agent, browsers, why) => {
    const { html } = await (await serving()).open(undefined, { ...NAVIGATION, "user-agent": agent });
    expect(read(html)).toEqual(
      framed(
        "Please open this link in " + browsers,
        `<p>${why}</p>${field}<p class="quiet">If this device has the Teams app, you can go on: the meeting opens there.</p><p class="actions"><a class="button secondary" href="/s/${TOKEN}?anyway=1">Continue here</a></p>`,
        { scripts: ["copy.js"] },
      ),
    );
  });

  test.each<[what: string, begins: Error, status: number, heading: string]>([
    [
      "Microsoft does not answer",
      new StaffSignInFault("unavailable", "no"),
      502,
      "Microsoft cannot be asked just now",
    ],
    [
      "Microsoft refuses the connector",
      new StaffSignInFault("registration", "no"),
      502,
      "Microsoft does not accept the connector",
    ],
    ["there is a bug", new TypeError("a bug"), 500, "Something went wrong here"],
  ])("where %s says so", async (_what, begins, status, heading) => {
    const answer = await (await serving({ begins })).open();
    expect([answer.status, answer.html.includes(`<h1>${heading}</h1>`)]).toEqual([status, true]);
    // Where the connector is refused, another try cannot go well, and no button invites to it.
    const mayBeTried = status === 502 && !heading.includes("does not accept");
    expect(answer.html.includes(`href="/s/${TOKEN}?anyway=1"`)).toBe(mayBeTried);
  });
});

describe("a link that does not lead on", () => {
  const { meeting: _none, ...unprepared } = VISIT;
  test.each<[what: string, served: Served, status: number, title: string]>([
    ["of a visit without a meeting", { visit: unprepared }, 503, "This visit is not ready yet"],
    ["of a forgotten visit", { visit: undefined }, 410, "This visit has ended"],
    ["of a deleted visit", { visit: undefined, isDeleted: true }, 410, "This visit is not by video any more"],
    ["of an ended visit", { visit: { ...VISIT, state: "ended" } }, 410, "This visit has ended"],
    ["of a cancelled visit", { visit: { ...VISIT, state: "cancelled" } }, 410, "This visit was canceled"],
    ["that was taken back", { visit: { ...VISIT, people: [] } }, 410, "This link no longer works"],
  ])("%s says why, before the sign-in and after it", async (_what, served, status, title) => {
    const { open, begins, noted } = await serving(served);
    for (const path of ["/s/" + TOKEN, "/signin/callback"]) {
      const answer = await open(path);
      expect([path, answer.status, read(answer.html).frame]).toEqual([path, status, framed(title, "").frame]);
      expect(read(answer.html).main).toMatch(
        new RegExp(`^<div class="card narrow"><h1>${title}</h1><p>[^<]+</p><p>[^<]+</p></div>$`),
      );
    }
    expect([begins, noted]).toEqual([[], []]);
  });

  test("because it is not whole says so, without looking for a visit", async () => {
    const { open } = await serving({ byId: () => Promise.reject(new Error("asked")) });
    const answer = await open("/s/" + TOKEN.slice(1));
    expect([answer.status, read(answer.html).frame]).toEqual([
      404,
      framed("This link is not complete", "").frame,
    ]);
    const below = await open("/s/x/y");
    expect([below.status, read(below.html).frame]).toEqual([
      404,
      framed("This page does not exist", "").frame,
    ]);
  });

  test.each(["patient", "interpreter"])("because it is a %s's is followed as theirs", async (role) => {
    const { open } = await serving({ visit: { ...VISIT, people: [{ number: 1, role, generation: 7 }] } });
    for (const path of ["/s/" + TOKEN, "/signin/callback"]) {
      const answer = await open(path);
      expect([answer.status, answer.headers.location]).toEqual([302, "/j/" + TOKEN]);
    }
  });

  const early = (zone: string, clock: string, from: string) =>
    framed(
      "This video visit is not open yet",
      `<dl class="facts"><div><dt>Starts</dt><dd><time datetime="2026-11-28T11:50:00.000Z"><span>Saturday, November 28</span> <span>${clock} ${zone}</span></time></dd></div></dl><div class="join"><div class="join-early" data-opens-in="5400000" data-minutes="Opens in # minutes." data-minute="Opens in 1 minute."><p class="join-from">You can join today from ${from}.</p><p data-later="true">You can close this page. Open the link again then, and sign in with your hospital account.</p><div data-soon="true" hidden><p data-left="true">Opens in 90 minutes.</p><p>Keep this page open. The button to sign in will show up here.</p><noscript><p>Open the link again at that time, and sign in with your hospital account.</p></noscript></div></div><p class="join-now" role="status" data-now="You can join now."></p><div data-opened="true" hidden>${GO_ON}</div></div>`,
      { scripts: ["opening.js"] },
    );
  const EARLY = { visit: { ...VISIT, start: inMinutes(120), end: inMinutes(150) } };
  test.each<[what: string, departments: readonly Partial<Department>[], page: object]>([
    ["in the department's zone", [DEPARTMENT], early("Central (CST)", "5:50 AM", "5:20 AM")],
    [
      "in a neighbor's where the department is gone",
      [{ ...DEPARTMENT, id: "other", timeZone: "America/New_York" }],
      early("Eastern (EST)", "6:50 AM", "6:20 AM"),
    ],
    ["in UTC where nobody is left", [], early("UTC", "11:50 AM", "11:20 AM")],
  ])("because it is early says when to come, %s", async (_what, departments, page) => {
    const { open } = await serving({ ...EARLY, departments });
    const { status, html } = await open();
    expect(status).toBe(200);
    expect(read(html)).toEqual(page);
  });

  test("tells another day by its name", async () => {
    const on = async (minutes: number) =>
      read((await (await serving({ visit: { ...VISIT, start: inMinutes(minutes) } })).open()).html).main;
    expect(await on(24 * 60)).toContain("You can join tomorrow, Sunday, from 3:20 AM.");
    expect(await on(72 * 60)).toContain("You can join on Tuesday, December 1, from 3:20 AM.");
  });
});

describe("after the sign-in", () => {
  test("the link leads into the meeting, which is logged and noted without a name in the log", async () => {
    const { open, lines, asked, noted } = await serving();
    const answer = await open("/signin/callback");
    expect([answer.status, answer.headers.location]).toEqual([302, "https://teams.example/j"]);
    expect([asked(), noted]).toEqual([1, [[VISIT, "ana"]]]);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      {
        time: NOW.toISOString(),
        level: "info",
        event: "colleague.joined",
        connection: "lamna",
        department: "cardiology",
      },
    ]);
  });

  test("a link that none of our keys has made any more is not complete, and nobody has joined", async () => {
    const answer = { ...SIGNED_IN, begun: { ...begun, link: "B".repeat(38) } } as SignInAnswer<"staff">;
    const { open, lines, noted } = await serving({ answer });
    const { status, html } = await open("/signin/callback");
    expect([status, read(html).frame]).toEqual([404, framed("This link is not complete", "").frame]);
    expect([lines, noted]).toEqual([[], []]);
  });

  test.each<[answer: SignInAnswer<"staff">, status: number, title: string]>([
    [{ kind: "not-a-members", whose: "guest", begun }, 403, "This account is a guest's"],
    [{ kind: "unknown" }, 401, "This sign-in is no longer good"],
  ])("%o is told, and nobody has joined", async (answer, status, title) => {
    const { open, lines } = await serving({ answer });
    const { status: got, html } = await open("/signin/callback");
    expect([got, read(html).frame]).toEqual([status, framed(title, "").frame]);
    expect(lines.join("")).not.toContain("colleague.joined");
  });
});

describe("every page of a test chart's visit is marked, and no other", () => {
  const marked = ({ html }: { readonly html: string }) => html.includes('"ofTestChart":true');
  const guest = { answer: { kind: "not-a-members", whose: "guest", begun } } as const;
  test.each<
    [what: string, served: Served, path: string, headers: Readonly<Record<string, string>>, method: string]
  >([
    ["the button", {}, "/s/" + TOKEN, {}, "GET"],
    ["another browser", {}, "/s/" + TOKEN, { "user-agent": FIREFOX }, "GET"],
    ["an early link", { visit: { ...VISIT, start: inMinutes(31) } }, "/s/" + TOKEN, {}, "GET"],
    ["an ended visit", { visit: { ...VISIT, state: "ended" } }, "/s/" + TOKEN, {}, "GET"],
    ["a fault of a sign-in", guest, "/signin/callback", {}, "GET"],
    ["a write", {}, "/s/" + TOKEN, {}, "POST"],
    ["an address below", {}, "/s/" + TOKEN + "/x?y", {}, "GET"],
  ])("%s", async (_what, served, path, headers, method) => {
    expect(marked(await (await serving({ ...served, chart: "test" })).open(path, headers, method))).toBe(
      true,
    );
    expect(marked(await (await serving(served)).open(path, headers, method))).toBe(false);
  });

  test("a fault about no link is not, and one whose visit cannot be read, neither, which is logged", async () => {
    const { open } = await serving({ chart: "test" });
    expect(marked(await open("/s/x/y"))).toBe(false);
    expect(marked(await open("/s"))).toBe(false);
    const away = await serving({ chart: "test", byId: () => Promise.reject(new Error("away")) });
    const answer = await away.open(undefined, {}, "POST");
    expect(answer.html).toContain("<h1>This page does not exist</h1>");
    expect([answer.status, marked(answer)]).toEqual([404, false]);
    expect(away.lines.join("")).toContain('"event":"fault_page.visit_not_read"');
  });
});

test("opening a link counts for its caller's address, and a link that is none counts for nobody's", async () => {
  const { open, counted } = await serving();
  expect((await open("/s/" + TOKEN.slice(1))).status).toBe(404);
  expect(counted()).toBe(0);
  expect((await open(undefined, {})).status).toBe(200);
  expect(counted()).toBe(1);
});

test("a flow of links has no work of its own, and nothing to look at", async () => {
  const { flow } = await serving();
  expect([flow.jobs, flow.ticks, await flow.checks()]).toEqual([{}, [], []]);
});
