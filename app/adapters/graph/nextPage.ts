/** Where the next page of one of Graph's lists is. */
import type { z } from "zod";
import { text } from "../wire/members.ts";

/** The member of a list's answer that names the next page; absent on the last one. */
export const nextLink = { "@odata.nextLink": text.optional() };

/** A list names a next page that cannot be asked for, so it is not known what is on it. */
export class NextPageElsewhere extends Error {
  override readonly name = "NextPageElsewhere";
  constructor() {
    super("Graph names a next page that is not below its own address.");
  }
}

/**
 * The path of the next page below `base`; undefined after the last page. The token is sent to Graph only, whatever address a
 * list names, and what leads elsewhere is not taken for the end of the list. Microsoft's examples have the address of the
 * description in front of the page's own.
 * @throws NextPageElsewhere
 */
export function nextPage(
  base: string,
  page: { readonly "@odata.nextLink"?: z.output<(typeof nextLink)["@odata.nextLink"]> },
): string | undefined {
  const address = page["@odata.nextLink"]?.replace("/$metadata#", "/");
  if (address === undefined) return undefined;
  if (!address.startsWith(base + "/")) throw new NextPageElsewhere();
  return address.slice(base.length);
}
