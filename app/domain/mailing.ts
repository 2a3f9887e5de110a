/** What a hospital says about mail, where mails come from, and how many Communication Services sends from there. */
import * as z from "zod";
import { HOST_NAME } from "./hostName.ts";

/** Azure's own domain, which every deployment gets automatically, ends like this. */
const AZURES = /(^|\.)azurecomm\.net$/i;

const mailLimitsSchema = z.strictObject({
  perMinute: z.int().min(1).meta({ description: "Mails a minute." }),
  perHour: z.int().min(1).meta({ description: "Mails an hour." }),
});

export const mailingSchema = z.strictObject({
  domain: z
    .string()
    .regex(HOST_NAME, "must be a domain such as mail.lamna.example, without @ and in lower case")
    .max(253)
    .refine((host) => !AZURES.test(host), "must be the hospital's own; leave it out to use Azure's")
    .meta({
      description:
        "Domain that mails come from, the hospital's own, such as mail.lamna.example. Until its DNS records are there and Azure has verified it, mails come from a domain of Azure's.",
    }),
  limits: mailLimitsSchema.optional().meta({
    description:
      "How many mails Azure's support has agreed to for the subscription. Left out: 30 a minute and 100 an hour, which a domain of one's own begins with.",
  }),
});

export type Mailing = z.output<typeof mailingSchema>;
export type MailLimits = z.output<typeof mailLimitsSchema>;

/** Where mails come from. */
export interface MailSender {
  readonly address: string;
  readonly limits: MailLimits;
  /** Azure's own domain allows so few mails that only those are sent from it which staff ask for. */
  readonly isForStaffsOnly: boolean;
}

/** The limits for a subscription, by https://learn.microsoft.com/azure/communication-services/concepts/service-limits. */
const LIMITS = {
  azures: { perMinute: 5, perHour: 10 },
  own: { perMinute: 30, perHour: 100 },
} as const;

export function mailSenderOf(address: string, mailing: Mailing | undefined): MailSender {
  const isAzures = AZURES.test(address.split("@").at(-1) ?? "");
  const limits = isAzures ? LIMITS.azures : (mailing?.limits ?? LIMITS.own);
  return { address, limits, isForStaffsOnly: isAzures };
}
