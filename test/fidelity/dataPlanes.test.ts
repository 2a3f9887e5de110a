/** Recorded requests to Azure's data planes, asked of the in-memory Azure at its host names. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { judged, readAccepted } from "./accepted.ts";
import { differences, type Difference } from "./compare.ts";
import { startPlanes, type Planes } from "./dataPlanes.ts";
import { HAD } from "./dataPlanesHad.ts";
import { factsOf } from "./facts.ts";

let planes: Planes;
beforeAll(async () => {
  planes = await startPlanes();
});
afterAll(() => planes.stop());

test.each(["blob", "queue", "cosmos", "vault", "numbers", "sms"])(
  "the in-memory Azure answers what was recorded of %s, but for what is accepted",
  async (vendor) => {
    const facts = await factsOf(vendor);
    const found: Difference[] = [];
    for (const [name, fact] of facts)
      found.push(...differences(name, fact.answer, await planes.asked(fact, HAD[name])));
    const verdict = judged(
      found,
      await readAccepted(),
      facts.map(([name]) => name),
    );
    expect(verdict.news).toEqual([]);
    expect(verdict.idle).toEqual([]);
  },
);
