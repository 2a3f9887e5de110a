import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { aMinuteLater, call, delivery, handshake, NUMBER, TEXT, type Answer } from "./eventGrid.ts";

let deployment: Deployment;
let token: string;
beforeAll(async () => {
  deployment = await startDeployment();
  // What becomes of the connector's own answers would come beside what these tests bring.
  deployment.sandbox.communication.faults.set({ reports: "lost" });
  token = await deployment.sandbox.microsoft.eventGridToken();
});
beforeEach(aMinuteLater());
beforeEach(() => void deployment.logged.splice(0));
afterAll(() => deployment.stop());

const CODE = "512d38b6-c7b8-40c8-89fe-f46f9e9622b6";
const bring = (options: Parameters<typeof call>[1]) => call(deployment.url, { token, ...options });
const entries = () => deployment.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
const noPage = ({ headers, body }: Answer) => {
  expect(headers.get("content-type") ?? "none").not.toContain("html");
  expect(body).not.toContain("<");
};

test("the handshake is answered with its code", async () => {
  const answer = await bring({ kind: "SubscriptionValidation", body: handshake(CODE) });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { validationResponse: CODE }]);
});

test("a registration that asks for version 1 of the tokens is served as well", async () => {
  const old = await deployment.sandbox.microsoft.eventGridToken("1.0");
  const answer = await bring({ token: old, kind: "SubscriptionValidation", body: handshake(CODE) });
  expect(answer.status).toBe(200);
});

test("a token from before Entra changed its key still counts", async () => {
  await deployment.sandbox.microsoft.signKeyRotate();
  const answer = await bring({ kind: "SubscriptionValidation", body: handshake(CODE) });
  expect(answer.status).toBe(200);
});

test("an event is taken", async () => {
  const answer = await bring({ kind: "Notification" });
  expect([answer.status, answer.body]).toEqual([200, ""]);
  expect(entries()).toMatchObject([{ level: "info", event: "events.taken", count: 1 }]);
});

test("a batch of the largest size that Event Grid sends is taken, too, and not refused", async () => {
  const answer = await bring({ kind: "Notification", body: delivery("x".repeat(1024 * 1024)) });
  expect(answer.status).toBe(200);
});

test.each(["constructor", "__proto__", "toString"])(
  "an event of the kind %s is none that matters",
  async (eventType) => {
    const body = JSON.stringify([{ eventType, eventTime: new Date().toISOString(), data: {} }]);
    expect((await bring({ kind: "Notification", body })).status).toBe(200);
    expect(entries()).toMatchObject([{ event: "events.others", count: 1 }]);
  },
);

test("the end of the subscription is taken note of", async () => {
  const answer = await bring({ kind: "SubscriptionDeletion" });
  expect([answer.status, answer.body]).toEqual([200, ""]);
});

describe("what Event Grid does not send is refused in a status", () => {
  test.each([
    ["no event type", { body: delivery() }, 400, "event-type"],
    ["an event type nobody knows", { kind: "Invitation" }, 400, "event-type"],
    [
      "a handshake by another event",
      {
        kind: "SubscriptionValidation",
        body: handshake(CODE).replace("EventGrid.Subscription", "Lamna.Subscription"),
      },
      400,
      "handshake",
    ],
    ["a handshake without a code", { kind: "SubscriptionValidation", body: delivery() }, 400, "handshake"],
    [
      "a handshake with an empty code",
      { kind: "SubscriptionValidation", body: handshake("") },
      400,
      "handshake",
    ],
    [
      "a code that is a letter",
      { kind: "SubscriptionValidation", body: handshake("a".repeat(201)) },
      400,
      "handshake",
    ],
    ["cut-off JSON", { kind: "Notification", body: delivery().slice(0, -40) }, 400, "body"],
    ["no list", { kind: "Notification", body: "{}" }, 400, "no-list"],
    ["words", { kind: "Notification", body: TEXT }, 400, "body"],
    [
      "a form",
      { kind: "Notification", headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "content-type",
    ],
    [
      "more than a batch can hold",
      { kind: "Notification", body: delivery("x".repeat(2 * 1024 * 1024)) },
      413,
      "body",
    ],
  ])("%s", async (_what, sent, status, reason) => {
    const answer = await bring(sent);
    expect([answer.status, answer.body]).toEqual([status, ""]);
    expect(entries()).toMatchObject([{ level: "warn", event: "events.refused", status, reason }]);
    expect(deployment.logged.join()).not.toMatch(/mark-text|2025550147|18335550100/);
  });
});

test("what is refused very often is logged as a flood, once", async () => {
  for (let n = 0; n < 8; n++) await call(deployment.url, { kind: "Notification", body: delivery() });
  const events = deployment.logged.map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events.filter((event) => event === "events.refused")).toHaveLength(5);
  expect(events.filter((event) => event === "events.refused.flood")).toHaveLength(1);
});

test("the body of a caller without a token is not even read", async () => {
  const tooLarge = delivery("x".repeat(2 * 1024 * 1024));
  const answer = await call(deployment.url, { kind: "Notification", body: tooLarge });
  expect(answer.status).toBe(401);
});

test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s is not for this address", async (method) => {
  const answer = await fetch(deployment.url + "/webhooks/events", { method });
  noPage({ status: answer.status, headers: answer.headers, body: await answer.text() });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
});

test("Event Grid needs neither a cookie nor an origin, and gets none", async () => {
  const answer = await bring({
    kind: "SubscriptionValidation",
    body: handshake(CODE),
    headers: { "sec-fetch-site": "cross-site", origin: "https://elsewhere.example" },
  });
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([200, null]);
});

test("nothing of a call is in the log: neither token, number, text, code nor query", async () => {
  const { url } = deployment;
  await bring({ kind: "Notification" });
  await bring({ kind: "SubscriptionValidation", body: handshake(CODE) });
  await bring({ kind: "Notification", body: delivery().slice(0, -5) });
  await bring({ token: token.slice(0, -9), kind: "Notification" });
  await fetch(url + "/webhooks/events?code=mark-query-11", { method: "POST", body: delivery() });
  expect(entries().filter(({ event }) => String(event).startsWith("events."))).toHaveLength(5);
  const said = deployment.logged.join();
  for (const secret of [token.slice(-20), token.slice(0, 40), NUMBER, TEXT, CODE, "mark-query-11"])
    expect(said).not.toContain(secret);
});
