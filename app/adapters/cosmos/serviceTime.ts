/**
 * The service's own time, which each of its answers carries. In the end items expire by that time, so a machine whose clock
 * is far off must neither treat living items as expired nor make the service delete them. See decisions/0022.
 */

export interface ServiceTime {
  /** This machine's time, or the service's where the two are too far apart. */
  readonly now: () => Date;
  /** Takes the `date` header of an answer. */
  readonly heard: (date: unknown) => void;
}

/** Sessions last hours and visits last days, so a difference below this takes away nothing that is needed. */
const TOO_FAR_MS = 3_600_000;
/** From about this difference on, the proof at a sign-in is refused, so it is reported. */
const WORTH_A_WORD_MS = 300_000;

/** @param tell called once each time the clock is found to be off */
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
