import { expect, test } from "vitest";
import { graphAttendance } from "../../../../app/adapters/graph/attendance.ts";
import { AttendanceFault } from "../../../../app/ports/attendance.ts";
import { serve, type Answer, type Asked } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const CLINICIAN = "7d0c5a1e-0000-4000-8000-00000000b001";
const LIST = "/v1.0/users/organizer/onlineMeetings/MSo3%2FSYNTH%3D/attendanceReports";
const interval = { joinDateTime: "2027-01-12T14:57:50Z", leaveDateTime: "2027-01-12T15:24:50.5Z" };
const stay = { from: new Date("2027-01-12T14:57:50Z"), to: new Date("2027-01-12T15:24:50.5Z") };

async function reports(answer: (asked: Asked) => Answer) {
  const served = await serve((asked) => answer(asked));
  const attendance = graphAttendance({
    graph: served.origin,
    token: () => Promise.resolve("token-1"),
    now: () => new Date("2027-01-12T16:00:00Z"),
    wait: () => Promise.resolve(),
    tenantId: TENANT,
  });
  return { asked: served.asked, read: attendance.reportsOf({ organizer: "organizer", id: "MSo3/SYNTH=" }) };
}

const record = (id: string, identity: object | null) => ({
  id,
  emailAddress: "pat@example.com",
  role: "Attendee",
  identity,
  attendanceIntervals: [interval],
});

test("each report of a meeting is read with its records, page by page, and of people ids alone", async () => {
  const { asked, read } = await reports(({ url, headers }) => {
    const next = `http://${headers.host ?? ""}${LIST}?$skip=1`;
    if (url.pathname === LIST)
      return url.search === ""
        ? { json: { value: [{ id: "rep-1" }], "@odata.nextLink": next } }
        : { json: { value: [{ id: "rep/2" }] } };
    const person = { displayName: "Pat Example", id: CLINICIAN.toUpperCase(), tenantId: TENANT };
    const isFirst = url.pathname.endsWith("rep-1");
    return {
      json: {
        id: isFirst ? "rep-1" : "rep/2",
        attendanceRecords: isFirst
          ? [record("r1", person), record("r2", { ...person, tenantId: "another" })]
          : [
              record("r1", {
                "@odata.type": "#microsoft.graph.communicationsPhoneIdentity",
                id: "+12025550171",
              }),
              record("r2", null),
            ],
      },
    };
  });
  const people = [
    { id: "r1", look: "staff", account: CLINICIAN, stays: [stay] },
    { id: "r2", look: "outside", stays: [stay] },
  ];
  const others = [
    { id: "r1", look: "phone", stays: [stay] },
    { id: "r2", look: "attendee", stays: [stay] },
  ];
  expect(await read).toEqual([
    { id: "rep-1", people },
    { id: "rep/2", people: others },
  ]);
  expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
    LIST,
    LIST + "?$skip=1",
    LIST + "/rep-1?$expand=attendanceRecords",
    LIST + "/rep%2F2?$expand=attendanceRecords",
  ]);
});

/** How little Graph may say of somebody, and what can be known then. */
test.each([
  // As in Microsoft's example of an account of the organization itself.
  ["an account without a tenant that presents", { id: CLINICIAN, tenantId: null }, "Presenter", "staff"],
  ["the organizer without a tenant", { id: CLINICIAN }, "Organizer", "staff"],
  ["an account without a tenant that attends", { id: CLINICIAN }, "Attendee", "attendee"],
  ["an account without a tenant or a role", { id: CLINICIAN }, "None", "unnamed"],
  ["another organization's account that presents", { id: CLINICIAN, tenantId: "b" }, "Presenter", "outside"],
  ["nobody that attends", null, "Attendee", "attendee"],
  ["a name alone", { displayName: "Pat Example", id: null }, "Attendee", "attendee"],
  ["nobody without a role", null, undefined, "unnamed"],
  ["a visitor", { id: "8:teamsvisitor:1" }, "None", "outside"],
  ["a visitor that presents", { id: "8:teamsvisitor:1" }, "Presenter", "outside"],
  [
    "a guest that presents",
    { "@odata.type": "#microsoft.graph.communicationsGuestIdentity", id: "1" },
    "Presenter",
    "outside",
  ],
  [
    "a visitor in our directory, as is said",
    { id: "teamsvisitor:1", tenantId: TENANT },
    "Organizer",
    "outside",
  ],
  ["a visitor, as in records of calls", { id: "teamsvisitor:1" }, "Attendee", "outside"],
  [
    "a user of Communication Services",
    { "@odata.type": "#microsoft.graph.azureCommunicationServicesUserIdentity", id: "8:acs:1" },
    "Attendee",
    "outside",
  ],
])("%s: who that is", async (_who, identity, role, look) => {
  const { read } = await reports(({ url }) => ({
    json:
      url.pathname === LIST
        ? { value: [{ id: "rep-1" }] }
        : { id: "rep-1", attendanceRecords: [{ ...record("r1", identity), role }] },
  }));
  const [one] = (await read)[0]?.people ?? [];
  expect(one?.look).toBe(look);
  expect(one?.account).toBe(look === "staff" ? CLINICIAN : undefined);
});

const moment = (minute: number) => `2027-01-12T15:${String(minute).padStart(2, "0")}:00Z`;
const between = (from: number, to: number) => ({ from: new Date(moment(from)), to: new Date(moment(to)) });
const joined = (from: number | null, to: number | null) => ({
  joinDateTime: from === null ? null : moment(from),
  leaveDateTime: to === null ? null : moment(to),
});

/** Graph leaves out either end now and then: https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8572 */
test.each([
  ["no leaving, and a total", [joined(1, 3), joined(5, null)], 600, [between(1, 3), between(5, 13)]],
  ["no coming, and a total", [joined(null, 20), joined(22, 23)], 360, [between(15, 20), between(22, 23)]],
  ["no leaving, and no total", [joined(5, null)], null, [between(5, 30)]],
  ["no coming, and no total", [joined(null, 20)], null, [between(0, 20)]],
  ["a total that is longer than the meeting", [joined(5, null)], 9000, [between(5, 30)]],
  ["two that lack an end", [joined(5, null), joined(null, 20)], 600, [between(0, 20), between(5, 30)]],
  [
    "a leaving before the coming",
    [{ ...joined(5, null), leaveDateTime: "0001-01-01T00:00:00Z" }],
    120,
    [between(5, 7)],
  ],
  [
    "a coming in the year 1",
    [{ ...joined(null, 20), joinDateTime: "0001-01-01T00:00:00Z" }],
    null,
    [between(0, 20)],
  ],
  ["neither end", [joined(null, null)], 120, [between(0, 2)]],
  ["no stay at all", [], 120, [between(0, 2)]],
  ["no stay, and a total of nothing", [], 0, []],
  [
    "nothing left for what lacks an end",
    [joined(1, 3), joined(5, null)],
    120,
    [between(1, 3), between(5, 5)],
  ],
  ["no list of stays", null, null, [between(0, 30)]],
])("a record with %s tells that somebody was there all the same", async (_what, intervals, total, stays) => {
  const { read } = await reports(({ url }) => ({
    json:
      url.pathname === LIST
        ? { value: [{ id: "rep-1" }] }
        : {
            id: "rep-1",
            meetingStartDateTime: moment(0),
            meetingEndDateTime: moment(30),
            attendanceRecords: [
              {
                ...record("r1", null),
                id: null,
                attendanceIntervals: intervals,
                totalAttendanceInSeconds: total,
              },
              { ...record("r2", null), id: null, attendanceIntervals: [joined(10, 11)] },
            ],
          },
  }));
  const [one, other] = (await read)[0]?.people ?? [];
  expect(one?.stays).toEqual(stays);
  expect(other?.stays).toEqual([between(10, 11)]);
  expect(one?.id).not.toBe(other?.id);
});

test("a list that leads elsewhere is not followed with our token, nor taken for the whole list", async () => {
  const { asked, read } = await reports(() => ({
    json: { value: [], "@odata.nextLink": "http://127.0.0.1:9/v1.0/reports" },
  }));
  await expect(read).rejects.toMatchObject({ reason: "refused" });
  expect(asked).toHaveLength(1);
});

test("a report that is listed and cannot be read hinders no other", async () => {
  const { read } = await reports(({ url }) => {
    if (url.pathname === LIST)
      return { json: { value: ["gone", "ill", "none", "rep-4"].map((id) => ({ id })) } };
    if (url.pathname.endsWith("gone")) return refusal(404, "NotFound", "No such report.");
    if (url.pathname.endsWith("ill")) return { status: 500, json: {} };
    if (url.pathname.endsWith("none")) return { json: { id: "none" } };
    return { json: { id: "rep-4", attendanceRecords: [record("r1", null)] } };
  });
  const all = await read;
  expect(all.map(({ id, people, fault }) => [id, people.length, fault?.reason])).toEqual([
    ["gone", 0, "refused"],
    ["ill", 0, "unavailable"],
    ["none", 0, "unavailable"],
    ["rep-4", 1, undefined],
  ]);
});

test("where no report can be read, the first one's fault is told", async () => {
  const { read } = await reports(({ url }) =>
    url.pathname === LIST
      ? { json: { value: [{ id: "gone" }, { id: "ill" }] } }
      : url.pathname.endsWith("gone")
        ? refusal(404, "NotFound", "No such report.")
        : { status: 500, json: {} },
  );
  await expect(read).rejects.toMatchObject({
    reason: "refused",
    message: expect.stringContaining("404") as string,
  });
});

test("a record that is none is passed over, and a role only counts as Graph writes it", async () => {
  const { read } = await reports(({ url }) => ({
    json:
      url.pathname === LIST
        ? { value: [{ id: "rep-1" }] }
        : { id: "rep-1", attendanceRecords: [null, { ...record("r1", null), role: "CoAttendee" }] },
  }));
  expect((await read)[0]?.people).toMatchObject([{ id: "r1", look: "unnamed" }]);
});

test("where Graph asks to come back later, no further report is asked for, and those before it count", async () => {
  const { asked, read } = await reports(({ url }) => {
    if (url.pathname === LIST) return { json: { value: ["one", "two", "three"].map((id) => ({ id })) } };
    return url.pathname.endsWith("one")
      ? { json: { id: "one", attendanceRecords: [record("r1", null)] } }
      : { status: 429, json: {} };
  });
  expect((await read).map(({ id, people, fault }) => [id, people.length, fault?.reason])).toEqual([
    ["one", 1, undefined],
    ["two", 0, "unavailable"],
    ["three", 0, "unavailable"],
  ]);
  expect(asked.some(({ url }) => url.pathname.endsWith("three"))).toBe(false);
});

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  json: { error: { code, message } },
});

test.each([
  ["no consent", refusal(403, "Forbidden", "Missing role permissions."), "refused", "403 Forbidden"],
  [
    "no access policy",
    refusal(403, "Forbidden", "No application access policy found"),
    "refused",
    "policy in Teams",
  ],
  ["an answer that is none", { json: { value: [{}], other: "Pat Example" } }, "none", ""],
  ["a report that is none", { json: { id: "rep-1" } }, "unavailable", "no report"],
  ["a Graph that is ill", { status: 500, json: {} }, "unavailable", "500"],
])("%s", async (_what, answer, reason, words) => {
  const { read } = await reports(() => answer);
  const fault = await read.catch((error: unknown) => error);
  if (reason === "none") {
    expect(fault).toEqual([]);
    return;
  }
  expect(fault).toBeInstanceOf(AttendanceFault);
  expect(fault).toMatchObject({ reason, message: expect.stringContaining(words) as string });
});

/** One report whose people were there at these times, without the meeting's own. */
const reported = async (report: object) => {
  const { read } = await reports(({ url }) => ({
    json: url.pathname === LIST ? { value: [{ id: "rep-1" }] } : { id: "rep-1", ...report },
  }));
  return (await read)[0]?.people.map(({ stays }) => stays);
};
const person = (id: string, ...attendanceIntervals: readonly object[]) => ({
  ...record(id, null),
  attendanceIntervals,
});

test("where a report does not tell when the meeting was, it was from the first coming to the last leaving", async () => {
  const attendanceRecords = [
    person("r1", joined(5, null)),
    person("r2", joined(9, 12)),
    person("r3", joined(2, 20)),
    person("r4", joined(7, 11)),
    person("r5", joined(null, 6)),
  ];
  expect(await reported({ attendanceRecords })).toEqual([
    [between(5, 20)],
    [between(9, 12)],
    [between(2, 20)],
    [between(7, 11)],
    [between(2, 6)],
  ]);
  // What it does tell counts.
  const told = { meetingStartDateTime: moment(1), meetingEndDateTime: moment(25) };
  expect(await reported({ ...told, attendanceRecords: [person("r1", joined(5, null))] })).toEqual([
    [between(5, 25)],
  ]);
  expect(await reported({ ...told, attendanceRecords: [person("r1", joined(null, 6))] })).toEqual([
    [between(1, 6)],
  ]);
});

test.each([
  [
    "a meeting that ends before it begins",
    { meetingStartDateTime: moment(9), meetingEndDateTime: moment(8) },
    joined(5, null),
    [between(5, 5)],
  ],
  [
    "a meeting that ends as it begins",
    { meetingStartDateTime: moment(5), meetingEndDateTime: moment(5) },
    joined(null, null),
    [between(5, 5)],
  ],
  ["nothing told at all", {}, joined(null, null), []],
  [
    "a coming after the meeting's end",
    { meetingStartDateTime: moment(0), meetingEndDateTime: moment(3) },
    joined(5, null),
    [between(5, 5)],
  ],
  [
    "a leaving before the meeting's start",
    { meetingStartDateTime: moment(9), meetingEndDateTime: moment(30) },
    joined(null, 6),
    [between(6, 6)],
  ],
])("of %s nothing is invented", async (_, meeting, stay, stays) => {
  expect(await reported({ ...meeting, attendanceRecords: [person("r1", stay)] })).toEqual([stays]);
});

test("stays are told by when they began", async () => {
  const attendanceRecords = [person("r1", joined(20, 22), joined(1, 3), joined(9, 10))];
  expect(await reported({ attendanceRecords })).toEqual([[between(1, 3), between(9, 10), between(20, 22)]]);
});

test("people without an id are told apart by their number", async () => {
  const { read } = await reports(({ url }) => ({
    json:
      url.pathname === LIST
        ? { value: [{ id: "rep-1" }] }
        : {
            id: "rep-1",
            attendanceRecords: [{ role: "Presenter" }, 7, { role: "ATTENDEE" }, { role: "attendees" }],
          },
  }));
  expect((await read)[0]?.people).toEqual([
    { id: "without an id, 0", look: "staff", stays: [] },
    { id: "without an id, 1", look: "attendee", stays: [] },
    { id: "without an id, 2", look: "unnamed", stays: [] },
  ]);
});

test.each([
  ["PRESENTER", null, "staff"],
  ["copresenter", null, "unnamed"],
  ["presenters", null, "unnamed"],
  ["organizer", null, "staff"],
  ["Attendee", { "@odata.type": "#microsoft.graph.GUESTIDENTITY" }, "outside"],
  ["Presenter", { "@odata.type": "#microsoft.graph.guestIdentityX" }, "staff"],
  ["Presenter", { id: "ACS:1" }, "outside"],
  ["Presenter", { id: "8:acs" }, "staff"],
  ["Presenter", { id: "9:acs:1" }, "staff"],
  ["Attendee", { id: CLINICIAN, tenantId: TENANT.toUpperCase() }, "staff"],
  ["Attendee", { "@odata.type": "#microsoft.graph.phoneIdentityOfSomebody" }, "attendee"],
] as const)("who looks like %s with %j: %s", async (role, identity, look) => {
  const { read } = await reports(({ url }) => ({
    json:
      url.pathname === LIST
        ? { value: [{ id: "rep-1" }] }
        : { id: "rep-1", attendanceRecords: [{ ...record("r1", identity), role }] },
  }));
  expect((await read)[0]?.people[0]?.look).toBe(look);
});

/** A list of reports on so many pages of six. */
const pagesOfReports = (pages: number) =>
  reports(({ url, headers }) => {
    if (url.pathname !== LIST) return { json: { id: url.pathname.split("/").at(-1), attendanceRecords: [] } };
    const page = Number(url.searchParams.get("page") ?? "0");
    const value = Array.from({ length: 6 }, (_, index) => ({ id: [page, index].join("-") }));
    const next = `http://${headers.host ?? ""}${LIST}?page=${String(page + 1)}`;
    return { json: { value, ...(page + 1 < pages && { "@odata.nextLink": next }) } };
  });

test("of a meeting with very many reports the last fifty are read, and the others are said to be unread", async () => {
  const { asked, read } = await pagesOfReports(10);
  const found = await read;
  const isRead = found.map(({ fault }) => fault === undefined);
  expect([found.length, found[0]?.id, isRead.indexOf(true), isRead.lastIndexOf(false)]).toEqual([
    ...[60, "0-0"],
    ...[10, 9],
  ]);
  expect(found[0]).toMatchObject({
    people: [],
    fault: { reason: "refused", message: /more than 50 reports/ },
  });
  expect(asked.filter(({ url }) => url.pathname === LIST)).toHaveLength(10);
});

test("a list of reports that is longer than is read is not taken for whole", async () => {
  const { asked, read } = await pagesOfReports(11);
  await expect(read).rejects.toMatchObject({
    name: "AttendanceFault",
    reason: "refused",
    message: "Graph's list has more than 10 pages.",
  });
  expect(asked).toHaveLength(10);
});

test("a report's records are read to their end, or the report is not read", async () => {
  const of = (next: (origin: string) => string) =>
    reports(({ url, headers }) => {
      if (url.pathname === LIST) return { json: { value: [{ id: "rep-1" }, { id: "rep-2" }] } };
      const isMore = url.pathname.endsWith("/attendanceRecords");
      if (isMore) return { json: { value: [record("r2", {})] } };
      const id = url.pathname.split("/").at(-1);
      const more = { "attendanceRecords@odata.nextLink": next(`http://${headers.host ?? ""}`) };
      return { json: { id, attendanceRecords: [record("r1", {})], ...(id === "rep-1" && more) } };
    });
  const { read } = await of((origin) => `${origin}${LIST}/rep-1/attendanceRecords?$skiptoken=x`);
  expect((await read).map(({ people }) => people.map(({ id }) => id))).toEqual([["r1", "r2"], ["r1"]]);
  const { read: elsewhere } = await of(() => "https://other.example/v1.0/x");
  expect(await elsewhere).toMatchObject([
    { people: [], fault: { reason: "refused", message: /not below its own address/ } },
    { people: [{ id: "r1" }] },
  ]);
});

test("a fault keeps what it came from, and says what Graph would not give", async () => {
  const fault = async (answer: Answer) => (await reports(() => answer)).read.catch((error: unknown) => error);
  expect(await fault(refusal(403, "Forbidden", ""))).toMatchObject({
    reason: "refused",
    message: "Graph gives no report of attendance: Graph answered 403 Forbidden",
    cause: { name: "GraphRefusal" },
  });
  expect(await fault(refusal(403, "Forbidden", "No application access policy found"))).toMatchObject({
    message: "Graph gives no report of attendance: the access policy in Teams does not cover the organizer",
  });
  expect(await fault({ status: 500, json: {} })).toMatchObject({ cause: { name: "GraphUnavailable" } });
  expect(await fault({ json: { id: 1 } })).toMatchObject({
    message: "Graph's answer is no report of attendance.",
    cause: { name: "Unreadable" },
  });
});
