import { describe, expect, test } from "vitest";
import { graphMeetings } from "../../../../app/adapters/graph/meetings.ts";
import { MeetingsFault, type MeetingRequest } from "../../../../app/ports/meetings.ts";
import { serve, type Answer, type Asked } from "../server.ts";

const ORGANIZER = "7d0c5a1e-0000-4000-8000-00000000a001";
const JOIN =
  "https://teams.microsoft.com/l/meetup-join/19%3ameeting_SYNTH%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d";
const request: MeetingRequest = {
  visitId: "visit-1",
  organizer: ORGANIZER,
  lobby: "staff",
  start: new Date("2027-01-12T15:00:00Z"),
  end: new Date("2027-01-12T15:30:00Z"),
};
const created = {
  "@odata.context": "…",
  id: "MSo3_SYNTH/=",
  startDateTime: "2027-01-12T15:00:00.0000000Z",
  endDateTime: "2027-01-12T15:30:00Z",
  joinWebUrl: JOIN,
  allowedPresenters: "everyone",
  lobbyBypassSettings: { scope: "organization", isDialInBypassEnabled: false },
  autoAdmittedUsers: "everyoneInCompany",
};

/** A small Graph with one meeting. A test may answer a request before it does. */
async function graph(first: (asked: Asked, count: number) => Answer | undefined = () => undefined) {
  let meeting: Record<string, unknown> | undefined;
  const served = await serve((asked) => {
    const other = first(asked, served.asked.length);
    if (other) return other;
    if (asked.method === "POST") {
      const status = meeting ? 200 : 201;
      meeting ??= { ...created };
      return { status, json: meeting };
    }
    meeting = { ...meeting, ...(JSON.parse(asked.body) as object) };
    return { json: meeting };
  });
  let clock = Date.parse("2027-01-12T14:30:00Z");
  const slept: number[] = [];
  const meetings = graphMeetings({
    graph: served.origin,
    token: () => Promise.resolve("token-1"),
    now: () => new Date(clock),
    wait: (milliseconds) => {
      slept.push(milliseconds);
      clock += milliseconds;
      return Promise.resolve();
    },
  });
  return { meetings, asked: served.asked, slept };
}

test.each([409, 423])(
  "%i at the meeting's creation passes: somebody else creates it, too",
  async (status) => {
    const json = { error: { code: "Conflict", message: "" } };
    const once = await graph((_, count) => (count === 1 ? { status, json } : undefined));
    expect((await once.meetings.open(request)).id).toBe(created.id);
    const always = await graph(() => ({ status, json }));
    const fault = await always.meetings.open(request).catch((error: unknown) => error);
    expect([(fault as MeetingsFault).reason, always.asked.length]).toEqual(["unavailable", 3]);
  },
);

const bodies = (asked: readonly Asked[]) => asked.map(({ body }) => JSON.parse(body) as unknown);
const faultOf = async (asked: Promise<unknown>) => {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(MeetingsFault);
  return fault as MeetingsFault;
};

test("a visit's meeting is created under the department's account, then gets the rules of a video visit", async () => {
  const { meetings, asked } = await graph();
  const meeting = await meetings.open(request);

  expect(meeting).toEqual({ id: created.id, joinUrl: JOIN });
  expect(asked.map(({ method, url }) => method + " " + url.pathname)).toEqual([
    `POST /v1.0/users/${ORGANIZER}/onlineMeetings/createOrGet`,
    `PATCH /v1.0/users/${ORGANIZER}/onlineMeetings/MSo3_SYNTH%2F%3D`,
  ]);
  for (const { headers } of asked)
    expect(headers).toMatchObject({
      authorization: "Bearer token-1",
      accept: "application/json",
      "content-type": "application/json",
      prefer: "include-unknown-enum-members",
    });
  expect(bodies(asked)).toEqual([
    {
      externalId: "visit-1",
      subject: "Video visit",
      startDateTime: "2027-01-12T15:00:00.000Z",
      endDateTime: "2027-01-12T15:30:00.000Z",
    },
    {
      lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: false },
      allowedPresenters: "organization",
      allowedLobbyAdmitters: "organizerAndCoOrganizersAndPresenters",
      allowMeetingChat: "limited",
      isEntryExitAnnounced: false,
      allowAttendeeToEnableCamera: true,
      allowAttendeeToEnableMic: true,
      recordAutomatically: false,
    },
  ]);
});

test("opened again, the meeting is the same and one call is enough", async () => {
  const { meetings, asked } = await graph();
  const first = await meetings.open(request);
  expect(await meetings.open(request)).toEqual(first);
  expect(asked.map(({ method }) => method)).toEqual(["POST", "PATCH", "POST"]);
});

test("what Graph does not show of a meeting is said once, at its making, and not at every launch", async () => {
  const { meetings, asked } = await graph(({ method }) =>
    method === "PATCH" ? { json: created } : undefined,
  );
  await meetings.open({ ...request, lobby: "staffAndGuestAccounts" });
  const shown = { ...created, allowedPresenters: undefined, allowMeetingChat: null };
  const silent = await graph(() => ({ status: 200, json: shown }));
  await silent.meetings.open({ ...request, lobby: "staffAndGuestAccounts" });
  expect(asked.map(({ method }) => method)).toEqual(["POST", "PATCH"]);
  expect(silent.asked.map(({ method }) => method)).toEqual(["POST"]);
});

test.each([
  ["who waits is not shown", { lobbyBypassSettings: undefined }],
  ["who waits is shown in part", { lobbyBypassSettings: { scope: "organization" } }],
  ["everybody presents", { allowedPresenters: "everyone" }],
  ["it records by itself", { recordAutomatically: true }],
])("a meeting that was found gets its rules when %s", async (_case, shown) => {
  const found = { ...created, allowedPresenters: "organization", ...shown };
  const { meetings, asked } = await graph(({ method }) =>
    method === "POST" ? { status: 200, json: found } : undefined,
  );
  await meetings.open({ ...request, lobby: "staffAndGuestAccounts" });
  expect(asked.map(({ method }) => method)).toEqual(["POST", "PATCH"]);
});

test("a meeting that is made gets its rules, whatever it shows: what it does not show may be otherwise", async () => {
  const shown = { ...created, allowedPresenters: undefined };
  const { meetings, asked } = await graph(({ method }) =>
    method === "POST" ? { status: 201, json: shown } : undefined,
  );
  await meetings.open({ ...request, lobby: "staffAndGuestAccounts" });
  expect(asked.map(({ method }) => method)).toEqual(["POST", "PATCH"]);
});

test("somebody loosened the lobby by hand: the next launch sets every rule again", async () => {
  const { meetings, asked } = await graph();
  await meetings.open({ ...request, lobby: "staffAndGuestAccounts" });
  await meetings.open(request);
  expect(asked.map(({ method }) => method)).toEqual(["POST", "PATCH", "POST", "PATCH"]);
  expect(bodies(asked)[1]).toMatchObject({ lobbyBypassSettings: { scope: "organization" } });
  expect(bodies(asked)[3]).toMatchObject({ lobbyBypassSettings: { scope: "organizationExcludingGuests" } });
});

test.each([
  ["everybody enters", { lobbyBypassSettings: { scope: "everyone", isDialInBypassEnabled: false } }],
  [
    "callers enter",
    { lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: true } },
  ],
])("no meeting is handed out whose lobby the tenant overrules: %s", async (_case, shown) => {
  const { meetings } = await graph(({ method }) =>
    method === "PATCH" ? { json: { ...created, ...shown } } : undefined,
  );
  const fault = await faultOf(meetings.open(request));
  expect([fault.reason, fault.message]).toEqual(["refused", expect.stringContaining("meeting policies")]);
});

test("a visit that moved takes its meeting along, start and end together", async () => {
  const { meetings, asked } = await graph();
  await meetings.open(request);
  const later = { start: new Date("2027-01-12T16:00:00Z"), end: new Date("2027-01-12T16:30:00Z") };
  await meetings.open({ ...request, ...later });
  expect(await meetings.move({ organizer: ORGANIZER, id: created.id }, later)).toBe("moved");
  const times = { startDateTime: "2027-01-12T16:00:00.000Z", endDateTime: "2027-01-12T16:30:00.000Z" };
  expect(bodies(asked).slice(3)).toEqual([times, times]);
  const at = `/v1.0/users/${ORGANIZER}/onlineMeetings/MSo3_SYNTH%2F%3D`;
  expect(asked.slice(3).map(({ url }) => url.pathname)).toEqual([at, at]);
});

test.each([
  ["its start", { start: new Date("2027-01-12T14:45:00Z") }, 1],
  ["its end", { end: new Date("2027-01-12T15:45:00Z") }, 1],
  ["its end by a second", { end: new Date("2027-01-12T15:30:01Z") }, 1],
  ["nothing that Graph would keep", { end: new Date("2027-01-12T15:30:00.900Z") }, 0],
])(
  "a meeting that was found takes the visit's times where it shows others: %s",
  async (_case, change, calls) => {
    const { meetings, asked } = await graph();
    await meetings.open(request);
    const before = asked.length;
    await meetings.open({ ...request, ...change });
    const moves = asked.slice(before).filter(({ body }) => !body.includes("externalId"));
    expect(moves).toHaveLength(calls);
  },
);

test("a meeting that shows no times gets them", async () => {
  const found = { ...created, startDateTime: null, endDateTime: undefined };
  const { meetings, asked } = await graph(({ method }) => (method === "POST" ? { json: found } : undefined));
  await meetings.open(request);
  expect(bodies(asked).at(-1)).toHaveProperty("startDateTime", "2027-01-12T15:00:00.000Z");
});

test.each([
  ["no lobby", { id: created.id }],
  ["an empty lobby", { lobbyBypassSettings: null }],
  ["a lobby by a name of later", { lobbyBypassSettings: { scope: "unknownFutureValue" } }],
])("a change of the rules that is answered with %s was taken", async (_case, json) => {
  const { meetings } = await graph(({ method }) => (method === "PATCH" ? { json } : undefined));
  expect((await meetings.open(request)).joinUrl).toBe(JOIN);
});

test.each([
  ["no meeting", { value: [] }],
  ["nothing", undefined],
  ["an error", { error: { code: "NotFound", message: "" } }],
  ["a meeting without an id", { ...created, id: "" }],
  ["a meeting without a link", { ...created, joinWebUrl: "" }],
])("a success that is %s refuses nothing, and has its cause", async (_case, json) => {
  const { meetings } = await graph(({ method }) => (method === "POST" ? { json } : undefined));
  const fault = await faultOf(meetings.open(request));
  expect([fault.reason, fault.message, fault.answered]).toEqual([
    "unavailable",
    "Graph's answer is not a meeting.",
    "error",
  ]);
  expect(fault.cause).toBeInstanceOf(Error);
});

describe.each([
  ["204", { status: 204 }],
  ["200 and nothing", {}],
  ["200 and no member", { json: {} }],
])("a change that is answered with %s is looked at", (_what, silent: Answer) => {
  const closed = { scope: "organizer", isDialInBypassEnabled: false };
  const shows = (shown: object) =>
    graph(({ method }) => (method === "PATCH" ? silent : { json: { ...created, ...shown } }));
  const known = { organizer: ORGANIZER, id: created.id };

  test("and has been made where the meeting shows it", async () => {
    const { meetings, asked } = await shows({ lobbyBypassSettings: closed });
    await meetings.close(known);
    expect(await meetings.move(known, request)).toBe("moved");
    expect(asked.map(({ method }) => method)).toEqual(["PATCH", "GET", "PATCH", "GET"]);
  });

  test("and may be made later where it does not", async () => {
    const { meetings } = await shows({ endDateTime: "2027-01-12T17:00:00Z" });
    expect((await faultOf(meetings.close(known))).reason).toBe("unavailable");
    expect((await faultOf(meetings.move(known, request))).reason).toBe("unavailable");
  });
});

test("a change that is answered with a success and an error may be made later", async () => {
  const { meetings } = await graph(() => ({ json: { error: { code: "NotFound", message: "" } } }));
  expect((await faultOf(meetings.move({ organizer: ORGANIZER, id: created.id }, request))).reason).toBe(
    "unavailable",
  );
});

test.each<[string, Answer, string]>([
  ["may be running", { status: 400, json: { error: { code: "BadRequest", message: "…" } } }, "not-taken"],
  ["is running", { json: created }, "running"],
  ["takes none by its kind", { status: 400, json: { error: { code: "InvalidArgument" } } }, "refused"],
  ["Graph cannot be asked about", { status: 500, json: {} }, "unavailable"],
])("a meeting that %s is entered with the times that it has, and says so", async (_case, answer, why) => {
  const { meetings } = await graph(({ body, method }) =>
    method === "PATCH" && body.includes("startDateTime") ? answer : undefined,
  );
  const moved = { ...request, end: new Date("2027-01-12T16:30:00Z") };
  const { joinUrl, behind } = await meetings.open(moved);
  expect([joinUrl, behind instanceof MeetingsFault ? behind.reason : behind]).toEqual([JOIN, why]);
});

const later = { start: new Date("2027-01-12T15:00:00Z"), end: new Date("2027-01-12T16:45:00Z") };

test("a change that is answered with the old times says that the meeting is running", async () => {
  const { meetings, asked } = await graph(({ method }) =>
    method === "PATCH" ? { json: created } : undefined,
  );
  expect(await meetings.move({ organizer: ORGANIZER, id: created.id }, later)).toBe("running");
  expect(asked).toHaveLength(1);
});

test.each([
  ["400 BadRequest", 400, "BadRequest"],
  ["409 Conflict", 409, "Conflict"],
  ["400 other", 400, "Amy Adams"],
  ["400 without a code", 400, ""],
])("a change that is refused with %s may be tried later, and names the code", async (said, status, code) => {
  const { meetings, asked } = await graph(() => ({
    status,
    json: { error: { code, message: "Amy Adams" } },
  }));
  const fault = await faultOf(meetings.move({ organizer: ORGANIZER, id: created.id }, later));
  expect([fault.reason, fault.message]).toEqual([
    "not-taken",
    `For the organizer ${ORGANIZER}: Graph answered ${said}`,
  ]);
  expect(asked).toHaveLength(1);
});

test.each([
  ["a meeting that is gone", 404, "NotFound", "3004: Meeting does not exist.", "refused"],
  ["a policy that is gone", 403, "Forbidden", "No application access policy found", "access-policy"],
  [
    "a policy that is gone, told by 400",
    400,
    "General",
    "No application access policy found",
    "access-policy",
  ],
  [
    "a property that no change takes",
    400,
    "InvalidArgument",
    "One or more properties do not support updating.",
    "refused",
  ],
  ["a right that is gone", 403, "Forbidden", "Missing role permissions on the request.", "refused"],
  ["a Graph that is ill", 500, "InternalServerError", "", "unavailable"],
])("%s is not taken for a running meeting", async (_case, status, code, message, reason) => {
  const { meetings } = await graph(() => ({ status, json: { error: { code, message } } }));
  const fault = await faultOf(meetings.move({ organizer: ORGANIZER, id: created.id }, later));
  expect([fault.reason, fault.answered]).toEqual([reason, status === 500 ? "error" : undefined]);
});

test("a change of times that is answered with a meeting without times was taken", async () => {
  const { meetings } = await graph(() => ({ status: 200, json: { id: created.id } }));
  expect(await meetings.move({ organizer: ORGANIZER, id: created.id }, later)).toBe("moved");
});

test.each([
  [403, "Forbidden", "No application access policy found for this app: x on the user: y."],
  [403, "General", "No application access policy found for this app."],
  [401, "Unauthorized", "App x is not authorized to Create meeting on behalf of user y."],
  [
    403,
    "Forbidden",
    "Application is not allowed to perform operations on the user 'y', neither is allowed access through RSC permission evaluation.",
  ],
  [403, "Forbidden", "Application is not allowed to perform operations on the user"],
])("a missing access policy (%i %s) is told as such, and asked for once", async (status, code, message) => {
  const { meetings, asked } = await graph(() => ({ status, json: { error: { code, message } } }));
  const fault = await faultOf(meetings.open(request));
  expect(fault.reason).toBe("access-policy");
  expect(fault.message).toMatch(new RegExp(`${ORGANIZER}.*Grant-CsApplicationAccessPolicy.*30 minutes`));
  expect(fault.cause).toMatchObject({ name: "GraphRefusal", code });
  expect(asked).toHaveLength(1);
});

test("any other refusal names Graph's code and nothing of its message", async () => {
  const { meetings } = await graph(() => ({
    status: 404,
    json: { error: { code: "ResourceNotFound", message: "Amy Adams is not there" } },
  }));
  const fault = await faultOf(meetings.open(request));
  expect(fault.reason).toBe("refused");
  expect(fault.message).toContain("404 ResourceNotFound");
  expect(fault.message).not.toContain("Amy");
});

test.each([
  ["a code that Graph does not have", { error: { code: "Amy_Adams", message: "" } }, "400 other"],
  ["a code without an end", { error: { code: "BadRequest".repeat(1e5), message: "" } }, "400 other"],
  ["a code that is no text", { error: { code: { Amy: 1 }, message: "" } }, "400 without a code"],
  ["no code", { error: { message: "Amy" } }, "400 without a code"],
  ["an empty code", { error: { code: "", message: "Amy" } }, "400 without a code"],
])("%s stands in no message", async (_case, json, words) => {
  const { meetings } = await graph(() => ({ status: 400, json }));
  const fault = await faultOf(meetings.open(request));
  expect(fault.message).toBe(`For the organizer ${ORGANIZER}: Graph answered ${words}`);
  expect(JSON.stringify([fault.message, String(fault.cause)])).not.toContain("Amy");
});

test.each([404, 403])("a page of somebody in between, with %i, says nothing of a meeting", async (status) => {
  const { meetings } = await graph(() => ({ status, page: "<html>Amy is not found</html>" }));
  const fault = await faultOf(
    meetings.look({ ...request, id: "m", joinUrl: "https://teams.example/j" } as never),
  );
  expect([fault.reason, fault.message]).toEqual([
    "unavailable",
    `Something else than Graph answered ${String(status)} in its stead`,
  ]);
});

test("nor does such a page where Graph hands it on as its own error's message", async () => {
  const message = "\r\n<!DOCTYPE html>\n<title>404 - File or directory not found.</title>";
  const { meetings } = await graph(() => ({
    status: 404,
    json: { error: { code: "UnknownError", message } },
  }));
  const fault = await faultOf(
    meetings.look({ ...request, id: "m", joinUrl: "https://teams.example/j" } as never),
  );
  expect(fault.reason).toBe("unavailable");
});

test("the missing policy is recognized without a code, too, and only in what Graph itself would say", async () => {
  const policy = "No application access policy found for this app.";
  const bare = await graph(() => ({ status: 403, json: { error: { message: policy } } }));
  expect((await faultOf(bare.meetings.open(request))).reason).toBe("access-policy");
  const long = await graph(() => ({ status: 403, json: { error: { message: "x".repeat(2000) + policy } } }));
  expect((await faultOf(long.meetings.open(request))).reason).toBe("refused");
});

test.each([
  ["says no JSON", () => new Response("<html>Amy Adams</html>"), "Graph's answer cannot be read", 1],
  [
    "is more than a meeting can be",
    () => new Response(JSON.stringify({ pad: "x".repeat(2 * 1024 * 1024) })),
    "Graph's answer cannot be read",
    1,
  ],
  ["breaks off", () => new Response(brokenOff()), "Graph's answer broke off", 3],
])("an answer that %s is 'unavailable', and is quoted nowhere", async (_case, answer, words, tries) => {
  let calls = 0;
  const fetched = () => {
    calls++;
    return Promise.resolve(answer());
  };
  const common = { now: () => new Date(), wait: () => Promise.resolve(), token: () => Promise.resolve("t") };
  const fault = await faultOf(
    graphMeetings({ graph: "https://graph.example", fetch: fetched, ...common }).open(request),
  );
  expect([fault.reason, fault.message]).toEqual(["unavailable", words]);
  expect(causes(fault).length).toBeGreaterThan(2);
  expect(causes(fault).join(" ")).not.toContain("Amy");
  expect(calls).toBe(tries);
});

test("an answer that breaks off is asked for again", async () => {
  let calls = 0;
  const fetched = () => {
    calls++;
    const meeting = { ...created, lobbyBypassSettings: { scope: "organizationExcludingGuests" } };
    return Promise.resolve(calls === 1 ? new Response(brokenOff()) : Response.json(meeting));
  };
  const common = { now: () => new Date(), wait: () => Promise.resolve(), token: () => Promise.resolve("t") };
  const meetings = graphMeetings({ graph: "https://graph.example", fetch: fetched, ...common });
  expect((await meetings.open(request)).joinUrl).toBe(JOIN);
  expect(calls).toBe(3);
});

const brokenOff = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("closed"));
    },
  });
const causes = (error: unknown): string[] =>
  error instanceof Error ? [error.message, ...causes(error.cause)] : [];

test.each([
  ["seconds", "2", 2000],
  ["a date", "Tue, 12 Jan 2027 14:30:03 GMT", 3000],
])("a busy Graph is asked again when it says (%s)", async (_case, header, wait) => {
  const { meetings, slept } = await graph((_asked, count) =>
    count === 1 ? { status: 429, headers: { "retry-after": header } } : undefined,
  );
  expect((await meetings.open(request)).joinUrl).toBe(JOIN);
  expect(slept).toEqual([wait]);
});

test.each([
  ["stays busy", "1", 3, "busy"],
  ["says nothing of when", undefined, 3, "error"],
  ["asks for more time than there is", "9", 1, "busy"],
])("a Graph that %s is unavailable, after two more attempts at most", async (_case, header, calls, says) => {
  const { meetings, asked } = await graph(() => ({
    status: 503,
    ...(header !== undefined && { headers: { "retry-after": header } }),
  }));
  const { reason, answered } = await faultOf(meetings.open(request));
  expect([reason, answered]).toEqual(["unavailable", says]);
  expect(asked).toHaveLength(calls);
});

test.each([429, 502, 503, 504])(
  "a Graph that answers %i once is asked again, and nobody notices",
  async (status) => {
    for (const call of [1, 2]) {
      const { meetings, asked, slept } = await graph((_asked, count) =>
        count === call ? { status } : undefined,
      );
      expect((await meetings.open(request)).joinUrl).toBe(JOIN);
      expect(asked).toHaveLength(3);
      expect(slept).toHaveLength(1);
    }
  },
);

test("a connection that Graph closes without an answer is nobody's trouble twice, and 'unavailable' the third time", async () => {
  const closing = (times: number) => (_asked: unknown, count: number) => {
    if (count <= times) throw new Error("closed");
    return undefined;
  };
  const twice = await graph(closing(2));
  expect((await twice.meetings.open(request)).joinUrl).toBe(JOIN);
  // That a kept connection was closed says nothing about Graph, so there is no wait before the second try.
  expect(twice.slept).toEqual([0, 0]);
  const often = await graph(closing(9));
  expect((await faultOf(often.meetings.open(request))).reason).toBe("unavailable");
  expect(often.asked).toHaveLength(3);
});

test("a Graph that cannot be reached is tried again as long as its deadline lasts", async () => {
  let clock = Date.parse("2027-01-12T14:30:00Z");
  const slept: number[] = [];
  const meetings = graphMeetings({
    graph: "http://127.0.0.1:1",
    token: () => Promise.resolve("t"),
    now: () => new Date(clock),
    wait: (milliseconds) => {
      slept.push(milliseconds);
      clock += 7800;
      return Promise.resolve();
    },
  });
  expect((await faultOf(meetings.open(request))).reason).toBe("unavailable");
  expect(slept).toEqual([expect.any(Number)]);
  expect(slept[0]).toBeGreaterThan(0);
});

test("no answer, no token, and a broken server are all 'unavailable', each in its words and with its cause", async () => {
  const common = { now: () => new Date(), wait: () => Promise.resolve() };
  const token = () => Promise.resolve("t");
  const noToken = () => Promise.reject(new Error("no identity"));
  const ill = await serve(() => ({ status: 500 }));
  const busy = await serve(() => ({ status: 503 }));
  for (const [access, words, cause] of [
    [{ graph: "http://127.0.0.1:1", token }, "Graph did not answer", /fetch failed/],
    [{ graph: ill.origin, token: noToken }, "There is no token for Graph", /no identity/],
    [{ graph: ill.origin, token }, "Graph answered 500 without a code", undefined],
    [{ graph: busy.origin, token }, "Graph is busy (503) and asks to come back later", undefined],
  ] as const) {
    const fault = await faultOf(graphMeetings({ ...access, ...common }).open(request));
    expect([fault.reason, fault.message]).toEqual(["unavailable", words]);
    expect(fault.cause).toMatchObject({ name: "GraphUnavailable", message: words });
    if (cause !== undefined) expect(causes(fault)[2]).toMatch(cause);
  }
});

test("a refusal keeps Graph's, by name", async () => {
  const { meetings } = await graph(() => ({ status: 404, json: { error: { code: "NotFound" } } }));
  const fault = await faultOf(meetings.open(request));
  expect(fault.cause).toMatchObject({ name: "GraphRefusal", status: 404, code: "NotFound" });
});

test.each(["javascript:alert(1)", "http://teams.example/join", "join"])(
  "a join address that no browser should open is refused: %s",
  async (joinWebUrl) => {
    const { meetings } = await graph(({ method }) =>
      method === "POST" ? { json: { ...created, joinWebUrl } } : undefined,
    );
    const fault = await faultOf(meetings.open(request));
    expect([fault.reason, fault.message]).toEqual(["refused", expect.stringContaining("join address")]);
  },
);

test("the sandbox's join addresses on loopback may be plain", async () => {
  const joinWebUrl = "http://127.0.0.1:3005/l/meetup-join/x";
  const { meetings } = await graph(({ method }) =>
    method === "POST" ? { json: { ...created, joinWebUrl } } : undefined,
  );
  expect((await meetings.open(request)).joinUrl).toBe(joinWebUrl);
});

test("a meeting that is closed lets nobody in and takes no chat, and opening it brings its rules back", async () => {
  const { meetings, asked } = await graph();
  const { id } = await meetings.open(request);
  await meetings.close({ organizer: ORGANIZER, id });
  const closing = asked.at(-1);
  expect([closing?.method, closing?.url.pathname]).toEqual([
    "PATCH",
    `/v1.0/users/${ORGANIZER}/onlineMeetings/${encodeURIComponent(id)}`,
  ]);
  expect(JSON.parse(closing?.body ?? "")).toEqual({
    lobbyBypassSettings: { scope: "organizer", isDialInBypassEnabled: false },
    allowMeetingChat: "disabled",
  });
  await meetings.open(request);
  expect(JSON.parse(asked.at(-1)?.body ?? "")).toMatchObject({
    lobbyBypassSettings: { scope: "organizationExcludingGuests" },
    allowMeetingChat: "limited",
  });
});

test("a closed meeting whose lobby the tenant decides otherwise is refused, and not believed to be closed", async () => {
  const { meetings } = await graph(({ method }) =>
    method === "PATCH" ? { json: { ...created, lobbyBypassSettings: { scope: "everyone" } } } : undefined,
  );
  const fault = await faultOf(meetings.close({ organizer: ORGANIZER, id: created.id }));
  expect(fault.reason).toBe("refused");
});

describe("a meeting that is looked at", () => {
  const known = {
    organizer: ORGANIZER,
    id: created.id,
    lobby: "staff",
    start: request.start,
    end: request.end,
  } as const;
  const shown = {
    ...created,
    lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: false },
  };
  const looked = async (answer: Answer) => {
    const { meetings, asked } = await graph(() => answer);
    const look = await meetings.look(known);
    expect(asked.map(({ method, url }) => method + " " + url.pathname)).toEqual([
      `GET /v1.0/users/${ORGANIZER}/onlineMeetings/MSo3_SYNTH%2F%3D`,
    ]);
    return look;
  };

  test.each([
    ["as-asked", shown],
    ["as-asked", { ...shown, startDateTime: null, endDateTime: undefined, lobbyBypassSettings: undefined }],
    ["as-asked", { ...shown, startDateTime: "0001-01-01T00:00:00Z", endDateTime: "0001-01-01T00:00:00Z" }],
    ["other", { ...shown, startDateTime: "2027-01-12T16:00:00Z" }],
    ["other", created],
    [
      "other",
      { ...shown, lobbyBypassSettings: { ...shown.lobbyBypassSettings, isDialInBypassEnabled: true } },
    ],
  ] as const)("is %s by what Graph shows", async (look, json) => {
    expect(await looked({ json })).toBe(look);
  });

  test("and was deleted is gone, but is not where Graph refuses or is away", async () => {
    const error = (code: string, message: string) => ({ error: { code, message } });
    expect(await looked({ status: 404, json: error("NotFound", "3004: Meeting does not exist.") })).toBe(
      "gone",
    );
    const { meetings } = await graph(() => ({
      status: 403,
      json: error("General", "No application access policy found for this app."),
    }));
    expect((await faultOf(meetings.look(known))).reason).toBe("access-policy");
    const away = await graph(() => ({ status: 503 }));
    expect((await faultOf(away.meetings.look(known))).reason).toBe("unavailable");
  });

  test("is made anew under an id of its own, which is the same for whoever makes it", async () => {
    const { meetings, asked } = await graph();
    await meetings.open({ ...request, again: 1 });
    await meetings.open({ ...request, again: 1 });
    const ids = bodies(asked.filter(({ method }) => method === "POST"));
    expect(ids).toMatchObject([{ externalId: "visit-1.1" }, { externalId: "visit-1.1" }]);
  });
});
