/** The part of a rehearsal's report that counts what was made, by kind. */
import { groupsOf, kindsInWords } from "../groups.ts";
import type { RehearsalResult } from "../result.ts";
import { counted } from "../verdict.ts";
import { row } from "./text.ts";

export function resourcesIn({ resources }: RehearsalResult): readonly string[] {
  if (resources.length === 0) return ["  Nothing was made."];
  return [
    ...groupsOf({ resources }).flatMap((group) =>
      row(
        [
          [String(group.count).padStart(5), 7],
          [group.what, 23],
        ],
        kindsInWords(group),
      ),
    ),
    `${String(resources.length).padStart(5)}  ${counted(resources.length, "resource").replace(/^\d+ /u, "")} in all`,
  ];
}
