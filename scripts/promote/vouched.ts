/** Makes the test deployment sign that it has tested the package; only its connector can use its vault. */
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { evidenceKeysOf } from "../../app/domain/evidenceKeys.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import { judgedRecord } from "../../app/domain/evidence.ts";
import { promotionRecord, type PromotionRecord } from "../../app/domain/promotion.ts";
import { ExplainedError } from "../local/stackFile.ts";
import { askConnector, operatorToken } from "../smoke/ask.ts";
import type { Deployed } from "./deployed.ts";
import type { Vouched } from "./port.ts";

const answerSchema = z.object({ evidence: promotionRecord.shape.evidence.unwrap() });

interface Asking {
  /** Undefined for a rollback. */
  readonly test?: Deployed | undefined;
  readonly deployed: Deployed;
  readonly credential: TokenCredential;
}

/** @throws ExplainedError when it does not answer */
export async function vouched(
  record: PromotionRecord,
  { test, deployed, credential }: Asking,
): Promise<Vouched> {
  if (record.what === "rollback") return { unsigned: "no test deployment vouches for a rollback" };
  // An earlier promotion that a rollback found: without the signature production would not believe it was tested.
  if (test === undefined)
    throw new ExplainedError(
      `only npm run promote -- ${record.from ?? "<test stack>"} ${record.stack} asks ${record.from ?? "the test stack"} for its signature.`,
    );
  if (record.from !== test.name) return { unsigned: `its package is from ${record.from ?? "no test stack"}` };
  const token = await operatorToken(credential, test.clientId);
  const answer = await askConnector(test.siteAddress, {
    path: "/api/evidence",
    token,
    body: { package: record.runs },
  });
  if (!answer.isOk) {
    if (answer.isRefusal) return { unsigned: answer.says };
    throw new ExplainedError(answer.says);
  }
  const given = answerSchema.safeParse(answer.json).data;
  if (given === undefined) return { unsigned: `${test.siteAddress.host} answered what is no signature` };
  const keys = evidenceKeysOf(deployed.settings.testStack?.evidenceKeys ?? []);
  const { is } = judgedRecord({ ...record, ...given }, keys);
  if (is === "of-another") return { unsigned: `${test.name} signed for another package or stack` };
  return is === "vouched"
    ? given
    : {
        ...given,
        hint: `production believes it once testStack.evidenceKeys in its stack file has the key of ${new URL(PATHS.evidenceKeys, test.siteAddress).href}`,
      };
}
