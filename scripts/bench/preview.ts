/** How long a preview of the production sample takes, with policies, before any of its resources exists. */
import { openHospital, succeeded } from "../../test/engine/hospital.ts";
import { packages } from "../../test/engine/programCopy.ts";
import { findEngine } from "../engine/engine.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 3;

/** Without an engine there are no rows, and a line says why. */
export async function previewRows(): Promise<Row[]> {
  const engine = await findEngine();
  if (engine.kind === "none") {
    process.stdout.write(
      "!!! No Pulumi engine, because " + engine.because + ": the preview is not measured here.\n",
    );
    return [];
  }
  const hospital = await openHospital(engine);
  try {
    const digest = await hospital.program.deploy((await packages()).first);
    const workspace = await hospital.open("lamna-production", (settings) => ({
      ...settings,
      release: { site: digest, staging: digest },
    }));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      await succeeded(workspace.preview());
      times.push(performance.now() - begun);
    }
    return [
      {
        name: "preview of the production sample",
        value: rounded(median(times) / 1000, 1),
        unit: "s",
        target: 30,
        direction: "at-most",
      },
    ];
  } finally {
    await hospital.stop();
  }
}
