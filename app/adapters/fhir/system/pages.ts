/** A search over its pages, each of which is asked for when the caller wants it. */
import type { Trouble } from "../../../ports/systemEhr.ts";
import { readMembers, Unreadable } from "../../wire/members.ts";
import { withinBase } from "../references.ts";
import { bundleSchema, type Bundle } from "../resources.ts";
import { Shortfall } from "../shortfall.ts";
import { read, type Asking } from "./ask.ts";

export type Stop =
  | Trouble
  | { readonly kind: "no-way-on" }
  | { readonly kind: "too-many-pages" }
  /** All pages were read, and the server says that results are missing; or nothing but its count does. */
  | { readonly kind: "incomplete"; readonly isByCount: boolean };

/**
 * Yields bundles until there is no next page, or what stopped the search. Next links are followed as the vendor wrote them,
 * only below the base URL, and none twice.
 */
export async function* pages(
  asking: Asking,
  resource: "Appointment" | "Location",
  query: URLSearchParams,
  mostPages: number,
): AsyncGenerator<Bundle, Stop | undefined> {
  const base = asking.connection.fhirBaseUrl;
  const asked = new Set<string>();
  const shortfall = new Shortfall();
  let next = base + "/" + resource + "?" + query.toString();
  for (;;) {
    if (asked.size === mostPages) return { kind: "too-many-pages" };
    if (asked.has(next)) return { kind: "no-way-on" };
    asked.add(next);
    const came = await read(asking, next, resource);
    if (came.kind === "not-shown")
      return { kind: "not-fhir", reason: "the chart system knows no search for " + resource };
    if (came.kind !== "came") return came;
    const bundle = bundleOf(came.json);
    if (bundle instanceof Unreadable)
      return { kind: "not-fhir", reason: "the chart system's search answered no Bundle; " + bundle.message };
    shortfall.take(bundle);
    yield bundle;
    const link = bundle.link.find(({ relation }) => relation === "next");
    if (link === undefined)
      return shortfall.isPassing
        ? { kind: "incomplete", isByCount: shortfall.codes.length === 0 }
        : undefined;
    const following = withinBase(base, link.url ?? "#", next);
    if (following === undefined) return { kind: "no-way-on" };
    next = following;
  }
}

function bundleOf(json: unknown): Bundle | Unreadable {
  try {
    return readMembers(bundleSchema, json).value;
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
}
