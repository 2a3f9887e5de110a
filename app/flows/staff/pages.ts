/** The frame of every page for invited colleagues. */
import type { ComponentChildren } from "preact";
import type { RenderPage } from "../../web/page.tsx";

export interface StaffPage {
  readonly title: string;
  readonly main: ComponentChildren;
  readonly scripts?: readonly string[];
  /** Whether the page is about a visit of a test chart. */
  readonly ofTestChart: boolean;
}

/**
 * Renders a page in the frame of colleagues' pages: in English, and as calm as patients' pages, because many read it on a
 * phone.
 */
export type StaffPages = (page: StaffPage) => string;

export function staffPages(renderPage: RenderPage, organization: string): StaffPages {
  return (page) => renderPage({ ...page, language: "en", audience: "patient", organization });
}
