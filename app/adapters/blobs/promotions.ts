/**
 * The blob container of the packages, where the records of promotions are kept
 * (https://learn.microsoft.com/rest/api/storageservices/get-blob).
 */
import { saysNoBlob } from "../../domain/missingBlob.ts";
import { PACKAGE_CONTAINER } from "../../domain/promotion.ts";
import { PromotionsFault, type Promotions } from "../../ports/promotions.ts";
import { bodyOf } from "../wire/body.ts";
import { isWebPage, pageWords } from "../wire/page.ts";

/** The scope for which the token is requested. */
export const STORAGE_SCOPE = "https://storage.azure.com/.default";
const VERSION = "2024-11-04";
const DEADLINE_MS = 10_000;
const MAX_BYTES = 100_000;
/** The service bears at least one of these on each of its answers, and nobody in between does. */
const MARKS = ["x-ms-version", "x-ms-error-code", "x-ms-request-id"];

/**
 * @param endpoint the storage account's address for blobs
 * @param token gives a token for {@link STORAGE_SCOPE}
 */
export function openPromotions(endpoint: string, token: () => Promise<string>): Promotions {
  return {
    async last(stack) {
      const answer = await asked(
        `${endpoint}/${PACKAGE_CONTAINER}/promotions/${encodeURIComponent(stack)}/last.json`,
        token,
      );
      if (isWebPage(answer.text, answer.type))
        throw new PromotionsFault(
          `The package container ${pageWords(answer.status)}: see that no proxy or firewall keeps the connector from the storage account.`,
        );
      if (saysNoBlob(answer.status, answer.code)) return undefined;
      if (!answer.isOwn)
        throw new PromotionsFault(
          `Something else than the storage account answered ${String(answer.status)} in its stead: see that no proxy or firewall keeps the connector from it.`,
        );
      if (answer.status !== 200)
        throw new PromotionsFault(
          `The package container answered ${String(answer.status)} for the last promotion's record: see that the connector's identity has the role Storage Blob Data Reader at it, and that the storage account lets the connector's network in.`,
        );
      return parsed(answer.text);
    },
  };
}

async function asked(url: string, token: () => Promise<string>) {
  try {
    const response = await fetch(url, {
      headers: { authorization: "Bearer " + (await token()), "x-ms-version": VERSION },
      redirect: "error",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const { headers, status } = response;
    return {
      status,
      type: headers.get("content-type"),
      code: headers.get("x-ms-error-code"),
      isOwn: MARKS.some((name) => headers.has(name)),
      text: await bodyOf(response, MAX_BYTES),
    };
  } catch (cause) {
    throw new PromotionsFault("The package container could not be asked for the last promotion's record.", {
      cause,
    });
  }
}

/** The text as JSON. Text that is not JSON is no record; the caller that judges the record reports that. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
