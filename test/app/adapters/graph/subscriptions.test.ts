/** Subscriptions at Graph: what is asked, what an answer is, and what is done about one that is lost. */
import { expect, test } from "vitest";
import { graphCallEvents } from "../../../../app/adapters/graph/callEvents.ts";
import { callEventIn } from "../../../../app/adapters/graph/callEvent.ts";
import { CallEventsFault, NotificationUnreadable } from "../../../../app/ports/callEvents.ts";
import { serve, type Answer, type Asked } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000b001";
const UNTIL = new Date("2027-01-12T15:00:00Z");
const JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0";
const RESOURCE = `communications/onlineMeetings(joinWebUrl='${encodeURIComponent(JOIN)}')/meetingCallEvents`;
const made = { id: "s-1", expirationDateTime: "2027-01-12T14:30:00+00:00" };
const to = { joinUrl: JOIN, clientState: "visit.mac", until: UNTIL };
const refusal = (status: number, message = ""): Answer => ({
  status,
  json: { error: { code: "x", message } },
});

async function graph(answer: (asked: Asked, origin: string) => Answer) {
  const served = await serve((asked) => answer(asked, served.origin));
  const callEvents = graphCallEvents({
    graph: served.origin,
    token: () => Promise.resolve("t"),
    now: () => new Date(),
    wait: () => Promise.resolve(),
    key: {
      certificate: () => Promise.resolve({ version: "v1", der: Buffer.from("der") }),
      unwrap: () => Promise.reject(new Error("not here")),
    },
    webhook: "https://ehr.lamna.example/webhooks/graph",
    tenantId: TENANT,
  });
  const said = () => served.asked.map(({ method, url }) => method + " " + url.pathname + url.search);
  return { callEvents, asked: served.asked, said };
}
const faultOf = (act: Promise<unknown>) => act.catch((error: unknown) => error);

test("a subscription is asked for with the meeting, our address, the certificate and an end", async () => {
  const { callEvents, asked, said } = await graph(() => ({ status: 201, json: made }));
  expect(await callEvents.subscribe(to)).toEqual({
    id: "s-1",
    until: new Date("2027-01-12T14:30:00Z"),
    replaced: [],
  });
  expect(said()).toEqual(["POST /beta/subscriptions"]);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    changeType: "updated",
    resource: RESOURCE,
    notificationUrl: "https://ehr.lamna.example/webhooks/graph",
    lifecycleNotificationUrl: "https://ehr.lamna.example/webhooks/graph",
    includeResourceData: true,
    encryptionCertificate: Buffer.from("der").toString("base64"),
    encryptionCertificateId: "v1",
    expirationDateTime: UNTIL.toISOString(),
    clientState: "visit.mac",
  });
});

test.each([
  ["an id", { ...made, id: "" }],
  ["an end", { id: "s-1" }],
  ["an end that is one", { ...made, expirationDateTime: "soon" }],
])("an answer without %s is no subscription", async (_what, json) => {
  const { callEvents } = await graph(() => ({ status: 201, json }));
  const fault = await faultOf(callEvents.subscribe(to));
  expect(fault).toBeInstanceOf(CallEventsFault);
  expect(fault).toMatchObject({ reason: "unavailable", message: "Graph's answer is not a subscription." });
});

test("one is renewed with the newest certificate, by an address in which its id cannot lead elsewhere", async () => {
  const { callEvents, asked, said } = await graph(() => ({ json: made }));
  expect(await callEvents.renew("s/1", UNTIL)).toEqual({
    id: "s-1",
    until: new Date("2027-01-12T14:30:00Z"),
  });
  expect(said()).toEqual(["PATCH /beta/subscriptions/s%2F1"]);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    expirationDateTime: UNTIL.toISOString(),
    encryptionCertificate: Buffer.from("der").toString("base64"),
    encryptionCertificateId: "v1",
  });
});

test("one that Graph does not have is not renewed, and removed already", async () => {
  const { callEvents, said } = await graph(() => refusal(404));
  expect(await callEvents.renew("s-1", UNTIL)).toBeUndefined();
  await callEvents.remove("s-1");
  expect(said().at(-1)).toBe("DELETE /beta/subscriptions/s-1");
});

test.each([
  [403, "Number of subscriptions has exceeded the limit per application and tenant.", "limit"],
  [403, "no", "refused"],
  [401, "no", "refused"],
])("a refusal by %i (%s) is %s", async (status, message, reason) => {
  const { callEvents } = await graph(() => refusal(status, message));
  for (const act of [
    () => callEvents.subscribe(to),
    () => callEvents.renew("s", UNTIL),
    () => callEvents.remove("s"),
  ]) {
    const fault = await faultOf(act());
    expect(fault).toBeInstanceOf(CallEventsFault);
    expect(fault).toMatchObject({ reason });
  }
});

test.each([
  ["as we wrote it", RESOURCE],
  ["decoded once", decodeURIComponent(RESOURCE)],
  ["with other signs for the same", RESOURCE.replace("%253a", ":")],
])(
  "one that was lost is found over all pages of ours, its link %s, and replaced; others stay",
  async (_how, resource) => {
    let posts = 0;
    const { callEvents, said } = await graph(({ method, url }, origin) => {
      if (method === "POST") return (posts += 1) === 1 ? refusal(409) : { status: 201, json: made };
      if (method === "DELETE") return { status: 204 };
      return url.search === ""
        ? {
            json: {
              value: [{ id: "other", resource: "communications/other" }, { id: "odd", resource: null }, null],
              "@odata.nextLink": origin + "/beta/subscriptions?$skiptoken=2",
            },
          }
        : { json: { value: [{ id: "lost", resource: "/" + resource }], "@odata.nextLink": null } };
    });
    expect(await callEvents.subscribe(to)).toMatchObject({ id: "s-1" });
    expect(said()).toEqual([
      "POST /beta/subscriptions",
      "GET /beta/subscriptions",
      "GET /beta/subscriptions?$skiptoken=2",
      "DELETE /beta/subscriptions/lost",
      "POST /beta/subscriptions",
    ]);
  },
);

test.each([
  ["at another host", "https://evil.example/beta/subscriptions?x"],
  ["beside the base", "/betas/subscriptions"],
])("a next page %s is not asked for, because the token is Graph's", async (_where, next) => {
  const { callEvents, said } = await graph(({ method }, origin) =>
    method === "POST"
      ? refusal(409)
      : { json: { value: [], "@odata.nextLink": next.startsWith("/") ? origin + next : next } },
  );
  expect(await faultOf(callEvents.subscribe(to))).toMatchObject({
    reason: "refused",
    message: "Graph names a next page that is not below its own address.",
  });
  expect(said().filter((one) => one.startsWith("GET"))).toHaveLength(1);
});

test("a list that leads back to itself is not taken for one without the meeting", async () => {
  const { callEvents, said } = await graph(({ method }, origin) =>
    method === "POST"
      ? refusal(409)
      : { json: { value: [], "@odata.nextLink": origin + "/beta/subscriptions?again" } },
  );
  expect(await faultOf(callEvents.subscribe(to))).toMatchObject({
    reason: "refused",
    message: "Graph's list leads back to one of its own pages.",
  });
  expect(said().filter((one) => one.startsWith("GET"))).toHaveLength(2);
});

test("what is no list of subscriptions is told as that", async () => {
  const { callEvents } = await graph(({ method }) =>
    method === "POST" ? refusal(409) : { json: { value: 1 } },
  );
  expect(await faultOf(callEvents.subscribe(to))).toMatchObject({
    reason: "unavailable",
    message: "Graph's answer is no list of subscriptions.",
  });
});

const roster = (more: object, people: readonly unknown[] = []) => ({
  eventType: "rosterUpdated",
  eventDateTime: "2026-11-28T10:00:00+01:00",
  "participants@delta": people,
  ...more,
});
test.each([
  ["callStarted", "started"],
  ["CALLENDED", "ended"],
  ["rosterUpdated", "roster"],
])("%s is %s", (eventType, kind) => {
  expect(callEventIn(roster({ eventType }), TENANT)).toEqual({
    kind,
    at: new Date("2026-11-28T09:00:00Z"),
    people: [],
  });
});

test.each([
  ["time", { eventDateTime: undefined }],
  ["time that is one", { eventDateTime: "soon" }],
  ["kind that is known", { eventType: "toString" }],
  ["kind", { eventType: undefined }],
])("an event without a %s is unreadable", (_what, more) => {
  expect(() => callEventIn(roster(more), TENANT)).toThrow(NotificationUnreadable);
});

test("an account of our own is named, and somebody who cannot be read is left out", () => {
  const user = { tenantId: TENANT, id: ACCOUNT.toUpperCase() };
  const people = [
    { id: "1", isInLobby: false, info: { identity: { user, phone: {} } } },
    { id: "2", isInLobby: "true", info: { identity: { user: { id: ACCOUNT } } } },
    { isInLobby: true },
    null,
    { id: "3" },
  ];
  expect(callEventIn(roster({}, people), TENANT).people).toEqual([
    { id: "1", look: "staff", account: ACCOUNT, whereabouts: "in" },
    { id: "2", look: "unnamed", whereabouts: "lobby" },
    { id: "3", look: "unnamed" },
  ]);
});

const limits = {
  "limit-of-app-in-tenant": "the application in the tenant",
  "limit-of-tenant": "the tenant",
  "limit-of-app": "the application",
  limit: "it",
} as const;
test.each([
  ["limit-of-app-in-tenant", "as many subscriptions as it gives this application in this organization"],
  ["limit-of-tenant", "as many subscriptions as it gives this organization"],
  ["limit-of-app", "as many subscriptions as it gives this application"],
  ["limit", "as many subscriptions as it gives"],
] as const)("whose limit was met is said, so that somebody can have it raised: %s", async (limit, words) => {
  const { callEvents } = await graph(() => refusal(403, `Too many subscriptions for ${limits[limit]}.`));
  expect(await faultOf(callEvents.subscribe(to))).toMatchObject({
    reason: "limit",
    limit,
    message: `Microsoft Graph has ${words}.`,
    cause: { name: "GraphRefusal" },
  });
});

test.each<[what: string, answer: Answer, fault: object]>([
  [
    "our webhook is not reached",
    refusal(400, "Subscription validation request failed."),
    { reason: "not-reached", message: expect.stringContaining("does not reach the connector") as string },
  ],
  [
    "Graph refuses",
    refusal(400, "Pat Example"),
    { reason: "refused", message: "Microsoft Graph does not tell who is waiting: Graph answered 400 other" },
  ],
  [
    "Graph is ill",
    { status: 500, json: {} },
    {
      reason: "unavailable",
      message: "Graph answered 500 without a code",
      cause: { name: "GraphUnavailable" },
    },
  ],
])("where %s, each request says so, and keeps from what it knows", async (_what, answer, fault) => {
  const { callEvents } = await graph(() => answer);
  for (const act of [
    () => callEvents.subscribe(to),
    () => callEvents.renew("s", UNTIL),
    () => callEvents.all(),
  ]) {
    const thrown = await faultOf(act());
    expect(thrown).toBeInstanceOf(CallEventsFault);
    expect(thrown).toMatchObject(fault);
    expect((thrown as Error).cause).toBeInstanceOf(Error);
  }
});

test("a mistake of ours is no fault of Graph's", async () => {
  const { callEvents } = await graph(() => ({ json: made }));
  await expect(callEvents.subscribe({ ...to, until: new Date(NaN) })).rejects.toThrow(RangeError);
});

test("where two are there already for the meeting, both are replaced, and those of another meeting stay", async () => {
  let posts = 0;
  const other = RESOURCE.replace("meeting_x", "meeting_y");
  const { callEvents, said } = await graph(({ method }) => {
    if (method === "POST") return (posts += 1) === 1 ? refusal(409) : { status: 201, json: made };
    if (method === "DELETE") return { status: 204 };
    return {
      json: {
        value: [
          { id: "one", resource: RESOURCE },
          { id: "other", resource: other },
          { id: "two", resource: RESOURCE.replace("onlineMeetings", "ONLINEMEETINGS") },
          { id: "longer", resource: RESOURCE + "/x" },
          { id: "before", resource: "x/" + RESOURCE },
        ],
      },
    };
  });
  expect(await callEvents.subscribe(to)).toMatchObject({ replaced: ["one", "two"] });
  expect(said().filter((one) => one.startsWith("DELETE"))).toEqual([
    "DELETE /beta/subscriptions/one",
    "DELETE /beta/subscriptions/two",
  ]);
});

test("links that are no meeting's are the same only if they are the same text", async () => {
  const resourceOf = (link: string) =>
    `communications/onlineMeetings(joinWebUrl='${encodeURIComponent(link)}')/meetingCallEvents`;
  let posts = 0;
  const { callEvents } = await graph(({ method }) => {
    if (method === "POST") return (posts += 1) === 1 ? refusal(409) : { status: 201, json: made };
    if (method === "DELETE") return { status: 204 };
    const links = ["https://teams.example/a", "https://teams.example/b"];
    return {
      json: { value: links.map((link, index) => ({ id: String(index), resource: resourceOf(link) })) },
    };
  });
  expect(await callEvents.subscribe({ ...to, joinUrl: "https://teams.example/b" })).toMatchObject({
    replaced: ["1"],
  });
});

test("what Graph writes otherwise is read, sixteen levels deep", () => {
  const left = [{ ID: "1", REMOVEDSTATE: {}, IsInLobby: true, INFO: { IDENTITY: { PHONE: { ID: "p" } } } }];
  expect(callEventIn(roster({}, left), TENANT).people).toEqual([
    { id: "1", look: "phone", whereabouts: "left" },
  ]);
  const nested = (levels: number): unknown => (levels === 0 ? "x" : { Inner: nested(levels - 1) });
  expect(callEventIn(roster({ other: nested(100) }), TENANT).people).toEqual([]);
  expect(callEventIn({ ...roster({}), "participants@delta": undefined }, TENANT).people).toEqual([]);
});

test.each([
  ["it tells of something that nobody knows", { eventType: "recordingStarted" }],
  ["it is no event of a call", { eventDateTime: "soon" }],
])("what is unreadable says that %s", (words, more) => {
  expect(() => callEventIn(roster(more), TENANT)).toThrow(words);
});

test.each([
  ["an account of another organization", { user: { id: ACCOUNT, tenantId: "b" } }, "outside", undefined],
  [
    "an account of no directory beside another member",
    { user: { id: ACCOUNT }, guest: {} },
    "outside",
    undefined,
  ],
  ["an application", { application: { id: "bot" } }, "outside", undefined],
  ["a telephone", { phone: {} }, "phone", undefined],
  ["a telephone of our account", { phone: {}, user: { id: ACCOUNT, tenantId: TENANT } }, "staff", ACCOUNT],
  ["an account without an id in our directory", { user: { tenantId: TENANT } }, "staff", undefined],
  ["an account without an id", { user: {} }, "outside", undefined],
] as const)("%s looks like %s", (_what, identity, look, account) => {
  const [one] = callEventIn(roster({}, [{ id: "1", info: { identity } }]), TENANT).people;
  expect([one?.look, one?.account]).toEqual([look, account]);
});
