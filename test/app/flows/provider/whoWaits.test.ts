/** Who waits, as far as Teams has told, who is told of it on open pages, and what "running late" says before it is said. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { following, shownNow, type Follower } from "../../../../app/flows/provider/followed.ts";
import type { ProviderParts } from "../../../../app/flows/provider/parts.ts";
import { optionalParts } from "../../../../app/flows/provider/optional.ts";
import { latenessOf } from "../../../../app/flows/provider/runningLate.ts";
import {
  isBehind,
  sharing,
  waitingIn,
  waitingOf,
  type Waiting,
} from "../../../../app/flows/provider/waiting.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import type { Message } from "../../../../app/records/messages.ts";
import type { Watched } from "../../../../app/records/presenceRow.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { launched } from "../../../harness/launched.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import { textsOf } from "../../../harness/html.ts";

const MINUTE = 60_000;
const NOW = new Date("2026-12-01T16:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE);

let at: ReturnType<typeof launched>;
beforeEach(() => {
  at = launched();
});
afterEach(() => at.close());

describe("whether a text goes out when running late is said", () => {
  const messaging = {
    ...{ number: "+18335550100", isApproved: true, isAgreed: true, textsPatientsOf: () => true },
    ...{ isLive: true, isStaff: () => false },
    ...{ unknown: NOTHING_UNKNOWN, whyNotTexted: () => "not-said" },
  };
  const session = (system: object | undefined) =>
    ({ connection: { id: "lamna", system } }) as unknown as Session;
  const asked = async (
    change: object | undefined,
    system: object | undefined = { clientId: "c" },
    more: object = {},
    seen: {
      patient?: object | string;
      appointment?: object | "not-read";
      sending?: object;
      visit?: object;
    } = {},
  ) => {
    const visit = { ...(await at.booked()), start: ago(-10), end: ago(-40), ...seen.visit };
    const parts = at.withParts({
      now: () => NOW,
      messaging: change && { ...messaging, ...change },
      messageRules: { hours: { from: "08:00", to: "21:00" } },
      foundVisits: { byId: () => Promise.resolve({ standing: "on" }) },
      ...more,
    });
    const [open, sending] = [openOf(visit, seen), { ...SENDING, ...seen.sending }];
    return latenessOf(parts, session(system), open, sending);
  };
  const openOf = (
    visit: Visit,
    seen: { patient?: object | string; appointment?: object | "not-read" } = {},
  ) =>
    ({
      visit,
      patient: typeof seen.patient === "string" ? seen.patient : { ...PATIENT, ...seen.patient },
      ...(seen.appointment !== "not-read" && {
        appointment: { patients: ["p-a"], isVideo: true, status: "booked", ...seen.appointment },
      }),
    }) as unknown as Parameters<typeof latenessOf>[2];
  const PATIENT = { id: "p-a", replaced: [], textNumber: "+13125550123", hints: [] };
  const SENDING = { sent: [], chart: { isStopped: false } };
  const is = (texted: string) => ({ kind: "can-be-said", texted });
  const whereUnknown = (change: object, more: object = {}) => ({
    ...{ unknown: { ...NOTHING_UNKNOWN, ...change }, ...more },
  });

  test.each<[string, object | undefined, string]>([
    ["may be sent", {}, "yes"],
    ["are not sent at all", undefined, "no"],
    ["have no number", { number: undefined }, "no"],
    ["are not approved", { isApproved: false }, "no"],
    ["are not for this chart's patients", { textsPatientsOf: () => false }, "no"],
    [
      "are for nobody knows whom",
      whereUnknown({ textsPatientsOf: () => true }, { textsPatientsOf: () => false, isAgreed: false }),
      "unknown",
    ],
    ["have a number that nobody can read", whereUnknown({ number: true }, { number: undefined }), "unknown"],
    ["are perhaps a pilot's", whereUnknown({ isLive: true }, { isLive: false }), "unknown"],
    ["are a pilot's", { isLive: false }, "staff"],
    [
      "are not approved, whoever they are for",
      whereUnknown({ textsPatientsOf: () => true }, { isApproved: false }),
      "no",
    ],
  ])("where texts %s", async (_what, change, texted) => {
    expect(await asked(change)).toEqual(is(texted));
  });

  test("of a test chart, and in a test deployment, to listed staff alone", async () => {
    expect(await asked({}, undefined, { environment: "test" })).toEqual(is("staff"));
    expect(await asked({ isLive: false }, undefined, { environment: "test" })).toEqual(is("staff"));
    expect(await asked({}, undefined, { environment: "production" })).toEqual(is("yes"));
  });

  test("where what is set of messages cannot be read, nobody can say, as the hours are not known either", async () => {
    const hours = { from: "08:00", to: "21:00" };
    const unread = (more: object) => ({ messageRules: { hours, isUnknown: true, ...more } });
    expect(await asked({}, undefined, unread({}))).toEqual(is("unknown"));
    expect(await asked({}, undefined, unread({ hours: { from: "20:00", to: "21:00" } }))).toEqual(
      is("unknown"),
    );
    expect(await asked({ number: undefined }, undefined, unread({}))).toEqual(is("no"));
  });

  const late = (...states: Message["state"][]) => states.map((state) => ({ kind: "late", state }) as Message);
  const find = (byId: () => Promise<unknown>) => ({ foundVisits: { byId } });
  const found = (standing?: string) => find(() => Promise.resolve(standing && { standing }));
  test.each<[what: string, texted: string, seen: Parameters<typeof asked>[3], more?: object]>([
    ["its messages are held back", "held", { visit: { held: NOW }, appointment: { isDeclined: true } }],
    ["it is of two patients", "several-patients", { appointment: { patients: ["p-a", "p-b"] } }],
    ["it is not found", "not-found", {}, found()],
    ["it was cancelled when it was found last", "not-found", {}, found("cancelled")],
    ["it is in person by now", "not-found", { appointment: { isVideo: false } }],
    ["the patient has declined", "declined", { appointment: { isDeclined: true } }],
    ["the patient has died", "deceased", { patient: { gone: "deceased" } }],
    ["the record is not in use", "inactive", { patient: { gone: "inactive" } }],
    ["the record was replaced by nobody knows which", "replaced", { patient: { gone: "replaced" } }],
    ["nothing is to be written", "preference", { patient: { prefers: "other" } }],
    ["mails are preferred", "prefers-mail", { patient: { prefers: "mail" } }],
    ["texts are preferred", "yes", { patient: { prefers: "text" } }],
    ["the chart has no mobile number", "no-mobile", { patient: { textNumber: undefined } }],
    ["the number has ended texts", "opted-out", { sending: { chart: { isStopped: true } } }],
    ["three have gone", "late-often", { sending: { sent: late("accepted", "delivered", "begun") } }],
    ["two have gone", "yes", { sending: { sent: late("accepted", "failed", "withheld", "begun") } }],
  ])("nor where it is known that none goes for this visit: %s", async (_what, texted, seen, more) => {
    expect(await asked({}, undefined, more, seen)).toMatchObject(is(texted));
    const isPilot = await asked({ isLive: false }, undefined, more, seen);
    expect(isPilot).toMatchObject(is(texted === "yes" ? "staff" : texted));
    expect(await asked(undefined, undefined, more, seen)).toMatchObject(is("no"));
  });

  const damaged = find(() => Promise.reject(new UnreadableRecord("it is damaged")));
  test.each<[what: string, seen: Parameters<typeof asked>[3], more?: object]>([
    ["the patient's record", { patient: "not-read" }],
    ["whether the number has ended texts", { sending: { chart: { isStopped: true, isStopUnknown: true } } }],
    ["the status", { appointment: { status: "unknown" } }],
    ["whether it was found", {}, damaged],
    ["the chart, so the visit is shown as it is kept", { patient: "not-read", appointment: "not-read" }],
  ])("nobody can say where it cannot be read: %s", async (_what, seen, more) => {
    expect(await asked({}, undefined, more, seen)).toEqual(is("unknown"));
  });

  test("listed staff get theirs, in the pilot and in test", async () => {
    const pilot = { isLive: false, isStaff: (number: string) => number === PATIENT.textNumber };
    expect(await asked(pilot)).toEqual(is("yes"));
    expect(await asked(pilot, undefined, { environment: "test" })).toEqual(is("yes"));
  });

  test("at night none is sent, whatever is unknown", async () => {
    const messageRules = { hours: { from: "20:00", to: "21:00" } };
    expect(await asked(whereUnknown({ isLive: true }), undefined, { messageRules })).toEqual(is("no"));
  });

  test("nor where the chart is not read without a person, or the department is gone", async () => {
    expect(
      await latenessOf(
        at.withParts({ now: () => NOW, messaging }),
        { connection: { id: "lamna" } } as Session,
        openOf({ ...(await at.booked()), start: ago(-10), end: ago(-40) }),
        SENDING,
      ),
    ).toEqual(is("no"));
    const hospital = {
      visitRules: at.parts.hospital.visitRules,
      department: () => Promise.resolve(undefined),
    };
    expect(await asked({}, { clientId: "c" }, { hospital })).toEqual(is("no"));
  });

  test("nor is it asked where the chart says that the visit is completed: that can be taken back alone", async () => {
    const completed = openOf(await at.booked(), { appointment: { status: "fulfilled" } });
    expect(await latenessOf(at.parts, session({}), completed, SENDING)).toEqual({ kind: "not-now" });
    const late = { ...completed, visit: { ...completed.visit, late: at.now() } };
    expect(await latenessOf(at.parts, session({}), late, SENDING)).toMatchObject({ kind: "said" });
  });

  test("nor is it asked where it was said already, or means nothing", async () => {
    const visit = await at.booked();
    const lateness = (change: Partial<Visit>) =>
      latenessOf(at.parts, session({}), openOf({ ...visit, ...change }), SENDING);
    const since = at.now();
    expect(await lateness({ late: since })).toEqual({ kind: "said", since, until: at.inMinutes(60) });
    expect(await lateness({ state: "ended" })).toEqual({ kind: "not-now" });
    await at.parts.presences.tell(
      visit,
      { kind: "roster", at: at.now(), people: [{ id: "p", look: "staff", whereabouts: "in" }] },
      at.now(),
    );
    expect(await lateness({ late: since })).toMatchObject({ kind: "can-be-said" });
  });
});

describe("who waits", () => {
  const VISITS = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
  const people: Watched["people"] = (["lobby", "in", "left"] as const).map((whereabouts, index) => ({
    key: whereabouts,
    look: "outside",
    moments: [{ at: ago(5 - index), whereabouts }],
  }));
  const told = { id: "s", until: ago(-60) };
  const of = (
    watched: Partial<Watched> | undefined,
    {
      now = NOW,
      callEvents = {},
      isUnread = false,
      ...change
    }: Partial<Visit> & { now?: Date; callEvents?: object | undefined; isUnread?: boolean } = {},
  ) => {
    const visit = {
      id: "v",
      kind: "appointment",
      state: "open",
      start: ago(10),
      end: ago(-20),
      meeting: {},
      people: [],
      ...change,
    };
    const parts = { callEvents, hospital: { visitRules: VISITS }, now: () => now } as unknown as Parameters<
      typeof waitingOf
    >[0];
    const row = watched && { people: [], ends: [], ...watched };
    return waitingOf(parts, visit as unknown as Visit, row, isUnread);
  };
  const seen = (waiting: ReturnType<typeof of>) =>
    "people" in waiting ? waiting.people.map(({ whereabouts }) => whereabouts) : [];

  test("is off where Teams is not asked", () => {
    expect(waitingOf({ hospital: {}, now: () => NOW } as never, {} as Visit, undefined, false)).toEqual({
      kind: "off",
    });
  });

  test("is not known before its time, and asked for then", () => {
    const start = ago(-46);
    expect(of(undefined, { start })).toEqual({ kind: "not-yet", from: ago(-1) });
    expect(of(undefined, { start: ago(-45) })).toEqual({ kind: "soon" });
    expect(of({}, { start: ago(-45) })).toEqual({ kind: "soon" });
    expect(of({ trouble: "limit" })).toEqual({ kind: "unavailable", reason: "limit" });
    expect(of({ trouble: "limit", subscription: told })).toEqual({
      kind: "told",
      people: [],
      isPatient: false,
    });
  });

  test("is shown as far as Teams has told, whatever goes wrong now", () => {
    const heard = ago(1);
    expect(of({ people, heard, subscription: told })).toMatchObject({ kind: "told", heard });
    expect(of({ people, heard, subscription: told })).not.toHaveProperty("trouble");
    expect(of({ people, trouble: "limit" })).toMatchObject({ kind: "told", trouble: "limit" });
    expect(of({ people, trouble: "limit", subscription: { ...told, until: NOW } })).toHaveProperty("trouble");
    expect(of({ people })).not.toHaveProperty("heard");
    expect(of({ people }, { isUnread: true })).toHaveProperty("isBehind", true);
    expect(of({ people })).not.toHaveProperty("isBehind");
    const opened = [{ number: 0, role: "patient", generation: 0, opened: ago(6) }] as const;
    expect(of({ people: people.slice(0, 1) }, { people: opened })).toMatchObject({ isPatient: true });
  });

  test("has a gap where something was lost since the watching began, and nobody was out after it", () => {
    const gap = (when: Date, ends: Date[] = []) => of({ people, gap: when, ends });
    expect(gap(ago(3))).toHaveProperty("gap", ago(3));
    expect(gap(ago(55))).toHaveProperty("gap");
    expect(gap(ago(56))).not.toHaveProperty("gap");
    expect(gap(ago(3), [ago(4)])).toHaveProperty("gap");
    expect(gap(ago(3), [ago(3)])).not.toHaveProperty("gap");
    expect(gap(ago(3), [ago(2)])).not.toHaveProperty("gap");
  });

  test.each(["ended", "cancelled"] as const)("of a visit that is %s is whoever did not leave", (state) => {
    const over = of({ people, heard: ago(1), subscription: told }, { state });
    expect([over, seen(over).toSorted()]).toMatchObject([
      { kind: "over", because: state, isTold: true, heard: ago(1) },
      ["in", "lobby"],
    ]);
    expect(of(undefined, { state })).toEqual({ kind: "over", because: state, isTold: false, people: [] });
  });

  test("of a visit whose links have closed is whoever is in, and who knocks as long as Teams tells", () => {
    const closed = new Date(ago(-20).getTime() + 240 * MINUTE);
    const late = new Date(closed.getTime() + 1);
    expect(of({ people }, { now: closed })).toMatchObject({ kind: "told" });
    expect(of({ people }, { now: late })).toMatchObject({
      kind: "over",
      because: "closed",
      people: [{ whereabouts: "in" }],
    });
    const at = (when: Date): Watched["people"][number] => ({
      key: "k",
      look: "outside",
      moments: [{ at: when, whereabouts: "lobby" }],
    });
    const still = { id: "s", until: new Date(late.getTime() + 1) };
    expect(seen(of({ people: [at(closed)], subscription: still }, { now: late }))).toEqual([]);
    expect(seen(of({ people: [at(late)], subscription: still }, { now: late }))).toEqual(["lobby"]);
  });

  test("may not be all where what Teams told was not read for half a minute, or the queue is silent", async () => {
    const behind = async (unread: Date | undefined, worker = "working") =>
      isBehind(
        {
          now: () => NOW,
          workStanding: { workerNow: () => worker },
          notifications: { unreadSince: () => Promise.resolve(unread) },
        } as unknown as Parameters<typeof isBehind>[0],
        "v" as VisitId,
      );
    expect(await behind(undefined)).toBe(false);
    expect(await behind(ago(0.5))).toBe(false);
    expect(await behind(ago(0.51))).toBe(true);
    expect(await behind(undefined, "queue-silent")).toBe(true);
  });

  test("is one of several where they share the patient's link", async () => {
    const told: Waiting = { kind: "told", people: [], isPatient: true };
    const visit = await at.booked();
    expect(await sharing(at.parts, visit, told)).toBe(told);
    const { connectionId, departmentId, start, end } = visit;
    const department = departmentOf(connectionId);
    expect(departmentId).toBe(department.id);
    const patients = { ids: ["p-1", "p-2"], namesOf: (id: string) => Promise.resolve([id]) };
    await at.parts.visits.open({ connectionId, appointmentId: "a-1", patients, department, start, end });
    expect(await sharing(at.parts, visit, told)).toEqual({ ...told, sharedBy: 2 });
    const nobody: Waiting = { ...told, isPatient: false };
    expect(await sharing(at.parts, visit, nobody)).toBe(nobody);
  });

  test("is asked for in time, and shown although that cannot be kept", async () => {
    const visit = await at.booked();
    const unread = {
      notifications: { unreadSince: () => Promise.resolve(undefined) },
      workStanding: { workerNow: () => "working" },
    };
    expect(await waitingIn(at.withParts(unread), visit)).toEqual({ kind: "off" });
    expect(await at.jobs()).toEqual([]);
    const parts = at.withParts({ ...unread, callEvents: {} });
    expect(await waitingIn(parts, visit)).toEqual({ kind: "soon" });
    expect((await at.jobs()).map(({ kind, due }) => [kind, due])).toEqual([["watch", at.inMinutes(-35)]]);
    const failing = { ...at.parts.jobs, add: () => Promise.reject(new StoreFault("away")) };
    at.logged();
    expect(await waitingIn(at.withParts({ ...unread, callEvents: {}, jobs: failing }), visit)).toEqual({
      kind: "soon",
    });
    expect(at.logged()).toMatchObject([{ event: "session.not_noted" }]);
  });
});

describe("a page that shows who waits", () => {
  const looked = async (watched: () => Promise<unknown>, inMinutes = 10) => {
    const visit = await at.booked(inMinutes);
    const askedAnew: string[] = [];
    const jobs = {
      ...at.parts.jobs,
      add: () => Promise.resolve("known"),
      change: (id: string) => Promise.resolve(void askedAnew.push(id.split(":")[0] ?? id)),
    };
    const parts = at.withParts({
      callEvents: {},
      jobs,
      notifications: { unreadSince: () => Promise.resolve(undefined) },
      workStanding: { workerNow: () => "working" },
      presences: { of: watched },
    });
    const { kind } = await waitingIn(parts, visit);
    return [kind, askedAnew];
  };
  const told = (minutes: number) => () =>
    Promise.resolve({ people: [], ends: [], subscription: { id: "s", until: at.inMinutes(minutes) } });

  test.each<[what: string, watched: () => Promise<unknown>, shown: string]>([
    ["Teams does not tell though it should", () => Promise.resolve(undefined), "soon"],
    ["Teams tells no longer", told(-1), "soon"],
    ["Teams tells a little longer", told(1), "told"],
  ])("asks for it anew where %s", async (_what, watched, shown) => {
    expect(await looked(watched)).toEqual([shown, ["watch"]]);
  });

  test.each<[what: string, watched: () => Promise<unknown>, shown: string, inMinutes?: number]>([
    ["Teams tells long enough", told(200), "told"],
    ["it is before its time", () => Promise.resolve(undefined), "not-yet", 300],
    ["that cannot be read", () => Promise.reject(new StoreFault("away")), "not-read"],
  ])("does not ask for it anew where %s", async (_what, watched, shown, inMinutes) => {
    expect(await looked(watched, inMinutes)).toEqual([shown, []]);
  });

  test("is taken to be behind where it cannot be read whether something waits to be read, and the page says so", async () => {
    const visit = await at.booked();
    const parts = at.withParts({
      callEvents: {},
      notifications: { unreadSince: () => Promise.reject(new StoreFault("away")) },
      workStanding: { workerNow: () => "working" },
      presences: { ...at.parts.presences, of: told(200) },
    });
    const optional = optionalParts(parts);
    expect(await waitingIn(parts, visit, optional)).toMatchObject({ kind: "told", isBehind: true });
    expect([...optional.missing]).toEqual(["waiting"]);
  });
});

describe("the visits that open pages follow", () => {
  let visit: Visit;
  let reads: number;
  let rows: number;
  let now: number;
  let parts: ProviderParts;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    visit = await at.booked();
    [reads, rows, now] = [0, 0, at.now().getTime()];
    parts = at.withParts({
      callEvents: {},
      now: () => new Date(now),
      notifications: { unreadSince: () => Promise.resolve(undefined) },
      workStanding: { workerNow: () => "working" },
      presences: { of: () => at.parts.presences.of(visit.id).finally(() => (rows += 1)) },
      visits: { byId: (id: VisitId) => at.parts.visits.byId(id).finally(() => (reads += 1)) },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (milliseconds: number) => {
    now += milliseconds;
    vi.advanceTimersByTime(milliseconds);
    await settle();
  };
  const follower = (): Follower & { readonly heard: string[] } => {
    const heard: string[] = [];
    return {
      heard,
      tell: ({ html }) => void heard.push(textsOf(html, "p")[0] ?? html),
      lost: () => void heard.push("lost"),
    };
  };
  const comes = () =>
    at.parts.presences.tell(
      visit,
      { kind: "roster", at: new Date(now), people: [{ id: "p", look: "outside", whereabouts: "lobby" }] },
      new Date(now),
    );
  const SOON = "Teams is being asked who waits.";

  test("are told at once and at each change, and read once a second for all who follow", async () => {
    const [first, second] = [follower(), follower()];
    const all = following(parts);
    all.begin(visit.id, first);
    await settle();
    expect([first.heard, reads, rows]).toEqual([[SOON], 1, 1]);
    all.begin(visit.id, second);
    expect(second.heard).toEqual([SOON]);
    await pass(999);
    expect(rows).toBe(1);
    await pass(1);
    expect([rows, reads, first.heard]).toEqual([2, 1, [SOON]]);
    await comes();
    await pass(1000);
    expect([first.heard, second.heard]).toEqual(Array(2).fill([SOON, "Somebody is waiting"]));
    all.end(visit.id, first);
    all.end(visit.id, first);
    await pass(1000);
    expect(rows).toBe(4);
    all.end(visit.id, second);
    expect(vi.getTimerCount()).toBe(0);
    all.begin(visit.id, first);
    await settle();
    expect([rows, first.heard.length]).toEqual([5, 3]);
    all.end(visit.id, first);
  });

  test("are read whole every fifteen seconds, and after a clock has gone back", async () => {
    const all = following(parts);
    const one = follower();
    all.begin(visit.id, one);
    await settle();
    for (let second = 1; second <= 14; second++) await pass(1000);
    expect(reads).toBe(1);
    await pass(1000);
    expect(reads).toBe(2);
    now -= 3_600_000;
    await pass(1000);
    expect(reads).toBe(3);
    all.end(visit.id, one);
  });

  test("are not read often before their time, and read when it comes", async () => {
    visit = await at.booked(45 + 20 / 60, "later");
    const all = following(parts);
    const one = follower();
    all.begin(visit.id, one);
    await settle();
    expect(one.heard).toEqual([expect.stringMatching(/^Who waits is shown here from/)]);
    await pass(14_999);
    expect(rows).toBe(1);
    await pass(1);
    expect(rows).toBe(2);
    await pass(4_999);
    expect(rows).toBe(2);
    await pass(1);
    expect([rows, one.heard.at(-1)]).toEqual([3, SOON]);
    await pass(1000);
    expect(rows).toBe(4);
    all.end(visit.id, one);
  });

  test("are lost when the visit is gone or the store fails, and can be followed anew", async () => {
    const all = following(parts);
    const [one, other] = [follower(), follower()];
    const away = vi.spyOn(parts.visits, "byId").mockResolvedValueOnce(undefined);
    all.begin(visit.id, one);
    await settle();
    expect([one.heard, vi.getTimerCount()]).toEqual([["lost"], 0]);
    away.mockRejectedValueOnce(new StoreFault("it is away"));
    at.logged();
    all.begin(visit.id, other);
    await settle();
    expect([other.heard, at.logged()]).toMatchObject([["lost"], [{ event: "presence.not_read" }]]);
    all.begin(visit.id, other);
    await settle();
    expect([other.heard, one.heard]).toEqual([["lost", SOON], ["lost"]]);
    all.end(visit.id, one);
    all.end(visit.id, other);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of whom all have left while they were read are not read again", async () => {
    const all = following(parts);
    const one = follower();
    all.begin(visit.id, one);
    all.end(visit.id, one);
    await settle();
    expect([one.heard, vi.getTimerCount()]).toEqual([[], 0]);
  });

  test("are shown to a page that asks by itself, where there is such a visit, also where its department was removed", async () => {
    expect((await shownNow(parts, visit.id))?.html).toContain(SOON);
    expect(await shownNow(parts, "B".repeat(16) as VisitId)).toBeUndefined();
    const broken = (error: Error) => ({
      ...parts,
      presences: { ...parts.presences, of: () => Promise.reject(error) },
    });
    expect((await shownNow(broken(new UnreadableRecord("it is damaged")), visit.id))?.html).toContain(
      "Who waits cannot be read now: it is seen in Teams alone.",
    );
    const away = new StoreFault("it is away");
    await expect(shownNow(broken(away), visit.id)).rejects.toBe(away);
    const hospital = { ...at.parts.hospital, department: () => Promise.resolve(undefined) };
    expect((await shownNow({ ...parts, hospital }, visit.id))?.html).toContain(SOON);
  });
});
