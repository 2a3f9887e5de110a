/**
 * What a hospital says about texts to patients: who agreed to them, how far its number's verification is, and whom a test or
 * a pilot may reach.
 */
import * as z from "zod";
import { distinct, inAnyCase } from "./distinct.ts";
import { objectId } from "./guid.ts";

/**
 * A day, also as Pulumi's engine writes it into a stack file: it reads an unquoted date as a point in time. Here it stays
 * the same day.
 */
const DAY = /^\d{4}-\d{2}-\d{2}(T00:00:00Z| 00:00:00 \+0000 UTC)?$/;
const day = z
  .string()
  .refine(
    (text) => DAY.test(text) && isDay(text.slice(0, 10)),
    "must be a day of the calendar such as 2026-12-01",
  )
  .transform((text) => text.slice(0, 10));

/** Whether the calendar has the date. JavaScript reads the 30th of February as the 2nd of March. */
function isDay(text: string): boolean {
  const read = new Date(text);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text);
}

export const consentSchema = z.strictObject({
  by: objectId.meta({ description: "Object id of the global administrator who agreed." }),
  at: day.meta({ description: "Day of the consent." }),
});

/** The area codes of toll-free numbers in the United States, of which one can be preferred. */
export const AREA_CODES = ["800", "833", "844", "855", "866", "877", "888"] as const;

/** How far the carriers' verification of a toll-free number is. */
export const VERIFICATIONS = ["notStarted", "submitted", "approved", "rejected"] as const;
export const verificationSchema = z.enum(VERIFICATIONS);
export type Verification = z.output<typeof verificationSchema>;

/**
 * Texts that somebody has agreed to: both consents, the connections whose patients are texted, and whether the pilot is
 * over.
 */
export const textingSchema = z.strictObject({
  consents: z.strictObject({ sendOnBehalf: consentSchema, attendeesConsent: consentSchema }),
  connections: z.array(z.string().min(1)).nonempty(),
  live: z.boolean().optional(),
});

export const staffRecipientsSchema = z.strictObject({
  phones: z
    .array(
      z
        .string()
        .regex(
          /^\+[1-9]\d{7,14}$/,
          "must be a phone number with its country, in quotes, such as '+12025550100'",
        ),
    )
    .superRefine(distinct())
    .default([])
    .meta({ description: "Phone numbers of staff." }),
  mails: z
    .array(z.email("must be a mail address alone, such as clinic-test@lamna.example"))
    .superRefine(distinct(inAnyCase))
    .default([])
    .meta({ description: "Mail addresses of staff." }),
});

export type Texting = z.output<typeof textingSchema>;
export type StaffRecipients = z.output<typeof staffRecipientsSchema>;

/** Whether `after` lists somebody whom `before` does not. */
export function addsTo(before: StaffRecipients | undefined, after: StaffRecipients): boolean {
  const had = new Set([...(before?.phones ?? []), ...lowered(before?.mails ?? [])]);
  return [...after.phones, ...lowered(after.mails)].some((one) => !had.has(one));
}

const lowered = (mails: readonly string[]) => mails.map((mail) => mail.toLowerCase());
