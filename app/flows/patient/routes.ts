/** What a patient's link leads to. Reads only: link previews fetch every address here, and nothing changes. No cookies. */
import { Router, type Request, type Response } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { languageOf, pickedLanguage } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import { parametersOf } from "../../web/parameters.ts";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { browserPage } from "./browserPage.tsx";
import { calendarFile } from "./calendar.ts";
import { ANYWAY, destinationOf, linkOf, type Destination } from "./destination.ts";
import { WORDS } from "./dictionary.ts";
import { frameFor } from "./frame.tsx";
import { placeOf, type LivingLink } from "./link.ts";
import { OBSTACLE_STATUS, obstaclePage } from "./obstaclePage.tsx";
import type { PatientPicks } from "./parts.ts";
import { redirect } from "./redirect.ts";
import { visitPage } from "./visitPage.tsx";

type LinkRequest = Request<{ token: string }>;

export function patientRoutes(parts: PatientPicks, renderPage: RenderPage): Router {
  const { hospital, publicUrl } = parts;
  const judge = browserJudge();
  const frame = (request: Request) => frameFor(request, renderPage, hospital.organization);
  const router = Router();

  // An open link is led on by patientTap before anything else; here it is when the store answers only at the second try.
  router.get(PATHS.link + "/:token", async (request: LinkRequest, response) => {
    const { token } = request.params;
    const userAgent = request.headers["user-agent"];
    const query = parametersOf(request).toString();
    const destination = await destinationOf(parts, judge, { token, query, userAgent });
    switch (destination.kind) {
      case "meeting":
        redirect(response, destination.joinUrl);
        return;
      case "visit-page":
        redirect(response, PATHS.linkPage + "/" + token + picked(request));
        return;
      case "other-browser": {
        const { contact } = await placeOf(hospital, destination.link);
        const shown = { link: linkAddress(token), anyway: "?" + ANYWAY, contact };
        sendPage(response, 200, browserPage(frame(request), destination.verdict, shown));
        return;
      }
      case "obstacle":
        await sendObstacle(request, response, destination);
    }
  });

  router.get(PATHS.linkPage + "/:token", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    const verdict = judge(request.headers["user-agent"]);
    const page = visitPage(frame(request), {
      link,
      place: await placeOf(hospital, link),
      rules: hospital.visitRules,
      now: parts.now(),
      unsupported: verdict.ok ? undefined : verdict,
      joinPath: PATHS.link + "/" + link.token + picked(request),
      calendarPath: PATHS.linkPage + "/" + link.token + "/visit.ics" + picked(request),
    });
    sendPage(response, 200, page);
  });

  router.get(PATHS.linkPage + "/:token/visit.ics", async (request: LinkRequest, response) => {
    const link = await livingLink(request, response);
    if (link === undefined) return;
    const { contact } = await placeOf(hospital, link);
    const words = WORDS[languageOf(request)].calendarEntry;
    const file = calendarFile({
      uid: link.visit.id + "@" + new URL(publicUrl).host,
      start: link.visit.start,
      end: link.visit.end,
      made: parts.now(),
      title: words.title(contact.name),
      text: words.text(contact.phone),
      url: linkAddress(link.token),
    });
    // Inline, because a phone then offers its calendar instead of a download.
    response.set({
      "Cache-Control": "no-store",
      "Content-Disposition": 'inline; filename="video-visit.ics"',
    });
    response.type("text/calendar").send(file);
  });

  // Nothing is ever sent to a link: whoever comes so has lost the way, and a good link shows it.
  router.all(
    [PATHS.link + "/:token", PATHS.linkPage + "/:token", PATHS.linkPage + "/:token/visit.ics"],
    async (request: LinkRequest, response, next) => {
      const found = await linkOf(parts, request.params.token);
      if (found.kind === "living") {
        const { contact } = await placeOf(hospital, found.link);
        const open = PATHS.link + "/" + found.link.token + picked(request);
        response.set("Allow", "GET, HEAD");
        sendPage(response, 405, obstaclePage(frame(request), "notOpened", { contact, open }));
      } else if (found.obstacle === "unknown") next();
      else await sendObstacle(request, response, found);
    },
  );

  return router;

  /** As in the message. */
  function linkAddress(token: string): string {
    return publicUrl + PATHS.link + "/" + token;
  }

  /** The link when it leads on; otherwise its page has been sent. */
  async function livingLink(request: LinkRequest, response: Response): Promise<LivingLink | undefined> {
    const found = await linkOf(parts, request.params.token);
    if (found.kind === "living") return found.link;
    await sendObstacle(request, response, found);
    return undefined;
  }

  async function sendObstacle(
    request: Request,
    response: Response,
    { obstacle, link }: Extract<Destination, { kind: "obstacle" }>,
  ): Promise<void> {
    const { contact } = await placeOf(hospital, link);
    sendPage(response, OBSTACLE_STATUS[obstacle], obstaclePage(frame(request), obstacle, { contact }));
  }
}

function sendPage(response: Response, status: number, html: string): void {
  response.status(status).set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
  response.type("html").send(html);
}

/** Carries a picked language to the next page. */
function picked(request: Request): string {
  const language = pickedLanguage(request);
  return language === undefined ? "" : "?lang=" + language;
}
