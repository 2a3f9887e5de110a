/** What Event Grid's address answers and logs, by itself: who calls, what it brings, and what cannot be taken now. */
import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import { expect, onTestFinished, test, vi } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import type { WebhookPicks } from "../../../../app/flows/webhooks/routes.ts";
import { webhooksFlow } from "../../../../app/flows/webhooks/webhooks.ts";

const MIB = 1024 * 1024;
const NOW = new Date("2027-01-12T15:00:00Z");

interface Said {
  /** What is said of the caller's token; the word "down" stands for keys that cannot be read. */
  readonly caller?: string;
  readonly isStoreAway?: boolean;
}
interface Sent {
  readonly method?: string;
  readonly authorization?: string | undefined;
  readonly kind?: string;
  readonly type?: string;
  readonly body?: unknown;
}

async function served(said: Said = {}) {
  const logged: unknown[] = [];
  const tokens: string[] = [];
  const stopped: unknown[] = [];
  const note =
    (level: string) =>
    (event: string, ...more: unknown[]) =>
      void logged.push([level, event, ...more]);
  const stop = (number: string, at: Date) =>
    said.isStoreAway === true
      ? Promise.reject(new Error("no store"))
      : Promise.resolve(stopped.push([number, at]));
  const parts = {
    eventGrid: {
      recognize: (token: string) => {
        tokens.push(token);
        return said.caller === "down"
          ? Promise.reject(new Error("no keys"))
          : Promise.resolve(said.caller ?? "event-grid");
      },
    },
    heard: { told: () => Promise.resolve(), last: () => Promise.resolve({}) },
    hospital: { organization: { name: "Lamna Healthcare" } },
    log: {
      info: note("info"),
      warn: note("warn"),
      error: (event: string, error: Error, fields: object) =>
        void logged.push(["error", event, error.message, fields]),
    },
    messaging: undefined,
    now: () => NOW,
    optOuts: { stop, stopNow: stop },
  } as unknown as WebhookPicks;
  const flow = webhooksFlow(parts);
  const server = createServer(express().use(flow.routes)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  const { port } = server.address() as { readonly port: number };
  const send = async ({
    method = "POST",
    kind = "Notification",
    type = "application/json",
    ...sent
  }: Sent = {}) => {
    const authorization = "authorization" in sent ? sent.authorization : "Bearer good";
    const { body = [STOP] } = sent;
    const answer = await fetch(`http://127.0.0.1:${String(port)}${PATHS.events}`, {
      method,
      headers: {
        ...{ "content-type": type, "aeg-event-type": kind },
        ...(authorization !== undefined && { authorization }),
      },
      ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const of = (name: string) => answer.headers.get(name) ?? undefined;
    const headers = { authenticate: of("www-authenticate"), again: of("retry-after"), allow: of("allow") };
    return { status: answer.status, body: await answer.text(), headers };
  };
  return { send, logged, tokens, stopped, flow };
}
const STOP = {
  eventType: "Microsoft.Communication.SMSReceived",
  data: { from: "12025550147", message: "STOP", messageId: "in-1" },
};
const HANDSHAKE = [
  { eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", data: { validationCode: "512d38b6" } },
];
const refused = (status: number, reason: string) => [["warn", "events.refused", { status, reason }]];
const none = { authenticate: undefined, again: undefined, allow: undefined };

test.each<[what: string, sent: Sent, body: string, logged: readonly unknown[]]>([
  ["a notification", {}, "", [["info", "events.taken", { count: 1 }]]],
  [
    "one whose scheme is written otherwise",
    { authorization: "bearer  good" },
    "",
    [["info", "events.taken", { count: 1 }]],
  ],
  [
    "the handshake",
    { kind: "SubscriptionValidation", body: HANDSHAKE },
    '{"validationResponse":"512d38b6"}',
    [["info", "events.handshake"]],
  ],
  [
    "the end of the subscription",
    { kind: "SubscriptionDeletion" },
    "",
    [["info", "events.subscription_deleted"]],
  ],
])("%s is answered 200", async (_what, sent, body, logged) => {
  const address = await served();
  const answer = await address.send(sent);
  expect([answer.status, answer.body, answer.headers]).toEqual([200, body, none]);
  expect([address.logged, address.tokens]).toEqual([logged, ["good"]]);
});

test("an event without a time that can be read is taken as of now", async () => {
  const { send, stopped } = await served();
  await send();
  expect(stopped).toEqual([["+12025550147", NOW]]);
});

test.each<[what: string, sent: Sent, status: number, reason: string]>([
  ["a body that is no JSON by its type", { type: "text/plain" }, 415, "content-type"],
  ["a body that is no JSON by its text", { body: "[" }, 400, "body"],
  ["more than two megabytes", { body: '"' + "x".repeat(2 * MIB - 1) + '"' }, 413, "body"],
  ["a handshake without a code", { kind: "SubscriptionValidation" }, 400, "handshake"],
  ["no list", { body: {} }, 400, "no-list"],
  ["another kind", { kind: "Invitation" }, 400, "event-type"],
])("%s is refused", async (_what, sent, status, reason) => {
  const { send, logged, stopped } = await served();
  const answer = await send(sent);
  expect([answer, stopped]).toEqual([{ status, body: "", headers: none }, []]);
  expect(logged).toEqual(refused(status, reason));
});

test("two megabytes are taken", async () => {
  const { send } = await served();
  expect((await send({ body: JSON.stringify([STOP]).padEnd(2 * MIB) })).status).toBe(200);
});

test.each([undefined, "", "Basic good", "Bearer", "Bearer one two", "x Bearer good"])(
  "a call with %j has no token, and nobody is asked about it",
  async (authorization) => {
    const { send, logged, tokens } = await served();
    expect(await send({ authorization })).toEqual({
      ...{ status: 401, body: "" },
      headers: { ...none, authenticate: "Bearer" },
    });
    expect([logged, tokens]).toEqual([refused(401, "no-token"), []]);
  },
);

test.each([
  ["malformed", 401],
  ["algorithm", 401],
  ["signature", 401],
  ["unknown-key", 503],
  ["foreign-key", 401],
  ["expired", 503],
  ["not-yet-valid", 503],
  ["issuer", 401],
  ["tenant", 401],
  ["audience", 401],
  ["other-application", 403],
  ["role-missing", 503],
] as const)(
  "a token that is refused as %s is answered %i before the body is read",
  async (caller, status) => {
    const { send, logged, stopped } = await served({ caller });
    const authenticate = status === 401 ? 'Bearer error="invalid_token"' : undefined;
    const again = status === 503 ? "60" : undefined;
    expect(await send({ body: "[" })).toEqual({
      status,
      body: "",
      headers: { ...none, authenticate, again },
    });
    expect([logged, stopped]).toEqual([refused(status, caller), []]);
  },
);

test.each<[what: string, said: Said, entry: readonly unknown[]]>([
  [
    "who calls is not known",
    { caller: "down" },
    ["error", "events.caller_unknown", "no keys", { status: 503 }],
  ],
  ["nothing can be kept", { isStoreAway: true }, ["error", "events.failed", "no store", { status: 503 }]],
])("where %s Event Grid comes again", async (_what, said, entry) => {
  const { send, logged } = await served(said);
  expect(await send()).toEqual({ status: 503, body: "", headers: { ...none, again: "60" } });
  expect(logged).toEqual([entry]);
});

test.each(["GET", "PUT", "DELETE", "OPTIONS"])("%s is not for this address", async (method) => {
  const { send } = await served();
  expect(await send({ method })).toEqual({ status: 405, body: "", headers: { ...none, allow: "POST" } });
});

test("five refusals of a kind in a minute are logged by themselves, and the sixth stands for all others", async () => {
  const { send, logged } = await served();
  for (let times = 0; times < 8; times++) await send({ kind: "Invitation" });
  const [entry] = refused(400, "event-type");
  const flood = ["warn", "events.refused.flood", { status: 400, reason: "event-type" }];
  expect(logged).toEqual([...Array.from({ length: 5 }, () => entry), flood]);
  const real = performance.now.bind(performance);
  const later = vi.spyOn(performance, "now").mockImplementation(() => real() + 61_000);
  onTestFinished(() => {
    later.mockRestore();
  });
  await send({ kind: "Invitation" });
  expect(logged.at(-1)).toEqual(entry);
});

test("nothing comes round in it, and its check is that of the reports", async () => {
  const { flow } = await served();
  expect([flow.ticks, Object.keys(flow.jobs), await flow.checks()]).toEqual([
    [],
    ["opt-out"],
    [{ name: "text-reports", unseen: "No text was sent yet." }, { name: "text-starts" }],
  ]);
});
