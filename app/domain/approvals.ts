/**
 * Who must agree before something is changed. Any administrator may make this stricter; only a Global Administrator or the
 * stack may make it looser.
 */
import * as z from "zod";

export const approvalsSchema = z.strictObject({
  secondPerson: z.boolean().optional().meta({
    description:
      "Whether a change of the configuration in the portal waits for a second administrator. Left out, it is set in the portal.",
  }),
  testOverride: z.boolean().optional().meta({
    description:
      "Whether a Global Administrator may put into production what has not passed its test, with a reason. The portal cannot say so.",
  }),
});

export type Approvals = z.output<typeof approvalsSchema>;
