/** What is on record about a visit's messages: all of it, and one of what is sent by hand. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { linksSentTo, oftenness } from "../../../app/flows/provider/sending.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { Delivery } from "../../../app/domain/delivery.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openMessages } from "../../../app/records/messages.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
const NOW = new Date("2027-01-12T14:00:00Z");
const OF = { visit: VISIT, kind: "link", start: "2027-01-12T15:00:00.000Z", person: 0 } as const;

function opened(change: (store: Store) => Store = (store) => store) {
  const now = () => NOW;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  return openMessages({ store: change(store), keyring, now });
}

test("more than a page of a visit's messages are told", async () => {
  const messages = opened();
  for (let each = 0; each < 130; each++)
    await messages.withhold({ ...OF, way: "text", which: String(each) }, "pilot");
  expect(await messages.of(VISIT)).toHaveLength(130);
});

test("of a text and a mail that are sent by hand from one page, one is first; and neither waits to be taken over", async () => {
  const messages = opened();
  const { message, first } = await messages.begin({ ...OF, way: "text", which: "1" });
  expect(first).toBe(true);
  await messages.settle(message, { state: "waiting" });
  expect((await messages.begin({ ...OF, way: "mail", which: "1" })).first).toBe(false);
});

test("twenty tries an hour are the most of a visit, though nothing left", async () => {
  const messages = opened();
  const often = async () => {
    const all = await messages.of(VISIT);
    return oftenness(all, linksSentTo(all, { number: 0 }), NOW);
  };
  for (let each = 0; each < 20; each++) {
    expect(await often()).toBeUndefined();
    await messages.withhold({ ...OF, way: "text", which: String(each) }, "opted-out");
  }
  expect(await often()).toBe("link-visit-often");
});

describe("what became of a message", () => {
  const FAILED = { kind: "failed", meaning: "never", code: "4006" } as const;
  const REMINDER = { ...OF, kind: "reminder", way: "text", which: "reminder-1", generation: 2 } as const;

  test("is kept with whose it is, found by its id, and its number is in no row", async () => {
    const messages = opened();
    const { message, first } = await messages.begin({ ...REMINDER, patient: "hash" });
    expect(first).toBe(true);
    expect(message).toMatchObject({
      ...{ kind: "reminder", way: "text", start: OF.start, which: "reminder-1", state: "begun" },
      ...{ person: 0, generation: 2, patient: "hash", begun: NOW.toISOString() },
    });
    expect(await messages.read(message.id)).toEqual(message);
    expect(await messages.read((message.id + "x") as never)).toBeUndefined();
    const { message: link } = await messages.begin({ ...OF, way: "text", which: "page" });
    expect(link).not.toHaveProperty("which");
    for (const none of ["patient", "generation"]) expect(link).not.toHaveProperty(none);
    expect((await messages.of(VISIT)).map(({ id }) => id).toSorted()).toEqual(
      [link.id, message.id].toSorted(),
    );
  });

  test("that has begun is begun by nobody else; one that waits is taken over, and counted as a further try", async () => {
    const messages = opened();
    const { message } = await messages.begin(REMINDER);
    expect(await messages.begin(REMINDER)).toEqual({ message, first: false });
    await messages.settle(message, { state: "waiting", code: "full" });
    const again = await messages.begin(REMINDER);
    expect([again.first, again.message.tries, again.message.state]).toEqual([true, 1, "begun"]);
    expect(again.message).not.toHaveProperty("code");
  });

  test("is what was known last, and only whoever tried last can say that nothing has left", async () => {
    const messages = opened();
    const { message } = await messages.begin(REMINDER);
    const later = await messages.again(message);
    expect(later?.tries).toBe(1);
    // Another process has the second try.
    expect(await messages.again(message)).toBeUndefined();
    expect((await messages.settle(message, { state: "refused", code: "x" })).state).toBe("begun");
    expect(await messages.settle(message, { state: "accepted", providerId: "p" })).toMatchObject({
      ...{ state: "accepted", providerId: "p" },
    });
    if (later === undefined) throw new Error("no second try");
    expect((await messages.settle(later, { state: "refused", code: "x" })).state).toBe("accepted");
  });

  test.each<[string, Delivery[], string, string | undefined]>([
    ["arrived", [{ kind: "delivered" }], "delivered", undefined],
    ["did not arrive", [FAILED], "failed", "4006"],
    ["is not confirmed", [{ kind: "unconfirmed" }], "accepted", undefined],
    ["arrived, whatever is told later", [{ kind: "delivered" }, FAILED], "delivered", undefined],
    ["did not arrive and is not confirmed", [FAILED, { kind: "unconfirmed" }], "failed", "4006"],
    ["arrived at last", [FAILED, { kind: "delivered" }], "delivered", undefined],
  ])("by reports %s", async (_what, deliveries, state, code) => {
    const messages = opened();
    const { message } = await messages.begin(REMINDER);
    for (const delivery of deliveries) await messages.report(message.id, delivery);
    const now = await messages.read(message.id);
    expect([now?.state, now?.code]).toEqual([state, code]);
    // What is handed over late says nothing new of it.
    expect((await messages.settle(message, { state: "waiting" })).state).toBe(state);
    expect(await messages.report("nobody", { kind: "delivered" })).toBeUndefined();
  });

  test("is of no visit that was deleted", async () => {
    const messages = opened((store) => ({
      ...store,
      read: (container, partition, id) =>
        container === "visits" && id === VISIT
          ? Promise.resolve({ partition, id, etag: "1", body: { v: 1, deleted: NOW.toISOString() } })
          : store.read(container, partition, id),
    }));
    await expect(messages.begin(REMINDER)).rejects.toThrow();
    expect(await messages.of(VISIT)).toEqual([]);
  });

  test("tells what a form showed by a hash of visit and address", () => {
    const messages = opened();
    const other = "BBBBBBBBBBBBBBBB" as VisitId;
    const shown = [
      messages.shown(VISIT, "+12025550123"),
      messages.shown(other, "+12025550123"),
      messages.shown(VISIT, "+12025550124"),
      messages.patientHash(VISIT, "+12025550123"),
    ];
    expect(new Set(shown).size).toBe(4);
    expect(shown.join()).not.toContain("2025550123");
    expect(messages.shown(VISIT, "+12025550123")).toBe(shown[0]);
  });
});
