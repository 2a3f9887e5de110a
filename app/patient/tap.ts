/** The patient's tap on an open link: straight on to the Teams lobby. It comes before everything else that the server does. */
import type { NextFunction, Request, Response } from "express";
import { browserJudge } from "../web/supportedBrowser.ts";
import { findLink, type LinkDeps } from "./link.ts";
import { redirect } from "./redirect.ts";

export type PatientTap = (request: Request, response: Response, next: NextFunction) => Promise<void>;

/** Whatever is not exactly this is for the pages, which say what is wrong with it. */
const TAP = /^\/j\/([\w-]{34})(?:\?|$)/;

/** Redirects, or leaves the request to the patient's pages (routes.ts), which find out anew why it could not. */
export function patientTap(deps: LinkDeps, more: Readonly<Record<string, string>>): PatientTap {
  const judge = browserJudge();
  return async (request, response, next) => {
    const token = TAP.exec(request.url)?.[1];
    if (token === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      next();
      return;
    }
    // A store that fails here is asked again by the pages, which log it and tell the patient.
    const link = await findLink(deps, token).catch(() => undefined);
    const anyway = request.url.includes("anyway=1");
    if (link?.state !== "open" || !(anyway || judge(request.headers["user-agent"]).ok)) next();
    else redirect(response, link.visit.meeting.joinUrl, more);
  };
}
