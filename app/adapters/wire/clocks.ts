/** Whether a vendor's clock agrees with ours, by the `Date` header of its answers (RFC 9110 6.6.1). */

/** More than a slow answer explains, and more than the checks of id_tokens and assertions tolerate. */
const TOLERATED_MS = 120_000;

/**
 * How far the vendor's clock is ahead of ours, in milliseconds; undefined when the answer does not say, or when the
 * difference is too small to matter. An answer from a cache is older by its `Age`.
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

/** The difference in whole minutes, without its sign. */
export const minutesOf = (aheadMs: number) => Math.round(Math.abs(aheadMs) / 60_000);

/** The difference in words; `whose` is the vendor. */
export function differenceInWords(aheadMs: number, whose: string): string {
  const how = aheadMs > 0 ? "ahead of" : "behind";
  return `the clock of ${whose} is ${String(minutesOf(aheadMs))} minutes ${how} the connector's`;
}
