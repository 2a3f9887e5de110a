/**
 * Notes when a link was last opened: the only thing that is written because somebody opens a link. It is written after the
 * answer has been sent, only for people (not for link previews), at most once for each link and minute, and has no effect on
 * what the link does.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPersons } from "../../web/navigation.ts";
import type { LivingLink } from "./link.ts";
import type { OpeningPicks } from "./parts.ts";

const MINUTE_MS = 60_000;
/** How many links are remembered: more than are opened in a minute. Beyond that, a link may be written twice. */
const MOST = 5000;

/** @param tapped the link, if it leads into the meeting now */
export type NoteOpening = (
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  tapped?: LivingLink,
) => void;

export function openings({ visits, testVisits, log, now }: OpeningPicks): NoteOpening {
  let minute = 0;
  let noted = new Set<string>();
  return (request, response, token, tapped) => {
    if (!isPersons(request)) return;
    if (tapped?.role === "patient")
      response.once("finish", () => void testVisits.tapped(tapped.visit.connectionId));
    const present = Math.floor(now().getTime() / MINUTE_MS);
    if (present !== minute || noted.size >= MOST) noted = new Set();
    minute = present;
    if (noted.has(token)) return;
    noted.add(token);
    response.once("finish", () => {
      visits.noteOpened(token).catch((error: unknown) => {
        log.error("link.opening_not_noted", error);
      });
    });
  };
}
