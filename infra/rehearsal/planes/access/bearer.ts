/** Checks Entra's tokens as Azure's data planes do. */

/** Checks that a token was issued by the directory and is still valid. The sandbox's directory implements this. */
export interface TokenVerifier {
  /** The token's claims. Rejects for a token that is not valid. */
  readonly verify: (token: string) => Promise<Readonly<Record<string, unknown>>>;
}

export interface Bearer {
  /** Object id of the caller. */
  readonly principalId: string;
}

export class BearerRefused extends Error {
  override readonly name = "BearerRefused";
}

/** @throws BearerRefused with the reason */
export async function bearer(
  { verify }: TokenVerifier,
  token: string,
  { audiences, tenantId }: { readonly audiences: readonly string[]; readonly tenantId: string },
): Promise<Bearer> {
  const { aud, tid, oid } = await verify(token).catch((cause: unknown) => {
    throw new BearerRefused("The token is not valid.", { cause });
  });
  if (typeof aud !== "string" || !audiences.some((audience) => audience === aud.replace(/\/$/u, "")))
    throw new BearerRefused(`The token is for ${String(aud)}, not for ${audiences.join(" or ")}.`);
  if (tid !== tenantId)
    throw new BearerRefused(`The token is of the directory ${String(tid)}, not of ${tenantId}.`);
  if (typeof oid !== "string") throw new BearerRefused("The token says nobody's object id.");
  return { principalId: oid };
}
