/** When to ask again a server that is busy: as it says (RFC 9110, section 10.2.3), else later each time. */

/** Resolves that much later; rejects at once when the signal says so. Given by whoever composes: nobody else lets time pass. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

const FIRST_WAIT_MS = 500;

/** Milliseconds that a Retry-After header asks for, given as seconds or as a date; undefined when it says neither. */
export function parseRetryAfter(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * Milliseconds to wait before the retry of that number, counted from 1: doubling, and spread by `chance` (from 0 to 1), so
 * that those who were refused together do not come back together.
 */
export function backoff(retry: number, chance: number): number {
  return FIRST_WAIT_MS * 2 ** (retry - 1) * (0.5 + chance / 2);
}
