/**
 * Who of an appointment's participants comes. Only `declined` says that somebody does not: `accepted`, `tentative`,
 * `needs-action`, none, and what FHIR does not have are as good as each other here.
 * https://hl7.org/fhir/R4/valueset-participationstatus.html
 */
import { codeRead } from "./concepts.ts";

interface Participant {
  readonly status?: string | undefined;
}

export const hasDeclined = ({ status }: Participant): boolean => codeRead(status) === "declined";

/**
 * Those who come. Where all have declined they are given nevertheless, because an appointment is still somebody's and
 * somewhere; and a chart may mark all of them when it is cancelled.
 */
export function coming<T extends Participant>(some: readonly T[]): readonly T[] {
  const others = some.filter((one) => !hasDeclined(one));
  return others.length > 0 ? others : some;
}
