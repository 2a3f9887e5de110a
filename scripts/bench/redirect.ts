/** The patient's tap against a bare Express route that redirects, in turns, each in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

export async function redirectRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const bare = await startBare();
  try {
    const connector = await deployment.startConnector();
    const link = await deployment.openPatientLink(connector.url);
    const ratios: number[] = [];
    const speeds: number[] = [];
    await load(bare.url + "/j/warm-up", 1);
    await load(link, 1);
    for (let round = 0; round < ROUNDS; round++) {
      const plain = await load(bare.url + "/j/" + "A".repeat(34), SECONDS);
      const ours = await load(link, SECONDS);
      ratios.push(ours / plain);
      speeds.push(ours);
    }
    await connector.stop();
    return [
      {
        name: "patient redirect against bare Express (" + String(Math.round(median(speeds))) + " requests/s)",
        value: rounded(median(ratios), 2),
        unit: "of its throughput",
        target: 0.6,
        direction: "at-least",
      },
    ];
  } finally {
    bare.child.kill();
    await deployment.stop();
  }
}

/** Answered requests per second; every answer must be the redirect. */
async function load(url: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { "user-agent": PHONE },
  });
  if (result["3xx"] === 0 || result.non2xx !== result["3xx"] || result.errors > 0)
    throw new Error(
      "not every answer was a redirect: " +
        JSON.stringify({ non2xx: result.non2xx, redirects: result["3xx"], errors: result.errors }),
    );
  return result["3xx"] / result.duration;
}

async function startBare(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("bareExpress.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { NODE_ENV: "production" },
  });
  const port = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => {
      resolve(chunk.toString().trim());
    });
  });
  return { url: "http://127.0.0.1:" + port, child };
}
