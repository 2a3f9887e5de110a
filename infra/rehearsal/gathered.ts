/** Gathers the result of a rehearsal for those that show it. */
import { byHand } from "../../app/domain/byHand.ts";
import { deploymentOf } from "../stack/byHand.ts";
import type { StackSettings } from "../stack.ts";
import { settingsOf } from "./azure/resourceTypes/siteConfig.ts";
import { monthlyCost } from "./costs.ts";
import type { Deployed } from "./deployed.ts";
import type { RehearsalResult } from "./report/result.ts";
import type { Azure } from "./startInMemoryAzure.ts";
import { SITE_TYPES } from "./front/appService/siteView.ts";
import { notExercised } from "./visit/notExercised.ts";
import type { StepDone } from "./visit/steps.ts";

export interface Played {
  readonly name: string;
  readonly stack: StackSettings;
  readonly startedAt: Date;
  readonly ended: Date;
  readonly azure: Azure;
  /** Absent when the engine did not finish. */
  readonly deployed: Deployed | undefined;
  readonly steps: readonly StepDone[];
  readonly fault: RehearsalResult["fault"] | undefined;
}

export function resultOf(played: Played): RehearsalResult {
  const { name, stack, startedAt, ended, azure, deployed, steps, fault } = played;
  const resources = deployed?.resources ?? [];
  const settings = settingsIn(azure);
  return {
    stack: name,
    environment: stack.environment === "production" ? "production" : "test",
    passed: fault === undefined,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((ended.getTime() - startedAt.getTime()) / 1000),
    resources: [...resources],
    policies: [...(deployed?.policies ?? [])],
    settings,
    steps: [...steps],
    notExercised: [...notExercised(resources, stack)],
    refusedHosts: [...azure.front.refused()],
    byHand: byHand(deploymentOf(name, stack)),
    costs: monthlyCost(resources),
    ...(fault !== undefined && { fault }),
  };
}

/** The settings that the processes of site and slot were given. */
function settingsIn({ cloud }: Azure): RehearsalResult["settings"] {
  return SITE_TYPES.flatMap((type) => cloud.all(type)).map((site) => ({
    app: site.id.includes("/slots/") ? "staging" : "site",
    values: Object.entries(settingsOf(site, cloud))
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([name, value]) => ({ name, value })),
  }));
}
