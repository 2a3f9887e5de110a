/** The patient's tap on an open link: straight on to the Teams lobby, before anything else that the server does. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { findLink, type LinkDeps } from "./link.ts";
import { redirect } from "./redirect.ts";

export type PatientTap = (request: IncomingMessage, response: ServerResponse, others: () => void) => void;

/** Whatever is not exactly this is for the pages, which say what is wrong with it. */
const TAP = /^\/j\/([\w-]{34})(?:\?|$)/;

/** Redirects, or leaves the request to the patient's pages (routes.ts), which find out anew why it could not. */
export function patientTap(deps: LinkDeps, more: Readonly<Record<string, string>>): PatientTap {
  const judge = browserJudge();

  async function ledOn(token: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const link = await findLink(deps, token);
    if (link.state !== "open") return false;
    const anyway = request.url?.includes("anyway=1") === true;
    if (!anyway && !judge(request.headers["user-agent"]).ok) return false;
    redirect(response, link.visit.meeting.joinUrl, more);
    return true;
  }

  return (request, response, others) => {
    const token = TAP.exec(request.url ?? "")?.[1];
    if (token === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      others();
      return;
    }
    ledOn(token, request, response).then(
      (led) => {
        if (!led) others();
      },
      // What fails here, such as a store that is down, fails again for the pages, which log it and tell the patient.
      others,
    );
  };
}
