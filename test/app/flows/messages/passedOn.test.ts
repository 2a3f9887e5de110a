/** What follows a message that failed, once something else is to be told. */
import { expect, test } from "vitest";
import { passedOn } from "../../../../app/flows/messages/passedOn.ts";
import type { Telling } from "../../../../app/flows/messages/telling.ts";
import type { Message } from "../../../../app/records/messages.ts";

const NOW = new Date("2027-01-04T10:00:00Z");
interface Said {
  readonly by?: string;
  readonly message?: Telling["message"];
  readonly records?: readonly Partial<Message>[];
}
const withheld = (number: number, code: string): Partial<Message> => ({
  ...{ which: "change-" + String(number), state: "withheld", code },
});
const KNOWN = withheld(3, "same-time");

async function added({ by = "mail", message = { kind: "change", number: 2 }, records = [KNOWN] }: Said) {
  const jobs: unknown[] = [];
  const parts = {
    messages: { of: () => Promise.resolve(records) },
    jobs: { add: (job: unknown) => Promise.resolve(jobs.push(job)) },
    queue: { now: () => NOW },
  };
  const of = { visit: "v", what: "change-2", by, as: "live" };
  await passedOn({ parts, of, message, occasion: { found: { id: "v", changes: 3 } } } as unknown as Telling);
  return jobs;
}
const next = (by: string) => ({
  ...{ kind: "message", key: "v change-3 " + by, due: NOW },
  of: { visit: "v", what: "change-3", by, as: "live" },
});

test.each<[what: string, said: Said, jobs: readonly unknown[]]>([
  ["a mail, where what is so seemed to be known", {}, [next("mail")]],
  ["a text, too", { by: "again" }, [next("again")]],
  ["where its end seemed not to concern them", { records: [withheld(3, "not-told")] }, [next("mail")]],
  ["whatever became of earlier ones", { records: [KNOWN, withheld(2, "no-mobile"), {}] }, [next("mail")]],
  ["nothing where it did not fail", { by: "any" }, []],
  ["nothing where it is a reminder", { message: { kind: "reminder", minutesBefore: 15, start: NOW } }, []],
  ["nothing where nothing else is to be told", { message: { kind: "change", number: 3 } }, []],
  ["nothing where that is not decided", { records: [{ state: "accepted" }] }, []],
  [
    "nothing where that was told by one way",
    { records: [KNOWN, { which: "change-3", state: "accepted" }] },
    [],
  ],
  ["nothing where that was not told for another reason", { records: [withheld(3, "no-mobile")] }, []],
])("follows what is to be told now: %s", async (_what, said, jobs) => {
  expect(await added(said)).toEqual(jobs);
});
