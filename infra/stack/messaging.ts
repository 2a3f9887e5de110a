/** The stack file's keys about texts: consents, the number, who may be texted, where events may be processed. */
import * as z from "zod";
import { AREA_CODES, consentSchema, verificationSchema } from "../../app/domain/texting.ts";

export const smsSchema = z.strictObject({
  consents: z
    .strictObject({
      sendOnBehalf: consentSchema.optional().meta({
        description: "Consent that the connector sends texts to patients on the organization's behalf.",
      }),
      attendeesConsent: consentSchema.optional().meta({
        description: "Acknowledgement that attendees have consented to send and receive texts.",
      }),
    })
    .meta({ description: "Who agreed, and when; both are needed." }),
  connections: z
    .array(z.string().min(1))
    .nonempty()
    .meta({ description: "Ids of the connections whose patients are texted from the deployment's number." }),
  live: z.boolean().optional().meta({
    description:
      "Whether production texts and mails patients. Until then it is a pilot, which reaches its staffRecipients alone; a Global Administrator ends it in the portal, or the stack here. A test deployment never reaches patients. On a laptop patients are the sandbox's.",
  }),
});

export const numberSchema = z.strictObject({
  areaCode: z
    .enum(AREA_CODES)
    .optional()
    .meta({ description: "Toll-free area code to look for first; in quotes." }),
  verification: verificationSchema.optional().meta({
    description:
      "How far the carriers' toll-free verification was at the first deployment; later the portal keeps it.",
  }),
});

/** The words that a person writes in the stack file to accept that event data may leave the geography. */
export const GLOBAL_EVENTS_WORDS = "Event data of texts may be kept in any Microsoft data center";

export const eventsSchema = z.strictObject({
  accepted: z
    .literal(GLOBAL_EVENTS_WORDS, `must be, word for word, what a person accepts: "${GLOBAL_EVENTS_WORDS}"`)
    .optional()
    .meta({
      description:
        "Outside the Americas: acceptance that delivery reports and replies, which carry phone numbers, pass Event Grid's global topic.",
    }),
  systemTopic: z
    .string()
    .regex(
      /^[A-Za-z0-9-]{3,50}$/,
      "must be the name of an Event Grid system topic: 3 to 50 letters, digits and dashes",
    )
    .optional()
    .meta({
      description: "A system topic that the Communication Services resource has already, to be adopted.",
    }),
});
