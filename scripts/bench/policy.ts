/**
 * How long the policy pack takes for a hundred resources when it is called as the engine does: one by one, then all
 * together.
 */
import { performance } from "node:perf_hooks";
import { asJudged, nothingIsThere, recordAll } from "../../test/infra/components/recorded.ts";
import { plain } from "../../test/infra/policy/judge.ts";
import { clientOf, sampleStack } from "../../test/infra/sampleStacks.ts";
import { startPack, type Shown } from "./packProcess.ts";
import { median, rounded, type Row } from "./row.ts";

const ROUNDS = 5;

export async function policyRows(): Promise<Row[]> {
  const stack = await sampleStack("lamna-production");
  const recorded = await recordAll(
    stack,
    async () => {
      await import("../../infra/index.ts");
    },
    {
      preview: true,
      call: (token) => (token.endsWith(":getClientConfig") ? clientOf(stack) : nothingIsThere(token)),
    },
  );
  const resources = asJudged(recorded).map((one) => ({ ...one, props: plain(one.props) as Shown["props"] }));
  const hundred = Array.from({ length: 100 }, (_, index): Shown => {
    const resource = resources[index % resources.length];
    if (resource === undefined) throw new Error("there is no resource to judge");
    return { ...resource, urn: resource.urn + "-" + String(index) };
  });
  const pack = await startPack(stack);
  try {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      for (const resource of hundred) await pack.analyze(resource);
      await pack.analyzeStack(hundred);
      // The first round only warms up.
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
