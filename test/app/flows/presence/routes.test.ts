/** What Graph's address answers and keeps, by itself: who calls, what came, and what of it cannot be kept. */
import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import express from "express";
import { expect, onTestFinished, test, vi } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { presenceFlow } from "../../../../app/flows/presence/presence.ts";

const MIB = 1024 * 1024;
const encryptedContent = {
  ...{ data: "ZGF0YQ==", dataKey: "a2V5", dataSignature: "c2lnbg==", encryptionCertificateId: "v1" },
};
const item = (clientState = "visit-1", more: object = {}) => ({
  ...{ clientState, subscriptionId: "s-1", encryptedContent },
  ...more,
});
const sealed = { data: "ZGF0YQ==", dataKey: "a2V5", dataSignature: "c2lnbg==", certificateId: "v1" };
const kept = (visit = "visit-1") => [visit, "s-1", sealed];

interface Said {
  readonly isOff?: boolean;
  /** What is said of tokens; the word "down" stands for keys that cannot be read. */
  readonly caller?: string;
  readonly refuses?: readonly string[];
  readonly isLogBroken?: boolean;
}

async function served(said: Said = {}) {
  const done: unknown[] = [];
  const logged: unknown[] = [];
  const parts = {
    callEvents: said.isOff === true ? undefined : {},
    clientStates: { visitOf: (state: string) => (state.startsWith("visit-") ? state : undefined) },
    graphCallers: {
      recognize: (token: string) =>
        said.caller === "down"
          ? Promise.reject(new Error("no keys"))
          : Promise.resolve(token === "good" ? "graph" : (said.caller ?? "signature")),
    },
    jobs: { now: () => new Date() },
    log: {
      error: (event: string, error: Error, fields?: object) =>
        void logged.push([event, error.message, ...(fields ? [fields] : [])]),
      info: () => undefined,
      warn: (...entry: unknown[]) => {
        if (said.isLogBroken === true) throw new Error("no log");
        logged.push(entry);
      },
    },
    notifications: {
      keep(visit: string, ...about: unknown[]) {
        if (said.refuses?.includes(visit) === true) return Promise.reject(new Error("not " + visit));
        done.push([visit, ...about]);
        return Promise.resolve();
      },
    },
    presences: { of: () => Promise.resolve(undefined) },
    visits: { byId: () => Promise.resolve(undefined) },
  } as unknown as PresencePicks;
  const flow = presenceFlow(parts);
  const server = createServer(express().use(flow.routes)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  const { port } = server.address() as { readonly port: number };
  const ask = async (
    body: unknown,
    more: {
      readonly query?: string;
      readonly type?: string;
      readonly encoding?: string;
      readonly method?: string;
    } = {},
  ) => {
    const { query = "", type = "application/json", encoding, method = "POST" } = more;
    const answer = await fetch(`http://127.0.0.1:${String(port)}${PATHS.callEvents}${query}`, {
      method,
      headers: { "content-type": type, ...(encoding !== undefined && { "content-encoding": encoding }) },
      ...(method === "POST" && {
        body:
          body instanceof Uint8Array
            ? new Uint8Array(body)
            : typeof body === "string"
              ? body
              : JSON.stringify(body),
      }),
    });
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  };
  return { ask, done, logged, flow };
}
const refused = (reason: string, count?: number) => [
  "presence.refused",
  { reason, ...(count !== undefined && { count }) },
];
const batch = (...value: readonly object[]) => ({ value, validationTokens: ["good"] });
const manyNames = () => Array.from({ length: 20_001 }, (_, number) => ["name" + String(number), 0] as const);

test.each<[what: string, said: Said, body: unknown, done: readonly unknown[], logged: readonly unknown[]]>([
  ["a batch is kept whole", {}, batch(item(), item("visit-2")), [kept(), kept("visit-2")], []],
  ["what is no batch is noted", {}, [], [], [refused("no-list")]],
  ["where presence is off nothing is kept", { isOff: true }, batch(item(), item()), [], [refused("off", 2)]],
  [
    "what somebody else brings is counted by why",
    { caller: "audience" },
    { value: [item(), item()], validationTokens: ["good", "bad"] },
    [],
    [refused("audience", 2)],
  ],
  [
    "items of nobody are counted, and the others kept",
    {},
    batch(item("x"), item(), item("y")),
    [kept()],
    [refused("client-state", 2)],
  ],
  [
    "unreadable ones, too",
    {},
    batch(item(), item("visit-1", { encryptedContent: {} })),
    [kept()],
    [refused("unreadable", 1)],
  ],
  [
    "what is encrypted and comes without a token is nobody's",
    {},
    { value: [item()] },
    [],
    [refused("no-token", 1)],
  ],
  [
    "what is said of a subscription that the visit does not have is another's",
    {},
    { value: [item("visit-1", { lifecycleEvent: "missed" })] },
    [],
    [refused("subscription", 1)],
  ],
])("%s, and answered 202", async (_what, said, body, done, logged) => {
  const address = await served(said);
  const { status, body: text } = await address.ask(body);
  expect([status, text, address.done, address.logged]).toEqual([202, "", done, logged]);
});

test.each<
  [what: string, ask: Parameters<Awaited<ReturnType<typeof served>>["ask"]>, status: number, reason: string]
>([
  ["what is no JSON by its type", ["{}", { type: "text/plain" }], 415, "content-type"],
  ["what is no JSON by its text", ["{"], 400, "body"],
  ["what is no text", [Buffer.from([0x22, 0xff, 0x22])], 400, "body"],
  ["more than a megabyte", ['"' + "x".repeat(MIB - 1) + '"'], 413, "body"],
  ["what is packed", [gzipSync(JSON.stringify(batch(item()))), { encoding: "gzip" }], 415, "body"],
  ["many lists in one another", ['{"value":[' + "[".repeat(20_000) + "]".repeat(20_000) + "]}"], 413, "body"],
  ["many lists in a row", ['{"value":[' + "[],".repeat(10_000) + "[]]}"], 413, "body"],
  ["many names", [JSON.stringify(Object.fromEntries(manyNames()))], 413, "body"],
])("%s is refused", async (_what, ask, status, reason) => {
  const { ask: bring, logged } = await served();
  const answer = await bring(...ask);
  expect([answer.status, answer.body, logged]).toEqual([status, "", [refused(reason)]]);
});

test("a megabyte is taken", async () => {
  const { ask } = await served();
  expect((await ask(JSON.stringify(batch()).padEnd(MIB))).status).toBe(202);
});

test("a batch as large as Graph can bring is kept whole", async () => {
  const { ask, done } = await served();
  const large = (number: number) => ({
    ...item("visit-" + String(number), {
      encryptedContent: { ...encryptedContent, data: "ZGF0".repeat(400) },
    }),
    ...{
      changeType: "updated",
      resource: "communications/onlineMeetings",
      tenantId: "t",
      lifecycleEvent: null,
    },
    resourceData: { "@odata.type": "#Microsoft.Graph.onlineMeeting", "@odata.id": "x", id: "x" },
  });
  const items = Array.from({ length: 500 }, (_, number) => large(number));
  expect(
    (await ask({ ...batch(...items), validationTokens: Array.from({ length: 20 }, () => "good") })).status,
  ).toBe(202);
  expect(done.length).toBe(500);
});

test.each(["GET", "PUT", "DELETE"])("%s is not for this address", async (method) => {
  const { ask } = await served();
  const { status, headers, body } = await ask("", { method });
  expect([status, headers.get("allow"), body]).toEqual([405, "POST", ""]);
});

test("five refusals of a kind in a minute are logged by themselves, and the sixth stands for all others", async () => {
  const { ask, logged } = await served();
  for (let times = 0; times < 8; times++) await ask([]);
  const flood = ["presence.refused.flood", { reason: "no-list" }];
  expect(logged).toEqual([...Array.from({ length: 5 }, () => refused("no-list")), flood]);
  const real = performance.now.bind(performance);
  const later = vi.spyOn(performance, "now").mockImplementation(() => real() + 61_000);
  onTestFinished(() => {
    later.mockRestore();
  });
  await ask([]);
  expect(logged.at(-1)).toEqual(refused("no-list"));
});

test("who calls is not known while the directory's keys cannot be read, so Graph comes again; it is one outage", async () => {
  const { ask, done, logged } = await served({ caller: "down" });
  for (let times = 0; times < 2; times++) {
    const { status, headers, body } = await ask(batch(item()));
    expect([status, headers.get("retry-after"), body]).toEqual([503, "5", ""]);
  }
  expect([done, logged]).toEqual([[], [["presence.not_kept", "no keys"]]]);
});

test.each(["expired", "not-yet-valid", "unknown-key"])(
  "a token that is refused as %s may be good a little later, so Graph comes again",
  async (caller) => {
    const { ask, done, logged } = await served({ caller });
    const { status, headers, body } = await ask({ value: [item()], validationTokens: ["later"] });
    expect([status, headers.get("retry-after"), body]).toEqual([503, "5", ""]);
    expect([done, logged]).toEqual([[], [refused(caller, 1)]]);
  },
);

test("one that cannot be kept hinders no other, and Graph brings the batch again", async () => {
  const { ask, done, logged } = await served({ refuses: ["visit-1"] });
  const { status } = await ask(batch(item(), item("x"), item("visit-2")));
  const outage = ["presence.not_kept", "not visit-1"];
  expect([status, done, logged]).toEqual([503, [kept("visit-2")], [refused("client-state", 1), outage]]);
});

test("what fails otherwise is told, and Graph comes again", async () => {
  const { ask, logged } = await served({ isLogBroken: true });
  const { status, headers, body } = await ask([]);
  expect([status, headers.get("retry-after"), body]).toEqual([503, "5", ""]);
  expect(logged).toEqual([["presence.failed", "no log", { status: 503 }]]);
});

test.each<[token: string, status: number]>([
  ["Validation: anybody? +/&", 200],
  ["v".repeat(2000), 200],
  ["v".repeat(2001), 400],
  ["", 400],
  ["<b>", 400],
  ["a>b", 400],
])("the handshake of %s", async (token, status) => {
  const { ask } = await served();
  const answer = await ask("", { query: "?validationToken=" + encodeURIComponent(token) });
  expect([answer.status, answer.body]).toEqual([status, status === 200 ? token : ""]);
  if (status === 200) expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
});

test("its subscriptions are compared each quarter of an hour, and its checks say that it is off", async () => {
  const { flow } = await served({ isOff: true });
  expect(flow.ticks.map(({ name, concerns, everySeconds }) => [name, concerns, everySeconds])).toEqual([
    ["presence.subscriptions", "everybody", 900],
  ]);
  const { signal } = new AbortController();
  await flow.ticks[0]?.run({ signal });
  const of = { visit: "AAAABBBBCCCCDDDD" };
  expect(await flow.jobs.watch({ id: "w", of, due: new Date(), tries: 1, signal })).toEqual({ kind: "done" });
  expect((await flow.checks()).map(({ name }) => name)).toEqual(["presence"]);
});
