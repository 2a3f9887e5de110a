/** What a patient's link leads to. Reads only: link previews fetch every address here, and nothing changes. No cookies. */
import { Router, type NextFunction, type Request, type Response } from "express";
import type { Log } from "../../log.ts";
import { newReference } from "../../web/faults.tsx";
import { languageOf, pickedLanguage } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { browserPage } from "./browserPage.tsx";
import { calendarFile } from "./calendar.ts";
import type { PatientFrame } from "./frame.tsx";
import { findLink, placeOf, type Link, type LinkDeps, type LivingLink } from "./link.ts";
import { obstaclePage } from "./obstaclePage.tsx";
import { redirect } from "./redirect.ts";
import { visitPage } from "./visitPage.tsx";
import { WORDS } from "./dictionary.ts";
import type { Obstacle } from "./words.ts";

export interface PatientDeps extends LinkDeps {
  readonly renderPage: RenderPage;
  readonly log: Log;
  /** Origin of links, as in the text message. */
  readonly publicUrl: string;
}

type LinkRequest = Request<{ token: string }>;

const STATUS: Record<Obstacle, number> = {
  unknown: 404,
  over: 410,
  cancelled: 410,
  revoked: 410,
  trouble: 503,
};

export function patientRoutes(deps: PatientDeps): Router {
  const { hospital, publicUrl } = deps;
  const judge = browserJudge();
  const router = Router();

  // An open link is led on by patientTap before anything else; here it is when the store answers only at the second try.
  router.get("/j/:token", async (request: LinkRequest, response) => {
    const { token } = request.params;
    const link = await findLink(deps, token);
    if (link.state === "early") {
      redirect(response, visitPath(token, request));
      return;
    }
    if (link.state !== "open") {
      await sendObstacle(request, response, link);
      return;
    }
    const verdict = judge(request.headers["user-agent"]);
    if (verdict.ok || request.query["anyway"] === "1") redirect(response, link.visit.meeting.joinUrl);
    else {
      const { contact } = await placeOf(hospital, link);
      const shown = { link: publicUrl + "/j/" + token, anyway: "?anyway=1", contact };
      sendPage(response, 200, browserPage(frame(request), verdict, shown));
    }
  });

  router.get("/v/:token", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    const verdict = judge(request.headers["user-agent"]);
    const page = visitPage(frame(request), {
      link,
      place: await placeOf(hospital, link),
      rules: hospital.visitRules,
      now: deps.now(),
      unsupported: verdict.ok ? undefined : verdict,
      joinPath: "/j/" + link.token + picked(request),
      calendarPath: "/v/" + link.token + "/visit.ics" + picked(request),
    });
    sendPage(response, 200, page);
  });

  router.get("/v/:token/visit.ics", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    const { contact } = await placeOf(hospital, link);
    const words = WORDS[languageOf(request)].calendarEntry;
    const file = calendarFile({
      uid: link.visit.id + "@" + new URL(publicUrl).host,
      start: link.visit.start,
      end: link.visit.end,
      made: deps.now(),
      title: words.title(contact.name),
      text: words.text(contact.phone),
      url: publicUrl + "/j/" + link.token,
    });
    // Inline, because a phone then offers its calendar instead of a download.
    response.set({
      "Cache-Control": "no-store",
      "Content-Disposition": 'inline; filename="video-visit.ics"',
    });
    response.type("text/calendar").send(file);
  });

  router.use(trouble);
  return router;

  /** The link when it leads on; otherwise its page has been sent. */
  async function livingLink(request: LinkRequest, response: Response): Promise<LivingLink | undefined> {
    const { token } = request.params;
    const link = await findLink(deps, token);
    if (link.state === "open" || link.state === "early")
      return { token, state: link.state, visit: link.visit, person: link.person };
    await sendObstacle(request, response, link);
    return undefined;
  }

  async function sendObstacle(request: Request, response: Response, link: Link): Promise<void> {
    const { contact } = await placeOf(hospital, link);
    const obstacle = obstacleOf(link);
    sendPage(response, STATUS[obstacle], obstaclePage(frame(request), obstacle, contact));
  }

  /** Patients meet no page for clinicians, whatever breaks. */
  function trouble(error: unknown, request: Request, response: Response, next: NextFunction): void {
    if (response.headersSent) {
      next(error);
      return;
    }
    // A path that cannot be decoded is a link that was cut off.
    const obstacle = error instanceof URIError ? "unknown" : "trouble";
    const status = STATUS[obstacle];
    if (obstacle === "trouble")
      deps.log.error("patient-page-failed", error, { status, reference: newReference() });
    sendPage(response, status, obstaclePage(frame(request), obstacle, hospital.organization));
  }

  function frame(request: Request): PatientFrame {
    return {
      renderPage: deps.renderPage,
      organization: hospital.organization.name,
      language: languageOf(request),
    };
  }
}

/** A link whose visit is forgotten was a good one once: the visit is over. */
function obstacleOf({ state }: Link): Obstacle {
  if (state === "unknown" || state === "over" || state === "cancelled" || state === "revoked") return state;
  return state === "forgotten" ? "over" : "trouble";
}

function sendPage(response: Response, status: number, html: string): void {
  response.status(status).set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
  response.type("html").send(html);
}

function visitPath(token: string, request: Request): string {
  return "/v/" + token + picked(request);
}

/** Carries a picked language to the next page. */
function picked(request: Request): string {
  const language = pickedLanguage(request);
  return language === undefined ? "" : "?lang=" + language;
}
