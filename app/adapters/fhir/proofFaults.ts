/** Why the connector cannot authenticate: a failure that passes by itself, or one that lasts until a person acts. */
import * as z from "zod";
import type { VaultFault } from "../../ports/vault.ts";
import { isOfWebPage } from "../wire/page.ts";
import { isOfVault } from "../wire/vaultAnswers.ts";

export const SEALED_BY_OTHERS =
  "the connection's client secret was sealed by keys that are gone; enter it again in the portal";

const withStatus = z.object({ statusCode: z.int() });

/**
 * Whether the vault said that the key or secret does not exist or that we may not use it. Otherwise the vault was failing or
 * out of reach.
 */
export function isLasting({ cause }: VaultFault): boolean {
  if (cause === undefined) return true;
  const status = withStatus.safeParse(cause).data?.statusCode;
  if (status === 404) return isOfVault(cause);
  return (status === 401 || status === 403) && !isOfWebPage(cause);
}
