/** What Graph's error says, and what its message means, where that is known: status and code alone do not tell. */
import * as z from "zod";
import { parseJson } from "../wire/members.ts";

const errorSchema = z.looseObject({
  error: z.looseObject({ code: z.string().optional().catch(undefined), message: z.string().catch("") }),
});

/** The error in the body of a refusal; undefined where the body is not in Graph's own form. */
export function errorIn(body: string): z.output<typeof errorSchema>["error"] | undefined {
  try {
    return errorSchema.safeParse(parseJson(body)).data?.error;
  } catch {
    return undefined;
  }
}

/** A limit, by whose limit it is; or that our webhook did not answer as Graph requires. */
export type Meaning =
  "limit-of-app-in-tenant" | "limit-of-tenant" | "limit-of-app" | "limit" | "webhook-not-reached";

/**
 * Refusals because an application access policy is missing. Two messages are published; the third comes where a policy
 * exists and does not cover the organizer.
 * https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy
 */
const ACCESS_POLICY =
  /application access policy|is not authorized to .{1,40} on behalf of|not allowed to perform operations on the user/i;
export const lacksAccessPolicy = (message: string): boolean => ACCESS_POLICY.test(message);

/**
 * Refusals to create a subscription: Graph's message names the limit, or says that the webhook was not validated.
 * https://learn.microsoft.com/graph/change-notifications-overview, https://learn.microsoft.com/graph/webhooks
 */
const WEBHOOK = /validation request|notification endpoint/i;
const LIMIT = /limit|quota|exceed|too many subscriptions|number of subscriptions/i;
const APP = /\b(app|application)\b/i;
const TENANT = /\b(tenant|organization)\b/i;

export function meaningOf(status: number, message: string): Meaning | undefined {
  if (status === 400 && WEBHOOK.test(message)) return "webhook-not-reached";
  if (status !== 403 || !LIMIT.test(message)) return undefined;
  if (!TENANT.test(message)) return APP.test(message) ? "limit-of-app" : "limit";
  return APP.test(message) ? "limit-of-app-in-tenant" : "limit-of-tenant";
}
