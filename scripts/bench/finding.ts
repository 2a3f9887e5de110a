/** Finding visits: how long one look at many of them takes, and whether the memory that it needs grows with their number. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { SystemAppointment, SystemEhr } from "../../app/ports/systemEhr.ts";
import { findingDeployment } from "../../test/harness/findingDeployment.ts";
import { scriptedChart } from "../../test/harness/scriptedChart.ts";
import { rounded, type Row } from "./row.ts";

const VISITS = 5_000;
const SIMULATED = 1_000_000;
const PAGE = 100;
/**
 * One in this many appointments is a video visit; of a million appointments, that is as many as a large hospital has in two
 * days.
 */
const VIDEO_EACH = 1_000;

export async function findingRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "connector-bench-"));
  try {
    return [...(await looks()), await weight(join(folder, "weight.sqlite"))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The store is in memory, so that the disk is not measured. */
async function looks(): Promise<Row[]> {
  const chart = scriptedChart();
  const deployment = findingDeployment({ charts: { lamna: chart } });
  for (let count = 0; count < VISITS; count++)
    chart.book({ id: "v-" + String(count), start: deployment.inMinutes(60 + (count * 46 * 60) / VISITS) });
  const look = async () => {
    const began = performance.now();
    if (!(await deployment.round("finding.near", "lamna"))) throw new Error("the look was not whole");
    return (performance.now() - began) / 1000;
  };
  const first = await look();
  for (const { id } of chart.booked.values())
    await deployment.parts.foundVisits.edit(deployment.visitOf("lamna", id), (found) => ({
      found: { ...found, prepared: found.seen, hasMeeting: true, links: "as they should be" },
    }));
  const second = await look();
  await deployment.close();
  return [
    { name: "a look that finds 5,000 visits", value: rounded(first, 1), ...SECONDS, target: 30 },
    {
      name: "a look at 5,000 visits that are as they were",
      value: rounded(second, 1),
      ...SECONDS,
      target: 5,
    },
  ];
}
const SECONDS = { unit: "s", direction: "at-most" } as const;

async function weight(file: string): Promise<Row> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const weights: number[] = [];
  const weigh = () => {
    collect();
    weights.push(process.memoryUsage().heapUsed / 1024 / 1024);
  };
  const start = new Date(Date.parse("2027-01-04T09:00:00Z"));
  const deployment = findingDeployment({ charts: { lamna: endless(start, weigh) }, file });
  if (!(await deployment.round("finding.near", "lamna"))) throw new Error("the look was not whole");
  await deployment.close();
  const [early = 0] = weights;
  return {
    name: "heap after 1,000,000 appointments in one look, more than after 100,000",
    value: rounded(Math.max(...weights) - early, 1),
    unit: "MB",
    target: 5,
    direction: "at-most",
  };
}

/** A chart with a million appointments, which measures the memory after each hundred thousand. */
function endless(start: Date, weigh: () => void): SystemEhr {
  const scripted = scriptedChart();
  return {
    chart: (...args) => ({
      ...scripted.chart(...args),
      async *appointments() {
        for (let at = 0; at < SIMULATED; at += PAGE) {
          await Promise.resolve();
          const appointments = Array.from({ length: PAGE }, (_, count) => simulated(at + count, start));
          yield { kind: "page" as const, appointments, repeated: 0, hints: [] };
          if ((at + PAGE) % (SIMULATED / 10) === 0) weigh();
        }
      },
    }),
  };
}

const simulated = (number: number, start: Date): SystemAppointment => ({
  id: "v-" + String(number),
  version: "1",
  status: "booked",
  times: { start, end: new Date(start.getTime() + 1_800_000), clock: "instant" },
  locations: ["loc-1"],
  patients: ["p-" + String(number)],
  isVideo: number % VIDEO_EACH === 0,
  rooms: { order: "absent" },
  hints: [],
});
