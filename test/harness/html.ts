/** Reads pages in tests by their elements, as a person sees them, whatever their markup looks like. */
import { elementsOf } from "../../infra/rehearsal/visit/html.ts";

/** The text of each element that a CSS selector matches. */
export const textsOf = (html: string, selector: string): readonly string[] =>
  elementsOf(html, selector).map(({ text }) => text.trim());

/** The values of an attribute, of those elements that a CSS selector matches and that have it. */
export const attributesOf = (html: string, selector: string, name: string): readonly string[] =>
  elementsOf(html, selector).flatMap((element) => element.getAttribute(name) ?? []);

/** The values of the fields with a name, in the page's order. */
export const fieldsIn = ({ html }: { readonly html: string }, name: string): readonly string[] =>
  attributesOf(html, `[name="${name}"]`, "value");

/** The value of the first field with a name; "" if the page has none. */
export const fieldIn = (page: { readonly html: string }, name: string): string =>
  fieldsIn(page, name)[0] ?? "";

/** The rows of a page's tables, cell by cell. */
export const rowsIn = (html: string): readonly (readonly string[])[] =>
  elementsOf(html, "tr").map((row) => row.querySelectorAll("th, td").map(({ text }) => text.trim()));

/** The rows of a page's tables as text: one line for each row, with a bar between cells. */
export const tablesIn = (html: string): string =>
  rowsIn(html)
    .map((cells) => cells.join(" | "))
    .join("\n");

/** The words of each status mark on a page of the portal. */
export const statusesIn = ({ html }: { readonly html: string }): readonly string[] =>
  textsOf(html, ".status");

/** The address of the first link whose text begins with `says`; undefined if there is none. */
export const linkAt = (html: string, says: string): string | undefined =>
  elementsOf(html, "a")
    .find(({ text }) => text.trim().startsWith(says))
    ?.getAttribute("href");
