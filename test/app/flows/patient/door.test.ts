/** The door of patients' links: which requests it answers itself, and what it leaves to the routes. */
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../../../app/domain/linkToken.ts";
import { patientDoor, type Answering } from "../../../../app/flows/patient/door.ts";
import type { LivingLink } from "../../../../app/flows/patient/link.ts";
import { openings } from "../../../../app/flows/patient/opening.ts";
import type { Watched } from "../../../../app/records/presenceRow.ts";
import { waits } from "../../../../app/flows/patient/waits.ts";
import { browserJudge } from "../../../../app/web/supportedBrowser.ts";

const TOKEN = "a".repeat(TOKEN_LENGTH);
const OLD = "_".repeat(EARLY_TOKEN_LENGTH);
const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const PERSON = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "user-agent": CHROME };
const NOW = new Date("2026-11-28T09:50:30Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const VISIT = {
  id: "AAAAAAAAAAAAAAAA",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: NOW,
  end: inMinutes(30),
  state: "open",
  meeting: { id: "1", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 0 }],
};

describe("the door", () => {
  const { meeting: _none, ...unprepared } = VISIT;

  /** What becomes of a request: where it leads, the tokens that were looked up, and the address that others get. */
  async function answered(
    url: string,
    {
      method = "GET",
      agent = CHROME,
      visit = VISIT,
    }: { method?: string; agent?: string; visit?: object } = {},
  ) {
    const asked: string[] = [];
    const parts = {
      visits: {
        claims(token: string) {
          asked.push(token);
          return token.startsWith("z") ? undefined : { visit: VISIT.id, person: 0, generation: 0 };
        },
        ofLink: () => (visit instanceof Error ? Promise.reject(visit) : Promise.resolve(visit)),
        isDeleted: () => Promise.resolve(false),
      },
      hospital: { visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 } },
      now: () => NOW,
    };
    const request = { url, method, headers: { "user-agent": agent } } as unknown as IncomingMessage;
    return new Promise<object>((resolve) => {
      const response = {
        writeHead(status: number, headers: object) {
          return { end: () => resolve({ status, headers, asked }) };
        },
      };
      const looked: Answering["looked"] = new WeakMap();
      const answering = {
        judge: browserJudge(),
        noteOpening: () => undefined,
        show: (
          _request: unknown,
          _response: unknown,
          { token, state, role }: LivingLink,
          headers: unknown,
        ) => {
          if ("broken" in visit) return Promise.reject(new Error("away"));
          resolve({ shown: [token, state, role], headers, asked });
          return Promise.resolve();
        },
        looked,
      };
      const headers = { ofPages: { "X-Page": "yes" }, ofRedirects: { "X-More": "yes" } };
      const door = patientDoor(parts as unknown as Parameters<typeof patientDoor>[0], answering, headers);
      door(request, response as unknown as ServerResponse, () => resolve({ others: request.url, asked }));
    });
  }
  const leading = (location: string, asked: readonly string[]) => ({
    status: 302,
    headers: {
      Location: location,
      "Content-Length": "0",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-More": "yes",
    },
    asked,
  });
  const TO_TEAMS = leading("https://teams.example/j", [TOKEN]);

  test.each([
    ["a link", "/j/" + TOKEN, {}],
    ["a link with a query", "/j/" + TOKEN + "?x=1", {}],
    ["a link with an empty query", "/j/" + TOKEN + "?", {}],
    ["a look at its headers", "/j/" + TOKEN, { method: "HEAD" }],
    ["another browser, where a person goes on anyway", "/j/" + TOKEN + "?x&anyway=1", { agent: FIREFOX }],
    ["a link in a sentence", "/j/" + TOKEN + ".", {}],
    ["a link in capitals", "//J/" + TOKEN, {}],
  ])("on %s leads into the meeting", async (_what, url, how) => {
    expect(await answered(url, how)).toEqual(TO_TEAMS);
  });

  test("on a link of before, too", async () => {
    expect(await answered("/j/" + OLD)).toEqual(leading("https://teams.example/j", [OLD]));
  });

  test.each([
    ["a page", "/v/" + TOKEN, {}, "open"],
    ["a page in a language", "/v/" + TOKEN + "?lang=es", {}, "open"],
    ["a look at its headers", "/v/" + TOKEN, { method: "HEAD" }, "open"],
    ["the page of a visit without a meeting yet", "/v/" + TOKEN, { visit: unprepared }, "open"],
    [
      "the page of a visit that is not open yet",
      "/v/" + TOKEN,
      { visit: { ...VISIT, start: inMinutes(31) } },
      "early",
    ],
    ["a page in a browser that Teams does not support", "/v/" + TOKEN, { agent: FIREFOX }, "open"],
  ])("on %s shows the page, with the headers that every answer carries", async (_what, url, how, state) => {
    const headers = { "X-Page": "yes" };
    expect(await answered(url, how)).toEqual({ shown: [TOKEN, state, "patient"], headers, asked: [TOKEN] });
  });

  test("on a page's address that has something more leads to the page, for whoever reads", async () => {
    expect(await answered("/v/" + TOKEN + ".?lang=es")).toEqual(leading("/v/" + TOKEN + "?lang=es", []));
    expect(await answered("/V/" + TOKEN, { method: "HEAD" })).toEqual(leading("/v/" + TOKEN, []));
    expect(await answered("/V/" + TOKEN, { method: "POST" })).toEqual({ others: "/v/" + TOKEN, asked: [] });
    expect(await answered("/V")).toEqual({ others: "/v/", asked: [] });
  });

  const CUT = "/j/" + TOKEN.slice(1);
  const NOBODYS = "z" + TOKEN.slice(1);
  test.each([
    ["the page of a visit that is over", "/v/" + TOKEN, { visit: { ...VISIT, state: "ended" } }, [TOKEN]],
    ["a page while the store does not answer", "/v/" + TOKEN, { visit: new Error("away") }, [TOKEN]],
    ["a page that cannot be made", "/v/" + TOKEN, { visit: { ...VISIT, broken: true } }, [TOKEN]],
    ["a write to a page", "/v/" + TOKEN, { method: "POST" }, []],
    ["what is below a page", "/v/" + TOKEN + "/visit.ics", {}, []],
    ["a write", "/j/" + TOKEN, { method: "POST" }, []],
    ["another browser", "/j/" + TOKEN, { agent: FIREFOX }, [TOKEN]],
    ["an early visit", "/j/" + TOKEN, { visit: { ...VISIT, start: inMinutes(31) } }, [TOKEN]],
    ["a visit that is over", "/j/" + TOKEN, { visit: { ...VISIT, state: "ended" } }, [TOKEN]],
    ["a visit without a meeting", "/j/" + TOKEN, { visit: unprepared }, [TOKEN]],
    ["a store that does not answer", "/j/" + TOKEN, { visit: new Error("away") }, [TOKEN]],
    ["a token that is nobody's", "/j/" + NOBODYS, {}, [NOBODYS]],
    ["what only ends like a link", "/x" + CUT, {}, []],
    ["no address", "", {}, []],
  ])("on %s is left to the pages", async (_what, url, how, asked) => {
    expect(await answered(url, how)).toEqual({ others: url, asked });
  });

  test("on a link that was cut off is left to the page that says so", async () => {
    expect(await answered(CUT)).toEqual({ others: "/j/", asked: [] });
  });
});

describe("an opening", () => {
  function noting(now = { at: NOW }) {
    const did: string[] = [];
    const failing = { with: undefined as Error | undefined };
    const logged: unknown[] = [];
    const note = openings({
      visits: {
        noteOpened(token: string) {
          did.push(token);
          return failing.with === undefined ? Promise.resolve() : Promise.reject(failing.with);
        },
      },
      testVisits: { tapped: (id: string) => Promise.resolve(void did.push("tapped " + id)) },
      log: { error: (event: string, cause: unknown) => void logged.push([event, cause]) },
      now: () => now.at,
    } as unknown as Parameters<typeof openings>[0]);
    const open = (token: string, tapped?: Partial<LivingLink>, more: object = {}) => {
      const response = new EventEmitter();
      const request = { method: "GET", headers: { ...PERSON, ...more } } as unknown as IncomingMessage;
      note(request, response as unknown as ServerResponse, token, tapped as LivingLink | undefined);
      const before = did.length;
      response.emit("finish");
      return did.slice(before);
    };
    return { open, did, logged, failing, now };
  }

  test("is noted after the answer, for a person, once in a minute of the clock, each link for itself", () => {
    const { open, now } = noting();
    expect(open("one", undefined, { "sec-fetch-dest": "image" })).toEqual([]);
    expect(open("one")).toEqual(["one"]);
    expect([open("one"), open("other")]).toEqual([[], ["other"]]);
    now.at = new Date("2026-11-28T09:50:59.999Z");
    expect(open("one")).toEqual([]);
    now.at = new Date("2026-11-28T09:51:00Z");
    expect([open("one"), open("one")]).toEqual([["one"], []]);
    now.at = NOW;
    expect(open("one")).toEqual(["one"]);
  });

  test("of a patient who taps proves the connection each time; nobody else's does", () => {
    const { open } = noting();
    const as = (role: LivingLink["role"]) => ({ role, visit: VISIT as unknown as LivingLink["visit"] });
    expect(open("one", as("patient"))).toEqual(["tapped lamna", "one"]);
    expect(open("one", as("patient"))).toEqual(["tapped lamna"]);
    expect(open("two", as("guest"))).toEqual(["two"]);
  });

  test("of very many links in a minute may be noted twice, which costs less than to remember them all", () => {
    const { open } = noting();
    for (let link = 1; link < 5000; link++) open(String(link));
    expect(open("1")).toEqual([]);
    open("5000");
    expect(open("1")).toEqual(["1"]);
  });

  test("that cannot be noted is logged, and nothing else", async () => {
    const { open, failing, logged } = noting();
    failing.with = new Error("away");
    open("one");
    await setImmediate();
    expect(logged).toEqual([["link.opening_not_noted", failing.with]]);
  });
});

describe("what the page says of waiting", () => {
  type Picks = Parameters<typeof waits>[0];
  const usage = (index: number, more: object = {}) => ({
    departmentId: "cardiology",
    start: inMinutes(-30 - index),
    lobbySeconds: 600,
    ...more,
  });
  function waiting(
    more: Record<string, unknown> = {},
    usages: readonly object[] = [0, 1, 2, 3, 4].map((n) => usage(n)),
  ) {
    const asked: unknown[] = [];
    const logged: unknown[] = [];
    const clock = { at: NOW };
    const of = waits({
      hospital: {
        department: (id: string) =>
          Promise.resolve(id === "cardiology" ? { id, timeZone: "America/Chicago" } : undefined),
      },
      log: { error: (event: string, cause: unknown) => void logged.push([event, cause]) },
      now: () => clock.at,
      presences: { of: () => Promise.resolve(undefined) },
      usages: {
        async *between(...what: unknown[]) {
          asked.push(what);
          for (const one of usages) yield await Promise.resolve({ usages: [one], damaged: 0 });
        },
      },
      ...more,
    } as unknown as Picks);
    const told = (visit: object = {}) => of({ ...VISIT, ...visit } as unknown as Parameters<typeof of>[0]);
    return { told, asked, logged, clock };
  }

  test("is counted from the last three hours, once in five minutes for everybody", async () => {
    const { told, asked, clock } = waiting();
    expect(await Promise.all([told(), told()])).toEqual([
      { late: undefined, wait: 10 },
      { late: undefined, wait: 10 },
    ]);
    expect(asked).toEqual([[inMinutes(-180), NOW, "ascending"]]);
    clock.at = inMinutes(4.99);
    await told();
    expect(asked).toHaveLength(1);
    clock.at = inMinutes(5);
    await told();
    expect(asked).toHaveLength(2);
  });

  test.each<[what: string, visit: object, wait: number | undefined]>([
    ["an hour before the visit", { start: inMinutes(60) }, 10],
    ["longer before", { start: inMinutes(60.01) }, undefined],
    ["of a visit that is closed", { state: "ended" }, undefined],
    ["of a department that is gone", { departmentId: "gone" }, undefined],
  ])("%s: %o, %s", async (_what, visit, wait) => {
    expect(await waiting().told(visit)).toEqual({ late: undefined, wait });
  });

  test("counts only visits of which a wait is known", async () => {
    const { told } = waiting(
      {},
      [0, 1, 2, 3, 4].map((n) => usage(n, n === 4 ? { lobbySeconds: undefined } : {})),
    );
    expect(await told()).toEqual({ late: undefined, wait: undefined });
  });

  test("names since when the visit runs late, until staff are in the meeting, and asks who is only then", async () => {
    const asked: unknown[] = [];
    const moments = [{ at: inMinutes(-1), whereabouts: "in" }] as const;
    const watched: Watched = { ends: [], people: [{ key: "s", look: "staff", moments }] };
    const presences = {
      of(id: string) {
        asked.push(id);
        return Promise.resolve(watched);
      },
    };
    const { told } = waiting({ presences });
    expect((await told()).late).toBeUndefined();
    expect(asked).toEqual([]);
    expect((await told({ late: inMinutes(-2) })).late).toBeUndefined();
    expect((await told({ late: NOW })).late).toEqual(NOW);
    expect(asked).toEqual([VISIT.id, VISIT.id]);
  });

  test("is as staff said where it cannot be read who is there, and no wait where that cannot be read; both are logged", async () => {
    const away = new RangeError("away");
    const { told, logged } = waiting({
      presences: { of: () => Promise.reject(away) },
      hospital: { department: () => Promise.reject(away) },
    });
    expect(await told({ late: NOW })).toEqual({ late: NOW, wait: undefined });
    expect(logged).toEqual([
      ["visit.wait_not_read", away],
      ["visit.wait_not_read", away],
    ]);
  });
});
