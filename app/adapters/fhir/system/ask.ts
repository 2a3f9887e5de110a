/** One request of the system client: it waits for its turn, sends the token, and judges the answer. */
import { isFhirId } from "../../../domain/fhirId.ts";
import { parseRetryAfter, type Wait } from "../../../domain/retry.ts";
import type {
  Asker,
  Down,
  NotFhir,
  NotShown,
  ShutOut,
  SystemConnection,
  Trouble,
} from "../../../ports/systemEhr.ts";
import { TooLarge } from "../../wire/body.ts";
import { Unreadable } from "../../wire/members.ts";
import { pageWords } from "../../wire/page.ts";
import { passesSoon } from "../../wire/status.ts";
import { contentType, isFromBetween, isUnshowable, jsonOf, readPasses, trace } from "../reading.ts";
import { withinBase } from "../references.ts";
import { Unreachable, type Incoming, type Outgoing, type Send } from "../send.ts";
import { isError, isOutcome, issuesOf } from "../shortfall.ts";
import type { Pace } from "./pace.ts";
import type { Slots } from "./slots.ts";
import { isToken, lackingScopes, mayLackScopes, type SystemTokens } from "./token.ts";

/** A connection and all that the system client needs to send requests to it. */
export interface Asking {
  readonly send: Send;
  readonly now: () => Date;
  readonly wait: Wait;
  readonly connection: SystemConnection;
  readonly tokens: SystemTokens;
  readonly pace: Pace;
  readonly slots: Slots;
  readonly asker: Asker;
}

/** The resource that was asked for, as JSON, with the version from the answer's header. */
export interface Came {
  readonly kind: "came";
  readonly json: unknown;
  readonly version?: string;
}

export interface Answered {
  readonly kind: "answered";
  readonly answer: Incoming;
  /** The answer's body as JSON; undefined where it is not JSON. */
  readonly json: unknown;
}

const AGAIN_AFTER_MS = 300;

/** Reads once more when the chart system fails for a moment. @param path below the base URL, or an address there */
export async function read(
  asking: Asking,
  url: string,
  resource: "Appointment" | "Location" | "Patient",
): Promise<Came | NotShown | Trouble> {
  const request = { method: "GET" as const, url, headers: { accept: "application/fhir+json" } };
  const scopes = ["system/" + resource + ".read"];
  let asked = await ask(asking, request, scopes);
  if (asked.kind === "answered" && passesSoon(asked.answer.status)) {
    await asking.wait(AGAIN_AFTER_MS);
    asked = await ask(asking, request, scopes);
  }
  return asked.kind === "answered" ? whatCame(asked) : asked;
}

/**
 * Returns any answer except those that report too many requests, failure, or a missing right; these come as a {@link
 * Trouble}. A token that is refused is renewed once, because it may have been revoked, or our clock may be wrong, and where that
 * was in vain, not again for a minute; one that lacks scopes is, too, once it is a minute old, because they may have been granted since.
 */
export async function ask(
  asking: Asking,
  request: Outgoing,
  scopes: readonly string[],
): Promise<Answered | Trouble> {
  const url = withinBase(asking.connection.fhirBaseUrl, request.url);
  if (url === undefined) throw new Error("a token goes nowhere but below the base URL");
  const { connection, asker, slots } = asking;
  // The wait for a token counts as well, because the job waits meanwhile.
  return slots.within(connection.id, asker, () => withToken(asking, { ...request, url }, scopes));
}

async function withToken(
  asking: Asking,
  request: Outgoing,
  scopes: readonly string[],
): Promise<Answered | Trouble> {
  let refused: string | undefined;
  let why: "scopes" | undefined;
  for (;;) {
    const token = await asking.tokens.token(refused, why);
    if (!isToken(token)) return token;
    const headers = { ...request.headers, authorization: "Bearer " + token.accessToken };
    const sent =
      lackingScopes(token, scopes) ??
      (await asking.pace.inTurn(asking.asker, () => judged(asking, { ...request, headers })));
    const isForScopes = sent.kind === "shut-out" && sent.why === "scopes";
    if (isForScopes && refused === undefined && mayLackScopes(token, asking.now())) {
      refused = token.accessToken;
      why = "scopes";
      continue;
    }
    if (sent.kind !== "answered" || sent.answer.status !== 401) return sent;
    if (refused !== undefined) asking.tokens.renewedInVain();
    if (!asking.tokens.mayHelp()) return notByTokens(sent.answer);
    refused = token.accessToken;
  }
}

const notByTokens = (answer: Incoming): Trouble =>
  isFromBetween(answer)
    ? somebodyElses(answer)
    : shutOut("token", "the chart system refuses tokens of its own authorization server", answer);

async function judged(asking: Asking, request: Outgoing): Promise<Answered | Trouble> {
  let answer: Incoming;
  try {
    answer = await asking.send(request, asking.asker.signal);
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    return cause.cause instanceof TooLarge
      ? { kind: "too-large", reason: cause.message + ": " + cause.cause.message }
      : { kind: "down", reason: cause.message };
  }
  const { status, headers } = answer;
  const json = jsonOf(answer);
  const isBusy = status === 429 || (status === 503 && headers["retry-after"] !== undefined);
  if (isBusy || saysOf(json).includes("throttled"))
    return asking.pace.tooMany(parseRetryAfter(headers["retry-after"] ?? null, asking.now()));
  asking.pace.wasTaken();
  if (isFromBetween(answer) && status !== 401) return somebodyElses(answer);
  if (status === 403 && !isOutcome(json))
    return /insufficient.scope/i.test(answer.body)
      ? shutOut("scopes", "the chart system answered 403, insufficient scopes", answer)
      : shutOut("registration", "the chart system answered 403 to the system client", answer);
  return { kind: "answered", answer, json };
}

function whatCame({ answer, json }: Answered): Came | NotShown | Trouble {
  const { status } = answer;
  // Here a 403 concerns one record, which may be hidden from the client. A 403 to the client itself has been handled before.
  if (status === 404 || status === 410 || status === 403) return { kind: "not-shown" };
  if (readPasses(status))
    return isUnshowable(status, json) ? unreadable(answer, "it cannot show a record") : down(answer);
  if (status !== 200) return unreadable(answer, "status " + String(status));
  if (json === undefined) return unreadable(answer, "no JSON");
  if (isOutcome(json)) return outcomeInPlace(answer, json);
  const version = versionIn(answer.headers.etag);
  return { kind: "came", json, ...(version !== undefined && { version }) };
}

/** A refusal that comes as an OperationOutcome with a success status. https://hl7.org/fhir/R4/valueset-issue-type.html */
function outcomeInPlace(answer: Incoming, json: unknown): NotShown | Trouble {
  const codes = saysOf(json);
  const says = (...some: readonly string[]) => codes.some((code) => some.includes(code));
  if (says("not-found", "deleted", "suppressed")) return { kind: "not-shown" };
  if (says("login", "expired", "security", "forbidden"))
    return shutOut("token", "the chart system refuses the system client", answer);
  if (says("transient", "timeout", "exception", "no-store", "lock-error", "incomplete"))
    return { kind: "down", reason: "the chart system says that it is ill" + trace(answer) };
  return unreadable(answer, "an OperationOutcome in its place");
}

/** The codes of the OperationOutcome's issues; empty where the answer is none. */
function saysOf(json: unknown): string[] {
  return issuesOf(json).flatMap(({ code }) => code ?? []);
}

/** Whether a change that was answered with success was refused by an OperationOutcome all the same. */
export const saysError = (json: unknown): boolean => issuesOf(json).some(isError);

/** Whether a version has the form of an id, so that it cannot break a header. */
export const isVersion = (version: string | undefined): version is string =>
  version !== undefined && isFhirId(version);

function versionIn(etag: string | undefined): string | undefined {
  const [, version] = /^(?:W\/)?"([^"]*)"$/.exec(etag?.trim() ?? "") ?? [];
  return isVersion(version) ? version : undefined;
}

/** A web page in the chart's stead: nothing was learned from the chart, as if it had not answered. */
const somebodyElses = (answer: Incoming): Down => ({
  kind: "down",
  reason: "the chart system " + pageWords(answer.status) + trace(answer),
});

export const down = (answer: Incoming): Down => ({
  kind: "down",
  reason: "the chart system answered " + String(answer.status) + trace(answer),
});

export const unreadable = (answer: Incoming, what: string): NotFhir => ({
  kind: "not-fhir",
  reason:
    ["the chart system answered something else than was asked for", what, contentType(answer)].join("; ") +
    trace(answer),
});

const shutOut = (why: ShutOut["why"], words: string, answer: Incoming): ShutOut => ({
  kind: "shut-out",
  why,
  reason: words + trace(answer),
});

export function unlessUnreadable<T>(readIt: () => T): T | NotFhir {
  try {
    return readIt();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return {
      kind: "not-fhir",
      reason: "the chart system answered something that cannot be read; " + error.message,
    };
  }
}
