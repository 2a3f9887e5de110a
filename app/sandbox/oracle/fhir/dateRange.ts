import type { Appointment } from "@medplum/fhirtypes";
import { outcome } from "./outcomes.ts";

/** Decides whether an instant, in milliseconds, is in what the `date` parameters ask for. */
export type InRange = (instant: number) => boolean;

const BOUND = /^(ge|gt|le|lt)(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))$/u;

/** One bound, or two that close a range. Each has a prefix, a time and a zone. */
export function rangeOf(values: readonly string[]): InRange {
  if (values.length > 2) throw outcome(400, "invalid", "date may be given twice at most");
  const bounds = values.map((value) => {
    const [, prefix = "", instant = ""] = BOUND.exec(value) ?? [];
    const at = Date.parse(instant);
    if (Number.isNaN(at))
      throw outcome(400, "invalid", "date needs a prefix (ge, gt, le, lt), a time and a zone");
    return { prefix, at };
  });
  const lower = bounds.filter(({ prefix }) => prefix.startsWith("g"));
  if (bounds.length === 2 && lower.length !== 1)
    throw outcome(400, "invalid", "two dates must be a lower and an upper bound");
  return (instant) => bounds.every(({ prefix, at }) => meets(instant, prefix, at));
}

/** Millennium finds what starts or ends in the range; what merely spans it is not found. */
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
