/** Which appointment is meant, what is held about it in words, and its deletion, step by step; without a deployment. */
import type { Request, Response } from "express";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { h } from "preact";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { portalPages } from "../../../../app/flows/portal/pages.tsx";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import { privacyAnswers } from "../../../../app/flows/portal/privacy/answers.tsx";
import { appointmentAsked, appointmentIdIn } from "../../../../app/flows/portal/privacy/asked.ts";
import { heldWords } from "../../../../app/flows/portal/privacy/heldWords.ts";
import { endSubscription, subscriptionOf } from "../../../../app/flows/portal/privacy/subscription.ts";
import { CallEventsFault } from "../../../../app/ports/callEvents.ts";
import type { Body } from "../../../../app/ports/store.ts";
import type { Entry } from "../../../../app/records/audit.ts";
import type { Holding } from "../../../../app/records/holdings.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { tombstones } from "../../../../app/records/tombstones.ts";
import { visits } from "../../../../app/records/visitRow.ts";
import { attributesOf } from "../../../harness/html.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

describe("a row in words", () => {
  const words = (paths: readonly string[], body: Body) =>
    heldWords({ paths, holds: "what it is" }, body)?.join("\n");
  test.each<readonly [string, readonly string[], Body, string | undefined]>([
    ["a text", ["a"], { a: "x" }, "x"],
    ["a number", ["a"], { a: 0 }, "0"],
    ["yes", ["a"], { a: true }, "yes"],
    ["no", ["a"], { a: false }, "no"],
    ["an empty text", ["a"], { a: "" }, ""],
    ["a moment", ["a"], { a: "2026-11-29T08:15:40.000Z" }, "2026-11-29 08:15 (UTC)"],
    ["nothing", ["a"], {}, undefined],
    ["nothing of null", ["a"], { a: null }, undefined],
    ["a member inside", ["a.b.c"], { a: { b: { c: 1 } } }, "1"],
    ["nothing where the way there is another", ["a.b"], { a: "x" }, undefined],
    ["nothing where a list is in the way", ["a.b"], { a: [{ b: 1 }] }, undefined],
    ["each of a list", ["a[]"], { a: ["x", "y"] }, "x, y"],
    ["each of a list's members", ["a[].b"], { a: [{ b: 1 }, { c: 2 }, { b: 3 }] }, "1, 3"],
    ["nothing of no list", ["a[]"], { a: "x" }, undefined],
    ["nothing of an object where a value is meant", ["a"], { a: { b: 1 } }, undefined],
    ["what is in a list of lists", ["a"], { a: [["x"], "y"] }, "x, y"],
    ["nothing of an empty list", ["a[]"], { a: [] }, undefined],
    [
      "several by their names",
      ["a.start", "a.endOfIt", "a.none"],
      { a: { start: 1, endOfIt: true } },
      "start: 1; end of it: yes",
    ],
    ["several of a list", ["list[].name", "list[]"], { list: [{ name: "x" }] }, "name: x"],
    [
      "each item of a list by itself, with the members that it has",
      ["people[].number", "people[].role", "people[].removed"],
      { people: [{ number: 0, role: "patient" }, { number: 1 }, {}, { number: 2, removed: true }] },
      "number: 0; role: patient\nnumber: 1\nnumber: 2; removed: yes",
    ],
    [
      "each item below an item, too",
      ["people[].key", "people[].moments[].at", "people[].moments[].place", "people[].untold.of"],
      {
        people: [
          { key: "k", moments: [{ at: 1, place: "in" }, { at: 2 }], untold: { of: "x" } },
          { moments: [] },
        ],
      },
      "key: k; untold of: x; moments: (at: 1; place: in) (at: 2)",
    ],
    [
      "what is beside a list in a line before it",
      ["read", "stays.all[].who", "stays.all[].from"],
      { read: true, stays: { all: [{ who: "a", from: 1 }, { who: "b" }] } },
      "read: yes\nwho: a; from: 1\nwho: b",
    ],
    ["one of two that is there by its name", ["a", "b"], { b: 2 }, "b: 2"],
    ["a name without brackets", ["idsOf[]", "b"], { idsOf: [1] }, "ids of: 1"],
    [
      "no link that lets somebody in",
      ["joinUrl"],
      { joinUrl: "https://teams" },
      "kept, and not shown: whoever has it can ask to join",
    ],
    ["nothing sealed", ["sealed"], { sealed: "abc" }, "sealed"],
    ["no appointment", ["appointment"], { appointment: "abc" }, "sealed"],
    [
      "no secret below either",
      ["joinUrl.a", "sealed[].b"],
      { joinUrl: { a: 1 }, sealed: [{ b: 2 }] },
      "a: kept, and not shown: whoever has it can ask to join; b: sealed",
    ],
    ["nothing of what is inside of what is sealed", ["session: grant"], { "session: grant": "x" }, undefined],
    ["the one in the row by the field's own words", ["session: a", "b"], { b: "x" }, "x"],
  ])("says %s", (_what, paths, body, says) => {
    expect(words(paths, body)).toBe(says);
  });
});

const URL = "https://chart.example/r4/one";
const sent = (body: object) => ({ body, originalUrl: "/portal/privacy", params: {} }) as unknown as Request;
interface Asking {
  readonly connections?: readonly string[];
  readonly used?: readonly string[];
  readonly former?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly environment?: string;
}
const asking = ({
  connections = ["lamna"],
  used = [],
  former = [],
  settings = {},
  environment = "test",
}: Asking = {}) => ({
  environment,
  connectionSettings: {
    read: (id: string) =>
      Promise.resolve(settings[id] === undefined ? undefined : { value: { fhirBaseUrl: settings[id] } }),
  },
  formerAddresses: {
    list: () =>
      Promise.resolve(
        former.map((fhirBaseUrl) => ({ connectionId: "gone", fhirBaseUrl, environment: "test" })),
      ),
  },
  hospital: {
    stackConnections: connections.map((id) => ({
      id,
      name: "Of " + id,
      fhirBaseUrl: "https://chart.example/r4/" + id,
    })),
    connections: () =>
      Promise.resolve(
        connections.map((id) => ({ id, name: "Of " + id, fhirBaseUrl: "https://chart.example/r4/" + id })),
      ),
    connectionByUrl: (url: string) => Promise.resolve(used.includes(url) ? {} : undefined),
  },
});

describe("the appointment", () => {
  test.each([
    ["123", "123"],
    ["Appointment/123", "123"],
    ["appointment/123", undefined],
    ["x/Appointment/123", undefined],
    ["Appointment/", undefined],
    ["", undefined],
    ["a b", undefined],
  ])("in %j is %s", (text, id) => {
    expect(appointmentIdIn(text)).toBe(id);
  });

  test.each<{ what: string; connection: string; of: Asking; fhirBaseUrl: string | undefined }>([
    {
      what: "a connection of the stack file",
      connection: "lamna",
      of: {},
      fhirBaseUrl: "https://chart.example/r4/lamna",
    },
    {
      what: "one of the portal, be it off",
      connection: "own",
      of: { settings: { own: URL + "/" } },
      fhirBaseUrl: URL,
    },
    { what: "one that there is none of", connection: "gone", of: {}, fhirBaseUrl: undefined },
    {
      what: "one whose base URL is none any more",
      connection: "own",
      of: { settings: { own: "http://chart.example/r4" } },
      fhirBaseUrl: undefined,
    },
    { what: "a base URL that a connection has", connection: URL, of: { used: [URL] }, fhirBaseUrl: URL },
    {
      what: "it written otherwise",
      connection: "https://CHART.example/r4/one/",
      of: { used: [URL] },
      fhirBaseUrl: URL,
    },
    {
      what: "a base URL that one has had",
      connection: URL,
      of: { former: [URL + "2", URL] },
      fhirBaseUrl: URL,
    },
    {
      what: "a base URL that nobody has had",
      connection: URL,
      of: { former: [URL + "2"] },
      fhirBaseUrl: undefined,
    },
    { what: "what is no base URL", connection: "No Id", of: {}, fhirBaseUrl: undefined },
    {
      what: "http",
      connection: "http://localhost/r4/a",
      of: { used: ["http://localhost/r4/a"] },
      fhirBaseUrl: undefined,
    },
    {
      what: "http on a laptop",
      connection: "http://localhost/r4/a",
      of: { used: ["http://localhost/r4/a"], environment: "local" },
      fhirBaseUrl: "http://localhost/r4/a",
    },
  ])("of $what is in the chart system $fhirBaseUrl", async ({ connection, of, fhirBaseUrl }) => {
    const found = await appointmentAsked(
      asking(of) as unknown as PortalPicks,
      sent({ connection, appointment: " Appointment/1 " }),
    );
    const typed = { connection, appointment: "Appointment/1" };
    expect(found).toEqual(
      fhirBaseUrl === undefined
        ? {
            ok: false,
            typed,
            faults: {
              connection:
                "There is no connection with this id, and none had this base URL. The list of FHIR connections has their ids.",
            },
          }
        : { ok: true, typed, appointment: { fhirBaseUrl, appointmentId: "1" } },
    );
  });

  test("that cannot be one says so, and what was typed is cut where it is longer than any", async () => {
    const long = await appointmentAsked(
      asking() as unknown as PortalPicks,
      sent({ connection: "x".repeat(501), appointment: "y z".padEnd(201, "y") }),
    );
    expect([long.typed.connection.length, long.typed.appointment.length]).toEqual([500, 200]);
    expect(long.ok ? [] : Object.keys(long.faults)).toEqual(["connection", "appointment"]);
    const one = await appointmentAsked(
      asking() as unknown as PortalPicks,
      sent({ connection: "lamna", appointment: "y z" }),
    );
    expect(one).toMatchObject({
      ok: false,
      faults: {
        appointment: "Enter the Appointment’s FHIR id: up to 128 letters, digits, and any of . _ ~ -",
      },
    });
    expect(one.ok ? [] : Object.keys(one.faults)).toEqual(["appointment"]);
  });
});

const VISIT = "visit00000000001" as VisitId;
const VISIT_ROW: Holding = {
  kind: visits,
  row: {
    partition: VISIT,
    id: VISIT,
    etag: "1",
    body: { v: 1, start: "2026-11-29T08:15:00.000Z" },
    expiresAt: new Date("2027-11-29T08:15:40Z"),
  },
};
const TOMBSTONE: Holding = {
  kind: tombstones,
  row: { partition: VISIT, id: VISIT, etag: "2", body: { v: 1, deleted: "2026-11-29T08:15:00.000Z" } },
};

/** The pages of privacy over holdings in memory; everything that is done, in its order. */
function portal(
  first: readonly Holding[],
  more: Asking & { readonly failing?: boolean; readonly subscribed?: boolean } = {},
) {
  let held = first;
  const done: unknown[] = [];
  const trail = ({ action, object, reason, actor, changes }: Entry) => [
    action,
    object,
    reason,
    actor,
    changes.length,
  ];
  const base = asking(more);
  const picks = {
    ...base,
    ...(more.failing === true && {
      hospital: { ...base.hospital, connections: () => Promise.reject(new Error("down")) },
      formerAddresses: { list: () => Promise.reject(new Error("down")) },
    }),
    audit: {
      commit: async (plan: () => Promise<{ entries: readonly Entry[]; writes: unknown[] }>) => {
        const { entries, writes } = await plan();
        done.push(...entries.map(trail), ...writes);
      },
      during: async (entry: Entry, act: () => Promise<void>) => {
        done.push(["during", ...trail(entry)]);
        await act();
      },
    },
    callEvents: { remove: (id: string) => Promise.resolve(void done.push(["unsubscribed", id])) },
    holdings: {
      idOf: () => VISIT,
      about: (appointment: object) => (done.push(["looked", appointment]), Promise.resolve(held)),
      delete: (appointment: object) => {
        done.push(["deleted", appointment]);
        held = [TOMBSTONE];
        return Promise.resolve();
      },
    },
    log: { info: (...told: unknown[]) => void done.push(["log", ...told]), error: () => undefined },
    presences: {
      of: () => Promise.resolve(more.subscribed === true ? { subscription: { id: "sub" } } : undefined),
    },
  } as unknown as PortalPicks;
  const pages = portalPages(({ title, main }) => title + "\n" + renderToString(h("div", {}, main)), "Lamna");
  const answers = privacyAnswers(picks, pages);
  const session = { rights: ["configure"], administrator: { objectId: "me" } } as unknown as PortalSession;
  const ask = async (name: keyof typeof answers, body: object = {}) => {
    let [status, html] = [0, ""];
    const response = {
      writeHead: (code: number) => (status = code),
      end: (text: string) => (html = text),
    } as unknown as Response;
    await answers[name]({ request: sent(body), response, session });
    return { status, html };
  };
  return { ask, done };
}
const ABOUT = { fhirBaseUrl: "https://chart.example/r4/lamna", appointmentId: "1" };
const FORM = { connection: "lamna", appointment: "1" };
const ACTOR = { kind: "person", objectId: "me" };
const OBJECT = { kind: "visit", id: VISIT };
const typedIn = (html: string, name: string) =>
  new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0];

describe("a look", () => {
  test("is in the trail by the hash before anything is shown", async () => {
    const { ask, done } = portal([VISIT_ROW]);
    const page = await ask("appointment", FORM);
    expect(done).toEqual([
      ["appointment.looked-up", OBJECT, undefined, ACTOR, 0],
      ["looked", ABOUT],
    ]);
    expect(page.status).toBe(200);
    expect(page.html).toContain("Appointment <code>1</code> of the connection <code>lamna</code>");
    expect(page.html).toContain(" Of this one: until 2027-11-29 08:15 (UTC).");
    expect(page.html).toMatch(/aria-label="A visit, under a keyed hash/);
    expect(page.html).toContain("<dd>2026-11-29 08:15 (UTC)</dd>");
    expect(page.html).toContain('aria-label="Delete it"');
    expect(page.html).not.toMatch(/Nothing is held|It is deleted|name="again"|Error:|Forbid/);
  });

  test("names each of several rows of a kind apart", async () => {
    const again: Holding = { ...VISIT_ROW, row: { ...VISIT_ROW.row, id: "visit00000000002" } };
    const { html } = await portal([VISIT_ROW, again, TOMBSTONE]).ask("appointment", FORM);
    const names = attributesOf(html, "section[aria-label]", "aria-label");
    expect(names.map((name) => name.slice(-9))).toEqual([
      expect.stringMatching(/ \(1 of 2\)$/),
      expect.stringMatching(/ \(2 of 2\)$/),
      expect.not.stringContaining(" of "),
      "Delete it",
    ]);
    expect(html).toContain(`${names[1] ?? ""}</h2>`);
  });

  test("at nothing offers to forbid a visit, for which the id is typed once more", async () => {
    const { html } = await portal([]).ask("appointment", FORM);
    expect(html).toContain("Nothing is held about it.");
    expect(html).toContain('aria-label="Forbid a video visit"');
    expect(typedIn(html, "again")).toBeDefined();
    expect(typedIn(html, "reason")).toContain("required");
    expect(html).toMatch(/name="connection" value="lamna".*name="appointment" value="1"/);
  });

  test("at what was deleted offers nothing", async () => {
    const { html } = await portal([TOMBSTONE]).ask("appointment", FORM);
    expect(html).not.toMatch(/<form|Of this one|Nothing is held/);
    expect((await portal([TOMBSTONE, VISIT_ROW]).ask("appointment", FORM)).html).toContain("Delete it");
  });

  test("for what is no appointment is not made", async () => {
    const { ask, done } = portal([VISIT_ROW]);
    const { status, html } = await ask("appointment", { connection: "gone", appointment: "a b" });
    expect([status, done]).toEqual([422, []]);
    expect(html).toContain("There is no connection with this id");
    expect(typedIn(html, "connection")).toContain('value="gone"');
    expect(typedIn(html, "appointment")).toContain('value="a b"');
    expect((await ask("deleteAppointment", { ...FORM, connection: "gone", reason: "r" })).status).toBe(422);
    expect(done).toEqual([]);
  });
});

describe("a deletion", () => {
  const fields = { ...FORM, reason: "  Asked for.  " };

  test("is told before and after, ends what Teams tells, and shows what is left", async () => {
    const { ask, done } = portal([VISIT_ROW], { subscribed: true });
    const page = await ask("deleteAppointment", fields);
    expect(done).toEqual([
      ["looked", ABOUT],
      ["during", "appointment.deleted", OBJECT, "Asked for.", ACTOR, 0],
      ["deleted", ABOUT],
      ["unsubscribed", "sub"],
      ["log", "appointment.deleted", { connection: "lamna" }],
      ["looked", ABOUT],
    ]);
    expect(page.status).toBe(200);
    expect(page.html).toContain("It is deleted");
    expect(page.html).not.toContain("<form");
  });

  test.each<readonly [string, readonly Holding[], object, readonly string[]]>([
    ["without a reason", [VISIT_ROW], { reason: " " }, ["Enter the reason. Nothing was deleted."]],
    ["of nothing without its id", [], {}, ["Enter the same id. Nothing was forbidden."]],
    ["of nothing with another id", [], { again: "2" }, ["Enter the same id. Nothing was forbidden."]],
    [
      "of nothing with neither",
      [],
      { reason: "" },
      ["Enter the same id. Nothing was forbidden.", "Enter the reason. Nothing was deleted."],
    ],
  ])("%s deletes nothing", async (_how, held, more, says) => {
    const { ask, done } = portal(held);
    const { status, html } = await ask("deleteAppointment", { ...fields, ...more });
    expect([status, done]).toEqual([422, [["looked", ABOUT]]]);
    expect([...html.matchAll(/Error: ([^<]*)/g)].map(([, text]) => text)).toEqual(says);
    // The reason is typed once.
    const { reason = "" } = { ...fields, ...more } as { readonly reason?: string };
    expect(attributesOf(html, "#reason", "value").join()).toBe(reason.trim());
  });

  test("of nothing with its id once more forbids a visit; of what is held no id is asked", async () => {
    const { ask, done } = portal([]);
    expect((await ask("deleteAppointment", { ...fields, again: "Appointment/1" })).status).toBe(200);
    expect(done).toContainEqual(["deleted", ABOUT]);
    const other = portal([VISIT_ROW]);
    expect((await other.ask("deleteAppointment", { ...fields, again: "other" })).status).toBe(200);
  });

  test("keeps four hundred characters of a reason", async () => {
    const { ask, done } = portal([VISIT_ROW]);
    await ask("deleteAppointment", { ...FORM, reason: "x".repeat(401) });
    expect(done[1]).toEqual(["during", "appointment.deleted", OBJECT, "x".repeat(400), ACTOR, 0]);
  });
});

describe("the page to ask on", () => {
  const options = (html: string) =>
    elementsOf(html, "option").map((one) => `${one.getAttribute("value") ?? ""} ${one.text}`);

  test("has the one connection filled in, and of several none", async () => {
    const one = await portal([]).ask("privacy");
    expect([one.status, typedIn(one.html, "connection")]).toEqual([
      200,
      expect.stringContaining('value="lamna"'),
    ]);
    const two = await portal([], { connections: ["a", "b"] }).ask("privacy");
    expect(typedIn(two.html, "connection")).not.toContain("value=");
    expect(options(two.html)).toEqual(["a Of a", "b Of b"]);
    expect(typedIn((await portal([], { connections: [] }).ask("privacy")).html, "connection")).not.toContain(
      "value=",
    );
    expect(one.html).not.toContain("Error:");
  });

  test("offers former addresses that no connection has now", async () => {
    const former = ["https://chart.example/r4/lamna", URL];
    const { html } = await portal([], { former }).ask("privacy");
    expect(options(html)).toEqual(["lamna Of lamna", `${URL} gone, which had this base URL`]);
  });

  test("offers the first hundred, and works where the store does not", async () => {
    const connections = Array.from({ length: 101 }, (_none, at) => "c" + String(at));
    expect(options((await portal([], { connections }).ask("privacy")).html)).toHaveLength(100);
    // What the last of them has is no former address, though it is not among those to choose from.
    const last = { connections, former: ["https://chart.example/r4/c100"] };
    expect(options((await portal([], last).ask("privacy")).html)).toHaveLength(100);
    const former = Array.from({ length: 101 }, (_none, at) => URL + String(at));
    expect(options((await portal([], { former }).ask("privacy")).html)).toHaveLength(101);
    expect(options((await portal([], { failing: true }).ask("privacy")).html)).toEqual(["lamna Of lamna"]);
  });
});

describe("what Teams tells of a deleted visit", () => {
  const of = (presence: () => Promise<unknown>, remove?: (id: string) => Promise<void>) => {
    const logged: string[] = [];
    const log = { error: (event: string) => logged.push(event) };
    const picks = { presences: { of: presence }, log, ...(remove && { callEvents: { remove } }) };
    return { logged, picks: picks as unknown as Parameters<typeof subscriptionOf>[0] };
  };
  const subscription = { id: "s", until: new Date(0) };

  test("is found where its row can be read", async () => {
    expect(await subscriptionOf(of(() => Promise.resolve({ subscription })).picks, VISIT)).toBe(subscription);
    expect(await subscriptionOf(of(() => Promise.resolve(undefined)).picks, VISIT)).toBeUndefined();
    expect(
      await subscriptionOf(of(() => Promise.reject(new UnreadableRecord("x"))).picks, VISIT),
    ).toBeUndefined();
    await expect(subscriptionOf(of(() => Promise.reject(new Error("down"))).picks, VISIT)).rejects.toThrow(
      "down",
    );
  });

  test("ends, or ends by itself where Graph fails", async () => {
    const removed: string[] = [];
    const good = of(
      () => Promise.resolve(undefined),
      (id) => Promise.resolve(void removed.push(id)),
    );
    await endSubscription(good.picks, subscription);
    await endSubscription(good.picks, undefined);
    await endSubscription(of(() => Promise.resolve(undefined)).picks, subscription);
    expect(removed).toEqual(["s"]);
    const failing = of(
      () => Promise.resolve(undefined),
      () => Promise.reject(new CallEventsFault("unavailable", "down")),
    );
    await endSubscription(failing.picks, subscription);
    expect(failing.logged).toEqual(["presence.not_ended"]);
    const bug = of(
      () => Promise.resolve(undefined),
      () => Promise.reject(new Error("a bug")),
    );
    await expect(endSubscription(bug.picks, subscription)).rejects.toThrow("a bug");
  });
});
