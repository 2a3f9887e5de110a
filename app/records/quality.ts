/** How good calls were, as rows have it. */
import * as z from "zod";
import type { Quality } from "../domain/callQuality.ts";

const count = z.int().nonnegative();
const spread = z.object({ mean: z.number(), worst: z.number(), streams: count });

export const qualitySchema = z.object({
  streams: count,
  poorStreams: count,
  loss: spread.exactOptional(),
  jitter: spread.exactOptional(),
  roundTrip: spread.exactOptional(),
}) satisfies z.ZodType<Quality>;
