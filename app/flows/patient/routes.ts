/**
 * The routes of patients' links and pages. They only read: link previews fetch every address here, and nothing changes but
 * the minute in which a person last opened the link (opening.ts). They set no cookies.
 */
import { Router, type Request, type Response } from "express";
import type { Visit } from "../../domain/visit.ts";
import { calendarFile, entryUid } from "../../domain/calendar.ts";
import { PATHS } from "../../domain/addresses.ts";
import { languageOf } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import { parametersOf } from "../../web/parameters.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import { browserPage } from "./browserPage.tsx";
import type { Answering } from "./door.ts";
import { ANYWAY, destinationOf, linkOf, type Destination } from "./destination.ts";
import { WORDS } from "./dictionary.ts";
import { frameFor } from "./frame.tsx";
import { nameOf, visitContextOf, type LivingLink, type VisitContext } from "./link.ts";
import { OBSTACLE_STATUS, obstaclePage } from "./obstaclePage.tsx";
import type { PatientPicks } from "./parts.ts";
import { redirect } from "./redirect.ts";
import { linkAddress, picked } from "./showVisit.ts";

type LinkRequest = Request<{ token: string }>;

export function patientRoutes(
  parts: PatientPicks,
  renderPage: RenderPage,
  { judge, noteOpening, show, looked }: Answering,
): Router {
  const { hospital, publicUrl } = parts;
  const frame = (request: Request, { isTest }: VisitContext) => ({
    ...frameFor(request, renderPage, hospital.organization),
    ofTestChart: isTest,
  });
  const router = Router();

  // An open link is redirected at the door (door.ts) before anything else; it gets here when the store answers only at the
  // second try.
  router.get(PATHS.link + "/:token", async (request: LinkRequest, response) => {
    const { token } = request.params;
    const userAgent = request.headers["user-agent"];
    const query = parametersOf(request).toString();
    const destination = await destinationOf(parts, judge, { token, query, userAgent });
    if (destination.kind !== "obstacle" && destination.kind !== "staff-link")
      noteOpening(request, response, token, destination.kind === "meeting" ? destination.link : undefined);
    switch (destination.kind) {
      case "meeting":
        redirect(response, destination.joinUrl);
        return;
      case "visit-page":
        redirect(response, PATHS.linkPage + "/" + token + picked(request));
        return;
      case "other-browser": {
        const context = await visitContextOf(hospital, destination.link);
        const anyway = "?" + [ANYWAY, picked(request).slice(1)].filter((each) => each !== "").join("&");
        const shown = { link: linkAddress(publicUrl, token), anyway, contact: context.contact };
        sendHtml(response, 200, browserPage(frame(request, context), destination.verdict, shown));
        return;
      }
      case "staff-link":
      case "obstacle":
        await sendAway(request, response, destination);
    }
  });

  router.get(PATHS.linkPage + "/:token", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    await show(request, response, link);
  });

  router.get(PATHS.linkPage + "/:token/visit.ics", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    const { contact, isTest } = await visitContextOf(hospital, link);
    const language = languageOf(request);
    const words = WORDS[language].calendarEntry;
    const file = calendarFile({
      uid: entryUid(link.visit.id, { number: link.person, role: link.role }, publicUrl),
      start: link.visit.start,
      end: calendarEnd(link.visit),
      made: parts.now(),
      title:
        (isTest || parts.environment === "test" ? words.forTests : "") +
        words.title(nameOf(contact, language)),
      text: words.text(contact.phone),
      url: linkAddress(publicUrl, link.token),
    });
    // Sent inline, because a phone then offers its calendar instead of a download.
    response.set({
      "Cache-Control": "no-store",
      "Content-Disposition": 'inline; filename="video-visit.ics"',
    });
    response.type("text/calendar").send(file);
  });

  // No form posts to a link, so such a request is a mistake; for a good link, the page shows the way.
  router.all(
    [PATHS.link + "/:token", PATHS.linkPage + "/:token", PATHS.linkPage + "/:token/visit.ics"],
    async (request: LinkRequest, response, next) => {
      const found = await linkOf(parts, request.params.token);
      if (found.kind === "living") {
        const context = await visitContextOf(hospital, found.link);
        const open = PATHS.link + "/" + found.link.token + picked(request);
        response.set("Allow", "GET, HEAD");
        sendHtml(
          response,
          405,
          obstaclePage(frame(request, context), "notOpened", { contact: context.contact, open }),
        );
      } else if (found.kind === "obstacle" && found.obstacle === "unknown") next();
      else await sendAway(request, response, found);
    },
  );

  return router;

  /** The link, if it leads on; otherwise the page that says why it does not has been sent. */
  async function livingLink(request: LinkRequest, response: Response): Promise<LivingLink | undefined> {
    const found = await (looked.get(request) ?? linkOf(parts, request.params.token));
    if (found.kind === "living") return found.link;
    await sendAway(request, response, found);
    return undefined;
  }

  /** Leads to the small page that says why, or to where colleagues sign in. */
  async function sendAway(
    request: Request,
    response: Response,
    destination: Extract<Destination, { kind: "obstacle" | "staff-link" }>,
  ): Promise<void> {
    if (destination.kind === "staff-link") {
      redirect(response, PATHS.staffLink + "/" + destination.token);
      return;
    }
    const { obstacle, link } = destination;
    const context = await visitContextOf(hospital, link);
    const { contact } = context;
    sendHtml(
      response,
      OBSTACLE_STATUS[obstacle],
      obstaclePage(frame(request, context), obstacle, { contact }),
    );
  }
}

const USUAL_MS = 30 * 60_000;

/** Gives a visit without a length an end: many calendars ignore an entry of no length (RFC 5545, 3.8.2.2). */
function calendarEnd({ start, end }: Pick<Visit, "start" | "end">): Date {
  return end > start ? end : new Date(start.getTime() + USUAL_MS);
}
