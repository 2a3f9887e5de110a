/** How much memory the connector uses under load. Native memory is included, which no limit of the heap covers. */
import { PATHS } from "../../app/domain/addresses.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { load, residentMegabytes } from "./load.ts";
import { TAP } from "./redirect.ts";
import { rounded, type Row } from "./row.ts";

const BUSY = { connections: 50, seconds: 10 } as const;
const MOST_MB = 200;

export async function memoryRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  try {
    const rows: Row[] = [];
    for (const what of ["taps", "patients' pages", "clinicians' pages"] as const) {
      const connector = await deployment.startConnector();
      const { patientLink, page, cookie } = await deployment.openVisit(connector.url);
      const { pid } = connector;
      const patientPage = patientLink.replace(PATHS.link + "/", PATHS.linkPage + "/");
      if (what === "taps") await load({ url: patientLink, pid }, { ...TAP, ...BUSY });
      else if (what === "patients' pages") await load({ url: patientPage, pid }, { ...BUSY, status: 200 });
      else await load({ url: page, pid }, { ...BUSY, headers: { cookie }, status: 200 });
      rows.push({
        name: `resident memory after 10 s of ${what} on 50 connections`,
        value: rounded(await residentMegabytes(pid), 0),
        unit: "MB",
        target: MOST_MB,
        direction: "at-most",
      });
      await connector.stop();
    }
    return rows;
  } finally {
    await deployment.stop();
  }
}
