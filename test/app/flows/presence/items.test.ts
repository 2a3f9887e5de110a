/** What is a batch of Graph's notifications, and what of it can be read, in either case of its members' names. */
import { expect, test } from "vitest";
import { batchIn, itemsIn } from "../../../../app/flows/presence/items.ts";

const CONTENT = {
  data: "ZGF0YQ==",
  dataKey: "a2V5",
  dataSignature: "c2lnbg==",
  encryptionCertificateId: "v1",
};
const item = (more: object = {}) => ({
  clientState: "visit.mac",
  subscriptionId: "s-1",
  encryptedContent: CONTENT,
  ...more,
});
const sent = { clientState: "visit.mac", subscription: "s-1" };
const read = (one: unknown, which: "all" | "lifecycle" = "all") => itemsIn([one], which);

test.each<[what: string, body: unknown, batch: unknown]>([
  ["items and tokens", { value: [1, 2], validationTokens: ["t"] }, { value: [1, 2], tokens: ["t"] }],
  ["the other case", { Value: [1], ValidationTokens: ["t"] }, { value: [1], tokens: ["t"] }],
  ["no tokens", { value: [] }, { value: [], tokens: [] }],
  ["tokens as null", { value: [], validationTokens: null }, { value: [], tokens: [] }],
  ["tokens that are none", { value: [], validationTokens: [1] }, undefined],
  ["too many tokens", { value: [], validationTokens: Array.from({ length: 21 }, () => "t") }, undefined],
  ["no list", { value: "x" }, undefined],
  ["a list alone", [], undefined],
  ["nothing", null, undefined],
  ["a word", "value", undefined],
])("a batch: %s", (_what, body, batch) => {
  expect(batchIn(body)).toEqual(batch);
});

test("a batch has a thousand items at most, and twenty tokens", () => {
  const many = (length: number) => Array.from({ length }, () => 1);
  expect(batchIn({ value: many(1000), validationTokens: many(20).map(String) })?.value).toHaveLength(1000);
  expect(batchIn({ value: many(1001) })).toBeUndefined();
});

test("an item is read with its content still encrypted, and without anything else", () => {
  const { encryptionCertificateId: certificateId, ...sealed } = CONTENT;
  const event = { kind: "event", ...sent, encrypted: { ...sealed, certificateId } };
  expect(read(item({ lifecycleEvent: null, more: 1 }))).toEqual({ items: [event], unreadable: 0 });
  const other = {
    ClientState: "visit.mac",
    SubscriptionId: "s-1",
    EncryptedContent: Object.fromEntries(
      Object.entries(CONTENT).map(([name, text]) => [name.toUpperCase(), text]),
    ),
  };
  expect(read(other)).toEqual({ items: [event], unreadable: 0 });
});

test("a lifecycle event is read as that, whatever else is in it; where it alone counts, nothing else is read", () => {
  const lifecycle = { kind: "lifecycle", ...sent, event: "missed" };
  for (const which of ["all", "lifecycle"] as const)
    expect(read(item({ lifecycleEvent: "missed" }), which)).toEqual({ items: [lifecycle], unreadable: 0 });
  expect(read(item(), "lifecycle")).toEqual({ items: [], unreadable: 1 });
});

test.each<[what: string, one: unknown]>([
  ["nothing", null],
  ["a list", [item()]],
  ["a word", "item"],
  ["no clientState", item({ clientState: undefined })],
  ["a clientState that is no text", item({ clientState: 1 })],
  ["no subscription", item({ subscriptionId: null })],
  ["a subscription without an id", item({ subscriptionId: "" })],
  ["too long an id of a subscription", item({ subscriptionId: "s".repeat(129) })],
  ["nothing encrypted", item({ encryptedContent: undefined })],
  ["content without data", item({ encryptedContent: { ...CONTENT, data: "" } })],
  ["a key that is no base64", item({ encryptedContent: { ...CONTENT, dataKey: "?" } })],
  ["no signature", item({ encryptedContent: { ...CONTENT, dataSignature: undefined } })],
  ["no certificate's name", item({ encryptedContent: { ...CONTENT, encryptionCertificateId: "" } })],
  ["too long a name", item({ encryptedContent: { ...CONTENT, encryptionCertificateId: "v".repeat(129) } })],
])("%s is unreadable, and hinders no other item", (_what, one) => {
  const { items, unreadable } = itemsIn([one, item()], "all");
  expect([items.length, unreadable]).toEqual([1, 1]);
});

test("a certificate's name may have 128 characters", () => {
  const long = item({ encryptedContent: { ...CONTENT, encryptionCertificateId: "v".repeat(128) } });
  expect(read(long).items).toHaveLength(1);
});
