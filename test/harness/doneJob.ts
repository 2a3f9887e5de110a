/**
 * A message's job with all else as it should be, except for what a test says: what becomes of the job, and what it did. No
 * store, no chart and no vendor.
 */
import { messageRulesOf } from "../../app/domain/defaults.ts";
import type { FoundVisit } from "../../app/domain/found.ts";
import type { MessageKind } from "../../app/domain/messages.ts";
import { nameOf } from "../../app/domain/visitMessages.ts";
import { messageJob } from "../../app/flows/messages/messageJob.ts";
import type { MessagePicks } from "../../app/flows/messages/parts.ts";
import type { Trouble } from "../../app/ports/systemEhr.ts";
import type { Message } from "../../app/records/messages.ts";
import { NOTHING_UNKNOWN } from "../../app/records/portalTexting.ts";
import { UnreadableRecord } from "../../app/records/record.ts";
import { VisitDeleted } from "../../app/records/tombstones.ts";
import type { VisitChange } from "../../app/records/visitChanges.ts";
import { connectionOf, departmentOf } from "./findingDeployment.ts";

export const NOON = new Date("2027-01-04T12:00:00Z");
export const inMinutes = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);
export const HOUR = 60;
export const DAY = 24 * HOUR;
const ID = "AAAAAAAAAAAAAAAA";
export const START = inMinutes(DAY);
export const END = inMinutes(DAY + 30);

export interface Said {
  readonly now?: Date;
  readonly what?: string;
  readonly by?: string;
  readonly found?: Partial<FoundVisit> | "none";
  /** The visit's last change, and below the changes before it. */
  readonly change?: Partial<VisitChange>;
  readonly before?: readonly (Partial<VisitChange> | "unreadable")[];
  readonly kinds?: readonly MessageKind[];
  readonly connection?: "none";
  readonly department?: "none";
  /** Or why nobody can say so. */
  readonly isDeleted?: boolean | Error;
  readonly isDeletedMeanwhile?: boolean;
  /** The appointment of that id is another chart's. */
  readonly isOfAnother?: true;
  readonly state?: string;
  /** When staff closed the visit's links, and the start that it had then, where that is another. */
  readonly closedAt?: Date;
  readonly closedFor?: Date;
  /** How often others have had the visit since its link was made. */
  readonly generation?: number;
  readonly late?: Date;
  readonly chart?: Trouble | { readonly kind: "not-shown" } | Error;
  readonly ids?: Trouble;
  readonly status?: string;
  readonly starts?: Date;
  /** How many minutes before a visit patients are reminded, where the hospital has chosen that. */
  readonly reminders?: readonly number[];
  /** The messages that were sent about the visit before, newest first. */
  readonly told?: readonly Partial<Message>[] | "unreadable";
  readonly isSilent?: boolean;
  readonly aheadDays?: number;
  /** What is set of messages cannot be read. */
  readonly isUnknown?: true;
  readonly isStopped?: true;
  /** Staff hold its messages back, and these are the patients of its row; none where the row names none. */
  readonly held?: readonly string[];
  /** The state of the job that tells what is new of the visit, and what that waits for. */
  readonly notice?: string;
  readonly noticeWaits?: string;
  /** Is told the visit as it is once it is marked as untold. */
  readonly untold?: (found: FoundVisit) => void;
  /** Is told the visit as it is once the mark was taken away. */
  readonly reached?: (found: FoundVisit) => void;
  /** The visit's own row is gone. */
  readonly row?: "none";
  /** Is told each record of what is withheld. */
  readonly withheld?: (record: Readonly<Record<string, unknown>>) => void;
}

export async function done(
  said: Said = {},
): Promise<{ readonly outcome: unknown; readonly did: readonly unknown[] }> {
  const did: unknown[] = [];
  const changes = [...(said.before ?? []), said.change ?? {}].map((one) =>
    one === "unreadable" ? one : { change: "new", at: inMinutes(-10), start: START, ...one },
  );
  const idOf = ({ kind, way, which = "" }: Pick<Partial<Message>, "kind" | "way" | "which">) =>
    [kind, way, which].join(" ");
  const found = {
    ...{
      id: ID,
      connectionId: "lamna",
      departmentId: "lamna-clinic",
      location: "loc-1",
      standing: "on",
      start: START,
      end: END,
    },
    ...{ changes: changes.length, firstSeen: inMinutes(-10), patients: ["hash p-a"] },
    ...(said.found === "none" ? {} : said.found),
  };
  const records = (said.told === "unreadable" ? [] : (said.told ?? []))
    .map((one) => ({ state: "accepted", way: "text" as const, ...one }))
    .map((one) => ({ ...one, id: idOf(one) }));
  const times = { start: said.starts ?? found.start, end: found.end, clock: "instant" };
  const chart = {
    appointment: () =>
      said.chart instanceof Error
        ? Promise.reject(said.chart)
        : Promise.resolve(
            said.chart ?? {
              kind: "read",
              appointment: {
                ...{ id: "a", status: said.status ?? "booked", times, patients: ["p-a"], hints: [] },
                ...{ isVideo: true, locations: ["loc-1"] },
              },
            },
          ),
    patientIds: (id: string) => Promise.resolve(said.ids ?? { kind: "ids", ids: [id, "p-old"] }),
    recipient: () => Promise.resolve({ kind: "read", recipient: { textNumber: "+13125550123" } }),
  };
  const accepted = { kind: "accepted", providerId: "Outgoing_1" };
  const parts = {
    environment: "production",
    foundVisits: {
      appointmentId: () => Promise.resolve("a"),
      byId: () => Promise.resolve(said.found === "none" ? undefined : found),
      edit: (_id: string, change: (found: object) => { readonly found: FoundVisit }) => {
        const after = change(found).found;
        if (after.isUntold === true) said.untold?.(after);
        else said.reached?.(after);
        return Promise.resolve();
      },
      idOf: () => (said.isOfAnother === true ? "BBBBBBBBBBBBBBBB" : ID),
      patientHashes: (_visit: string, ids: readonly string[]) => ids.map((id) => "hash " + id),
    },
    heard: { textSent: () => Promise.resolve() },
    jobs: {
      read: () =>
        Promise.resolve(
          said.notice && { job: { state: said.notice, lastFailure: { reason: said.noticeWaits } } },
        ),
    },
    hospital: {
      connection: () =>
        Promise.resolve(
          said.connection ??
            connectionOf("lamna", {
              messages: {
                ...(said.kinds && { kinds: [...said.kinds] }),
                ...(said.reminders && { remindMinutesBefore: [...said.reminders] }),
              },
            }),
        ).then((one) => (one === "none" ? undefined : one)),
      department: () =>
        Promise.resolve(said.department === "none" ? undefined : departmentOf("lamna", { timeZone: "UTC" })),
      organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    },
    log: { warn: () => undefined },
    messageRules: {
      ...messageRulesOf("production", { aheadDays: said.aheadDays ?? 14 }),
      ...(said.isUnknown && { isUnknown: said.isUnknown }),
    },
    messages: {
      begin(of: Message) {
        if (said.isDeletedMeanwhile === true) return Promise.reject(new VisitDeleted());
        return Promise.resolve({
          message: { ...of, id: "m-1", state: "begun", begun: NOON.toISOString() },
          first: true,
        });
      },
      of: () =>
        said.told === "unreadable"
          ? Promise.reject(new UnreadableRecord("damaged"))
          : Promise.resolve(records),
      patientHash: (_visit: string, id: string) => "hash " + id,
      settle: (message: object, settled: object) => Promise.resolve({ ...message, ...settled }),
      withhold(of: Message & { readonly which: string }, code: string) {
        did.push([of.kind, of.way, of.which.slice(0, 8), code]);
        said.withheld?.(of);
        // Only one that waits becomes another by that.
        const there = records.find(({ id, start }) => id === idOf(of) && (start ?? of.start) === of.start);
        const isLeft = there !== undefined && there.state !== "waiting";
        return Promise.resolve(isLeft ? there : { ...of, id: idOf(of), state: "withheld", code });
      },
    },
    messaging:
      said.isSilent === true
        ? undefined
        : {
            ...{
              number: "+18335550100",
              isAgreed: true,
              isApproved: true,
              isLive: true,
              isStaff: () => false,
            },
            mailSender: undefined,
            textsPatientsOf: () => true,
            unknown: NOTHING_UNKNOWN,
            texts: {
              send: ({ text }: { readonly text: string }) => (
                did.push(text.split(/[:.]/)[1]?.trim()),
                Promise.resolve(accepted)
              ),
            },
          },
    optOuts: { isStopped: () => Promise.resolve(said.isStopped === true) },
    publicUrl: "https://visits.example",
    queue: { now: () => said.now ?? NOON },
    sendingRate: { take: () => Promise.resolve(undefined), giveBack: () => Promise.resolve() },
    standings: { of: () => Promise.resolve({ ok: true, endpoints: {} }) },
    systemEhr: { chart: () => chart },
    visitChanges: {
      read(_visit: string, number: number) {
        const change = changes[number - 1];
        return change === "unreadable"
          ? Promise.reject(new UnreadableRecord("damaged"))
          : Promise.resolve(change);
      },
    },
    visits: {
      byId: () =>
        Promise.resolve(
          said.row === "none" ? undefined : { start: found.start, state: "open", late: said.late ?? NOON },
        ),
      expect: () =>
        Promise.resolve({ links: { people: [{ role: "patient", generation: said.generation }] } }),
      isDeleted: () =>
        said.isDeleted instanceof Error
          ? Promise.reject(said.isDeleted)
          : Promise.resolve(said.isDeleted === true),
      ofLink: () =>
        Promise.resolve(
          said.state === "none"
            ? undefined
            : {
                ...{
                  state: said.state ?? "open",
                  start: said.closedFor ?? found.start,
                  closedAt: said.closedAt,
                },
                ...(said.held && { held: NOON }),
              },
        ),
      token: () => "token",
      withPatients: () =>
        Promise.resolve(
          said.held && { visit: { held: NOON }, patients: said.held.map((id) => "hash " + id) },
        ),
    },
  };
  const of = {
    visit: ID,
    what: said.what ?? "change-" + String(changes.length),
    by: said.by ?? "any",
    as: "live",
  };
  const task = { id: "m", of, due: NOON, tries: 1, signal: new AbortController().signal };
  return { outcome: await messageJob(parts as unknown as MessagePicks)(task), did };
}
export const DONE = { kind: "done" };
export const all = (did: readonly unknown[]) => ({ outcome: DONE, did });
export const not = (code: string, kind = "confirmation", which = "change-1") => [kind, "text", which, code];
export const REMINDER = nameOf({ kind: "reminder", minutesBefore: 15, start: START });
export const AT_REMINDER: Said = { what: REMINDER, now: inMinutes(DAY - 15) };
export const LATE: Said = { what: nameOf({ kind: "late", said: NOON }), late: NOON };
export const NEW = "Video visit Tue, Jan 5, 12";
export const CANCELLED: Said = {
  change: { change: "cancelled" },
  found: { standing: "cancelled" },
  status: "cancelled",
};
/** They were told of another start than the visit has now. */
export const TOLD_EARLIER: Partial<Message> = {
  ...{ kind: "confirmation", which: "change-1", patient: "hash p-a" },
  start: inMinutes(3 * DAY).toISOString(),
};
