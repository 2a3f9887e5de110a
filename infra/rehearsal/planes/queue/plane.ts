/**
 * The queue service's data plane over the accounts and queues that the cloud holds: messages, and their number. Queues
 * themselves are created by Azure Resource Manager
 * (https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api).
 */
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Refused, storageRefusal } from "../access/refused.ts";
import { refuseUngranted, served, unspoken, type Answer, type Asked } from "../access/storage.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import type { CloudResource, Hooks } from "../../azure/controlPlane/model.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { invalid, MessageQueue } from "./messages.ts";
import { NEEDS, RIGHTS, type QueueOperation } from "./rights.ts";
import { listed, textIn } from "./xml.ts";
import type { Parts } from "../parts.ts";

const QUEUE = azure("storage:Queue");
const WEEK = 7 * 24 * 3600;

export interface QueuePlane {
  /** For the front: finds the service of an account by its host name. */
  readonly resolve: (host: string) => Backend | undefined;
  /** For the cloud: a queue's messages are deleted with it. */
  readonly hooks: Hooks;
  /**
   * Lets time pass by this service's clock alone, which is what background work goes by; with 0 it tells again what others
   * tell.
   */
  goAhead(seconds: number): void;
}

interface Order {
  readonly operation: QueueOperation;
  readonly queue: string;
  readonly message: string;
  readonly query: URLSearchParams;
}

export function queuePlane({ cloud, tokens }: Pick<Parts, "cloud" | "tokens">): QueuePlane {
  const kept = new Map<string, MessageQueue>();
  let aheadMs = 0;
  const now = () => new Date(cloud().now().getTime() + aheadMs);

  async function answer({ request, account, principalId }: Asked): Promise<Answer> {
    const asked = askedBy(request);
    const id = `${account.id}/queueServices/default/queues/${asked.queue}`;
    // A caller without a role does not learn whether a queue exists. That a role assigned at a queue remains after the queue
    // was deleted is a guess.
    refuseUngranted(cloud(), RIGHTS, { id }, principalId, NEEDS[asked.operation]);
    const resource = cloud().find(id);
    if (resource === undefined) throw storageRefusal("QueueNotFound");
    return done(asked, messagesOf(resource), await text(request));
  }

  function messagesOf({ id }: CloudResource): MessageQueue {
    const queue = kept.get(id.toLowerCase()) ?? new MessageQueue(now);
    kept.set(id.toLowerCase(), queue);
    return queue;
  }

  return {
    resolve: served({ name: "queue", cloud, tokens, now, answer }),
    goAhead: (seconds) => void (aheadMs = seconds * 1000),
    hooks: {
      [QUEUE]: ({ operation, resource }) => {
        if (operation === "delete") kept.delete(resource.id.toLowerCase());
      },
    },
  };
}

/** Operations by HTTP method and form of the path. */
const OPERATIONS: Readonly<Record<string, QueueOperation>> = {
  "POST messages": "put",
  "GET messages": "get",
  "GET messages peek": "peek",
  "PUT messages id": "update",
  "DELETE messages id": "delete",
  "GET metadata": "properties",
};

function askedBy({ method = "", url = "/" }: IncomingMessage): Order {
  const { pathname, searchParams: query } = new URL(url, "https://account.invalid");
  const [queue = "", messages, message = "", ...more] = pathname.slice(1).split("/").map(decodeURIComponent);
  const shape = [
    method,
    messages ?? query.get("comp"),
    query.get("peekonly") === "true" && "peek",
    message !== "" && "id",
    more.length > 0 && "more",
  ];
  const operation = OPERATIONS[shape.filter(Boolean).join(" ")];
  if (operation === undefined || queue === "") throw unspoken(`${method} ${pathname}`);
  return { operation, queue, message, query };
}

function done({ operation, message, query }: Order, queue: MessageQueue, body: string): Answer {
  const within = wholeNumber.bind(undefined, query);
  const receipt = query.get("popreceipt") ?? "";
  switch (operation) {
    case "put": {
      const lives = within("messagettl", WEEK, -1, Number.MAX_SAFE_INTEGER);
      const put = queue.put(textIn(body), within("visibilitytimeout", 0, 0, WEEK), lives);
      return xml(201, listed([put], "put"));
    }
    case "get": {
      const taken = queue.take(within("numofmessages", 1, 1, 32), within("visibilitytimeout", 30, 1, WEEK));
      return xml(200, listed(taken, "get"));
    }
    case "peek":
      return xml(200, listed(queue.peek(within("numofmessages", 1, 1, 32)), "peek"));
    case "update": {
      const changed = queue.update(
        message,
        receipt,
        within("visibilitytimeout", Number.NaN, 0, WEEK),
        body === "" ? undefined : textIn(body),
      );
      return {
        status: 204,
        headers: {
          "x-ms-popreceipt": changed.receipt,
          "x-ms-time-next-visible": changed.visibleAt.toUTCString(),
        },
      };
    }
    case "delete":
      queue.delete(message, receipt);
      return { status: 204 };
    case "properties":
      return { status: 200, headers: { "x-ms-approximate-messages-count": String(queue.count) } };
  }
}

/** @param usual the default; NaN where the parameter is required */
function wholeNumber(
  query: URLSearchParams,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const said = query.get(name);
  const value = said === null ? usual : Number(said);
  if (said === null && Number.isNaN(usual))
    throw new Refused(
      400,
      "MissingRequiredQueryParameter",
      `A required query parameter was not specified: ${name}.`,
    );
  if (!Number.isInteger(value)) throw invalid(name, said ?? "", "Not a whole number");
  if (value < least || value > most || (name === "messagettl" && value === 0))
    throw new Refused(
      400,
      "OutOfRangeQueryParameterValue",
      "One of the query parameters specified in the request URI is outside the permissible range.",
      {
        details: {
          QueryParameterName: name,
          QueryParameterValue: String(value),
          MinimumAllowed: String(least),
          MaximumAllowed: String(most),
        },
      },
    );
  return value;
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(body),
});
