/** The clinician's addresses. Each says what it does in one line; the steps are in the files beside it. */
import express, { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";
import type { CallerAddress } from "../../web/callerAddress.ts";
import { Fault } from "../../web/fault.ts";
import { answerProposal, beginSignIn, finishSignIn, notMe } from "./account.ts";
import { accountPage } from "./accountPage.tsx";
import { beginLaunch } from "./beginLaunch.ts";
import { isOldBrowser } from "./browser.ts";
import { choicePage } from "./choicePage.tsx";
import {
  clearCookie,
  launchCookie,
  readCookie,
  setCookie,
  signInCookie,
  visitCookie,
  type Cookie,
} from "./cookies.ts";
import type { LaunchDeps } from "./deps.ts";
import { finishLaunch } from "./finishLaunch.ts";
import { limitByAddress, limitByState } from "./limits.ts";
import { noVisitPage } from "./noVisitPage.tsx";
import { choose, openVisit, startConsult } from "./openVisit.ts";
import type { Pages } from "./pages.ts";
import { hashed } from "./secrets.ts";
import { sessionOf, type Session } from "./sessions.ts";
import { visitPage } from "./visitPage.tsx";
import { endVisit, invite, newLink, reopenVisit } from "./visitActions.ts";

export function providerRoutes(deps: LaunchDeps, pages: Pages, caller: CallerAddress): Router {
  const router = Router();
  router.use(["/launch/provider", "/launch/test"], limitByAddress(caller));
  router.use(["/launch/callback", "/signin/callback"], limitByAddress(caller), limitByState());
  router.use(["/launch", "/visits", "/signin"], refuseOldBrowsers);
  launchRoutes(router, deps);
  visitRoutes(router, deps, pages);
  accountRoutes(router, deps, pages);
  return router;
}

function launchRoutes(router: Router, deps: LaunchDeps): void {
  const launch =
    (environment: "test" | "production"): RequestHandler =>
    async (request, response) => {
      const departure = await beginLaunch(deps, environment, parametersOf(request));
      setCookie(response, launchCookie(departure.stateHash), departure.cookieSecret);
      response.redirect(302, departure.signIn.href);
    };
  router.get("/launch/provider", launch(deps.serves));
  router.get("/launch/test", launch("test"));
  router.get("/launch/callback/:connection", async (request, response) => {
    const parameters = parametersOf(request);
    const { launchId, secret } = await finishLaunch(deps, {
      connectionId: request.params.connection,
      parameters,
      cookie: (stateHash) => readCookie(request, launchCookie(stateHash)),
    });
    clearCookie(response, launchCookie(hashed(parameters.get("state") ?? "")));
    setCookie(response, visitCookie(launchId), secret);
    response.redirect(303, "/visits/" + launchId);
  });
}

function visitRoutes(router: Router, deps: LaunchDeps, pages: Pages): void {
  router.get("/visits/:launch", async (request, response) => {
    const session = await sessionIn(deps, request);
    try {
      const place = await openVisit(deps, session);
      response.send(
        place.kind === "visit"
          ? await visitPage(deps, pages, session, place)
          : choicePage(pages, session, place),
      );
    } catch (error) {
      // Not the end of the way: colleagues can still be consulted from this chart.
      if (!(error instanceof Fault) || error.kind !== "no-visit") throw error;
      response.status(404).send(await noVisitPage(deps, pages, session));
    }
  });
  write(router, "/visits/:launch/choice", deps, async (session, form) => {
    await choose(deps, session, text(form, "appointment"));
  });
  write(router, "/visits/:launch/consult", deps, async (session, form) => {
    await startConsult(deps, session, text(form, "department"));
  });
  write(router, "/visits/:launch/invitations", deps, async (session, form) => {
    await invite(deps, session, text(form, "role"));
  });
  write(router, "/visits/:launch/links", deps, async (session, form) => {
    await newLink(deps, session, Number(text(form, "person")));
  });
  write(router, "/visits/:launch/end", deps, (session) => endVisit(deps, session));
  write(router, "/visits/:launch/reopening", deps, (session) => reopenVisit(deps, session));
}

function accountRoutes(router: Router, deps: LaunchDeps, pages: Pages): void {
  router.get("/visits/:launch/sign-in", async (request, response) => {
    const session = await sessionIn(deps, request);
    const other = parametersOf(request).get("account") === "other";
    const departure = await beginSignIn(deps, session, other ? "select" : "none");
    setCookie(response, signInCookie(departure.stateHash), departure.cookieSecret);
    response.redirect(302, departure.signIn.href);
  });
  router.get("/signin/callback", async (request, response) => {
    const cookie = (stateHash: string): Cookie => signInCookie(stateHash);
    const callback = new URL(request.originalUrl, deps.publicUrl);
    const { launchId } = await finishSignIn(deps, callback, (stateHash) =>
      readCookie(request, cookie(stateHash)),
    );
    clearCookie(response, cookie(hashed(callback.searchParams.get("state") ?? "")));
    response.redirect(303, "/visits/" + launchId + "/account");
  });
  router.get("/visits/:launch/account", async (request, response) => {
    const session = await sessionIn(deps, request);
    if (session.proposed === undefined) response.redirect(303, "/visits/" + session.launchId);
    else response.send(accountPage(pages, session, session.proposed));
  });
  write(router, "/visits/:launch/account", deps, (session, form) =>
    answerProposal(deps, session, text(form, "answer") === "yes"),
  );
  write(router, "/visits/:launch/unlink", deps, (session) => notMe(deps, session));
}

type Form = Readonly<Record<string, unknown>>;

/** A form of the visit's page: done, and back to the page. */
function write(
  router: Router,
  path: string,
  deps: LaunchDeps,
  act: (session: Session, form: Form) => Promise<void>,
): void {
  router.post(
    path,
    express.urlencoded({ extended: false, limit: "4kb" }),
    async (request: Request, response: Response) => {
      const session = await sessionIn(deps, request);
      await act(session, z.record(z.string(), z.unknown()).catch({}).parse(request.body));
      response.redirect(303, "/visits/" + session.launchId);
    },
  );
}

function sessionIn(deps: LaunchDeps, request: Request): Promise<Session> {
  const { launch } = request.params;
  return sessionOf(deps, request, typeof launch === "string" ? launch : "");
}

function text(form: Form, name: string): string {
  const value = form[name];
  if (typeof value !== "string" || value === "" || value.length > 200)
    throw new Fault({ kind: "request-unreadable" });
  return value;
}

/** The query as it came, doubled parameters included. */
function parametersOf(request: Request): URLSearchParams {
  return new URL(request.originalUrl, "http://connector.invalid").searchParams;
}

const refuseOldBrowsers: RequestHandler = (request, _response, next) => {
  if (isOldBrowser(request.get("user-agent"))) throw new Fault({ kind: "browser-too-old" });
  next();
};
