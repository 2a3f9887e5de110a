/** The routes of the clinician's pages. Each handler is short; the steps are in the files beside this one. */
import { Router, type Request, type RequestHandler } from "express";
import { PATHS, visitPath } from "../../domain/addresses.ts";
import { COOKIES } from "../../domain/opaqueNames.ts";
import type { Ending } from "../../records/traces.ts";
import { SIGN_IN_SECONDS } from "../../records/signIns.ts";
import { clearCookie, nameOfOne, readCookie, setCookie, type Cookie } from "../../web/cookies.ts";
import { routeOf } from "../../web/faults.ts";
import type { House } from "../../web/flow.ts";
import { countByAddress, limitAnswers } from "../../web/limits.ts";
import { parametersOf } from "../../web/parameters.ts";
import { cameFrom } from "../../web/microsoftSignIn.ts";
import { hashed } from "../../web/secrets.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import { answerProposal, finishSignIn, type Answered, unlink } from "./account.ts";
import { accountPage } from "./accountPage.tsx";
import { beginLaunch } from "./beginLaunch.ts";
import { refuseOldBrowsers } from "./browser.ts";
import { choicePage } from "./choicePage.tsx";
import { openDepartures } from "./departures.ts";
import { finishLaunch } from "./finishLaunch.ts";
import { noVisitAnswer } from "./noVisitAnswer.ts";
import { openBesideHeld } from "./heldElsewhere.ts";
import { holdMessages, letMessagesGo } from "./holding.ts";
import { leaveConsult, startConsult } from "./consults.ts";
import { textIn } from "./formMembers.ts";
import { forms } from "./postedForms.ts";
import { choose } from "./choosing.ts";
import type { Pages } from "./pages.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import { saidIn, toSay } from "./said.ts";
import { endSession, isLaunchId, sessionOf, startSession } from "./session.ts";
import { sendLink } from "./sendLink.ts";
import { signedOutPage } from "./signedOutPage.tsx";
import { visitPage } from "./visitPage.tsx";
import {
  endVisit,
  invite,
  newLink,
  pickAgain,
  removeGuest,
  reopenVisit,
  sayLate,
  sayOnTime,
} from "./visitActions.ts";

/** The cookie that binds a launch to this browser. Each launch has its own, named by the start of the hash of its `state`. */
export const launchCookie = (stateHash: string): Cookie => ({
  name: nameOfOne(COOKIES.launch, stateHash),
  path: PATHS.launches,
  maxAgeSeconds: SIGN_IN_SECONDS,
});

export function launchRoutes(parts: ProviderParts, { caller }: House): Router {
  const router = Router();
  const counted = countByAddress(caller);
  const departures = openDepartures(parts);
  const launch =
    (chart: "test" | "production"): RequestHandler =>
    async (request, response) => {
      const count = () => counted(request, response);
      const { connectionId, cookie, signIn } = await beginLaunch(parts, chart, parametersOf(request), count);
      setCookie(response, launchCookie(cookie.stateHash), cookie.secret);
      response.redirect(302, signIn.href);
      await departures.began(connectionId, caller(request));
    };
  router.get(PATHS.launch, launch(parts.environment === "test" ? "test" : "production"));
  router.get(PATHS.testLaunch, launch("test"));

  router.get(
    PATHS.launchCallback + "/:connection",
    ...limitAnswers(caller, (request, state) => readCookie(request, launchCookie(hashed(state)))),
    async (request: Request<{ connection: string }>, response) => {
      const parameters = parametersOf(request);
      const { connection, grant } = await finishLaunch(parts, {
        connectionId: request.params.connection,
        parameters,
        cookieOf: (stateHash) => readCookie(request, launchCookie(stateHash)),
      });
      clearCookie(response, launchCookie(hashed(parameters.get("state") ?? "")));
      departures.cameBack(connection.id, caller(request));
      const { launchId } = await startSession(parts, response, connection, { grant });
      parts.traces.about({ connection: connection.id, launch: launchId });
      response.redirect(303, visitPath(launchId));
      await parts.traces.keep(ending(request, "launch.finished", 303));
    },
  );
  return router;
}

/** The trace of a launch that went well, so that slow steps can be seen although nothing failed. */
const ending = (request: Request, outcome: string, status: number): Ending => ({
  flow: "provider",
  what: request.method + " " + routeOf(request),
  outcome,
  status,
});

export function visitRoutes(parts: ProviderParts, pages: Pages): Router {
  const router = Router();
  const page = PATHS.visits + "/:launch";
  const sendNoVisit = noVisitAnswer(parts, pages);
  router.get(page, async (request, response) => {
    const session = await sessionOf(parts, request);
    const opened = await openBesideHeld(parts, session);
    const said = saidIn(parametersOf(request));
    if (opened.kind === "visit") {
      sendHtml(response, 200, await visitPage(parts, pages, session, opened, said));
      if (session.place === undefined) await parts.traces.keep(ending(request, "visit.opened", 200));
    } else if (opened.kind === "choice")
      sendHtml(response, 200, choicePage(pages, session, opened, parts.now(), said));
    else await sendNoVisit(session, { ...opened, ...said }, request, response);
  });
  router.post(page + "/sign-out", async (request, response) => {
    const ended = await endSession(parts, request, response);
    sendHtml(response, 200, signedOutPage(pages, ended?.connection.environment === "test"));
  });
  const { onVisit, anyhow, leading } = forms(parts, pages, router, sendNoVisit);
  onVisit(page + "/choice", (session, form) => choose(parts, session, textIn(form, "appointment")));
  anyhow(page + "/consult", (session, form) => startConsult(parts, session, textIn(form, "department")));
  leading(page + "/choose-again", async (session, form) => {
    const said = await pickAgain(parts, session, form);
    return visitPath(session.launchId) + (said === undefined ? "" : toSay(said));
  });
  anyhow(page + "/back", async (session, form) => {
    textIn(form, "visit");
    await leaveConsult(parts, session);
  });
  onVisit(page + "/invitations", (session, form) => invite(parts, session, form));
  onVisit(page + "/links", (session, form) => newLink(parts, session, form));
  onVisit(page + "/messages", (session, form) => sendLink(parts, session, form));
  onVisit(page + "/removals", (session, form) => removeGuest(parts, session, form));
  onVisit(page + "/late", (session, form) => sayLate(parts, session, form));
  onVisit(page + "/on-time", (session, form) => sayOnTime(parts, session, form));
  onVisit(page + "/messages-held", (session, form) => holdMessages(parts, session, form));
  onVisit(page + "/messages-again", (session, form) => letMessagesGo(parts, session, form));
  onVisit(page + "/end", (session, form) => endVisit(parts, session, form));
  onVisit(page + "/reopening", (session, form) => reopenVisit(parts, session, form));
  return router;
}

export function accountRoutes(parts: ProviderParts, pages: Pages, { microsoftSignIn }: House): Router {
  const router = Router();
  const page = PATHS.visits + "/:launch";
  router.get(page + "/sign-in", async (request, response) => {
    const { id: sessionId, launchId } = await sessionOf(parts, request);
    const prompt = parametersOf(request).get("account") === "other" ? "select" : "none";
    await microsoftSignIn.begin(response, "visit", { sessionId, prompt }, launchId);
  });
  router.get(
    PATHS.signInCallback,
    ...microsoftSignIn.answers("visit", refuseOldBrowsers, async (answer, request, response) => {
      const from = cameFrom(request);
      const { launchId, to } = await finishSignIn(parts, answer, isLaunchId(from) ? from : undefined);
      response.redirect(
        303,
        visitPath(launchId) + (to === "question" ? "/account" : toSay({ kind: "not-signed-in" })),
      );
    }),
  );
  router.get(page + "/account", async (request, response) => {
    const session = await sessionOf(parts, request);
    if (session.proposed === undefined) response.redirect(303, visitPath(session.launchId));
    else sendHtml(response, 200, await accountPage(parts, pages, session, session.proposed));
  });
  const { leading } = forms(parts, pages, router, noVisitAnswer(parts, pages));
  leading(page + "/account", async (session, form) => {
    const answer = { yes: textIn(form, "answer") === "yes", shown: textIn(form, "account") };
    const answered = await answerProposal(parts, session, answer);
    return visitPath(session.launchId) + AFTER_ANSWER[answered];
  });
  leading(page + "/unlink", async (session, form) => {
    const kind = (await unlink(parts, session, textIn(form, "account")))
      ? "account-unlinked"
      : "account-other";
    return visitPath(session.launchId) + toSay({ kind });
  });
  // Mounted last: no form of this release's pages goes anywhere else.
  router.post(page + "/*other", async (request) => {
    await sessionOf(parts, request);
    throw fault({ kind: "form-outdated" });
  });
  return router;
}

/** The page that follows the answer to "link this account?". */
const AFTER_ANSWER: Readonly<Record<Answered, string>> = {
  linked: toSay({ kind: "account-linked" }),
  "for-now": toSay({ kind: "account-for-now" }),
  declined: "",
  "other-account": "/account",
  "no-question": toSay({ kind: "account-outdated" }),
};
