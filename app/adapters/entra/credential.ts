/** How the connector authenticates to Microsoft: by its managed identity. There is no client secret anywhere. */
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { decodeJwt, type JWTPayload } from "jose";
import * as z from "zod";
import type { Log } from "../../log.ts";
import { boundedAnswers } from "../wire/boundedPipeline.ts";

const DEADLINE_MS = 10_000;
/** A token answer is a few kilobytes, so this is ample. */
const BOUNDED = { additionalPolicies: boundedAnswers(1_000_000) };
/** The audience for which Entra accepts a managed identity's token as the federated credential of an app registration. */
const EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default";

/** The user-assigned identity of the App Service, used for the vault and the store. */
export function managedIdentity(clientId: string): TokenCredential {
  return withDeadline("the managed identity", new ManagedIdentityCredential({ clientId, ...BOUNDED }));
}

export interface AppCredentialOptions {
  /**
   * Origin of the sign-in authority. The operator sets it, so the SDK need not ask Microsoft whether it is a known
   * authority.
   */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly identity: TokenCredential;
}

/** The credential of the app registration, to which Graph's permissions are granted. */
export function appCredential({
  authority,
  tenantId,
  clientId,
  identity,
}: AppCredentialOptions): TokenCredential {
  const credential = new ClientAssertionCredential(tenantId, clientId, assertion(identity), {
    authorityHost: authority,
    disableInstanceDiscovery: true,
    ...BOUNDED,
  });
  return withDeadline("the sign-in authority", credential);
}

/** The assertion that the app registration presents in place of a secret; the staff sign-in uses it too. */
export function assertion(identity: TokenCredential): () => Promise<string> {
  return accessToken(identity, EXCHANGE_SCOPE);
}

/** Asks the credential each time, because the credential itself keeps tokens and renews them before they expire. */
export function accessToken(credential: TokenCredential, scope: string): () => Promise<string> {
  return async () => {
    const answer = await credential.getToken(scope);
    if (answer === null) throw new Error("no token for " + scope);
    return answer.token;
  };
}

/** Gives tokens of the app registration, and can discard a kept one. */
export interface AppTokens {
  readonly token: () => Promise<string>;
  /**
   * Discards a token that was refused, unless too many were asked for lately. After a 403 it is given on until a new one is
   * there: it is still good for other requests.
   * @param refused the token with which the request was answered by the status
   * @returns whether the next token may be another one
   */
  readonly renewToken: (refused: string, status: 401 | 403) => boolean;
  /** Discards the kept token in any case: somebody has just consented. */
  readonly forget: () => void;
}

export interface AppTokensOptions extends AppCredentialOptions {
  readonly now: () => Date;
  /** Told, once a minute at most, why no new token could be had while an older one serves on. */
  readonly log: Pick<Log, "error">;
  /** How long a caller waits for a new token, in milliseconds, where an older one is at hand. */
  readonly patienceMs?: number;
}

/**
 * How many new tokens may be asked for at once: a start, a consent and a few ticks lie within seconds of each other. After
 * those it is one a minute, however often a caller is refused.
 */
const MOST_AT_ONCE = 5;
const ONE_MORE_MS = 60_000;
/** Less than the shortest deadline of a call of Graph, so that one for which the older token is good enough is still made. */
const PATIENCE_MS = 2000;

/**
 * A token lists what was granted when it was issued, and is kept for an hour. A caller that is refused may ask for a new
 * one, because an administrator may have consented meanwhile (decision 124).
 */
export function appTokens(
  { now, log, patienceMs = PATIENCE_MS, ...options }: AppTokensOptions,
  scope: string,
): AppTokens {
  const fresh = () => accessToken(appCredential(options), scope);
  let source = fresh();
  /** What `source` gave last; undefined until it has given something. */
  let given: string | undefined;
  /** What is being asked of `source`: a credential that is new would be asked once for each caller. */
  let asking: Promise<string> | undefined;
  /** A token that was refused for a permission, and is good for other requests while `source` has given nothing yet. */
  let older: string | undefined;
  /** When `source` could give nothing while there was an older one. */
  let failedAt = -Infinity;
  let renewals: readonly number[] = [];

  const passed = (since: number) => Math.abs(now().getTime() - since);
  /** Whether a new token is not asked for yet, because none could be had a moment ago. */
  const isSilent = () => passed(failedAt) < ONE_MORE_MS;

  async function ask(): Promise<string> {
    const from = source;
    try {
      const token = await from();
      if (from === source) [given, older, failedAt] = [token, undefined, -Infinity];
      return token;
    } catch (error) {
      if (from === source && older !== undefined) {
        failedAt = now().getTime();
        log.error("graph.no_new_token", error);
      }
      throw error;
    } finally {
      if (from === source) asking = undefined;
    }
  }
  const next = () => (asking ??= ask());
  /** Gives the older token where no new one comes soon. The asking goes on, for the calls after this one. */
  async function nextOr(old: string): Promise<string> {
    const { promise: late, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => {
      resolve(old);
    }, patienceMs);
    try {
      return await Promise.race([next().catch(() => old), late]);
    } finally {
      clearTimeout(timer);
    }
  }
  const forget = (old?: string) => {
    source = fresh();
    [given, asking, older] = [undefined, undefined, old];
    if (old === undefined) failedAt = -Infinity;
  };
  /** Whether one more may be asked for now. A clock that was set back must not keep an old token. */
  const mayRenew = (): boolean => {
    const at = now().getTime();
    const lately = renewals.filter((since) => passed(since) < MOST_AT_ONCE * ONE_MORE_MS);
    const last = lately.at(-1);
    if (lately.length >= MOST_AT_ONCE && last !== undefined && passed(last) < ONE_MORE_MS) return false;
    renewals = [...lately, at].slice(-MOST_AT_ONCE);
    return true;
  };

  return {
    async token() {
      if (older !== undefined && hasRunOut(older, now())) older = undefined;
      if (older === undefined) return next();
      return isSilent() ? older : nextOr(older);
    },
    renewToken(refused, status) {
      if (refused === older) {
        if (status === 403) return !isSilent();
        // It is good for nothing any more.
        forget();
        return true;
      }
      // Another caller was refused at the same moment, and a new token is there or on its way.
      if (given !== refused) return true;
      if (!mayRenew()) return false;
      forget(status === 403 ? refused : undefined);
      return true;
    },
    forget: () => {
      forget();
    },
  };
}

/** Whether the token says so itself (RFC 7519, 4.1.4). Of one that cannot be read, Graph says it. */
const hasRunOut = (token: string, at: Date): boolean =>
  (claimsIn(token)?.exp ?? Infinity) * 1000 <= at.getTime();

const rolesSchema = z.array(z.string()).catch([]);

/**
 * Which of these application permissions the token does not hold. Entra has signed the token for another service: it is only
 * read here, and authorizes nothing in this process, so it need not be verified. A token that cannot be read holds none.
 */
export function missingIn(token: string, needed: readonly string[]): readonly string[] {
  const granted = rolesSchema.parse(claimsIn(token)?.["roles"]);
  return needed.filter((role) => !granted.includes(role));
}

/** @returns undefined where it is no token that can be read */
export function claimsIn(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** Adds a deadline, because the SDK's credentials do not stop waiting when the signal aborts. */
function withDeadline(asked: string, credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        reject(new Error(`${asked} gave no token within ${String(DEADLINE_MS / 1000)} s`));
      }, DEADLINE_MS);
      try {
        return await Promise.race([credential.getToken(scopes, options), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
