/** How long the policy pack takes over a hundred resources, as the engine asks it: one by one, then all together. */
import { performance } from "node:perf_hooks";
import { shown } from "../../test/infra/policy/scene.ts";
import { production } from "../../test/infra/policy/sound.ts";
import { startPack, type Shown } from "./packProcess.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;

export async function policyRows(): Promise<Row[]> {
  const resources = shown(production, { preview: true });
  const hundred = Array.from({ length: 100 }, (_, index): Shown => {
    const resource = resources[index % resources.length];
    if (resource === undefined) throw new Error("there is no resource to judge");
    return { ...resource, urn: resource.urn + "-" + String(index) };
  });
  const pack = await startPack();
  try {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      for (const resource of hundred) await pack.analyze(resource);
      await pack.analyzeStack(hundred);
      // The first round warms up.
      if (round > 0) times.push(performance.now() - start);
    }
    return [
      {
        name: "policy pack over 100 resources",
        value: rounded(median(times), 0),
        unit: "ms",
        target: 1000,
        direction: "at-most",
      },
    ];
  } finally {
    pack.stop();
  }
}
