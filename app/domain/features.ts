/** What a deployment may do without. The stack decides; the portal only shows it. */
import * as z from "zod";

/** The features as a stack says them. */
export const featuresSchema = z.strictObject({
  staffNames: z.boolean().default(true).meta({
    description: 'Whether "You join as …" says the account\'s name (Graph User.ReadBasic.All).',
  }),
  presence: z.boolean().optional().meta({
    description:
      "Whether clinicians see live who is waiting. Microsoft Graph reports it to the connector, so its calls must get in: with an edge they do.",
  }),
  attendance: z.boolean().optional().meta({
    description:
      "Whether reports have Teams' attendance: who was there and how long, read after each visit (Graph OnlineMeetingArtifact.Read.All). Who waited is seen live alone.",
  }),
  callQuality: z.boolean().optional().meta({
    description:
      "Whether reports have the quality of calls, as Teams measured it (Graph CallRecords.Read.All, which covers every call of the tenant, so it is off unless switched on).",
  }),
});

/**
 * The features as the connector is told them: each is on or off, and one that an older release's program does not tell is
 * off.
 */
export const settledFeaturesSchema = z.strictObject({
  staffNames: z.boolean().default(false),
  presence: z.boolean().default(false),
  attendance: z.boolean().default(false),
  callQuality: z.boolean().default(false),
});

export type SaidFeatures = z.output<typeof featuresSchema>;
export type Features = Readonly<z.output<typeof settledFeaturesSchema>>;
