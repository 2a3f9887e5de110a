/** One call of Microsoft Graph: it is authorized, ends by its deadline, and is repeated when Graph says that it is busy. */
import { illnessOf, type Illness } from "../../domain/illness.ts";
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import { requestIdsIn, whatIsAsked, type NoteCall } from "../../domain/trace.ts";
import { bodyOf, TooLarge } from "../wire/body.ts";
import { parseJson, Unreadable } from "../wire/members.ts";
import { isWebPage } from "../wire/page.ts";
import { isNotNow, passesSoon } from "../wire/status.ts";
import { knownCode } from "./codes.ts";
import { errorIn, lacksAccessPolicy, meaningOf, type Meaning } from "./meaning.ts";

/** Gives a token for Graph. The implementation keeps the token until it expires. */
export type AccessToken = () => Promise<string>;

export interface GraphAccess {
  /** Origin, such as https://graph.microsoft.com. */
  readonly graph: string;
  readonly token: AccessToken;
  /**
   * Discards a kept token, because only a new one holds what was granted later, and an old one may have expired.
   * @param refused the token, and the status with which Graph refused it
   * @returns false where a new one would not help, or cannot be had yet
   */
  readonly renewToken?: (refused: string, status: 401 | 403) => boolean;
  readonly now: () => Date;
  readonly wait: Wait;
  readonly fetch?: typeof fetch;
  /** Called for each request, to note it in the trace. */
  readonly note?: NoteCall;
}

export interface GraphCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The path below the version, with its segments already encoded. */
  readonly path: string;
  /** Used only for what v1.0 does not offer yet. */
  readonly version?: "beta";
  readonly body?: object;
  /** How many entries a page of a list has at most; left out, as many as Graph chooses. */
  readonly pageSize?: number;
  /** Statuses by which Graph says of this call, besides the usual ones, that it may be taken a moment later. */
  readonly passing?: readonly number[];
  /** The call is not repeated, however Graph fails. */
  readonly once?: true;
}

export interface GraphAnswer {
  readonly status: number;
  readonly json: unknown;
}

/**
 * Graph refused. The error holds the status, and the code where it is a known one, but not Graph's message, which may hold
 * names.
 */
export class GraphRefusal extends Error {
  override readonly name = "GraphRefusal";
  readonly status: number;
  readonly code: string;
  /** Whether the tenant has not allowed the app to act for that organizer, which a new token does not change. */
  readonly lacksAccessPolicy: boolean;
  /** What Graph's message means besides, where that is known. */
  readonly meaning: Meaning | undefined;
  /** Whether somebody else than Graph seems to have answered, so that nothing is refused once a new token has not helped. */
  readonly isFromBetween: boolean;
  constructor(
    status: number,
    code: string,
    { lacksAccessPolicy = false, meaning, isFromBetween = false }: Refused = {},
  ) {
    super(`Graph answered ${String(status)} ${code}`);
    this.status = status;
    this.code = code;
    this.lacksAccessPolicy = lacksAccessPolicy;
    this.meaning = meaning;
    this.isFromBetween = isFromBetween;
  }
}

interface Refused {
  readonly lacksAccessPolicy?: boolean;
  readonly meaning?: Meaning | undefined;
  readonly isFromBetween?: boolean;
}

/** Graph was busy for longer than we could wait, failed, or did not answer at all. */
export class GraphUnavailable extends Error {
  override readonly name = "GraphUnavailable";
  /** Whether Graph has asked to come back later: whatever is asked now burdens it the more, and waits the longer. */
  readonly isBusy: boolean;
  /** What Graph answered; undefined where no answer came, or not in time. */
  readonly answered: Illness | undefined;
  constructor(
    message: string,
    { isBusy = false, answered, ...options }: ErrorOptions & { isBusy?: boolean; answered?: Illness } = {},
  ) {
    super(message, options);
    this.isBusy = isBusy;
    this.answered = answered;
  }
}

const RETRIES = 2;
const BUSY = new Set([429, 502, 503, 504]);
/** Graph fails so for a moment now and then, with a code such as UnknownError. */
const FAILED = 500;

/** A deadline that several calls share. */
export interface Deadline {
  readonly at: Date;
  readonly signal: AbortSignal;
}

export function deadlineIn(milliseconds: number, now: Date): Deadline {
  return { at: new Date(now.getTime() + milliseconds), signal: AbortSignal.timeout(milliseconds) };
}

/**
 * Graph's answer as JSON. Every call made here may be repeated, because it states the wanted result or only reads. It is
 * repeated within its deadline where Graph is busy or fails for the moment, and where a connection fails.
 * @throws GraphRefusal, GraphUnavailable
 */
export async function callGraph(
  access: GraphAccess,
  call: GraphCall,
  deadline: Deadline,
): Promise<GraphAnswer> {
  let token = await tokenFor(access, deadline);
  for (let retry = 1; ; retry++) {
    const answer = await attempt(access, call, token, deadline).catch(async (refused: unknown) => {
      const status = refused instanceof GraphRefusal ? ofAnOldToken(refused) : undefined;
      if (status === undefined) throw refused;
      access.renewToken?.(token, status);
      // It may be new although this call has renewed nothing: another call was refused at the same moment.
      const newer = await tokenFor(access, deadline);
      if (newer === token) throw unlessBetween(refused);
      token = newer;
      return attempt(access, call, token, deadline).catch((again: unknown) => {
        throw unlessBetween(again);
      });
    });
    if ("json" in answer) return answer;
    const pause = answer.pause ?? backoff(retry, Math.random());
    const mayWait = access.now().getTime() + pause < deadline.at.getTime();
    if (call.once || retry > RETRIES || !mayWait || deadline.signal.aborted) throw answer.failure;
    await access.wait(pause);
  }
}

/** A refusal that no new token has changed; one that did not come from Graph refuses nothing. */
const unlessBetween = (refused: unknown): unknown =>
  refused instanceof GraphRefusal && refused.isFromBetween ? inItsStead(refused.status) : refused;

const inItsStead = (status: number) =>
  new GraphUnavailable(`Something else than Graph answered ${String(status)} in its stead`, {
    answered: "error",
  });

/** The status where the token may be why Graph refused; undefined where Graph itself gives another reason. */
function ofAnOldToken({ status, lacksAccessPolicy, meaning }: GraphRefusal): 401 | 403 | undefined {
  if (status === 401) return 401;
  return status === 403 && !lacksAccessPolicy && meaning === undefined ? 403 : undefined;
}

/** A failure that may have passed by the next attempt, and when to make that attempt, where it is known. */
interface Passing {
  readonly failure: GraphUnavailable;
  readonly pause?: number | undefined;
}

async function attempt(
  access: GraphAccess,
  call: GraphCall,
  token: string,
  { signal }: Deadline,
): Promise<GraphAnswer | Passing> {
  let response: Response;
  const told = {
    host: new URL(access.graph).host,
    what: whatIsAsked(call.method, new URL(access.graph + call.path)),
  };
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  try {
    response = await send(access, call, token, signal);
    const { status, headers } = response;
    const requestIds = requestIdsIn((name) => headers.get(name) ?? undefined);
    access.note?.({ ...told, status, milliseconds: took(), requestIds });
  } catch (cause) {
    access.note?.({ ...told, milliseconds: took(), requestIds: [] });
    const failure = new GraphUnavailable("Graph did not answer", { cause });
    return { failure, ...(isClosed(cause) && { pause: 0 }) };
  }
  if (response.ok) return readable(response);
  const { status } = response;
  const pause = parseRetryAfter(response.headers.get("retry-after"), access.now());
  if (BUSY.has(status)) {
    await response.body?.cancel();
    return { failure: busy(status, pause), pause };
  }
  const failure = await refusal(response);
  const passes = status === FAILED || passesSoon(status) || call.passing?.includes(status) === true;
  if (!passes) throw failure;
  return {
    failure:
      failure instanceof GraphUnavailable
        ? failure
        : new GraphUnavailable(failure.message, { cause: failure, answered: "error" }),
    pause,
  };
}

const busy = (status: number, pause: number | undefined) =>
  new GraphUnavailable(`Graph is busy (${String(status)}) and asks to come back later`, {
    isBusy: true,
    answered: illnessOf(status, { whenAgain: pause !== undefined }),
  });

async function tokenFor(access: GraphAccess, { signal }: Deadline): Promise<string> {
  try {
    return await beforeAbort(access.token(), signal);
  } catch (cause) {
    throw new GraphUnavailable("There is no token for Graph", { cause });
  }
}

async function send(
  access: GraphAccess,
  call: GraphCall,
  token: string,
  signal: AbortSignal,
): Promise<Response> {
  return (access.fetch ?? fetch)(access.graph + "/" + (call.version ?? "v1.0") + call.path, {
    method: call.method,
    headers: {
      authorization: "Bearer " + token,
      accept: "application/json",
      // Without this header, enum members that were added later (organizationExcludingGuests) come back as
      // "unknownFutureValue".
      prefer:
        "include-unknown-enum-members" +
        (call.pageSize === undefined ? "" : `, odata.maxpagesize=${String(call.pageSize)}`),
      ...(call.body && { "content-type": "application/json" }),
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
    redirect: "error",
    signal,
  });
}

const CLOSED = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Whether the other side closed the connection, such as a kept one at the moment when it was used again. */
function isClosed(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && CLOSED.has(String(cause.code));
}

/** Meetings and accounts are a few kilobytes, so this is ample. */
const MOST_BYTES = 1024 * 1024;

async function readable(response: Response): Promise<GraphAnswer | Passing> {
  try {
    return { status: response.status, json: await json(response) };
  } catch (cause) {
    if (cause instanceof TooLarge || cause instanceof Unreadable)
      throw new GraphUnavailable("Graph's answer cannot be read", { cause, answered: "error" });
    return { failure: new GraphUnavailable("Graph's answer broke off", { cause }) };
  }
}

async function json(response: Response): Promise<unknown> {
  const body = await bodyOf(response, MOST_BYTES);
  return body === "" ? undefined : parseJson(body);
}

/** Only this much of a message is searched, because Graph's own sentences are shorter. */
const MOST_CHARACTERS = 500;

async function refusal(response: Response): Promise<GraphRefusal | GraphUnavailable> {
  const { status } = response;
  const written = await bodyOf(response, MOST_BYTES).catch(() => "");
  const error = errorIn(written);
  const code = knownCode(error?.code);
  if (isNotNow(status))
    return new GraphUnavailable(`Graph answered ${String(status)} ${code}`, { answered: "error" });
  // Graph says in its own form why it refuses. Whoever answers otherwise is in between, such as a proxy, and knows nothing of
  // what was asked for; a page of such a one also comes as the message of an error of Graph's. A 401 is taken for a token that is
  // too old, which costs a new one at most; a page that comes for the new one, too, is of one in between.
  const words = error?.message ?? "";
  const isPage = isWebPage(written, response.headers.get("content-type")) || isWebPage(words);
  if ((isPage || error === undefined) && status !== 401) return inItsStead(status);
  const message = words.slice(0, MOST_CHARACTERS);
  return new GraphRefusal(status, code, {
    lacksAccessPolicy: lacksAccessPolicy(message),
    meaning: meaningOf(status, message),
    isFromBetween: isPage,
  });
}

/** Stops waiting when the signal aborts; the request itself is not stopped by it. */
async function beforeAbort<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(new Error("it took too long", { cause: signal.reason }));
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([asked, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
