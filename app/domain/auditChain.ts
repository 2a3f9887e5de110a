/**
 * The audit trail as a chain: each event holds the hash of the one before, so that the hashes show when an event was
 * changed, left out or moved. This file has no side effects and imports only Node's own modules, because the verifier runs
 * offline.
 */
import { createHash } from "node:crypto";

export type Plain =
  string | number | boolean | null | readonly Plain[] | { readonly [member: string]: Plain | undefined };

/** Who did it: somebody of the hospital's directory, or a program that acts by itself. */
export type Actor =
  | { readonly kind: "person"; readonly objectId: string }
  | { readonly kind: "program"; readonly name: string };

/**
 * A member that changed, named by its path, such as `provider.clientId`, with its values as text; a list is written as JSON.
 * A value is left out where the member was or is not there.
 */
export interface MemberChange {
  readonly member: string;
  readonly from?: string;
  readonly to?: string;
}

/** What is recorded of an event; {@link chained} adds its position in the chain. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: Actor;
  /** What was done, such as `connection.added`. */
  readonly action: string;
  /** What it was done to: a kind of thing, and its id where there are several. */
  readonly object: { readonly kind: string; readonly id?: string };
  readonly changes: readonly MemberChange[];
  /** The reason, in the words of whoever did it. */
  readonly reason?: string;
  /** An act that is no change of a setting has two events, which name each other: one before it and one after. */
  readonly act?: { readonly id: string; readonly phase: "intended" | "done" | "failed" };
}

export interface AuditEvent extends AuditEntry {
  /** 1 for the first event, and one more for each next one. */
  readonly number: number;
  /** Hash of the event before; empty for the first event. */
  readonly previous: string;
  /** SHA-256, in hexadecimal, of all other members in canonical JSON. */
  readonly hash: string;
}

/** The last event, by which the end of the chain is known. */
export type ChainHead = Pick<AuditEvent, "number" | "hash">;

export const EMPTY_CHAIN: ChainHead = { number: 0, hash: "" };

/** Turns the entries into the next events of a chain. */
export function chained(head: ChainHead, entries: readonly AuditEntry[]): readonly AuditEvent[] {
  let last = head;
  return entries.map((entry) => {
    const numbered = { ...entry, number: last.number + 1, previous: last.hash };
    const event = { ...numbered, hash: hashOf(numbered) };
    last = event;
    return event;
  });
}

export function hashOf(event: Omit<AuditEvent, "hash">): string {
  const { hash: _own, ...told } = event as AuditEvent;
  return createHash("sha256").update(canonical(told)).digest("hex");
}

/**
 * JSON with sorted members and no white space, so that equal values give the same text (as RFC 8785, for the values we
 * have).
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => JSON.stringify(name) + ":" + canonical(member));
  return "{" + members.join(",") + "}";
}

/** The action of the event that is written when the oldest events have expired; it names the last of them and its hash. */
export const EXPIRED_ACTION = "audit.expired";

export type ChainFinding =
  /** The event's own hash does not match its content. */
  | { readonly kind: "changed"; readonly number: number }
  /** The event does not follow the one that stands before it. */
  | { readonly kind: "does-not-follow"; readonly number: number }
  | { readonly kind: "missing"; readonly from: number; readonly to: number }
  | { readonly kind: "out-of-order"; readonly number: number }
  | { readonly kind: "unreadable"; readonly position: number }
  /** The log has kept a hash of the trail, and no event of it has that one. */
  | { readonly kind: "not-as-logged"; readonly hash: string }
  /** An act was intended, and nothing says how it ended. */
  | { readonly kind: "open"; readonly number: number; readonly act: string };

/**
 * What is wrong with a chain, in the order of its events. `head` is what the connector kept as the last event; without it
 * nobody can tell whether events are missing at the end. `logged` are hashes that were kept elsewhere than in the store:
 * without them nobody can tell whether the whole chain was written anew.
 */
export function verifyChain(
  events: readonly unknown[],
  head?: ChainHead,
  logged: readonly string[] = [],
): readonly ChainFinding[] {
  const findings: ChainFinding[] = [];
  let last: ChainHead = startOf(events);
  const open = new Map<string, number>();
  const hashes = new Set<string>();
  for (const [index, value] of events.entries()) {
    if (!isEvent(value)) {
      findings.push({ kind: "unreadable", position: index + 1 });
      continue;
    }
    const { number, previous, hash, act } = value;
    if (hashOf(value) !== hash) findings.push({ kind: "changed", number });
    if (number <= last.number) findings.push({ kind: "out-of-order", number });
    else if (number > last.number + 1)
      findings.push({ kind: "missing", from: last.number + 1, to: number - 1 });
    else if (previous !== last.hash) findings.push({ kind: "does-not-follow", number });
    if (number > last.number) last = { number, hash };
    hashes.add(hash);
    if (act?.phase === "intended") open.set(act.id, number);
    else if (act?.phase === "done" || act?.phase === "failed") open.delete(act.id);
  }
  if (head !== undefined && head.number > last.number)
    findings.push({ kind: "missing", from: last.number + 1, to: head.number });
  else if (head !== undefined && (head.number < last.number || head.hash !== last.hash))
    findings.push({ kind: "does-not-follow", number: last.number });
  for (const hash of logged) if (!hashes.has(hash)) findings.push({ kind: "not-as-logged", hash });
  for (const [act, number] of open) findings.push({ kind: "open", number, act });
  return findings;
}

/** The last of the events that have expired, as the trail itself says. */
function startOf(events: readonly unknown[]): ChainHead {
  const told = events
    .filter(isEvent)
    .findLast((event) => event.action === EXPIRED_ACTION && hashOf(event) === event.hash);
  const said = (member: string) => told?.changes.find((change) => change.member === member)?.from;
  const [number, hash] = [Number(said("last")), said("hash")];
  return Number.isSafeInteger(number) && hash !== undefined ? { number, hash } : EMPTY_CHAIN;
}

/** Whether the value has the members that the chain is made of. Its other members are covered by its hash. */
function isEvent(value: unknown): value is AuditEvent {
  if (typeof value !== "object" || value === null) return false;
  const { number, previous, hash, act } = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(number) &&
    typeof previous === "string" &&
    typeof hash === "string" &&
    (act === undefined || (typeof act === "object" && act !== null))
  );
}
