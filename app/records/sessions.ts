/** A launch that succeeded: what the clinician's pages of this one chart need, sealed, for eight hours. */
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import type { ConfiguredConnection } from "../domain/hospital.ts";
import { SealBroken, type Keyring } from "../ports/keyring.ts";
import type { Json, Store, Stored } from "../ports/store.ts";
import type { Hospital } from "./hospital.ts";
import {
  contentIn,
  FIRST_VERSION,
  keepUnknown,
  membersOf,
  newBody,
  nextBody,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { changeRow, removeRow } from "./writing.ts";

/** The length of a clinician's shift. */
export const SESSION_SECONDS = 8 * 3600;

/** The patient's visit. Once it has been opened, its page does not need the chart. */
const appointmentMembers = {
  appointmentId: z.string(),
  visitId: z.string().exactOptional().meta({ description: "id of the patient's visit, once it was opened" }),
  epoch: z
    .int()
    .exactOptional()
    .meta({ description: "random number of that visit's record, as this launch has seen it" }),
  /**
   * Present where the appointment is another patient's: then nothing of it is shown or done here until the chart says
   * otherwise.
   */
  anothers: z
    .literal(true)
    .exactOptional()
    .meta({ description: "that the chart has given the appointment to another patient" }),
  /** Present where the clinician picked it among several, and may have picked the wrong one. */
  picked: z
    .literal(true)
    .exactOptional()
    .meta({ description: "that the clinician picked the appointment among several" }),
};
/** A consult of this launch: the department's first one, or the next one after that was ended. */
const consultMembers = {
  departmentId: z.string(),
  start: z.number(),
  number: z
    .int()
    .exactOptional()
    .meta({ description: "which of this launch's consults in that department it is" }),
};

/** Where in the chart the clinician is. The chart or the clinician decides it once, and it stays so for this launch. */
const subjectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("appointment"), ...appointmentMembers }),
  z.object({ kind: z.literal("consult"), ...consultMembers }),
]);

const contentSchema = z.object({
  grant: z.object({
    accessToken: z.string().meta({ description: "the chart's access token" }),
    refreshToken: z.string().exactOptional().meta({ description: "the chart's refresh token" }),
    obtainedAt: z.number().meta({ description: "when the token was given" }),
    expiresAt: z.number().meta({ description: "when the token ends" }),
    fhirUser: z.string().meta({ description: "address of the EHR user's own resource" }),
    patient: z.string().exactOptional().meta({ description: "id of the patient whose chart is open" }),
    encounter: z.string().exactOptional().meta({ description: "id of the encounter that is open" }),
    needPatientBanner: z.boolean().meta({ description: "whether our page has to show whose chart it is" }),
  }),
  place: subjectSchema.exactOptional().meta({
    description: "id of the appointment that is open, or a consult's department and start",
  }),
  patientVisit: z
    .object(appointmentMembers)
    .exactOptional()
    .meta({ description: "the patient's visit, while a consult is shown in its place" }),
  consults: z
    .array(z.object(consultMembers))
    .exactOptional()
    .meta({ description: "departments and starts of the consults of this launch" }),
  asksWhich: z.literal(true).exactOptional().meta({
    description: "that the clinician asked for today's visits, so that none is opened unasked",
  }),
  readAt: z.number().exactOptional().meta({ description: "when the chart was last read for the page" }),
  /** A Microsoft account that has signed in and waits for the clinician to confirm it; removed with the answer. */
  proposed: z
    .object({
      objectId: z
        .string()
        .meta({ description: "object id of an account that waits for the clinician's yes" }),
      displayName: z.string().meta({ description: "that account's name, gone with the answer" }),
      userName: z.string().meta({ description: "that account's sign-in name, gone with the answer" }),
    })
    .exactOptional(),
  account: z.string().exactOptional().meta({
    description: "object id of the account with which the clinician joins from this chart's page alone",
  }),
});

const members = z.object({
  launchId: z.string().meta({ description: "random part of the page's address" }),
  connectionId: z.string().meta({ description: "id of the connection" }),
  sealed: z.string().meta({ description: "what the pages of this chart need, sealed" }),
  seenAt: z.iso
    .datetime()
    .exactOptional()
    .meta({ description: "when a person last asked for the page, to some minutes" }),
  leftAt: z.iso
    .datetime()
    .exactOptional()
    .meta({ description: "when the page was closed because nobody had used it" }),
});

export const sessions: RecordKind<typeof members> = {
  container: "sessions",
  what: "a clinician's session with one chart, under the hash of its cookie",
  members,
  sealed: { session: contentSchema },
  kept: "8 hours",
  expires: true,
  version: FIRST_VERSION,
};

export type SessionSubject = z.output<typeof subjectSchema>;
export type SessionContent = z.output<typeof contentSchema>;

export interface Session extends SessionContent {
  /** Hash of the cookie's secret. */
  readonly id: string;
  readonly launchId: string;
  readonly connection: ConfiguredConnection;
  /** When a person last requested the page, to within some minutes. */
  readonly seenAt: Date;
  /**
   * When the page was closed because nobody had used it. A time in the future is a wrong clock's, and closes nothing until
   * it has come.
   */
  readonly leftAt?: Date;
}

/** There is no such session any more: its time is over, its connection is gone, or its row cannot be read. */
export class SessionOver extends Error {
  override readonly name = "SessionOver";
}

export interface Sessions {
  start(session: SessionStart, content: SessionContent): Promise<void>;
  /** @throws SessionOver */
  byId(id: string): Promise<Session>;
  /**
   * Changes what is kept; when another request was quicker, `edit` is called again with what that one wrote.
   * @throws SessionOver
   */
  change(id: string, edit: (content: SessionContent) => SessionContent): Promise<Session>;
  /**
   * Records that a person has requested the page: at most once in some minutes, and not when the session is over meanwhile.
   */
  seen(session: Session): Promise<void>;
  /** Records that the page was left alone too long, unless somebody has used it since the session was read. */
  leave(session: Session): Promise<void>;
  /** Ends a session that was signed out of: its cookie opens nothing from now on. */
  end(id: string): Promise<void>;
}

type SessionStart = Pick<Session, "id" | "launchId" | "connection">;

/** How exactly, in milliseconds, the time of a page's last use is kept. */
const SEEN_TO_MS = 120_000;

export interface SessionsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly hospital: Hospital;
  readonly now: () => Date;
}

export function openSessions(deps: SessionsDeps): Sessions {
  const { store, keyring, now } = deps;
  return {
    async start({ id, launchId, connection }, content) {
      const sealed = keyring.seal(contextOf(id), JSON.stringify(content));
      await store.create(sessions.container, {
        partition: id,
        id,
        body: newBody(sessions, {
          launchId,
          connectionId: connection.id,
          sealed,
          seenAt: now().toISOString(),
        }),
        expiresAt: new Date(now().getTime() + SESSION_SECONDS * 1000),
      });
    },

    async byId(id) {
      return opened(deps, await store.read(sessions.container, id, id));
    },

    async change(id, edit) {
      const stored = await changeRow(store, sessions.container, { partition: id, id }, (before) => {
        const { text, content, sealed: _before, ...row } = whole(keyring, before);
        const next = keepUnknown(contentSchema, JSON.parse(text) as Json, edit(content));
        const sealed = keyring.seal(contextOf(id), JSON.stringify(next));
        return { ...before, body: nextBody(sessions, before, { ...row, sealed }) };
      });
      return opened(deps, stored);
    },

    async seen({ id, seenAt, leftAt }) {
      const time = now();
      if (leftAt === undefined && isYounger(seenAt.getTime(), time, SEEN_TO_MS)) return;
      await changeRow(store, sessions.container, { partition: id, id }, (before) => {
        const { leftAt: _wrong, ...row } = membersOf(sessions, before);
        return { ...before, body: nextBody(sessions, before, { ...row, seenAt: time.toISOString() }) };
      });
    },

    async leave({ id, seenAt }) {
      await changeRow(store, sessions.container, { partition: id, id }, (before) => {
        const row = membersOf(sessions, before);
        if (row.seenAt !== seenAt.toISOString()) return undefined;
        return { ...before, body: nextBody(sessions, before, { ...row, leftAt: now().toISOString() }) };
      });
    },

    async end(id) {
      await removeRow(store, sessions.container, { partition: id, id });
    },
  };
}

/**
 * Whether a session's row is about an appointment of a chart system. A row that cannot be read is about none, because it
 * opens nothing.
 */
export function isSessionOf(
  keyring: Keyring,
  row: Stored,
  { fhirBaseUrl, appointmentId }: { readonly fhirBaseUrl: string; readonly appointmentId: string },
): boolean {
  try {
    const { grant, place, patientVisit } = whole(keyring, row).content;
    const open = [place?.kind === "appointment" ? place : undefined, patientVisit];
    return (
      grant.fhirUser.startsWith(fhirBaseUrl + "/") &&
      open.some((each) => each?.appointmentId === appointmentId)
    );
  } catch (error) {
    if (error instanceof SessionOver) return false;
    throw error;
  }
}

async function opened(
  { hospital, keyring, now }: SessionsDeps,
  stored: Stored | undefined,
): Promise<Session> {
  if (stored === undefined) throw new SessionOver("no session has this cookie");
  const { launchId, connectionId, content, seenAt, leftAt } = whole(keyring, stored);
  const connection = await hospital.connection(connectionId);
  if (connection === undefined) throw new SessionOver("its connection is gone");
  // A token goes only to the server that gave it, and the connection may lead to another one by now.
  if (!content.grant.fhirUser.startsWith(connection.fhirBaseUrl + "/"))
    throw new SessionOver("its connection leads to another server");
  const lastSeen = seenAt === undefined ? now() : new Date(seenAt);
  const left = leftAt === undefined ? {} : { leftAt: new Date(leftAt) };
  return { ...content, id: stored.id, launchId, connection, seenAt: lastSeen, ...left };
}

/**
 * The content of a session. A row that cannot be read ends the session like any other end: opening the visit again makes a
 * new one.
 * @throws SessionOver
 */
function whole(keyring: Keyring, stored: Stored) {
  try {
    const row = membersOf(sessions, stored);
    const text = keyring.open(contextOf(stored.id), row.sealed);
    const content = contentIn(sessions, contentSchema, text);
    return { ...row, text, content };
  } catch (error) {
    if (error instanceof SealBroken || error instanceof UnreadableRecord)
      throw new SessionOver("its row cannot be read", { cause: error });
    throw error;
  }
}

const contextOf = (id: string) => "session " + id;
