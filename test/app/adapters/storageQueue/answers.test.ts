/** What the storage account may answer, well or not. */
import type { ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openStorageQueue } from "../../../../app/adapters/storageQueue/queue.ts";
import type { Queue } from "../../../../app/ports/queue.ts";
import { trustedCertificate } from "../server.ts";

const getToken = () => Promise.resolve({ token: "t", expiresOnTimestamp: Date.now() + 3.6e6 });

async function queueAnswering(answer: (response: ServerResponse) => void, credential = { getToken }) {
  const server = https.createServer(await trustedCertificate(), (request, response) => {
    request.resume();
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const agent = new https.Agent();
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const endpoint = "https://127.0.0.1:" + String((server.address() as AddressInfo).port) + "/lamnast";
  return openStorageQueue({ endpoint, credential, agent, now: () => new Date() });
}

const faultOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );
const receive = (queue: Queue) => faultOf(queue.receive(1, 30));

test("an answer that is larger than any of the account's is not read to its end, and not asked for again", async () => {
  let asked = 0;
  const queue = await queueAnswering((response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "application/xml" });
    const piece = Buffer.alloc(1_000_000, " ");
    const more = (): void => {
      while (response.writable && response.write(piece));
      if (response.writable) response.once("drain", more);
    };
    more();
  });
  const fault = await receive(queue);
  expect(fault).toMatchObject({ name: "QueueFault", cause: { name: "TooLarge" } });
  expect(asked).toBe(1);
});

test.each([
  [404, "QueueNotFound", "QueueNotFound; the queue is missing, and pulumi up makes it"],
  [403, "AuthorizationFailure", "AuthorizationFailure; the account's network rules keep the connector out"],
  [503, "ServerBusy", "ServerBusy"],
])(
  "a refusal of %i is told by the service's word, and its own sentence is not",
  async (status, code, words) => {
    const queue = await queueAnswering((response) => {
      response.writeHead(status, { "content-type": "application/xml", "x-ms-error-code": code });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>at lamnast</Message></Error>`);
    });
    const fault = await receive(queue);
    expect(fault).toMatchObject({ name: "QueueFault", status });
    expect((fault as Error).message).toBe("The queue did not give messages in work: " + words);
  },
);

const XML = '<?xml version="1.0" encoding="utf-8"?>';
test.each([
  ["a page", { "content-type": "text/html" }, "<!doctype html><title>Sign in</title><br>"],
  ["nothing", {}, ""],
  ["another's JSON", { "content-type": "application/json" }, '{"messages":[]}'],
  ["XML that is another's", { "content-type": "application/xml" }, XML + "<Other/>"],
  [
    "a list that was cut off",
    { "content-type": "application/xml", "x-ms-version": "2026-02-06" },
    XML + "<QueueMessagesList><QueueMessage><MessageText>Maria</MessageText><Ins",
  ],
])(
  "an answer of 200 with %s is not taken for an empty queue, and is not quoted",
  async (_, headers, body) => {
    const queue = await queueAnswering((response) => {
      response.writeHead(200, headers).end(body);
    });
    for (const fault of [await receive(queue), await faultOf(queue.buried(1))]) {
      expect((fault as Error).message).toContain("is not the storage service, or was cut off");
      expect(String((fault as Error).cause)).not.toContain("Maria");
    }
  },
);

test("a queue is not whole because something else than the service answers in its place", async () => {
  const queue = await queueAnswering((response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
  });
  expect(await faultOf(queue.ready())).toMatchObject({ name: "QueueFault" });
});

test("that there is no token is said, and why", async () => {
  const none = { getToken: () => Promise.reject(new Error("the identity is away")) };
  const queue = await queueAnswering((response) => response.end(), none);
  expect(await receive(queue)).toMatchObject({
    message: "The queue did not give messages in work: no token",
    cause: { name: "NoToken", cause: { message: "the identity is away" } },
  });
});
