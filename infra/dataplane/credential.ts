/**
 * The credential of whoever deploys. It is taken from the same variables and sign-ins as azure-native's, so that one sign-in
 * serves both.
 */
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  type TokenCredential,
} from "@azure/identity";
import * as z from "zod";
import type { DeployerEnvironment } from "./environment.ts";

const DEADLINE_MILLISECONDS = 10_000;

/**
 * The pipeline's identity where the environment names one, else whoever is signed in (az login, a managed identity, AZURE_*
 * variables).
 */
export function deployer({ tenantId, clientId, clientSecret, oidc }: DeployerEnvironment): TokenCredential {
  if (tenantId === undefined || clientId === undefined) return new DefaultAzureCredential();
  if (oidc !== undefined) return new ClientAssertionCredential(tenantId, clientId, () => assertion(oidc));
  if (clientSecret !== undefined) return new ClientSecretCredential(tenantId, clientId, clientSecret);
  return new DefaultAzureCredential();
}

/**
 * The pipeline's own token. Where it has to be fetched, it is fetched anew each time, because it is valid for minutes only.
 */
async function assertion(oidc: NonNullable<DeployerEnvironment["oidc"]>): Promise<string> {
  if ("token" in oidc) return oidc.token;
  const url = new URL(oidc.url);
  url.searchParams.set("audience", "api://AzureADTokenExchange");
  const answer = await fetch(url, {
    headers: { authorization: "Bearer " + oidc.bearer, accept: "application/json" },
    signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
  });
  if (!answer.ok) throw new Error(`The pipeline's token endpoint answered ${String(answer.status)}.`);
  return z.object({ value: z.string() }).parse(await answer.json()).value;
}

/**
 * A credential that gives up after a time. The SDK's own credentials wait without limit, even when the signal is aborted.
 */
export function withDeadline(credential: TokenCredential, milliseconds = 60_000): TokenCredential {
  return {
    async getToken(scopes, options) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        reject(new Error(`The deployer's sign-in gave no token within ${String(milliseconds / 1000)} s.`));
      }, milliseconds);
      try {
        return await Promise.race([credential.getToken(scopes, options), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
