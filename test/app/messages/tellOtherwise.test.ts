/** What is left to be tried where a text had left and did not arrive. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { messageIdOf } from "../../../app/domain/messageId.ts";
import { tellOtherwise } from "../../../app/messages/tellOtherwise.ts";
import type { Message } from "../../../app/records/messages.ts";

const NOW = new Date("2027-01-12T14:00:00Z");
const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
const ID = messageIdOf(VISIT, "a-longer-hash");

async function asked(message: Partial<Message>, meaning: Parameters<typeof tellOtherwise>[2]) {
  const added: unknown[] = [];
  const jobs = {
    now: () => NOW,
    add: (job: unknown) => {
      added.push(job);
      return Promise.resolve("added");
    },
  };
  const text = { id: ID, way: "text", which: "change-1", ...message } as Message;
  await tellOtherwise(jobs as unknown as Parameters<typeof tellOtherwise>[0], text, meaning);
  return added;
}
const job = (by: string, minutes: number) => ({
  kind: "message",
  key: [VISIT, "change-1", by].join(" "),
  of: { visit: VISIT, what: "change-1", by, as: "live" },
  due: new Date(NOW.getTime() + minutes * 60_000),
});

test("where it may help the text goes once more in five minutes, else a mail at once", async () => {
  expect(await asked({}, "retry")).toEqual([job("again", 5)]);
  expect(await asked({}, "never")).toEqual([job("mail", 0)]);
  expect(await asked({ which: "change-1-again" }, "retry")).toEqual([job("mail", 0)]);
});

test("nothing is sent after a mail of a change, and its job looks at it anew", async () => {
  expect(await asked({ way: "mail" }, "never")).toEqual([job("mail", 0)]);
});

test.each([
  ["text", []],
  ["mail", [[VISIT, "change-1", "mail"].join(" ")]],
] as const)("where the same is reported again of a %s its job is done again: %j", async (way, again) => {
  const changed: string[] = [];
  const jobs = {
    now: () => NOW,
    add: () => Promise.resolve("known"),
    change: (id: string) => Promise.resolve(void changed.push(id.replace("message:", ""))),
  };
  const message = { id: ID, way, which: "change-1" } as Message;
  await tellOtherwise(jobs as unknown as Parameters<typeof tellOtherwise>[0], message, "never");
  expect(changed).toEqual(again);
});

test.each<[what: string, message: Partial<Message>]>([
  ["a mail that reminded", { way: "mail", which: "reminder-15-2027-01-12T14:00:00.000Z" }],
  ["a mail that staff sent by hand", { way: "mail", which: undefined as never }],
  ["what staff sent by hand", { which: undefined as never }],
  ["what is named otherwise", { which: "hello" }],
  ["what is of no visit", { id: "Outgoing_1" as never }],
])("%s is followed by nothing", async (_what, message) => {
  expect(await asked(message, "never")).toEqual([]);
});
