/** Answers to replies. Whoever makes the record sends the answer, so it is sent at most once, and perhaps not at all. */
import * as z from "zod";
import type { Keyring } from "../ports/keyring.ts";
import { StoreConflict, type Store } from "../ports/store.ts";
import { FIRST_VERSION, newBody, type RecordKind } from "./record.ts";

const members = z.object({
  kind: z.enum(["help", "unread", "stopped"]).meta({ description: "what was answered" }),
  at: z.iso.datetime().meta({ description: "when" }),
});

export const answers: RecordKind<typeof members> = {
  container: "messages",
  rows: "answer-",
  what: "that a reply was answered, under a keyed hash of the number and the day",
  members,
  kept: "3 days",
  expires: true,
  version: FIRST_VERSION,
};

/** Longer than Event Grid retries an event, and longer than a day. */
const KEPT_MS = 3 * 86_400_000;

export interface Answers {
  /**
   * Whether this caller is the one, and the only one ever, to send the answer. There is one answer of each kind for a `day`,
   * which is the day of the reply, with whatever else tells answers apart.
   */
  begin(kind: z.output<typeof members>["kind"], number: string, day: string): Promise<boolean>;
}

export interface AnswersDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash">;
  readonly now: () => Date;
}

export function openAnswers({ store, keyring, now }: AnswersDeps): Answers {
  return {
    async begin(kind, number, day) {
      const id = "answer-" + keyring.hash("answer", [kind, number, day].join(" "));
      const at = now();
      const body = newBody(answers, { kind, at: at.toISOString() });
      try {
        await store.create(answers.container, {
          partition: id,
          id,
          body,
          expiresAt: new Date(at.getTime() + KEPT_MS),
        });
        return true;
      } catch (error) {
        if (error instanceof StoreConflict) return false;
        throw error;
      }
    },
  };
}
