/** Which part of the list somebody is looking at. It goes along in every address of a connection, so that nobody looks twice. */
import { parametersOf } from "../../../web/parameters.ts";
import type { Asked } from "../access.ts";

export interface Looking {
  /** What the name, the id or the base URL contains. */
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

export function lookingIn({ request }: Pick<Asked, "request">): Looking {
  const parameters = parametersOf(request);
  const page = parameters.get("page") ?? "";
  return {
    search: (parameters.get("search") ?? "").trim().slice(0, 200),
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
  };
}

/** As the end of an address. */
export function lookingOn({ search, page }: Looking): string {
  const query = new URLSearchParams({
    ...(search !== "" && { search }),
    ...(page !== 1 && { page: String(page) }),
  }).toString();
  return query === "" ? "" : "?" + query;
}

/** The end of the address that was asked, for the next one. */
export const goingOn = (asked: Pick<Asked, "request">): string => lookingOn(lookingIn(asked));
