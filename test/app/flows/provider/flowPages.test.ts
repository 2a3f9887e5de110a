/** Every address of the clinicians' flow by HTTP, on a store of its own: what each does, answers, keeps and leads to. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express, { type Request, type Response } from "express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providerFlow } from "../../../../app/flows/provider/provider.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { readAssets } from "../../../../app/web/assets.ts";
import type { Flow, House } from "../../../../app/web/flow.ts";
import { pageRenderer } from "../../../../app/web/page.tsx";
import { hashed } from "../../../../app/web/secrets.ts";
import { FHIR_USER, launched } from "../../../harness/launched.ts";
import { heading } from "./otherChart.ts";
import { elementOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";
import { fieldIn } from "../../../harness/html.ts";

const assets = readAssets(fileURLToPath(new URL("../../../../app/public", import.meta.url)));
const SIGN_IN = "https://chart.example/authorize";
const endpoints = { authorizationEndpoint: SIGN_IN, tokenEndpoint: "https://chart.example/token" };

let at: ReturnType<typeof launched>;
let flow: Flow<"meeting" | "room">;
let server: Server;
let url: string;
let session: Session & { readonly secret: string };
let stopping: AbortController;
/** The calls of Microsoft's sign-in, and below its answers. */
let begun: unknown[][];
let answer: object;
let kept: object[];
let probed: number;
beforeEach(async () => {
  at = launched();
  [begun, kept, probed, stopping] = [[], [], 0, new AbortController()];
  await serve();
  session = await at.begin();
  at.shown.appointments = [at.appointment(10)];
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await at.close();
});

async function serve(more: object = {}): Promise<void> {
  const house = {
    renderPage: pageRenderer(assets, "production"),
    caller: () => "somebody",
    stopping: stopping.signal,
    microsoftSignIn: {
      begin: (response: Response, ...asked: unknown[]) => {
        begun.push(asked);
        response.redirect(302, "https://microsoft.example/");
        return Promise.resolve();
      },
      answers: (_flow: string, first: never, answered: (...all: unknown[]) => Promise<void>) => [
        first,
        (request: Request, response: Response) => answered(answer, request, response),
      ],
    },
  } as unknown as House;
  const { ehr } = at.parts;
  const parts = at.withParts({
    ehr: {
      ...ehr,
      renew: (_connection: object, _endpoints: object, grant: object) => Promise.resolve(grant),
      redeem: () => Promise.resolve(session.grant),
      signInUrl: () => new URL(SIGN_IN),
    },
    publicUrl: "https://visits.example",
    standings: {
      of: () => Promise.resolve({ ok: true, endpoints, warnings: [] }),
      known: () => undefined,
      probeAll: () => Promise.resolve(void (probed += 1)),
    },
    traces: {
      ...at.parts.traces,
      keep: (ending: object) => Promise.resolve(void kept.push(ending)),
      list: () => Promise.resolve([]),
    },
    canaries: { ...at.parts.canaries, of: () => Promise.resolve({}) },
    vault: {
      publicKeys: () => Promise.resolve([{ kid: "k", kty: "RSA" }]),
      madeAt: () => Promise.resolve(at.now()),
    },
    ...more,
  });
  flow = providerFlow(parts, house);
  server = createServer(express().use(flow.routes)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
}
const anew = async (more: object) => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await serve(more);
};

interface Asked {
  readonly of?: Session & { readonly secret: string };
  readonly headers?: Record<string, string>;
  readonly method?: string;
}
const ask = async (
  path: string,
  { of = session, headers = {}, ...init }: Asked & { body?: URLSearchParams | string } = {},
) =>
  fetch(url + path.replace("SESSION", "/visits/" + of.launchId), {
    redirect: "manual",
    headers: { cookie: "visit=" + of.secret, "sec-fetch-site": "same-origin", ...headers },
    ...init,
  });
const page = async (path: string, asked: Asked = {}) => {
  const response = await ask(path, asked);
  return [response.status, heading({ html: await response.text() })];
};
const post = (path: string, fields: Record<string, string> = {}, asked: Asked = {}) =>
  ask("SESSION" + path, { ...asked, method: "POST", body: new URLSearchParams(fields) });
/** Sends a form. @returns the status, and the address to which it leads, below the session's */
async function leads(path: string, fields: Record<string, string> = {}, asked: Asked = {}) {
  const response = await post(path, fields, asked);
  const to = response.headers.get("location")?.replace("/visits/" + (asked.of ?? session).launchId, "");
  return to === undefined
    ? [response.status, heading({ html: await response.text() })]
    : [response.status, to];
}
/** The fields that each form of the visit's page has: the visit that the page shows, as it shows it. */
const shown = async () => {
  const page = { html: await (await ask("SESSION")).text() };
  return {
    visit: fieldIn(page, "visit") || "none",
    start: fieldIn(page, "start"),
    epoch: fieldIn(page, "epoch"),
  };
};
const again = () => at.again(session);
const ofTest = async () => {
  const test = { ...at.connection, environment: "test" as const };
  at.reset({ connections: [test] });
  const { hospital } = at.found();
  const { sessions } = at.parts;
  const asTest = async (id: string) => ({ ...(await sessions.byId(id)), connection: test });
  await anew({ hospital, sessions: { ...sessions, byId: asTest } });
};

describe("a launch", () => {
  /** The states that went to the chart's sign-in, each with its hash. */
  let states: Map<string, string>;
  const start = (path = "/launch/provider") => ask(path + "?iss=https://fhir.example/r4/lamna&launch=x");

  test("leads to the chart's sign-in with a cookie of its own, and back to the visit's page with another", async () => {
    const left = await start();
    expect([left.status, left.headers.get("location")]).toEqual([302, SIGN_IN]);
    const [cookie = ""] = left.headers.getSetCookie();
    expect(cookie).toMatch(/^launch-[0-9a-f]{12}=[\w-]{43}; Max-Age=600; Path=\/launch; /);
    expect(at.noted).toContain("begun lamna");
    const [, name = ""] = /^launch-([0-9a-f]{12})/.exec(cookie) ?? [];
    const state =
      [...states].find(([, hash]) => Buffer.from(hash, "base64url").toString("hex").startsWith(name))?.[0] ??
      "none";
    const back = await ask(`/launch/callback/lamna?code=c&state=${state}`, {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    expect(back.status).toBe(303);
    const [, launchId = ""] = /^\/visits\/([\w-]{22})$/.exec(back.headers.get("location") ?? "") ?? [];
    const [cleared, visit] = back.headers.getSetCookie();
    expect(cleared).toMatch(new RegExp(`^launch-${name}=; Path=/launch; Expires=Thu, 01 Jan 1970`));
    expect(visit).toMatch(new RegExp(`^visit=[\\w-]{43}; Path=/visits/${launchId}; HttpOnly; SameSite=Lax$`));
    expect(at.noted).toContain(JSON.stringify({ connection: "lamna", launch: launchId }));
    expect(kept).toEqual([
      { flow: "provider", what: "GET /launch/callback/:connection", outcome: "launch.finished", status: 303 },
    ]);
  });

  beforeEach(async () => {
    states = new Map();
    const signInUrl = (_connection: object, _endpoints: object, { state }: { state: string }) => {
      states.set(state, hashed(state));
      return new URL(SIGN_IN);
    };
    await anew({ ehr: { ...at.parts.ehr, signInUrl, redeem: () => Promise.resolve(session.grant) } });
  });

  test("is of the deployment's own kind of chart, or of a test chart at the address for test", async () => {
    expect([
      (await start()).status,
      await page("/launch/test?iss=https://fhir.example/r4/lamna&launch=x"),
    ]).toEqual([302, [403, "This is a production chart"]]);
    await anew({ environment: "test" });
    expect(await page("/launch/provider?iss=https://fhir.example/r4/lamna&launch=x")).toEqual([
      403,
      "This is a production chart",
    ]);
  });
});

describe("the page of a launch", () => {
  test("shows the visit; that it was opened is kept the first time only", async () => {
    expect(await page("SESSION")).toEqual([200, "Video Visit"]);
    const opened = { flow: "provider", what: "GET /visits/:launch", outcome: "visit.opened", status: 200 };
    expect(kept).toEqual([opened]);
    expect(await page("SESSION?said=link-sent")).toEqual([200, "Video Visit"]);
    expect(kept).toEqual([opened]);
  });

  test("asks which visit is meant, or says that there is none", async () => {
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    expect(await page("SESSION")).toEqual([200, "Which visit?"]);
    at.shown.appointments = [];
    expect(kept).toEqual([]);
    expect(await page("SESSION")).toEqual([404, "No video visit today"]);
    const reference: unknown = expect.stringMatching(/^[0-9A-F]{8}$/);
    const none = {
      flow: "provider",
      what: "GET /visits/:launch",
      outcome: "no-visit.none-today",
      status: 404,
    };
    expect(kept).toEqual([{ ...none, reference }]);
  });

  test("that says that there is no visit has one reference for ten minutes, and one for each reason and launch", async () => {
    const reference = async (asked?: Asked) =>
      /Reference ([0-9A-F]{8})/.exec(textOf(await (await ask("SESSION", asked)).text()))?.[1];
    at.shown.appointments = [];
    const first = await reference();
    at.forward(9);
    expect(await reference()).toBe(first);
    const other = { of: await at.begin() };
    at.shown.appointments = [at.appointment(10, { status: "noshow" })];
    const missed = await reference();
    at.shown.appointments = [];
    expect(await reference()).toBe(first);
    const others = await reference(other);
    at.forward(1);
    const later = await reference();
    expect(new Set([first, missed, others, later, undefined]).size).toBe(5);
    // What the pages before showed is kept once, so that whoever reads it out is found.
    expect(kept).toMatchObject([first, missed, others, later].map((shown) => ({ reference: shown })));
  });

  test("is nobody's without its cookie, and nothing else lies there", async () => {
    const other = { ...session, secret: "A".repeat(43) };
    expect(await page("SESSION", { of: other })).toEqual([401, "You have been signed out"]);
    expect((await ask("SESSION/nothing")).status).toBe(404);
    expect((await ask("/elsewhere")).status).toBe(404);
  });

  test("is closed by signing out, which a test chart's page says on a test's", async () => {
    const out = await post("/sign-out");
    const html = await out.text();
    expect([out.status, heading({ html }), html.includes("test-bar")]).toEqual([
      200,
      "You are signed out of this page",
      false,
    ]);
    expect(out.headers.getSetCookie()[0]).toMatch(/^visit=; .*Expires=Thu, 01 Jan 1970/);
    expect(await page("SESSION")).toEqual([401, "You have been signed out"]);
    session = await at.begin();
    await ofTest();
    expect(await (await post("/sign-out")).text()).toContain("test-bar");
  });

  test("refuses what was not sent from our page, and old browsers, before anything is done", async () => {
    expect(await leads("/end", {}, { headers: { "sec-fetch-site": "cross-site" } })).toEqual([
      403,
      "This was not sent from our page",
    ]);
    // A browser that does not say so by itself names the page's own address.
    const from = async (origin: string) => {
      const headers = { cookie: "visit=" + session.secret, origin };
      const to = `${url}/visits/${session.launchId}/choose-again`;
      const body = new URLSearchParams({ visit: "not-opened" });
      return (await fetch(to, { method: "POST", redirect: "manual", headers, body })).status;
    };
    expect([await from("https://visits.example"), await from("https://other.example")]).toEqual([303, 403]);
    const old = { headers: { "user-agent": "Mozilla/5.0 (Trident/7.0)" } };
    for (const path of [
      "SESSION",
      "/launch/provider",
      "/launch/callback/lamna",
      "/signin/callback?state=visit.x",
    ])
      expect(await page(path, old), path).toEqual([400, "This window is too old for video visits"]);
  });
});

describe("the forms of the page", () => {
  test.each<[string, Record<string, string>, string]>([
    ["/invitations", { role: "guest", invitation: "A".repeat(12) }, "?said=guest-invited#said"],
    ["/links", { person: "0", generation: "0" }, "?said=link-renewed&person=0#said"],
    ["/late", {}, "?said=late-said#said"],
    ["/on-time", { late: "2027-01-04T08:00:00.000Z" }, "?said=late-taken-back#said"],
    ["/messages-held", {}, "?said=messages-held#said"],
    ["/messages-again", { held: "2027-01-04T08:00:00.000Z" }, "?said=messages-let-go#said"],
    ["/end", {}, "?said=links-closed#said"],
    ["/reopening", {}, "?said=links-opened#said"],
    ["/end", { visit: "another" }, "?said=other-visit#said"],
    ["/choice", { appointment: "a-1" }, "?said=visit-chosen#said"],
    ["/choose-again", {}, ""],
    ["/consult", { department: "lamna-clinic" }, ""],
    ["/back", {}, ""],
    ["/choose-again", { visit: "another" }, "?said=other-visit#said"],
    ["/unlink", { account: "o" }, "?said=account-unlinked#said"],
  ])("%s with %j leads to what was done", async (path, fields, to) => {
    expect(await leads(path, { ...(await shown()), ...fields })).toEqual([303, to]);
  });

  test.each([
    ...["/invitations", "/links", "/removals", "/messages", "/late", "/on-time", "/end", "/reopening"],
    ...["/messages-held", "/messages-again"],
    ...["/choice", "/choose-again", "/consult", "/back", "/unlink", "/account", "/renewals", "/links/0"],
  ])("that say nothing, or go where none goes, change nothing and say so: %s", async (path) => {
    await at.parts.staffAccounts.link(FHIR_USER, "o");
    const { visit } = await shown();
    const [before, kept] = [await again(), await at.parts.visits.byId(visit as VisitId)];
    const sent = await post(path);
    const html = await sent.text();
    expect([sent.status, heading({ html })]).toEqual([400, "This page was out of date"]);
    expect(html).toContain(`href="/visits/${session.launchId}"`);
    expect([await again(), await at.parts.visits.byId(visit as VisitId)]).toEqual([before, kept]);
    expect(await at.parts.staffAccounts.of(FHIR_USER)).toBe("o");
  });

  test("unlink the account that the page showed, and no other", async () => {
    await at.parts.staffAccounts.link(FHIR_USER, "o-2");
    expect(await leads("/unlink", { account: "o-1" })).toEqual([303, "?said=account-other#said"]);
    expect(await at.parts.staffAccounts.of(FHIR_USER)).toBe("o-2");
  });

  test("show once more what was typed where nothing was done with it, in no address", async () => {
    const messaging = {
      ...{ number: "+12025550100", isApproved: true, isAgreed: false, textsPatientsOf: () => false },
      unknown: NOTHING_UNKNOWN,
    };
    const sending = { messaging, messageRules: { words: {} } };
    await anew(sending);
    const form = {
      person: "0",
      generation: "0",
      sent: "0",
      to: "typed",
      typed: "202-555-01",
      language: "es",
    };
    const slip = await post("/messages", { ...(await shown()), ...form });
    const refilled = await slip.text();
    expect([slip.status, slip.headers.get("location")]).toEqual([409, null]);
    expect(refilled).toContain("Not sent: that is no mobile number");
    expect(refilled).toMatch(/<input[^>]*name="typed" value="202-555-01"/);
    expect(refilled).toMatch(/<details class="ask" open[^>]*><summary>Send link/);
    expect(refilled).toContain('<option value="es" selected>');
    at.shown.patient = { ...at.shown.patient, textNumber: "+12025550123" };
    const empty = await post("/messages", { ...(await shown()), ...form, typed: "" });
    const emptied = await empty.text();
    expect([empty.status, empty.headers.get("location")]).toEqual([409, null]);
    expect(emptied).toMatch(/<details class="ask" open[^>]*><summary>Send link/);
    expect(emptied).toMatch(/<input[^>]*value="typed" checked/);
    expect(emptied).toContain('<option value="es" selected>');
    await leads("/end", await shown());
    const late = await post("/messages", { ...(await shown()), ...form });
    const html = await late.text();
    expect([late.status, html.includes("Open the links again")]).toEqual([409, true]);
    expect(html).toContain("Not done: the links of this visit were closed meanwhile.");
    expect(html).toContain("You had typed: 202-555-01");
  });

  test("do what they say", async () => {
    const visit = await shown();
    await leads("/invitations", { ...visit, role: "guest", invitation: "A".repeat(12) });
    expect(await leads("/removals", { ...visit, person: "1" })).toEqual([303, "?said=guest-removed#said"]);
    await leads("/consult", { department: "lamna-clinic" });
    expect((await again()).place).toMatchObject({ kind: "consult" });
    await leads("/back", await shown());
    expect((await again()).place).toMatchObject({ kind: "appointment", appointmentId: "a-1" });
    await leads("/choose-again", visit);
    expect(await again()).not.toHaveProperty("place");
    await at.parts.staffAccounts.link(FHIR_USER, "o");
    await leads("/unlink", { account: "o" });
    expect(await at.parts.staffAccounts.of(FHIR_USER)).toBeUndefined();
  });

  test("say that there is no visit where there is none", async () => {
    at.shown.appointments = [];
    expect(
      await leads("/end", { visit: "A".repeat(16), start: "2027-01-04T08:10:00.000Z", epoch: "1" }),
    ).toEqual([404, "No video visit today"]);
    expect(await leads("/choice", { appointment: "a-1" })).toEqual([404, "No video visit today"]);
  });

  test.each<Record<string, string>>([{}, { appointment: "" }, { appointment: "x".repeat(201) }])(
    "that no page has made are refused: %j",
    async (fields) => {
      expect((await post("/choice", fields)).status).toBe(400);
    },
  );

  /** What the page's button says, and whose chart it says it is. */
  const backAndBanner = (html: string) =>
    [".actions .button", ".banner-name"].map((selector) => elementOf(html, selector)?.text);

  test("that pick what is not offered any more are answered with the patient and the way back", async () => {
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    const came = await post("/choice", { appointment: "a-3" });
    expect(came.status).toBe(404);
    expect(backAndBanner(await came.text())).toEqual(["See today’s visits", "Example, Pat"]);
  });

  test("are read as they are sent: once each, of one size, whatever they are", async () => {
    expect(await leads("/choice", { appointment: "x".repeat(200) })).toEqual([
      404,
      "That visit cannot be opened now",
    ]);
    const twice = await ask("SESSION/choice", {
      method: "POST",
      body: new URLSearchParams("appointment=a-1&appointment=a-1"),
    });
    expect(twice.status).toBe(400);
    const large = await post("/choice", { appointment: "a-1", more: "x".repeat(5_000) });
    expect(large.status).toBe(413);
    expect(backAndBanner(await large.text())).toEqual(["Back to the visit", "Example, Pat"]);
    const body = new URLSearchParams({ more: "x".repeat(5_000) });
    const nobody = await ask("SESSION/choice", { method: "POST", body, headers: { cookie: "" } });
    expect(nobody.status).toBe(401);
    expect((await post("/choice", { appointment: "a-1", more: "x".repeat(3_900) })).status).toBe(303);
    const headers = { "content-type": "text/plain" };
    expect((await ask("SESSION/end", { method: "POST", body: "x", headers })).status).toBe(400);
  });

  test("say that no visit is picked any more, with what was typed", async () => {
    const visit = await shown();
    await leads("/choose-again", visit);
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    expect(await leads("/end", visit)).toEqual([303, "?said=none-picked#said"]);
    expect(await (await ask("SESSION?said=none-picked")).text()).toContain(
      "No visit is picked here any more",
    );
    expect(await (await ask("SESSION?said=link-sent")).text()).not.toContain('id="said"');
    const form = {
      person: "0",
      generation: "0",
      sent: "0",
      to: "typed",
      typed: "202-555-01",
      language: "en",
    };
    const typed = await post("/messages", { ...visit, ...form });
    const html = await typed.text();
    expect([typed.status, heading({ html })]).toEqual([409, "Which visit?"]);
    expect(html).toContain("You had typed: 202-555-01");
  });

  test("send no link where links cannot be sent, and say so", async () => {
    const form = {
      person: "0",
      generation: "0",
      sent: "0",
      to: "typed",
      typed: "202-555-01",
      language: "en",
    };
    const off = await post("/messages", { ...(await shown()), ...form });
    expect(off.status).toBe(409);
    expect(await off.text()).toMatch(/links are not sent from here any more.*You had typed: 202-555-01/);
  });
});

describe("the Microsoft sign-in", () => {
  test("begins for this session, asking which account only where another is wanted", async () => {
    for (const query of ["", "?account=other", "?account=else"])
      expect((await ask("SESSION/sign-in" + query)).status).toBe(302);
    expect(begun).toEqual(
      ["none", "select", "none"].map((prompt) => [
        "visit",
        { sessionId: session.id, prompt },
        session.launchId,
      ]),
    );
  });

  const back = async (from = session.launchId) => {
    const response = await ask("/signin/callback?state=visit.x." + from);
    return [response.status, response.headers.get("location") ?? (await response.text())];
  };

  test("leads to the question, or back with a notice, or to a page with the way back", async () => {
    const account = { objectId: "o", displayName: "Robin", userName: "r" };
    answer = { kind: "signed-in", account, begun: { sessionId: session.id } };
    expect(await back()).toEqual([303, `/visits/${session.launchId}/account`]);
    answer = { kind: "failed", fault: new StaffSignInFault("declined", "x") };
    expect(await back()).toEqual([303, `/visits/${session.launchId}?said=not-signed-in#said`]);
    answer = { kind: "used" };
    const [status, html] = await back();
    expect([status, String(html).includes(`href="/visits/${session.launchId}"`)]).toEqual([409, true]);
    // Anybody can write an address: only what may be a launch's is led back to.
    expect(String((await back("<b>"))[1])).not.toContain('href="/visits/');
  });

  const proposed = { objectId: "o", displayName: "Robin", userName: "r" };
  const propose = () => at.parts.sessions.change(session.id, (content) => ({ ...content, proposed }));

  test("asks its question while it waits for an answer, and leads to the visit otherwise", async () => {
    const none = await ask("SESSION/account");
    expect([none.status, none.headers.get("location")]).toEqual([303, "/visits/" + session.launchId]);
    await propose();
    expect(await page("SESSION/account")).toEqual([200, "Is this your Microsoft account?"]);
  });

  test("takes the answer, and leads to what became of it", async () => {
    const say = (given: string, account = "o") => leads("/account", { answer: given, account });
    await propose();
    expect(await say("yes", "another")).toEqual([303, "/account"]);
    expect(await say("yes")).toEqual([303, "?said=account-linked#said"]);
    expect(await at.parts.staffAccounts.of(FHIR_USER)).toBe("o");
    expect(await say("yes", "p")).toEqual([303, "?said=account-outdated#said"]);
    await propose();
    expect(await say("no")).toEqual([303, ""]);
    expect((await post("/account", { answer: "yes" })).status).toBe(400);
    expect((await post("/account", { account: "o" })).status).toBe(400);
  });
});

describe("who waits, on a page that is open", () => {
  const live = {
    callEvents: {},
    workStanding: { workerNow: () => "working" },
    notifications: { unreadSince: () => Promise.resolve(undefined) },
  };
  const heard = async (response: globalThis.Response) => {
    const reader = response.body?.getReader();
    let all = "";
    while (reader !== undefined && !all.includes("data-visit")) {
      const { value, done } = await reader.read();
      if (done) break;
      all += new TextDecoder().decode(value);
    }
    return { all, end: () => reader?.cancel() };
  };

  test("is nothing where Teams is not asked, or no visit is open", async () => {
    await page("SESSION");
    for (const path of ["SESSION/waiting", "SESSION/waiting/stream"])
      expect((await ask(path)).status).toBe(204);
    await anew(live);
    session = await at.begin();
    for (const path of ["SESSION/waiting", "SESSION/waiting/stream"])
      expect((await ask(path)).status).toBe(204);
  });

  test("is told to whoever asks, and again only where it has changed; asking is no use of the page", async () => {
    await anew(live);
    await page("SESSION");
    const { seenAt } = await again();
    at.forward(5);
    const first = await ask("SESSION/waiting");
    const tag = first.headers.get("etag") ?? "";
    expect([first.status, first.headers.get("content-type"), tag]).toEqual([
      200,
      "text/html; charset=utf-8",
      expect.stringMatching(/^"[\w-]{16}"$/),
    ]);
    expect(await first.text()).toContain("Teams is being asked who waits.");
    const same = await ask("SESSION/waiting", { headers: { "if-none-match": tag } });
    expect([same.status, same.headers.get("etag")]).toEqual([304, tag]);
    expect((await ask("SESSION/waiting", { headers: { "if-none-match": '"x"' } })).status).toBe(200);
    expect((await again()).seenAt).toEqual(seenAt);
    expect((await ask("SESSION/waiting", { of: { ...session, secret: "A".repeat(43) } })).status).toBe(401);
  });

  test("comes as a stream, four at most for a launch, none by HEAD, and none once the process stops", async () => {
    await anew(live);
    await page("SESSION");
    const head = await ask("SESSION/waiting/stream", { method: "HEAD" });
    expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
    const open = await Promise.all([1, 2, 3, 4].map(async () => heard(await ask("SESSION/waiting/stream"))));
    for (const { all } of open) expect(all).toContain("event: waiting");
    expect((await ask("SESSION/waiting/stream")).status).toBe(429);
    await open[0]?.end();
    stopping.abort();
    for (const { end } of open) await end();
    expect((await ask("SESSION/waiting/stream")).status).toBe(503);
  });

  test("that fails at the store is asked again, so that it is logged as a flood", async () => {
    const away = () => Promise.reject(new StoreFault("it is away"));
    await anew({ ...live, presences: { ...at.parts.presences, of: away } });
    const { id: visitId, epoch } = await at.booked();
    session = await at.begin({
      place: { kind: "appointment", appointmentId: "a-1", visitId, ...(epoch !== undefined && { epoch }) },
    });
    at.logged();
    for (let times = 0; times < 9; times++) expect((await ask("SESSION/waiting")).status).toBe(503);
    const events = at.logged().map(({ event }) => event);
    expect(events.length).toBeLessThan(9);
    expect(events).toContain("fault.flood");
  });
});

describe("a fault's page", () => {
  test("says whose chart it is, and how to go on: again where that may help, back after a form", async () => {
    const way = (html: string) => {
      const link = elementOf(html, "p.actions > a.button.primary");
      return link && [link.getAttribute("href"), link.text];
    };
    const unwell = { ok: false, why: "unwell", obstacle: "ill", reason: "ill" };
    await anew({ standings: { of: () => Promise.resolve(unwell) } });
    const launch = "/launch/provider?iss=https://fhir.example/r4/lamna&launch=x";
    // The link leads to the page's own address, which holds the launch and is shown nowhere.
    expect(way(await (await ask(launch)).text())).toEqual(["", "Try again"]);
    expect(way(await (await ask("/launch/provider")).text())).toBeUndefined();
    await anew({ standings: { of: () => Promise.reject(new TypeError("a bug")) } });
    expect(way(await (await ask(launch)).text())).toEqual(["", "Try again"]);
    // What the chart's sign-in has answered is used up.
    const away = () => Promise.reject(new StoreFault("it is away"));
    await anew({ signIns: { ...at.parts.signIns, take: away } });
    const answered = await ask("/launch/callback/lamna?code=c&state=" + "s".repeat(43), {
      headers: { cookie: "launch-x=" + "s".repeat(43) },
    });
    expect([answered.status, way(await answered.text())]).toEqual([503, undefined]);
    await anew({});
    at.shown.trouble = new StoreFault("it is away");
    const failing = await (await ask("SESSION")).text();
    expect(way(failing)).toEqual(["/visits/" + session.launchId, "Try again"]);
    for (const part of [
      "banner-name",
      'id="away"',
      "/away.js",
      "/forms.js",
      `/visits/${session.launchId}/sign-out`,
    ])
      expect(failing).toContain(part);
    at.shown.trouble = undefined;
    const refused = await (await post("/links", { ...(await shown()), person: "x", generation: "0" })).text();
    expect([way(refused), refused.includes("Example, Pat"), refused.includes("test-bar")]).toEqual([
      ["/visits/" + session.launchId, "Back to the visit"],
      true,
      false,
    ]);
    at.shown.appointments = [at.appointment(10, { status: "cancelled" })];
    expect(way(await (await ask("SESSION")).text())).toBeUndefined();
    const out = await (await ask("SESSION", { of: { ...session, secret: "A".repeat(43) } })).text();
    expect([way(out), out.includes('id="away"'), out.includes("/sign-out")]).toEqual([
      undefined,
      false,
      false,
    ]);
  });

  test("about the visit that is open leads to the others of today, and any other one does not", async () => {
    const offers = async (from?: typeof session) =>
      (await (await ask("SESSION", from && { of: from })).text()).includes(
        `action="/visits/${(from ?? session).launchId}/choose-again"`,
      );
    await page("SESSION");
    at.shown.appointments = [at.appointment(10, { status: "cancelled" })];
    expect(await offers()).toBe(true);
    // A launch that has opened none is at today's visits already.
    expect(await offers(await at.begin())).toBe(false);
    at.shown.trouble = new StoreFault("it is away");
    expect(await offers()).toBe(false);
    at.shown.trouble = undefined;
    const unopened = await at.begin({ place: { kind: "appointment", appointmentId: "a-1" } });
    for (const locations of [["loc-9"], []]) {
      at.shown.appointments = [at.appointment(10, { locations })];
      expect(await offers(unopened), locations.join()).toBe(true);
    }
  });

  test("has a reference that is in the log, whatever others of the same hospital have used up", async () => {
    const other = await at.begin();
    const refused = async (of: typeof session) => {
      expect((await post("/links", {}, { of })).status).toBeGreaterThanOrEqual(400);
      return at.logged().map(({ event }) => event);
    };
    const theirs: unknown[] = [];
    for (let sent = 0; sent < 7; sent++) theirs.push(...(await refused(other)));
    expect(theirs).toContain("fault.flood");
    expect(await refused(session)).toEqual(["fault"]);
  });

  test("of a canceled visit whose messages are held back says whom to call, and lets them go", async () => {
    const form = await shown();
    const { visit } = form;
    await post("/messages-held", form);
    const held = (await at.parts.visits.byId(visit as VisitId))?.held?.toISOString() ?? "";
    at.shown.appointments = [at.appointment(10, { status: "cancelled" })];
    const told = async (query = "", of = session) => {
      const html = await (await ask("SESSION" + query, { of })).text();
      return {
        words: textOf(html),
        action: /action="([^"]+)\/messages-again"/.exec(html)?.[1],
        fields: ["visit", "start", "epoch", "held"].map(
          (name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1],
        ),
        said: elementOf(html, "#said")?.text,
      };
    };
    const fresh = await at.begin();
    for (const of of [session, fresh]) {
      const before = await told("", of);
      expect(before.words).toContain("Call the patient, whose messages are held back.");
      expect(before.words).toMatch(
        /Messages are held back Staff hold back .*Call the patient\. .*Let messages go again/,
      );
      expect([before.action, before.fields]).toEqual([
        "/visits/" + of.launchId,
        [...Object.values(form), held],
      ]);
      expect((await told("?said=messages-let-go", of)).said).toBeUndefined();
    }
    expect((await told("?said=messages-held-since")).said).toMatch(/^Messages have been held back anew/);
    expect(await leads("/messages-again", { ...form, held }, { of: fresh })).toEqual([
      303,
      "?said=messages-let-go#said",
    ]);
    expect((await at.parts.visits.byId(visit as VisitId))?.held).toBeUndefined();
    const after = await told("?said=messages-let-go");
    expect(after.said).toMatch(/^Done\. The connector writes to the patient by itself again/);
    expect(after.words).not.toContain("held back");
    expect(after.action).toBeUndefined();
    expect((await told("?said=messages-held-since")).said).toBeUndefined();
    expect((await told("?said=links-closed")).said).toBeUndefined();
  });

  test("and each other page of the patient's chart name the visit of another day whose messages are held back", async () => {
    await anew({ messaging: {} });
    const held = at.now().toISOString();
    const { id, start, epoch } = await at.booked();
    await at.parts.visits.holdMessages(id);
    const form = { visit: id, start: start.toISOString(), epoch: String(epoch), held };
    const away = at.appointment(7 * 24 * 60);
    const others = {
      "No video visit today": [],
      "This visit was canceled": [at.appointment(20, { id: "a-2", status: "cancelled" })],
      "Which visit?": [at.appointment(20, { id: "a-2" }), at.appointment(30, { id: "a-3" })],
    };
    for (const [title, other] of Object.entries(others)) {
      await at.parts.visits.holdMessages(id);
      form.held = (await at.parts.visits.byId(id))?.held?.toISOString() ?? "";
      at.shown.appointments = [away, ...other];
      const html = await (await ask("SESSION")).text();
      expect([heading({ html }), textOf(html)]).toEqual([
        title,
        expect.stringMatching(/Messages of the visit of .* are held back Staff hold back .*Call the patient/),
      ]);
      const card = elementOf(html, "form.held");
      expect(card?.getAttribute("action")).toBe(`/visits/${session.launchId}/messages-again`);
      expect(
        Object.keys(form).map((name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1]),
      ).toEqual(Object.values(form));
      expect(await leads("/messages-again", form)).toEqual([303, "?said=messages-let-go#said"]);
      const after = await (await ask("SESSION?said=messages-let-go")).text();
      expect(elementOf(after, "#said")?.text).toMatch(/^Done\. The connector writes to the patient/);
      expect(textOf(after)).not.toContain("held back");
      at.forward(1);
    }
  });

  test("is told in JSON to a program, by its kind and words", async () => {
    const response = await ask("/launch/provider", { headers: { accept: "application/json" } });
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        kind: "launch-invalid",
        title: "This page must be opened from the chart",
        happened: expect.stringMatching(/.{20}/) as string,
        next: expect.stringMatching(/.{20}/) as string,
        forIt: expect.stringMatching(/iss and launch/) as string,
        reference: expect.stringMatching(/^[0-9A-F]{8}$/) as string,
      },
    ]);
    expect(kept).toMatchObject([{ flow: "provider", outcome: "launch-invalid", status: 400 }]);
  });
});

test("the flow publishes its keys, probes the chart systems hourly in each process, and does its jobs and checks", async () => {
  const keys = await ask("/.well-known/jwks.json");
  expect([keys.status, await keys.json()]).toEqual([200, { keys: [{ kid: "k", kty: "RSA" }] }]);
  expect((await ask("/.well-known/evidence-keys.json")).status).toBe(404);
  await anew({ environment: "test" });
  expect((await ask("/.well-known/evidence-keys.json")).status).toBe(200);
  expect(flow.ticks).toMatchObject([
    { name: "connections.probe", concerns: "this-process", everySeconds: 3600 },
  ]);
  await flow.ticks[0]?.run({ signal: new AbortController().signal });
  expect([probed, Object.keys(flow.jobs)]).toEqual([1, ["meeting", "room"]]);
  expect((await flow.checks()).map(({ name }) => name)).toContain("signing-keys");
});

test("while Teams is away, it is asked the sooner again the nearer the visit is", async () => {
  const { id: visit } = await at.booked(10);
  await anew({ visits: { ...at.parts.visits, catchUp: () => Promise.resolve("unavailable") } });
  const again = (of: string) => {
    const { signal } = new AbortController();
    return flow.jobs.meeting({ id: "j", of: { visit: of }, due: at.now(), tries: 1, signal });
  };
  const away = { kind: "not-now", reason: "graph.unavailable" };
  expect(await again(visit)).toEqual({
    ...away,
    afterSeconds: expect.any(Number) as number,
    growsToSeconds: 75,
  });
  // Of one that is gone, nobody waits for anything.
  expect(await again("AAAAAAAAAAAAAAAA")).toEqual(away);
});
