import { createServer } from "node:http";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildServer } from "../../../../app/server.ts";
import { startDeployment } from "../../../harness/deployment.ts";
import { call } from "./eventGrid.ts";

test("while Entra cannot be asked, events are put off and not lost", async () => {
  const deployment = await startDeployment();
  const token = await deployment.sandbox.microsoft.eventGridToken();
  await deployment.sandbox.microsoft.stop();
  try {
    const answer = await call(deployment.url, { token, kind: "Notification" });
    expect([answer.status, answer.headers.get("retry-after"), answer.body]).toEqual([503, "60", ""]);
    expect(deployment.logged.join()).toContain('"event":"events.caller_unknown"');
    expect(deployment.logged.join()).not.toContain(token.slice(-20));
  } finally {
    await deployment.stop();
  }
});

test("while the connector starts, events are put off, whoever brings them", async () => {
  const { app } = buildServer({
    publicUrl: "http://127.0.0.1",
    packageDigest: "0".repeat(64),
    revision: "0".repeat(64),
    publicFolder: fileURLToPath(new URL("../../../../app/public", import.meta.url)),
    behindFrontEnd: false,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    stopping: new AbortController().signal,
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const answer = await call("http://127.0.0.1:" + String(port), { kind: "Notification" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
