/** What the chart says of a visit when a message is about to leave, and what becomes of the message then. */
import { describe, expect, test } from "vitest";
import { putOff, UNWELL } from "../../../../app/charts/chartAt.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { inChart } from "../../../../app/flows/messages/inChart.ts";
import type { Occasion } from "../../../../app/flows/messages/occasion.ts";
import type { MessagePicks } from "../../../../app/flows/messages/parts.ts";
import { isCombined, isTo, whoseIs } from "../../../../app/flows/messages/whose.ts";
import type { SystemAppointment, SystemChart, Trouble } from "../../../../app/ports/systemEhr.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-04T10:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const ID = "AAAAAAAAAAAAAAAA" as VisitId;
const DOWN: Trouble = { kind: "down", reason: "away" };
const REACHED = { textNumber: "+13125550123" };

interface Said {
  readonly connection?: ReturnType<typeof connectionOf> | "none";
  readonly isIll?: boolean;
  readonly appointmentId?: "none" | "another's";
  readonly read?: Trouble | { readonly kind: "not-shown" };
  readonly appointment?: Partial<SystemAppointment>;
  readonly found?: Partial<Occasion["found"]>;
  readonly kind?: Occasion["kind"];
  /** What the chart answers instead when it is asked for a patient's other ids. */
  readonly ids?: (
    id: string,
  ) => Trouble | { readonly kind: "ids"; readonly ids: readonly string[] } | undefined;
  readonly recipient?: Trouble | { readonly kind: "not-shown" };
  /** The messages about the visit, newest first. */
  readonly messages?: readonly Partial<Message>[];
}

/** Asks the chart about a visit of p-a in an hour. The chart has it as it was found, except for `said`. */
async function asked(said: Said = {}) {
  const found = {
    ...{ id: ID, connectionId: "lamna", location: "loc-2", patients: ["hash p-a"] },
    ...{ start: inMinutes(60), end: inMinutes(90) },
    ...said.found,
  };
  const appointment = {
    ...{ id: "a", status: "booked", patients: ["p-a"], hints: [], isVideo: true, locations: ["loc-2"] },
    times: { start: inMinutes(60), end: inMinutes(90), clock: "instant" },
    ...said.appointment,
  } as SystemAppointment;
  const idsAsked: string[] = [];
  const chart = {
    appointment: () => Promise.resolve(said.read ?? { kind: "read", appointment }),
    patientIds: (id: string) => {
      idsAsked.push(id);
      return Promise.resolve(said.ids?.(id) ?? { kind: "ids", ids: [id, "p-old"] });
    },
    recipient: () => Promise.resolve(said.recipient ?? { kind: "read", recipient: REACHED }),
  };
  const connection = said.connection === "none" ? undefined : (said.connection ?? connectionOf("lamna"));
  const askers: unknown[] = [];
  const parts = {
    foundVisits: {
      appointmentId: () => Promise.resolve(said.appointmentId === "none" ? undefined : "a"),
      idOf: () => (said.appointmentId === "another's" ? "BBBBBBBBBBBBBBBB" : ID),
      patientHashes: (_visit: string, ids: readonly string[]) => ids.map((id) => "hash " + id),
    },
    hospital: { connection: () => Promise.resolve(connection) },
    messages: {
      patientHash: (_visit: string, id: string) => "hash " + id,
      of: () => Promise.resolve(said.messages ?? []),
    },
    queue: { now: () => NOW },
    standings: {
      of: () =>
        Promise.resolve(said.isIll === true ? { ok: false, reason: "ill" } : { ok: true, endpoints: {} }),
    },
    systemEhr: {
      chart: (_connection: unknown, _endpoints: unknown, asker: unknown) => (askers.push(asker), chart),
    },
  } as unknown as MessagePicks;
  const { signal } = new AbortController();
  const occasion = { found, kind: said.kind ?? "confirmation" } as unknown as Occasion;
  const answer = await inChart(
    parts,
    occasion,
    departmentOf("lamna", { timeZone: "America/Chicago", locations: ["loc-1"] }),
    signal,
  );
  return { answer, connection, chart, appointment, askers, idsAsked, signal };
}

const later = (outcome: object) => ({ kind: "later", outcome });
const OTHER = later({
  ...{ kind: "not-now", reason: "messages.chart-differs", afterSeconds: 15, growsToSeconds: 300 },
});
const PENDING = later({
  ...{ kind: "not-now", reason: "messages.pending", afterSeconds: 15, growsToSeconds: 300 },
});
const withheld = (code: string) => ({ kind: "withheld", code });
/** Declined by its patient, and starting in so many minutes. */
const startsIn = (minutes: number) => ({
  found: { start: inMinutes(minutes) },
  appointment: {
    ...{ isDeclined: true as const },
    times: { start: inMinutes(minutes), end: inMinutes(90), clock: "instant" as const },
  },
});
const CANCELLATION = { kind: "cancellation", appointment: { status: "cancelled" } } as const;
const { system: _none, ...withoutClient } = connectionOf("lamna");

test("what the chart has as it was found is told, to whom the chart names now; the chart is asked for a job", async () => {
  const { answer, connection, chart, appointment, askers, signal } = await asked();
  const whose = { named: "hash p-a", all: new Set(["hash p-a"]) };
  expect(answer).toEqual({ kind: "so", connection, chart, appointment, recipient: REACHED, whose });
  expect(askers).toEqual([{ as: "job", signal }]);
});

test.each<[what: string, said: Said]>([
  ["a cancelled visit's cancellation", CANCELLATION],
  ["and that of one that was an error", { ...CANCELLATION, appointment: { status: "entered-in-error" } }],
  [
    "a cancellation, whenever it was to be",
    { ...CANCELLATION, appointment: { status: "cancelled", times: undefined } as never },
  ],
  ["a visit whose patient is not known yet", { found: { patients: undefined as never } }],
  [
    "that staff run late for a visit that somebody has still to accept",
    { kind: "late", appointment: { status: "pending" } },
  ],
  ["a visit that is under way", { appointment: { status: "arrived" } }],
  ["a visit of one whose records were combined", { found: { patients: ["hash p-old"] } }],
  [
    "a visit that names one patient by both ids of combined records",
    { appointment: { patients: ["p-a", "p-old"] }, found: { patients: ["hash p-a", "hash p-old"] } },
  ],
  ["a visit at one more location", { appointment: { locations: ["loc-9", "loc-2"] } }],
  ["a visit at another location of its department", { appointment: { locations: ["loc-1"] } }],
  [
    "the cancellation of one that is in person by now, and elsewhere",
    { ...CANCELLATION, appointment: { status: "cancelled", isVideo: false, locations: [] } },
  ],
  [
    "a visit whose times stand as the department's clock shows them",
    { appointment: { times: { start: inMinutes(-300), end: inMinutes(-270), clock: "wall" } } },
  ],
])("%s is told", async (_what, said) => {
  expect((await asked(said)).answer.kind).toBe("so");
});

test.each<[what: string, said: Said, answer: object]>([
  ["the connection is gone", { connection: "none" }, later(UNWELL)],
  ["it has no system client", { connection: withoutClient }, later(UNWELL)],
  ["the chart system is ill", { isIll: true }, later(UNWELL)],
  ["nobody knows the appointment any more", { appointmentId: "none" }, withheld("no-chart")],
  ["the connection has another chart by now", { appointmentId: "another's" }, withheld("no-chart")],
  ["the chart shows no such appointment", { read: { kind: "not-shown" } }, OTHER],
  ["the chart does not answer", { read: DOWN }, later(putOff(DOWN))],
  ["it is missed before its start", { appointment: { status: "noshow" } }, OTHER],
  [
    "it is missed at its start",
    { appointment: { status: "noshow" }, found: { start: NOW } },
    withheld("missed"),
  ],
  ["it is over", { appointment: { status: "fulfilled" } }, withheld("ended")],
  [
    "its status cannot be read",
    { appointment: { status: "unknown", hints: [{ kind: "status-unreadable" }] } },
    OTHER,
  ],
  ["somebody has still to accept it", { appointment: { status: "pending" } }, PENDING],
  ["somebody has still to accept its move", { kind: "update", appointment: { status: "pending" } }, PENDING],
  ...(["confirmation", "update", "reminder"] as const).flatMap((kind): [string, Said, object][] => {
    const of = (start: number, end: number): Said => ({
      kind,
      found: { start: inMinutes(start), end: inMinutes(end) },
      appointment: { status: "pending" },
    });
    const [still, no] = kind === "reminder" ? [of(2.1, 30), of(2, 30)] : [of(-20, 10.1), of(-20, 10)];
    return [
      [`somebody may still accept it in time for a ${kind}`, still, PENDING],
      [`nobody has accepted it in time for a ${kind}`, no, withheld("pending")],
    ];
  }),
  [
    "somebody may still accept it, of less than ten minutes, before its start",
    { found: { start: inMinutes(1), end: inMinutes(6) }, appointment: { status: "pending" } },
    PENDING,
  ],
  [
    "nobody has accepted it, of less than ten minutes, by its start",
    { found: { start: inMinutes(0), end: inMinutes(5) }, appointment: { status: "pending" } },
    withheld("pending"),
  ],
  ["it is cancelled by now", { appointment: { status: "cancelled" } }, OTHER],
  ["it was never booked", { appointment: { status: "proposed" } }, OTHER],
  ["a cancelled one takes place by now", { kind: "cancellation" }, OTHER],
  ...(["confirmation", "update", "reminder", "late"] as const).map((kind): [string, Said, object] => [
    `it is in person by now, and a ${kind} is due`,
    { kind, appointment: { isVideo: false } },
    OTHER,
  ]),
  ["it is at no location of its department", { appointment: { locations: ["loc-9"] } }, OTHER],
  ["it is at no location", { appointment: { locations: [] } }, OTHER],
  ["it has no times", { appointment: { times: undefined } as never }, OTHER],
  ["it starts at another time", { found: { start: inMinutes(61) } }, OTHER],
  ["it ends at another time", { found: { end: inMinutes(91) } }, OTHER],
  [
    "it has named no patient by an id",
    { appointment: { patients: undefined } as never, found: { patients: [] } },
    withheld("no-patient"),
  ],
  [
    "it has had no patient",
    { appointment: { patients: [] }, found: { patients: [] } },
    withheld("no-patient"),
  ],
  [
    "it has no patient, and the release before kept none",
    { appointment: { patients: [] }, found: { patients: undefined as never } },
    withheld("no-patient"),
  ],
  [
    "it was cancelled and names its patient no longer",
    { ...CANCELLATION, appointment: { status: "cancelled", patients: [] } },
    withheld("no-patient"),
  ],
  ["it names its patient no longer", { appointment: { patients: undefined } as never }, OTHER],
  ["it names its first patient, and that was not seen yet", { found: { patients: [] } }, OTHER],
  [
    "it was cancelled as it named its first patient",
    { ...CANCELLATION, found: { patients: [] } },
    withheld("not-told"),
  ],
  ["its patient has declined, who may still accept it", { appointment: { isDeclined: true } }, OTHER],
  [
    "its patient has declined, and it has begun",
    {
      found: { start: inMinutes(-1) },
      appointment: {
        isDeclined: true,
        times: { start: inMinutes(-1), end: inMinutes(90), clock: "instant" },
      },
    },
    withheld("declined"),
  ],
  [
    "its patient has declined, who may still accept it shortly before the start",
    { ...startsIn(5), kind: "confirmation" },
    OTHER,
  ],
  ["its patient has declined, well before the start", { ...startsIn(2.1), kind: "reminder" }, OTHER],
  [
    "its patient has declined, and a reminder would soon be too late",
    { ...startsIn(2), kind: "reminder" },
    withheld("declined"),
  ],
  ["it has two", { appointment: { patients: ["p-a", "p-b"] } }, withheld("several-patients")],
  ["it was given to somebody else", { found: { patients: ["hash p-b"] } }, OTHER],
  ["it was given to one of two", { found: { patients: ["hash p-a", "hash p-b"] } }, OTHER],
  [
    "it was given to somebody else and cancelled",
    { ...CANCELLATION, found: { patients: ["hash p-b"] } },
    withheld("not-told"),
  ],
  [
    "the patient's record is hidden",
    { recipient: { kind: "not-shown" } },
    later({ kind: "not-now", reason: "messages.patient-hidden", afterSeconds: 15, growsToSeconds: 300 }),
  ],
  ["the patient's record is not to be had", { recipient: DOWN }, later(putOff(DOWN))],
])("where %s", async (_what, said, answer) => {
  expect((await asked(said)).answer).toEqual(answer);
});

describe("an appointment of a group", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, at) => "p-" + String(at));
  const OWN: Said["ids"] = (id) => ({ kind: "ids", ids: [id] });
  const group = (count: number): Said => {
    const patients = ids(count);
    return { appointment: { patients }, found: { patients: patients.map((id) => "hash " + id) } };
  };
  test("costs the chart two questions at most, and one that it does not answer later keeps nothing back", async () => {
    const { answer, idsAsked } = await asked({
      ...group(4),
      ids: (id) => (id === "p-2" || id === "p-3" ? DOWN : OWN(id)),
    });
    expect(answer).toEqual(withheld("several-patients"));
    expect(idsAsked).toEqual(["p-0", "p-1"]);
  });
  const toldOf = (...patients: readonly (string | undefined)[]): readonly Partial<Message>[] =>
    patients.map((patient) => ({
      ...{ kind: "confirmation", state: "accepted" },
      ...(patient !== undefined && { patient }),
    }));
  test.each<[who: string, messages: readonly Partial<Message>[]]>([
    ["nobody", toldOf()],
    ["more than one", toldOf("hash p-0", "hash p-1")],
    ["somebody whom it does not name", toldOf("hash p-old")],
    ["one whom it names, and one whom it does not", toldOf("hash p-0", "hash p-old")],
    ["nobody knows who", toldOf(undefined)],
  ])("of more than four costs none, and nobody is told where %s was told before", async (_who, messages) => {
    const { answer, idsAsked } = await asked({ ...group(5), kind: "update", ids: OWN, messages });
    expect([answer, idsAsked]).toEqual([withheld("several-patients"), []]);
  });
  test("of more than four, which was found for somebody else of whom nobody was told, is told to nobody", async () => {
    const found = { patients: ["hash p-old"] };
    expect((await asked({ ...group(5), found, kind: "update" })).answer).toEqual(
      withheld("several-patients"),
    );
  });
  test("of more than four costs none, and the one who alone was told before goes on being told", async () => {
    const messages = toldOf("hash p-3", "hash p-3");
    const moved = { ...group(20), kind: "update", ids: OWN, messages } as const;
    const whose = { named: "hash p-3", all: new Set(["hash p-3"]) };
    for (const said of [
      moved,
      { ...moved, ...CANCELLATION, appointment: { status: "cancelled", patients: ids(20) } },
    ] as const) {
      const { answer, idsAsked } = await asked(said);
      expect(answer).toMatchObject({ kind: "so", whose });
      expect(idsAsked).toEqual([]);
    }
    const reminded = await asked({ ...moved, kind: "reminder" });
    expect([reminded.answer, reminded.idsAsked]).toEqual([withheld("several-patients"), []]);
  });
  test("is asked about one after the other where somebody was told", async () => {
    let underWay = 0;
    let most = 0;
    const { answer } = await asked({
      ...{ ...group(4), kind: "update" },
      messages: [{ kind: "confirmation", state: "accepted", patient: "hash p-3" }],
      ids(id) {
        most = Math.max(most, ++underWay);
        queueMicrotask(() => {
          underWay -= 1;
        });
        return OWN(id);
      },
    });
    expect(answer).toMatchObject({ kind: "so", whose: { named: "hash p-3" } });
    expect(most).toBe(1);
  });
});

describe("an appointment of two patients", () => {
  const TWO = { patients: ["p-a", "p-b"] };
  const FOUND = { patients: ["hash p-a", "hash p-b"] };
  const MOVE: Said = { kind: "update", appointment: TWO, found: FOUND };
  const OFF: Said = { ...MOVE, kind: "cancellation", appointment: { ...TWO, status: "cancelled" } };
  const told = (patient: string | undefined, more: Partial<Message> = {}): Partial<Message> => ({
    ...{ kind: "confirmation", state: "accepted", ...more },
    ...(patient !== undefined && { patient }),
  });
  // The scripted chart has p-old as another id of whoever it is asked about.
  test.each<[what: string, said: Said, named: string]>([
    ["its move", { ...MOVE, messages: [told("hash p-a")] }, "hash p-a"],
    ["its cancellation", { ...OFF, messages: [told("hash p-b")] }, "hash p-b"],
    [
      "its move, which one who is named no more was told of, too",
      { ...MOVE, messages: [told("hash p-c"), told("hash p-a")] },
      "hash p-a",
    ],
  ])("is told to the one whom alone it was told before: %s", async (_what, said, named) => {
    const { answer } = await asked(said);
    expect(answer).toMatchObject({ kind: "so", whose: { named } });
  });
  test.each<[what: string, said: Said]>([
    ["nobody was told", MOVE],
    ["somebody else was told", { ...MOVE, messages: [told("hash p-c")] }],
    ["both were told", { ...MOVE, messages: [told("hash p-b"), told("hash p-a")] }],
    ["it is not known who was told", { ...MOVE, messages: [told(undefined)] }],
    ["nothing has left", { ...MOVE, messages: [told("hash p-a", { state: "refused" })] }],
    ["one was told that staff run late", { ...MOVE, messages: [told("hash p-a", { kind: "late" })] }],
    ["it is told as new", { ...MOVE, kind: "confirmation", messages: [told("hash p-a")] }],
    ["it is reminded of", { ...MOVE, kind: "reminder", messages: [told("hash p-a")] }],
  ])("is told to nobody where %s", async (_what, said) => {
    expect((await asked(said)).answer).toEqual(withheld("several-patients"));
  });
  test("waits where it was found for somebody else", async () => {
    const found = { patients: ["hash p-c"] };
    expect((await asked({ ...MOVE, found, messages: [told("hash p-a")] })).answer).toEqual(OTHER);
  });
});

/** Whose the visit is if the chart names p-a, given the patients it was found for and those written to before. */
async function whose(patients: readonly string[] | undefined, sentTo: readonly (string | undefined)[]) {
  let asked = 0;
  const parts = {
    foundVisits: { patientHashes: (_visit: string, ids: readonly string[]) => ids.map((id) => "hash " + id) },
    messages: {
      patientHash: (_visit: string, id: string) => "hash " + id,
      of: () => Promise.resolve(sentTo.map((patient) => ({ patient }))),
    },
  } as unknown as MessagePicks;
  const chart = {
    patientIds: (id: string) => ((asked += 1), Promise.resolve({ kind: "ids", ids: [id, "p-old"] })),
  } as unknown as SystemChart;
  const found = { id: ID, ...(patients && { patients }) } as Occasion["found"];
  return { ...(await whoseIs(parts, found, chart, "p-a")), asked };
}

test.each<
  [
    what: string,
    patients: readonly string[] | undefined,
    sentTo: readonly (string | undefined)[],
    asked: 0 | 1,
  ]
>([
  ["nobody is known", undefined, [], 0],
  ["it is the same one", ["hash p-a"], ["hash p-a"], 0],
  ["a release before did not say whom it told", ["hash p-a"], [undefined], 0],
  ["it was found for another one", ["hash p-a", "hash p-old"], [], 1],
  ["another one was told", ["hash p-a"], ["hash p-old"], 1],
])(
  "the chart is asked for all ids of a patient only where that tells more: %s",
  async (_what, patients, sentTo, asked) => {
    const all = new Set(["hash p-a", ...(asked === 1 ? ["hash p-old"] : [])]);
    expect(await whose(patients, sentTo)).toEqual({ named: "hash p-a", all, asked });
  },
);

test.each<[message: Pick<Message, "kind" | "patient">, isTheirs: boolean, wasCombined: boolean]>([
  [{ kind: "update", patient: "hash p-a" }, true, false],
  [{ kind: "update", patient: "hash p-old" }, true, true],
  [{ kind: "update", patient: "hash p-b" }, false, false],
  [{ kind: "update" }, true, false],
  [{ kind: "link" }, false, false],
])("whom %j was for", (message, isTheirs, wasCombined) => {
  const theirs = { named: "hash p-a", all: new Set(["hash p-a", "hash p-old"]) };
  expect([isTo(theirs, message as Message), isCombined(theirs, message as Message)]).toEqual([
    isTheirs,
    wasCombined,
  ]);
});

test("whom the chart names by both ids of combined records is one person, who was perhaps told under either", async () => {
  const patients = ["p-a", "p-old"];
  const ids: Said["ids"] = (id) => ({ kind: "ids", ids: [id, "p-old"] });
  const found = { patients: patients.map((id) => "hash " + id) };
  const { answer } = await asked({ appointment: { patients }, found, ids });
  const all = new Set(found.patients);
  expect(answer).toMatchObject({ kind: "so", whose: { named: "hash p-a", all, isNamedTwice: true } });
  const theirs = { named: "hash p-a", all, isNamedTwice: true } as const;
  const isTheirs = (patient?: string) =>
    isCombined(theirs, { kind: "update", ...(patient !== undefined && { patient }) } as Message);
  expect(["hash p-a", "hash p-old", "hash p-b", undefined].map(isTheirs)).toEqual([true, true, false, false]);
});

test("of an appointment that names one person by other ids of theirs, all of them are known", async () => {
  const patients = ["p-old", "p-a"];
  const ids: Said["ids"] = (id) => ({
    kind: "ids",
    ids: id === "p-old" ? ["p-old"] : ["p-a", "p-old", "p-first"],
  });
  const found = { patients: patients.map((id) => "hash " + id) };
  const { answer } = await asked({ appointment: { patients }, found, ids });
  const all = new Set(["hash p-old", "hash p-a", "hash p-first"]);
  expect(answer).toMatchObject({ kind: "so", whose: { named: "hash p-old", all, isNamedTwice: true } });
});
