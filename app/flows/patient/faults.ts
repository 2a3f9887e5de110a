/** What went wrong, in words for patients and in their language: why, what to do, whom to call. */
import type { Organization } from "../../domain/hospital.ts";
import { wordsFor, type CommonProblem, type Words } from "../../web/fault.ts";
import type { FaultWords } from "../../web/faults.ts";
import type { RenderPage } from "../../web/page.tsx";
import { frameFor } from "./frame.tsx";
import { OBSTACLE_STATUS, obstaclePage } from "./obstaclePage.tsx";
import type { Obstacle } from "./words.ts";

/**
 * A patient can do nothing about how a request was made, so they are told either that the link is not whole, or that the
 * trouble is ours.
 */
const OBSTACLE: Words<CommonProblem, Obstacle> = {
  "not-found": () => "unknown",
  "not-same-origin": () => "unknown",
  "request-unreadable": () => "unknown",
  "request-too-large": () => "unknown",
  "too-many-requests": () => "trouble",
  unexpected: () => "trouble",
};

export function patientFaults(renderPage: RenderPage, organization: Organization): FaultWords<CommonProblem> {
  return {
    flow: "patient",
    kinds: new Set(Object.keys(OBSTACLE)),
    tell(problem, { request, reference }) {
      const obstacle = wordsFor(OBSTACLE, problem);
      return {
        status: OBSTACLE_STATUS[obstacle],
        html: obstaclePage(frameFor(request, renderPage, organization), obstacle, { contact: organization }),
        json: { kind: obstacle, reference },
      };
    },
  };
}
