import type { ComponentChildren } from "preact";
import type { RenderPage } from "../../web/page.tsx";

export interface StaffPage {
  readonly title: string;
  readonly main: ComponentChildren;
  readonly scripts?: readonly string[];
  /** It is about a visit of a test chart. */
  readonly ofTestChart: boolean;
}

/** The frame that colleagues' pages are set in: English, and calm as a patient's, because many read it on a phone. */
export type StaffPages = (page: StaffPage) => string;

export function staffPages(renderPage: RenderPage, organization: string): StaffPages {
  return (page) => renderPage({ ...page, language: "en", audience: "patient", organization });
}
