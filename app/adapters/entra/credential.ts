/** How the connector authenticates to Microsoft: by its managed identity. There is no client secret anywhere. */
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
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
  /** Discards the kept token, so that the next one is new. @returns false where this was done within the last two seconds */
  readonly renewToken: () => boolean;
}

const RENEWED_AGAIN_MS = 2_000;

/**
 * A token lists what was granted when it was issued, and is kept for an hour. A caller that is refused may ask for a new
 * one, because an administrator may have consented meanwhile.
 */
export function appTokens(
  { now, ...options }: AppCredentialOptions & { readonly now: () => Date },
  scope: string,
): AppTokens {
  let token = accessToken(appCredential(options), scope);
  let renewedAt = -Infinity;
  return {
    token: () => token(),
    renewToken() {
      const at = now().getTime();
      // A clock that was set back must not keep an old token.
      if (Math.abs(at - renewedAt) < RENEWED_AGAIN_MS) return false;
      renewedAt = at;
      token = accessToken(appCredential(options), scope);
      return true;
    },
  };
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
