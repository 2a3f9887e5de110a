/**
 * One request by one of Microsoft's clients, made once and observed as it is on the wire. What became of a message depends
 * on the status that came back and on whether the request left at all; the clients' own results and errors do not tell both.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { parseRetryAfter } from "../../domain/retry.ts";
import type { Handover } from "../../ports/texts.ts";
import { boundedAnswers } from "../wire/boundedPipeline.ts";
import { watchLeave } from "../wire/leaving.ts";
import { isWebPage } from "../wire/page.ts";
import { isNotNow, saysNothingDone } from "../wire/status.ts";

/** A request as the pipeline's policies see it. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  body?: unknown;
}

export interface WireAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  readonly contentType?: string | undefined;
  /** The address at which the operation's status is read. The request's own address stands in when it is absent. */
  readonly location?: string;
}

/** One call: what it changes in its request, and what was learned from it. */
export interface Exchange {
  /** Changes a request before it leaves, or answers it instead of the vendor. */
  readonly before?: (request: WireRequest) => WireAnswer | undefined;
  /** Whether anything of the request may have been written to the vendor, so that the vendor may have received it. */
  left: boolean;
  answer: WireAnswer | undefined;
}

const DEADLINE_MS = 15_000;
/** Answers are a few hundred bytes, so this is ample. */
const MAX_BYTES = 200_000;

interface PolicyAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  bodyAsText?: string | null;
}

/**
 * Makes the options for a client, and the function that runs a call. With these options the client does not retry, reads
 * bounded answers only, and reports to the exchange that is running.
 */
export function exchanges() {
  const current = new AsyncLocalStorage<Exchange>();
  const policy = {
    name: "exchange",
    async sendRequest<Q extends WireRequest, R extends PolicyAnswer>(
      request: Q,
      next: (request: Q) => Promise<R>,
    ): Promise<R> {
      const exchange = current.getStore();
      if (exchange === undefined) return next(request);
      const instead = exchange.before?.(request);
      if (instead !== undefined) return synthetic(request, instead) as unknown as R;
      const response = await watchLeave(exchange, () => next(request));
      exchange.answer = {
        status: response.status,
        body: response.bodyAsText ?? "",
        retryAfter: response.headers.get("retry-after") ?? null,
        contentType: response.headers.get("content-type"),
      };
      return response;
    },
  };
  return {
    clientOptions: {
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [{ policy, position: "perRetry" as const }, ...boundedAnswers(MAX_BYTES)],
    },
    /** @returns what is known once the call is over, however it ended. */
    run: async (
      before: Exchange["before"],
      call: (abortSignal: AbortSignal) => Promise<unknown>,
      signal: AbortSignal = new AbortController().signal,
    ): Promise<Exchange> => {
      const exchange: Exchange = { ...(before && { before }), left: false, answer: undefined };
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
      try {
        await current.run(exchange, () => call(abortSignal));
      } catch {
        // Whatever the client makes of it, the exchange says what the outcome depends on.
      }
      return exchange;
    },
  };
}

function synthetic(request: WireRequest, { status, body, location = request.url }: WireAnswer) {
  const headers = new Map([
    ["content-type", "application/json"],
    ["operation-location", location],
  ]);
  const all = {
    get: (name: string) => headers.get(name.toLowerCase()),
    toJSON: () => Object.fromEntries(headers),
  };
  return { request, status, headers: all, bodyAsText: body };
}

/**
 * The outcome of an answer that means the same for texts and mails; undefined for an answer that each of them reads in its
 * own way.
 */
export function commonOutcome({ answer, left }: Exchange, now: Date): Handover | undefined {
  if (answer === undefined) return left ? { kind: "unknown" } : { kind: "not-now", reason: "unreachable" };
  const { status, retryAfter } = answer;
  if (isKept(status)) return { kind: "not-now", reason: "unreachable" };
  if (isSomebodyElses(answer)) return { kind: "unknown", answered: "in-between" };
  if (saysNothingDone(status)) {
    const retryAfterMs = parseRetryAfter(retryAfter, now);
    return { kind: "not-now", reason: "busy", ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (status === 403) return { kind: "not-now", reason: "role" };
  // At 409 the first try is still in progress.
  if (isNotNow(status) || status === 409) return { kind: "unknown" };
  return undefined;
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * Whether the request has surely not been passed on, whoever says so: by sending us elsewhere first, or by asking for
 * credentials of a proxy's own (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8).
 */
const isKept = (status: number): boolean => (status >= 300 && status < 400) || status === 407;

/**
 * A web page is never the vendor's. Nor are other words with a refusal: the vendor's errors are JSON, and some have no body
 * (app/sandbox/communication/textRoutes.ts has those that were recorded). Somebody in between may let a request pass and hold
 * back its answer, so what they say does not tell whether the vendor has received it, whatever the status.
 */
const isSomebodyElses = ({ status, body, contentType }: WireAnswer): boolean =>
  isWebPage(body, contentType) ||
  (status >= 300 && status < 500 && body.trim() !== "" && typeof parsed(body) !== "object");

export function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    // An answer that cannot be read does not say what was done.
    return undefined;
  }
}
