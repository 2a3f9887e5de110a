/**
 * The routes of staff links: a colleague signs in at Microsoft, each time, and is led into Teams. No cookie outlives the
 * sign-in. Mail programs and chats open links ahead of people, so only a person's browser begins a sign-in. A keyed hash of
 * the account is noted with the visit, so that reports can tell that the account is staff's.
 */
import { Router, type Request, type RequestHandler, type Response } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import type { House } from "../../web/flow.ts";
import { limitByAddress } from "../../web/limits.ts";
import { isNavigation } from "../../web/navigation.ts";
import { parametersOf } from "../../web/parameters.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { staffOpened } from "../../records/staffOpened.ts";
import { findLink, isOfTestChart, type StaffLink } from "./link.ts";
import { browserPage, earlyPage, obstaclePage, signInPage } from "./linkPages.tsx";
import type { StaffPages } from "./pages.ts";
import type { StaffPicks } from "./parts.ts";
import { goingOn, linkOfAnswer, signInFault, staffLinkPath } from "./signIn.ts";
import { OBSTACLES } from "./words.ts";

type LinkRequest = Request<{ token: string }>;

export function staffRoutes(
  parts: StaffPicks,
  pages: StaffPages,
  { caller, microsoftSignIn }: Pick<House, "caller" | "microsoftSignIn">,
): Router {
  const { hospital, log, visits } = parts;
  const judge = browserJudge();
  const router = Router();

  router.get(
    PATHS.staffLink + "/:token",
    // For a token that none of our keys has made, the store is not asked, and the caller's limit is not touched.
    (request: LinkRequest, response, next) => {
      if (visits.claims(request.params.token) === undefined) sendObstacle(response, "unknown", false);
      else next();
    },
    limitByAddress(caller) as RequestHandler<{ token: string }>,
    async (request: LinkRequest, response) => {
      const { token } = request.params;
      const link = await linkOf(token);
      if (link.kind !== "open") {
        await sendElsewhere(response, link);
        return;
      }
      const ofTestChart = await isOfTestChart(parts, link.visit);
      const asked = parametersOf(request);
      const wasClicked = request.method === "GET" && asked.get("anyway") === "1";
      const verdict = judge(request.headers["user-agent"]);
      if (!verdict.ok && !wasClicked) {
        const shown = { link: parts.publicUrl + staffLinkPath(token), joinPath: goingOn(token), ofTestChart };
        sendHtml(response, 200, browserPage(pages, verdict, shown));
      } else if (!wasClicked && !isNavigation(request)) {
        sendHtml(response, 200, signInPage(pages, goingOn(token), ofTestChart));
      } else await begin(response, token, asked.get("account") === "other" ? "select" : "none");
    },
  );

  router.get(
    PATHS.signInCallback,
    ...microsoftSignIn.answers("staff", anybody, async (answer, _request, response) => {
      const { token, account } = linkOfAnswer(answer);
      const link = await linkOf(token);
      if (link.kind !== "open") {
        await sendElsewhere(response, link);
        return;
      }
      const { connectionId, departmentId } = link.visit;
      log.info("colleague.joined", { connection: connectionId, department: departmentId });
      await staffOpened(parts, link.visit, account);
      response.redirect(302, link.joinUrl);
    }),
  );

  return router;

  async function begin(response: Response, link: string, prompt: "select" | "none"): Promise<void> {
    try {
      await microsoftSignIn.begin(response, "staff", { link, prompt });
    } catch (error) {
      throw error instanceof StaffSignInFault ? signInFault(error, link) : error;
    }
  }

  async function linkOf(token: string): Promise<StaffLink> {
    const claims = visits.claims(token);
    return claims === undefined ? { kind: "obstacle", obstacle: "unknown" } : findLink(parts, token, claims);
  }

  /** Leads to what is shown in place of Teams. */
  async function sendElsewhere(
    response: Response,
    link: Exclude<StaffLink, { readonly kind: "open" }>,
  ): Promise<void> {
    switch (link.kind) {
      case "joining":
        response.redirect(302, PATHS.link + "/" + link.token);
        return;
      case "obstacle":
        sendObstacle(response, link.obstacle, await isOfTestChart(parts, link.visit));
        return;
      case "early": {
        const { timeZone: zone } = (await departmentOfVisit(hospital, link.visit)).department;
        const { visit, token } = link;
        const ofTestChart = await isOfTestChart(parts, visit);
        const { visitRules: rules } = hospital;
        const shown = { visit, zone, rules, now: parts.now(), joinPath: goingOn(token), ofTestChart };
        sendHtml(response, 200, earlyPage(pages, shown));
      }
    }
  }

  function sendObstacle(response: Response, obstacle: keyof typeof OBSTACLES, ofTestChart: boolean): void {
    sendHtml(response, OBSTACLES[obstacle].status, obstaclePage(pages, obstacle, ofTestChart));
  }
}

const anybody: RequestHandler = (_request, _response, next) => {
  next();
};
