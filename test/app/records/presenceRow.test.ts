/** The row about presence beside the release before, which knows less about people and writes lists anew. */
import { expect, test } from "vitest";
import * as z from "zod";
import { asMembers, presences, watchedIn, type Watched } from "../../../app/records/presenceRow.ts";
import { keepUnknown, newBody } from "../../../app/records/record.ts";
import type { Body } from "../../../app/ports/store.ts";

const at = (minute: number) => new Date(Date.UTC(2027, 0, 12, 15, minute));
const stay = (who: string, look: "staff" | "outside" | "unnamed" | "attendee", minute: number) => ({
  who,
  look,
  from: at(minute),
  to: at(30),
});
const person = (key: string, look: "staff" | "outside" | "unnamed", minute: number) => ({
  key,
  look,
  moments: [{ at: at(minute), whereabouts: "in" as const }],
});
const read = (body: Body): Watched => watchedIn({ partition: "v", id: "presence-v", body, etag: "1" });

/** The members of lists that the release before knows. */
const before = z.object({
  reported: z.object({
    read: z.string(),
    stays: z.array(z.object({ who: z.string(), look: z.string(), from: z.string(), to: z.string() })),
  }),
  people: z.array(z.object({ key: z.string(), look: z.string(), moments: z.array(z.unknown()) })),
});

test("how little was told of somebody is never said of whoever the release before puts in their place", () => {
  const kept: Watched = {
    people: [person("p-1", "unnamed", 5), person("p-2", "staff", 6)],
    ends: [],
    reported: { read: at(40), stays: [stay("w-1", "unnamed", 5), stay("w-2", "attendee", 6)] },
  };
  const row = newBody(presences, asMembers(kept));
  expect(read(row)).toEqual(kept);
  // Once more read by that release: somebody came first whom it did not know before.
  const now = asMembers({
    people: [person("p-2", "staff", 6), person("p-1", "outside", 5)],
    ends: [],
    reported: {
      read: at(50),
      stays: [stay("w-0", "staff", 4), stay("w-2", "outside", 6), stay("w-1", "outside", 7)],
    },
  });
  const after = read(keepUnknown(before, row, now) as Body);
  expect(after.people.map(({ look }) => look)).toEqual(["staff", "outside"]);
  expect(after.reported?.stays.map(({ look }) => look)).toEqual(["staff", "attendee", "outside"]);
});
