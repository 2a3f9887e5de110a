/**
 * The patient's page compared with a page of the same size from Node's own server, and what a view of the clinician's page
 * costs.
 */
import { PATHS } from "../../app/domain/addresses.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { load, startYardstick, type Load } from "./load.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;
const SECONDS = 3;
const PATIENTS = { connections: 32, status: 200 } as const;
/**
 * The vendors answer from the measuring process within some milliseconds, so a few clinicians are enough to keep the
 * connector busy.
 */
const CLINICIANS = { connections: 4, status: 200 } as const;

export async function pageRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const connector = await deployment.startConnector();
  const { patientLink, page, cookie } = await deployment.openVisit(connector.url);
  const patientPage = patientLink.replace(PATHS.link + "/", PATHS.linkPage + "/");
  const bytes = (await (await fetch(patientPage)).arrayBuffer()).byteLength;
  const node = await startYardstick("bareHttp.ts", [String(bytes)]);
  const least = await startYardstick("bareLink.ts", [String(bytes)], deployment.environment);
  try {
    const bare = { url: node.url + PATHS.linkPage, pid: node.pid };
    const floor = { url: least.url + new URL(patientPage).pathname, pid: least.pid };
    const ours = { url: patientPage, pid: connector.pid };
    const clinicians = { url: page, pid: connector.pid };
    await load(bare, { ...PATIENTS, seconds: 1 });
    await load(floor, { ...PATIENTS, seconds: 1 });
    await load(ours, { ...PATIENTS, seconds: 1 });
    await load(clinicians, { ...CLINICIANS, headers: { cookie }, seconds: 2 });
    const rounds: Readonly<Record<"bare" | "floor" | "ours" | "view", Load>>[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({
        bare: await load(bare, { ...PATIENTS, seconds: SECONDS }),
        floor: await load(floor, { ...PATIENTS, seconds: SECONDS }),
        ours: await load(ours, { ...PATIENTS, seconds: SECONDS }),
        view: await load(clinicians, { ...CLINICIANS, headers: { cookie }, seconds: SECONDS }),
      });
    const speed = String(Math.round(median(rounds.map((round) => round.ours.perSecond))));
    return [
      {
        name: `patient's page against node:http (${speed} requests/s)`,
        value: rounded(median(rounds.map((round) => round.ours.perSecond / round.bare.perSecond)), 2),
        unit: "of its throughput",
        target: 0.25,
        direction: "at-least",
      },
      {
        name: "patient's page against node:http that checks the link and reads the visit",
        value: rounded(median(rounds.map((round) => round.ours.perSecond / round.floor.perSecond)), 2),
        unit: "of its throughput",
        target: 0.25,
        direction: "at-least",
      },
      {
        name: "processor time of a view of the clinician's page",
        value: rounded(median(rounds.map(({ view }) => view.processorMs)), 1),
        unit: "ms",
        target: VIEW_MS,
        direction: "at-most",
      },
    ];
  } finally {
    await connector.stop();
    node.child.kill();
    least.child.kill();
    await deployment.stop();
  }
}

/**
 * The expected processor time of a view: 1.9 to 2.1 ms were measured on a machine that others used, too, and 2.3 on a very busy
 * one. What remains cannot be left out, because a view asks the chart each time: Node's client alone takes 0.23 ms for the two
 * calls, and its server 0.06 ms for an answer of this size. By a profile, an eighth of a view is clearing memory away, a twelfth
 * rendering, a sixteenth checking answers and rows by their schemas, and less than that reading rows; the rest is spread over
 * many small parts.
 */
const VIEW_MS = 2.3;
