import { randomBytes } from "node:crypto";
import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Log } from "../log.ts";
import { ButtonLink, Card, Notice } from "./components.tsx";
import { Fault, type Problem } from "./fault.ts";
import { told, type Told } from "./faultWords.ts";
import type { RenderPage } from "./page.tsx";

/** The page of a fault. `reference` stands on the page and in the log, and says nothing by itself. */
export function renderFault(
  renderPage: RenderPage,
  fault: Fault,
  { reference }: { readonly reference: string },
): { readonly status: number; readonly html: string } {
  const words = told(fault.problem);
  const html = renderPage({
    language: "en",
    audience: "clinician",
    title: words.title,
    main: <FaultPage words={words} reference={reference} />,
  });
  return { status: words.status, html };
}

function FaultPage({ words, reference }: { words: Told; reference: string }) {
  return (
    <Card narrow>
      <h1>{words.title}</h1>
      <p>{words.happened}</p>
      <Notice kind="info" title="What to do">
        <p>{words.next}</p>
        {words.help !== undefined && (
          <p>
            <a href={words.help} rel="noreferrer noopener">
              What the chart system says about it
            </a>
          </p>
        )}
      </Notice>
      {words.back !== undefined && (
        <p class="actions">
          <ButtonLink href={words.back}>Back to the visit</ButtonLink>
        </p>
      )}
      {words.forIt !== undefined && (
        <p class="for-it">
          <strong>For IT:</strong> {words.forIt}
        </p>
      )}
      <p class="quiet">
        Reference <code>{reference}</code>
      </p>
    </Card>
  );
}

/** Nobody answers here. Mounted after every route. */
export const nothingHere: RequestHandler = () => {
  throw new Fault({ kind: "not-found" });
};

/** The last middleware: every error becomes a page (or JSON, for a caller that prefers it) and one entry in the log. */
export function faultPages(deps: {
  readonly renderPage: RenderPage;
  readonly log: Log;
}): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const fault = asFault(error);
    const reference = newReference();
    const { status, html } = renderFault(deps.renderPage, fault, { reference });
    logFault(deps.log, fault, { status, reference });
    response.status(status).set("Cache-Control", "no-store");
    if (request.accepts(["html", "json"]) === "json") response.json(inJson(fault, reference));
    else response.type("html").send(html);
  };
}

/** Eight characters that a person can read out over the phone. */
export function newReference(): string {
  return randomBytes(4).toString("hex").toUpperCase();
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault({ kind: clientsMistake(error) ?? "unexpected" }, { cause: error });
}

/** Express and its body parsers mark a request that cannot be read with a status of the 400s. */
function clientsMistake(
  error: unknown,
): (Problem["kind"] & ("not-found" | "request-unreadable")) | undefined {
  if (error instanceof URIError) return "not-found";
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  return error.status >= 400 && error.status < 500 ? "request-unreadable" : undefined;
}

function logFault(
  log: Log,
  fault: Fault,
  { status, reference }: { status: number; reference: string },
): void {
  const missing = fault.problem.kind === "scopes-trimmed" ? { names: fault.problem.missing } : {};
  const fields = { reason: fault.kind, status, reference, ...missing };
  if (fault.cause === undefined) log.warn("fault", fields);
  else log.error("fault", fault, fields);
}

function inJson(fault: Fault, reference: string) {
  const { title, happened, next, forIt } = told(fault.problem);
  return { kind: fault.kind, title, happened, next, forIt, reference };
}
