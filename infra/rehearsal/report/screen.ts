/**
 * The result as plain text of 100 columns, for a terminal and for the log of a pipeline alike: first the verdict and what to
 * do, then the details. Texts to paste are neither indented nor wrapped.
 */
import { howTrue } from "../known.ts";
import type { RehearsalResult } from "./result.ts";
import { byHandIn, textsIn } from "./screen/byHand.ts";
import { costsIn, sourcesIn } from "./screen/costs.ts";
import { policiesIn } from "./screen/policies.ts";
import { resourcesIn } from "./screen/resources.ts";
import { settingsIn } from "./screen/settings.ts";
import { notExercisedIn, stepsIn } from "./screen/steps.ts";
import { headed, wrapped } from "./screen/text.ts";
import { shown } from "./shown.ts";
import { verdictOf } from "./verdict.ts";

export function screen(result: RehearsalResult): string {
  const seen = shown(result);
  const { sentence, next } = verdictOf(seen);
  const verdict = [...wrapped(sentence), ...next.flatMap((line) => wrapped(line, 2))];
  return [
    verdict,
    headed("STEPS", stepsIn(seen)),
    headed("NOT EXERCISED: NO STEP TRIED THESE", notExercisedIn(seen)),
    headed("ONLY A PERSON CAN DO THIS; THE TEXTS TO PASTE ARE BELOW", byHandIn(seen)),
    headed("WOULD BE CREATED", resourcesIn(seen)),
    headed("WOULD COST A MONTH, IN US DOLLARS", costsIn(seen)),
    headed("POLICIES", policiesIn(seen)),
    headed("SETTINGS", settingsIn(seen)),
    headed("WHERE THE PRICES ARE FROM", sourcesIn(seen)),
    headed("HOW TRUE THIS AZURE IS", wrapped(howTrue())),
    ...textsIn(seen),
    headed("ITS LOG", logIn(seen)),
    // The verdict is repeated at the end, where a terminal stops scrolling.
    verdict,
  ]
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")
    .concat("\n");
}

const LAST_LINES = 40;

function logIn({ fault }: RehearsalResult): readonly string[] {
  const log = (fault?.log ?? "").trimEnd();
  if (log === "") return [];
  const lines = log.split("\n");
  const left = lines.length - LAST_LINES;
  return [
    ...(left > 0 ? [`(${String(left)} lines before these are in the JSON)`] : []),
    ...lines.slice(-LAST_LINES),
  ];
}
