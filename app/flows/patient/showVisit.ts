/** Shows the page of a visit to whoever has a link that leads there, now or soon. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { PATHS } from "../../domain/addresses.ts";
import { languageOf, pickedLanguage } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import { sendHtml } from "../../web/sendHtml.ts";
import type { BrowserJudge } from "./destination.ts";
import { visitContextOf, type LivingLink } from "./link.ts";
import type { NoteOpening } from "./opening.ts";
import type { PatientPicks } from "./parts.ts";
import { visitPages } from "./visitPage.tsx";
import { waits } from "./waits.ts";

/** @param headers those that every answer carries, where they are not on the response yet */
export type ShowVisit = (
  request: IncomingMessage,
  response: ServerResponse,
  link: LivingLink,
  headers?: Readonly<Record<string, string>>,
) => Promise<void>;

export function showVisit(
  parts: PatientPicks,
  renderPage: RenderPage,
  { judge, noteOpening }: { readonly judge: BrowserJudge; readonly noteOpening: NoteOpening },
): ShowVisit {
  const { hospital, publicUrl, now } = parts;
  const waitsOf = waits(parts);
  const pageOf = visitPages(renderPage);
  return async (request, response, link, headers) => {
    const [context, wait] = await Promise.all([visitContextOf(hospital, link), waitsOf(link.visit)]);
    const query = picked(request);
    const page = pageOf({
      language: languageOf(request),
      organization: hospital.organization.name,
      link,
      context,
      rules: hospital.visitRules,
      now: now(),
      ...wait,
      browser: judge(request.headers["user-agent"]),
      address: linkAddress(publicUrl, link.token),
      joinPath: PATHS.link + "/" + link.token + query,
      calendarPath: PATHS.linkPage + "/" + link.token + "/visit.ics" + query,
    });
    noteOpening(request, response, link.token);
    sendHtml(response, 200, page, headers);
  };
}

/** The link as it is in the message. */
export function linkAddress(publicUrl: string, token: string): string {
  return publicUrl + PATHS.link + "/" + token;
}

/** The query that carries a picked language to the next page. */
export function picked(request: IncomingMessage): string {
  const language = pickedLanguage(request);
  return language === undefined ? "" : "?lang=" + language;
}
