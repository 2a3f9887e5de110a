/** The frame of every page for clinicians: in English, dense, able to leave PowerChart. */
import type { ComponentChildren } from "preact";
import type { RenderPage } from "../../web/page.tsx";

export interface ClinicianPage {
  readonly title: string;
  readonly main: ComponentChildren;
  readonly scripts?: readonly string[];
  /** Whether the page is about a test chart. */
  readonly ofTestChart?: boolean;
}

export type Pages = (page: ClinicianPage) => string;

export function clinicianPages(renderPage: RenderPage, organization: string): Pages {
  return (page) =>
    renderPage({ ...page, language: "en", audience: "clinician", organization, leavesPowerChart: true });
}
