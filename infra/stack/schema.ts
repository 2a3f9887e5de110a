/**
 * The keys of a stack file, each with its kind and its description. Rules that concern several keys are checked separately.
 */
import * as z from "zod";
import { approvalsSchema } from "../../app/domain/approvals.ts";
import { featuresSchema } from "../../app/domain/features.ts";
import { guid } from "../../app/domain/guid.ts";
import {
  connectionSchema,
  departmentSchema,
  organizationSchema,
  visitRulesSchema,
} from "../../app/domain/hospital.ts";
import { mailingSchema } from "../../app/domain/mailing.ts";
import { messageRulesSchema } from "../../app/domain/messages.ts";
import { staffRecipientsSchema } from "../../app/domain/texting.ts";
import {
  azureSchema,
  budgetSchema,
  deployerSchema,
  networkSchema,
  ownersSchema,
  registrationSchema,
  releaseSchema,
  retentionSchema,
  sizesSchema,
  testStackSchema,
} from "./deployment.ts";
import { eventsSchema, numberSchema, smsSchema } from "./messaging.ts";
import { GEOGRAPHIES } from "./regions.ts";
import { addressRanges, hostName } from "./values.ts";

export const stackSchema = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,15}$/, "must be 2 to 16 lower-case letters and digits, starting with a letter")
    .meta({ description: "The hospital's short name, part of resource names." }),
  environment: z
    .enum(["local", "test", "production"])
    .meta({ description: "local is one laptop with the sandbox; the others are deployed." }),
  geography: z
    .enum(GEOGRAPHIES)
    .meta({ description: "Where everything the connector keeps and processes stays." }),
  owners: ownersSchema
    .optional()
    .meta({ description: "Who answers for the deployment. A deployment needs it." }),
  azure: azureSchema.optional().meta({ description: "Where in Azure. A deployment needs it." }),
  microsoft: z
    .strictObject({
      tenantId: guid("the directory's tenant id, not its domain name").meta({
        description: "The directory's tenant id.",
      }),
      registration: registrationSchema.optional(),
      consent: z.enum(["byPerson", "granted"]).default("byPerson").meta({
        description:
          "byPerson: an administrator consents to the Graph permissions in Entra. granted: pulumi up grants them, which needs the right to.",
      }),
    })
    .meta({ description: "The hospital's Microsoft 365 directory." }),
  organization: organizationSchema.meta({ description: "The hospital as patients know it." }),
  visits: visitRulesSchema.prefault({}).meta({ description: "When patients' links work." }),
  connections: z
    .array(connectionSchema)
    .nonempty()
    .optional()
    .meta({ description: "Chart systems. Left out, they are set up in the portal." }),
  departments: z
    .array(departmentSchema)
    .nonempty()
    .optional()
    .meta({ description: "Departments. Left out, they are set up in the portal." }),
  features: featuresSchema.prefault({}).meta({
    description: "What may be left out. Some of it costs a permission of Microsoft Graph.",
  }),
  publicHost: hostName.optional().meta({
    description:
      "Host name of the connector, in Oracle's registration, every link and every text. Only with Front Door, which holds the name's certificate. Production needs it; a test deployment without an edge is at its azurewebsites.net name.",
  }),
  edge: z.enum(["frontDoor", "none"]).optional().meta({
    description: "Front Door with its firewall; left out, production has it and test does not.",
  }),
  network: networkSchema.prefault({}).meta({ description: "How stores and site are reached." }),
  deployers: z.array(deployerSchema).nonempty().optional().meta({
    description:
      "Who runs pulumi up: they may upload packages and subscribe to events. A deployment needs one.",
  }),
  deployFrom: addressRanges.optional().meta({
    description: "Addresses that pulumi up runs from; left out, it runs inside the deployment's network.",
  }),
  sizes: sizesSchema.prefault({}).meta({ description: "How big." }),
  retention: retentionSchema.prefault({}).meta({ description: "How long logs and packages stay." }),
  encryption: z.enum(["microsoftKeys", "customerKeys"]).default("microsoftKeys").meta({
    description:
      "Who holds the key that the store, the packages and the queues are encrypted by: Microsoft, or the hospital's own vault. It is decided at the first pulumi up, which refuses to change it afterwards.",
  }),
  release: releaseSchema
    .prefault({})
    .meta({ description: "Which package runs; npm run package prints its digest." }),
  testStack: testStackSchema
    .optional()
    .meta({ description: "The test deployment that production follows; production needs it." }),
  sms: smsSchema
    .optional()
    .meta({ description: "Texts to patients. Left out, they are set up in the portal." }),
  messages: messageRulesSchema
    .optional()
    .meta({ description: "When patients get messages. Left out, it is set in the portal." }),
  numbers: z.enum(["stack", "portal"]).optional().meta({
    description:
      "Who gets the phone number: this stack, or an administrator in the portal. A test stack that leaves it out gets none, and nobody gets one outside the geography americas.",
  }),
  number: numberSchema.optional().meta({
    description:
      "The toll-free number that this stack gets, in the geography americas alone. Azure sells one number a tenant: leave it out in test.",
  }),
  staffRecipients: staffRecipientsSchema.optional().meta({
    description:
      "The only ones whom a test deployment, or production while it is a pilot, texts and mails; everything else is withheld. Left out, they are listed in the portal.",
  }),
  mail: mailingSchema.optional().meta({
    description:
      "Mail to patients. Left out, mails come from a domain of Azure's, which sends ten an hour: enough for those that staff send, and no others are.",
  }),
  events: eventsSchema.prefault({}).meta({ description: "Delivery reports and replies by Event Grid." }),
  approvals: approvalsSchema.optional().meta({ description: "Who must agree before something is changed." }),
  budget: budgetSchema.optional().meta({ description: "When to warn about costs; production needs it." }),
});

export type StackSettings = z.output<typeof stackSchema>;
export type StackSettingsInput = z.input<typeof stackSchema>;
