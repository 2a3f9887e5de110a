/**
 * One read of a chart: it sends the token, repeats passing failures, and judges whether the answer is the resource asked
 * for.
 */
import { illnessOf, type Illness } from "../../domain/illness.ts";
import { requestIdsIn } from "../../domain/trace.ts";
import type * as z from "zod";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { EhrFault, type EhrProblem, type Grant } from "../../ports/ehr.ts";
import { TooLarge } from "../wire/body.ts";
import { parseJson, readMembers, Unreadable, type Reading } from "../wire/members.ts";
import { pageWords } from "../wire/page.ts";
import { isNotNow } from "../wire/status.ts";
import { getPatiently, type PatienceDeps } from "./patience.ts";
import { withinBase } from "./references.ts";
import { headerIn, isPage, Unreachable, type Incoming } from "./send.ts";
import { isOutcome, issuesOf } from "./shortfall.ts";

export type ReadingDeps = PatienceDeps;

/** An open chart: the server that is asked, and the grant that allows it. */
export interface Opened {
  readonly deps: ReadingDeps;
  readonly connection: ConfiguredConnection;
  readonly grant: Grant;
}

/** The resource, or undefined when the server has none that this user may see. @throws EhrFault */
export async function readResource<S extends z.ZodType>(
  opened: Opened,
  url: string,
  schema: S,
): Promise<Reading<z.output<S>> | undefined> {
  const { deps, connection, grant } = opened;
  const within = withinBase(connection.fhirBaseUrl, url);
  if (within === undefined)
    throw new EhrFault({ kind: "chart-refused" }, "refused to send a token outside the base URL");
  const answer = await patiently(deps, {
    url: within,
    headers: { authorization: "Bearer " + grant.accessToken, accept: "application/fhir+json" },
  });
  if (isFromBetween(answer) && answer.status !== 401)
    throw new EhrFault(
      { kind: "chart-unavailable", answered: "error" },
      "the chart system " + pageWords(answer.status) + trace(answer),
    );
  if (answer.status === 404 || answer.status === 410) return undefined;
  refuseStatus(answer);
  try {
    const came = parseJson(answer.body);
    if (isOutcome(came)) throw new Unreadable("an OperationOutcome came in its place");
    return readMembers(schema, came);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const came = ["the chart system answered something that is not FHIR", contentType(answer), error.message];
    throw new EhrFault({ kind: "chart-not-fhir" }, came.join("; ") + trace(answer), { cause: error });
  }
}

/**
 * Whether somebody in between answered with a web page, where the status alone does not say that the chart is ill or busy.
 * One who refuses a bearer token asks for one (https://datatracker.ietf.org/doc/html/rfc6750#section-3), so that one is the
 * chart system; a proxy asks for other credentials. A 401 may be a token's all the same, and a new token costs little, so
 * callers renew it before they take such a 401 for somebody else's.
 */
export const isFromBetween = ({ status, headers, body }: Incoming): boolean =>
  status < 500 && status !== 429 && !(status >= 400 && asksForBearer(headers)) && isPage({ headers, body });

const asksForBearer = (headers: Incoming["headers"]): boolean =>
  /(?:^|,)\s*bearer(?=[\s,]|$)/i.test(headers["www-authenticate"] ?? "");

/** Reads a resource by id. An answer about another record is not accepted. @throws EhrFault */
export async function readById<S extends z.ZodType<{ readonly id?: string | undefined }>>(
  opened: Opened,
  type: string,
  id: string,
  schema: S,
): Promise<Reading<z.output<S>> | undefined> {
  const url = [opened.connection.fhirBaseUrl, type, encodeURIComponent(id)].join("/");
  const read = await readResource(opened, url, schema);
  if (read?.value.id !== undefined && read.value.id !== id)
    throw new EhrFault({ kind: "chart-not-fhir" }, "the chart system answered with another " + type);
  return read;
}

function refuseStatus(answer: Incoming): void {
  if (answer.status === 200) return;
  if (answer.status === 401)
    throw new EhrFault(
      { kind: "token-refused", ...(isFromBetween(answer) && { isPage: true }) },
      "the chart system does not accept the access token",
    );
  const message = "the chart system answered " + String(answer.status) + trace(answer);
  throw new EhrFault(problemOf(answer), message, { cause: new StatusAnswered(answer.status) });
}

/** The status with which a chart system answered in place of what was asked for. */
export class StatusAnswered extends Error {
  override readonly name = "StatusAnswered";
  readonly status: number;
  constructor(status: number) {
    super("status " + String(status));
    this.status = status;
  }
}

/** Whether a read will pass by itself: the chart system is ill or busy, or somebody else is changing the record or has it locked. */
export const readPasses = (status: number): boolean => isNotNow(status) || status === 409 || status === 423;

/** By who can do something about it: nobody but time, whoever gives the person rights, or IT. */
function problemOf(answer: Incoming): EhrProblem {
  const { status } = answer;
  if (isUnshowable(status, jsonOf(answer))) return { kind: "chart-not-fhir", instead: "record" };
  if (readPasses(status)) return { kind: "chart-unavailable", answered: illness(answer) };
  if (status === 403) return { kind: "chart-refused" };
  return { kind: "chart-not-fhir", instead: status >= 300 && status < 400 ? "redirect" : "status" };
}

/**
 * Whether the chart system cannot show a record. Millennium answers so where a record lacks what FHIR requires, which does
 * not pass by itself; a search answers so where such a record is among its results.
 * @param json the answer's body
 */
export const isUnshowable = (status: number, json: unknown): boolean =>
  status === 500 && issuesOf(json).some(({ code }) => code === "required");

/** The answer's body as JSON; undefined where it is not JSON. */
export function jsonOf({ body }: Pick<Incoming, "body">): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

async function patiently(
  deps: ReadingDeps,
  request: { url: string; headers: Record<string, string> },
): Promise<Incoming> {
  try {
    return await getPatiently(deps, request);
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    if (cause.cause instanceof TooLarge)
      throw new EhrFault({ kind: "chart-not-fhir" }, "the chart system's answer is too large", { cause });
    throw new EhrFault({ kind: "chart-unavailable" }, "the chart system did not answer", { cause });
  }
}

/** What an answer of a server that is not well tells of. */
export const illness = ({ status, headers }: Incoming): Illness =>
  illnessOf(status, { whenAgain: headers["retry-after"] !== undefined });

/** The request ids that Oracle's support asks for, as far as they look like ids. */
export function trace(answer: Incoming): string {
  const ids = requestIdsIn((name) => headerIn(answer.headers, name));
  return ids.length === 0 ? "" : " (" + ids.join(" ") + ")";
}

const KNOWN_TYPES = [
  "application/fhir+json",
  "application/json",
  "application/fhir+xml",
  "application/xml",
  "text/html",
  "text/plain",
];

/** The answer's content type for the log. A type that is unknown here is a vendor's own words, and is not repeated. */
export function contentType(answer: Incoming): string {
  const [type = ""] = (answer.headers["content-type"] ?? "").toLowerCase().split(";");
  if (type.trim() === "") return "no content type";
  return "content type " + (KNOWN_TYPES.find((known) => known === type.trim()) ?? "other");
}
