/**
 * What administrators decide in the portal, act by act: what is written in which words of the trail, who may not, and what
 * the page says where nothing was done. Without a deployment: the parts note what they are asked.
 */
import type { Request, Response } from "express";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { connectionActs } from "../../../../app/flows/portal/connections/acts.ts";
import * as refusals from "../../../../app/flows/portal/connections/refusals.ts";
import { consentAnswers, consentCallback } from "../../../../app/flows/portal/consent/answers.tsx";
import { managerAnswers } from "../../../../app/flows/portal/managers/answers.ts";
import { optOutAnswers } from "../../../../app/flows/portal/optOuts/answers.tsx";
import { portalPages } from "../../../../app/flows/portal/pages.tsx";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import { linkedAccountAnswers } from "../../../../app/flows/portal/linkedAccounts/answers.tsx";
import { linkedAccountRound } from "../../../../app/flows/portal/linkedAccounts/round.ts";
import { workAnswers } from "../../../../app/flows/portal/work/answers.tsx";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import type { Entry } from "../../../../app/records/audit.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { NothingToHold, type AddressesChange, type Hold } from "../../../../app/records/addressesChange.ts";
import { ChangeWaits } from "../../../../app/records/proposals.ts";
import { SettingMoved, SettingTaken } from "../../../../app/records/settings.ts";
import { attributesOf } from "../../../harness/html.ts";

const pages = portalPages(({ title, main }) => title + "\n" + renderToString(h("div", {}, main)), "Lamna");
const session = {
  rights: ["configure", "decide"],
  administrator: { objectId: "me", directoryRoles: [] },
} as unknown as PortalSession;
const ME = { kind: "person", objectId: "me" };
const NOW = new Date("2026-11-29T10:00:00.000Z");

/** A request, and where its answer ends: a page, or another address. */
function sent(body: object = {}, { id, query = "" }: { id?: string; query?: string } = {}) {
  const told: { status?: number; html?: string; to?: string } = {};
  const response = {
    writeHead: (status: number) => (told.status = status),
    end: (html: string) => (told.html = html),
    redirect: (status: number, to: string) => Object.assign(told, { status, to }),
  } as unknown as Response;
  const request = {
    body,
    params: id === undefined ? {} : { id },
    originalUrl: "/portal/x" + query,
  } as unknown as Request;
  return { asked: { request, response, session }, told };
}
const problemOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => undefined,
    (error: unknown) => (error as { problem?: unknown }).problem ?? error,
  );

/** The trail, and what is done within its acts, in order. */
function trail() {
  const done: unknown[] = [];
  const plain = ({ actor, action, object, changes, reason }: Entry) => ({
    actor,
    action,
    object,
    changes,
    ...(reason !== undefined && { reason }),
  });
  const audit = {
    commit: async (plan: () => Promise<{ writes: readonly unknown[]; entries: readonly Entry[] }>) => {
      const { writes, entries } = await plan();
      done.push(...writes, ...entries.map(plain));
    },
    during: async (entry: Entry, act: () => Promise<unknown>) => {
      done.push(plain(entry));
      try {
        return await act();
      } catch (error) {
        done.push("failed");
        throw error;
      }
    },
  };
  return { audit, done };
}

describe("a connection", () => {
  const VALUE: PortalConnection = {
    name: "One",
    fhirBaseUrl: "https://chart.example/r4/one",
    environment: "production",
    visitTypes: ["A"],
    enabled: false,
  };
  const ADDRESSES = {
    issuer: "https://a.example",
    authorizationEndpoint: "https://a.example/a",
    tokenEndpoint: "https://a.example/t",
    jwksUri: "https://a.example/k",
  };
  const moved = { before: { ...ADDRESSES, issuer: "https://old.example" }, now: ADDRESSES };

  interface World {
    readonly value?: PortalConnection;
    readonly outcome?: "made" | "waits" | Error;
    readonly testOverride?: boolean;
    readonly isTested?: boolean;
    readonly isAsked?: boolean;
    readonly standing?: object;
    readonly stack?: boolean;
  }
  async function act(
    name: keyof ReturnType<typeof connectionActs>,
    body: object,
    of: World = {},
    id = "one",
  ) {
    const {
      value = VALUE,
      outcome = "made",
      testOverride,
      isTested,
      isAsked,
      standing = { ok: false, changed: moved, obstacle: "not-as-found-first", reason: "r" },
      stack,
    } = of;
    const { audit, done } = trail();
    const setting = { id: "one", revision: 4, changedAt: NOW, value };
    const how = (reply: Error | string) =>
      reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
    const at = "2026-11-20T10:00:00.000Z";
    const picks = {
      unreadableSettings: () => Promise.resolve([]),
      environment: "production",
      ...(testOverride !== undefined && { approvals: { testOverride } }),
      audit,
      now: () => NOW,
      publicUrl: "https://video.example",
      stackFile: "Pulumi.lamna.yaml",
      log: { error: () => undefined },
      connectionSettings: {
        read: (one: string) => Promise.resolve(one === "one" ? setting : undefined),
        list: () => Promise.resolve([setting]),
      },
      hospital: {
        stackConnections: stack === true ? [{ ...VALUE, id: "one" }] : [],
        connections: () => Promise.resolve([]),
        departments: () => Promise.resolve([]),
      },
      formerAddresses: { list: () => Promise.resolve([]) },
      guideSettings: { read: () => Promise.resolve(undefined) },
      foundVisits: {
        between: async function* () {
          yield await Promise.resolve({
            found: [{ standing: "on", start: new Date(0), end: new Date(8.64e15) }],
          });
        },
        awaitedBetween: async function* () {
          yield* await Promise.resolve([]);
        },
      },
      givenSettings: { read: () => Promise.resolve(undefined), list: () => Promise.resolve([]) },
      messageRules: { aheadDays: 14 },
      messageRulesNow: { refresh: () => Promise.resolve(void done.push("rules read")) },
      textingNow: {
        refresh: () => Promise.resolve(void done.push("texting read")),
        current: () => ({ textsPatientsOf: () => false }),
      },
      testVisits: {
        list: () =>
          Promise.resolve(isTested === true ? [{ connectionId: "t", openedAt: at, tappedAt: at }] : []),
        of: () => Promise.resolve(undefined),
      },
      canaries: { of: () => Promise.resolve({}) },
      standings: {
        askNow: () => Promise.resolve(standing),
        of: () => Promise.resolve(standing),
        known: () => standing,
        pinned: () => Promise.resolve(undefined),
        approve: (_connection: object, addresses: object) =>
          Promise.resolve(void done.push(["held to", addresses])),
      },
      proposals: {
        isAsked: () => Promise.resolve(isAsked === true),
        waiting: () => Promise.resolve([]),
        read: () => Promise.resolve(undefined),
        make: (change: object, what: object) => {
          done.push([change, what]);
          return how(outcome);
        },
        makeHold: async (change: object, what: AddressesChange, hold: Hold) => {
          done.push([isAsked === true ? "proposed" : "told", change, what]);
          if (outcome instanceof Error) throw outcome;
          if (isAsked === true) return "waits";
          await hold(what);
          return "made";
        },
      },
    } as unknown as PortalPicks;
    const { asked, told } = sent({ revision: "4", ...body }, { id, query: "?search=x" });
    const problem = await problemOf(Promise.resolve(connectionActs(picks, pages)[name](asked)));
    return { ...told, problem, done };
  }
  const change = (action: string, after?: object, reason?: string, before = VALUE) => [
    { actor: ME, action, ...(reason !== undefined && { reason }) },
    { kind: "connection", id: "one", shown: 4, before, ...(after && { after }) },
  ];
  const notDone = (answer: Awaited<ReturnType<typeof act>>, status: number, refusal: { says: string }) => {
    expect([answer.status, answer.html?.includes(refusal.says), answer.done, answer.problem]).toEqual([
      status,
      true,
      [],
      undefined,
    ]);
  };
  const at = { by: "visit", connectionId: "t", at: "2026-11-20T10:00:00.000Z" };

  test.each<readonly [string, object, World, unknown]>([
    [
      "off",
      { turn: "off" },
      { value: { ...VALUE, enabled: true } },
      change("connection.turned-off", VALUE, undefined, { ...VALUE, enabled: true }),
    ],
    ["off by anything else than on", { turn: "x" }, {}, change("connection.turned-off", VALUE)],
    [
      "on in a test",
      { turn: "on" },
      { value: { ...VALUE, environment: "test" } },
      change("connection.turned-on", { ...VALUE, environment: "test", enabled: true }, undefined, {
        ...VALUE,
        environment: "test",
      }),
    ],
    [
      "on once a visit has cleared it",
      { turn: "on" },
      { isTested: true },
      change("connection.turned-on", { ...VALUE, enabled: true, cleared: at }),
    ],
    [
      "on where it was cleared before",
      { turn: "on" },
      { value: { ...VALUE, cleared: { by: "override", reason: "r", at: at.at } } },
      change(
        "connection.turned-on",
        { ...VALUE, cleared: { by: "override", reason: "r", at: at.at }, enabled: true },
        undefined,
        { ...VALUE, cleared: { by: "override", reason: "r", at: at.at } },
      ),
    ],
  ])("is turned %s", async (_how, body, of, made) => {
    const { to, status, done } = await act("switchConnection", body, of);
    expect([status, to, done]).toEqual([303, "/portal/connections/one?search=x&done", [made]]);
  });

  test("of production is not turned on before something cleared it", async () => {
    notDone(await act("switchConnection", { turn: "on" }), 409, refusals.NOT_CLEARED);
  });

  test("is turned on without a visit where the stack file allows it, with a reason", async () => {
    const { to, done } = await act("overrideConnection", { reason: "x".repeat(401) }, { testOverride: true });
    const reason = "x".repeat(400);
    const cleared = { by: "override", reason, at: NOW.toISOString() };
    expect([to, done]).toEqual([
      "/portal/connections/one?search=x&done",
      [change("connection.overridden", { ...VALUE, enabled: true, cleared }, reason)],
    ]);
    notDone(
      await act("overrideConnection", { reason: " " }, { testOverride: true }),
      422,
      refusals.NO_REASON,
    );
    notDone(
      await act("overrideConnection", { reason: "For Patient/12724066" }, { testOverride: true }),
      422,
      refusals.NAMES_RECORD,
    );
    notDone(
      await act("overrideConnection", { reason: "r" }, { testOverride: false }),
      409,
      refusals.NO_OVERRIDE,
    );
    notDone(await act("overrideConnection", { reason: "r" }), 409, refusals.NO_OVERRIDE);
    // The reason is typed once, also where somebody else has changed the connection meanwhile.
    const outcome = new SettingMoved({ id: "one", revision: 5, changedAt: NOW, value: VALUE });
    const late = await act("overrideConnection", { reason: "because" }, { testOverride: true, outcome });
    expect([late.status, attributesOf(late.html ?? "", "#reason", "value")]).toEqual([409, ["because"]]);
  });

  test("that waits, was changed or is gone is told so", async () => {
    const turn = (outcome: World["outcome"]) =>
      act("switchConnection", { turn: "off" }, { ...(outcome !== undefined && { outcome }) });
    expect((await turn("waits")).to).toBe("/portal/approvals/connection.one?waits");
    const page = async (outcome: Error) => {
      const { status, html } = await turn(outcome);
      return [status, [refusals.WAITS, refusals.MOVED].filter(({ says }) => html?.includes(says)).length];
    };
    expect(await page(new ChangeWaits("p"))).toEqual([409, 1]);
    expect(await page(new SettingMoved({ id: "one", revision: 5, changedAt: NOW, value: VALUE }))).toEqual([
      409, 1,
    ]);
    expect((await turn(new SettingMoved())).problem).toEqual({ kind: "not-found" });
    expect(String((await turn(new Error("a bug"))).problem)).toContain("a bug");
  });

  test.each([
    "switchConnection",
    "overrideConnection",
    "approveSignIn",
    "connectionRemoval",
    "removeConnection",
  ] as const)("that is none is not there for %s", async (name) => {
    for (const id of ["gone", "Not-an-id"])
      expect((await act(name, { turn: "off" }, {}, id)).problem).toEqual({ kind: "not-found" });
  });

  test.each(["switchConnection", "overrideConnection"] as const)(
    "of the stack file is locked for %s",
    async (name) => {
      notDone(
        await act(name, { turn: "on", reason: "r" }, { stack: true, testOverride: true }),
        409,
        refusals.LOCKED,
      );
    },
  );

  test("is removed with what was agreed and set for it", async () => {
    const { to, done } = await act("removeConnection", {});
    expect([to, done]).toEqual([
      "/portal/connections?search=x&done",
      [change("connection.removed"), "texting read", "rules read"],
    ]);
    expect((await act("connectionRemoval", {})).html).toContain(
      "1 visit that is under way or begins in the next 14 days",
    );
    // One that the stack file has taken over is not used any more.
    const taken = await act("connectionRemoval", {}, { stack: true });
    expect([taken.status, taken.html?.includes("of the next")]).toEqual([200, false]);
    expect((await act("removeConnection", {}, { stack: true })).to).toBe("/portal/connections?search=x&done");
  });

  const shown = { addresses: JSON.stringify(ADDRESSES) };
  const HOLD = [
    { actor: ME, action: "sign-in-addresses.approved" },
    { kind: "addresses", id: "one", before: moved.before, after: moved.now },
  ];
  const on = { value: { ...VALUE, enabled: true } };

  test("is held to other sign-in addresses that were shown, or they wait for a second person", async () => {
    const alone = await act("approveSignIn", shown, on);
    expect([alone.to, alone.done]).toEqual([
      "/portal/connections/one?search=x&done",
      [
        ["told", ...HOLD],
        ["held to", ADDRESSES],
      ],
    ]);
    const two = await act("approveSignIn", shown, { ...on, isAsked: true });
    expect([two.to, two.done]).toEqual(["/portal/approvals/addresses.one?waits", [["proposed", ...HOLD]]]);
    const waits = await act("approveSignIn", shown, { ...on, isAsked: true, outcome: new ChangeWaits("p") });
    expect([waits.status, waits.html?.includes(refusals.ADDRESSES_WAIT.says)]).toEqual([409, true]);
    expect(
      String(
        (await act("approveSignIn", shown, { ...on, isAsked: true, outcome: new Error("a bug") })).problem,
      ),
    ).toContain("a bug");
    const gone = await act("approveSignIn", shown, { ...on, outcome: new NothingToHold("gone") });
    expect(gone.problem).toEqual({ kind: "not-found" });
  });

  test.each<readonly [string, object, object | undefined]>([
    ["that are others by now", { addresses: JSON.stringify({ ...ADDRESSES, issuer: "x" }) }, undefined],
    ["that are the old ones again", shown, { ok: true }],
    ["that nobody has shown", {}, undefined],
  ])("is held to no addresses %s", async (_which, body, standing) => {
    notDone(
      await act("approveSignIn", body, { ...on, ...(standing && { standing }) }),
      409,
      refusals.OTHER_ADDRESSES,
    );
  });

  test.each<[standing: object]>([
    [{ ok: false, obstacle: "ill", reason: "r" }],
    [{ ok: true, ailing: "down" }],
  ])("is held to none while the server does not say which it names (%j)", async (standing) => {
    notDone(await act("approveSignIn", shown, { ...on, standing }), 409, refusals.ADDRESSES_UNSAID);
  });

  test("that is off is held to none", async () => {
    expect((await act("approveSignIn", shown)).problem).toEqual({ kind: "not-found" });
  });
});

describe("an opt-out", () => {
  const since = new Date("2026-11-01T10:00:00.000Z");
  async function ask(
    name: "optOuts" | "optOut" | "removeOptOut",
    body: object = {},
    { stopped = since, after }: { stopped?: Date | null; after?: Date } = {},
  ) {
    const { audit, done } = trail();
    const answers = optOutAnswers(
      {
        audit,
        now: () => NOW,
        log: { info: (event: string) => void done.push(event) },
        optOuts: {
          about: (number: string) =>
            Promise.resolve({ id: "hash of " + number, ...(stopped && { stoppedAt: stopped }) }),
          remove: (...of: unknown[]) => {
            done.push(["removed", ...of]);
            return Promise.resolve({ id: "h", ...(after && { stoppedAt: after }) });
          },
        },
      } as unknown as PortalPicks,
      pages,
    );
    const { asked, told } = sent(body);
    await answers[name](asked);
    return { ...told, done };
  }
  const NUMBER = { number: " (202) 555-0123 " };
  const OBJECT = { kind: "phone number", id: "hash of +12025550123" };

  test("is looked up by a number, and the trail has its hash alone", async () => {
    const { status, html, done } = await ask("optOut", NUMBER);
    expect([status, done]).toEqual([
      200,
      [{ actor: ME, action: "opt-out.looked-up", object: OBJECT, changes: [] }],
    ]);
    expect(html).toContain("+12025550123");
    expect((await ask("optOuts")).status).toBe(200);
  });

  test.each([
    ["", "Enter one whole phone number with its area code"],
    ["555-0123", "Enter one whole phone number with its area code"],
    ["+49 30 123456", "The connector texts no such number"],
    ["(800) 555-0123", "The connector texts no such number"],
  ])("of %j is looked up nowhere", async (number, says) => {
    for (const name of ["optOut", "removeOptOut"] as const) {
      const { status, html, done } = await ask(name, { number });
      expect([status, html?.includes(says), done]).toEqual([422, true, []]);
    }
  });

  const FORM = { ...NUMBER, since: since.toISOString(), reason: " They asked. " };
  test("is lifted with a reason, as it was shown", async () => {
    const { status, done } = await ask("removeOptOut", FORM);
    expect([status, done]).toEqual([
      200,
      [
        { actor: ME, action: "opt-out.removed", object: OBJECT, changes: [], reason: "They asked." },
        ["removed", "+12025550123", since, NOW],
        "opt_out.removed",
      ],
    ]);
    const long = await ask("removeOptOut", { ...FORM, reason: "x".repeat(401) });
    expect(long.done[0]).toMatchObject({ reason: "x".repeat(400) });
  });

  test("that came again meanwhile stays, and is told so", async () => {
    const { status, done } = await ask("removeOptOut", FORM, { after: NOW });
    expect([status, done.length]).toEqual([409, 2]);
  });

  test.each<readonly [string, object, Parameters<typeof ask>[2], number, string]>([
    ["without a reason", { reason: " " }, {}, 422, "Enter the reason. Nothing was removed."],
    ["with the number in it", { reason: "for 202-555-0123" }, {}, 422, "Leave the number out"],
    ["with its last digits in it", { reason: "５５５ 0123" }, {}, 422, "Leave the number out"],
    ["that is another one than was shown", { since: NOW.toISOString() }, {}, 409, ""],
    ["that is gone", {}, { stopped: null }, 200, ""],
    ["that was never shown", { since: "" }, { stopped: null }, 200, ""],
  ])("is not lifted %s", async (_how, more, of, status, says) => {
    const answer = await ask("removeOptOut", { ...FORM, ...more }, of);
    expect([answer.status, answer.html?.includes(says), answer.done]).toEqual([status, true, []]);
    // The reason is typed once, wherever there is still something to give it for.
    const { reason = "" } = { ...FORM, ...more } as { readonly reason?: string };
    const isThere = of?.stopped !== null;
    expect(attributesOf(answer.html ?? "", "#reason", "value")).toEqual(isThere ? [reason.trim()] : []);
  });

  test("is lifted for a reason with other digits", async () => {
    expect((await ask("removeOptOut", { ...FORM, reason: "Ticket 5550124" })).status).toBe(200);
  });
});

describe("a staff link", () => {
  const accounts = (count: number) =>
    Array.from({ length: count }, (_none, at) => ({
      id: "l" + String(at),
      objectId: "o" + String(at),
      changedAt: NOW,
      linkedAt: NOW,
    }));

  test("is removed by an administrator, which the trail has, and a second time nothing happens", async () => {
    for (const isThere of [true, false]) {
      const { audit, done } = trail();
      const staffAccounts = {
        byId: () => Promise.resolve(isThere ? { objectId: "o" } : undefined),
        remove: (id: string) => Promise.resolve(void done.push(["removed", id])),
      };
      const { asked, told } = sent({}, { id: "l1" });
      await linkedAccountAnswers(
        { audit, staffAccounts } as unknown as PortalPicks,
        pages,
      ).removeLinkedAccount(asked);
      const entry = {
        actor: ME,
        action: "staff-link.removed",
        object: { kind: "staff-link", id: "l1" },
        changes: [{ member: "account", from: "o" }],
      };
      expect([told.status, told.to, done]).toEqual([
        303,
        "/portal/linked-accounts?done",
        isThere ? [entry, ["removed", "l1"]] : [],
      ]);
    }
  });

  const round = async (
    known: Readonly<Record<string, boolean | "not-told">>,
    days: number,
    stop?: AbortController,
  ) => {
    const { audit, done } = trail();
    const slicesRead: unknown[] = [];
    const picks = {
      audit,
      now: () => NOW,
      log: { info: (...told: unknown[]) => void done.push(told) },
      directory: {
        knows: (id: string) => {
          if (id === "o1") stop?.abort();
          return Promise.resolve(known[id] ?? true);
        },
      },
      staffAccounts: {
        readSlice: (limit: number, after?: string) => {
          slicesRead.push([limit, after]);
          return Promise.resolve(
            after === undefined
              ? { accounts: accounts(2), next: "more" }
              : { accounts: accounts(3).slice(2) },
          );
        },
        looked: (...of: unknown[]) => {
          done.push(of);
          return Promise.resolve(of[2] === "found" ? 0 : days);
        },
        remove: (id: string) => Promise.resolve(void done.push(["removed", id])),
      },
    } as unknown as PortalPicks;
    const tick = linkedAccountRound(picks);
    expect([tick.name, tick.concerns, tick.everySeconds]).toEqual(["staff-links.look", "everybody", 86_400]);
    await tick.run({ signal: (stop ?? new AbortController()).signal });
    return { done, slicesRead };
  };

  test("is looked at once a day with all others, and noted by the day on which its account was not found", async () => {
    const { done, slicesRead } = await round({ o1: false, o2: "not-told" }, 2);
    expect(slicesRead).toEqual([
      [100, undefined],
      [100, "more"],
    ]);
    expect(done).toEqual([
      ["l0", "o0", "found"],
      ["l1", "o1", { notFoundOn: "2026-11-29" }],
    ]);
  });

  test("whose account was not found on three days goes, and the trail says why", async () => {
    const { done } = await round({ o2: false }, 3);
    expect(done.slice(2)).toEqual([
      ["l2", "o2", { notFoundOn: "2026-11-29" }],
      {
        ...{
          actor: { kind: "program", name: "staff-links" },
          action: "staff-link.removed",
          object: { kind: "staff-link", id: "l2" },
        },
        ...{
          changes: [{ member: "account", from: "o2" }],
          reason: "Microsoft did not know the account on three days.",
        },
      },
      ["removed", "l2"],
      ["staff_link.removed", { reason: "not-found" }],
    ]);
  });

  test("is not looked at once the round is stopped", async () => {
    const stop = new AbortController();
    const { done, slicesRead } = await round({}, 3, stop);
    expect([done.length, slicesRead.length]).toEqual([2, 2]);
  });
});

describe("a department manager", () => {
  const ID = "7d0c5a1e-0000-4000-8000-00000000aaaa";
  async function ask(
    name: "managers" | "setManager" | "removeManager",
    body: object,
    {
      kept,
      account = "not-told",
      outcome = "made",
      id,
      listed = [],
    }: {
      kept?: readonly string[];
      account?: object | string;
      outcome?: string | Error;
      id?: string;
      listed?: readonly string[];
    } = {},
  ) {
    const done: unknown[] = [];
    const picks = {
      unreadableSettings: () => Promise.resolve([]),
      directory: { account: () => Promise.resolve(account) },
      hospital: {
        connections: () => Promise.resolve([{ id: "c" }]),
        departments: () =>
          Promise.resolve(
            ["sleep", "cardio", "ward"].map((one) => ({ id: one, name: one.toUpperCase(), timeZone: "UTC" })),
          ),
      },
      managerSettings: {
        list: () =>
          Promise.resolve(listed.map((one) => ({ id: one, revision: 5, value: { departments: ["ward"] } }))),
        read: (one: string) =>
          Promise.resolve(kept !== undefined && one === ID ? { value: { departments: kept } } : undefined),
      },
      proposals: {
        waiting: () =>
          Promise.resolve(
            ["manager", "reports"].map((kind) => ({ id: kind + ".x", value: { of: { kind, id: "x" } } })),
          ),
        make: (...of: unknown[]) => {
          done.push(of);
          return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
        },
      },
    } as unknown as PortalPicks;
    const { asked, told } = sent(body, { ...(id !== undefined && { id }) });
    const problem = await problemOf(Promise.resolve(managerAnswers(picks, pages)[name](asked)));
    return { ...told, done, problem };
  }
  const TICKED = {
    "department-ward": "yes",
    "department-cardio": "yes",
    "department-sleep": "on",
    "department-gone": "yes",
  };
  const after = { departments: ["cardio", "ward"] };

  test.each<readonly [string, string, object | string]>([
    ["by sign-in name", "who@lamna.example", { objectId: ID.toUpperCase(), displayName: "W", userName: "w" }],
    ["by object id, be the directory silent", ID.toUpperCase(), "not-told"],
  ])("is set %s to the departments that exist and were ticked", async (_how, person, account) => {
    const made = await ask("setManager", { person, ...TICKED }, { account });
    expect([made.status, made.to, made.done]).toEqual([
      303,
      "/portal/managers?done",
      [
        [
          { actor: ME, action: "manager.set" },
          { kind: "manager", id: ID, after },
        ],
      ],
    ]);
    const again = await ask("setManager", { person, ...TICKED, revision: "5" }, { account, kept: ["sleep"] });
    expect(again.done).toEqual([
      [
        { actor: ME, action: "manager.set" },
        { kind: "manager", id: ID, shown: 5, before: { departments: ["sleep"] }, after },
      ],
    ]);
    expect((await ask("setManager", { person, ...TICKED }, { account, outcome: "waits" })).to).toBe(
      "/portal/approvals/manager." + ID + "?waits",
    );
  });

  test.each<readonly [string, object, object | string, string]>([
    ["without a person", { person: " ", ...TICKED }, "not-told", "Enter whose departments these are"],
    [
      "without a department",
      { person: ID, "department-gone": "yes" },
      "not-told",
      "Tick at least one department.",
    ],
    [
      "of nobody",
      { person: "x".repeat(101), ...TICKED },
      "unknown",
      `The directory knows no account ${"x".repeat(100)}….`,
    ],
    [
      "of whom the directory does not tell",
      { person: "who@lamna.example", ...TICKED },
      "not-told",
      "did not say whose sign-in name that is",
    ],
  ])("is not set %s", async (_how, body, account, says) => {
    const { status, html, done } = await ask("setManager", body, { account });
    expect([status, html?.includes(says), done]).toEqual([422, true, []]);
  });

  test("is removed, and one that is gone is told so", async () => {
    const { to, done } = await ask(
      "removeManager",
      { revision: "5" },
      { id: ID.toUpperCase(), kept: ["sleep"] },
    );
    expect([to, done]).toEqual([
      "/portal/managers?done",
      [
        [
          { actor: ME, action: "manager.removed" },
          { kind: "manager", id: ID, shown: 5, before: { departments: ["sleep"] } },
        ],
      ],
    ]);
    for (const id of [ID, "nobody"]) {
      const gone = await ask("removeManager", {}, { id });
      expect([gone.status, gone.html?.includes("Somebody else has changed it"), gone.done]).toEqual([
        409,
        true,
        [],
      ]);
    }
  });

  test.each<[outcome: Error, revision: string, says: string]>([
    [new ChangeWaits("p"), "0", "waits for a second person already"],
    [new SettingMoved(), "5", "Somebody else has changed it"],
    [new SettingMoved(), "0", "This person is in the list already"],
    [new SettingTaken("x"), "0", "This person is in the list already"],
  ])("whose change meets %s at revision %s is told so", async (outcome, revision, says) => {
    const { status, html } = await ask("setManager", { person: ID, ...TICKED, revision }, { outcome });
    expect([status, html?.includes(says)]).toEqual([409, true]);
  });

  test.each<readonly [string, object | string, string]>([
    ["by name", { displayName: "Sam Ward", userName: "sam@lamna.example" }, "Sam Ward (sam@lamna.example)"],
    ["by id where the directory is silent", "not-told", ID],
    ["by id where it knows them no more", "unknown", ID + " (not in the directory any more)"],
  ])("is listed %s, beside whose change waits", async (_how, account, shown) => {
    const { html = "" } = await ask("managers", {}, { account, listed: [ID] });
    expect(html).toContain(`<th scope="row">${shown}</th>`);
    expect(html).toContain("the departments of " + shown.replace(ID, "x"));
    // What was refused is in the form again, as the change of the person whose it is.
    const refused = await ask(
      "setManager",
      { person: ID.toUpperCase(), revision: "5" },
      { account, listed: [ID] },
    );
    expect([refused.status, refused.html?.includes("Edit: " + shown)]).toEqual([422, true]);
  });

  test("whose change waits is told on the list, and no other change", async () => {
    const { html } = await ask("managers", {});
    expect(attributesOf(html ?? "", '[href^="/portal/approvals/"]', "href")).toEqual([
      "/portal/approvals/manager.x",
    ]);
  });

  test("whose change meets a bug is not told anything else", async () => {
    expect(
      String((await ask("setManager", { person: ID, ...TICKED }, { outcome: new Error("a bug") })).problem),
    ).toContain("a bug");
  });
});

describe("work that was given up", () => {
  const ENDED = "2026-11-29T09:00:00.000Z";
  async function ask(
    name: "replayWork" | "discardWork",
    body: object,
    job: object | undefined = { state: "poisoned", endedAt: new Date(ENDED) },
  ) {
    const { audit, done } = trail();
    const row = { partition: "j", id: "look:1", etag: "1", body: {} };
    const jobs = {
      now: () => NOW,
      read: (id: string) => Promise.resolve(id === "look:1" ? { job, row } : undefined),
      store: { list: () => Promise.resolve({ items: [] }) },
      readSlice: () => Promise.resolve({ jobs: [], unreadable: [] }),
    };
    const { asked, told } = sent(body);
    const problem = await problemOf(
      Promise.resolve(workAnswers({ audit, jobs } as unknown as PortalPicks, pages)[name](asked)),
    );
    return { ...told, done, problem };
  }

  test.each([
    ["that is not given up", { state: "done", endedAt: new Date(ENDED) }, "look:1", ENDED],
    ["that was given up again since", { state: "poisoned", endedAt: NOW }, "look:1", ENDED],
    ["that there is none of", undefined, "look:2", ENDED],
    ["that nobody was shown", { state: "poisoned" }, "look:1", ""],
  ])("%s is decided on by nobody", async (_which, job, id, ended) => {
    for (const name of ["replayWork", "discardWork"] as const) {
      const { done, status, problem } = await ask(name, { job: id, ended }, job);
      expect([status, problem, done]).toEqual([409, undefined, []]);
    }
  });
});

describe("a consent", () => {
  const begin = async (failure?: Error) => {
    const begun: unknown[] = [];
    const adminConsent = {
      begin: (_response: Response, who: string) => (
        begun.push(who),
        failure ? Promise.reject(failure) : Promise.resolve()
      ),
    };
    const { asked } = sent();
    const answers = consentAnswers({} as PortalPicks, pages, adminConsent as never);
    return { begun, problem: await problemOf(Promise.resolve(answers.beginConsent(asked))) };
  };

  test("is begun by whoever is signed in", async () => {
    expect(await begin()).toEqual({ begun: ["me"], problem: undefined });
    expect((await begin(new StaffSignInFault("unavailable", "m"))).problem).toEqual({
      kind: "consent-failed",
      why: "unavailable",
    });
    expect(String((await begin(new Error("a bug"))).problem)).toContain("a bug");
  });

  const failed = (reason: StaffSignInFault["reason"]) => ({
    kind: "failed",
    by: "who",
    fault: new StaffSignInFault(reason, "m"),
  });
  test.each<{ how: string; answer: object; kind: string | undefined; isTold: boolean }>([
    { how: "given", answer: { kind: "given", by: "who" }, kind: undefined, isTold: true },
    { how: "declined", answer: failed("declined"), kind: "consent-declined", isTold: true },
    {
      how: "of another directory",
      answer: failed("other-tenant"),
      kind: "consent-other-tenant",
      isTold: true,
    },
    { how: "that proves nothing", answer: failed("invalid"), kind: "consent-failed", isTold: true },
    { how: "that Microsoft refuses", answer: failed("registration"), kind: "consent-failed", isTold: true },
    {
      how: "that could not be asked for",
      answer: failed("unavailable"),
      kind: "consent-failed",
      isTold: true,
    },
    { how: "too late", answer: { kind: "unknown" }, kind: "consent-late", isTold: false },
    { how: "used", answer: { kind: "used" }, kind: "consent-used", isTold: false },
    {
      how: "in another browser",
      answer: { kind: "other-browser" },
      kind: "consent-other-browser",
      isTold: false,
    },
  ])("that comes back $how is told as $kind", async ({ answer, kind, isTold }) => {
    const { audit, done } = trail();
    const { asked, told } = sent();
    let changed = 0;
    const grants = {
      changed: () => {
        changed++;
      },
    };
    let error: unknown;
    const adminConsent = {
      answers: (answered: (...of: unknown[]) => Promise<void>) =>
        answered(answer, asked.request, asked.response).catch((thrown: unknown) => void (error = thrown)),
    };
    await (consentCallback(
      { audit, grants } as unknown as PortalPicks,
      adminConsent as never,
    ) as unknown as Promise<void>);
    // What was known of the permissions counts no more.
    expect(changed).toBe(kind === undefined ? 1 : 0);
    const changes = kind === undefined ? [] : [{ member: "reason", to: kind }];
    const action = kind === undefined ? "consent.given" : "consent.not-given";
    expect(done).toEqual(
      isTold
        ? [{ actor: { kind: "person", objectId: "who" }, action, object: { kind: "consent" }, changes }]
        : [],
    );
    expect(told.to).toBe(kind === undefined ? "/portal/consent" : undefined);
    const why = (answer as { fault?: StaffSignInFault }).fault?.reason;
    expect((error as { problem?: object } | undefined)?.problem).toEqual(
      kind === undefined ? undefined : { kind, ...(kind === "consent-failed" && { why }) },
    );
    expect((error as { cause?: unknown } | undefined)?.cause).toBe(
      kind === "consent-failed" ? (answer as { fault: unknown }).fault : undefined,
    );
  });
});
