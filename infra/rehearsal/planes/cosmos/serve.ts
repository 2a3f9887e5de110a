/** Converts Node's requests, and sends answers in the service's form. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Answer, Asked } from "./asked.ts";
import { Refused, Unspoken } from "./refused.ts";

/** @throws Unspoken when the request is not of the service's protocol */
export async function askedBy(request: IncomingMessage): Promise<Asked> {
  const { method = "", headers } = request;
  if (headers["x-ms-version"] === undefined) throw new Unspoken(400, "a request without x-ms-version");
  const { pathname } = new URL(request.url ?? "/", "https://account.invalid");
  const body = await text(request);
  return {
    method,
    path: pathname.split("/").filter(Boolean).map(decodeURIComponent),
    headers,
    body: body === "" ? undefined : (JSON.parse(body) as unknown),
  };
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-ms-request-charge": "1",
    "x-ms-activity-id": randomUUID(),
    ...headers,
  });
  response.end(body === undefined || status === 204 || status === 304 ? undefined : JSON.stringify(body));
}

/** The names of statuses that the service puts into `code`. */
const CODES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  412: "PreconditionFailed",
  429: "TooManyRequests",
};

export function refusal(cause: unknown): Answer {
  if (!(cause instanceof Refused))
    return { status: 500, body: { code: "InternalServerError", message: String(cause) } };
  const activity = randomUUID();
  const substatus = cause.substatus === undefined ? {} : { "x-ms-substatus": String(cause.substatus) };
  return {
    status: cause.status,
    headers: { "x-ms-activity-id": activity, ...cause.headers, ...substatus },
    body: { code: CODES[cause.status] ?? String(cause.status), message: worded(cause, activity) },
  };
}

/** The text of a refusal: a partition's refusal contains a list, the gateway's is plain. */
function worded(cause: Refused, activity: string): string {
  const isOfPartition = [404, 409, 412].includes(cause.status) && !(cause instanceof Unspoken);
  const words = isOfPartition ? `Message: ${JSON.stringify({ Errors: [cause.message] })}` : cause.message;
  return `${words}\r\nActivityId: ${activity}, Microsoft.Azure.Documents.Common/2.14.0`;
}
