/**
 * Azure Resource Manager over HTTP, for the same cloud: PUT, GET and DELETE of one resource by its id, and the addresses at
 * which a client asks how far a PUT or a DELETE is.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { PackageSchema } from "../../infra/rehearsal/azure/schema/shape.ts";
import { CREATED, DELETING, type Deletion, SETTLING, type Settling } from "./firstAnswers.ts";
import { refusedFor, saidBy, sentFor } from "./armShapes.ts";
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { leavingAt, refusedInDeletion } from "./deleting.ts";
import { armTypeOf, isSameId, lastSegment } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import { inputsOf } from "./readIds.ts";
import { type Json, type Properties, withAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Cloud, CloudResource, Kind } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { type Operations, openOperations } from "./operations.ts";
import { notFound, Refusal } from "../../infra/rehearsal/azure/controlPlane/refusal.ts";

interface Served {
  readonly vendors: Vendors;
  readonly kinds: readonly Kind[];
  readonly schema: PackageSchema;
  readonly operations: Operations;
}

export function armListener(
  vendors: Vendors,
  kinds: readonly Kind[],
  schema: PackageSchema,
): RequestListener {
  const operations = openOperations(() => vendors.cloud.uuid());
  const served = { vendors, kinds, schema, operations };
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const id = decodeURIComponent(pathname).replace(/^\/\//u, "/");
    answer(served, id, request, response).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "InternalServerError", String(error));
      const { status, retryAfterSeconds } = refusal;
      if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
      send(response, status, refusedFor(id, refusal));
    });
  };
}

async function answer(
  served: Served,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { vendors, kinds, schema, operations } = served;
  const { cloud } = vendors;
  const found = cloud.find(id);
  if (request.method === "GET") {
    const [, asked, operationId = ""] = OPERATION.exec(id) ?? [];
    if (asked !== undefined) {
      askedAfter(served, asked, operationId, response);
      return;
    }
    const leaving = operations.leaving().find((one) => isSameId(one.id, id));
    const shown = found ?? leaving;
    const begun = operations.isDone(id) ? undefined : ((leaving && GOES) ?? SETTLING.get(shown?.token ?? ""));
    if (shown === undefined || (found === undefined && begun === undefined)) throw missing(id);
    sendResource(response, shown, cloud, begun);
    return;
  }
  const leaving = leavingAt(id, operations.leaving());
  if (leaving !== undefined && !operations.isDone(leaving.id)) throw refusedInDeletion(leaving);
  if (request.method === "DELETE") {
    await vendors.delete(id);
    const deletion = DELETING.get(found?.token ?? "");
    if (found === undefined || deletion === undefined) send(response, found === undefined ? 204 : 200);
    else {
      sayWhere(served, operations.begin(found, true), deletion, request, response);
      send(response, 202, deletion.body);
    }
    return;
  }
  const [kind, named] = kindOf(kinds, id);
  const inputs = { ...saidBy(await bodyOf(request), kind.token, schema), ...named };
  const made =
    found === undefined ? await vendors.create(kind, inputs) : await vendors.update(kind, found.id, inputs);
  const status = found === undefined ? (CREATED.get(kind.token) ?? 200) : 200;
  const settling = SETTLING.get(kind.token);
  // What is there already is changed at once, where only the making of it was recorded.
  if (settling === undefined || (found !== undefined && "body" in settling)) {
    send(response, status, sentFor(made, cloud.answer(made)));
    return;
  }
  sayWhere(served, operations.begin(made), settling, request, response);
  if (!("body" in settling)) sendResource(response, made, cloud, settling, status);
  else if (settling.body !== undefined) send(response, status, settling.body);
  else response.writeHead(status, { "content-type": "text/plain" }).end();
}

const ASKED_AT = { "azure-asyncoperation": "operationStatuses", location: "operationResults" } as const;
const OPERATION = /^\/subscriptions\/[^/]+\/(operationStatuses|operationResults)\/([^/]+)$/u;

function askedAfter(
  { vendors: { cloud }, operations }: Served,
  asked: string,
  operationId: string,
  response: ServerResponse,
): void {
  const operation = operations.find(operationId);
  if (operation === undefined) throw missing(operationId);
  const { resource: begun, deletes } = operation;
  const resource = deletes ? begun : cloud.find(begun.id);
  if (resource === undefined) throw missing(operationId);
  const isDone = operations.isDone(resource.id);
  const settling = (deletes ? DELETING : SETTLING).get(resource.token);
  if (!isDone && settling !== undefined) sayWhen(response, settling);
  if (asked === ASKED_AT["azure-asyncoperation"])
    send(response, 200, { status: isDone ? "Succeeded" : "InProgress" });
  else if (isDone) send(response, 200, deletes ? undefined : sentFor(resource, cloud.answer(resource)));
  else send(response, 202);
}

/** The headers of a first answer: where a client asks how far an operation is, and when. */
function sayWhere(
  { vendors: { cloud } }: Served,
  operation: string,
  begun: Settling | Deletion,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const origin = `http://${request.headers.host ?? "localhost"}/subscriptions/${cloud.subscriptionId}`;
  for (const header of begun.at) response.setHeader(header, `${origin}/${ASKED_AT[header]}/${operation}`);
  sayWhen(response, begun);
}

/** A resource while its deletion goes on. */
const GOES = { begins: "Deleting" } as const;

function sayWhen(response: ServerResponse, { retryAfterSeconds }: Settling | Deletion): void {
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
}

/** @param settling given while the resource is not done */
function sendResource(
  response: ServerResponse,
  resource: CloudResource,
  cloud: Cloud,
  settling: Settling | typeof GOES | undefined,
  status = 200,
): void {
  const body = sentFor(resource, cloud.answer(resource));
  const begins = settling !== undefined && "begins" in settling ? settling.begins : undefined;
  send(response, status, begins === undefined ? body : withAt(body, "properties.provisioningState", begins));
}

function kindOf(kinds: readonly Kind[], id: string): readonly [Kind, Properties] {
  for (const kind of kinds) {
    const named = kind.newId === undefined ? inputsOf(kind, id) : undefined;
    if (named !== undefined) return [kind, named];
  }
  throw new Refusal(
    404,
    "InvalidResourceType",
    `The resource type of '${id}' is none that the rehearsal's Azure knows.`,
  );
}

const missing = (id: string): Refusal =>
  notFound(`The Resource '${armTypeOf(id)}/${lastSegment(id)}' was not found.`);

async function bodyOf(request: IncomingMessage): Promise<Properties> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? {} : (JSON.parse(text) as Properties);
  } catch {
    throw new Refusal(
      400,
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized.",
    );
  }
}

function send(response: ServerResponse, status: number, body?: Json): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
}
