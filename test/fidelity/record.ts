/** Sends a request over HTTP and records the answer as a fact. */
import type { Answer, Fact } from "./facts.ts";
import { type Fields, fieldsOf, inSdkWords, shapeOfText } from "./shape.ts";

/** Headers whose value is recorded. Of the others that matter, only their presence is. */
const HEADERS = [
  "retry-after",
  "location",
  "operation-location",
  "content-type",
  "www-authenticate",
  "x-ms-error-code",
  "etag",
  "x-ms-session-token",
  "x-ms-activity-id",
  "x-ms-request-charge",
  "x-ms-version",
  "x-ms-popreceipt",
  "x-ms-time-next-visible",
  "content-md5",
  "x-ms-blob-type",
];

/** Headers, and below them fields, that differ each time although their form does not show it. */
const HEADERS_EACH_TIME: Readonly<Record<string, string>> = {
  etag: "<etag>",
  "content-md5": "<text>",
  "x-ms-popreceipt": "<text>",
  "x-ms-request-charge": "<charge>",
  "x-ms-session-token": "<session>",
};
const FIELDS_EACH_TIME: Readonly<Record<string, string>> = {
  PopReceipt: "<text>",
  _rid: "<text>",
  access_token: "<text>",
  date: "<day>",
  "[].topic": "<id>",
  "[].data.validationUrl": "<url>",
  "key.n": "<text>",
};

/** As `fetch`, to where the vendor or its stand-in is. */
type Send = (path: string, init: RequestInit) => Promise<Response>;

export async function recordedFrom(request: Fact["request"], send: Send): Promise<Answer> {
  const response = await sent(request, send);
  return answerOf(response, await response.text());
}

function sent({ method, path, headers = {}, body }: Fact["request"], send: Send): Promise<Response> {
  const isText = typeof body === "string";
  return send(path, {
    method,
    headers: { ...(body !== undefined && !isText && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
}

/**
 * Asks Azure Resource Manager as its clients do: where a write or a deletion goes on after the first answer, it asks until
 * that is done, and after a write for the resource. What is kept is the first answer's status, headers and beginning, and the resource's fields.
 */
export async function recordedWhenDone(request: Fact["request"], send: Send): Promise<Answer> {
  const response = await sent(request, send);
  const text = await response.text();
  const first = answerOf(response, text);
  const at = operationOf(response);
  if (first.code !== undefined || at === undefined) return armAnswer(request, first, text);
  while (await isInProgress(await send(at, {}))) continue;
  const begins = beginningOf(response, text);
  if (request.method === "DELETE") return { status: first.status, begins };
  const settled = await send(request.path, {});
  const { fields } = armAnswer(request, answerOf(settled, await settled.text()));
  return { ...armAnswer(request, first), begins, ...(fields && { fields }) };
}

/** The path at which a client asks how far a write is; other answers, too, have a location. */
function operationOf({ status, headers }: Response): string | undefined {
  const at = headers.get("azure-asyncoperation") ?? (status === 202 ? headers.get("location") : null);
  if (at === null) return undefined;
  const { pathname, search } = new URL(at);
  return pathname + search;
}

async function isInProgress(asked: Response): Promise<boolean> {
  const text = await asked.text();
  return asked.status === 202 || /"status":\s*"InProgress"/u.test(text);
}

/** What a write's first answer says of how it goes on: `Creating, azure-asyncoperation, retry-after 10`. */
function beginningOf({ headers }: Response, text: string): string {
  const body = text === "" ? undefined : (JSON.parse(text) as Begun);
  const state =
    body === undefined ? "no body" : (body.properties?.provisioningState ?? body.status ?? "no state");
  const after = headers.get("retry-after");
  return [
    state,
    ...["azure-asyncoperation", "location"].filter((name) => headers.has(name)),
    ...(after === null ? [] : ["retry-after " + after]),
  ].join(", ");
}

interface Begun {
  readonly status?: string;
  readonly properties?: { readonly provisioningState?: string };
}

export function answerOf(response: Response, text: string): Answer {
  const body = bodyOf(text);
  const code =
    (response.status < 400 ? undefined : codeOf(body)) ??
    response.headers.get("x-ms-error-code") ??
    undefined;
  const kept = HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    if (value === null) return [];
    if (name === "content-type") return [[name, /^[^; ]+/u.exec(value)?.[0] ?? ""] as const];
    return [[name, HEADERS_EACH_TIME[name] ?? shapeOfText(value)] as const];
  });
  return {
    status: response.status,
    ...(code !== undefined && { code }),
    ...(kept.length > 0 && { headers: Object.fromEntries(kept) }),
    ...(text !== "" && !text.endsWith("<QueueMessagesList />") && { fields: told(body) }),
  };
}

const told = (body: unknown): Fields =>
  Object.fromEntries(
    Object.entries(fieldsOf(body)).map(([path, shape]) => [path, FIELDS_EACH_TIME[path] ?? shape]),
  );

/** Turns a request that a vendor sends by itself into an answer, so that it can be compared like one. */
export const requestAsAnswer = (headers: Fact["request"]["headers"] = {}, body: unknown): Answer => ({
  status: 0,
  headers,
  fields: told(body),
});

/**
 * An answer of Azure Resource Manager, less what was asked for and came back as it was.
 * @param text of a refusal, whose sentence tells which of the names in the request it names
 */
export function armAnswer(request: Fact["request"], answer: Answer, text = ""): Answer {
  const { status, code, headers } = answer;
  const of = { status, ...(headers && { headers }) };
  if (code !== undefined) return { ...of, code, fields: refusalFields(request, answer, text) };
  const asked = inSdkWords(fieldsOf(request.body ?? {}));
  const got = inSdkWords(answer.fields ?? {});
  const added = Object.entries(got).filter(([path, shape]) => asked[path] !== shape);
  const lost = Object.keys(asked).filter((path) => got[path] === undefined && path !== "name");
  return {
    ...of,
    fields: Object.fromEntries([...added, ...lost.map((path) => [path, "<absent>"] as const)]),
  };
}

/** Names that whoever published a recording has invented. */
const INVENTED = /\blamna[\w.-]*/gu;

/** The shape of a refusal, with the names of the request that its sentence has. */
function refusalFields(request: Fact["request"], { fields = {} }: Answer, text: string): Fields {
  const body = bodyOf(text) as Refused;
  const message = body.error?.message ?? body.Message ?? "";
  const said = new Set(message.match(INVENTED)?.map((name) => name.replace(/\.$/u, "")));
  const names = [...new Set(JSON.stringify([request.path, request.body]).match(INVENTED))]
    .filter((name) => said.has(name))
    .toSorted();
  const told = names.length === 0 ? "<sentence>" : `<sentence: ${names.join(", ")}>`;
  return Object.fromEntries(
    Object.entries(fields).map(([path, shape]) => [path, /^(error\.m|M)essage$/u.test(path) ? told : shape]),
  );
}

interface Refused {
  readonly error?: { readonly message?: string };
  readonly Message?: string;
}

function bodyOf(text: string): unknown {
  if (text.includes("<?xml"))
    return Object.fromEntries(
      [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/gu)].map(([, name = "", value]) => [name, value]),
    );
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The code in Azure's `{error: {code}}` or `{Code}`; for Entra its own number, which says more than OAuth's `error`. */
function codeOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { error, code, Code, error_codes } = body as Readonly<Record<string, unknown>>;
  if (Array.isArray(error_codes)) return "AADSTS" + String(error_codes[0]);
  const inner = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : error;
  const found = inner ?? Code ?? code;
  return typeof found === "string" ? found : undefined;
}
