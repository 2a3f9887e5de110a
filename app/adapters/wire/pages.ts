/**
 * A list of Microsoft Graph, page by page, until its end. A list that cannot be read to its end is not taken for whole: what
 * is on the rest of it may be what was looked for.
 */
import type * as z from "zod";
import { text } from "./members.ts";

/** The member of a list's answer that names the next page; absent on the last one. */
export const nextLink = { "@odata.nextLink": text.optional() };

/** The part of an answer that says where its list goes on. */
export interface Page {
  readonly "@odata.nextLink"?: z.output<(typeof nextLink)["@odata.nextLink"]>;
}

/** A list goes on where it is not read: elsewhere, in a circle, or for too long. */
export class ListGoesOn extends Error {
  override readonly name = "ListGoesOn";
}

export interface Paged<P extends Page> {
  /** The address below which the paths are, and below which every next page has to be. */
  readonly base: string;
  /** The path of the first page; undefined where there is none, as behind the last page. */
  readonly path: string | undefined;
  /** How many pages are read at most. */
  readonly most: number;
  readonly read: (path: string) => Promise<P>;
  /** What is thrown instead of the rest of the list. */
  readonly unless: (cause: ListGoesOn) => Error;
}

export async function* pagesOf<P extends Page>(paged: Paged<P>): AsyncGenerator<P, void> {
  const { base, most, read, unless } = paged;
  const asked = new Set<string>();
  for (let { path } = paged; path !== undefined;) {
    if (asked.has(path)) throw unless(new ListGoesOn("Graph's list leads back to one of its own pages."));
    if (asked.size === most)
      throw unless(new ListGoesOn(`Graph's list has more than ${String(most)} pages.`));
    asked.add(path);
    const page: P = await read(path);
    yield page;
    path = nextPath(base, page, unless);
  }
}

/**
 * The path of the next page below `base`; undefined after the last page. The token is sent to Graph only, whatever address a
 * list names, and what leads elsewhere is not taken for the end of the list. Microsoft's examples have the address of the
 * description in front of the page's own.
 */
export function nextPath(base: string, page: Page, unless: Paged<Page>["unless"]): string | undefined {
  const address = page["@odata.nextLink"]?.replace("/$metadata#", "/");
  if (address === undefined) return undefined;
  if (!address.startsWith(base + "/"))
    throw unless(new ListGoesOn("Graph names a next page that is not below its own address."));
  return address.slice(base.length);
}
