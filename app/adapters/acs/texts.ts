/**
 * Sends texts by Communication Services, over Microsoft's own client. The ids that we have stored replace those that the
 * client makes.
 */
import { SmsClient } from "@azure/communication-sms";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import type { Handover, Texts, TextToSend } from "../../ports/texts.ts";
import { isNotNow, saysNothingDone } from "../wire/status.ts";
import {
  commonOutcome,
  exchanges,
  isSuccess,
  parsed,
  type WireAnswer,
  type WireRequest,
} from "./exchange.ts";
import { refusalIn } from "./ownErrors.ts";

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
type Inside = z.output<typeof accepted>["value"][0];

/** What the answer means. A refusal of the recipient comes inside an answer whose own status accepted the request. */
export function outcomeOf(answer: WireAnswer | undefined): Handover {
  const status = answer?.status ?? 0;
  // A sender number that does not belong to the resource gets the same status as a caller without a token; it has been seen
  // to get 404, too (https://github.com/Azure/azure-sdk-for-js/pull/14861).
  if (NOT_OURS.has(status)) return SENDER;
  if (status === 412) return { kind: "forgotten" };
  if (!isSuccess(status))
    return refusalIn(answer, (words) =>
      /"from"/i.test(words) ? SENDER : { kind: "refused", reason: "content" },
    );
  const read = accepted.safeParse(parsed(answer?.body));
  return read.success ? insideOf(read.data.value[0]) : { kind: "unknown" };
}

const NOT_OURS = new Set([401, 404]);
const SENDER = { kind: "not-now", reason: "sender" } as const;

/**
 * What is said of the one recipient. The vendor refuses a recipient by 400; any other refusal is no more the recipient's for
 * standing here, and means what it means of the whole request
 * (https://learn.microsoft.com/rest/api/communication/errorcodes).
 */
function insideOf({ httpStatusCode: status, successful, messageId }: Inside): Handover {
  if (successful)
    return messageId === undefined ? { kind: "unknown" } : { kind: "accepted", providerId: messageId };
  if (status === 400) return { kind: "refused", reason: "recipient" };
  if (status === 412) return { kind: "forgotten" };
  if (saysNothingDone(status)) return { kind: "not-now", reason: "busy" };
  // Status 409 means that the first try is still in progress. One that is no refusal contradicts itself.
  if (status < 400 || status === 409 || isNotNow(status)) return { kind: "unknown" };
  if (status === 403) return { kind: "not-now", reason: "role" };
  return NOT_OURS.has(status) ? SENDER : { kind: "not-now", reason: "other" };
}
