/** The connector's process by itself: how soon it answers, and how much memory it uses. */
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { residentMegabytes } from "./load.ts";
import { median, rounded, type Row } from "./row.ts";

const STARTS = 5;
const SETTLE_MS = 3_000;

export async function processRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  try {
    const starts: number[] = [];
    const memory: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const connector = await deployment.startConnector();
      starts.push(connector.upAfterMs);
      if (start === STARTS - 1) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        memory.push(await residentMegabytes(connector.pid));
      }
      await connector.stop();
    }
    return [
      {
        name: "process up, from spawn to /healthz",
        value: rounded(median(starts), 0),
        unit: "ms",
        target: 1000,
        direction: "at-most",
      },
      {
        name: "idle memory, resident",
        value: rounded(median(memory), 0),
        unit: "MB",
        target: 150,
        direction: "at-most",
      },
      {
        name: "package, as it is uploaded",
        value: rounded(bundle.bytes / 1e6, 2),
        unit: "MB",
        target: 15,
        direction: "at-most",
      },
    ];
  } finally {
    await deployment.stop();
  }
}
