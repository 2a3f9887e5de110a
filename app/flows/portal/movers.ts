/** Whose move it is, in the portal's words: as a label, and as a sentence. */
import type { Mover } from "../../domain/mover.ts";

/** Whose move it is, as a short label. */
export const MOVERS: Readonly<Record<Mover, string>> = {
  administrator: "Yours",
  oracle: "Oracle’s",
  microsoft: "Microsoft’s",
  carriers: "The carriers’",
  nobody: "Nobody’s: it mends itself",
};

/** The same as a sentence. */
export const MOVES: Readonly<Record<Mover, string>> = {
  administrator: "It is your move.",
  oracle: "It is Oracle’s move: ask them.",
  microsoft: "It is Microsoft’s move: ask them.",
  carriers: "It is the carriers’ move.",
  nobody: "It is nobody’s move: it mends itself.",
};
