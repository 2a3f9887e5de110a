/** Azure Resource Manager over HTTP, for the same cloud: PUT, GET and DELETE of one resource by its id. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { PackageSchema } from "../schema/shape.ts";
import { saidBy, sentFor } from "./armShapes.ts";
import type { Vendors } from "./cloud.ts";
import { armTypeOf, inputsOf, lastSegment } from "./ids.ts";
import type { Json, Properties } from "./json.ts";
import type { Kind } from "./model.ts";
import { notFound, Refusal } from "./refusal.ts";

export function armListener(
  vendors: Vendors,
  kinds: readonly Kind[],
  schema: PackageSchema,
): RequestListener {
  return (request, response) => {
    answer(vendors, kinds, schema, request, response).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "InternalServerError", String(error));
      const { status, code, message, retryAfterSeconds } = refusal;
      if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
      send(response, status, { error: { code, message } });
    });
  };
}

async function answer(
  vendors: Vendors,
  kinds: readonly Kind[],
  schema: PackageSchema,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { cloud } = vendors;
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const id = decodeURIComponent(pathname).replace(/^\/\//u, "/");
  const found = cloud.find(id);
  if (request.method === "GET") {
    if (found === undefined) throw missing(id);
    send(response, 200, sentFor(found, cloud.answer(found)));
    return;
  }
  if (request.method === "DELETE") {
    await vendors.delete(id);
    send(response, found === undefined ? 204 : 200);
    return;
  }
  const [kind, named] = kindOf(kinds, id);
  const inputs = { ...saidBy(await bodyOf(request), kind.token, schema), ...named };
  const made =
    found === undefined ? await vendors.create(kind, inputs) : await vendors.update(kind, found.id, inputs);
  send(response, found === undefined ? (kind.created ?? 200) : 200, sentFor(made, cloud.answer(made)));
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
