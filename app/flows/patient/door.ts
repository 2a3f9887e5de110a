/**
 * Answers what patients' links are for before anything else that the server does: redirects who taps an open link straight to
 * the Teams lobby, and shows the page of a visit. Everything else is left to the routes, which say what is wrong.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as turnOver } from "node:timers/promises";
import { pathPattern, PATHS } from "../../domain/addresses.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../domain/linkToken.ts";
import { meantAddress } from "../../web/meantAddress.ts";
import { destinationOf, linkOf, type BrowserJudge } from "./destination.ts";
import type { NoteOpening } from "./opening.ts";
import type { LinkPicks } from "./parts.ts";
import { redirect } from "./redirect.ts";
import type { ShowVisit } from "./showVisit.ts";

/** @param others is called where the request is not answered here */
export type PatientDoor = (request: IncomingMessage, response: ServerResponse, others: () => void) => void;

export interface DoorHeaders {
  /** Those that every page carries. */
  readonly ofPages: Readonly<Record<string, string>>;
  /** Those that a redirect carries besides its own. */
  readonly ofRedirects: Readonly<Record<string, string>>;
}

/** What the door and the routes share. */
export interface Answering {
  readonly judge: BrowserJudge;
  readonly noteOpening: NoteOpening;
  readonly show: ShowVisit;
  /** What was found of a page's link at the door, or why nothing could be: the routes do not look a second time. */
  readonly looked: WeakMap<IncomingMessage, ReturnType<typeof linkOf>>;
}

/** A request that does not match exactly is left to the routes, which say what is wrong with it. */
const TOKEN = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH].map((length) => `[\\w-]{${String(length)}}`).join("|");
const LINK = pathPattern(PATHS.link);
const PAGE = pathPattern(PATHS.linkPage);
const EXACT = new RegExp(`^(?:(?<tapped>${LINK})|${PAGE})/(?<token>${TOKEN})(?:\\?(?<query>.*))?$`);

export function patientDoor(
  parts: LinkPicks,
  { judge, noteOpening, show, looked }: Answering,
  headers: DoorHeaders,
): PatientDoor {
  async function ledOn(token: string, query: string, request: IncomingMessage, response: ServerResponse) {
    const userAgent = request.headers["user-agent"];
    const destination = await destinationOf(parts, judge, { token, query, userAgent });
    if (destination.kind !== "meeting") return false;
    const { link, joinUrl } = destination;
    noteOpening(request, response, token, link);
    redirect(response, joinUrl, headers.ofRedirects);
    return true;
  }

  async function shown(token: string, request: IncomingMessage, response: ServerResponse) {
    const looking = linkOf(parts, token);
    looked.set(request, looking);
    const found = await looking;
    if (found.kind !== "living") return false;
    await show(request, response, found.link, headers.ofPages);
    return true;
  }

  const exact: PatientDoor = (request, response, others) => {
    const { tapped, token, query = "" } = EXACT.exec(request.url ?? "")?.groups ?? {};
    if (token === undefined || !isRead(request)) {
      others();
      return;
    }
    // The requests of one turn of the event loop are checked one after another: a check takes half the time while the
    // processor still has the code of the one before at hand.
    turnOver()
      .then(() =>
        tapped === undefined ? shown(token, request, response) : ledOn(token, query, request, response),
      )
      .then(
        (answered) => {
          if (!answered) others();
        },
        // A failure here, such as of the store, happens again in the routes, or is known to them. They log it and tell the
        // patient.
        others,
      );
  };

  return (request, response, others) => {
    exact(request, response, () => {
      const meant = meantAddress(request.url ?? "");
      if (meant === undefined) {
        others();
        return;
      }
      // People copy the address of a page, so they are redirected to the right one; a link that only leads on is followed at
      // once.
      if (isRead(request) && PAGES.test(meant)) {
        redirect(response, meant, headers.ofRedirects);
        return;
      }
      request.url = meant;
      exact(request, response, others);
    });
  };
}

const PAGES = new RegExp(`^${PAGE}/.`);
const isRead = ({ method }: IncomingMessage) => method === "GET" || method === "HEAD";
