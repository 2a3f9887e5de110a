/**
 * What a patient believes of a visit: whether it takes place, and when. Whatever the chart says later is compared with this,
 * so it does not matter what the visit was in between. Pure functions: no I/O.
 */
import type { FoundVisit } from "../../domain/found.ts";
import { changeNumberIn } from "../../domain/visitMessages.ts";
import type { Withheld } from "../../domain/withheld.ts";
import { isTold, type Message } from "../../records/messages.ts";
import { isTo } from "./whose.ts";

export interface Belief {
  readonly isOn: boolean;
  /** Absent where they know of the visit from a time of which no record is kept any more. */
  readonly start?: Date;
  /**
   * `told`: we told them. `informed`: the hospital did, because it sends this kind itself or had booked the visit before we
   * came. `supposed`: our notice did not reach them, so it is only supposed that whoever booked the visit told them.
   */
  readonly by: "told" | "informed" | "supposed";
  /**
   * A cancellation that they were not told of came up since then, and no first notice of somebody else: where the visit is new
   * now, it is theirs as before, with the same link.
   */
  readonly isTheirsStill?: true;
  /**
   * The chart has named them by other ids before, or by more, which made the visit new and was told to nobody, and since they
   * were told, nothing else made it new: where it is new now, it is theirs as before, with the same link.
   */
  readonly isNamedAnew?: true;
}

type Records = readonly Pick<Message, "kind" | "state" | "code" | "start" | "which" | "patient">[];

/**
 * @param records of the visit, the newest first
 * @param whose keyed hashes of the patient, by each id that the chart has for them
 * @param own names of the records of the message that is to be sent: they say nothing about what was known before it
 * @returns undefined where they know nothing of the visit
 */
export function beliefOf(
  records: Records,
  whose: ReadonlySet<string>,
  own: readonly string[],
): Belief | undefined {
  const others = records.filter(({ kind, which = "" }) => kind !== "late" && !own.includes(which));
  const confirmed = last(others.filter(({ kind }) => kind === "confirmation"));
  const known = others.find(
    (one) =>
      (isTold(one) && isTo({ all: whose }, one)) ||
      // A record that does not say whose it is was made before the visit was anybody else's.
      (isInformed(one) && (one.patient === undefined ? confirmed.includes(one) : whose.has(one.patient))),
  );
  if (known !== undefined) {
    const { kind, start } = known;
    const since = new Set(others.slice(0, others.indexOf(known)).map((one) => one.kind));
    return {
      ...{ isOn: kind !== "cancellation", start: new Date(start), by: isTold(known) ? "told" : "informed" },
      ...(since.has("cancellation") && !since.has("confirmation") && { isTheirsStill: true }),
      ...(isOnlyNamedAnew(others, whose) && { isNamedAnew: true }),
    };
  }
  const isUntold = confirmed.length > 0 && confirmed.every(({ code }) => TOLD_BY_NOBODY.has(code));
  // Whoever heard that staff run late has heard of the visit.
  const heardOf = records.some((one) => one.kind === "late" && isTold(one) && isTo({ all: whose }, one));
  if (isUntold && !heardOf) return undefined;
  const [shown] = last(others.filter(({ kind, code }) => IS_ON.has(kind) && !isUnsaid(code)));
  return { isOn: true, ...(shown !== undefined && { start: new Date(shown.start) }), by: "supposed" };
}

/** A record that does not say whose it is proves nothing: the visit may have been given to somebody else since. */
function isOnlyNamedAnew(records: Records, whose: ReadonlySet<string>): boolean {
  const told = records.find(
    (one) => IS_ON.has(one.kind) && isTold(one) && one.patient !== undefined && isTo({ all: whose }, one),
  );
  if (told === undefined) return false;
  const first = records.filter(({ kind }) => kind === "confirmation");
  const since = first.filter((one) => numberOf(one) > numberOf(told));
  const isSame = ({ code }: { readonly code?: string }) => code === "same-time";
  return first.some(isSame) && since.every(isSame);
}

/** The records of the last change that any of these tells. */
function last(some: Records): Records {
  const number = Math.max(...some.map(numberOf));
  return some.filter((one) => numberOf(one) === number);
}

/** Whether somebody who believes this is wrong about the visit as it is now. */
export const isWrong = ({ isOn, start }: Belief, now: Pick<FoundVisit, "standing" | "start">): boolean =>
  isOn
    ? now.standing === "cancelled" || start?.getTime() !== now.start.getTime()
    : now.standing !== "cancelled";

/**
 * Whether what is new in the chart has moved at most for its patient: it was cancelled and booked again before they were told of
 * either, or they were told of a time that is still to come, at which it does not take place.
 */
export const isMovedFor = (belief: Belief | undefined, found: FoundVisit, now: Date): boolean =>
  belief?.isTheirsStill === true || (belief?.by === "told" && belief.isOn && isToCome(belief, found, now));

/** Whether somebody who believes in this start will come then, though the visit does not take place then. */
export const isToCome = (
  { start }: Pick<Belief, "start">,
  found: Pick<FoundVisit, "start">,
  now: Date,
): boolean => start !== undefined && start > now && start.getTime() !== found.start.getTime();

/** Whether the patient believes that the visit takes place as it does now, because somebody told them. */
export const isBelieved = (belief: Belief | undefined, found: FoundVisit): boolean =>
  belief !== undefined && belief.by !== "supposed" && !isWrong(belief, found);

/** Whether what is new was told to the same person before the chart named them otherwise. */
export const isStillTold = (belief: Belief | undefined, found: FoundVisit): boolean =>
  belief?.isNamedAnew === true && belief.by === "told" && !isWrong(belief, found);

/** The hospital tells such changes itself, or did so before the connector came. */
const isInformed = ({ code }: Pick<Message, "code">): boolean =>
  code === "known-before" || code === "kind-off";

const IS_ON: ReadonlySet<string> = new Set<Message["kind"]>(["confirmation", "update"]);
/** Another message was to tell it, or nobody had accepted the appointment, so nobody was told of it in any way. */
const TOLD_BY_NOBODY: ReadonlySet<string | undefined> = new Set<Withheld>(["superseded", "pending"]);
/** What was withheld for one of these told nothing that somebody else may have told. */
const UNSAID: ReadonlySet<string | undefined> = new Set(["superseded", "same-time", "not-told"]);
export const isUnsaid = (code: string | undefined): boolean => UNSAID.has(code);

const numberOf = ({ which = "" }: Pick<Message, "which">): number => changeNumberIn(which) ?? 0;
