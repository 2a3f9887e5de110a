import type { Mutant } from "./mutants.ts";
import { NOT_SECURITY, type Excuse } from "./notSecurity.ts";
import { readable } from "./mutants.ts";

interface Line extends Pick<Excuse, "how"> {
  readonly said: string;
  readonly kind: string;
  readonly path: RegExp;
}

const lines: readonly Line[] = NOT_SECURITY.flatMap(({ where, how, because }) =>
  Object.entries(where).flatMap(([kind, paths]) =>
    paths.map((path) => ({
      said: [kind, path, ...(how ?? [])].join(" ") + " (" + because + ")",
      kind,
      path: new RegExp("^" + path.split(".").map(step).join("\\.") + "$"),
      ...(how && { how }),
    })),
  ),
);

export const patterns: readonly string[] = lines.map(({ said }) => said);

/** The entries of the list that excuse a mutant. */
export const excusesFor = (mutant: Mutant): readonly string[] =>
  lines
    .filter(({ kind }) => kind === mutant.kind)
    .filter(({ path }) => path.test(readable(mutant.path)))
    .filter(({ how }) => how?.includes(mutant.how) ?? true)
    .map(({ said }) => said);

function step(name: string): string {
  if (name === "#") return "\\d+";
  return name.replace(/[$()*+?[\\\]^{|}]/g, "\\$&").replace("\\*\\*", ".+");
}
