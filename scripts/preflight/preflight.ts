/** Checks a subscription before `pulumi up` uses it, by reading only. */
import * as z from "zod";
import { certificateAuthority } from "./dns.ts";
import { activitySetting, groupName, numberGroup, policies, registration } from "./existing.ts";
import { Unanswered, type Check, type Finding, type Patient } from "./finding.ts";
import { placeToDeployFrom } from "./place.ts";
import { azureRights, deployersKnown, entraRights, groupLicense } from "./rights.ts";
import { planRegion, providers, quota, storeRegion, subscription } from "./subscription.ts";

/** The checks, in the order in which they are reported. */
const CHECKS: Readonly<Record<string, Check>> = {
  Subscription: subscription,
  "Resource providers": providers,
  "App Service quota": quota,
  "App Service in the region": planRegion,
  "Cosmos DB in the region": storeRegion,
  "Azure roles of the deployers": azureRights,
  "Deployers in the directory": deployersKnown,
  "Entra rights of the deployers": entraRights,
  "Entra ID P1 for groups": groupLicense,
  "Resource group": groupName,
  "Resource group of the number": numberGroup,
  "The subscription's diagnostic setting": activitySetting,
  "App registration": registration,
  "Azure Policy": policies,
  "Where packages are uploaded from": placeToDeployFrom,
  "Certificate authorities": certificateAuthority,
};

/** Runs all checks; one that cannot be made is reported so, and does not stop the others. */
export async function preflight(patient: Patient): Promise<readonly Finding[]> {
  const all = await Promise.all(
    Object.entries(CHECKS).map(([about, check]) =>
      check(patient).catch((error: unknown) => [unmade(about, error)]),
    ),
  );
  return all.flat();
}

function unmade(about: string, error: unknown): Finding {
  const mark = "cannot be checked";
  if (error instanceof z.ZodError)
    return {
      mark,
      about,
      why: "the answer has another form than Microsoft's documents say",
      next: SIGNED_IN,
    };
  if (!(error instanceof Unanswered)) throw error;
  const mayNot = error.status === 401 || error.status === 403;
  const next = mayNot ? MAY_NOT : error.status === 429 ? THROTTLED : SIGNED_IN;
  return { mark, about, why: error.message, next };
}

const MAY_NOT = "have it run by somebody who may read the subscription and the directory";
const THROTTLED = "Microsoft has been asked too much for now; run it again in a quarter of an hour";
const SIGNED_IN = "look at it in the Azure portal";

const WORDS = { pass: "pass ", warn: "WARN ", fail: "FAIL ", "cannot be checked": "?    " } as const;

/** The findings as a person reads them: marks show what is wrong, and each fault has its next step. */
export function list(name: string, findings: readonly Finding[]): string {
  const count = (mark: Finding["mark"]) => findings.filter((one) => one.mark === mark).length;
  const lines = findings.flatMap(({ mark, about, why, next }) => [
    `${WORDS[mark]} ${about}: ${why}.`,
    ...(next === undefined ? [] : [`       Next: ${next}.`]),
  ]);
  const verdict =
    count("fail") > 0
      ? `${name} is not ready: ${String(count("fail"))} to mend`
      : `${name}: nothing that was looked at stands in the way`;
  return [
    ...lines,
    "",
    `${verdict}; ${String(count("warn"))} to look at, ${String(count("cannot be checked"))} that cannot be checked. Nothing was changed.`,
  ].join("\n");
}

/** 1 if something would make `pulumi up` fail, else 0. */
export const exitCode = (findings: readonly Finding[]): 0 | 1 =>
  findings.some(({ mark }) => mark === "fail") ? 1 : 0;
