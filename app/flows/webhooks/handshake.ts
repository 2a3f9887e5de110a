/** The handshake by which Event Grid asks whether an address wants its events. */
import * as z from "zod";

const LONGEST_CODE = 200;

/** https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema */
const handshake = z.tuple([
  z.object({
    eventType: z.literal("Microsoft.EventGrid.SubscriptionValidationEvent"),
    data: z.object({ validationCode: z.string().min(1).max(LONGEST_CODE) }),
  }),
]);

/**
 * The validation code that Event Grid must get back before it delivers to an address; undefined if the body is no handshake.
 */
export function validationCode(body: unknown): string | undefined {
  const read = handshake.safeParse(body);
  return read.success ? read.data[0].data.validationCode : undefined;
}
