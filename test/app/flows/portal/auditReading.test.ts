/** How the audit trail is read, shown and exported, without a deployment: pages, filters, files, and what an event says. */
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Request, Response } from "express";
import { describe, expect, test } from "vitest";
import {
  chained,
  EMPTY_CHAIN,
  type AuditEntry,
  type AuditEvent,
  type MemberChange,
} from "../../../../app/domain/auditChain.ts";
import { auditPageOf, sendAudit } from "../../../../app/flows/portal/audit.ts";
import { peopleIn, shownChanges } from "../../../../app/flows/portal/auditShown.ts";
import { jsonLog } from "../../../../app/log.ts";
import type { Audit, Commit, EventQuery } from "../../../../app/records/audit.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { CSV_START } from "../../../../app/web/csv.ts";

const PERSON = "7d0c5a1e-0000-4000-8000-00000000aaaa";
const OTHER = "7d0c5a1e-0000-4000-8000-00000000bbbb";
const ENTRY: AuditEntry = {
  at: "2026-11-29T08:15:40.123Z",
  actor: { kind: "person", objectId: PERSON },
  action: "connection.added",
  object: { kind: "connection", id: "lamna" },
  changes: [],
};

const directory: Parameters<typeof auditPageOf>[0]["directory"] = {
  account: (named) =>
    Promise.resolve(
      named === "alex@lamna.example"
        ? { objectId: PERSON, displayName: "Alex", userName: named }
        : named.startsWith("silent")
          ? "not-told"
          : "unknown",
    ),
};

/** A trail of so many events; each `every`-th is another one's. */
function trail(count: number, every = 0, other: Partial<AuditEntry> = { action: "x.other" }) {
  const events = chained(
    EMPTY_CHAIN,
    Array.from({ length: count }, (_none, at) =>
      every > 0 && (at + 1) % every === 0 ? { ...ENTRY, ...other } : ENTRY,
    ),
  );
  const asked: EventQuery[] = [];
  const audit: Pick<Audit, "events"> = {
    events: (query) => {
      asked.push(query);
      const { before = Infinity, limit } = query;
      return Promise.resolve(
        events
          .filter(({ number }) => number < before)
          .toReversed()
          .slice(0, limit),
      );
    },
  };
  const page = (query = "") =>
    auditPageOf({ audit, directory }, { originalUrl: "/portal/audit" + query } as unknown as Request);
  return { asked, page };
}
const numbers = (events: readonly AuditEvent[]) => events.map(({ number }) => number);

describe("a page of the trail", () => {
  test.each([
    [0, "", [], undefined, 0],
    [1, "", [1], undefined, 1],
    [49, "", [49, 1], undefined, 49],
    // Whether there is an older one is not known before it is asked for, but of number 1, which is the first.
    [50, "", [50, 1], undefined, 50],
    [51, "", [51, 2], 2, 50],
    [300, "?before=52", [51, 2], 2, 50],
    [300, "?before=51", [50, 1], undefined, 50],
    [300, "?before=1", [], undefined, 0],
    [300, "?before=0", [300, 251], 251, 50],
    [300, "?before=-1", [300, 251], 251, 50],
    [300, "?before=1.5", [300, 251], 251, 50],
    [300, "?before=x", [300, 251], 251, 50],
  ])(
    "of %i by %j has the events %j, and goes on before %s after %i",
    async (count, query, ends, before, looked) => {
      const page = await trail(count).page(query);
      const all = numbers(page.events);
      expect([all.length === 1 ? all : [all.at(0), all.at(-1)].filter((one) => one !== undefined)]).toEqual([
        ends,
      ]);
      expect([page.before, page.looked]).toEqual([before, looked]);
      expect("before" in page).toBe(before !== undefined);
    },
  );

  test("of a rare kind is looked for among two thousand, and then goes on from there", async () => {
    const { page, asked } = trail(3_000, 1_500);
    const first = await page("?action=x.");
    expect([numbers(first.events), first.before, first.looked]).toEqual([[3_000, 1_500], 1_001, 2_000]);
    expect(asked.length).toBe(8);
    expect(asked.slice(0, 2)).toEqual([{ limit: 250 }, { limit: 250, before: 2_751 }]);
    const second = await page("?action=x.&before=1001");
    expect([numbers(second.events), second.before, second.looked]).toEqual([[], undefined, 1_000]);
  });

  test("of the fiftieth that fits ends there", async () => {
    const page = await trail(600, 10).page("?action=x.");
    expect([page.events.length, page.events.at(-1)?.number, page.before, page.looked]).toEqual([
      50, 110, 110, 491,
    ]);
  });

  const OTHERS: AuditEntry["actor"] = { kind: "person", objectId: OTHER };
  const PROGRAM: AuditEntry["actor"] = { kind: "program", name: "Retention" };
  test.each([
    ["?action=connection.", {}, true],
    ["?action=connection.added", {}, true],
    ["?action=added", {}, false],
    ["?action=connection.added.more", {}, false],
    ["?object=lamna", {}, true],
    ["?object=lam", {}, false],
    ["?object=lamna", { object: { kind: "connection" } }, false],
    ["?object=", { object: { kind: "connection" } }, true],
    ["?actor=" + PERSON, {}, true],
    ["?actor=" + PERSON.toUpperCase(), {}, true],
    ["?actor=" + OTHER, {}, false],
    ["?actor=Retention", { actor: PROGRAM }, true],
    ["?actor=retention", { actor: PROGRAM }, true],
    ["?actor=alex@lamna.example", {}, true],
    ["?actor=alex@lamna.example", { actor: OTHERS }, false],
    ["?object=LAMNA%20", {}, true],
    ["?object=lamna", { object: { kind: "proposal", id: "connection.lamna" } }, true],
    ["?object=connection.lamna", { object: { kind: "proposal", id: "connection.lamna" } }, true],
    ["?object=lamna", { object: { kind: "connection", id: "connection.lamna" } }, false],
    ["?actor=%20lamna%20&object=%20lamna%20", {}, false],
    ["?object=%20lamna%20", {}, true],
    ["?action=connection.&object=lamna&actor=" + OTHER, {}, false],
    ["?object=" + "x".repeat(101), {}, true],
    ["?object=" + "x".repeat(100), {}, false],
  ])("by %s has %j: %s", async (query, entry, is) => {
    const page = await trail(1, 1, entry).page(query);
    expect(page.events).toHaveLength(is ? 1 : 0);
  });

  test.each([
    ["?actor=nobody@lamna.example", "The directory knows no account nobody@lamna.example."],
    ["?actor=silent@lamna.example", "The directory did not say whose sign-in name that is."],
    ["?actor=Alex", "Nothing was found by who did it. Enter a sign-in name or an object id"],
    ["?object=Lamna%20Sleep", "No id has a blank"],
    ["?object=other", undefined],
    ["?actor=" + OTHER, undefined],
    ["?object=lamna", undefined],
  ])("by %s says why nothing is found by it: %s", async (query, says) => {
    const { fault } = await trail(1).page(query);
    if (says === undefined) expect(fault).toBeUndefined();
    else expect(fault).toContain(says);
  });

  test("says by what it was filtered", async () => {
    expect((await trail(1).page("?action=a&object=%20b&actor=c&more=d")).filter).toEqual({
      action: "a",
      object: "b",
      actor: "c",
    });
    expect((await trail(1).page()).filter).toEqual({ action: "", object: "", actor: "" });
  });
});

describe("an export", () => {
  const EVENTS = chained(EMPTY_CHAIN, [
    {
      ...ENTRY,
      changes: [
        { member: "name", to: "Lamna" },
        { member: "live", from: "true" },
        { member: "phone", from: "a", to: "b" },
      ],
      reason: "because",
      act: { id: "act-1", phase: "done" },
    },
    { ...ENTRY, actor: { kind: "program", name: "retention" }, object: { kind: "audit" } },
    ENTRY,
  ]);
  /** @param head how many of the events there were when the head was read */
  async function exported(as: "csv" | "json", head = EVENTS.length, failure?: Error) {
    const told: unknown[] = [];
    const audit = {
      commit: async (plan: () => Promise<Commit | undefined>) => void told.push(await plan()),
      head: () => Promise.resolve(EVENTS[head - 1] ?? EMPTY_CHAIN),
      inOrder: async function* () {
        for (const event of EVENTS) yield await Promise.resolve(event);
        if (failure !== undefined) throw failure;
      },
    } as unknown as Audit;
    const logged: string[] = [];
    const log = jsonLog(
      (line) => logged.push((JSON.parse(line) as { event: string }).event),
      () => new Date(0),
    );
    const headers: unknown[] = [];
    const response = Object.assign(new PassThrough(), {
      status: (status: number) => (headers.push(status), response),
      attachment: (name: string) => (headers.push(name), response),
      type: (type: string) => (headers.push(type), response),
    });
    const session = { administrator: { objectId: PERSON } } as PortalSession;
    const asked = { request: {} as unknown as Request, response: response as unknown as Response, session };
    // A decoder would leave the byte order mark out.
    const body = buffer(response).then(String, () => "cut off");
    await sendAudit({ audit, log }, asked, as);
    return { told, headers, logged, body: await body };
  }
  const event = (as: string) => ({
    writes: [],
    entries: [
      {
        actor: { kind: "person", objectId: PERSON },
        action: "audit.exported",
        object: { kind: "audit", id: as },
        changes: [],
      },
    ],
  });

  test("as CSV has a line for each event, and who took it is told first", async () => {
    const { told, headers, body } = await exported("csv");
    expect([told, headers]).toEqual([[event("csv")], [200, "audit.csv", "text/csv"]]);
    const [one, two, three] = EVENTS;
    expect(body).toBe(
      CSV_START +
        [
          "Number,Time (UTC),Who,Action,Of,Id,Changes,Reason,Phase,Act,Previous,Hash",
          `1,${ENTRY.at},${PERSON},connection.added,connection,lamna,name: (none) -> Lamna; live: true -> (none); phone: a -> b,because,done,act-1,,${one?.hash ?? ""}`,
          `2,${ENTRY.at},retention,connection.added,audit,,,,,,${one?.hash ?? ""},${two?.hash ?? ""}`,
          `3,${ENTRY.at},${PERSON},connection.added,connection,lamna,,,,,${two?.hash ?? ""},${three?.hash ?? ""}`,
          "",
        ].join("\r\n"),
    );
  });

  test("as JSON ends with the event that was the last when it began", async () => {
    const whole = await exported("json");
    expect([whole.told, whole.headers]).toEqual([[event("json")], [200, "audit.json", "application/json"]]);
    const head = (at: number) => ({ number: at + 1, hash: EVENTS[at]?.hash });
    expect(JSON.parse(whole.body)).toEqual({ head: head(2), events: EVENTS });
    // One event a line, so that people and line tools can read it.
    expect(whole.body.split("\n")).toHaveLength(EVENTS.length + 3);
    const earlier = await exported("json", 2);
    expect(JSON.parse(earlier.body)).toEqual({ head: head(1), events: EVENTS.slice(0, 2) });
    expect(JSON.parse((await exported("json", 0)).body)).toEqual({ head: EMPTY_CHAIN, events: [] });
    expect(whole.logged).toEqual([]);
  });

  test("that cannot be read to its end is cut off, and the log says so", async () => {
    const { logged, body } = await exported("json", 3, new Error("the store is down"));
    expect([logged, body]).toEqual([["audit.export_ended"], "cut off"]);
  });
});

describe("an event says", () => {
  const names = new Map([[PERSON, "Alex Romero"]]);
  const shown = (changes: readonly MemberChange[], actor: AuditEntry["actor"] = ENTRY.actor) =>
    shownChanges({ ...ENTRY, number: 1, previous: "", hash: "", actor, changes }, names).map(
      ({ member, says }) => member + ": " + says,
    );

  test.each<readonly [string, readonly MemberChange[], readonly string[]]>([
    ["what came", [{ member: "name", to: "A" }], ["Name: A"]],
    ["what went", [{ member: "name", from: "A" }], ["Name: A (taken away)"]],
    ["what became what", [{ member: "live", from: "false", to: "true" }], ["Patients get texts: no → yes"]],
    ["who it was", [{ member: "account", to: PERSON }], [`Account: Alex Romero (${PERSON})`]],
    [
      "who it was, without a name",
      [{ member: "account", to: OTHER }],
      [`Account: name not known (${OTHER})`],
    ],
    [
      "all of several people",
      [{ member: "organizers", from: JSON.stringify([OTHER]), to: JSON.stringify([PERSON, OTHER, "x"]) }],
      [
        `Accounts that own its meetings: name not known (${OTHER}) → Alex Romero (${PERSON}), name not known (${OTHER})`,
      ],
    ],
    [
      "who consented",
      [{ member: "consents.sendOnBehalf.by", to: PERSON }],
      [`Consent to send on behalf: by: Alex Romero (${PERSON})`],
    ],
    ["no person where none is", [{ member: "account", to: "nobody" }], ["Account: nobody"]],
    ["no person where the member is of none", [{ member: "name", to: PERSON }], ["Name: " + PERSON]],
    ["no person where it only sounds like one", [{ member: "standby", to: PERSON }], ["standby: " + PERSON]],
    ["no person where there is more besides", [{ member: "by.x", to: PERSON }], ["by.x: " + PERSON]],
    ["no person in a longer text", [{ member: "account", to: PERSON + "0" }], [`Account: ${PERSON}0`]],
    ["no person after a text", [{ member: "account", to: "0" + PERSON }], [`Account: 0${PERSON}`]],
  ])("%s", (_what, changes, says) => {
    expect(shown(changes)).toEqual(says);
  });

  const PROPOSED: readonly MemberChange[] = [
    { member: "action", to: "department.edited" },
    { member: "by", to: PERSON },
    { member: "reason", to: "because" },
    { member: "of.kind", to: "department" },
    { member: "of.before.name", to: "One" },
    { member: "of.after.name", to: "Two" },
    { member: "of.before.phone", to: "same" },
    { member: "of.after.phone", to: "same" },
    { member: "of.before.nameEs", to: "Uno" },
    { member: "of.after.lobby", to: "staff" },
  ];
  const DIFFERS = [
    "Name: One → Two",
    "Name in Spanish: Uno (taken away)",
    "Who enters without waiting: staff",
  ];
  test("of a proposal what would differ, and by whom it was proposed where somebody else acts on it", () => {
    const action = "What it would do: Edit a department";
    expect(shown(PROPOSED)).toEqual([action, ...DIFFERS]);
    const by = `Proposed by: Alex Romero (${PERSON})`;
    expect(shown(PROPOSED, { kind: "person", objectId: OTHER })).toEqual([action, by, ...DIFFERS]);
    expect(shown(PROPOSED, { kind: "program", name: PERSON })).toEqual([action, by, ...DIFFERS]);
    const gone = PROPOSED.map(({ member, to = "" }) => ({ member, from: to }));
    const byThen = by + " (taken away)";
    expect(shown(gone, { kind: "program", name: "approvals" })).toEqual([action, byThen, ...DIFFERS]);
    expect(shown(PROPOSED.filter(({ member }) => member !== "action"))).toEqual(DIFFERS);
  });

  test("of a proposal that replaces another, what left a very long list and what came into it", () => {
    const list = "locations (what differs)";
    const words = "Locations, what was taken out and what came in: ";
    const of = (side: string) => ({ member: `of.${side}.${list}`, from: '["a"]', to: '["b"]' });
    expect(shown([of("after")])).toEqual([words + "a → b"]);
    expect(shown([of("before"), of("after")])).toEqual([words + "a → b"]);
    expect(shown([of("before")])).toEqual([words + "b → a"]);
  });

  test("whose names are asked for: who acts, and whoever its values name", () => {
    const event = (actor: AuditEntry["actor"], changes: readonly MemberChange[]) => ({
      ...{ ...ENTRY, number: 1, previous: "", hash: "" },
      actor,
      changes,
    });
    expect(
      peopleIn([
        event(ENTRY.actor, [{ member: "account", from: OTHER, to: "nobody" }]),
        event({ kind: "program", name: OTHER }, [
          { member: "organizers", to: JSON.stringify([PERSON, "x"]) },
          { member: "name", to: OTHER },
        ]),
      ]),
    ).toEqual([PERSON, OTHER, PERSON]);
  });
});
