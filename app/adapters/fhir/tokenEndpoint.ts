/** Requests one grant from a chart system's token endpoint, and judges its answer. */
import * as z from "zod";
import type { ConfiguredClient, ConfiguredConnection } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpAddress.ts";
import type { Illness } from "../../domain/illness.ts";
import { knownCode, OAUTH_ERRORS } from "../../domain/knownCode.ts";
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import type { Log } from "../../log.ts";
import { EhrFault, type SignInEndpoints } from "../../ports/ehr.ts";
import { TooLarge } from "../wire/body.ts";
import { clockDifference, minutesOf } from "../wire/clocks.ts";
import { amount, flag, listOf, readJson, text, Unreadable, type Reading } from "../wire/members.ts";
import { pageWords } from "../wire/page.ts";
import { isNotNow, saysNothingDone } from "../wire/status.ts";
import { bareId } from "./references.ts";
import { proof, type Secrets } from "./clientAuthentication.ts";
import { illness } from "./reading.ts";
import { isPage, Unreachable, type Incoming, type Send } from "./send.ts";

export interface TokenDeps {
  readonly send: Send;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly now: () => Date;
  readonly wait: Wait;
}

export interface TokenRequest {
  readonly connection: ConfiguredConnection;
  /** The connection's registration that makes the request. */
  readonly client: ConfiguredClient;
  readonly endpoints: Pick<SignInEndpoints, "tokenEndpoint"> & Partial<SignInEndpoints>;
  /** The grant's own parameters. */
  readonly grant: Readonly<Record<string, string>>;
}

/** RFC 6749, appendix A allows visible characters and spaces. Other characters could end a header line, or add one. */
const token = text.refine((value) => /^[\x20-\x7e]+$/.test(value));
/**
 * An id: alone, preceded by its type, or as an address on this very server. The same id on another server is a different
 * resource.
 */
const idOf = (type: string, base: string) =>
  text.transform((value, context) => {
    const id = bareId(value, type, base);
    if (id !== undefined) return id;
    context.addIssue({ code: "custom", message: "is no id" });
    return z.NEVER;
  });

/** How long a token is used whose lifetime is not told, or is none. Oracle's live 570 s. */
const UNTOLD_SECONDS = 300;
/**
 * The shortest time in seconds for which a token is used that can be replaced: otherwise each view, and each request of the
 * system client, would ask for a new one. One that ends before is refused by the chart, and replaced then.
 */
export const LEAST_SECONDS = 60;
const lifetime = amount.refine((seconds) => seconds > 0);

const tokenSchema = (base: string) =>
  z.object({
    access_token: token,
    token_type: z.string().regex(/^bearer$/i),
    expires_in: lifetime.default(UNTOLD_SECONDS),
    scope: z.union([text, listOf(text).transform((scopes) => scopes.join(" "))]).optional(),
    refresh_token: token.optional(),
    id_token: text.optional(),
    patient: idOf("Patient", base).optional(),
    encounter: idOf("Encounter", base).optional(),
    need_patient_banner: flag.default(true),
  });
type Told = z.output<ReturnType<typeof tokenSchema>>;
export type TokenAnswer = Told & {
  /** How far the sign-in's clock is ahead of ours, in milliseconds, when that is enough to matter. */
  readonly clockAheadMs: number | undefined;
};

/** @throws EhrFault, VaultFault */
export async function askForToken(deps: TokenDeps, request: TokenRequest): Promise<TokenAnswer> {
  const answer = await patiently(deps, request);
  const clockAheadMs = clockDifference(answer.headers, deps.now());
  if (isNotNow(answer.status))
    throw unavailable(request, "answered " + String(answer.status), { answered: illness(answer) });
  if (isPage(answer)) throw unavailable(request, pageWords(answer.status), { answered: "error" });
  if (answer.status >= 400) throw refusal(answer, request, clockAheadMs);
  const { value, ignored } = read(answer, request.connection.fhirBaseUrl);
  if (ignored.length > 0)
    deps.log.warn("sign_in.members_ignored", { connection: request.connection.id, names: ignored });
  return { ...value, clockAheadMs };
}

const TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;
/** When the first try took at least this long to fail, a second would keep the person waiting too long. */
const QUICK_MS = 4_000;

/**
 * Repeats a request that failed. Repeating it with the same code is harmless: no token came the first time, so if the server
 * has used up the code and revokes the tokens issued for it (RFC 6749 4.1.2), we lose nothing. With a refresh token that
 * works only once, an answer that got lost would end the session; so a renewal is repeated only where the server says that
 * it did not process it (425, 429 or 503).
 */
async function patiently(deps: TokenDeps, request: TokenRequest): Promise<Incoming> {
  const begun = deps.now().getTime();
  for (let attempt = 1; ; attempt++) {
    const last = attempt === TRIES;
    try {
      const answer = await once(deps, request);
      const again = isRenewal(request) ? isUntouched(answer.status) : isNotNow(answer.status);
      const pause = parseRetryAfter(header(answer, "retry-after"), deps.now()) ?? backoff(attempt, 0.5);
      if (!again || last || pause > LONGEST_PAUSE_MS) return answer;
      await deps.wait(pause);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (error.cause instanceof TooLarge)
        throw unusable("the token endpoint's answer is too large", { cause: error });
      if (last || isRenewal(request) || deps.now().getTime() - begun > QUICK_MS)
        throw unavailable(request, "did not answer", { cause: error });
      await deps.wait(backoff(attempt, 0.5));
    }
  }
}

const isUntouched = (status: number) => saysNothingDone(status) || status === 503;

/** Makes one try. An assertion works only once, so each try makes its own. */
async function once(deps: TokenDeps, { client, endpoints, grant }: TokenRequest): Promise<Incoming> {
  const { tokenEndpoint } = endpoints;
  const { headers, parameters } = await proof(deps.secrets, client, tokenEndpoint, deps.now());
  const body = new URLSearchParams({ ...grant, client_id: client.clientId, ...parameters });
  // RFC 6749 2.3: a request uses one method of client authentication; with Basic the client id is in the header.
  if (client.authentication.method === "client_secret_basic") body.delete("client_id");
  return deps.send({
    method: "POST",
    url: tokenEndpoint,
    headers: { ...headers, accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  });
}

function read(answer: Incoming, base: string): Reading<Told> {
  try {
    if (answer.status < 300) return readJson(tokenSchema(base), answer.body);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw unusable("the token answer cannot be used", { cause: error });
  }
  throw unusable("the token endpoint answered " + String(answer.status) + " and no token");
}

const unusable = (words: string, options?: ErrorOptions) =>
  new EhrFault({ kind: "sign-in-unproven", check: "answer" }, words, options);

const refusalSchema = z.object({ error: text.optional(), error_uri: text.optional() });

function refusal(answer: Incoming, request: TokenRequest, clockAheadMs: number | undefined): EhrFault {
  const said = refused(answer);
  const code = knownCode(said.error, OAUTH_ERRORS);
  const words = `the token endpoint refused with ${String(answer.status)}, error ${code}`;
  if (isRenewal(request) && code === "invalid_grant")
    return new EhrFault({ kind: "session-over" }, "the EHR ended the session");
  if (code === "temporarily_unavailable" || code === "server_error")
    return unavailable(request, words, { answered: "error" });
  if (clockAheadMs !== undefined && CLOCKS_MATTER.has(code))
    return new EhrFault({ kind: "clocks-differ", minutes: minutesOf(clockAheadMs) }, words);
  const { authorizationEndpoint, tokenEndpoint } = request.endpoints;
  const help = helpWithinReach(said.error_uri, [authorizationEndpoint ?? tokenEndpoint, tokenEndpoint]);
  const helping = help === undefined ? {} : { help };
  if (code === "invalid_grant") return new EhrFault({ kind: "code-refused", ...helping }, words);
  return code === "access_denied"
    ? new EhrFault({ kind: "sign-in-refused", ...helping }, words)
    : new EhrFault({ kind: "registration-refused", code, ...helping }, words);
}

/** Refusals that a signed assertion or a code meets when it seems too old or too new. */
const CLOCKS_MATTER = new Set<string>([
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "other",
  "none",
]);

function refused(answer: Incoming): z.output<typeof refusalSchema> {
  try {
    return readJson(refusalSchema, answer.body).value;
  } catch (error) {
    if (error instanceof Unreadable) return {};
    throw error;
  }
}

/**
 * The fault for a failing token endpoint. A page that is open stays so and can be reloaded, but a sign-in has to begin
 * again.
 */
function unavailable(
  request: TokenRequest,
  what: string,
  { answered, ...options }: ErrorOptions & { readonly answered?: Illness },
): EhrFault {
  const kind = isRenewal(request) ? "chart-unavailable" : "sign-in-unavailable";
  const problem = { kind, ...(answered !== undefined && { answered }) } as const;
  return new EhrFault(problem, "the token endpoint " + what, options);
}

const isRenewal = ({ grant }: TokenRequest) => grant["grant_type"] === "refresh_token";

function header(answer: Incoming, name: string): string | null {
  const value = answer.headers[name];
  return typeof value === "string" ? value : null;
}
