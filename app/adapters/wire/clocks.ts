/** Whether a vendor's clock and ours tell the same time, by the `Date` of its answers (RFC 9110 6.6.1). */

/** More than a slow answer explains, and more than id_tokens and assertions forgive. */
const TOLERATED_MS = 120_000;

/**
 * How far the vendor's clock is ahead of ours, in milliseconds; undefined when the answer does not say, or when it is less
 * than could matter. An answer from a cache is as much older as its `Age` says.
 */
export function clockDifference(
  headers: { readonly date?: string | undefined; readonly age?: string | string[] | undefined },
  now: Date,
): number | undefined {
  const date = Date.parse(headers.date ?? "");
  if (Number.isNaN(date)) return undefined;
  const age = /^\d{1,9}$/.test(String(headers.age ?? 0)) ? Number(headers.age ?? 0) : 0;
  const ahead = date + age * 1000 - now.getTime();
  return Math.abs(ahead) > TOLERATED_MS ? ahead : undefined;
}

/** Whole minutes of it. */
export const minutesOf = (aheadMs: number) => Math.round(Math.abs(aheadMs) / 60_000);

/** The same in words; `whose` is the vendor. */
export function differenceInWords(aheadMs: number, whose: string): string {
  const how = aheadMs > 0 ? "ahead of" : "behind";
  return `the clock of ${whose} is ${String(minutesOf(aheadMs))} minutes ${how} the connector's`;
}
