/** Why the connector cannot prove itself: by itself for a while, or until a person does something. */
import { z } from "zod";
import type { VaultFault } from "../../ports/vault.ts";

export const SEALED_BY_OTHERS =
  "the connection's client secret was sealed by keys that are gone; enter it again in the portal";

const withStatus = z.object({ statusCode: z.int() });

/** The vault said that there is none or that we may not; against: it was ill, or out of reach. */
export function isLasting({ cause }: VaultFault): boolean {
  const answer = withStatus.safeParse(cause);
  return cause === undefined || (answer.success && [401, 403, 404].includes(answer.data.statusCode));
}
