/** What is told to administrators where Communication Services falls silent. */
import { expect, test } from "vitest";
import { webhookChecks } from "../../../../app/flows/webhooks/checks.ts";

const now = new Date("2027-01-12T15:00:00Z");
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
const HOURS = 3_600_000;
const checked = (heard: { readonly waitsSince?: Date; readonly told?: Date; readonly startLost?: Date }) =>
  webhookChecks({ heard: { last: () => Promise.resolve(heard) } as never, now: () => now });
const name = "text-reports";

test.each<[what: string, heard: Parameters<typeof checked>[0], check: object]>([
  ["no text was sent yet", {}, { name, unseen: "No text was sent yet." }],
  ["all texts were reported", { told: ago(HOURS) }, { name }],
  [
    "a text has waited for less than two hours",
    { waitsSince: ago(2 * HOURS - 1), told: ago(HOURS) },
    { name },
  ],
  [
    "a text has waited for two hours",
    { waitsSince: ago(2 * HOURS), told: ago(72 * HOURS) },
    {
      name,
      fault:
        "Since a text of 2027-01-12 13:00 UTC Communication Services has told nothing of any. It last told something on 2027-01-09 15:00 UTC.",
    },
  ],
  [
    "nothing was ever told",
    { waitsSince: ago(3 * HOURS) },
    {
      name,
      fault:
        "Since a text of 2027-01-12 12:00 UTC Communication Services has told nothing of any. It has never told anything.",
    },
  ],
])("%s", async (_what, heard, check) => {
  expect(await checked(heard)).toEqual([check, { name: "text-starts" }]);
});

test("a START that was not counted is told for a week, with why the number stays opted out", async () => {
  const of = async (startLost: Date) => (await checked({ told: ago(0), startLost }))[1];
  expect(await of(ago(7 * 24 * HOURS - 1))).toEqual({
    name: "text-starts",
    fault:
      "A START that came at 2027-01-05 15:00 UTC by the connector’s clock was not counted: the time that Communication Services gives it is more than 5 minutes ahead of that clock, or is missing. It might be older than a STOP, so the number stayed opted out. This is told for a week, as nothing is kept of whose number it is: a START of theirs since then that was counted has ended it.",
  });
  expect(await of(ago(7 * 24 * HOURS))).toEqual({ name: "text-starts" });
});
