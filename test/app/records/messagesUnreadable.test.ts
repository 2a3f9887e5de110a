/** What is set of messages cannot be read: a process starts all the same, and what it would have to guess waits. */
import { expect, test } from "vitest";
import type { MessageRules } from "../../../app/domain/messages.ts";
import { openMessageRules, type PortalMessages } from "../../../app/records/portalMessages.ts";
import { RecordOfAnotherRelease, UnreadableRecord } from "../../../app/records/record.ts";
import type { Setting } from "../../../app/records/settings.ts";

const DAMAGED = new UnreadableRecord("damaged");
const THEIRS = new RecordOfAnotherRelease("of another release");
const SET: PortalMessages = { aheadDays: 7, byMail: false };

async function rules(first: PortalMessages | Error, said?: MessageRules) {
  let row: PortalMessages | Error = first;
  const logged: string[] = [];
  const now = await openMessageRules({
    settings: {
      read: () =>
        row instanceof Error
          ? Promise.reject(row)
          : Promise.resolve({ value: row } as unknown as Setting<PortalMessages>),
    },
    log: { error: (event) => void logged.push(event) },
    ...{ environment: "production", said },
  });
  const becomes = async (next: PortalMessages | Error) => {
    row = next;
    await now.refresh();
    const { aheadDays, byMail, isUnknown, unreadable } = now;
    return { aheadDays, byMail, isUnknown, unreadable };
  };
  return { now, becomes, logged };
}

test.each([
  ["damaged", DAMAGED],
  ["another-release", THEIRS],
] as const)(
  "a process that starts goes on without it, and guesses nothing (%s)",
  async (unreadable, error) => {
    const { now, becomes, logged } = await rules(error, { aheadDays: 9 });
    expect(now).toMatchObject({ aheadDays: 9, isUnknown: true, unreadable });
    await becomes(error);
    expect(logged).toEqual(["messages.unreadable"]);
    const known = { aheadDays: 9, byMail: false, isUnknown: undefined, unreadable: undefined };
    expect(await becomes(SET)).toEqual(known);
    await becomes(error);
    expect(logged).toHaveLength(2);
  },
);

test("a process that has read it goes on as before where the row is damaged, and not where another release has it", async () => {
  const { becomes } = await rules(SET);
  const before = { aheadDays: 7, byMail: false, isUnknown: undefined };
  expect(await becomes(DAMAGED)).toEqual({ ...before, unreadable: "damaged" });
  expect(await becomes(THEIRS)).toMatchObject({ isUnknown: true, unreadable: "another-release" });
  expect(await becomes(DAMAGED)).toMatchObject({ isUnknown: true, unreadable: "damaged" });
});

test("any other fault is the caller's", async () => {
  await expect(rules(new TypeError("a bug"))).rejects.toThrow("a bug");
});
