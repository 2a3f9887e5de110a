/** What every status of the vault means for a secret, and of the blob service for the last promotion's record. */
import { expect, test } from "vitest";
import { openPromotions } from "../../../../app/adapters/blobs/promotions.ts";
import { openVault } from "../../../../app/adapters/keyvault/vault.ts";
import { PromotionsFault } from "../../../../app/ports/promotions.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { byMeaning, PAGE, STATUSES } from "../everyStatus.ts";
import { serve, serveTls, type Answer } from "../server.ts";

/** Statuses of which the SDK does not repeat the request after a pause of its own. */
const AT_ONCE = STATUSES.filter((status) => status < 500 && ![408, 429].includes(status));
