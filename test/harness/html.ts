/** Reads pages in tests by their elements, as somebody sees them, and not by how their markup is written. */
import { elementsOf } from "../../infra/rehearsal/visit/html.ts";

/** What each element that a CSS selector names says. */
export const textsOf = (html: string, selector: string): readonly string[] =>
  elementsOf(html, selector).map(({ text }) => text.trim());

/** An attribute of each element that a CSS selector names, where it has it. */
export const attributesOf = (html: string, selector: string, name: string): readonly string[] =>
  elementsOf(html, selector).flatMap((element) => element.getAttribute(name) ?? []);

/** The values of the fields of a name, in the page's order. */
export const fieldsIn = ({ html }: { readonly html: string }, name: string): readonly string[] =>
  attributesOf(html, `[name="${name}"]`, "value");

/** The value of the first field of a name; "" where the page has none. */
export const fieldIn = (page: { readonly html: string }, name: string): string =>
  fieldsIn(page, name)[0] ?? "";

/** The rows of a page's tables, cell by cell. */
export const rowsIn = (html: string): readonly (readonly string[])[] =>
  elementsOf(html, "tr").map((row) => row.querySelectorAll("th, td").map(({ text }) => text.trim()));

/** The rows of a page's tables as text: a line each, with a bar between two cells. */
export const tablesIn = (html: string): string =>
  rowsIn(html)
    .map((cells) => cells.join(" | "))
    .join("\n");

/** How each thing on a page of the portal stands, in the words of its mark. */
export const statusesIn = ({ html }: { readonly html: string }): readonly string[] =>
  textsOf(html, ".status");

/** Where the first link leads whose words begin so; undefined where there is none. */
export const linkAt = (html: string, says: string): string | undefined =>
  elementsOf(html, "a")
    .find(({ text }) => text.trim().startsWith(says))
    ?.getAttribute("href");
