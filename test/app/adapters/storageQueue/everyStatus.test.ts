/** What every status of the queue means for a message that is hidden, whatever body comes with it. */
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openStorageQueue } from "../../../../app/adapters/storageQueue/queue.ts";
import { byMeaning, PAGE, STATUSES } from "../everyStatus.ts";
import { trustedCertificate } from "../server.ts";

/** Statuses of which the SDK repeats no request after a pause of its own. */
const AT_ONCE = STATUSES.filter((status) => status < 500 && status !== 408);
const MESSAGE = { id: "m", receipt: "r", text: "t", deliveries: 1 };

async function hidden(body: string, code?: string) {
  let status = 200;
  const server = https.createServer(await trustedCertificate(), (request, response) => {
    request.resume();
    const own = code === undefined ? {} : { "x-ms-error-code": code, "x-ms-version": "2026-02-06" };
    response.writeHead(status, { "content-type": "application/xml", ...own }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const agent = new https.Agent();
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const queue = openStorageQueue({
    endpoint: "https://127.0.0.1:" + String((server.address() as AddressInfo).port) + "/lamnast",
    credential: { getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: Date.now() + 3.6e6 }) },
    agent,
    now: () => new Date(),
  });
  return byMeaning((each) => {
    status = each;
    return queue.hide(MESSAGE, 1).then(
      () => "hidden",
      (error: unknown) => (error as Error).name,
    );
  }, AT_ONCE);
}

test.each(["", PAGE, "{}"])("nobody else says that a lease is lost: %j", async (body) => {
  expect(await hidden(body)).toEqual({ QueueFault: "200-499" });
});

test.each([
  ["MessageNotFound", "404"],
  ["PopReceiptMismatch", "400"],
])("the service says that a lease is lost: %s", async (code, status) => {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  expect(await hidden(body, code)).toMatchObject({ LeaseLost: status });
});
