/** The whole program on the real engine, against an Azure that refuses for a while and settles later. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doneBy, engineFor, type Hospital, openHospital, succeeded } from "../engine/hospital.ts";
import { packages } from "../engine/programCopy.ts";

const engine = await engineFor("the program survives refusals that pass");

describe.skipIf(engine.kind === "none")("an Azure on an ordinary day", { timeout: 240_000 }, () => {
  let hospital: Hospital;
  const refused = new Set<string>();
  beforeAll(async () => {
    let turn = 0;
    hospital = await openHospital(engine, {
      passing: {
        longest: 40,
        secondMs: 20,
        // Long and short in turn, the same in every run.
        random: () => ((turn++ * 7) % 10) / 10,
        refused: (code) => void refused.add(code),
      },
    });
    await hospital.program.deploy((await packages()).first);
  });
  afterAll(() => hospital.stop());

  test("does not keep the program from making a deployment, nor change what it is", async () => {
    const workspace = await hospital.open("lamna-test");
    await succeeded(workspace.up());
    expect([...refused]).toEqual(expect.arrayContaining(["AnotherOperationInProgress", "RetryableError"]));
    expect(doneBy(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
  });
});
