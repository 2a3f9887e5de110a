import type { Mover } from "../../web/flow.ts";

/** Whose move it is. */
export const MOVERS: Readonly<Record<Mover, string>> = {
  administrator: "Yours",
  oracle: "Oracle’s",
  microsoft: "Microsoft’s",
  carriers: "The carriers’",
  nobody: "Nobody’s: it mends itself",
};
