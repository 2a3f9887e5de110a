/**
 * Resolves `@Microsoft.KeyVault(…)` in a setting to the secret that it names; a reference that cannot be read stays as it
 * is.
 */
import { z } from "zod";
import type { EntryFetch } from "../hosts/fetch.ts";

const REFERENCE = /^@Microsoft\.KeyVault\((.+)\)$/u;
const answer = z.object({ value: z.string() });

export interface ReferenceOptions {
  readonly fetch: EntryFetch;
  /** A token for vaults, of the identity that the site uses for references. */
  readonly token: () => Promise<string>;
  readonly log: (line: string) => void;
}

/**
 * The settings with their references resolved.
 * https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export async function resolved(
  settings: Readonly<Record<string, string>>,
  options: ReferenceOptions,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(settings).map(
    async ([name, value]) => [name, await one(name, value, options)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function one(name: string, value: string, { fetch, token, log }: ReferenceOptions): Promise<string> {
  const said = REFERENCE.exec(value)?.[1];
  if (said === undefined) return value;
  try {
    const address = secretAddress(said);
    const response = await fetch(address, { headers: { authorization: "Bearer " + (await token()) } });
    if (!response.ok) throw new Error(`the vault answered ${String(response.status)}`);
    return answer.parse(await response.json()).value;
  } catch (error) {
    log(
      `The Key Vault reference in ${name} was not resolved: ${error instanceof Error ? error.message : String(error)}.`,
    );
    return value;
  }
}

function secretAddress(said: string): URL {
  const parts = Object.fromEntries(
    said.split(";").map((part) => part.trim().split(/=(.*)/su).slice(0, 2)),
  ) as Readonly<Record<string, string | undefined>>;
  const { SecretUri: uri, VaultName: vault, SecretName: secret, SecretVersion: version = "" } = parts;
  const address = new URL(uri ?? `https://${vault ?? ""}.vault.azure.net/secrets/${secret ?? ""}/${version}`);
  address.searchParams.set("api-version", "7.4");
  return address;
}
