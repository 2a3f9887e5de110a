/**
 * The first step of a launch, which redirects to the EHR's sign-in, compared with a bare Express redirect. Both are measured
 * in turn in one loop, so that other load on the machine slows both.
 */
import { Agent, request } from "node:http";
import { PATHS } from "../../app/domain/addresses.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { startYardstick } from "./load.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 15;
const AT_ONCE = 8;
const EACH = 60;

export async function launchStepRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const connector = await deployment.startConnector();
  const express = await startYardstick("bareExpress.ts");
  try {
    const launch = await deployment.launchUrl();
    const bare = express.url + PATHS.link + "/" + "A".repeat(38);
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      // Each round uses an address of its own, because the number of launches per address and minute is limited.
      const from = "127.0.1." + String(round + 1);
      const ours = await perSecond(launch, from);
      const plain = await perSecond(bare, from);
      // The first round only warms up.
      if (round === 0) continue;
      ratios.push(ours / plain);
      speeds.push(ours);
    }
    return [
      {
        name: `first step of a launch against bare Express (${String(Math.round(median(speeds)))} requests/s)`,
        value: rounded(median(ratios), 2),
        unit: "of its throughput",
        target: 0.12,
        direction: "at-least",
      },
    ];
  } finally {
    express.child.kill();
    await connector.stop();
    await deployment.stop();
  }
}

async function perSecond(url: string, localAddress: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let count = 0; count < EACH; count++) await redirected(url, localAddress, agent);
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  return (AT_ONCE * EACH) / seconds;
}

function redirected(url: string, localAddress: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, localAddress }, (answer) => {
      answer.resume().once("end", () => {
        if (answer.statusCode === 302 || answer.statusCode === 303) resolve();
        else reject(new Error("the launch step answered " + String(answer.statusCode)));
      });
    });
    asked.once("error", reject).end();
  });
}
