/** Lists of Azure and Graph, whole. */
import * as z from "zod";
import { Unanswered, type Ask } from "./finding.ts";

const PAGES_AT_MOST = 50;

/**
 * The items on every page of a list; Azure and Graph answer where the next page is.
 * @throws Unanswered
 */
export async function allOf<T extends z.ZodType>(ask: Ask, path: string, one: T): Promise<z.output<T>[]> {
  const page = z.looseObject({
    value: z.array(one),
    nextLink: z.url().nullish(),
    "@odata.nextLink": z.url().nullish(),
  });
  const found: z.output<T>[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next !== undefined; pages++) {
    if (pages === PAGES_AT_MOST) throw new Unanswered("the list has more pages than are looked at");
    const answer = page.parse(await ask(next));
    found.push(...answer.value);
    const nextLink = answer.nextLink ?? answer["@odata.nextLink"] ?? undefined;
    // Only the path of the next page's address is used, so that the token is never sent to another host.
    next = nextLink === undefined ? undefined : new URL(nextLink).pathname + new URL(nextLink).search;
  }
  return found;
}
