/** One of the checks for what the engine's refresh cannot see. */
import { z } from "zod";
import { Unanswered, type Ask } from "../preflight/finding.ts";
import { shown, type Difference, type Kept } from "./difference.ts";

export interface Look {
  readonly about: string;
  readonly differences: (state: readonly Kept[], ask: Asked) => Promise<readonly Difference[]>;
}

interface Asked {
  readonly azure: Ask;
  readonly graph: Ask;
  /** Asks Azure's management by POST for a list that it gives in no other way; that changes nothing. */
  readonly listing: Ask;
}

const PAGES_AT_MOST = 50;

/**
 * The items on every page of a list; Azure and Graph answer where the next page is.
 * @throws Unanswered
 */
export async function allOf<T extends z.ZodType>(ask: Ask, path: string, one: T): Promise<z.output<T>[]> {
  const page = z.looseObject({
    value: z.array(one),
    nextLink: z.url().exactOptional(),
    "@odata.nextLink": z.url().exactOptional(),
  });
  const found: z.output<T>[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next !== undefined; pages++) {
    if (pages === PAGES_AT_MOST) throw new Unanswered("the list has more pages than are looked at");
    const answer = page.parse(await ask(next));
    found.push(...answer.value);
    const link = answer.nextLink ?? answer["@odata.nextLink"];
    // Only the path of the next page's address is used, so that the token is never sent to another host.
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
  }
  return found;
}

export const added = ({ urn, type }: Kept, names: readonly string[], next: string): readonly Difference[] =>
  names.length === 0 ? [] : [{ resource: shown(urn, type), what: "added", names, next }];
