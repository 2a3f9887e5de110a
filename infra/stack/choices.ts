/** The defaults of choices that a stack leaves out, the same for the program, the checks and the texts for people. */
import { featuresOf as featuresMeant } from "../../app/domain/defaults.ts";
import type { Features } from "../../app/domain/features.ts";
import type { StackSettings } from "./schema.ts";

export interface Sizes {
  readonly plan: "P0v3" | "P1v3" | "P2v3" | "P1mv3";
  readonly instances: number;
  readonly instancesAtMost: number;
}

export function sizesOf({ environment, sizes }: StackSettings): Sizes {
  const production = environment === "production";
  const instances = sizes.instances ?? (production ? 2 : 1);
  return {
    plan: sizes.plan ?? (production ? "P1v3" : "P0v3"),
    instances,
    instancesAtMost: sizes.instancesAtMost ?? Math.max(instances, production ? 6 : 2),
  };
}

export const hasEdge = ({ environment, edge }: StackSettings): boolean =>
  (edge ?? (environment === "production" ? "frontDoor" : "none")) === "frontDoor";

/** Whether there is a slot beside the site. Only production has one: a package waits there until it is swapped in. */
export const hasStaging = ({ environment }: StackSettings): boolean => environment === "production";

/** Whether delivery reports come by Event Grid, which is wherever its global topic is acceptable. */
export const hasEvents = ({ geography, events }: StackSettings): boolean =>
  geography === "americas" || events.accepted !== undefined;

export const featuresOf = (stack: StackSettings): Features =>
  featuresMeant(stack.environment, hasEdge(stack), stack.features);
