/** Who is in each meeting, who waits, and who has come and gone. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Meeting } from "../graph/meetings.ts";
import type { SandboxPerson } from "../people.ts";
import { callersSkipLobby, isPresenter, mayAdmit, skipsLobby, standing, type Standing } from "./rules.ts";

export type PresenceState = "in" | "lobby" | "left" | "denied" | "ended";

/** A person who came to a meeting. Names that guests typed are kept here in memory, and nowhere else. */
export interface Participant {
  readonly id: string;
  /** The secret by which the participant's browser identifies itself. */
  readonly key: string;
  readonly name: string;
  readonly account: SandboxPerson | undefined;
  /** The number from which they dialled in. */
  readonly phone: string | undefined;
  readonly standing: Standing;
  state: PresenceState;
  /** The participant's states and when each began, earliest first. */
  readonly way: { readonly at: Date; readonly state: PresenceState }[];
}

/** The rooms of the tenant's meetings, kept as long as the stand-in runs. */
export interface Rooms {
  /** @param who an account, the name that a guest typed, or the number from which somebody dials in */
  join(meeting: Meeting, who: SandboxPerson | string | { readonly phone: string }): Participant;
  participant(thread: string, key: string | undefined): Participant | undefined;
  leave(thread: string, participant: Participant): void;
  /** Admits or denies one person who waits (by id), or everybody; false when `by` may not do so. */
  decide(
    meeting: Meeting,
    by: Participant,
    whom: string | typeof EVERYBODY,
    verdict: "in" | "denied",
  ): boolean;
  /** Ends the meeting for all; false when `by` may not do so. */
  end(meeting: Meeting, by: Participant): boolean;
  /** The people inside and those waiting, in the order in which they came. */
  present(thread: string): readonly Participant[];
  /** Everybody who has ever come. */
  all(thread: string): readonly Participant[];
  isRunning(thread: string): boolean;
  /** Calls `changed` on every change. @returns a function that stops this */
  watch(thread: string, changed: () => void): () => void;
}

/** Stands for everybody who waits. */
export const EVERYBODY = Symbol("everybody");

interface Room {
  readonly participants: Participant[];
  readonly watchers: Set<() => void>;
}

export function rooms(tenantId: string, now: () => Date): Rooms {
  const byThread = new Map<string, Room>();
  const room = (thread: string): Room => {
    const found = byThread.get(thread) ?? { participants: [], watchers: new Set() };
    byThread.set(thread, found);
    return found;
  };
  const go = (participant: Participant, state: PresenceState) => {
    participant.state = state;
    participant.way.push({ at: now(), state });
  };
  const changed = (thread: string) => {
    for (const watcher of room(thread).watchers) watcher();
  };
  const present = (thread: string) =>
    (byThread.get(thread)?.participants ?? []).filter(({ state }) => state === "in" || state === "lobby");

  return {
    join: (meeting, who) => {
      const account = typeof who === "object" && "oid" in who ? who : undefined;
      const phone = typeof who === "object" && "phone" in who ? who.phone : undefined;
      const of = standing(meeting, tenantId, account);
      const skips = phone === undefined ? skipsLobby(meeting, of, account) : callersSkipLobby(meeting);
      const state = skips ? "in" : "lobby";
      const participant: Participant = {
        id: randomUUID(),
        key: randomBytes(24).toString("base64url"),
        name: typeof who === "string" ? who : (account?.displayName ?? phone ?? ""),
        account,
        phone,
        standing: of,
        state,
        way: [{ at: now(), state }],
      };
      room(meeting.thread).participants.push(participant);
      changed(meeting.thread);
      return participant;
    },
    participant: (thread, key) => byThread.get(thread)?.participants.find((one) => one.key === key),
    leave: (thread, participant) => {
      go(participant, "left");
      changed(thread);
    },
    decide: (meeting, by, whom, verdict) => {
      if (by.state !== "in" || !mayAdmit(meeting, by.standing, by.account)) return false;
      for (const one of present(meeting.thread))
        if (one.state === "lobby" && (whom === EVERYBODY || one.id === whom)) go(one, verdict);
      changed(meeting.thread);
      return true;
    },
    end: (meeting, by) => {
      if (by.state !== "in" || !isPresenter(meeting, by.standing, by.account)) return false;
      for (const one of present(meeting.thread)) go(one, "ended");
      changed(meeting.thread);
      return true;
    },
    present,
    all: (thread) => byThread.get(thread)?.participants ?? [],
    isRunning: (thread) => present(thread).some(({ state }) => state === "in"),
    watch: (thread, callback) => {
      room(thread).watchers.add(callback);
      return () => room(thread).watchers.delete(callback);
    },
  };
}
