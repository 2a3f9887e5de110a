/** How the connector proves itself to Microsoft: by its managed identity. There is no client secret anywhere. */
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { boundedAnswers } from "../wire/boundedPipeline.ts";

const DEADLINE_MS = 10_000;
/** A token and what comes with it is some kilobytes. */
const BOUNDED = { additionalPolicies: boundedAnswers(1_000_000) };
/** Entra takes a managed identity's token for this audience as an app registration's federated credential. */
const EXCHANGE_SCOPE = "api://AzureADTokenExchange/.default";

/** The user-assigned identity of the App Service: for the vault and the store. */
export function managedIdentity(clientId: string): TokenCredential {
  return withDeadline("the managed identity", new ManagedIdentityCredential({ clientId, ...BOUNDED }));
}

export interface AppCredentialOptions {
  /** Origin of the sign-in authority. It is the operator's setting, so nobody else is asked whether it is one. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly identity: TokenCredential;
}

/** The app registration, to which Graph's permissions belong. */
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

/** What the app registration shows in place of a secret; also for the staff sign-in. */
export function assertion(identity: TokenCredential): () => Promise<string> {
  return accessToken(identity, EXCHANGE_SCOPE);
}

/** Asks the credential each time: it keeps tokens itself, and renews them before they expire. */
export function accessToken(credential: TokenCredential, scope: string): () => Promise<string> {
  return async () => {
    const answer = await credential.getToken(scope);
    if (answer === null) throw new Error("no token for " + scope);
    return answer.token;
  };
}

/** Tokens of the app registration, which can be thrown away. */
export interface AppTokens {
  readonly token: () => Promise<string>;
  /** The next token is a new one. @returns false where that was so within the last two seconds */
  readonly renewToken: () => boolean;
}

const RENEWED_AGAIN_MS = 2_000;

/**
 * A token says what was granted when it was given, and is kept for an hour. Whoever is refused may ask for a new one: an
 * administrator may have consented since.
 */
export function appTokens(options: AppCredentialOptions, scope: string): AppTokens {
  let token = accessToken(appCredential(options), scope);
  let renewedAt = -Infinity;
  return {
    token: () => token(),
    renewToken() {
      if (performance.now() - renewedAt < RENEWED_AGAIN_MS) return false;
      renewedAt = performance.now();
      token = accessToken(appCredential(options), scope);
      return true;
    },
  };
}

/** The SDK's credentials wait for as long as it takes, whatever the signal says. */
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
