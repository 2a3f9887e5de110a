/**
 * Whether Communication Services reports what becomes of texts: which text still waits for its report, and when a report
 * last came.
 */
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import type { Log } from "../log.ts";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, UnreadableRecord, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const moment = z.iso.datetime();
const members = z.object({
  waitsSince: moment.exactOptional().meta({
    description: "when the first text was handed over after which nothing was told",
  }),
  told: moment
    .exactOptional()
    .meta({ description: "when a report or a reply of texts last came, to the hour" }),
  startLost: moment
    .exactOptional()
    .meta({ description: "when a START last came that was not counted because of its time, to the hour" }),
});

export const heard: RecordKind<typeof members> = {
  container: "ticks",
  rows: "heard",
  what: "whether Communication Services tells what became of texts",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const ROW = { partition: "heard", id: "heard" } as const;
const TOLD_TO_MS = 3_600_000;
const SENT_TO_MS = 60_000;

type Members = z.output<typeof members>;

/** The methods that note something never reject, because nothing depends on it. */
export interface Heard {
  textSent(): Promise<void>;
  told(): Promise<void>;
  /** A START came that cannot be counted, from a number that gets no texts. */
  startLost(): Promise<void>;
  last(): Promise<{ readonly waitsSince?: Date; readonly told?: Date; readonly startLost?: Date }>;
}

export interface HeardDeps {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

export function openHeard({ store, log, now }: HeardDeps): Heard {
  /** When this process last noted that a text was sent. */
  let sentAt: number | undefined;
  const change = async (edit: (before: Members) => Members | undefined) => {
    try {
      await createOrRead(store, heard.container, { ...ROW, body: newBody(heard, {}) });
      await changeOrBeginAnew(store, heard, ROW, (before = {}) => edit(before));
    } catch (error) {
      sentAt = undefined;
      log.error("heard.not_noted", error);
    }
  };
  return {
    async textSent() {
      const at = now();
      if (sentAt !== undefined && isYounger(sentAt, at, SENT_TO_MS)) return;
      sentAt = at.getTime();
      await change((before) =>
        before.waitsSince === undefined ? { ...before, waitsSince: at.toISOString() } : undefined,
      );
    },
    async told() {
      const at = now();
      sentAt = undefined;
      await change(({ waitsSince, told, ...rest }) =>
        waitsSince === undefined && told !== undefined && isYounger(Date.parse(told), at, TOLD_TO_MS)
          ? undefined
          : { ...rest, told: at.toISOString() },
      );
    },
    async startLost() {
      const at = now();
      await change((before) =>
        before.startLost !== undefined && isYounger(Date.parse(before.startLost), at, TOLD_TO_MS)
          ? undefined
          : { ...before, startLost: at.toISOString() },
      );
    },
    async last() {
      const stored = await store.read(heard.container, ROW.partition, ROW.id);
      if (stored === undefined) return {};
      try {
        const { waitsSince, told, startLost } = membersOf(heard, stored);
        return {
          ...(waitsSince !== undefined && { waitsSince: new Date(waitsSince) }),
          ...(told !== undefined && { told: new Date(told) }),
          ...(startLost !== undefined && { startLost: new Date(startLost) }),
        };
      } catch (error) {
        if (!(error instanceof UnreadableRecord)) throw error;
        log.error("heard.unreadable", error);
        return {};
      }
    },
  };
}
