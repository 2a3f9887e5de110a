/**
 * The service's own time, which each of its answers carries. Items expire by it, in the end: a machine whose clock is far off
 * must neither take living items for expired nor tell the service to let them go. See decisions/0022.
 */

export interface ServiceTime {
  /** Our clock's time, or the service's where they are too far apart. */
  readonly now: () => Date;
  /** What an answer's headers say. */
  readonly heard: (date: unknown) => void;
}

/** Sessions last hours, visits days: less than this takes nothing away that is needed. */
const TOO_FAR_MS = 3_600_000;
/** A sign-in's proof is refused from about here on. */
const WORTH_A_WORD_MS = 300_000;

/** `tell` is told once for each time that the clock is found to be off. */
export function serviceTime(now: () => Date, tell: (words: string) => void): ServiceTime {
  let behind = 0;
  let isTold = false;
  return {
    now: () => (Math.abs(behind) > TOO_FAR_MS ? new Date(now().getTime() + behind) : now()),
    heard(date) {
      const at = typeof date === "string" ? Date.parse(date) : NaN;
      if (Number.isNaN(at)) return;
      behind = at - now().getTime();
      const isOff = Math.abs(behind) > WORTH_A_WORD_MS;
      if (isOff && !isTold) tell(words(behind));
      isTold = isOff;
    },
  };
}

function words(behind: number): string {
  const minutes = Math.round(Math.abs(behind) / 60_000);
  const off = `${String(minutes)} minutes ${behind > 0 ? "behind" : "ahead of"}`;
  return `This machine's clock is ${off} the Cosmos account's. Links open and close by it, and sign-ins are refused by it: set it by a time service, or move the site to another machine.`;
}
