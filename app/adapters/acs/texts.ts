/**
 * Sends texts by Communication Services, over Microsoft's own client. The ids that we have stored replace those that the
 * client makes.
 */
import { SmsClient } from "@azure/communication-sms";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import type { Handover, Texts, TextToSend } from "../../ports/texts.ts";
import { commonOutcome, exchanges, parsed, type WireAnswer, type WireRequest } from "./exchange.ts";

export interface SendingOptions {
  /** Address of the Communication Services resource, such as https://visits.unitedstates.communication.azure.com. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly now: () => Date;
}

export function openTexts({ endpoint, credential, now }: SendingOptions): Texts {
  const { clientOptions, run } = exchanges();
  const client = new SmsClient(endpoint, credential, clientOptions);
  return {
    async send(text, signal) {
      const { from, to, text: message, id } = text;
      const exchange = await run(
        (request) => putIn(request, text),
        (abortSignal) =>
          client.send({ from, to: [to], message }, { enableDeliveryReport: true, tag: id, abortSignal }),
        signal,
      );
      return commonOutcome(exchange, now()) ?? outcomeOf(exchange.answer);
    },
  };
}

/**
 * Puts our stored id and first sending time into the request. The client makes new ones at each call, so every repetition
 * would be a second text.
 */
function putIn(request: WireRequest, { id, firstSent }: TextToSend): undefined {
  const body = JSON.parse(String(request.body)) as { readonly smsRecipients: readonly object[] };
  const smsRecipients = body.smsRecipients.map((recipient) => ({
    ...recipient,
    repeatabilityRequestId: id,
    repeatabilityFirstSent: firstSent.toUTCString(),
  }));
  request.body = JSON.stringify({ ...body, smsRecipients });
}

const accepted = z.object({
  value: z.tuple([
    z.object({
      httpStatusCode: z.union([
        z.int(),
        z
          .string()
          .regex(/^\d{3}$/)
          .transform(Number),
      ]),
      successful: z.boolean(),
      // For a refused recipient the id is absent, null or empty.
      messageId: z
        .string()
        .nullish()
        .transform((id) => (id === "" || id === null ? undefined : id)),
    }),
  ]),
});

/** What the answer means. A refusal of the recipient comes inside an answer whose own status accepted the request. */
export function outcomeOf(answer: WireAnswer | undefined): Handover {
  const status = answer?.status ?? 0;
  // A sender number that does not belong to the resource gets the same status as a caller without a token; it has been seen
  // to get 404, too (https://github.com/Azure/azure-sdk-for-js/pull/14861).
  if (status === 401 || status === 404) return { kind: "not-now", reason: "sender" };
  if (status === 409) return { kind: "unknown" };
  if (status !== 202 && status !== 200)
    return /"from"/i.test(answer?.body ?? "")
      ? { kind: "not-now", reason: "sender" }
      : { kind: "refused", reason: "content" };
  const read = accepted.safeParse(parsed(answer?.body));
  if (!read.success) return { kind: "unknown" };
  const [{ httpStatusCode, successful, messageId }] = read.data.value;
  if (successful && messageId !== undefined) return { kind: "accepted", providerId: messageId };
  if (httpStatusCode === 412) return { kind: "forgotten" };
  if (httpStatusCode === 429) return { kind: "not-now", reason: "busy" };
  // Status 409 means that the first try is still in progress.
  if (httpStatusCode >= 500 || [408, 409].includes(httpStatusCode) || successful) return { kind: "unknown" };
  return { kind: "refused", reason: "recipient" };
}
