/** Records that are small rules by themselves: each by what it is given and gives, on a store of its own. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Trace } from "../../../app/records/traces.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import { StoreConflict, StoreFault, type Json, type Store } from "../../../app/ports/store.ts";
import { openAnswers } from "../../../app/records/answers.ts";
import { openClientStates } from "../../../app/records/clientStates.ts";
import { openDataRegions } from "../../../app/records/dataRegions.ts";
import type { TextingNow } from "../../../app/records/portalTexting.ts";
import { withReach } from "../../../app/records/reach.ts";
import { UnreadableRecord } from "../../../app/records/record.ts";
import { unsoundMembers } from "../../../app/records/soundVisit.ts";
import { staffOpened } from "../../../app/records/staffOpened.ts";
import { openTraces } from "../../../app/records/traces.ts";
import { tryToWrite } from "../../../app/records/trialRow.ts";
import { appointmentVisitId, consultVisitId } from "../../../app/records/visitIds.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-04T08:00:00Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);
const DAY_MS = 86_400_000;

describe("what Graph returns with each notification", () => {
  const states = openClientStates({ keyring });
  const visit = "AAAAAAAAAAAA-_Az" as VisitId;
  const other = "BBBBBBBBBBBBBBBB" as VisitId;

  test("names its visit where we made it, and no other", () => {
    const state = states.of(visit);
    expect(state).toMatch(/^AAAAAAAAAAAA-_Az\.[\w-]{22}$/);
    expect(states.visitOf(state)).toBe(visit);
    expect(states.of(other)).not.toContain(state.slice(-22));
  });

  test.each([
    ["another visit's proof", states.of(visit).replace(/^.{16}/, other)],
    ["no proof", visit + "."],
    ["a proof that is too long", states.of(visit) + "A"],
    ["something before it", " " + states.of(visit)],
    ["something around it", "x" + states.of(visit) + "x"],
    ["nothing", ""],
  ])("names none with %s", (_what, state) => {
    expect(states.visitOf(state)).toBeUndefined();
  });
});

describe("where data lies", () => {
  const told = (regions: readonly string[], region?: string, texts?: string) =>
    openDataRegions({ regions: () => regions }, region, texts)
      .told()
      .map((one) => [one.what, one.region]);

  test("is what Azure says of site, store and texts", () => {
    const texts = "https://visits.unitedstates.communication.azure.com/";
    expect(told(["East US", "West US"], "East US 2", texts)).toEqual([
      ["site", "East US 2"],
      ["store", "East US"],
      ["store", "West US"],
      ["texts and mails", "unitedstates"],
    ]);
  });

  test.each([
    "https://visits.communication.azure.com",
    "https://a.b.unitedstates.communication.azure.com",
    "https://visits.unitedstates.communication.azure.com.example",
    "https://visits.unitedstates.communication.azurexcom",
    "https://127.0.0.1:7443",
  ])("is not guessed where nothing says it: %s", (address) => {
    expect(told([], undefined, address)).toEqual([]);
  });
});

describe("whom messages may reach", () => {
  const reach = (current: object, number: string | undefined = "+18335550100") =>
    withReach(
      { mailSender: "visits" },
      {
        current: () => ({
          isLive: false,
          isAgreed: true,
          verification: "approved",
          unknown: { isLive: false, staff: false, textsPatientsOf: () => false },
          staff: { phones: ["+12025550123"], mails: ["Robin@lamna.example"] },
          textsPatientsOf: ({ id }: { id: string }) => id === "lamna",
          whyNotTexted: () => "chosen",
          ...current,
        }),
      } as unknown as TextingNow,
      () => number,
    );

  test("is listed staff alone before the pilot is over, in any case of a mail address; then everybody", () => {
    const pilot = reach({});
    for (const staff of ["+12025550123", "robin@LAMNA.example"])
      expect([pilot.isStaff(staff), pilot.mayReach(staff)], staff).toEqual([true, true]);
    for (const one of ["+12025550124", "robin@lamna.example.org", ""])
      expect([pilot.isStaff(one), pilot.mayReach(one)], one).toEqual([false, false]);
    const stranger = "+12025550124";
    expect([reach({ isLive: true }).mayReach(stranger), reach({ isLive: true }).isStaff(stranger)]).toEqual([
      true,
      false,
    ]);
    // Nobody can say whether the pilot is over: whoever asks for help is answered.
    expect(reach({ unknown: { isLive: true } }).mayReach(stranger)).toBe(true);
  });

  test("is by what is set at the moment of the question, beside the ways themselves", () => {
    let isLive = false;
    const ways = withReach(
      { mailSender: "visits" },
      { current: () => ({ isLive }) } as unknown as TextingNow,
      () => undefined,
    );
    expect([ways.mailSender, ways.number, ways.isLive]).toEqual(["visits", undefined, false]);
    isLive = true;
    expect(ways.isLive).toBe(true);
    const set = reach({});
    expect([set.number, set.isAgreed, set.unknown.staff, set.isApproved]).toEqual([
      "+18335550100",
      true,
      false,
      true,
    ]);
    expect(["lamna", "other"].map((id) => set.textsPatientsOf({ id } as never))).toEqual([true, false]);
    expect(set.whyNotTexted({ id: "other" } as never)).toBe("chosen");
  });

  test("by text is nobody while the carriers have not approved this very number", () => {
    expect(reach({ verification: "submitted" }).isApproved).toBe(false);
    expect(reach({ verifiedNumber: "+18335550100" }).isApproved).toBe(true);
    expect(reach({ verifiedNumber: "+18445550100" }).isApproved).toBe(false);
  });
});

describe("a visit's row", () => {
  const sound = {
    state: "open",
    start: "2027-01-04T08:00:00.000Z",
    end: "2027-12-31T23:59:59.999Z",
    people: [{ number: 0, generation: 0 }],
    joinUrl: "https://teams.example/j",
  };

  test.each(["open", "cancelled", "ended"])("that decides whether a link opens is sound: %s", (state) => {
    expect(unsoundMembers({ ...sound, state })).toEqual([]);
  });

  test.each<[keyof typeof sound, Json]>([
    ["state", null],
    ["state", "opened"],
    ["start", null],
    ["start", 5],
    ["start", "2027-01-04"],
    ["start", "2027-01-04T08:00:00Z"],
    ["start", "2027-13-04T08:00:00.000Z"],
    ["start", "2027-00-04T08:00:00.000Z"],
    ["start", "2027-01-32T08:00:00.000Z"],
    ["start", "2027-01-00T08:00:00.000Z"],
    ["start", "2027-01-04T24:00:00.000Z"],
    ["start", "2027-01-04T08:60:00.000Z"],
    ["start", "2027-01-04T08:00:60.000Z"],
    ["start", "x2027-01-04T08:00:00.000Z"],
    ["end", "2027-01-04T08:00:00.000Zx"],
    ["people", null],
    ["people", { number: 0, generation: 0 }],
    ["people", [{ number: 0, generation: 0 }, null]],
    ["people", ["0"]],
    ["people", [{ number: 0 }]],
    ["people", [{ generation: 0 }]],
    ["people", [{ number: 0.5, generation: 0 }]],
    ["people", [{ number: 0, generation: "0" }]],
    ["joinUrl", null],
    ["joinUrl", "javascript:alert(1)"],
    ["joinUrl", 5],
  ])("without a sound %s is told by that member: %j", (name, value) => {
    expect(unsoundMembers({ ...sound, [name]: value })).toEqual([name]);
  });

  test("is told by each of its members that is not sound", () => {
    expect(unsoundMembers({})).toEqual(["state", "start", "end", "people", "joinUrl"]);
  });
});

test("a visit's id is of its appointment and its server, whatever the connection is called, or of its consult", () => {
  const [one, other] = ["https://fhir.example/r4/one", "https://fhir.example/r4/other"] as [
    FhirBaseUrl,
    FhirBaseUrl,
  ];
  const ids = [
    appointmentVisitId(keyring, one, "a"),
    appointmentVisitId(keyring, one, "b"),
    appointmentVisitId(keyring, other, "a"),
    consultVisitId(keyring, "lamna", "a"),
    consultVisitId(keyring, "lamna", "b"),
    consultVisitId(keyring, "other", "a"),
    consultVisitId(keyring, one, "a"),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]{16}$/);
});

describe("that staff have opened a visit", () => {
  const visit = { id: "v" as VisitId, end: NOW, kind: "appointment" } as const;
  const noting = async (of: { kind: "appointment" | "consult" }, error?: Error) => {
    const [came, logged]: unknown[][] = [[], []];
    const staffCame = ({ id }: { id: string }, account: string) =>
      error === undefined ? Promise.resolve(void came?.push([id, account])) : Promise.reject(error);
    const log = { error: (...entry: unknown[]) => void logged?.push(entry) };
    await staffOpened({ log, presences: { staffCame } } as never, { ...visit, ...of }, "o-1");
    return [came, logged];
  };

  test("is noted of an appointment's visit", async () => {
    expect(await noting(visit)).toEqual([[["v", "o-1"]], []]);
    expect(await noting({ kind: "consult" })).toEqual([[], []]);
  });

  test("and cannot be noted keeps nobody out; a bug is no such thing", async () => {
    for (const error of [new StoreFault("away"), new UnreadableRecord("damaged")])
      expect(await noting(visit, error)).toEqual([[], [["visit.staff_not_noted", error]]]);
    const bug = new TypeError("a bug");
    await expect(noting(visit, bug)).rejects.toBe(bug);
  });
});

describe("whether the store takes writes", () => {
  const removing = (remove: Store["remove"]) => {
    const created: unknown[] = [];
    const store = {
      create: (container: string, item: object) => (
        created.push([container, item]),
        Promise.resolve({ etag: "e" })
      ),
      remove,
    } as unknown as Store;
    return { created, store };
  };

  test("is seen by a row as large as a session, that goes at once, or by itself in a minute", async () => {
    const removed: unknown[] = [];
    const { created, store } = removing((...asked) => Promise.resolve(void removed.push(asked)));
    await tryToWrite(store, NOW);
    const [[container, { id, partition, body, expiresAt }]] = created as [
      [string, { id: string; partition: string; body: object; expiresAt: Date }],
    ];
    expect([container, partition, expiresAt]).toEqual(["signIns", id, later(60_000)]);
    expect(JSON.stringify(body).length).toBeGreaterThan(4096);
    // It leads nobody anywhere, even if it stays.
    expect(body).toMatchObject({ used: true, cookie: "" });
    expect(removed).toEqual([["signIns", id, id, "e"]]);
  });

  test("is not doubted because the row had expired; a store that fails is told", async () => {
    await tryToWrite(removing(() => Promise.reject(new StoreConflict("gone"))).store, NOW);
    const away = new StoreFault("away");
    await expect(tryToWrite(removing(() => Promise.reject(away)).store, NOW)).rejects.toBe(away);
  });
});

test("a reply is answered once in each way for a number and a day, by whoever comes first", async () => {
  let now = NOW;
  const store = openSqliteStore({ file: ":memory:", now: () => now });
  onTestFinished(() => store.close());
  const answers = openAnswers({ store, keyring, now: () => now });
  const [number, day] = ["+12025550123", "2027-01-04"];
  const both = await Promise.all([answers.begin("help", number, day), answers.begin("help", number, day)]);
  expect(both.toSorted()).toEqual([false, true]);
  expect([
    await answers.begin("stopped", number, day),
    await answers.begin("help", "+12025550124", day),
    await answers.begin("help", number, "2027-01-05"),
  ]).toEqual([true, true, true]);
  now = later(3 * DAY_MS - 1);
  expect(await answers.begin("help", number, day)).toBe(false);
  // Whose number it is, nobody reads out of the row.
  const { items } = await store.changes("messages", 9);
  expect(JSON.stringify(items)).not.toContain("2025550123");
  now = later(3 * DAY_MS);
  expect(await answers.begin("help", number, day)).toBe(true);
  const away = new StoreFault("away");
  const failing = { create: () => Promise.reject(away) } as unknown as Store;
  await expect(
    openAnswers({ store: failing, keyring, now: () => now }).begin("help", number, day),
  ).rejects.toBe(away);
});

describe("a trace", () => {
  function opened() {
    let time = NOW.getTime();
    const now = () => new Date(time);
    const store = openSqliteStore({ file: ":memory:", now });
    onTestFinished(() => store.close());
    const logged: unknown[] = [];
    const log = { error: (event: string) => void logged.push(event) } as never;
    const traces = openTraces({ store, log, now });
    const ending = { flow: "provider", what: "GET /x", outcome: "unexpected", status: 500 };
    const kept = (act: () => void = () => undefined, more: object = {}) =>
      new Promise<void>((resolve) => {
        traces.during(() => {
          act();
          resolve(traces.keep({ ...ending, ...more }));
        });
      });
    const forward = (ms: number) => void (time += ms);
    const all = () => traces.list({ from: new Date(0), until: later(30 * DAY_MS), limit: 100 });
    return { store, traces, ending, kept, forward, all, logged };
  }
  const call = { host: "ehr.example", what: "GET Appointment", milliseconds: 9, requestIds: ["r"] };

  test("has what was asked, of whom and how it ended, and is found by its reference for a week", async () => {
    const { traces, ending, kept, forward, all } = opened();
    await kept(
      () => {
        traces.note(call);
        traces.about({ connection: "lamna" });
        traces.about({ launch: "l" });
        traces.note({ ...call, status: 200, tooLarge: true });
      },
      { reference: "0A1B2C3D" },
    );
    const { milliseconds, ...trace } = (await traces.of("0A1B2C3D")) ?? ({} as Trace);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(trace).toEqual({
      ...ending,
      reference: "0A1B2C3D",
      at: NOW.toISOString(),
      connection: "lamna",
      launch: "l",
      calls: [call, { ...call, status: 200, tooLarge: true }],
    });
    expect(await traces.of("0A1B2C3E")).toBeUndefined();
    forward(7 * DAY_MS - 1);
    expect(await all()).toHaveLength(1);
    forward(1);
    expect([await all(), await traces.of("0A1B2C3D")]).toEqual([[], undefined]);
  });

  test("without a reference gets one that people can read out; traces are listed newest first, by their span", async () => {
    const { traces, kept, forward, all } = opened();
    for (const launch of ["first", "second", "third"]) {
      await kept(() => {
        traces.about({ launch });
      });
      forward(1000);
    }
    expect((await all()).map(({ launch }) => launch)).toEqual(["third", "second", "first"]);
    for (const { reference } of await all()) expect(reference).toMatch(/^[0-9A-F]{8}$/);
    const some = await traces.list({ from: later(1000), until: later(2000), limit: 9 });
    expect(some.map(({ launch }) => launch)).toEqual(["second"]);
    expect(await traces.list({ from: new Date(0), until: later(5000), limit: 2 })).toHaveLength(2);
  });

  test("has the first sixty calls of a request that makes more", async () => {
    const { traces, kept, all } = opened();
    await kept(() => {
      for (let number = 0; number < 70; number++) traces.note({ ...call, milliseconds: number });
    });
    expect((await all())[0]?.calls.map(({ milliseconds }) => milliseconds)).toEqual(
      Array.from({ length: 60 }, (_none, number) => number),
    );
  });

  test("is of a request, and nothing else notes or keeps any", async () => {
    const { traces, ending, all } = opened();
    traces.note(call);
    traces.about({ launch: "l" });
    await traces.keep(ending);
    expect(await all()).toEqual([]);
  });

  test("that cannot be read, or kept, is logged, and hides no other", async () => {
    const { store, traces, ending, kept, all, logged } = opened();
    await kept(undefined, { reference: "AAAAAAAA" });
    await kept(undefined, { reference: "BBBBBBBB" });
    const row = await store.read("sessions", "traces", "trace-AAAAAAAA");
    if (row === undefined) throw new Error("no row");
    await store.replace("sessions", { ...row, body: { ...row.body, at: "" } }, row.etag);
    expect((await all()).map(({ reference }) => reference)).toEqual(["BBBBBBBB"]);
    expect(await traces.of("AAAAAAAA")).toBeUndefined();
    expect(logged).toEqual(["record.unreadable", "record.unreadable"]);
    // One that has this reference already.
    await kept(undefined, { reference: "BBBBBBBB", ...ending });
    expect(logged.at(-1)).toBe("trace.not_kept");
    const bug = { list: () => Promise.reject(new TypeError("a bug")) } as unknown as Store;
    const failing = openTraces({ store: bug, log: {} as never, now: () => NOW });
    await expect(failing.list({ from: NOW, until: NOW, limit: 1 })).rejects.toThrow("a bug");
  });
});
