/** How the connector authenticates to Microsoft: by its managed identity. There is no client secret anywhere. */
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { decodeJwt, type JWTPayload } from "jose";
import { z } from "zod";
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
   * Discards a token that was refused, unless too many were asked for lately. After a 403 it is given once more where no new one
   * can be had: it is still good for other requests.
   * @param refused the token with which the request was answered by the status
   * @returns whether the next token may be another one
   */
  readonly renewToken: (refused: string, status: 401 | 403) => boolean;
  /** Discards the kept token in any case: somebody has just consented. */
  readonly forget: () => void;
}

export interface AppTokensOptions extends AppCredentialOptions {
  readonly now: () => Date;
}

/**
 * How many new tokens may be asked for at once: a start, a consent and a few ticks lie within seconds of each other. After
 * those it is one a minute, however often a caller is refused.
 */
const MOST_AT_ONCE = 5;
const ONE_MORE_MS = 60_000;

/**
 * A token lists what was granted when it was issued, and is kept for an hour. A caller that is refused may ask for a new
 * one, because an administrator may have consented meanwhile (decision 124).
 */
export function appTokens({ now, ...options }: AppTokensOptions, scope: string): AppTokens {
  const fresh = () => accessToken(appCredential(options), scope);
  let source = fresh();
  /** What `source` gave last; undefined until it has given something. */
  let given: string | undefined;
  /** What is being asked of `source`: a credential that is new would be asked once for each caller. */
  let asking: Promise<string> | undefined;
  let renewals: readonly number[] = [];

  async function ask(): Promise<string> {
    const from = source;
    try {
      const token = await from();
      if (from === source) given = token;
      return token;
    } finally {
      if (from === source) asking = undefined;
    }
  }
  const passed = (since: number) => Math.abs(now().getTime() - since);
  /** Gives the fallback while no new token can be had. That is tried once a minute, because a silent Entra takes long. */
  const orElse = (next: () => Promise<string>, fallback: string) => {
    let failedAt = -Infinity;
    return async () => {
      if (passed(failedAt) < ONE_MORE_MS) return fallback;
      try {
        return await next();
      } catch {
        failedAt = now().getTime();
        return fallback;
      }
    };
  };
  const forget = (fallback?: string) => {
    const next = fresh();
    source = fallback === undefined ? next : orElse(next, fallback);
    given = undefined;
    asking = undefined;
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
    token: () => (asking ??= ask()),
    renewToken(refused, status) {
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
