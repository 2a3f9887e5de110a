import type { Mover } from "../../../domain/mover.ts";
import type { PortalPageName } from "../addresses.ts";

/** Whose part of the whole it is, in the order in which the checks page has them. */
export const ABOUT = {
  oracle: "Oracle Health",
  microsoft: "Microsoft",
  texts: "Texts and mails",
  visits: "Visits",
  connector: "The connector itself",
} as const;

export interface CheckWords {
  readonly about: keyof typeof ABOUT;
  readonly title: string;
  /** What it means while it is well. */
  readonly well: string;
  /** What it means for people while it is not. */
  readonly wrong: string;
  readonly next: string;
  /** Whose move it is, where the flow does not say so itself. */
  readonly move: Mover;
  /** The page that says more, where there is one. */
  readonly at?: PortalPageName;
}
