import type { TokenCredential } from "@azure/identity";
import { CLOUD } from "../../infra/components/cloud.ts";
import { InWords } from "../local/stackFile.ts";

/** That somebody is signed in to Azure here. @throws InWords */
export async function signedIn(credential: TokenCredential): Promise<void> {
  try {
    await credential.getToken(CLOUD.management + "/.default");
  } catch (cause) {
    throw new InWords(
      "Nobody is signed in to Azure here: run az login --tenant <tenant id>, or set the pipeline's ARM_ variables (infra/README.md, Get ready).",
      { cause },
    );
  }
}
