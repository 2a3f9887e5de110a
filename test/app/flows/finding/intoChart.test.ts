/** What comes of writing links into a chart, and when it is tried again, by what the chart answers. */
import { expect, test } from "vitest";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { pairOf } from "../../../../app/flows/finding/chartLinks.ts";
import { inChart } from "../../../../app/flows/finding/intoChart.ts";
import type {
  AppointmentRead,
  NotShown,
  Rooms,
  SystemAppointment,
  SystemConnection,
  Trouble,
  Written,
  WriteRefused,
} from "../../../../app/ports/systemEhr.ts";
import { findingHospital } from "../../../harness/findingHospital.ts";
import { connectionOf, OURS } from "../../../harness/findingDeployment.ts";

const ID = "AAAAAAAAAAAAAAAA" as VisitId;
const FOREIGN = "https://other-vendor.example/meet/1";
const times = { start: new Date("2027-01-04T09:00:00Z"), end: new Date("2027-01-04T09:30:00Z") };
const wanted = { provider: OURS + "/s/x", patient: OURS + "/j/x", ...times };
const BOTH: Rooms = { provider: wanted.provider, patient: wanted.patient, order: "documented" };
const OURS_BEFORE: Rooms = { provider: OURS + "/s/old", patient: OURS + "/j/old", order: "documented" };
const appointment = (rooms: Rooms, version = "1"): SystemAppointment => ({
  id: "a",
  version,
  status: "booked",
  times: { ...times, clock: "instant" },
  locations: ["loc-1"],
  isVideo: true,
  rooms,
  hints: [],
});
const EMPTY: Rooms = { order: "absent" };

interface Answers {
  readonly write?: Written | WriteRefused | Trouble;
  readonly after?: AppointmentRead | NotShown | Trouble;
  readonly rooms?: Rooms;
  readonly version?: string | undefined;
  readonly restored?: readonly number[];
  /** Whether the chart had the right links before. */
  readonly had?: boolean;
  readonly writes?: boolean;
}

/** Writes the links into a chart that answers so. */
async function writing(answers: Answers) {
  const { chart, deployment } = findingHospital();
  const { parts } = deployment;
  const asked: string[] = [];
  const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  const after = answers.after ?? { kind: "read", appointment: appointment(BOTH, "2") };
  const at = {
    kind: "chart",
    connection: connectionOf("lamna", { writeBack: { links: answers.writes ?? true } }) as SystemConnection,
    chart: {
      ...given,
      writeLinks: (read: object, links: object) => {
        asked.push("write");
        expect([read, links]).toEqual([{ id: "a", version: "1", rooms: answers.rooms ?? EMPTY }, wanted]);
        return Promise.resolve(answers.write ?? ({ kind: "written" } as const));
      },
      appointment: (id: string) => {
        asked.push("read " + id);
        return Promise.resolve(after);
      },
    },
  } as const;
  const { version = "1" } = answers;
  const { version: _none, ...unversioned } = appointment(answers.rooms ?? EMPTY);
  const one =
    "version" in answers && answers.version === undefined ? unversioned : { ...unversioned, version };
  const found: FoundVisit = {
    id: ID,
    connectionId: "lamna",
    departmentId: "lamna-clinic",
    location: "loc-1",
    standing: "on",
    seen: "s",
    firstSeen: deployment.now(),
    changes: 1,
    hasMeeting: true,
    ...times,
    ...(answers.had === true && { links: pairOf(parts, ID, wanted) }),
    ...(answers.restored && {
      restored: answers.restored.map((ago) => new Date(deployment.now().getTime() - ago)),
    }),
  };
  const came = await inChart(parts, { at, departmentOf: new Map() }, { found, appointment: one }, wanted);
  const restored = came.restored?.map((moment) => deployment.now().getTime() - moment.getTime());
  return { came, restored, asked, logged: deployment.logged.join("") };
}

const READ = { kind: "read", appointment: appointment(BOTH, "2") } as const;
const later = (reason: string, afterSeconds: number, growsToSeconds?: number) => ({
  later: { kind: "not-now", reason, afterSeconds, ...(growsToSeconds && { growsToSeconds }) },
});

test("links are written and read again, and it is logged for which connection", async () => {
  const { came, asked, logged } = await writing({});
  expect(came).toEqual({ read: READ.appointment, isThere: true, restored: [] });
  expect(asked).toEqual(["write", "read a"]);
  expect(logged).toContain('"links.written"');
  expect(logged).toContain('"connection":"lamna"');
});

test.each<[what: string, answers: Answers, came: object, asked: readonly string[]]>([
  ["links are there", { rooms: BOTH }, { isThere: true, restored: [] }, []],
  ["nothing is written and there is none", { writes: false }, { isThere: false, restored: [] }, []],
  [
    "somebody else's are there",
    { rooms: { ...BOTH, patient: FOREIGN } },
    { kind: "risk", risk: "foreign-link" },
    [],
  ],
  ["the chart gives no version", { version: undefined }, { risk: "write-refused" }, []],
])("nothing is written where %s", async (_, answers, expected, asked) => {
  const { came, asked: were, logged } = await writing(answers);
  expect([came, were]).toEqual([expected, asked]);
  expect(logged).not.toContain("links.written");
});

test.each<[why: WriteRefused["why"], came: object]>([
  ["locked", { risk: "chart-locked", ...later("ehr.locked", 60, 900) }],
  ["side-effect", { risk: "chart-locked", ...later("ehr.side-effect", 60, 900) }],
  ["rule", { risk: "write-refused" }],
  ["not-shown", { risk: "not-shown" }],
  ["not-sent", { risk: "half-linked" }],
])(
  "a chart that refuses (%s) is asked again when it may take them, and not where only a person can help",
  async (why, came) => {
    const written = await writing({ write: { kind: "refused", why } });
    expect(written.came).toEqual(came);
    expect(written.asked).toEqual(["write"]);
    expect(written.logged).not.toContain("links.written");
  },
);

const CHANGED = { risk: "no-link", ...later("ehr.changed-meanwhile", 5, 900) };
const again = (rooms: Rooms, version: string): Answers["after"] => ({
  kind: "read",
  appointment: appointment(rooms, version),
});
test.each<[what: string, after: Answers["after"], came: object]>([
  ["has another version by now", again(EMPTY, "2"), CHANGED],
  ["has links by now", again(BOTH, "1"), CHANGED],
  ["has the staff's by now", again({ provider: "x", order: "other" }, "1"), CHANGED],
  ["has the patient's by now", again({ patient: "x", order: "other" }, "1"), CHANGED],
  ["is as it was", again(EMPTY, "1"), { risk: "write-refused", read: appointment(EMPTY) }],
  ["is not shown", { kind: "not-shown" }, CHANGED],
  ["cannot be read", { kind: "down", reason: "it is ill" }, CHANGED],
  [
    "was not asked for",
    { kind: "busy", retryAfterMs: 15_000 },
    { isUnasked: true, ...later("ehr.busy", 15, 240) },
  ],
])("a chart says that the appointment has changed, which %s", async (_, after, came) => {
  const written = await writing({
    write: { kind: "refused", why: "changed-meanwhile" },
    ...(after && { after }),
  });
  expect(written.came).toEqual(came);
  expect(written.asked).toEqual(["write", "read a"]);
});

const TROUBLES: readonly [trouble: Trouble, write: object, read: object][] = [
  [
    { kind: "busy", retryAfterMs: 15_000 },
    { isUnasked: true, ...later("ehr.write.busy", 15, 240) },
    { isUnasked: true, ...later("ehr.busy", 15, 240) },
  ],
  [
    { kind: "down", reason: "it is ill" },
    { risk: "no-link", ...later("ehr.write.down", 30, 300) },
    { risk: "no-link", ...later("ehr.down", 30, 300) },
  ],
  [
    { kind: "shut-out", why: "scopes", reason: "no" },
    { risk: "not-let-in", ...later("ehr.write.scopes", 30, 900) },
    { risk: "not-let-in", ...later("ehr.scopes", 30, 900) },
  ],
];
test.each(TROUBLES)(
  "a chart that cannot be written to, or read after that (%j)",
  async (trouble, write, read) => {
    expect((await writing({ write: trouble })).came).toEqual(write);
    expect((await writing({ after: trouble })).came).toEqual(read);
  },
);

test.each<[what: string, after: Answers["after"], came: object]>([
  ["does not show the appointment", { kind: "not-shown" }, { risk: "not-shown" }],
  ["has no links", again(EMPTY, "2"), { risk: "write-refused", read: appointment(EMPTY, "2") }],
  [
    "has them in each other's rooms",
    again({ provider: wanted.patient, patient: wanted.provider, order: "documented" }, "2"),
    {
      kind: "risk",
      risk: "links-swapped",
      read: appointment({ provider: wanted.patient, patient: wanted.provider, order: "documented" }, "2"),
    },
  ],
])("a chart that took the links and then %s", async (_, after, came) => {
  expect((await writing({ ...(after && { after }) })).came).toEqual(came);
});

const MINUTE = 60_000;
const REMOVED = { risk: "links-removed", ...later("ehr.links-removed", 900) };
test.each<[what: string, answers: Answers, isRemoved: boolean, restored: readonly number[], asked: number]>([
  ["are written for the first time", {}, false, [], 2],
  ["were lost", { had: true }, false, [0], 2],
  ["are replaced by others", { had: true, rooms: OURS_BEFORE }, false, [0], 2],
  ["were lost, and once before", { had: true, restored: [5 * MINUTE] }, false, [5 * MINUTE, 0], 2],
  ["were lost, and an hour before", { had: true, restored: [60 * MINUTE] }, false, [0], 2],
  [
    "were lost, and almost an hour before",
    { had: true, restored: [60 * MINUTE - 1] },
    false,
    [60 * MINUTE - 1, 0],
    2,
  ],
  ["were lost for the third time", { had: true, restored: [9, 5] }, true, [9, 5, 0], 2],
  [
    "were lost again within a quarter of an hour",
    { had: true, restored: [9, 8, 15 * MINUTE - 1] },
    true,
    [9, 8, 15 * MINUTE - 1],
    0,
  ],
  [
    "were lost again after a quarter of an hour",
    { had: true, restored: [9, 8, 15 * MINUTE] },
    true,
    [9, 8, 15 * MINUTE, 0],
    2,
  ],
  ["are gone still", { restored: [9, 8, 7] }, true, [9, 8, 7], 0],
  ["are gone still, and were twice", { restored: [9, 8] }, false, [9, 8], 2],
  ["are there after all", { rooms: BOTH, restored: [9, 8, 7] }, true, [9, 8, 7], 0],
  ["are there, and were lost twice", { rooms: BOTH, restored: [9, 8] }, false, [9, 8], 0],
  [
    "were lost very often",
    { had: true, restored: [9, 8, 7, 6, 5, 16 * MINUTE] },
    true,
    [8, 7, 6, 5, 16 * MINUTE, 0],
    2,
  ],
])("links that %s", async (_, answers, isRemoved, restored, asked) => {
  const written = await writing(answers);
  const { restored: _restored, read: _read, isThere: _isThere, ...rest } = written.came;
  expect([rest, written.restored, written.asked.length]).toEqual([isRemoved ? REMOVED : {}, restored, asked]);
});

test("new times alone do not count as lost links", async () => {
  const rooms: Rooms = { ...BOTH, period: { start: times.start, end: new Date(times.end.getTime() + 1) } };
  const { came, restored, asked } = await writing({ rooms, had: true });
  expect([came.isThere, restored, asked.length]).toEqual([true, [], 2]);
  const often = await writing({ rooms, restored: [9, 8, 7] });
  expect([often.came.risk, often.restored, often.asked.length]).toEqual(["links-removed", [9, 8, 7], 2]);
});
