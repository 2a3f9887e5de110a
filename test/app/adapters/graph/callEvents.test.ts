import {
  createCipheriv,
  createHash,
  createHmac,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  privateDecrypt,
  X509Certificate,
} from "node:crypto";
import { expect, test } from "vitest";
import { callEventIn } from "../../../../app/adapters/graph/callEvent.ts";
import { graphCallEvents } from "../../../../app/adapters/graph/callEvents.ts";
import { opened } from "../../../../app/adapters/graph/encrypted.ts";
import { selfSigned } from "../../../../app/adapters/keyvault/selfSigned.ts";
import {
  CallEventsFault,
  NotificationUnreadable,
  type EncryptedItem,
} from "../../../../app/ports/callEvents.ts";
import { WrappedForAnother } from "../../../../app/ports/notificationKey.ts";
import { encrypted } from "../../../../app/sandbox/microsoft/graph/notifier.ts";
import { serve, type Answer } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = await selfSigned(
  {
    publicKey: publicKey.export({ format: "jwk" }),
    name: "graph-notifications",
    serial: Buffer.concat([Buffer.of(1), createHash("sha256").update("1").digest().subarray(0, 15)]),
    notBefore: new Date("2026-11-01T00:00:00Z"),
    notAfter: new Date("2050-02-03T04:05:06Z"),
  },
  (data) => Promise.resolve(createSign("sha256").update(data).sign(privateKey)),
);
const key = {
  unwrap: (_version: string, wrapped: Uint8Array) =>
    Promise.resolve(privateDecrypt({ key: privateKey, oaepHash: "sha1" }, wrapped)),
};

function item(content: object): EncryptedItem {
  const { encryptionCertificateId: certificateId, ...rest } = encrypted(
    { encryptionCertificate: Buffer.from(certificate).toString("base64"), encryptionCertificateId: "1" },
    content,
  ) as EncryptedItem & { readonly encryptionCertificateId: string };
  return { ...rest, certificateId };
}

test("the certificate is one that Node reads: its name, its key, its time, and signed by itself", () => {
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe("CN=graph-notifications");
  expect(read.issuer).toBe(read.subject);
  expect(read.verify(createPublicKey(privateKey))).toBe(true);
  expect(read.publicKey.equals(publicKey)).toBe(true);
  expect([read.validFromDate, read.validToDate]).toEqual([
    new Date("2026-11-01T00:00:00Z"),
    new Date("2050-02-03T04:05:06Z"),
  ]);
});

test("what Graph encrypts is opened; a byte that was changed, in data or signature, opens nothing", async () => {
  const whole = item({ eventType: "callStarted" });
  expect(await opened(key, whole)).toEqual({ eventType: "callStarted" });
  const flipped = (base64: string) => {
    const bytes = Buffer.from(base64, "base64");
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes.toString("base64");
  };
  for (const name of ["data", "dataSignature"] as const)
    await expect(opened(key, { ...whole, [name]: flipped(whole[name]) })).rejects.toThrow(
      NotificationUnreadable,
    );
});

test.each<
  [
    what: string,
    change: (whole: EncryptedItem) => EncryptedItem,
    inner: Uint8Array | Error | undefined,
    words: string,
  ]
>([
  [
    "has a signature of another length",
    (whole) => ({ ...whole, dataSignature: "AAAA" }),
    undefined,
    "its signature is not",
  ],
  ["is for a key of another length", (whole) => whole, Buffer.alloc(16), "its key is of another length"],
  [
    "is for another key",
    (whole) => whole,
    new WrappedForAnother("another"),
    "it is encrypted for another key",
  ],
])("what %s is unreadable, and says so", async (_what, change, inner, words) => {
  const unwrap = () =>
    inner instanceof Error ? Promise.reject(inner) : Promise.resolve(inner ?? Buffer.alloc(32));
  const by = inner === undefined ? key : { unwrap };
  const fault: unknown = await opened(by, change(item({ a: 1 }))).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(NotificationUnreadable);
  expect(fault).toMatchObject({ message: expect.stringContaining(words) as string });
  if (inner instanceof Error) expect((fault as Error).cause).toBe(inner);
});

test("a vault that fails is no fault of what is opened", async () => {
  const unwrap = () => Promise.reject(new TypeError("the vault is away"));
  await expect(opened({ unwrap }, item({}))).rejects.toThrow(TypeError);
});

test("what holds no JSON says so, and nothing of what it holds", async () => {
  const inner = Buffer.alloc(32, 1);
  const cipher = createCipheriv("aes-256-cbc", inner, inner.subarray(0, 16));
  const data = Buffer.concat([cipher.update("Pat Example"), cipher.final()]);
  const fault: unknown = await opened(
    { unwrap: () => Promise.resolve(inner) },
    {
      certificateId: "1",
      dataKey: "",
      data: data.toString("base64"),
      dataSignature: createHmac("sha256", inner).update(data).digest("base64"),
    },
  ).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(NotificationUnreadable);
  expect(fault).toMatchObject({ message: expect.stringContaining("it does not hold JSON") as string });
  expect((fault as Error).cause).toBeUndefined();
});

test("its key is unwrapped by the version that it names", async () => {
  const asked: unknown[] = [];
  const unwrap = (version: string, wrapped: Uint8Array) => {
    asked.push([version, Buffer.from(wrapped).toString("base64")]);
    return key.unwrap(version, wrapped);
  };
  const whole = { ...item({ a: 1 }), certificateId: "7" };
  expect(await opened({ unwrap }, whole)).toEqual({ a: 1 });
  expect(asked).toEqual([["7", whole.dataKey]]);
});

const OBJECT_ID = "7d0c5a1e-0000-4000-8000-00000000b001";
const event = (people: readonly object[], more: object = {}) => ({
  eventType: "rosterUpdated",
  eventDateTime: "2026-11-28T10:00:00.123Z",
  "participants@delta": people,
  ...more,
});
const staff = { id: "1", isInLobby: false, info: { identity: { user: { id: "u", tenantId: TENANT } } } };
const guest = { id: "2", isInLobby: true, info: { identity: { guest: { id: "g", displayName: "Pat" } } } };

test.each([
  ["camelCase", event([staff, guest])],
  [
    "PascalCase",
    {
      EventType: "RosterUpdated",
      EventDateTime: "2026-11-28T10:00:00.123Z",
      "Participants@Delta": [
        {
          Id: "1",
          IsInLobby: false,
          Info: { Identity: { User: { Id: "u", TenantId: TENANT.toUpperCase() } } },
        },
        {
          Id: "2",
          IsInLobby: true,
          RemovedState: null,
          Info: { Identity: { Guest: { DisplayName: "Pat" } } },
        },
      ],
    },
  ],
  [
    "as the schema calls it",
    { ...event([staff, guest]), eventType: undefined, callEventType: "rosterUpdated" },
  ],
])("%s is read, and no name is in what is read", (_case, json) => {
  expect(callEventIn(json, TENANT)).toEqual({
    kind: "roster",
    at: new Date("2026-11-28T10:00:00.123Z"),
    people: [
      { id: "1", look: "staff", whereabouts: "in" },
      { id: "2", look: "outside", whereabouts: "lobby" },
    ],
  });
});

test("an account of another organization is somebody from outside, a telephone is one, and who was removed has left", () => {
  const other = { ...staff, info: { identity: { user: { id: "u", tenantId: "b" } } } };
  const phone = { id: "3", info: { identity: { phone: { id: "p" } } }, removedState: {} };
  expect(callEventIn(event([other, phone]), TENANT).people).toEqual([
    { id: "1", look: "outside", whereabouts: "in" },
    { id: "3", look: "phone", whereabouts: "left" },
  ]);
});

test("what is nobody in an event is passed over, and the others are read", () => {
  const listed = { ...event([staff]), "participants@delta": [null, staff, null, guest] };
  expect(callEventIn(listed, TENANT).people.map(({ id }) => id)).toEqual(["1", "2"]);
});

test.each([
  ["nothing of who it is", {}, "unnamed"],
  ["an empty identity", { info: { identity: { user: null, guest: null } } }, "unnamed"],
  ["a type alone", { info: { identity: { "@odata.type": "#microsoft.graph.identitySet" } } }, "unnamed"],
  ["an account of no directory", { info: { identity: { user: { id: OBJECT_ID } } } }, "unnamed"],
  ["a visitor among users", { info: { identity: { user: { id: "teamsvisitor:1" } } } }, "outside"],
  ["somebody of a kind that is new", { info: { identity: { hologram: { id: "h" } } } }, "outside"],
])("whoever comes with %s is not taken for a guest unless it is known", (_what, told, look) => {
  expect(callEventIn(event([{ id: "4", ...told }]), TENANT).people).toMatchObject([{ look }]);
});

test.each([
  ["leaves out whether they wait", {}, undefined],
  ["says nothing in its place", { isInLobby: null }, undefined],
  ["says a word that is neither", { isInLobby: "perhaps" }, undefined],
  ["says that they wait", { isInLobby: "True" }, "lobby"],
  ["says that they do not", { isInLobby: false }, "in"],
  ["says that they have left, and no more", { removedState: {} }, "left"],
  ["says that they have left and wait", { removedState: {}, isInLobby: true }, "left"],
])("nobody is let in by an item that does not say so: it %s", (_what, more, whereabouts) => {
  expect(callEventIn(event([{ id: "2", info: guest.info, ...more }]), TENANT).people).toEqual([
    { id: "2", look: "outside", ...(whereabouts && { whereabouts }) },
  ]);
});

test.each([
  ["no event", {}],
  ["of another kind", event([], { eventType: "recordingStarted" })],
  ["nothing", undefined],
])("%s is refused", (_case, json) => {
  expect(() => callEventIn(json, TENANT)).toThrow(NotificationUnreadable);
});

const REFUSED = (status: number, code: string, message = "") => ({
  status,
  json: { error: { code, message } },
});
const THERE_ALREADY = REFUSED(409, "Conflict", "A subscription already exists.");

const WEBHOOK = "https://ehr.lamna.example/webhooks/graph";
const callEventsAt = (graph: string) =>
  graphCallEvents({
    graph,
    token: () => Promise.resolve("t"),
    now: () => new Date(),
    wait: () => Promise.resolve(),
    key: { certificate: () => Promise.resolve({ version: "1", der: certificate }), ...key },
    webhook: WEBHOOK,
    tenantId: TENANT,
  });

test("of all that Graph has for the application, what brings this deployment its meetings is named", async () => {
  const joinUrl = "https://teams.example/l/meetup-join/19%3ameeting%40thread.v2/0?context=%7b%7d";
  const of = (resource: string, notificationUrl: string | null = WEBHOOK) => ({ resource, notificationUrl });
  const meeting = `communications/onlineMeetings(joinWebUrl='${encodeURIComponent(joinUrl)}')/meetingCallEvents`;
  const pages = [
    [of(meeting), of("/" + meeting), of(meeting, "https://other.example/webhooks/graph"), of(meeting, null)],
    [of("communications/callRecords"), of(meeting.replace("%3A", "%3"))],
    [of(meeting)],
  ];
  const served = await serve(({ url }) => {
    const at = Number(url.searchParams.get("at"));
    const value = (pages[at] ?? []).map((one, index) => ({ id: [at, index].join("."), ...one }));
    const next = `${served.origin}/beta/subscriptions?at=${String(at + 1)}`;
    return { json: { value, ...(at < 2 && { "@odata.nextLink": next }) } };
  });
  expect(await callEventsAt(served.origin).all()).toEqual(
    ["0.0", "0.1", "2.0"].map((id) => expect.objectContaining({ id, joinUrl }) as unknown),
  );
});

test("a list of subscriptions that goes on after fifty pages is not taken for whole", async () => {
  let pages = 0;
  const served = await serve(() => ({
    json: { value: [], "@odata.nextLink": `${served.origin}/beta/subscriptions?at=${String((pages += 1))}` },
  }));
  await expect(callEventsAt(served.origin).all()).rejects.toMatchObject({
    name: "CallEventsFault",
    reason: "refused",
    message: "Graph's list has more than 50 pages.",
  });
  expect(served.asked).toHaveLength(50);
});

test.each<[what: string, list: Answer, second: Answer, fault: object]>([
  ["its list cannot be read", REFUSED(500, "InternalServerError"), THERE_ALREADY, { reason: "unavailable" }],
  ["its list is not given for now", { status: 503, json: {} }, THERE_ALREADY, { reason: "unavailable" }],
  ["the list does not name it", { json: { value: [] } }, THERE_ALREADY, { reason: "unavailable" }],
  [
    "meanwhile there are as many as Graph gives",
    { json: { value: [] } },
    REFUSED(403, "Forbidden", "Number of subscriptions has exceeded the limit per application and tenant."),
    { reason: "limit", limit: "limit-of-app-in-tenant" },
  ],
])("where Graph has a subscription already and %s, it is said why", async (_what, list, second, fault) => {
  let posts = 0;
  const served = await serve(({ method }) => {
    if (method === "GET") return list;
    posts += 1;
    return posts === 1 ? THERE_ALREADY : second;
  });
  const callEvents = callEventsAt(served.origin);
  const asked = { joinUrl: "https://teams.example/j", clientState: "c", until: new Date() };
  const failure: unknown = await callEvents.subscribe(asked).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CallEventsFault);
  expect(failure).toMatchObject(fault);
});
