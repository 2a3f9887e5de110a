/** What the stand-in tells of texts, mails and replies, as Event Grid would. */
import { createServer } from "node:http";
import { onTestFinished, expect, test } from "vitest";
import { reply } from "../../../../app/sandbox/communication/desk.ts";
import { openTexts } from "../../../../app/adapters/acs/texts.ts";
import { hospital } from "../microsoft/hospital.ts";
import { shop } from "./shop.ts";

const FROM = "+18335550100";
const TO = "+12025550147";
const microsoft = await hospital();

interface Brought {
  readonly kind: string | undefined;
  readonly authorization: string | undefined;
  readonly events: readonly {
    readonly eventType: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
}

/** A webhook that completes the handshake and answers each delivery with the next of these statuses. */
async function webhook(...statuses: readonly number[]) {
  const brought: Brought[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const events = JSON.parse(text) as Brought["events"];
      const kind = request.headers["aeg-event-type"];
      brought.push({ kind: String(kind), authorization: request.headers.authorization, events });
      if (kind === "Notification") response.writeHead(left.shift() ?? 200).end();
      else response.end(JSON.stringify({ validationResponse: events[0]?.data["validationCode"] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${String(port)}/`, brought };
}

async function vendorWith(url: string) {
  const events = { url, token: () => Promise.resolve("token"), retrySeconds: [0.001, 0.001] };
  const vendor = await shop({ numbers: [FROM], events }, { microsoft });
  const texts = openTexts({
    endpoint: vendor.backChannel,
    credential: vendor.credential,
    now: () => new Date(),
  });
  const send = (id: string) => texts.send({ from: FROM, to: TO, text: "Lamna", id, firstSent: new Date() });
  return { vendor, send, told: () => vendor.desk.events?.settled() };
}

const ONE = "0c1f7a52-0000-4000-8000-0000000000a1";
const TWO = "0c1f7a52-0000-4000-8000-0000000000a2";
const tags = (brought: readonly Brought[]) =>
  brought.flatMap(({ kind, events }) =>
    kind === "Notification" ? events.map(({ data }) => data["Tag"]) : [],
  );

test("a handshake comes first, then the report, with a capital Tag and numbers without their plus", async () => {
  const { url, brought } = await webhook();
  const { send, told } = await vendorWith(url);
  await send(ONE);
  await told();
  expect(brought.map(({ kind, authorization }) => [kind, authorization])).toEqual([
    ["SubscriptionValidation", "Bearer token"],
    ["Notification", "Bearer token"],
  ]);
  expect(brought[1]?.events[0]).toMatchObject({
    eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
    data: { To: TO.slice(1), From: FROM.slice(1), Tag: ONE, DeliveryStatus: "Delivered" },
  });
});

test("what is not taken is brought again, and what the webhook refuses is dropped", async () => {
  const { url, brought } = await webhook(503, 200, 400);
  const { send, told } = await vendorWith(url);
  await send(ONE);
  await told();
  await send(TWO);
  await told();
  expect(tags(brought)).toEqual([ONE, ONE, TWO]);
});

test("reports may come late and in reverse, twice, or never", async () => {
  const { url, brought } = await webhook();
  const { vendor, send, told } = await vendorWith(url);
  vendor.faults.set({ reports: "late" });
  await send(ONE);
  await send(TWO);
  expect(tags(brought)).toEqual([]);
  await told();
  vendor.faults.set({ reports: "doubled" });
  await send("0c1f7a52-0000-4000-8000-0000000000a3");
  await told();
  vendor.faults.set({ reports: "lost" });
  await send("0c1f7a52-0000-4000-8000-0000000000a4");
  await told();
  expect(tags(brought).map((tag) => String(tag).slice(-2))).toEqual(["a2", "a1", "a3", "a3"]);
});

test("whoever says stop is blocked by the carrier, which says so itself, until unstop", async () => {
  const { url, brought } = await webhook();
  const { vendor, send, told } = await vendorWith(url);
  reply(vendor.desk, TO, FROM, "Stop");
  await send(ONE);
  reply(vendor.desk, TO, FROM, "unstop");
  await send(TWO);
  await told();
  expect(vendor.desk.texts.map((one) => (one.kind === "text" ? one.code : one.text.slice(0, 11)))).toEqual([
    "Stop",
    "NETWORK MSG",
    "4007",
    "unstop",
    "NETWORK MSG",
    "2000",
  ]);
  const messages = brought.flatMap(({ events }) => events.flatMap(({ data }) => data["Message"] ?? []));
  expect(messages.toSorted()).toEqual(["Stop", "unstop"]);
});
