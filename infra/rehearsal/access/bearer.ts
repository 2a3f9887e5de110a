/** Entra's tokens, as a data plane of Azure takes them. */

/** Makes sure that a token is the directory's own and still good. The sandbox's directory is one. */
export interface TokenVerifier {
  /** Claims of the token. Rejects for any that is not good. */
  readonly verify: (token: string) => Promise<Readonly<Record<string, unknown>>>;
}

export interface Bearer {
  /** Object id of who calls. */
  readonly principalId: string;
}

export class BearerRefused extends Error {
  override readonly name = "BearerRefused";
}

/** @throws BearerRefused, saying why */
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
