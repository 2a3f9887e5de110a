/** What an earlier run has left, as a person reads it, and what the next run would make of it. */
import type { Journal } from "./port.ts";
import { hasBegun } from "./steps.ts";
import { short } from "./run.ts";

export const foundIn = ({ what, who, startedAt, step, goal, direction, because }: Journal): string =>
  `A ${what} to ${short(goal.site)} by ${who}, begun at ${startedAt}, came to no end: it was at the step "${step}"${direction === "back" ? `, going back${because === undefined ? "" : ", because of " + because}` : ""}.`;

/** @param site the package that production runs */
export function nextWith(
  { step, goal, before, direction }: Journal,
  site: string,
): "on" | "back" | "nothing" {
  if (site !== goal.site && site !== before.site) return "nothing";
  return direction === "on" && site === goal.site && hasBegun(step, "swapped") ? "on" : "back";
}

/** What the next run would do, in words. */
export const NEXT: Readonly<Record<ReturnType<typeof nextWith>, string>> = {
  on: "The next run of npm run promote or npm run rollback goes on from there to the end, or back if production does not answer.",
  back: "The next run of npm run promote or npm run rollback goes back from there.",
  nothing:
    "That is neither the old package nor the new one: somebody else has changed production, so the next run leaves it alone.",
};
