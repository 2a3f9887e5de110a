/**
 * Which mutants are judged where a whole folder takes too long: one in MUTATION_ONE_IN, chosen by the mutant's own place and
 * text and by MUTATION_SEED, so that the same seed chooses the same ones in every process.
 */
import { createHash } from "node:crypto";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const oneIn = Number(process.env.MUTATION_ONE_IN ?? "1");
const seed = process.env.MUTATION_SEED ?? "";

export function isChosen(mutant) {
  if (oneIn === 1) return true;
  const { fileName, location, mutatorName, replacement } = mutant;
  const file = relative(root, fileName).split(sep).join("/");
  const text = JSON.stringify([seed, file, location, mutatorName, replacement]);
  return createHash("sha256").update(text).digest().readUInt32BE() < 2 ** 32 / oneIn;
}
