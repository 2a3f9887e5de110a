/** When to ask a busy server again: when it says so (RFC 9110, section 10.2.3), else later each time. */

/**
 * Resolves after the given time, or rejects as soon as the signal is aborted. Whoever composes the program provides it;
 * nothing else lets time pass.
 */
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
 * Milliseconds to wait before a retry; `retry` counts from 1. They double each time, and `chance` (from 0 to 1) spreads
 * them, so that those who were refused together do not come back together.
 */
export function backoff(retry: number, chance: number): number {
  return FIRST_WAIT_MS * 2 ** (retry - 1) * (0.5 + chance / 2);
}
