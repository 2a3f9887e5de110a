/**
 * The whole program on the real engine, against an Azure that refuses some operations for a while and is slow to settle.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorsOf } from "../../scripts/engine/outcome.ts";
import { onAnOrdinaryDay, type Passing } from "../azure/passing.ts";
import { doneBy, engineFor, type Hospital, openHospital, succeeded } from "../engine/hospital.ts";
import { packages } from "../engine/programCopy.ts";

const engine = await engineFor("the program survives refusals that pass");

type Day = { -readonly [K in keyof Passing]: Passing[K] };

const SECOND_MS = 2;
/** Operations take up to twenty seconds and settle in as many, long and short in turn, the same in every run. */
function ordinary(refused: (code: string) => void): Day {
  let turn = 0;
  return { longest: 20 * SECOND_MS, secondMs: SECOND_MS, random: () => ((turn++ * 7) % 10) / 10, refused };
}
/** Each operation takes longer than azure-native tries again, which is 224 seconds. */
const SLOW: Pick<Day, "longest" | "random"> = { longest: 400 * SECOND_MS, random: () => 0.99 };

describe.skipIf(engine.kind === "none")("an Azure on an ordinary day", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  const refused = new Set<string>();
  const day = ordinary((code) => void refused.add(code));
  beforeAll(async () => {
    hospital = await openHospital(engine, { troubled: (vendors) => onAnOrdinaryDay(vendors, day) });
    await hospital.program.deploy((await packages()).first);
  });
  afterAll(() => hospital.stop());

  test("stops a program whose subnets do not wait for each other, and no other: that is made as asked for", async () => {
    const usual = { ...day };
    Object.assign(day, SLOW);
    const waitingAgain = await hospital.program.change(
      "infra/components/network.ts",
      "{ parent: this, dependsOn: after }",
      "{ parent: this }",
    );
    const workspace = await hospital.open(
      "lamna-test",
      (settings) => ({ ...settings, network: { ...settings.network, mode: "private" } }),
      "left out",
    );
    expect(errorsOf(await workspace.up()).join("\n")).toMatch(
      /AnotherOperationInProgress.*\/subnets\/|\/subnets\/.*AnotherOperationInProgress/s,
    );
    await waitingAgain();
    Object.assign(day, usual);
    await succeeded(workspace.up());
    expect([...refused].toSorted()).toEqual([
      "AnotherOperationInProgress",
      "ReferencedResourceNotProvisioned",
      "RetryableError",
    ]);
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
    // Deletions take time, too, and wait for each other.
    await succeeded(workspace.destroy());
    expect(hospital.azure.cloud.all().filter(({ id }) => id.startsWith("/subscriptions/"))).toEqual([]);
  });
});
