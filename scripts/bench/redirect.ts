/**
 * The patient's tap compared with a bare Express route that redirects, with Node's own server, and with Node's own server
 * that checks the token and reads the row, in turn, each in a process of its own: answers per second, and processor time per
 * answer. The latter is more meaningful where the client and the servers share two cores.
 */
import { PATHS } from "../../app/domain/addresses.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { load, startYardstick, type Load, type Server } from "./load.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;
const SECONDS = 3;
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
export const TAP = { connections: 32, headers: { "user-agent": PHONE }, status: 302 } as const;

interface Round {
  readonly express: Load;
  readonly node: Load;
  readonly floor: Load;
  readonly ours: Load;
}

export async function redirectRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const express = await startYardstick("bareExpress.ts");
  const node = await startYardstick("bareHttp.ts");
  const least = await startYardstick("bareLink.ts", [], deployment.environment);
  try {
    const connector = await deployment.startConnector();
    const { patientLink } = await deployment.openVisit(connector.url);
    const somewhere = PATHS.link + "/" + "A".repeat(38);
    const bare = (yardstick: Server) => ({ url: yardstick.url + somewhere, pid: yardstick.pid });
    const floor = { url: least.url + new URL(patientLink).pathname, pid: least.pid };
    const tap = { url: patientLink, pid: connector.pid };
    const measured = (server: Server, seconds = SECONDS) => load(server, { ...TAP, seconds });
    for (const server of [bare(express), bare(node), floor, tap]) await measured(server, 1);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({
        express: await measured(bare(express)),
        node: await measured(bare(node)),
        floor: await measured(floor),
        ours: await measured(tap),
      });
    await connector.stop();
    return rows(rounds);
  } finally {
    express.child.kill();
    node.child.kill();
    least.child.kill();
    await deployment.stop();
  }
}

function rows(rounds: readonly Round[]): Row[] {
  const middle = (of: (round: Round) => number) => rounded(median(rounds.map(of)), 2);
  const speed = String(Math.round(middle(({ ours }) => ours.perSecond)));
  return [
    {
      name: `patient redirect against bare Express (${speed} requests/s)`,
      value: middle(({ ours, express }) => ours.perSecond / express.perSecond),
      unit: "of its throughput",
      target: 0.6,
      direction: "at-least",
    },
    {
      name: "processor time of a patient redirect against bare Express",
      value: middle(({ ours, express }) => ours.processorMs / express.processorMs),
      unit: "times its",
      target: 1.67,
      direction: "at-most",
    },
    {
      name: "patient redirect against node:http",
      value: middle(({ ours, node }) => ours.perSecond / node.perSecond),
      unit: "of its throughput",
      target: 0.4,
      direction: "at-least",
    },
    {
      name: "patient redirect against node:http that checks the link and reads the visit",
      value: middle(({ ours, floor }) => ours.perSecond / floor.perSecond),
      unit: "of its throughput",
      target: 0.8,
      direction: "at-least",
    },
  ];
}
