/** Values as the plugin receives them; some are not known yet. */
import * as z from "zod";
import { UNKNOWN } from "../protocol/provider.ts";

export { UNKNOWN, type Values as Properties } from "../protocol/provider.ts";

/** A schema that accepts a value of that kind, or one that is not known yet. */
export function maybe<T>(schema: z.ZodType<T>) {
  return z.union([z.literal(UNKNOWN), schema]);
}

/** Whether a value is known. Values that are not known yet are compared and sent once they are. */
export function isKnown<T>(value: T | typeof UNKNOWN): value is T {
  return value !== UNKNOWN;
}
