/**
 * Which mutants are judged where a whole folder takes too long: one in MUTATION_ONE_IN, chosen by the mutant's own number and
 * text and by MUTATION_SEED. The process that reports and the one that runs tests must choose the same ones, and Stryker
 * gives them a mutant's position in two ways, so the position does not count.
 */
import { createHash } from "node:crypto";

const oneIn = Number(process.env.MUTATION_ONE_IN ?? "1");
const seed = process.env.MUTATION_SEED ?? "";

export function isChosen({ id, mutatorName, replacement }) {
  if (oneIn === 1) return true;
  const text = JSON.stringify([seed, id, mutatorName, replacement]);
  return createHash("sha256").update(text).digest().readUInt32BE() < 2 ** 32 / oneIn;
}
