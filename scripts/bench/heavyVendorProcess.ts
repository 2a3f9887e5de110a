/**
 * Asks a server for ordinary answers, then for endless ones, and prints by how many megabytes the latter raised the
 * process's peak memory.
 */
import { setTimeout as passed } from "node:timers/promises";
import { openEhr } from "../../app/adapters/fhir/ehr.ts";
import { graphDirectory } from "../../app/adapters/graph/directory.ts";
import { graphMeetings } from "../../app/adapters/graph/meetings.ts";
import type { FhirBaseUrl } from "../../app/domain/fhirBaseUrl.ts";

const [origin = "", kind = ""] = process.argv.slice(2);
const ORGANIZER = "7d0c5a1e-0000-4000-8000-00000000a001";

async function askAll(at: string): Promise<void> {
  const common = { now: () => new Date(), wait: (milliseconds: number) => passed(milliseconds) };
  const access = { ...common, graph: at, token: () => Promise.resolve("t") };
  const no = () => Promise.reject(new Error("there is no vault here"));
  const vault = { sign: no, publicKeys: no, secret: no, exists: no };
  const ehr = openEhr({ ...common, vault, allowLoopback: true } as unknown as Parameters<typeof openEhr>[0]);
  const chart = ehr.chart(
    { id: "bench", fhirBaseUrl: at as FhirBaseUrl } as Parameters<typeof ehr.chart>[0],
    { accessToken: "t" } as Parameters<typeof ehr.chart>[1],
  );
  const start = new Date();
  const visit = { visitId: "v", organizer: ORGANIZER, lobby: "staff", start, end: start } as const;
  const asked = [
    () => graphMeetings(access).open(visit),
    () => graphDirectory(access).person(ORGANIZER),
    () => chart.patient("p1"),
  ];
  // Each request is expected to fail; only its memory is measured.
  for (const ask of asked) await ask().catch(() => undefined);
}

const residentMegabytes = () => process.memoryUsage.rss() / 1024 / 1024;

for (let round = 0; round < 20; round++) await askAll(origin + "/ordinary");
const before = residentMegabytes();
let most = before;
const look = setInterval(() => (most = Math.max(most, residentMegabytes())), 2);
await askAll(`${origin}/${kind}`);
clearInterval(look);
most = Math.max(most, residentMegabytes());
process.stdout.write(String(most - before) + "\n");
process.exit(0);
