/** A measurement beside its promise, and the arithmetic that measurements share. */

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  readonly direction: "at-least" | "at-most";
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1] ?? sorted[middle], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
