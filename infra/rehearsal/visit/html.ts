/** Reads what a page says. */
import { HTMLElement, parse, TextNode } from "node-html-parser";

/** The first element that a CSS selector names. */
export const elementOf = (html: string, selector: string): HTMLElement | undefined =>
  parse(html).querySelector(selector) ?? undefined;

/** All elements that a CSS selector names. */
export const elementsOf = (html: string, selector: string): readonly HTMLElement[] =>
  parse(html).querySelectorAll(selector);

/** The text of a page, or of the first element that a CSS selector names, with single blanks: "" when there is none. */
export function textOf(html: string, selector?: string): string {
  const page = parse(html);
  const element =
    selector === undefined ? (page.querySelector("body") ?? page) : page.querySelector(selector);
  return element === null ? "" : wordsIn(element);
}

/** What somebody reads in an element: not its scripts and styles. */
function wordsIn(element: HTMLElement): string {
  for (const unread of element.querySelectorAll("script, style")) unread.remove();
  return textsOf(element).join(" ").replace(/\s+/gu, " ").trim();
}

const textsOf = (element: HTMLElement): string[] =>
  element.childNodes.flatMap((node) =>
    node instanceof HTMLElement ? textsOf(node) : node instanceof TextNode ? [node.text] : [],
  );
