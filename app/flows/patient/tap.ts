/** Redirects a patient who taps an open link straight to the Teams lobby, before anything else that the server does. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as turnOver } from "node:timers/promises";
import { pathPattern, PATHS } from "../../domain/addresses.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../domain/linkToken.ts";
import { meantAddress } from "../../web/meantAddress.ts";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { destinationOf } from "./destination.ts";
import { openings } from "./opening.ts";
import type { LinkPicks, OpeningPicks } from "./parts.ts";
import { redirect } from "./redirect.ts";

export type PatientTap = (request: IncomingMessage, response: ServerResponse, others: () => void) => void;

/** A request that does not match exactly is left to the pages, which say what is wrong with it. */
const TOKEN = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH].map((length) => `[\\w-]{${String(length)}}`).join("|");
const TAP = new RegExp(`^${pathPattern(PATHS.link)}/(${TOKEN})(?:\\?(.*))?$`);

/** Redirects, or leaves the request to the patient's pages (routes.ts), which say why it could not. */
export function patientTap(
  parts: LinkPicks & OpeningPicks,
  more: Readonly<Record<string, string>>,
): PatientTap {
  const judge = browserJudge();
  const noteOpening = openings(parts);

  async function ledOn(token: string, query: string, request: IncomingMessage, response: ServerResponse) {
    // The taps of one turn of the event loop are checked one after another: a check takes half the time while the processor
    // still has the code of the one before at hand.
    await turnOver();
    const userAgent = request.headers["user-agent"];
    const destination = await destinationOf(parts, judge, { token, query, userAgent });
    if (destination.kind !== "meeting") return false;
    const { link, joinUrl } = destination;
    noteOpening(request, response, token, link);
    redirect(response, joinUrl, more);
    return true;
  }

  const tap: PatientTap = (request, response, others) => {
    const [, token, query = ""] = TAP.exec(request.url ?? "") ?? [];
    if (token === undefined || !isRead(request)) {
      others();
      return;
    }
    ledOn(token, query, request, response).then(
      (led) => {
        if (!led) others();
      },
      // A failure here, such as of the store, happens again in the pages, which log it and tell the patient.
      others,
    );
  };

  return (request, response, others) => {
    tap(request, response, () => {
      const meant = meantAddress(request.url ?? "");
      if (meant === undefined) {
        others();
        return;
      }
      // People copy the address of a page, so they are redirected to the right one; a link that only leads on is followed at
      // once.
      if (isRead(request) && PAGE.test(meant)) {
        redirect(response, meant, more);
        return;
      }
      request.url = meant;
      tap(request, response, others);
    });
  };
}

const PAGE = new RegExp("^" + pathPattern(PATHS.linkPage) + "/.");
const isRead = ({ method }: IncomingMessage) => method === "GET" || method === "HEAD";
