/** The `date` parameters of a search, read as one range of instants. */
import type { Appointment } from "@medplum/fhirtypes";
import { outcome } from "./outcomes.ts";

/** Whether an instant, in milliseconds since 1970, is in the range of the `date` parameters. */
export type InRange = (instant: number) => boolean;

/** A value without a prefix: a whole day, or one instant. */
const ALONE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/u;
const DAY_MS = 86_400_000;

const BOUND = /^(ge|gt|le|lt)(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))$/u;

/**
 * The range of one value without a prefix, or of two bounds, each with a prefix, a time and a zone. A single bound leaves
 * the range open, and is refused.
 */
export function rangeOf(values: readonly string[]): InRange {
  if (values.length > 2) throw outcome(400, "invalid", "date may be given twice at most");
  const [alone, another] = values;
  if (alone !== undefined && another === undefined) return closed(alone);
  const bounds = values.map((value) => {
    const [, prefix = "", instant = ""] = BOUND.exec(value) ?? [];
    const at = Date.parse(instant);
    if (Number.isNaN(at))
      throw outcome(400, "invalid", "date needs a prefix (ge, gt, le, lt), a time and a zone");
    return { prefix, at };
  });
  const lower = bounds.filter(({ prefix }) => prefix.startsWith("g"));
  if (lower.length !== 1) throw outcome(400, "invalid", "two dates must be a lower and an upper bound");
  return (instant) => bounds.every(({ prefix, at }) => meets(instant, prefix, at));
}

function closed(value: string): InRange {
  const [, day, time] = ALONE.exec(value) ?? [];
  const from = Date.parse(value);
  if (day === undefined || Number.isNaN(from))
    throw outcome(400, "invalid", "date needs a lower and an upper bound, or one value without a prefix");
  return (instant) => (time === undefined ? instant >= from && instant < from + DAY_MS : instant === from);
}

/**
 * Whether Millennium would find the appointment. It finds what starts or ends in the range, but not what spans all of it.
 */
export function isIn(appointment: Appointment, inRange: InRange): boolean {
  const { start, end } = appointment;
  return [start, end].some((instant) => instant !== undefined && inRange(Date.parse(instant)));
}

export function isRequestedIn(appointment: Appointment, inRange: InRange): boolean {
  return (appointment.requestedPeriod ?? []).some(({ start, end }) =>
    [start, end].some((instant) => instant !== undefined && inRange(Date.parse(instant))),
  );
}

function meets(instant: number, prefix: string, at: number): boolean {
  if (prefix === "ge") return instant >= at;
  if (prefix === "gt") return instant > at;
  return prefix === "le" ? instant <= at : instant < at;
}
