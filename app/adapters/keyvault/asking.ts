/**
 * What every request to the key vault goes through, so that its failures are told to an administrator in the same
 * words.
 */
import * as z from "zod";
import { WrappedForAnother } from "../../ports/notificationKey.ts";
import { VaultFault } from "../../ports/vault.ts";
import { isOfWebPage } from "../wire/page.ts";
import { isOfVault } from "../wire/vaultAnswers.ts";

/** What is asked of the vault: the kind, `key` or `secret`, and the name. */
export interface Asked {
  readonly kind: "key" | "secret";
  readonly name: string;
  /** The version of a key that unwraps. Only the version that wrapped can do so. */
  readonly version?: string;
}

const withStatus = z.looseObject({ statusCode: z.int() });
/**
 * The reason why the vault refuses, which the SDK drops when a listing is refused
 * (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes).
 */
const withReason = z.looseObject({
  details: z.looseObject({ error: z.looseObject({ innerError: z.looseObject({ code: z.string() }) }) }),
});

/**
 * Makes the request, and turns a failure into words for an administrator: what was asked for, and what to do.
 * @throws VaultFault
 */
export async function asking<T>(asked: Asked, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isTold = error instanceof VaultFault || error instanceof WrappedForAnother;
    throw isTold ? error : vaultFault(asked, error);
  }
}

function vaultFault(asked: Asked, cause: unknown): VaultFault {
  const status = withStatus.safeParse(cause).data?.statusCode;
  // Only the vault itself knows of its keys and their versions; who refuses to let somebody in may be its firewall.
  const isOthers = isOfWebPage(cause) || ((status === 400 || status === 404) && !isOfVault(cause));
  const reason = withReason.safeParse(cause).data?.details.error.innerError.code;
  const words = status === undefined || isOthers ? silence(asked) : refusal(asked, status, reason);
  return new VaultFault(words, { cause });
}

function refusal({ kind, name, version }: Asked, status: number, reason?: string): string {
  if (version !== undefined && (status === 400 || status === 404))
    return (
      `The vault cannot open the connector's own keys with the version ${version} of the key ${name}, which wrapped them: ` +
      "recover that key (the portal's Manage deleted keys, or az keyvault key recover), or restore its backup. " +
      "A new key of that name does not open them."
    );
  if (status === 404)
    return `The vault has no ${kind} named ${name}: create it, or correct its name in the stack file.`;
  if (reason === "ForbiddenByConnection")
    return (
      `The vault is closed to the public, and was asked for the ${kind} ${name} by its public address: see that its private ` +
      "endpoint is approved, that the zone privatelink.vaultcore.azure.net has its name, and that the zone is linked to the connector's network."
    );
  if (reason === "ForbiddenByFirewall")
    return `The vault's firewall does not let the connector in, which asked for the ${kind} ${name}: let in the subnet that the connector runs in.`;
  if (reason === "ForbiddenByRbac")
    return (
      `The vault refused the ${kind} ${name}: there is none of that name, or the connector's identity lacks the role ${ROLE[kind]} ` +
      "at it. Create it, correct its name in the stack file, or give the role."
    );
  if (status === 401 || status === 403)
    return (
      `The vault refused the ${kind} ${name}: give the connector's identity the role ${ROLE[kind]}, ` +
      "and see that there is one of that name, enabled and not expired, and that the vault's firewall and its private name let the connector in."
    );
  return `The vault answered ${String(status)} for the ${kind} ${name}: see the vault's health in Azure, and try again.`;
}

function silence({ kind, name }: Asked): string {
  return (
    `The vault could not be asked for the ${kind} ${name}: see that its address is right, that the connector's network ` +
    "reaches it, and that the managed identity is assigned."
  );
}

const ROLE = { key: "Key Vault Crypto User", secret: "Key Vault Secrets User" };
