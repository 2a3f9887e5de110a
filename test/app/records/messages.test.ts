/** What is on record about a visit's messages: all of it, and one of what is sent by hand. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { linksSentTo, oftenness } from "../../../app/flows/provider/sending.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { openMessages } from "../../../app/records/messages.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
const NOW = new Date("2027-01-12T14:00:00Z");
const OF = { visit: VISIT, kind: "link", start: "2027-01-12T15:00:00.000Z", person: 0 } as const;

function opened() {
  const now = () => NOW;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  return openMessages({ store, keyring, now });
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
