/** What works and what is wrong, how each connection is, and how far the set-up is: the rules, without a deployment. */
import type { Request, Response } from "express";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { checksPage } from "../../../../app/flows/portal/checks/checksPage.tsx";
import { clearingOf, isCleared, keptOf, nextOf } from "../../../../app/flows/portal/connections/clearing.ts";
import { goingOn, lookingIn, lookingOn } from "../../../../app/flows/portal/connections/looking.ts";
import { OBSTACLES } from "../../../../app/flows/portal/connections/obstacles.ts";
import {
  connectionRow,
  connectionRows,
  isTakenOver,
  statusOf,
} from "../../../../app/flows/portal/connections/rows.ts";
import { distinctlyNamed } from "../../../../app/flows/portal/distinctNames.ts";
import { MOVES } from "../../../../app/flows/portal/movers.ts";
import { portalPages } from "../../../../app/flows/portal/pages.tsx";
import { portalChecks } from "../../../../app/flows/portal/ownChecks.ts";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import { movedSetUp, setUp } from "../../../../app/flows/portal/setUp.ts";
import { howItStands } from "../../../../app/flows/portal/standing.ts";
import { aheadWords, visitsAhead } from "../../../../app/flows/portal/visitsAhead.ts";
import type { UnreadableSetting } from "../../../../app/records/unreadableSetting.ts";
import type { DataRegion } from "../../../../app/records/dataRegions.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import type { Setting } from "../../../../app/records/settings.ts";
import type { Standing } from "../../../../app/records/standings.ts";
import type { Check } from "../../../../app/web/flow.ts";
import { textsOf } from "../../../harness/html.ts";

const provider = {
  clientId: "p",
  authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" },
} as const;
const urlOf = (id: string) => ("https://chart.example/r4/" + id) as FhirBaseUrl;
const ofStack = (id: string, more: Partial<ConfiguredConnection> = {}): ConfiguredConnection => ({
  id,
  name: "Of " + id,
  fhirBaseUrl: urlOf(id),
  environment: "test",
  visitTypes: [],
  aud: urlOf(id),
  ...more,
});
const ofPortal = (id: string, more: Partial<PortalConnection> = {}): Setting<PortalConnection> => ({
  id,
  revision: 1,
  changedAt: new Date(0),
  value: {
    name: "Of " + id,
    fhirBaseUrl: urlOf(id),
    environment: "test",
    visitTypes: [],
    enabled: true,
    ...more,
  },
});

interface World {
  readonly stack?: readonly ConfiguredConnection[];
  readonly settings?: readonly ReturnType<typeof ofPortal>[];
  readonly known?: Readonly<Record<string, Standing>>;
  readonly checks?: readonly Check[];
  readonly waiting?: number;
  readonly environment?: string;
}
function picksOf({
  stack = [],
  settings = [],
  known = {},
  checks = [],
  waiting = 0,
  environment = "production",
}: World) {
  const asked: string[] = [];
  const picks = {
    environment,
    checks: () => Promise.resolve(checks),
    proposals: { waiting: () => Promise.resolve(Array.from({ length: waiting }, () => ({}))) },
    connectionSettings: {
      list: () => Promise.resolve(settings),
      read: (id: string) => Promise.resolve(settings.find((one) => one.id === id)),
    },
    hospital: { stackConnections: stack, connections: () => Promise.resolve([...stack]) },
    formerAddresses: { list: () => Promise.resolve([]) },
    testVisits: { list: () => Promise.resolve([]) },
    standings: {
      known: ({ id }: { id: string }) => known[id],
      of: ({ id }: { id: string }) => (asked.push(id), Promise.resolve(known[id])),
    },
    log: { error: () => undefined },
  } as unknown as PortalPicks;
  return { picks, asked };
}
const GOOD = { ok: true } as unknown as Standing;
const ILL = { ok: false, obstacle: "ill", reason: "It is ill." } as unknown as Standing;

test("whose names are the same are told apart by their ids; all others have their names alone", () => {
  const named = (...all: readonly (readonly [id: string, name: string])[]) =>
    distinctlyNamed(all.map(([id, name]) => ({ id, name, of: "rest" }))).map((one) => [one.name, one.of]);
  expect(named(["a", "Lamna"], ["b", "Other"], ["c", "Lamna"])).toEqual([
    ["Lamna (a)", "rest"],
    ["Other", "rest"],
    ["Lamna (c)", "rest"],
  ]);
  // One that is there twice, as in two lists, is no other one.
  expect(named(["a", "Lamna"], ["a", "Lamna"])).toEqual([
    ["Lamna", "rest"],
    ["Lamna", "rest"],
  ]);
});

describe("a connection is", () => {
  test.each<readonly [string, Partial<ConfiguredConnection>, Standing | undefined, object]>([
    [
      "awaiting its registration",
      {},
      GOOD,
      {
        word: "Awaiting registration",
        tone: "attention",
        move: "administrator",
        reason: expect.stringContaining("client id is missing") as string,
      },
    ],
    ["not checked yet", { provider }, undefined, { word: "Not checked yet", tone: "calm" }],
    ["on", { provider }, GOOD, { word: "On", tone: "good" }],
    [
      "failing",
      { provider },
      ILL,
      { word: "Failing", tone: "bad", reason: "It is ill.", move: "oracle", obstacle: "ill" },
    ],
    [
      "failing now, and known from before",
      { provider },
      { ok: true, ailing: "Not now.", obstacle: "no-such-host" } as unknown as Standing,
      {
        word: "Failing",
        tone: "attention",
        reason: "Not now.",
        move: "administrator",
        obstacle: "no-such-host",
      },
    ],
    [
      "failing for a reason that nobody knows",
      { provider },
      { ok: true, ailing: "Not now." } as unknown as Standing,
      { word: "Failing", tone: "attention", reason: "Not now.", move: "nobody", obstacle: "unfinished" },
    ],
  ])("%s", (_how, more, standing, status) => {
    expect(statusOf(ofStack("a", more), standing)).toEqual(status);
  });

  const words = async (of: World) =>
    (await connectionRows(picksOf(of).picks)).map(({ id, status }) => id + " " + status.word);
  test.each<readonly [string, Partial<PortalConnection>, string]>([
    ["off", { enabled: false }, "Off"],
    ["production that was never allowed", { enabled: false, environment: "production" }, "Not allowed yet"],
    [
      "production that was turned off",
      { enabled: false, environment: "production", cleared: { by: "override", reason: "r", at: "x" } },
      "Off",
    ],
    ["on, by a base URL that is none", { fhirBaseUrl: "http://chart.example/r4" }, "Failing"],
    ["on without a registration", {}, "Awaiting registration"],
    ["on", { provider }, "On"],
  ])("of the portal and %s", async (_how, more, word) => {
    expect(await words({ settings: [ofPortal("a", more)], known: { a: GOOD } })).toEqual(["a " + word]);
  });

  test("the stack file's, whatever the portal has of the same id or base URL", async () => {
    const stack = [ofStack("a", { provider })];
    const settings = [
      ofPortal("a"),
      ofPortal("b", { fhirBaseUrl: urlOf("a") + "/" }),
      ofPortal("c", { fhirBaseUrl: urlOf("a"), enabled: false }),
      ofPortal("d"),
    ];
    const { picks } = picksOf({ stack, settings, known: { a: GOOD } });
    const rows = await connectionRows(picks);
    expect(rows.map(({ id, owner, status }) => [id, owner.kind, status.word])).toEqual([
      ["a", "stack", "On"],
      ["b", "portal", "Off"],
      ["c", "portal", "Off"],
      ["d", "portal", "Awaiting registration"],
    ]);
    expect(rows[1]?.status.reason).toContain("Remove this one");
    expect(settings.map(isTakenOver(picks))).toEqual([true, true, true, false]);
    const local = picksOf({
      stack: [ofStack("a", { fhirBaseUrl: "http://localhost/r4" as FhirBaseUrl })],
      environment: "local",
    }).picks;
    expect(isTakenOver(local)(ofPortal("b", { fhirBaseUrl: "http://localhost/r4/" }))).toBe(true);
    expect(
      isTakenOver({ ...local, environment: "test" })(ofPortal("b", { fhirBaseUrl: "http://localhost/r4/" })),
    ).toBe(false);
  });

  test("listed by its name, and of one name by its id", async () => {
    const settings = [
      ofPortal("z", { name: "B" }),
      ofPortal("b", { name: "é" }),
      ofPortal("a", { name: "B" }),
    ];
    expect(
      (await connectionRows(picksOf({ stack: [ofStack("s", { name: "C" })], settings }).picks)).map(
        ({ id }) => id,
      ),
    ).toEqual(["a", "z", "s", "b"]);
  });

  test("asked how it stands where its own page is opened, once it has a registration", async () => {
    const settings = [
      ofPortal("on", { provider }),
      ofPortal("off", { enabled: false, provider }),
      ofPortal("new"),
    ];
    const { picks, asked } = picksOf({
      stack: [ofStack("s", { provider }), ofStack("t")],
      settings,
      known: { s: ILL, on: GOOD },
    });
    const row = async (id: string) => {
      const found = await connectionRow(picks, id);
      return found && [found.owner.kind, found.status.word, "connection" in found.owner];
    };
    expect(await row("s")).toEqual(["stack", "Failing", true]);
    expect(await row("t")).toEqual(["stack", "Awaiting registration", true]);
    expect(await row("on")).toEqual(["portal", "On", true]);
    expect(await row("off")).toEqual(["portal", "Off", false]);
    expect(await row("new")).toEqual(["portal", "Awaiting registration", true]);
    expect(await row("gone")).toBeUndefined();
    expect(asked).toEqual(["s", "on"]);
    const index = (await connectionRow(picks, "t"))?.owner;
    expect(index?.kind === "stack" && index.index).toBe(1);
  });
});

describe("where the list is", () => {
  test.each([
    ["", { search: "", page: 1 }, ""],
    ["?search=%20a%20b&page=2", { search: "a b", page: 2 }, "?search=a+b&page=2"],
    ["?page=1", { search: "", page: 1 }, ""],
    ["?page=999999", { search: "", page: 999_999 }, "?page=999999"],
    ["?page=1000000", { search: "", page: 1 }, ""],
    ["?page=0", { search: "", page: 1 }, ""],
    ["?page=2x", { search: "", page: 1 }, ""],
    ["?search=" + "x".repeat(201), { search: "x".repeat(200), page: 1 }, "?search=" + "x".repeat(200)],
  ])("by %j is %j", (query, looking, on) => {
    const asked = { request: { originalUrl: "/portal/connections" + query } as unknown as Request };
    expect([lookingIn(asked), lookingOn(looking), goingOn(asked)]).toEqual([looking, on, on]);
  });
});

describe("the page of checks", () => {
  const pages = portalPages(({ main }) => renderToString(h("div", {}, main)), "Lamna");
  const session = { rights: ["configure"], administrator: {} } as unknown as PortalSession;
  const page = async (of: World) =>
    checksPage(pages, session, {
      stands: await howItStands(picksOf(of).picks),
      packageDigest: "digest",
      regions: [],
    });
  const itemOf = (html: string, title: string) =>
    elementsOf(html, ".matters > li").find((one) => one.querySelector("h3")?.text === title);

  test("says how many there are in each state, and nothing of states that there are none in", async () => {
    const checks: readonly Check[] = [
      { name: "store" },
      { name: "worker", fault: "It stands still." },
      { name: "number", unseen: "Nobody told." },
      { name: "mail", unseen: "Nothing to check yet: no mail is sent.", isNothingYet: true },
      { name: "presence", unseen: "Nothing to check yet: no visit is near.", isNothingYet: true },
    ];
    expect(textOf(await page({ checks }))).toContain(
      "1 not well, 1 well, 1 cannot be checked from here, 2 with nothing to check yet.",
    );
    expect(textOf(await page({ checks: checks.slice(0, 1) }))).toContain("Well 1 well.");
    expect(textOf(await page({ checks: checks.slice(3, 4) }))).toContain("Well 1 with nothing to check yet.");
    // A group of which all is told above has no list of its own.
    expect(elementsOf(await page({ checks: checks.slice(1, 2) }), "ul:empty")).toEqual([]);
  });

  test("asks nobody for anything where there is nothing to check yet, and otherwise says how to know it", async () => {
    const unseen = { name: "mail", unseen: "So it is." } as const;
    const { title, next } = CHECK_WORDS.mail;
    const known = itemOf(await page({ checks: [unseen] }), title);
    const nothing = itemOf(await page({ checks: [{ ...unseen, isNothingYet: true }] }), title);
    expect(textsOf(known?.outerHTML ?? "", ".status, p")).toEqual([
      ...["Cannot be checked from here", "So it is.", "To know it: " + next],
      MOVES[CHECK_WORDS.mail.move],
    ]);
    expect(textsOf(nothing?.outerHTML ?? "", ".status, p")).toEqual(["Nothing to check yet", "So it is."]);
  });
});

describe("how it stands", () => {
  const stands = (of: World) => howItStands(picksOf(of).picks);

  test("with nothing to tell is nothing", async () => {
    expect(await stands({})).toEqual({ wrong: [], works: [], notSeen: [] });
  });

  test.each([
    [1, "1 change waits"],
    [2, "2 changes wait"],
  ])("tells that %i of the changes wait, first of all", async (waiting, title) => {
    const { wrong } = await stands({ waiting, checks: [{ name: "worker", fault: "x" }] });
    expect(wrong.map((one) => [one.title, one.at, one.word])).toEqual([
      [title, "/portal/approvals", "Waiting"],
      [CHECK_WORDS.worker.title, undefined, "Not well"],
    ]);
    expect("check" in (wrong[0] ?? {})).toBe(false);
  });

  test.each([
    [1, "1 FHIR connection is on"],
    [2, "2 FHIR connections are on"],
  ])("tells that %i of the connections are on", async (count, title) => {
    const stack = Array.from({ length: count }, (_none, at) => ofStack(String(at), { provider }));
    const { works } = await stands({
      stack,
      known: { 0: GOOD, 1: GOOD },
      checks: [{ name: "connection", of: "0" }, { name: "store" }],
    });
    expect(works.map((one) => one.title)).toEqual([title, CHECK_WORDS.store.title]);
    expect(works[0]).toMatchObject({ check: "connection", at: "/portal/connections" });
  });

  test("tells of a check as its words say, and of where it is mended", async () => {
    const { wrong, works, notSeen } = await stands({
      stack: [ofStack("a", { provider })],
      checks: [
        { name: "organizers", of: "a", fault: "No policy." },
        { name: "visits-found", of: "a", fault: "Not read.", move: "oracle" },
        { name: "visits-found", of: "gone", fault: "Perhaps.", isWarning: true },
        { name: "locations", fault: "Moved.", isWarning: true },
        { name: "number", unseen: "Nobody told.", move: "carriers" },
        { name: "mail", of: "a", unseen: "Not said." },
        { name: "anonymous-join", provedOn: "2026-11-02" },
        { name: "anonymous-join", provedOn: "2026-11-20" },
        { name: "anonymous-join", provedOn: "2026-11-11" },
        { name: "anonymous-join" },
      ],
    });
    const {
      organizers,
      "visits-found": found,
      locations,
      number,
      mail,
      "anonymous-join": joins,
    } = CHECK_WORDS;
    expect(wrong).toEqual([
      {
        ...{
          check: "organizers",
          title: organizers.title + ": Of a",
          at: "/portal/departments",
          tone: "bad",
          word: "Not well",
        },
        ...{ means: organizers.wrong, found: "No policy.", next: organizers.next, move: organizers.move },
      },
      {
        ...{
          check: "visits-found",
          title: found.title + ": Of a",
          at: "/portal/connections/a",
          tone: "bad",
          word: "Not well",
        },
        ...{ means: found.wrong, found: "Not read.", next: found.next, move: "oracle" },
      },
      {
        ...{ check: "visits-found", title: found.title + ": gone", tone: "attention", word: "Take note" },
        ...{ means: found.warns ?? found.wrong, found: "Perhaps.", next: found.next, move: found.move },
      },
      expect.objectContaining({
        check: "locations",
        title: locations.title,
        tone: "attention",
        means: locations.warns,
      }),
    ]);
    expect(notSeen).toEqual([
      { check: "number", title: number.title, why: "Nobody told.", next: number.next, move: "carriers" },
      { check: "mail", title: mail.title + ": Of a", why: "Not said.", next: mail.next, move: mail.move },
    ]);
    expect(works).toEqual([
      expect.objectContaining({ check: "anonymous-join", means: joins.well + " Last proved on 2026-11-20." }),
    ]);
  });

  test("tells the worst of many first, twenty of them, and how many more there are", async () => {
    const many = (count: number): readonly Check[] =>
      Array.from({ length: count }, (_none, at) => ({
        name: "visits-found",
        of: String(at),
        fault: "x",
        ...(at < 5 && { isWarning: true }),
      }));
    const twenty = await stands({ checks: many(20) });
    expect([twenty.wrong.length, twenty.wrong[0]?.word, twenty.wrong.at(-1)?.word]).toEqual([
      20,
      "Not well",
      "Take note",
    ]);
    const { wrong } = await stands({ checks: many(22) });
    const { title, wrong: means, next, move } = CHECK_WORDS["visits-found"];
    expect(wrong).toHaveLength(21);
    expect(wrong.at(-1)).toEqual({
      check: "visits-found",
      title: title + ": 2 more",
      tone: "bad",
      word: "Not well",
      means,
      next,
      move,
    });
    const unseen = Array.from(
      { length: 25 },
      (_none, at) => ({ name: "mail", of: String(at), unseen: "x" }) as const,
    );
    const { notSeen } = await stands({
      checks: [{ ...unseen[0], isNothingYet: true }, ...unseen.slice(1)] as Check[],
    });
    expect(notSeen.length).toBe(21);
    expect([notSeen[0]?.title, notSeen.at(-1)?.title]).toEqual([
      CHECK_WORDS.mail.title + ": 1",
      CHECK_WORDS.mail.title + ": 5 more",
    ]);
    expect((await stands({ checks: unseen.slice(0, 20) })).notSeen).toHaveLength(20);
  });

  test("tells two connections of one name apart", async () => {
    const stack = [ofStack("a", { name: "Twin", provider }), ofStack("b", { name: "Twin" }), ofStack("c")];
    const checks: readonly Check[] = [{ name: "visits-found", of: "a", fault: "x" }];
    const { wrong } = await stands({ stack, checks, known: { a: GOOD } });
    expect(wrong.map(({ title }) => title)).toEqual([
      CHECK_WORDS["visits-found"].title + ": Twin (a)",
      "Of c",
      "Twin (b)",
    ]);
  });

  test("tells of each connection that is not well what to do", async () => {
    const stack = [
      ofStack("a", { provider }),
      ofStack("b"),
      ofStack("c", { provider }),
      ofStack("d", { provider }),
    ];
    const settings = [
      ofPortal("e", { enabled: false, environment: "production" }),
      ofPortal("f", { enabled: false }),
      ofPortal("g", { fhirBaseUrl: "http://chart.example/r4" }),
    ];
    const { wrong } = await stands({ stack, settings, known: { a: ILL, c: GOOD } });
    const closed = "Clinicians cannot open visits from this chart system yet.";
    const { wrong: open, next } = CHECK_WORDS.connection;
    expect(
      wrong.map((one) => [one.title, one.at, one.tone, one.word, one.means, one.next, one.move]),
    ).toEqual([
      ["Of a", "/portal/connections/a", "bad", "Failing", open, OBSTACLES.ill.next, "oracle"],
      [
        "Of b",
        "/portal/connections/b",
        "attention",
        "Awaiting registration",
        closed,
        expect.stringMatching(/^Register the connector at Oracle/),
        "administrator",
      ],
      [
        "Of e",
        "/portal/connections/e",
        "attention",
        "Not allowed yet",
        closed,
        expect.stringMatching(/^Open a video visit from a chart of the test domain/),
        "administrator",
      ],
      ["Of g", "/portal/connections/g", "bad", "Failing", open, next, "administrator"],
    ]);
    expect(wrong.map(({ found }) => found)).toEqual([
      "It is ill.",
      expect.stringContaining("client id"),
      undefined,
      expect.stringContaining("base URL"),
    ]);
    const many = Array.from({ length: 23 }, (_none, at) => ofStack("c" + String(at)));
    const last = (await stands({ stack: many })).wrong.at(-1);
    expect(last).toMatchObject({
      check: "connection",
      title: "3 more FHIR connections",
      at: "/portal/connections",
      tone: "attention",
      word: "Not well",
      means: open,
      move: "administrator",
    });
  });
});

describe("a production connection", () => {
  const AT = "2026-11-20T10:00:00.000Z";
  const visit = (connectionId: string, openedAt?: string, tappedAt?: string) => ({
    connectionId,
    ...(openedAt && { openedAt }),
    ...(tappedAt && { tappedAt }),
  });
  const clearing = (visits: readonly object[], of: World & { former?: readonly object[] } = {}) =>
    clearingOf({
      ...picksOf(of).picks,
      testVisits: { list: () => Promise.resolve(visits) },
      formerAddresses: { list: () => Promise.resolve(of.former ?? []) },
    } as unknown as PortalPicks);
  const stack = [ofStack("t"), ofStack("u")];
  const proved = (connectionId: string, at = AT) => ({ kind: "proved", connectionId, at: new Date(at) });

  test.each<readonly [string, readonly object[], World & { former?: readonly object[] }, object]>([
    ["needs a test connection", [], {}, { kind: "test-connection-missing" }],
    [
      "needs one that is no production one",
      [],
      { stack: [ofStack("p", { environment: "production" })] },
      { kind: "test-connection-missing" },
    ],
    ["needs a launch", [], { stack }, { kind: "launch-missing" }],
    [
      "needs a tap after it",
      [visit("t", AT)],
      { stack },
      { kind: "tap-missing", connectionId: "t", openedAt: new Date(AT) },
    ],
    ["needs both of one visit", [visit("t", undefined, AT)], { stack }, { kind: "launch-missing" }],
    ["is cleared by both", [visit("t", AT, AT)], { stack }, proved("t")],
    [
      "is cleared by the earliest of them",
      [visit("t", AT, "2026-11-22T10:00:00.000Z"), visit("u", AT, "2026-11-21T10:00:00.000Z")],
      { stack },
      proved("u", "2026-11-21T10:00:00.000Z"),
    ],
    [
      "is not cleared by itself",
      [visit("p", AT, AT)],
      { stack: [...stack, ofStack("p", { environment: "production" })] },
      { kind: "launch-missing" },
    ],
    [
      "is not cleared by what the portal has as production",
      [visit("o", AT, AT)],
      { stack, settings: [ofPortal("o", { environment: "production" })] },
      { kind: "launch-missing" },
    ],
    [
      "is not cleared by another id of its chart system",
      [visit("t", AT, AT)],
      {
        stack: [ofStack("u")],
        settings: [
          ofPortal("o", { environment: "production", fhirBaseUrl: urlOf("t") + "/" }),
          ofPortal("t"),
        ],
      },
      { kind: "launch-missing" },
    ],
    [
      "is not cleared by what was production",
      [visit("t", AT, AT)],
      {
        settings: [ofPortal("t")],
        former: [{ connectionId: "gone", fhirBaseUrl: urlOf("t"), environment: "production" }],
      },
      { kind: "test-connection-missing" },
    ],
    [
      "is cleared where the stack file says that it was no production",
      [visit("t", AT, AT)],
      { stack, former: [{ connectionId: "gone", fhirBaseUrl: urlOf("t"), environment: "production" }] },
      proved("t"),
    ],
    [
      "is cleared by one that was a test one",
      [visit("t", AT, AT)],
      { stack, former: [{ connectionId: "t", fhirBaseUrl: urlOf("x"), environment: "test" }] },
      proved("t"),
    ],
  ])("%s", async (_how, visits, of, found) => {
    expect(await clearing(visits, of)).toEqual(found);
  });

  test("says what is next, and keeps by what it was cleared", () => {
    const at = new Date(AT);
    const all = [
      { kind: "proved", connectionId: "t", at },
      { kind: "promoted", stack: "lamna-test", record: "r", at },
      { kind: "test-connection-missing" },
      { kind: "launch-missing" },
      { kind: "tap-missing", connectionId: "t", openedAt: at },
    ] as const;
    expect(all.map(nextOf)).toEqual([
      "A visit on t has succeeded: turn this connection on, on its page.",
      "The test deployment lamna-test vouches for the package that runs here: turn this connection on, on its page.",
      "Add a connection to a test domain.",
      "Open a video visit from a chart of the test domain, as a clinician.",
      "A visit on t was opened, Friday, November 20, 2026 (UTC). Copy the patient’s link from its page, and open it as the patient.",
    ]);
    expect(all.map(isCleared)).toEqual([true, true, false, false, false]);
    expect([keptOf(all[0]), keptOf(all[1])]).toEqual([
      { by: "visit", connectionId: "t", at: AT },
      { by: "promotion", stack: "lamna-test", record: "r", at: AT },
    ]);
  });
});

describe("the portal's own checks", () => {
  const checks = (
    missing: readonly string[] | "not-told",
    told: readonly object[],
    unreadable?: "damaged" | "another-release",
    ofNumber?: "damaged" | "another-release",
    settings: readonly UnreadableSetting[] = [],
    rules?: "damaged",
  ) =>
    portalChecks({
      numberPurchases: { current: () => (ofNumber === undefined ? {} : { unreadable: ofNumber }) },
      unreadableSettings: () => Promise.resolve(settings),
      messageRulesNow: { unreadable: rules },
      textingNow: { current: () => (unreadable === undefined ? {} : { unreadable }) },
      grants: { missing: () => Promise.resolve(missing), changed: () => undefined },
      dataRegions: { told: () => told as readonly DataRegion[] },
    });
  const at = (what: string, region: string) => ({ what, region });

  test.each<readonly [readonly string[] | "not-told", object]>([
    [[], {}],
    [["A", "B"], { fault: "Nobody has consented to A and B. A consent counts after a minute or two." }],
    ["not-told", { unseen: "Microsoft gave no token just now, which would list what was consented to." }],
  ])("of %j missing permissions", async (missing, says) => {
    expect((await checks(missing, []))[0]).toEqual({ name: "graph-permissions", ...says });
  });

  test.each<readonly [string, readonly object[], object]>([
    ["site and store in one geography are well", [at("site", "eastus"), at("store", "westus2")], {}],
    [
      "nothing is told on a laptop",
      [],
      { unseen: "Nothing tells the connector where it is: a laptop lies in no region." },
    ],
    [
      "one alone is not enough",
      [at("site", "eastus")],
      { unseen: "Azure does not tell where the store is. site: eastus (americas)." },
    ],
    [
      "the other alone is not either",
      [at("store", "eastus")],
      { unseen: "Azure does not tell where the site is. store: eastus (americas)." },
    ],
    [
      "others do not stand for them",
      [at("texts", "eastus")],
      { unseen: "Azure does not tell where the site and the store is. texts: eastus (americas)." },
    ],
    [
      "two geographies are wrong",
      [at("site", "eastus"), at("store", "westeurope")],
      { fault: expect.stringMatching(/^site: eastus \(americas\); store: westeurope \(.*\)\.$/) as string },
    ],
    [
      "a region of none is wrong",
      [at("site", "eastus"), at("store", "mars")],
      { fault: expect.stringContaining("store: mars (no geography of a deployment).") as string },
    ],
    [
      "a region of none alone is wrong",
      [at("site", "mars")],
      { fault: "site: mars (no geography of a deployment)." },
    ],
  ])("of where things lie: %s", async (_what, told, says) => {
    expect((await checks([], told))[1]).toEqual({ name: "data-geography", ...says });
  });

  test("of what is set in the portal: each that cannot be read, by its name, with what to do", async () => {
    expect((await checks([], [])).slice(3)).toEqual([{ name: "settings-read" }]);
    const setting = (kind: string, more: Partial<UnreadableSetting> = {}): UnreadableSetting => {
      const why = "damaged";
      return { kind, id: "one", row: kind + "-one", why, ...more };
    };
    const told = async (...settings: readonly UnreadableSetting[]) =>
      (await checks([], [], undefined, undefined, settings)).slice(3);
    const each = await told(
      setting("connection", { name: "Lamna test" }),
      setting("department", { why: "another-release" }),
    );
    expect(each.map(({ name, of }) => [name, of])).toEqual([
      ["settings-read", "Lamna test"],
      ["settings-read", "one"],
    ]);
    expect(each[0]?.fault).toMatch(
      /^The FHIR connection “Lamna test” \(one\) cannot be read: the row connection-one of the store’s container settings is damaged\..*restore that row alone.*remove that row alone/,
    );
    expect(each[1]?.fault).toMatch(/^The department one cannot.*run that release.*leave the row as it is\.$/);
    expect(each[1]?.fault).not.toContain("remove");
    for (const kind of [
      "messages",
      "manager",
      "approvals",
      "allocation",
      "reports",
      "given-records",
      "guide",
      "proposal",
    ])
      expect((await told(setting(kind)))[0]?.fault).not.toContain("of the kind");
    const meansOf = async (kind: string) => (await told(setting(kind)))[0]?.fault;
    expect(await meansOf("manager")).toContain("Reports and visits at risk cannot be opened by that person");
    expect(await meansOf("approvals")).toContain("waits for a second person, unless the stack file");
    expect(await meansOf("allocation")).toContain("Reports do not say which visits are within it");
    expect((await checks([], [], undefined, undefined, [], "damaged")).slice(3)).toMatchObject([
      {
        of: "messages",
        fault: expect.stringContaining("What is set of messages cannot be read") as string,
      },
    ]);
    expect((await told(setting("new")))[0]?.fault).toMatch(/^A setting of the kind new: one cannot be read/);
  });

  test("of what is set of texts: whether it can be read", async () => {
    expect((await checks([], []))[2]).toEqual({ name: "texts-set" });
    const faultOf = async (why: "damaged" | "another-release") => (await checks([], [], why))[2]?.fault;
    expect(await faultOf("damaged")).toContain("restore that row alone: then what waits is sent");
    const theirs = await faultOf("another-release");
    expect(theirs).toContain("run that release, or the one between, and leave the row as it is");
    expect(theirs).not.toContain("remove");
    const ofNumber = async (why: "damaged" | "another-release") =>
      (await checks([], [], undefined, why))[2]?.fault;
    expect(await ofNumber("damaged")).toContain(
      "purchase in settings, is damaged. Have the platform team restore",
    );
    expect(await ofNumber("another-release")).toContain("has the hospital’s number");
    const both = (await checks([], [], "damaged", "damaged"))[2]?.fault;
    expect(both).toMatch(/texting-texting in settings, is damaged.* purchase in settings, is damaged/);
  });
});

describe("the set-up", () => {
  const guided = (
    of: {
      stack?: readonly ConfiguredConnection[];
      settings?: number;
      departments?: number;
      texted?: readonly string[];
      given?: boolean;
      at?: object;
      unreadable?: "damaged";
    } = {},
  ) => {
    const { stack = [], settings = 0, departments = 0, texted = [], given = false, at, unreadable } = of;
    const list = Array.from({ length: settings }, (_none, number) => ofPortal("p" + String(number)));
    return setUp({
      environment: "test",
      publicUrl: "https://video.example",
      stackFile: "Pulumi.lamna-test.yaml",
      connectionSettings: { list: () => Promise.resolve(list) },
      hospital: {
        stackConnections: stack,
        connections: () => Promise.resolve(stack),
        departments: () => Promise.resolve(Array.from({ length: departments }, () => ({}))),
      },
      guideSettings: { read: () => Promise.resolve(at && { value: at }) },
      givenSettings: {
        list: () => Promise.resolve(given ? stack.map(({ id }) => ({ id, value: { values: [] } })) : []),
      },
      textingNow: {
        current: () => ({ textsPatientsOf: ({ id }: { id: string }) => texted.includes(id), unreadable }),
      },
    } as unknown as Parameters<typeof setUp>[0]);
  };
  const told = async (of: Parameters<typeof guided>[0]) =>
    (await guided(of)).steps.map(({ state, about }) => state + ": " + about);
  const two = [ofStack("a", { provider }), ofStack("b")];

  test("does not say that nobody is texted while nobody can read it", async () => {
    expect((await told({ stack: two, unreadable: "damaged" }))[2]).toBe(
      "open: What is set of texts cannot be read now; the page of texts says who mends it.",
    );
  });

  test("tells connections of one name apart whose records Oracle lacks", async () => {
    const stack = [ofStack("a", { name: "Lamna" }), ofStack("b", { name: "Lamna" }), ofStack("c")];
    expect((await told({ stack }))[3]).toBe(
      "open: Oracle does not have the integration records of Lamna (a), Lamna (b), Of c as they are now.",
    );
  });

  test("has the four steps of the document, all open at first, and nobody has begun", async () => {
    const guide = await guided();
    expect(guide.steps.map(({ name, title }) => name + " " + title)).toEqual([
      "connections FHIR connections",
      "departments Departments",
      "texts Texts and number",
      "review Review and finish",
    ]);
    expect([guide.at, guide.isNew, guide.isOver]).toEqual([0, true, false]);
    expect(await told({})).toEqual([
      "open: No chart system is connected yet.",
      "open: No department is set up yet, so no visit can be opened.",
      "open: No patient is texted. Texts are optional.",
      "open: Integration records are there as soon as a connection is.",
    ]);
  });

  test.each([
    [{ settings: 1 }, 0, "open: 1 connection is there, and it is not on yet: its page says what is missing."],
    [
      { settings: 2 },
      0,
      "open: 2 connections are there, and none is on yet: their pages say what is missing.",
    ],
    [{ stack: two }, 0, "done: 1 of 2 that are on have their client id from Oracle."],
    [{ stack: [ofStack("a")] }, 0, "open: 0 of 1 that are on have their client id from Oracle."],
    [{ stack: [ofStack("a")], departments: 1 }, 1, "done: 1 department is set up."],
    [{ stack: two, departments: 2 }, 1, "done: 4 departments are set up."],
    [{ stack: two, texted: ["b"] }, 2, "done: Patients of 1 of 2 connections are texted."],
    [{ stack: two }, 3, "open: Oracle does not have the integration records of Of a, Of b as they are now."],
    [
      { stack: [ofStack("a")], given: true },
      3,
      "open: Oracle does not have the integration records of Of a as they are now.",
    ],
    [
      { stack: Array.from({ length: 6 }, (_none, at) => ofStack(String(at))) },
      3,
      "open: Oracle does not have the integration records of Of 0, Of 1, Of 2, Of 3, Of 4 and 1 more as they are now.",
    ],
  ])("of %j says of step %i: %s", async (of, step, about) => {
    expect((await told(of))[step]).toBe(about);
  });

  test.each([
    [{ at: { step: "texts", state: "open" } }, 2, false, false],
    [{ at: { step: "review", state: "over" } }, 3, false, true],
    [{ at: { step: "texts", state: "left" } }, 2, false, false],
    [{ stack: [ofStack("a", { provider })] }, 0, false, true],
    [{ stack: [ofStack("a")] }, 0, false, false],
    [{ stack: [ofStack("a", { provider })], at: { step: "texts", state: "open" } }, 2, false, false],
    [{ settings: 1 }, 0, false, false],
  ])("that is %j is at step %i, new: %s, over: %s", async (of, at, isNew, isOver) => {
    const guide = await guided(of);
    expect([guide.at, guide.isNew, guide.isOver]).toEqual([at, isNew, isOver]);
  });

  test.each([
    ["connections", "on", "setUp", ["add", "set-up.moved", "departments", "open"]],
    ["texts", "back", "setUp", ["add", "set-up.moved", "departments", "open"]],
    ["texts", "out", "home", ["add", "set-up.left", "texts", "left"]],
    ["review", "on", "home", ["add", "set-up.over", "review", "over"]],
    ["review", "back", "setUp", ["add", "set-up.moved", "texts", "open"]],
    ["connections", "back", "setUp", undefined],
    ["texts", "other", "setUp", undefined],
    ["nowhere", "on", "setUp", undefined],
    ["", "out", "setUp", undefined],
  ])("at %s goes %s to %s", async (step, go, page, moved) => {
    const done: unknown[] = [];
    const guideSettings = {
      read: () => Promise.resolve(undefined),
      add: (
        change: { action: string; actor: object },
        _id: string,
        value: { step: string; state: string },
      ) => {
        expect(change.actor).toEqual({ kind: "person", objectId: "me" });
        return Promise.resolve(void done.push("add", change.action, value.step, value.state));
      },
    } as unknown as PortalPicks["guideSettings"];
    const asked = {
      request: { body: { step, go } } as unknown as Request,
      response: {} as unknown as Response,
      session: { administrator: { objectId: "me" } } as PortalSession,
    };
    expect(await movedSetUp({ guideSettings }, asked)).toBe(page);
    expect(done).toEqual(moved ?? []);
  });
});

describe("visits ahead", () => {
  test("are those that are on, of the department, as far ahead as visits are found", async () => {
    const asked: unknown[] = [];
    const picks = {
      messageRules: { aheadDays: 14 },
      now: () => new Date("2026-11-29T10:00:00.000Z"),
      foundVisits: {
        async *between(...range: unknown[]) {
          asked.push(range);
          const of = (departmentId: string, standing: string, endsAt = "2026-11-29T10:00:01.000Z") => ({
            id: departmentId,
            departmentId,
            standing,
            start: new Date("2026-11-29T09:45:00.000Z"),
            end: new Date(endsAt),
          });
          yield await Promise.resolve({ found: [of("a", "on"), of("b", "on"), of("a", "off")] });
          // One is under way, and one is over.
          yield await Promise.resolve({ found: [of("a", "on"), of("a", "on", "2026-11-29T10:00:00.000Z")] });
        },
        awaitedBetween: async function* () {
          yield* await Promise.resolve([]);
        },
      },
    } as unknown as PortalPicks;
    expect(await visitsAhead(picks, "c")).toEqual({ visits: 3, days: 14 });
    expect(await visitsAhead(picks, "c", "a")).toEqual({ visits: 2, days: 14 });
    expect(asked[0]).toEqual([
      "c",
      new Date("2026-11-28T10:00:00.000Z"),
      new Date("2026-12-13T10:00:00.000Z"),
    ]);
  });

  test.each([
    [0, "0 visits that are under way or begin in the next 14 days lose"],
    [1, "1 visit that is under way or begins in the next 14 days loses"],
    [2, "2 visits that are under way or begin in the next 14 days lose"],
  ])("%i of them are told in words", (visits, words) => {
    expect(aheadWords({ visits, days: 14 }, ["loses", "lose"])).toBe(words);
  });
});
