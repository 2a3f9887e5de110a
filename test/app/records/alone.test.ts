/** Records that are small rules by themselves: each by what it is given and gives, on a store of its own. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Department } from "../../../app/domain/hospital.ts";
import type { Trace } from "../../../app/records/traces.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import { StoreConflict, StoreFault, type Json, type Store } from "../../../app/ports/store.ts";
import { openAnswers } from "../../../app/records/answers.ts";
import { openClientStates } from "../../../app/records/clientStates.ts";
import { containers } from "../../../app/records/containers.ts";
import { openDataRegions } from "../../../app/records/dataRegions.ts";
import { guideProgress, moveGuide, type GuideProgress } from "../../../app/records/guide.ts";
import { departmentOf, type PortalDepartment } from "../../../app/records/portalDepartments.ts";
import {
  openMessageRules,
  type MessageRulesNow,
  type PortalMessages,
} from "../../../app/records/portalMessages.ts";
import type { TextingNow } from "../../../app/records/portalTexting.ts";
import { withReach } from "../../../app/records/reach.ts";
import { UnreadableRecord } from "../../../app/records/record.ts";
import { SettingMoved, SettingTaken, type Change, type Settings } from "../../../app/records/settings.ts";
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
  const NONE_BOUGHT = { current: () => ({ number: undefined, isUnknown: false }) } as never;
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
      { said: number, bought: NONE_BOUGHT },
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
      { said: undefined, bought: NONE_BOUGHT },
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
  // Links that were handed out name it, so it is the same in every release.
  expect([ids[0], ids[3]]).toEqual(["LUhGBieTahGQfGDm", "A4r3dAYqt8CxzGDg"]);
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

describe("the guided set-up", () => {
  const at = (value?: GuideProgress, error?: Error) => {
    const done: unknown[] = [];
    const act =
      (name: string) =>
      (...given: unknown[]) =>
        error === undefined ? Promise.resolve(void done.push([name, ...given])) : Promise.reject(error);
    const settings = {
      read: () => Promise.resolve(value && { revision: 3, value }),
      add: act("add"),
      replace: act("replace"),
    } as unknown as Settings<GuideProgress>;
    return { settings, done };
  };
  const change = { actor: { kind: "program", name: "x" }, action: "x" } as unknown as Change;
  const OPEN: GuideProgress = { step: "texts", state: "open" };

  test("is where it was left", async () => {
    expect(await guideProgress(at().settings)).toBeUndefined();
    expect(await guideProgress(at(OPEN).settings)).toEqual(OPEN);
  });

  test.each<[GuideProgress | undefined, unknown[]]>([
    [undefined, [["add", change, "guide", OPEN]]],
    [OPEN, []],
    [{ ...OPEN, state: "left" }, [["replace", change, "guide", 3, OPEN]]],
    [{ ...OPEN, step: "review" }, [["replace", change, "guide", 3, OPEN]]],
  ])("is moved on from %j, and not where it is already", async (before, does) => {
    const { settings, done } = at(before);
    await moveGuide(settings, change, OPEN);
    expect(done).toEqual(does);
  });

  test("was moved by somebody else meanwhile: nothing is lost; whatever else fails is told", async () => {
    for (const error of [new SettingMoved(), new SettingTaken("guide")])
      for (const before of [undefined, { ...OPEN, step: "review" } as const])
        await moveGuide(at(before, error).settings, change, OPEN);
    const away = new StoreFault("away");
    await expect(moveGuide(at(undefined, away).settings, change, OPEN)).rejects.toBe(away);
  });
});

describe("a department of the portal", () => {
  const value = { name: "Ward", connection: "lamna", locations: ["1", "2", "3"] } as PortalDepartment;
  const ofStack = (connection: string, ...locations: string[]) =>
    ({ id: "clinic", connection, locations }) as unknown as Department;

  test.each<[string, Department[], string[] | undefined]>([
    ["has its locations", [], ["1", "2", "3"]],
    ["leaves those that the stack file has", [ofStack("lamna", "1", "3", "9")], ["2"]],
    ["keeps those of another chart's department", [ofStack("other", "1", "3")], ["1", "2", "3"]],
    ["is none where no location is left", [ofStack("lamna", "1", "2"), ofStack("lamna", "3")], undefined],
  ])("%s", (_what, stack, locations) => {
    expect(departmentOf("ward", value, stack)).toEqual(locations && { ...value, id: "ward", locations });
  });

  test("is none where the stack file has one with its id", () => {
    expect(departmentOf("clinic", value, [ofStack("other", "9")])).toBeUndefined();
  });
});

describe("what is set of messages", () => {
  const rules = async (value: PortalMessages | undefined, said?: object) => {
    let row = value;
    const settings = { read: () => Promise.resolve(row && { value: row }) } as never;
    const now = await openMessageRules({
      settings,
      environment: "production",
      said,
      log: { error: () => undefined },
    });
    return { now, set: (next: PortalMessages | undefined) => void (row = next) };
  };
  const all = ({ aheadDays, hours, byMail, words, connections }: MessageRulesNow) => ({
    aheadDays,
    hours,
    byMail,
    words,
    connections,
  });
  const DAY = { from: "08:00", to: "21:00" };
  const UNSET = { aheadDays: 14, hours: DAY, byMail: true, words: [], connections: [] };
  const WORDS = [{ kind: "reminder", language: "en", text: "x" }] as const;

  test("is the usual where nothing is, and what the portal or, before it, the stack file says", async () => {
    expect(all((await rules(undefined)).now)).toEqual(UNSET);
    const hours = { from: "09:00", to: "17:00" };
    const set = { aheadDays: 3, hours, byMail: false, words: [...WORDS] };
    expect(all((await rules(set)).now)).toEqual({ ...UNSET, ...set });
    const { now } = await rules(set, { aheadDays: 5 });
    expect([all(now), now.said]).toEqual([{ ...UNSET, ...set, aheadDays: 5 }, { aheadDays: 5 }]);
    expect((await rules({ hours, allHours: true })).now.hours).toBe("always");
    expect((await rules({ hours, allHours: false })).now.hours).toEqual(hours);
  });

  test("has reminders of a connection only where there are some", async () => {
    const connections = [
      { connection: "a", remindMinutesBefore: [60, 1440] },
      { connection: "b", remindMinutesBefore: [] },
      { connection: "c", kinds: ["reminder" as const] },
    ];
    expect((await rules({ connections })).now.connections).toStrictEqual([
      { connection: "a", remindMinutesBefore: [60, 1440] },
      { connection: "b" },
      { connection: "c", kinds: ["reminder"] },
    ]);
  });

  test("is read anew when it is asked for", async () => {
    const { now, set } = await rules({ aheadDays: 3 });
    set({ aheadDays: 9 });
    expect(now.aheadDays).toBe(3);
    await now.refresh();
    expect(now.aheadDays).toBe(9);
    set(undefined);
    await now.refresh();
    expect(all(now)).toEqual(UNSET);
  });
});

test("single rows expire in these containers, and in no other", () => {
  const [some, none] = [true, false].map((is) =>
    containers.filter(({ ttl }) => ttl === is).map(({ name }) => name as string),
  );
  expect(none?.toSorted()).toEqual(["keys", "signInAddresses", "staffAccounts", "ticks"]);
  expect(some).toEqual(expect.arrayContaining(["visits", "messages", "usage", "sessions", "settings"]));
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
