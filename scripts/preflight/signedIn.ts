/** The first check of the preflight: without a sign-in at Azure no other can be made. */
import type { TokenCredential } from "@azure/identity";
import { AZURE_CONSTANTS } from "../../infra/components/azureConstants.ts";
import { ExplainedError } from "../local/stackFile.ts";

/**
 * Checks that somebody is signed in to Azure here.
 * @throws ExplainedError
 */
export async function signedIn(credential: TokenCredential): Promise<void> {
  try {
    await credential.getToken(AZURE_CONSTANTS.management + "/.default");
  } catch (cause) {
    throw new ExplainedError(
      "Nobody is signed in to Azure here: run az login --tenant <tenant id>, or set the pipeline's ARM_ variables (infra/README.md, Get ready).",
      { cause },
    );
  }
}
