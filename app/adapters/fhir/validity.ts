/**
 * Whether an entry of a record, such as a number, an address or a name, is in use now. Its use and its period may say that it
 * is over. One that is there and cannot be read, or in whose place something else stands, may say just that, so it counts as
 * saying it. https://hl7.org/fhir/R4/datatypes-definitions.html#ContactPoint.use
 */
import * as z from "zod";
import { text } from "../wire/members.ts";
import { codeRead, saysAnything, standsInPlace } from "./concepts.ts";
import { isBegun, isOver } from "./times.ts";

/** The members of an entry that say when it is in use. They are taken as they are, because what is wrong with them counts. */
export const validitySchema = z.object({
  use: z.unknown().optional(),
  _use: z.unknown().optional(),
  period: z.unknown().optional(),
  _period: z.unknown().optional(),
});

type Entry = z.output<typeof validitySchema>;

/** How an entry is used, and when. */
export interface Validity {
  /** The code of its use, in small letters; empty where nothing can be read. */
  readonly use: string;
  readonly start: string | undefined;
  readonly end: string | undefined;
  /** The members that may say that it is over, and cannot be read. */
  readonly unclear: readonly ("use" | "period")[];
}

export function validityOf({ use, _use, period, _period }: Entry): Validity {
  const used = wordsIn(use, _use);
  const { start, end } = boundsIn(period, _period);
  return {
    use: codeRead(used.words),
    start: start.words,
    end: end.words,
    unclear: [
      ...(used.isUnclear ? (["use"] as const) : []),
      // A start that cannot be read does not say that it is still to come.
      ...(end.isUnclear ? (["period"] as const) : []),
    ],
  };
}

/** Whether it is in use, for as far as its use does not say otherwise, which is for each kind of entry to tell. */
export const isCurrent = ({ start, end, unclear }: Validity, now: Date): boolean =>
  unclear.length === 0 && isBegun(start, now) && !isOver(end, now);

interface Words {
  readonly words: string | undefined;
  readonly isUnclear: boolean;
}

function wordsIn(value: unknown, beside: unknown): Words {
  if (!saysAnything(value)) return { words: undefined, isUnclear: standsInPlace(beside) };
  const words = text.safeParse(value).data;
  return { words, isUnclear: words === undefined };
}

const bounds = z.object({
  start: z.unknown().optional(),
  _start: z.unknown().optional(),
  end: z.unknown().optional(),
  _end: z.unknown().optional(),
});

interface Bounds {
  readonly start: Words;
  readonly end: Words;
}

function boundsIn(period: unknown, beside: unknown): Bounds {
  if (period === undefined && beside === undefined) return UNBOUNDED;
  const read = bounds.safeParse(saysAnything(period) ? period : {});
  const isMasked = standsInPlace(beside) || standsInPlace(period);
  if (!read.success) return { start: NOTHING, end: { ...NOTHING, isUnclear: true } };
  const { data } = read;
  const [start, end] = [wordsIn(data.start, data._start), wordsIn(data.end, data._end)];
  const isSaid = start.words !== undefined || end.words !== undefined;
  return { start, end: { ...end, isUnclear: end.isUnclear || (isMasked && !isSaid) } };
}

const NOTHING: Words = { words: undefined, isUnclear: false };
const UNBOUNDED: Bounds = { start: NOTHING, end: NOTHING };
