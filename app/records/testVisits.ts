/**
 * What has succeeded on each test connection: a visit that was opened from the chart with its meeting, and a patient's tap
 * that led into it. With these a production connection may be turned on. The times are kept, but not which visit it was.
 */
import * as z from "zod";
import type { Log } from "../log.ts";
import type { Store, Stored } from "../ports/store.ts";
import { SETTINGS } from "./audit.ts";
import type { Hospital } from "./hospital.ts";
import {
  FIRST_VERSION,
  isOfAnotherRelease,
  membersOf,
  newBody,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const moment = z.iso.datetime();
const members = z.object({
  connectionId: z.string().meta({ description: "id of the test connection" }),
  openedAt: moment
    .exactOptional()
    .meta({ description: "when a visit was first opened from it, with its meeting" }),
  tappedAt: moment
    .exactOptional()
    .meta({ description: "when a patient’s link of it first led into a meeting" }),
  lastTappedAt: moment
    .exactOptional()
    .meta({ description: "when a patient’s link of it last led into a meeting; written once a day" }),
  waitedAt: moment.exactOptional().meta({
    description:
      "when somebody without an account was first seen in a lobby or meeting of it; by an earlier release when last",
  }),
  lastWaitedAt: moment.exactOptional().meta({
    description:
      "when somebody without an account was last seen in a lobby or meeting of it; written once a day",
  }),
});
const ROWS = "test-visit-";

export const testVisits: RecordKind<typeof members> = {
  container: SETTINGS.container,
  rows: ROWS,
  what: "that a visit has succeeded on a test connection",
  members,
  kept: "until deleted",
  expires: false,
  version: FIRST_VERSION,
};

export type TestVisit = z.output<typeof members>;

export interface TestVisits {
  /**
   * Records that a clinician's page shows a visit and its meeting. For a production connection nothing is kept. Never
   * rejects.
   */
  opened(connectionId: string): Promise<void>;
  /** Records that a patient's link has led into the meeting. Never rejects. */
  tapped(connectionId: string): Promise<void>;
  /** Records that somebody without an account was in the lobby or in the meeting. Never rejects. */
  waited(connectionId: string): Promise<void>;
  list(): Promise<readonly TestVisit[]>;
}

/** Of which the last time is kept instead of the first, to the day: what it proves may have been changed since. */
const RENEWED = {
  openedAt: false,
  tappedAt: false,
  lastTappedAt: true,
  waitedAt: false,
  lastWaitedAt: true,
} as const;
const dayOf = (at: string) => at.slice(0, 10);

export interface TestVisitsDeps {
  readonly store: Store;
  readonly hospital: Pick<Hospital, "connection">;
  readonly log: Log;
  readonly now: () => Date;
}

export function openTestVisits({ store, hospital, log, now }: TestVisitsDeps): TestVisits {
  /** What this process knows to be kept already, since it is written once but reported at every visit. */
  const kept = new Set<string>();
  const note = async (connectionId: string, what: keyof typeof RENEWED) => {
    const at = now().toISOString();
    const key = [what, connectionId, ...(RENEWED[what] ? [dayOf(at)] : [])].join(" ");
    if (kept.has(key)) return;
    const connection = await hospital.connection(connectionId);
    if (connection?.environment !== "test") return;
    const address = { partition: SETTINGS.partition, id: ROWS + connectionId };
    const sort = "test-visit/" + connectionId;
    await createOrRead(store, SETTINGS.container, {
      ...address,
      sort,
      body: newBody(testVisits, { connectionId }),
    });
    // What was noted in a damaged row is noted again by the next test visit.
    const row = await changeOrBeginAnew(
      store,
      testVisits,
      { ...address, sort },
      (before = { connectionId }) => {
        const was = before[what];
        if (was !== undefined && (!RENEWED[what] || dayOf(was) >= dayOf(at))) return undefined;
        return { ...before, [what]: at };
      },
    );
    // In a row that is left to another release nothing was noted, so it is noted once that one has gone.
    if (row !== undefined && !isOfAnotherRelease(testVisits, row.body)) kept.add(key);
  };
  /** A clinician or a patient is on the way, and a failure to record this must not stop them. */
  const unlessItFails = (noted: Promise<void>) =>
    noted.catch((error: unknown) => {
      log.error("test_visit.not_noted", error);
    });
  const readable = (row: Stored): readonly TestVisit[] => {
    try {
      return [membersOf(testVisits, row)];
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      log.error("test_visit.unreadable", error);
      return [];
    }
  };
  return {
    opened: (connectionId) => unlessItFails(note(connectionId, "openedAt")),
    tapped: (connectionId) =>
      unlessItFails(note(connectionId, "tappedAt").then(() => note(connectionId, "lastTappedAt"))),
    waited: (connectionId) =>
      unlessItFails(note(connectionId, "waitedAt").then(() => note(connectionId, "lastWaitedAt"))),
    async list() {
      const found: TestVisit[] = [];
      let continuation: string | undefined;
      do {
        const slice = await store.list(SETTINGS.container, SETTINGS.partition, {
          from: "test-visit/",
          before: "test-visit0",
          limit: 500,
          ...(continuation !== undefined && { continuation }),
        });
        found.push(...slice.items.flatMap(readable));
        continuation = slice.next;
      } while (continuation !== undefined);
      return found;
    },
  };
}
