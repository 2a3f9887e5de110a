/** The in-memory Azure and Entra know exactly those types that some deployment makes. */
import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { ENTRA_KINDS } from "../../../infra/rehearsal/azure/entra/kinds.ts";
import { clientOf, SAMPLES, sampleStack } from "../sampleStacks.ts";
import { VARIANTS } from "../variants.ts";
import { wholeProgram } from "../wholeProgram.ts";

test("every kind of resource is made by a sample or by a listed variant, and whatever they make is known", async () => {
  const stacks = [...(await Promise.all(SAMPLES.map(sampleStack))), ...VARIANTS.map(([, stack]) => stack)];
  const made = new Set<string>();
  for (const stack of stacks)
    for (const { type } of (await wholeProgram(stack, { client: clientOf(stack) })).resources) made.add(type);
  const known = [...AZURE_KINDS, ...ENTRA_KINDS].map(({ token }) => token);
  expect(known.filter((token) => !made.has(token))).toEqual([]);
  const vendors = [...made].filter((type) => /^azure(?:-native|ad):/u.test(type));
  expect(vendors.filter((type) => !known.includes(type))).toEqual([]);
}, 240_000);
