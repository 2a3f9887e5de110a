/**
 * How the forms of the clinician's pages are taken: whose session it is, how many forms that person has sent of late, what the
 * form says, and where its answer is shown.
 */
import express, { type NextFunction, type Request, type Response, type Router } from "express";
import * as z from "zod";
import { visitPath } from "../../domain/addresses.ts";
import type { Session } from "../../records/sessions.ts";
import { limited, OF_ONE_PERSON } from "../../web/limits.ts";
import { hashed } from "../../web/secrets.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import { choicePage } from "./choicePage.tsx";
import type { Form } from "./formMembers.ts";
import { openBesideHeld } from "./heldElsewhere.ts";
import type { NoVisitAnswer } from "./noVisitAnswer.ts";
import type { NoVisit } from "./opened.ts";
import type { Pages } from "./pages.ts";
import type { ProviderParts } from "./parts.ts";
import { toSay, type Said } from "./said.ts";
import { sessionOf } from "./session.ts";
import { visitPage } from "./visitPage.tsx";

/**
 * Registers handlers for the forms of the visit's page. `onVisit` acts on the visit and shows a message, or the page that says
 * that there is no visit. `anyhow` returns to the page without a message. `leading` returns the address of the next page.
 */
export function forms(parts: ProviderParts, pages: Pages, router: Router, sendNoVisit: NoVisitAnswer) {
  const limit = limited(OF_ONE_PERSON, (request) =>
    hashed(parts.sessionsOf.get(request)?.grant.fhirUser ?? ""),
  );
  const posted = (
    path: string,
    act: (
      session: Session,
      form: Form,
    ) => Promise<NoVisit | { readonly to: string } | { readonly here: Said }>,
  ): void => {
    router.post(
      path,
      // The session is known before the form is read, so that the page about one that is too large shows whose chart it is.
      async (request: Request, _response: Response, next: NextFunction) => {
        await sessionOf(parts, request);
        next();
      },
      limit,
      express.urlencoded({ extended: false, limit: "4kb" }),
      async (request: Request, response: Response) => {
        const session = parts.sessionsOf.get(request);
        if (session === undefined) throw new Error("a form is read before its session");
        const form = z.record(z.string(), z.unknown()).catch({}).parse(request.body);
        const came = await act(session, form);
        if ("to" in came) response.redirect(303, came.to);
        else if ("here" in came) await sayHere(parts, pages, session, came.here, response);
        else await sendNoVisit(session, came, request, response);
      },
    );
  };
  return {
    onVisit: (path: string, act: (session: Session, form: Form) => Promise<NoVisit | Said>): void => {
      posted(path, async (session, form) => {
        const came = await act(session, form);
        if (came.kind === "no-visit") return came;
        const isAnew = came.typed !== undefined || came.picked !== undefined;
        return isAnew ? { here: came } : { to: visitPath(session.launchId) + toSay(came) };
      });
    },
    anyhow: (path: string, act: (session: Session, form: Form) => Promise<void>): void => {
      posted(path, async (session, form) => {
        await act(session, form);
        return { to: visitPath(session.launchId) };
      });
    },
    leading: (path: string, act: (session: Session, form: Form) => Promise<string>): void => {
      posted(path, async (session, form) => ({ to: await act(session, form) }));
    },
  };
}

/**
 * Answers a form with the visit's page itself, instead of leading there, where the page shows once more what was typed and
 * picked: that is kept nowhere, and no address may hold it.
 */
async function sayHere(
  parts: ProviderParts,
  pages: Pages,
  session: Session,
  said: Said,
  response: Response,
): Promise<void> {
  const opened = await openBesideHeld(parts, session);
  if (opened.kind === "visit")
    sendHtml(response, 409, await visitPage(parts, pages, session, opened, { said }));
  else if (opened.kind === "choice")
    sendHtml(response, 409, choicePage(pages, session, opened, parts.now(), { said }));
  else response.redirect(303, visitPath(session.launchId));
}
