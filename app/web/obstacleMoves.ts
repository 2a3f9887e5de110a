/** Who can mend each obstacle between the connector and a chart system. */
import type { ProbeObstacle } from "../ports/ehr.ts";
import type { Mover } from "../domain/mover.ts";

export const OBSTACLE_MOVES = {
  "no-such-host": "administrator",
  inside: "administrator",
  certificate: "oracle",
  "no-answer": "oracle",
  ill: "oracle",
  redirect: "administrator",
  refused: "oracle",
  "not-there": "administrator",
  "not-fhir": "administrator",
  "other-fhir": "administrator",
  "no-appointments": "oracle",
  "no-sign-in": "oracle",
  "unsafe-sign-in": "oracle",
  "not-as-settings-say": "administrator",
  "not-as-found-first": "administrator",
  proof: "administrator",
  unfinished: "nobody",
} as const satisfies Readonly<Record<ProbeObstacle, Mover>>;
