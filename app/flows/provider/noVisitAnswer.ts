/**
 * Answers with the page that says that there is no visit. Whether the chart is right is for the hospital to find out, so what
 * was asked is kept as a trace, under the reference that the page shows.
 */
import type { Request, Response } from "express";
import { isYounger } from "../../domain/age.ts";
import type { Session } from "../../records/sessions.ts";
import { newReference } from "../../records/traces.ts";
import { routeOf } from "../../web/faults.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import type { NoVisit } from "./opened.ts";
import { noVisitPage } from "./noVisitPage.tsx";
import type { Pages } from "./pages.ts";
import type { ProviderParts } from "./parts.ts";
import type { Said } from "./said.ts";

export type NoVisitAnswer = (
  session: Session,
  found: NoVisit & { readonly said?: Said },
  request: Request,
  response: Response,
) => Promise<void>;

/** A page that is loaded again within this time shows the same reference, and keeps no further trace. */
const SAME_MS = 10 * 60_000;
const MOST_REMEMBERED = 1000;

interface Remembered {
  readonly at: number;
  readonly reference: string;
}

export function noVisitAnswer(parts: ProviderParts, pages: Pages): NoVisitAnswer {
  const said = new Map<string, Remembered>();
  return async (session, found, request, response) => {
    const now = parts.now();
    const which = session.launchId + " " + found.because;
    const before = said.get(which);
    const isSame = before !== undefined && isYounger(before.at, now, SAME_MS);
    const reference = isSame ? before.reference : newReference();
    sendHtml(response, 404, await noVisitPage(parts, pages, session, found, reference));
    if (isSame) return;
    const [oldest] = said.keys();
    if (oldest !== undefined && said.size >= MOST_REMEMBERED) said.delete(oldest);
    said.set(which, { at: now.getTime(), reference });
    await parts.traces.keep({
      flow: "provider",
      what: request.method + " " + routeOf(request),
      outcome: "no-visit." + found.because,
      status: 404,
      reference,
    });
  };
}
