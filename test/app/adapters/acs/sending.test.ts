/** Sending texts and mails by HTTP: what each answer of the vendor means, and what a lost one means. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openMail } from "../../../../app/adapters/acs/mail.ts";
import { openSending } from "../../../../app/adapters/acs/sending.ts";
import { openTexts } from "../../../../app/adapters/acs/texts.ts";
import { movableClock } from "../../../harness/deployment.ts";
import { hospital } from "../../sandbox/microsoft/hospital.ts";
import { certificates, shop, type Shop } from "../../sandbox/communication/shop.ts";
import type { WireAnswer } from "../../../../app/adapters/acs/exchange.ts";
import { commonOutcome } from "../../../../app/adapters/acs/exchange.ts";
import { fateIn, outcomeOf as mailOutcomeOf } from "../../../../app/adapters/acs/mail.ts";
import { refusalOf } from "../../../../app/adapters/acs/numberFault.ts";
import { outcomeOf } from "../../../../app/adapters/acs/texts.ts";

const FROM = "+18335550100";
const TO = "+12025550147";
const SENDER = "visits@lamna.example";
const AZURES = "DoNotReply@0c1f7a52.azurecomm.net";

const microsoft = await hospital();
let vendor: Shop;
const clock = movableClock();
beforeEach(async () => {
  vendor = await shop({ numbers: [FROM], mailSenders: [SENDER, AZURES] }, { microsoft });
});

const texts = (endpoint = vendor.backChannel) =>
  openTexts({ endpoint, credential: vendor.credential, now: clock.now });
const mail = () => openMail({ endpoint: vendor.backChannel, credential: vendor.credential, now: clock.now });
const text = (more: object = {}) => ({
  from: FROM,
  to: TO,
  text: "Lamna: Video visit",
  id: randomUUID(),
  firstSent: new Date(),
  ...more,
});
const letter = (more: object = {}) => ({
  id: randomUUID(),
  from: SENDER,
  to: "pat@patients.example",
  subject: "Your video visit",
  plain: "plain",
  html: "<p>page</p>",
  calendar: "BEGIN:VCALENDAR",
  ...more,
});
const sentTexts = () => vendor.desk.texts.filter((one) => one.kind === "text");

describe("a text", () => {
  test("is handed over once, with our id as its tag", async () => {
    const ours = text();
    expect(await texts().send(ours)).toEqual({
      kind: "accepted",
      providerId: expect.stringMatching(/^Outgoing_/) as string,
    });
    expect(sentTexts()).toMatchObject([{ from: FROM, to: TO, text: ours.text, tag: ours.id }]);
  });

  test("whose answer was lost is repeated under its id, and sent once", async () => {
    const ours = text();
    vendor.faults.set({ answersLost: 1 });
    expect(await texts().send(ours)).toEqual({ kind: "unknown" });
    expect(await texts().send(ours)).toMatchObject({
      kind: "accepted",
      providerId: sentTexts()[0]?.messageId,
    });
    expect(sentTexts()).toHaveLength(1);
  });

  test("is not repeated once its id is forgotten", async () => {
    const firstSent = new Date(Date.now() - 5 * 60_000 - 2_000);
    expect(await texts().send(text({ firstSent }))).toEqual({ kind: "forgotten" });
    expect(sentTexts()).toEqual([]);
  });

  test("under an id of another text is refused", async () => {
    const ours = text();
    await texts().send(ours);
    expect(await texts().send({ ...ours, text: "Lamna: another" })).toMatchObject({ kind: "refused" });
    expect(sentTexts()).toHaveLength(1);
  });

  test("under a forgotten id is sent again, and the vendor does not know it", async () => {
    const clock = { now: new Date() };
    vendor = await shop({ numbers: [FROM] }, { clock });
    const ours = text({ firstSent: clock.now });
    const first = await texts().send(ours);
    clock.now = new Date(clock.now.getTime() + 5 * 60_000 + 1_000);
    const second = await texts().send({ ...ours, firstSent: clock.now });
    expect([first, second].map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
    expect(second).not.toEqual(first);
    expect(sentTexts()).toHaveLength(2);
  });

  test.each([408, 409, 500])(
    "is unknown where %s stands inside: it may be on its way",
    async (insideStatus) => {
      const ours = text();
      vendor.faults.set({ insideStatus });
      expect(await texts().send(ours)).toEqual({ kind: "unknown" });
      expect(await texts().send(ours)).toMatchObject({ kind: "accepted" });
      expect(sentTexts()).toHaveLength(1);
    },
  );

  test("first sent at no date is refused", async () => {
    const firstSent = Object.assign(new Date(), { toUTCString: () => "yesterday" });
    expect(await texts().send(text({ firstSent }))).toMatchObject({ kind: "refused" });
    expect(sentTexts()).toEqual([]);
  });

  test.each([
    ["Puerto Rico", "+17875550147", "2000"],
    ["Jamaica", "+18765550147", "4003"],
    ["the Dominican Republic", "+18095550147", "4003"],
    ["Guam", "+16715550147", "4003"],
    ["London", "+442079460147", "4003"],
  ])("to %s is accepted, and the carriers say what became of it", async (_where, to, code) => {
    expect(await texts().send(text({ to }))).toMatchObject({ kind: "accepted" });
    expect(sentTexts()).toMatchObject([{ to, code }]);
  });

  test.each([
    ["a number that is none", { to: "+1833555010045" }, { kind: "refused", reason: "recipient" }],
    ["somebody else's number as sender", { from: "+18445550100" }, { kind: "not-now", reason: "sender" }],
    ["a sender that is no number", { from: "+1833555010045" }, { kind: "not-now", reason: "sender" }],
    ["a text that is too long", { text: "x".repeat(2049) }, { kind: "refused", reason: "content" }],
  ])("to %s", async (_what, more, outcome) => {
    expect(await texts().send(text(more))).toEqual(outcome);
  });

  test("is not now where the vendor is busy, and as long as it says", async () => {
    vendor.faults.set({ throttled: 1, retryAfterSeconds: 7 });
    expect(await texts().send(text())).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 7_000 });
    expect(vendor.received()).toHaveLength(1);
  });

  test("is unknown where the vendor fails, and nothing is repeated by itself", async () => {
    vendor.faults.set({ unavailable: 1 });
    expect(await texts().send(text())).toEqual({ kind: "unknown" });
    expect(vendor.received()).toHaveLength(1);
  });

  test("is not now where nobody answers", async () => {
    const { backChannel } = vendor;
    await vendor.stop();
    expect(await texts(backChannel).send(text())).toEqual({ kind: "not-now", reason: "unreachable" });
  });

  test("is not now without a token, and without the role", async () => {
    const nobody = { getToken: () => Promise.reject(new Error("no identity")) };
    const without = openTexts({ endpoint: vendor.backChannel, credential: nobody, now: clock.now });
    expect(await without.send(text())).toEqual({ kind: "not-now", reason: "unreachable" });
    const foreign = await shop({ numbers: [FROM], owners: [] }, { microsoft });
    const refused = openTexts({
      endpoint: foreign.backChannel,
      credential: foreign.credential,
      now: clock.now,
    });
    expect(await refused.send(text())).toEqual({ kind: "not-now", reason: "role" });
  });

  test("waits when the number has sent 200 segments in a minute", async () => {
    const long = "x".repeat(1530);
    const outcomes = [];
    for (let sent = 0; sent < 21; sent++) outcomes.push(await texts().send(text({ text: long })));
    expect(outcomes.slice(0, 20).map(({ kind }) => kind)).toEqual(
      Array.from({ length: 20 }, () => "accepted"),
    );
    expect(outcomes[20]).toMatchObject({ kind: "not-now", reason: "busy" });
  });
});

describe("a mail", () => {
  test("is sent by one request, under our id", async () => {
    const ours = letter();
    expect(await mail().send(ours)).toEqual({ kind: "accepted", providerId: ours.id });
    expect(vendor.received().map(({ method, path }) => method + " " + path)).toEqual(["POST /emails:send"]);
    expect(vendor.desk.mails).toMatchObject([
      {
        operationId: ours.id,
        to: ours.to,
        subject: ours.subject,
        plain: "plain",
        calendar: "BEGIN:VCALENDAR",
      },
    ]);
  });

  test("whose answer was lost is asked for by one request, and not sent again", async () => {
    const ours = letter();
    vendor.faults.set({ answersLost: 1 });
    expect(await mail().send(ours)).toEqual({ kind: "unknown" });
    expect(await mail().fateOf(ours.id)).toEqual({ kind: "accepted", providerId: ours.id });
    expect(vendor.received()[0]).toMatchObject({ method: "GET", path: "/emails/operations/" + ours.id });
    expect(vendor.received()).toHaveLength(2);
    expect(vendor.desk.mails).toHaveLength(1);
  });

  test("that never arrived is absent", async () => {
    vendor.faults.set({ unavailable: 1 });
    const ours = letter();
    expect(await mail().send(ours)).toEqual({ kind: "unknown" });
    expect(await mail().fateOf(ours.id)).toEqual({ kind: "absent" });
  });

  test("sent again under its id is a second mail, and counts", async () => {
    const ours = letter({ from: AZURES });
    for (let sent = 0; sent < 5; sent++)
      expect(await mail().send(ours)).toEqual({ kind: "accepted", providerId: ours.id });
    expect(vendor.desk.mails).toHaveLength(5);
    expect(await mail().send(ours)).toMatchObject({ kind: "not-now", reason: "busy" });
  });

  test("is asked for ten times a minute where its domain is Azure's", async () => {
    const ours = letter({ from: AZURES });
    await mail().send(ours);
    for (let asked = 0; asked < 10; asked++)
      expect(await mail().fateOf(ours.id)).toMatchObject({ kind: "accepted" });
    expect(await mail().fateOf(ours.id)).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 60_000 });
  });

  test("of which nobody says anything that can be read is unknown", async () => {
    const ours = letter();
    await mail().send(ours);
    vendor.faults.set({ unreadableFates: 1 });
    expect(await mail().fateOf(ours.id)).toEqual({ kind: "unknown", answered: "in-between" });
  });

  test("from an address of nobody's is for administrators", async () => {
    expect(await mail().send(letter({ from: "visits@else.example" }))).toEqual({
      kind: "not-now",
      reason: "sender",
    });
  });

  test("of a domain of Azure's is not now after five in a minute", async () => {
    for (let sent = 0; sent < 5; sent++) await mail().send(letter({ from: AZURES }));
    expect(await mail().send(letter({ from: AZURES }))).toEqual({
      kind: "not-now",
      reason: "busy",
      retryAfterMs: 60_000,
    });
  });
});

test.each([
  [
    { httpStatusCode: 400, successful: false, messageId: null },
    { kind: "refused", reason: "recipient" },
  ],
  [
    { httpStatusCode: 400, successful: false, messageId: "" },
    { kind: "refused", reason: "recipient" },
  ],
  [
    { httpStatusCode: "202", successful: true, messageId: "m" },
    { kind: "accepted", providerId: "m" },
  ],
  [{ httpStatusCode: 202, successful: true, messageId: null }, { kind: "unknown" }],
  [{ httpStatusCode: "two", successful: true, messageId: "m" }, { kind: "unknown" }],
])("what an answer of 202 says of its one recipient: %j", (inside, outcome) => {
  expect(outcomeOf({ status: 202, body: JSON.stringify({ value: [inside] }) } as WireAnswer)).toEqual(
    outcome,
  );
});

const page = (status: number): WireAnswer => ({
  status,
  body: "<html><body>Blocked</body></html>",
  retryAfter: null,
});
const ofAnswer = (one: WireAnswer) => commonOutcome({ answer: one, left: true }, new Date(0));

test.each([302, 307, 407])(
  "a web page with status %i is of somebody in between who has kept the request: the vendor has received nothing",
  (status) => {
    expect(ofAnswer(page(status))).toEqual({ kind: "not-now", reason: "unreachable" });
  },
);

test.each([200, 202, 400, 401, 403, 404, 408, 409, 412, 500, 502, 504])(
  "a web page with status %i does not tell whether the vendor has received it",
  (status) => {
    expect(ofAnswer(page(status))).toEqual({ kind: "unknown", answered: "in-between" });
  },
);

test.each([
  [400, "Blocked by policy 7", { kind: "unknown", answered: "in-between" }],
  [403, '"blocked"', { kind: "unknown", answered: "in-between" }],
  [412, "<error>no</error>", { kind: "unknown", answered: "in-between" }],
  [403, '{"error":{"code":"Forbidden"}}', { kind: "not-now", reason: "role" }],
  [403, "", { kind: "not-now", reason: "role" }],
])("the vendor refuses in JSON or without a body, and nobody else does: %i %s", (status, body, outcome) => {
  expect(ofAnswer({ status, body, retryAfter: null })).toEqual(outcome);
});

/** Somebody between us and the vendor, who lets requests pass and answers with a refusal of their own. */
async function behindAProxy(status: number) {
  const server = createServer(certificates.localhost, (request, response) => {
    void (async () => {
      const body = await bodyText(request);
      const headers = Object.entries(request.headers).filter(([name]) => !HOP.includes(name));
      await fetch(vendor.backChannel + (request.url ?? ""), {
        method: request.method ?? "GET",
        headers: Object.fromEntries(headers) as Record<string, string>,
        ...(body !== "" && { body }),
      });
      response.writeHead(status, { "content-type": "text/html" }).end("<html><body>Blocked</body></html>");
    })();
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return "https://localhost:" + String((server.address() as AddressInfo).port);
}
const HOP = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

describe("behind somebody who lets a request pass and answers with a refusal of their own", () => {
  test.each([400, 403, 404, 409, 429])(
    "with %i: a text is repeated under its id, and sent once",
    async (status) => {
      const ours = text();
      const between = texts(await behindAProxy(status));
      const kinds = [(await between.send(ours)).kind, (await between.send(ours)).kind];
      expect(kinds).toEqual(["unknown", "unknown"]);
      expect(await texts().send(ours)).toMatchObject({
        kind: "accepted",
        providerId: sentTexts()[0]?.messageId,
      });
      expect(sentTexts()).toHaveLength(1);
    },
  );

  test("a mail is unknown and asked for before it is sent again", async () => {
    const ours = letter();
    const between = openMail({
      endpoint: await behindAProxy(403),
      credential: vendor.credential,
      now: clock.now,
    });
    expect(await between.send(ours)).toEqual({ kind: "unknown", answered: "in-between" });
    expect(await between.fateOf(ours.id)).toMatchObject({ kind: "unknown" });
    expect(await mail().fateOf(ours.id)).toEqual({ kind: "accepted", providerId: ours.id });
    expect(vendor.desk.mails).toHaveLength(1);
  });
});

test("texts and mails are left alone each by itself, and what became of a mail is asked all the same", async () => {
  const both = openSending({ endpoint: vendor.backChannel, credential: vendor.credential, now: clock.now });
  vendor.faults.set({ throttled: 2, retryAfterSeconds: 7 });
  const busy = { kind: "not-now", reason: "busy", retryAfterMs: 7_000 };
  expect(await both.texts.send(text())).toEqual(busy);
  expect(await both.texts.send(text())).toMatchObject({ reason: "busy" });
  // The second request that meets the fault is the mail's: the second text was not handed over.
  expect(await both.mail.send(letter())).toEqual(busy);
  expect(await both.mail.send(letter())).toMatchObject({ reason: "busy" });
  expect(await both.mail.fateOf(randomUUID())).toEqual({ kind: "absent" });
  clock.forward(7_000);
  expect(await both.texts.send(text())).toMatchObject({ kind: "accepted" });
  expect(await both.mail.send(letter())).toMatchObject({ kind: "accepted" });
});

test("nor does such a page refuse anything about a number", () => {
  const refused = (bodyAsText: string) =>
    refusalOf(Object.assign(new Error("no"), { statusCode: 404, response: { bodyAsText } }))?.kind;
  expect([refused("{}"), refused("<html>Blocked</html>")]).toEqual([undefined, undefined]);
});

const answer = (status: number, code: string, message = "") =>
  ({ status, body: JSON.stringify({ error: { code, message } }) }) as WireAnswer;

test.each([
  [404, "NotFound", "The sender's number was not found.", { kind: "not-now", reason: "sender" }],
  [404, "", "", { kind: "not-now", reason: "sender" }],
])("a text of a number that is not the resource's: %s %s", (status, code, message, outcome) => {
  expect(outcomeOf(answer(status, code, message))).toEqual(outcome);
});

test.each([
  [400, "BadRequest", "Request body validation error. See property 'senderAddress'", "not-now", "sender"],
  [
    400,
    "BadRequest",
    "Request body validation error. See property 'recipients.to[0].address'",
    "refused",
    "recipient",
  ],
  [
    400,
    "BadRequest",
    "Request body validation error. See property 'attachments[0].contentType'",
    "refused",
    "content",
  ],
  [400, "SubscriptionBlocked", "All requests from this subscription are blocked", "not-now", "sender"],
  [404, "DomainNotLinked", "The specified sender domain has not been linked.", "not-now", "sender"],
  [401, "Denied", "Denied by the resource provider.", "not-now", "role"],
] as const)("a mail that is answered %s %s: %s", (status, code, message, kind, reason) => {
  expect(mailOutcomeOf(answer(status, code, message), "id")).toEqual({ kind, reason });
});

test.each([
  ["Failed", "EmailDroppedAllRecipientsSuppressed", { kind: "refused", reason: "recipient" }],
  ["Failed", "InternalError", { kind: "refused", reason: "content" }],
  ["Canceled", "", { kind: "refused", reason: "content" }],
  ["Succeeded", "", { kind: "accepted", providerId: "id" }],
])("the fate of a mail whose operation is %s %s", (status, code, outcome) => {
  expect(
    fateIn({ status: 200, body: JSON.stringify({ status, error: { code } }) } as WireAnswer, "id"),
  ).toEqual(outcome);
});
