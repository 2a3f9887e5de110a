/** A JSON Patch (RFC 6902), as far as Millennium accepts one. */
import * as z from "zod";

export const operationsSchema = z
  .array(z.strictObject({ op: z.string(), path: z.string(), value: z.unknown().optional() }))
  .nonempty();

export type PatchOperation = z.output<typeof operationsSchema>[number];
