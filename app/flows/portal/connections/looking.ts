/**
 * Which part of the list somebody is looking at. It is part of every address of a connection, so that it stays the same when
 * a connection is opened and left.
 */
import { parametersOf } from "../../../web/parameters.ts";
import type { Asked } from "../access.ts";

export interface Looking {
  /** A text that the name, the id or the base URL contains. */
  readonly search: string;
  /** The number of the page, from 1. */
  readonly page: number;
}

/** Characters of a search that are looked at. */
export const LONGEST_SEARCH = 200;

export function lookingIn({ request }: Pick<Asked, "request">): Looking {
  const parameters = parametersOf(request);
  const page = parameters.get("page") ?? "";
  return {
    search: (parameters.get("search") ?? "").trim().slice(0, LONGEST_SEARCH),
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
  };
}

/** The query at the end of an address; empty for the first page without a search. */
export function lookingOn({ search, page }: Looking): string {
  const query = new URLSearchParams({
    ...(search !== "" && { search }),
    ...(page !== 1 && { page: String(page) }),
  }).toString();
  return query === "" ? "" : "?" + query;
}

/** The same part of the list, for the next address. */
export const goingOn = (asked: Pick<Asked, "request">): string => lookingOn(lookingIn(asked));
