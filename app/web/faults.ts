/** Turns whatever was thrown into a page of the flow in which it was thrown, and one entry in the log. */
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { Log } from "../log.ts";
import { bodyStatus } from "./bodyStatus.ts";
import type { CallerAddress } from "./callerAddress.ts";
import { openFloods, type Floods } from "./floods.ts";
import { newReference, type Traces } from "../records/traces.ts";
import { Fault, refusal, type CommonProblem, type Problem } from "./fault.ts";

/** What a flow answers instead of what was asked for. */
export interface Told {
  readonly status: number;
  readonly html: string;
  /** For a caller that prefers JSON. */
  readonly json: object;
}

export interface FaultContext {
  readonly request: Request;
  /**
   * Stands on the page where its reader may be asked for it, and in the log; where an entry there stands for this request and
   * others, with a number behind it. It means nothing by itself.
   */
  readonly reference: string;
  /** The error behind the problem. */
  readonly cause: unknown;
}

/** A flow's own words and frame for faults. */
export interface FaultWords<P extends Problem> {
  /** The flow's name, for the log. */
  readonly flow: string;
  readonly tell: (problem: P | CommonProblem, context: FaultContext) => Told | Promise<Told>;
  /** The fault for a failure that the flow knows; undefined for a bug. */
  readonly recognize?: (error: unknown) => Fault<P> | undefined;
  /**
   * Whether a page sends this request by itself, again and again. Then a few entries are enough even for a fault with a
   * cause.
   */
  readonly isAskedAgain?: (request: Request) => boolean;
  /** The id of the session of whoever sends the request, where it is known that they are signed in. */
  readonly signedInAs?: (request: Request) => string | undefined;
  /** The kinds of problems that the flow has words for. */
  readonly kinds: ReadonlySet<string>;
}

/** Refuses addresses that no route answers. Mounted after every route of a flow. */
export const nothingHere: RequestHandler = () => {
  throw refusal({ kind: "not-found" });
};

interface FaultParts {
  readonly log: Log;
  readonly traces: Pick<Traces, "keep">;
  readonly caller: CallerAddress;
}

/**
 * The last middleware of a flow: every error becomes its page (or JSON), and one entry in the log, or one of those for which
 * an entry stands.
 */
export function faultPages<P extends Problem>(
  words: FaultWords<P>,
  { log, traces, caller }: FaultParts,
): ErrorRequestHandler {
  const opened = () => openFloods(() => performance.now());
  // Whoever is signed in is somebody, whatever else comes from their hospital's one address; and nobody who is not can use up
  // what is logged one by one of those who are, also by making up kinds.
  const floods = { pages: opened(), anybody: opened(), signedIn: opened() };
  const whoAsks = (request: Request, isAskedAgain: boolean): readonly [among: Floods, who: string] => {
    // Nobody reads a reference out of what a page asks by itself.
    if (isAskedAgain) return [floods.pages, ""];
    const session = words.signedInAs?.(request);
    return session === undefined ? [floods.anybody, caller(request)] : [floods.signedIn, session];
  };
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const fault = faultOf(words, error);
    const own = newReference();
    const isAskedAgain = words.isAskedAgain?.(request) ?? false;
    // A fault with a cause is somebody's to mend, so it is logged each time that a person meets it.
    const [among, who] = whoAsks(request, isAskedAgain);
    const { logged, reference } =
      fault.cause === undefined || isAskedAgain
        ? among.next([fault.kind, ...namesOf(fault.problem)].join(" "), own, who)
        : ({ logged: "singly", reference: own } as const);
    const { status, html, json } = await words.tell(fault.problem, {
      request,
      reference,
      cause: fault.cause,
    });
    if (logged !== "no")
      logFault(log, fault, {
        event: logged === "singly" ? "fault" : "fault.flood",
        flow: words.flow,
        status,
        reference,
      });
    response.status(status).set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
    if (request.accepts(["html", "json"]) === "json") response.json(json);
    else response.type("html").send(html);
    if (logged === "no") return;
    const what = request.method + " " + routeOf(request);
    const others = logged === "as-flood" && ({ standsForOthers: true } as const);
    await traces.keep({ flow: words.flow, what, outcome: fault.kind, status, reference, ...others });
  };
}

/** The address as the route is written, with the names of its parameters instead of their values. */
export function routeOf({ route }: Request): string {
  const path: unknown = (route as { readonly path?: unknown } | undefined)?.path;
  return typeof path === "string" ? path : "another address";
}

function faultOf<P extends Problem>(words: FaultWords<P>, error: unknown): Fault<P | CommonProblem> {
  if (error instanceof Fault && words.kinds.has(String(error.kind))) return error as Fault<P | CommonProblem>;
  const known = words.recognize?.(error);
  if (known !== undefined) return known;
  // Errors about a request quote it, an address or a body, so they are not kept as the cause, which would be logged.
  const mistake = clientsMistake(error);
  return mistake === undefined
    ? refusal({ kind: "unexpected" }, { cause: error })
    : refusal({ kind: mistake });
}

function clientsMistake(
  error: unknown,
): "not-found" | "request-unreadable" | "request-too-large" | undefined {
  if (error instanceof URIError) return "not-found";
  const status = bodyStatus(error);
  if (status === 413) return "request-too-large";
  return status === undefined ? undefined : "request-unreadable";
}

/** Names of scopes and registered codes are safe to log, and whoever mends such a fault needs them. */
function namesOf(problem: Problem): readonly string[] {
  const missing = "missing" in problem && Array.isArray(problem.missing) ? problem.missing.map(String) : [];
  const code = "code" in problem && typeof problem.code === "string" ? [problem.code] : [];
  return [...missing, ...code];
}

interface Entry {
  /** "fault.flood" stands for all further faults of its kind in the rest of a minute. */
  readonly event: "fault" | "fault.flood";
  readonly flow: string;
  readonly status: number;
  readonly reference: string;
}

function logFault(log: Log, fault: Fault<Problem>, { event, flow, status, reference }: Entry): void {
  const names = namesOf(fault.problem);
  const fields = { flow, reason: fault.kind, status, reference, ...(names.length > 0 && { names }) };
  if (fault.cause === undefined) log.warn(event, fields);
  else log.error(event, fault, fields);
}
