/**
 * The status with which Express and its body parsers mark a request that cannot be read: 413 for one that is too large, and
 * others from 400 on for what is cut off or is not what it says it is. Undefined for a fault of ours.
 */
export function bodyStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}
