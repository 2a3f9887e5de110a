/** Who may do what in the vault: a token for it, and an Azure role of its holder that allows the action. */
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { VaultRole } from "../options.ts";
import type { Tenant } from "../entra/tenant.ts";
import { TokenRefused } from "../entra/tokens.ts";
import { VaultError } from "./vaultError.ts";

const RESOURCE = "https://vault.azure.net";

export type VaultAction =
  "keys/read" | "keys/use" | "keys/update" | "keys/write" | "secrets/read" | "secrets/write";

/** What each Azure role allows: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security */
const ALLOWED: Record<VaultRole, readonly VaultAction[]> = {
  "Key Vault Crypto User": ["keys/read", "keys/use", "keys/update"],
  "Key Vault Crypto Officer": ["keys/read", "keys/use", "keys/update", "keys/write"],
  "Key Vault Secrets User": ["secrets/read"],
  "Key Vault Secrets Officer": ["secrets/read", "secrets/write"],
};
/** The roles that a deployment grants to its managed identity. */
export const USUAL_ROLES: readonly VaultRole[] = ["Key Vault Crypto User", "Key Vault Secrets User"];

/** The vault as its routes need it. */
export interface Vault {
  readonly name: string;
  readonly tenant: Tenant;
  origin(): string;
  /** The principal's Azure roles now, by object id: on the vault, or on a part of it such as `keys/wrapping`. */
  rolesOf(principalId: string, part?: string): readonly VaultRole[];
}

/** Admits a request only with a token for the vault whose holder has a role that allows the action. */
export function allow(vault: Vault, action: VaultAction): RequestHandler {
  const { name, tenant } = vault;
  return async (request: Request, response: Response, next: NextFunction) => {
    const principal = await bearer(tenant, request);
    if (principal === undefined) {
      response.set("WWW-Authenticate", challenge(tenant));
      throw new VaultError(
        401,
        "Unauthorized",
        "AKV10000: Request is missing a Bearer or PoP token, or the token is not valid for this vault.",
      );
    }
    if (!vault.rolesOf(principal, partOf(request)).some((role) => ALLOWED[role].includes(action)))
      throw new VaultError(
        403,
        "Forbidden",
        `Caller is not authorized to perform action on resource. Caller: oid=${principal}; Action: 'Microsoft.KeyVault/vaults/${action}'; Vault: ${name}.`,
        "ForbiddenByRbac",
      );
    next();
  };
}

function partOf(request: Request): string | undefined {
  const [kind, name] = (request.baseUrl + request.path).split("/").filter((segment) => segment !== "");
  return kind === undefined || name === undefined ? undefined : kind + "/" + name;
}

async function bearer(tenant: Tenant, request: Request): Promise<string | undefined> {
  const token = /^Bearer (\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const { aud, oid } = await tenant.tokens.verify(token);
    return aud === RESOURCE && typeof oid === "string" ? oid : undefined;
  } catch (error) {
    if (error instanceof TokenRefused) return undefined;
    throw error;
  }
}

function challenge(tenant: Tenant): string {
  return `Bearer authorization="${tenant.origins().backChannel}/${tenant.options.tenantId}", resource="${RESOURCE}"`;
}
