/** When texts were last heard of: noted by the row, and made anew where the row cannot be read. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import { openHeard } from "../../../app/records/heard.ts";

const NOW = new Date("2027-01-12T15:00:00Z");

test("what cannot be read is said to be nothing, and what is heard next is noted", async () => {
  const now = () => NOW;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const heard = openHeard({ store, now, log: jsonLog((line) => void lines.push(line), now) });
  await heard.told();
  expect(await heard.last()).toEqual({ told: NOW });
  const row = await store.read("ticks", "heard", "heard");
  if (row === undefined) throw new Error("no row");
  await store.replace("ticks", { ...row, body: { ...row.body, told: 5 } }, row.etag);
  expect(await heard.last()).toEqual({});
  expect(lines.join("")).toContain("heard.unreadable");
  await heard.textSent();
  expect(await heard.last()).toEqual({ waitsSince: NOW });
});

test("a START that was not counted is noted to the hour, and stays whatever is heard next", async () => {
  let at = NOW;
  const now = () => at;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const heard = openHeard({ store, now, log: jsonLog(() => undefined, now) });
  await heard.startLost();
  at = new Date(NOW.getTime() + 3_599_999);
  await heard.startLost();
  await heard.told();
  await heard.textSent();
  expect(await heard.last()).toEqual({ startLost: NOW, told: at, waitsSince: at });
  await heard.told();
  at = new Date(NOW.getTime() + 3_600_000);
  await heard.startLost();
  expect((await heard.last()).startLost).toEqual(at);
});
