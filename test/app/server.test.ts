import { expect, test } from "vitest";
import { startDeployment } from "../harness/deployment.ts";

test("the health page says which package runs, and with which settings", async () => {
  const answered = await health();
  expect(answered).toEqual({
    status: "up",
    package: "0".repeat(64),
    revision: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

async function health(): Promise<unknown> {
  const deployment = await startDeployment();
  try {
    const answer = await fetch(deployment.url + "/healthz");
    return await answer.json();
  } finally {
    await deployment.stop();
  }
}
