import type { VNode } from "preact";

/** The frame that the clinician's pages are set in. */
export interface Pages {
  clinician(page: ClinicianPage): string;
}

export interface ClinicianPage {
  readonly title: string;
  readonly body: VNode;
  /** Names of scripts in the public folder. */
  readonly scripts?: readonly string[];
}
