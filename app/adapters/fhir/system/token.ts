/**
 * The system client's token. Each process asks for it once, uses it for all its requests, and renews it shortly before it
 * expires.
 */
import { isYounger } from "../../../domain/age.ts";
import { systemScopes, uncovered } from "../../../domain/scopes.ts";
import type { Environment } from "../../../domain/environment.ts";
import { EhrFault } from "../../../ports/ehr.ts";
import { SealBroken } from "../../../ports/keyring.ts";
import type { ShutOut, SystemConnection, Trouble } from "../../../ports/systemEhr.ts";
import { VaultFault } from "../../../ports/vault.ts";
import { isLasting, SEALED_BY_OTHERS } from "../proofFaults.ts";
import { askForToken, LEAST_SECONDS, type TokenDeps } from "../tokenEndpoint.ts";

export interface SystemTokenDeps extends TokenDeps {
  readonly environment: Environment;
}

/** A kept token, the scopes that it was granted, and when it was asked for, in milliseconds since 1970. */
export interface SystemToken {
  readonly askedAt: number;
  readonly accessToken: string;
  readonly scopes: readonly string[];
}

/** A token is renewed when less than this is left of it, or less than a fifth of its lifetime where that is shorter. */
const LEFT_MS = 60_000;
/** How long a refusal is answered to all callers, so that a thousand visits do not ask a thousand times. */
const REFUSED_MS = 5_000;
/** How long no other token is asked for after one that was of no use: what refuses it is not the token's age. */
const IN_VAIN_MS = 60_000;

interface Kept {
  readonly at: number;
  readonly forMs: number;
  readonly outcome: SystemToken | Trouble;
}

export class SystemTokens {
  readonly #deps: SystemTokenDeps;
  readonly #connection: SystemConnection;
  readonly #tokenEndpoint: string;
  #kept: Kept | undefined;
  #asking: Promise<SystemToken | Trouble> | undefined;
  /** When a new token was refused like the one before it. */
  #inVainAt = -Infinity;

  constructor(deps: SystemTokenDeps, connection: SystemConnection, tokenEndpoint: string) {
    this.#deps = deps;
    this.#connection = connection;
    this.#tokenEndpoint = tokenEndpoint;
  }

  /**
   * @param refused a token that the chart system did not accept: another one is requested, unless there is another already
   * @param why "scopes": the token is good, but lacks scopes. Where no other one can be had, it stays in use
   */
  async token(refused?: string, why?: "scopes"): Promise<SystemToken | Trouble> {
    const kept = this.#kept;
    if (kept !== undefined && isYounger(kept.at, this.#deps.now(), kept.forMs)) {
      const { outcome } = kept;
      if (!isToken(outcome) || outcome.accessToken !== refused) return outcome;
    }
    const good = why === "scopes" && kept !== undefined && isToken(kept.outcome) ? kept : undefined;
    this.#asking ??= this.#ask(good).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** A token that was asked for because of a refusal was refused as well: another one would not help either. */
  renewedInVain(): void {
    this.#inVainAt = this.#deps.now().getTime();
  }

  /** Whether a new token may be accepted where this one is not. */
  mayHelp(): boolean {
    return !isYounger(this.#inVainAt, this.#deps.now(), IN_VAIN_MS);
  }

  /** @param good what stays in use where no token can be had */
  async #ask(good?: Kept): Promise<SystemToken | Trouble> {
    const { now } = this.#deps;
    const begun = now().getTime();
    const keep = (outcome: SystemToken | Trouble, forMs: number) => {
      this.#kept = { at: begun, forMs, outcome };
      return outcome;
    };
    const asked = systemScopes(this.#deps.environment, this.#connection);
    try {
      const answer = await askForToken(this.#deps, {
        connection: this.#connection,
        client: this.#connection.system,
        endpoints: { tokenEndpoint: this.#tokenEndpoint },
        grant: { grant_type: "client_credentials", scope: asked.join(" ") },
      });
      const lives = Math.max(answer.expires_in, LEAST_SECONDS) * 1000;
      // RFC 6749 5.1: an answer without a scope means that all requested scopes were granted.
      const scopes = answer.scope === undefined ? asked : answer.scope.trim().split(/\s+/);
      const token = { askedAt: begun, accessToken: answer.access_token, scopes };
      return keep(token, lives - Math.min(LEFT_MS, lives / 5));
    } catch (error) {
      const trouble = troubleOf(error);
      if (good === undefined || !isToken(good.outcome)) return keep(trouble, REFUSED_MS);
      // It counts as asked for just now, so that the next one is asked for after a while only.
      this.#kept = { ...good, outcome: { ...good.outcome, askedAt: begun } };
      return this.#kept.outcome;
    }
  }
}

const SCOPES_MAY_HAVE_CHANGED_MS = 60_000;

/** Whether a new token may have scopes that this one lacks, because somebody has granted them since. */
export const mayLackScopes = ({ askedAt }: SystemToken, now: Date): boolean =>
  !isYounger(askedAt, now, SCOPES_MAY_HAVE_CHANGED_MS);

export const isToken = (outcome: SystemToken | Trouble): outcome is SystemToken => "accessToken" in outcome;

/** The scopes that a request needs and the token was not granted. */
export function lackingScopes(token: SystemToken, needed: readonly string[]): ShutOut | undefined {
  const missing = uncovered(needed, token.scopes);
  if (missing.length === 0) return undefined;
  const reason = "the system client was not granted " + missing.join(", ");
  return { kind: "shut-out", why: "scopes", reason };
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof SealBroken) return { kind: "shut-out", why: "proof", reason: SEALED_BY_OTHERS };
  if (error instanceof VaultFault)
    return isLasting(error)
      ? { kind: "shut-out", why: "proof", reason: error.message }
      : { kind: "down", reason: error.message };
  if (!(error instanceof EhrFault)) throw error;
  const { message: reason, problem } = error;
  switch (problem.kind) {
    case "sign-in-unavailable":
      return { kind: "down", reason };
    case "sign-in-unproven":
      return { kind: "not-fhir", reason };
    case "clocks-differ":
      return {
        kind: "shut-out",
        why: "clocks",
        reason: `${reason}; the clocks differ by ${String(problem.minutes)} minutes`,
      };
    case "registration-refused":
      return { kind: "shut-out", why: problem.code === "invalid_scope" ? "scopes" : "registration", reason };
    default:
      return { kind: "shut-out", why: "registration", reason };
  }
}
