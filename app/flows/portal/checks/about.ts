/** How the words of a check are grouped and what each check has to say; the words themselves stand beside this file. */
import type { Mover } from "../../../domain/mover.ts";
import type { PortalPageName } from "../addresses.ts";

/** The groups of checks, by what they are about, in the order of the checks page. */
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
  /** What it means when the check is well. */
  readonly well: string;
  /** What it means for people when it is not. */
  readonly wrong: string;
  /** What a warning means, where `wrong` would say more than is known. */
  readonly warns?: string;
  readonly next: string;
  /** Whose move it is, if the check itself does not say so. */
  readonly move: Mover;
  /** The page that says more, where there is one. */
  readonly at?: PortalPageName;
}
