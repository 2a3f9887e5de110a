/** Who has signed in to the portal: their name, sealed, and what their sign-in has proved, for eight hours at most. */
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import { rightsOf, type PortalRight } from "../domain/portalRights.ts";
import { SealBroken, type Keyring } from "../ports/keyring.ts";
import { StoreFault, type Store, type Stored } from "../ports/store.ts";
import {
  contentIn,
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import { changeRow, removeRow } from "./writing.ts";

export const PORTAL_SESSION_SECONDS = 8 * 3600;
/** Milliseconds without a request after which somebody has to sign in again. */
export const PORTAL_IDLE_MS = 30 * 60_000;
/**
 * Milliseconds after a sign-in in which a Global Administrator may decide; the limit exists because directory roles can be
 * taken away.
 */
export const PORTAL_DECIDES_MS = 60 * 60_000;
/** How exactly, in milliseconds, the time of the last use is kept. */
const SEEN_TO_MS = 60_000;

const contentSchema = z.object({
  displayName: z.string().meta({ description: "the administrator's name" }),
  userName: z.string().meta({ description: "the administrator's sign-in name" }),
});

const members = z.object({
  objectId: z.string().meta({ description: "object id of the Microsoft account" }),
  appRoles: z.array(z.string()).meta({ description: "the roles that the account holds here" }),
  directoryRoles: z
    .array(z.string())
    .exactOptional()
    .meta({ description: "the roles that it holds in the directory, where Microsoft says so" }),
  signedInAt: z.iso.datetime().meta({ description: "when they signed in" }),
  seenAt: z.iso.datetime().meta({ description: "when a person last asked for a page, to a minute" }),
  sealed: z.string().meta({ description: "the administrator's names, sealed" }),
});

export const portalSessions: RecordKind<typeof members> = {
  container: "portalSessions",
  what: "an administrator's session with the portal, under the hash of its cookie",
  members,
  sealed: { administrator: contentSchema },
  kept: "8 hours",
  expires: true,
  version: FIRST_VERSION,
};

export interface Administrator {
  readonly objectId: string;
  readonly displayName: string;
  readonly userName: string;
  readonly appRoles: readonly string[];
  /** Absent where Microsoft has not named them. */
  readonly directoryRoles?: readonly string[];
}

export interface PortalSession {
  /** Hash of the cookie's secret. */
  readonly id: string;
  readonly administrator: Administrator;
  readonly rights: readonly PortalRight[];
  /** Whether the sign-in is recent, which what only a Global Administrator may do requires. */
  readonly isFresh: boolean;
  /** Present while the store is read and takes nothing: pages are shown, and say that nothing can be changed. */
  readonly isReadOnly?: true;
  /** What became of the form from which the page was led to; absent on any other page. */
  readonly done?: "done" | "waits";
}

/**
 * "idle": nobody has used the session for a while, so it is not good any more. "none": there is no such session, or its time
 * is over.
 */
export type FoundSession = PortalSession | "idle" | "none";

export interface PortalSessions {
  start(id: string, administrator: Administrator): Promise<void>;
  /**
   * The session. A person's request counts as use, also where the store does not take that: whoever is signed in goes on
   * reading, and this process remembers the use. @throws StoreFault where the session cannot be read
   */
  of(id: string): Promise<FoundSession>;
  /** @throws StoreFault where the store does not take it: then the session lasts until nobody has used it for a while. */
  end(id: string): Promise<void>;
}

export interface PortalSessionsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly now: () => Date;
}

export function openPortalSessions({ store, keyring, now }: PortalSessionsDeps): PortalSessions {
  const { container } = portalSessions;
  /** Times of use, by session, that the store did not take. */
  const untaken = new Map<string, number>();
  const end = (id: string) => {
    untaken.delete(id);
    return removeRow(store, container, { partition: id, id });
  };
  const use = (id: string, time: Date) =>
    changeRow(store, container, { partition: id, id }, (before) => {
      const row = membersOf(portalSessions, before);
      return { ...before, body: nextBody(portalSessions, before, { ...row, seenAt: time.toISOString() }) };
    });
  return {
    async start(id, { displayName, userName, ...proved }) {
      const { objectId, appRoles, directoryRoles } = proved;
      await store.create(container, {
        partition: id,
        id,
        body: newBody(portalSessions, {
          objectId,
          appRoles: [...appRoles],
          ...(directoryRoles !== undefined && { directoryRoles: [...directoryRoles] }),
          signedInAt: now().toISOString(),
          seenAt: now().toISOString(),
          sealed: keyring.seal(contextOf(id), JSON.stringify({ displayName, userName })),
        }),
        expiresAt: new Date(now().getTime() + PORTAL_SESSION_SECONDS * 1000),
      });
    },

    async of(id) {
      const stored = await store.read(container, id, id);
      const kept = stored && keptIn(keyring, stored);
      if (kept === undefined) {
        untaken.delete(id);
        return "none";
      }
      const { seenAt: taken, signedInAt, ...administrator } = kept;
      const seenAt = Math.max(taken, untaken.get(id) ?? 0);
      const time = now();
      // After a clock was set back, a time that lies far in the future is not believed.
      // It is not removed, because a clock that is ahead for a moment must not end it: nothing but its return makes it good.
      if (Math.abs(time.getTime() - seenAt) > PORTAL_IDLE_MS) return "idle";
      const isFresh = isYounger(signedInAt, time, PORTAL_DECIDES_MS);
      const session = { id, administrator, rights: rightsOf(administrator), isFresh };
      if (isYounger(seenAt, time, SEEN_TO_MS)) return session;
      if (await ifTaken(use(id, time))) {
        untaken.delete(id);
        return session;
      }
      // Tried again in a minute: while the store does not answer, nobody waits for it on each page.
      untaken.set(id, time.getTime());
      return { ...session, isReadOnly: true };
    },

    end,
  };
}

/** Whether the store took a write. What it refuses is logged where it is tried whether it can be written (web/readiness.ts). */
async function ifTaken(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof StoreFault) return false;
    throw error;
  }
}

/** A row that cannot be read counts as no session: the person signs in again. */
function keptIn(
  keyring: Keyring,
  stored: Stored,
): (Administrator & { readonly seenAt: number; readonly signedInAt: number }) | undefined {
  try {
    const { sealed, seenAt, signedInAt, ...row } = membersOf(portalSessions, stored);
    const names = contentIn(portalSessions, contentSchema, keyring.open(contextOf(stored.id), sealed));
    return { ...row, ...names, seenAt: Date.parse(seenAt), signedInAt: Date.parse(signedInAt) };
  } catch (error) {
    if (error instanceof SealBroken || error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

const contextOf = (id: string) => "portal session " + id;
