/** A small server for one test. */
import type { Express } from "express";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/**
 * Serves until the test is finished, and then closes all connections.
 * @returns the server's origin, without a final slash
 */
export async function listening(app: Express): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
}
