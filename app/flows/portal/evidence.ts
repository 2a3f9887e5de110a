/**
 * Signs with the key `evidence`, for an operator's program, what this deployment knows by itself: that it runs a package and
 * has made its canary visits with it. Nothing that the program sends is signed.
 */
import * as z from "zod";
import { isYounger } from "../../domain/age.ts";
import { firstFailed, needsLaunch } from "../../domain/canary.ts";
import { evidenceOf, type Statement } from "../../domain/evidence.ts";
import { digest, stackNameIn } from "../../domain/promotion.ts";
import { VAULT_KEYS } from "../../domain/vaultKeyNames.ts";
import type { ApiCaller } from "../../ports/apiCallers.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import type { AskedByProgram } from "./programs.ts";

const DAY_MS = 86_400_000;

type Picks = Pick<
  PortalPicks,
  "audit" | "canaries" | "environment" | "hospital" | "now" | "packageDigest" | "stackFile" | "vault"
>;

/** The program names the package that it means, because this deployment may run another one by now. */
const askedSchema = z.strictObject({ package: digest });

/** @throws Fault not-vouched, VaultFault */
export async function vouch(picks: Picks, { request, response, caller }: AskedByProgram): Promise<void> {
  const { audit, environment, packageDigest, stackFile, vault } = picks;
  const asked = askedSchema.safeParse(request.body);
  if (!asked.success) throw refused("What was sent names a package by its digest, and nothing else.");
  if (environment === "production")
    throw refused("This is a production deployment, and only a test deployment signs.");
  if (asked.data.package !== packageDigest)
    throw refused(
      `Asked was for the package ${asked.data.package.slice(0, 12)}, and this deployment runs ${packageDigest.slice(0, 12)}.`,
    );
  const passedAt = await passedIn(picks);
  const { kind, objectId } = caller;
  const says: Statement = {
    from: stackNameIn(stackFile),
    package: packageDigest,
    passedAt: passedAt.toISOString(),
    askedBy: { kind, objectId },
  };
  const entry = {
    actor: actorOf(caller),
    action: "evidence.signed",
    object: { kind: "package", id: packageDigest },
    changes: [],
  };
  const { signedOver, kept } = evidenceOf(says);
  const { kid, value } = await audit.during(entry, () =>
    vault.sign(VAULT_KEYS.evidence, "ES384", signedOver),
  );
  response.json({ evidence: kept(kid, value) });
}

const actorOf = ({ kind, objectId }: ApiCaller) =>
  kind === "person" ? ({ kind, objectId } as const) : ({ kind: "program", name: objectId } as const);

const refused = (why: string) => fault({ kind: "not-vouched", why });

/**
 * When the canary visits passed, from what this deployment itself has kept of those with the package that it runs.
 * @throws Fault not-vouched
 */
async function passedIn({ canaries, hospital, now }: Picks): Promise<Date> {
  let passedAt: Date | undefined;
  for (const { id, name } of await hospital.connections()) {
    const { ran, launchedAt } = await canaries.of(id);
    if (ran === undefined || !isYounger(ran.at.getTime(), now(), DAY_MS))
      throw refused(`No canary visit of ${name} was made within a day with this package.`);
    const failure = firstFailed(ran.steps);
    if (failure !== undefined)
      throw refused(`The canary visit of ${name} failed, at the step ${failure.step}.`);
    if (needsLaunch(ran.steps) && launchedAt === undefined)
      throw refused(`Only a person can try the chart of ${name}, and nobody has with this package.`);
    if (passedAt === undefined || ran.at < passedAt) passedAt = ran.at;
  }
  if (passedAt === undefined) throw refused("This deployment has no FHIR connection, so nothing was tried.");
  return passedAt;
}
