/**
 * Signs the record of a promotion by the key `evidence`, for an operator's program: the record is of a package that this
 * deployment runs, and that has made its canary visits here. It signs nothing else.
 */
import { isYounger } from "../../domain/age.ts";
import { firstFailed, needsLaunch } from "../../domain/canary.ts";
import { evidenceOf, promotionRecord, stackNameIn, type PromotionRecord } from "../../domain/promotion.ts";
import { VAULT_KEYS } from "../../domain/vaultKeyNames.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import type { AskedByProgram } from "./programs.ts";

const DAY_MS = 86_400_000;

type Picks = Pick<
  PortalPicks,
  "canaries" | "environment" | "hospital" | "log" | "now" | "packageDigest" | "stackFile" | "vault"
>;

/** @throws Fault not-vouched, VaultFault */
export async function vouch(picks: Picks, { request, response, caller }: AskedByProgram): Promise<void> {
  const read = promotionRecord.safeParse(request.body);
  if (!read.success) throw refused("What was sent is no record of a promotion.");
  const { evidence, ...record } = read.data;
  if (evidence !== undefined) throw refused("The record is signed already.");
  const why = wrongIn(record, picks) ?? (await untestedIn(picks));
  if (why !== undefined) throw refused(why);
  const { signedOver, kept } = evidenceOf(record);
  const { kid, value } = await picks.vault.sign(VAULT_KEYS.evidence, "ES384", signedOver);
  picks.log.info("evidence.signed", { reason: `${record.stack}/${record.id}, asked by ${caller.objectId}` });
  response.json({ evidence: kept(kid, value) });
}

const refused = (why: string) => fault({ kind: "not-vouched", why });

function wrongIn(
  { what, outcome, from, goal, runs }: Omit<PromotionRecord, "evidence">,
  { environment, packageDigest, stackFile }: Picks,
): string | undefined {
  if (environment === "production")
    return "This is a production deployment, and only a test deployment signs.";
  if (what !== "promotion" || outcome !== "done" || runs !== goal.site)
    return "The record is not of a promotion that came to its end.";
  if (from !== stackNameIn(stackFile))
    return `The record is of a package from ${from ?? "nowhere"}, and this is ${stackNameIn(stackFile)}.`;
  if (runs !== packageDigest)
    return `The record is of the package ${runs.slice(0, 12)}, and this deployment runs ${packageDigest.slice(0, 12)}.`;
  return undefined;
}

/** By what this deployment itself has kept of its canary visits with the package that it runs. */
async function untestedIn({ canaries, hospital, now }: Picks): Promise<string | undefined> {
  const connections = await hospital.connections();
  if (connections.length === 0) return "This deployment has no FHIR connection, so nothing was tried.";
  for (const { id, name } of connections) {
    const { ran, launchedAt } = await canaries.of(id);
    if (ran === undefined || !isYounger(ran.at.getTime(), now(), DAY_MS))
      return `No canary visit of ${name} was made within a day with this package.`;
    const failure = firstFailed(ran.steps);
    if (failure !== undefined) return `The canary visit of ${name} failed, at the step ${failure.step}.`;
    if (needsLaunch(ran.steps) && launchedAt === undefined)
      return `Only a person can try the chart of ${name}, and nobody has with this package.`;
  }
  return undefined;
}
