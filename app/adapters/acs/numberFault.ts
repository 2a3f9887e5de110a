/** What can go wrong with a phone number, in words that say what to do about it. */
import { RestError } from "@azure/core-rest-pipeline";
import { isOfWebPage } from "../wire/page.ts";
import { isNotNow } from "../wire/status.ts";
import { NumberFault, type NumberFaultKind } from "../../ports/numbers.ts";

const WORDS: Record<NumberFaultKind, string> = {
  "out-of-stock":
    "Microsoft has no toll-free number to sell at the moment. Leave out the area code, or try again tomorrow.",
  billing:
    "Microsoft does not sell a number to this subscription. It must be a paid one (no trial, no free credit) with a billing address in the United States or another eligible country; see Cost Management + Billing in the Azure portal.",
  limit:
    "This tenant may not have another number: Azure sells one to a tenant by default. Use the number that it has, release it, or ask for more in a support request (Azure portal, Help + support, service Communication Services).",
  role: 'The caller may not manage numbers. Give it the role "Communication and Email Service Owner" on the Communication Services resource; a new role takes up to ten minutes to work.',
  missing: "The Communication Services resource has no such number.",
  refused: "Communication Services refused the request.",
  busy: "Communication Services does not answer, or is busy. Nothing is lost: try again in some minutes.",
  unfinished:
    "Microsoft accepted the purchase and has not finished it. Nothing is lost: try again, and it goes on from here.",
};

/** Makes a fault. `detail` is a code or a status, never a phone number. */
export function numberFault(kind: NumberFaultKind, detail?: string, options?: ErrorOptions): NumberFault {
  return new NumberFault(kind, detail === undefined ? WORDS[kind] : `${WORDS[kind]} (${detail})`, options);
}

const KINDS: Readonly<Record<string, NumberFaultKind>> = {
  OutOfStock: "out-of-stock",
  AllNumbersNotAcquired: "out-of-stock",
  NumbersPartiallyAcquired: "out-of-stock",
  NotEnoughCredit: "billing",
  NoWallet: "billing",
  BillingUnavailable: "billing",
  MissingAddress: "billing",
  InvalidAddress: "billing",
  InvalidOfferModel: "billing",
  NotEnoughLicenses: "billing",
  AuthorizationDenied: "role",
};

/** Makes a fault from the error code of a failed purchase. */
export function purchaseFault(code: string): NumberFault {
  return numberFault(KINDS[code] ?? "refused", code);
}

/**
 * What an HTTP refusal means; undefined for a failure that may pass when the request is repeated. Whoever the caller is may be
 * refused without a word; of its numbers the vendor speaks with an error code, and whoever has none is in between.
 */
export function refusalOf(error: unknown): NumberFault | undefined {
  const { status, code } = answerOf(error);
  if (status === undefined || status < 400 || isNotNow(status) || isOfWebPage(error)) return undefined;
  const isCallers = status === 401 || status === 403;
  if (!isCallers && code === undefined) return undefined;
  const detail = [String(status), code].filter((word) => word !== undefined).join(" ");
  const kind = isCallers ? "role" : status === 404 ? "missing" : "refused";
  return numberFault(kind, detail, { cause: error });
}

/** What the SDK writes in place of a code where it could not parse the answer. */
const NOT_PARSED = RestError.PARSE_ERROR;

/** Status and code of the SDK's error. The status is absent when there was no answer. */
export function answerOf(error: unknown): {
  readonly status: number | undefined;
  readonly code: string | undefined;
} {
  if (typeof error !== "object" || error === null) return { status: undefined, code: undefined };
  return {
    status: "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined,
    code:
      "code" in error && typeof error.code === "string" && error.code !== NOT_PARSED ? error.code : undefined,
  };
}
