/**
 * What was told about a visit, and what became of it, but neither to whom nor in which words. Whoever makes a record sends
 * its message, once.
 */
import * as z from "zod";
import type { Delivery } from "../domain/delivery.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { messageIdOf, visitOfMessage, type MessageId } from "../domain/messageId.ts";
import { TOLD_KINDS } from "../domain/messages.ts";
import type { Withheld } from "../domain/withheld.ts";
import type { Keyring } from "../ports/keyring.ts";
import { StoreConflict, type Store, type Stored } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { isDeleted } from "./keptVisits.ts";
import { VisitDeleted } from "./tombstones.ts";
import { patientHashes } from "./visitPatients.ts";
import { changeRow, removeRow } from "./writing.ts";

/** A message is sent by a rule, after a click that says that staff run late, or by hand (`link`). */
const kinds = [...TOLD_KINDS, "link"] as const;
/**
 * `begun`: the message may or may not have left. `waiting`: it has surely not left, and will be handed over later. Reports
 * lead to `delivered` and `failed`; the other states are what was known before a report.
 */
const states = ["begun", "waiting", "accepted", "refused", "withheld", "delivered", "failed"] as const;

const members = z.object({
  kind: z.enum(kinds).meta({ description: "what it tells: a first notice, a move, a reminder …" }),
  way: z.enum(["text", "mail"]).meta({ description: "as a text, or as a mail" }),
  start: z.iso.datetime().meta({ description: "start of the visit as it was told" }),
  begun: z.iso.datetime().meta({ description: "when it was first handed over, or withheld" }),
  state: z.enum(states).meta({ description: "what is known of it: accepted, delivered, withheld …" }),
  providerId: z.string().exactOptional().meta({ description: "the vendor's id of it" }),
  code: z.string().exactOptional().meta({ description: "why it was withheld or did not arrive: a code" }),
  tries: z
    .int()
    .exactOptional()
    .meta({ description: "how often it was tried again: of several who try, each has a number of its own" }),
  which: z
    .string()
    .exactOptional()
    .meta({ description: "which change of the visit it tells, or how long before which start it reminds" }),
  patient: z
    .string()
    .exactOptional()
    .meta({ description: "which patient it was for: keyed hash over visit and patient" }),
  person: z
    .int()
    .exactOptional()
    .meta({ description: "of a link that staff sent, whose it is: that person's number within the visit" }),
  generation: z.int().exactOptional().meta({
    description: "of a link that staff sent, how often that person's link had been replaced by then",
  }),
});

export const messages: RecordKind<typeof members> = {
  container: "messages",
  what: "a message about a visit, under the visit's keyed hash and an id of its own",
  members,
  kept: "90 days",
  expires: true,
  version: FIRST_VERSION,
};

const KEPT_MS = 90 * 86_400_000;

export type Message = z.output<typeof members> & { readonly id: MessageId };

export interface MessageOf extends Pick<
  Message,
  "kind" | "way" | "start" | "person" | "generation" | "patient"
> {
  readonly visit: VisitId;
  /**
   * What tells the message from others of its kind, way and start: how long before it reminds, which try, which form. Kept
   * only for what a rule sends.
   */
  readonly which: string;
}

export type Settled = Pick<Message, "state" | "providerId" | "code">;

export interface Messages {
  /**
   * `first`: this call has made the record, or has taken over one that was waiting, so only this caller hands the message
   * over for the first time.
   * @throws VisitDeleted
   */
  begin(of: MessageOf): Promise<{ readonly message: Message; readonly first: boolean }>;
  /**
   * To be called before a message that may have left is handed over once more. After that, an earlier caller who is only
   * slow can say no more than that the message was accepted.
   * @returns undefined where somebody else was quicker, or where the message is settled
   */
  again(message: Message): Promise<Message | undefined>;
  /** Records that the message is not sent, and why. A message that may have left stays as it is. @throws VisitDeleted */
  withhold(of: MessageOf, code: Withheld): Promise<Message>;
  /**
   * Records the result of handing over, unless more is known already: a report stays, and so does `accepted`. Only whoever
   * tried last can say that nothing has left.
   * @param message as the caller has begun it
   * @returns the message as it is now
   */
  settle(message: Message, settled: Settled): Promise<Message>;
  /**
   * Records what a report says. Reports may come in any order and repeatedly.
   * @returns the message as it is now; undefined when there is no such message any more
   */
  report(id: string, delivery: Delivery): Promise<Message | undefined>;
  read(id: MessageId): Promise<Message | undefined>;
  /** The newest first, and no more than {@link MOST_OF_A_VISIT}. */
  of(visit: VisitId): Promise<readonly Message[]>;
  /** Keyed hash of a patient of the visit, by an id that the chart has. */
  patientHash(visit: VisitId, id: string): string;
  /** Keyed hash of a number or an address, for a form that says which one it showed. */
  shown(visit: VisitId, address: string): string;
}

export interface MessagesDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "hash">;
  readonly now: () => Date;
}

export function openMessages({ store, keyring, now }: MessagesDeps): Messages {
  const asMessage = (stored: Stored): Message => ({
    ...membersOf(messages, stored),
    id: stored.id as MessageId,
  });

  /**
   * Whoever deletes the visit removes the messages that are there by then, so after a message was made the visit is looked
   * at again.
   */
  async function make(...[of, as]: Parameters<typeof makeOrTake>): ReturnType<typeof makeOrTake> {
    const made = await makeOrTake(of, as);
    if (!(await isDeleted({ store }, of.visit))) return made;
    await removeRow(store, messages.container, { partition: of.visit, id: made.message.id });
    throw new VisitDeleted();
  }

  /** Makes the record, or takes over one that is waiting. */
  async function makeOrTake(
    { visit, which, kind, way, start, person, generation, patient }: MessageOf,
    as: Pick<Message, "state" | "code">,
  ): Promise<{ readonly message: Message; readonly first: boolean }> {
    const isByHand = kind === "link";
    // A text and a mail sent by hand from the same page are the same message: only one of them is sent.
    const named = isByHand ? [visit, kind, which] : [visit, kind, way, start, which];
    const id = messageIdOf(visit, keyring.hash("message", named.join(" ")));
    const at = now();
    const whose = {
      ...(person !== undefined && { person }),
      ...(generation !== undefined && { generation }),
      ...(patient !== undefined && { patient }),
    };
    const told = isByHand ? {} : { which };
    const made = { kind, way, start, begun: at.toISOString(), ...as, ...told, ...whose };
    const address = {
      partition: visit,
      id,
      sort: at.toISOString(),
      expiresAt: new Date(at.getTime() + KEPT_MS),
    };
    try {
      const stored = await store.create(messages.container, { ...address, body: newBody(messages, made) });
      return { message: asMessage(stored), first: true };
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
    let first = false;
    const stored = await changeRow(store, messages.container, address, (before) => {
      // Whoever sends by hand is answered at once, so nobody takes over what they have begun.
      first = asMessage(before).state === "waiting" && !isByHand;
      const { sort = address.sort, expiresAt = address.expiresAt } = before;
      const body = nextBody(messages, before, { ...made, tries: triesOf(asMessage(before)) + 1 });
      return first ? { body, sort, expiresAt } : undefined;
    });
    if (stored === undefined) throw new StoreConflict("the message's record was removed as it was made");
    return { message: asMessage(stored), first };
  }

  async function change(
    id: string,
    edit: (message: Message) => (Settled & Pick<Message, "tries">) | undefined,
  ): Promise<Message | undefined> {
    const named = visitOfMessage(id);
    if (named === undefined) return undefined;
    const address = { partition: named.visit, id: named.id };
    const row = await changeRow(store, messages.container, address, (stored) => {
      const settled = edit(asMessage(stored));
      if (settled === undefined) return undefined;
      const { id: _id, code: _code, ...before } = asMessage(stored);
      const message = { ...before, ...settled };
      return {
        body: nextBody(messages, stored, message),
        ...(stored.sort !== undefined && { sort: stored.sort }),
        ...(stored.expiresAt && { expiresAt: stored.expiresAt }),
      };
    });
    return row && asMessage(row);
  }

  return {
    begin: (of) => make(of, { state: "begun" }),
    async again(message) {
      const tries = triesOf(message) + 1;
      let isOurs = false as boolean;
      const now = await change(message.id, (known) => {
        isOurs = known.state === "begun" && triesOf(known) === triesOf(message);
        return isOurs ? { ...settledOf(known), tries } : undefined;
      });
      return isOurs ? now : undefined;
    },
    withhold: async (of, code) => (await make(of, { state: "withheld", code })).message,
    async settle(message, settled) {
      const after = await change(message.id, (known) => {
        if (isReported(known.state) || known.state === "accepted") return undefined;
        const isLast = triesOf(known) === triesOf(message);
        return isLast || settled.state === "accepted" ? settled : undefined;
      });
      return after ?? { ...message, ...settled };
    },
    report: (id, delivery) =>
      change(id, ({ state }) => {
        // A message that has arrived once stays delivered.
        if (state === "delivered") return undefined;
        if (delivery.kind === "unconfirmed") return state === "begun" ? { state: "accepted" } : undefined;
        return delivery.kind === "delivered"
          ? { state: "delivered" }
          : { state: "failed", code: delivery.code };
      }),
    async read(id) {
      const named = visitOfMessage(id);
      const stored = named && (await store.read(messages.container, named.visit, named.id));
      return stored && asMessage(stored);
    },
    async of(visit) {
      const items: Stored[] = [];
      let next: string | undefined;
      do {
        const slice = await store.list(messages.container, visit, {
          order: "descending",
          limit: SLICE,
          ...(next !== undefined && { continuation: next }),
        });
        items.push(...slice.items);
        next = slice.next;
      } while (next !== undefined && items.length < MOST_OF_A_VISIT);
      return items.map(asMessage);
    },
    patientHash: (visit, id) => patientHashes(keyring, visit, [id]).join(),
    shown: (visit, address) => keyring.hash("shown-address", visit + " " + address),
  };
}

const SLICE = 100;
/** The most messages of a visit; beyond that, sending by hand is refused. */
export const MOST_OF_A_VISIT = 1000;

const triesOf = ({ tries = 0 }: Pick<Message, "tries">): number => tries;
const settledOf = ({ state, providerId, code }: Message): Settled => ({
  state,
  ...(providerId !== undefined && { providerId }),
  ...(code !== undefined && { code }),
});
/** Whether it has left, as far as is known, and no report says that it did not arrive. */
export const isTold = ({ state }: Pick<Message, "state">): boolean =>
  state === "begun" || state === "accepted" || state === "delivered";

const isReported = (state: Message["state"]) => state === "delivered" || state === "failed";
