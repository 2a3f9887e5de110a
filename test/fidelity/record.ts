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

/** @param send does the same as `fetch`, and reaches the vendor or its stand-in */
export async function recordedFrom(
  request: Fact["request"],
  send: (path: string, init: RequestInit) => Promise<Response>,
): Promise<Answer> {
  const { method, path, headers = {}, body } = request;
  const isText = typeof body === "string";
  const response = await send(path, {
    method,
    headers: { ...(body !== undefined && !isText && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
  return answerOf(response, await response.text());
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

/** An answer of Azure Resource Manager without the fields that repeat the request. */
export function armAnswer(request: Fact["request"], { headers: _headers, ...answer }: Answer): Answer {
  if (answer.code !== undefined) return { status: answer.status, code: answer.code };
  const asked = inSdkWords(fieldsOf(request.body ?? {}));
  const got = inSdkWords(answer.fields ?? {});
  const added = Object.entries(got).filter(([path, shape]) => asked[path] !== shape);
  const lost = Object.keys(asked).filter((path) => got[path] === undefined && path !== "name");
  return {
    status: answer.status,
    fields: Object.fromEntries([...added, ...lost.map((path) => [path, "<absent>"] as const)]),
  };
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
