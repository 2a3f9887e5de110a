/** How a search that has more than one page goes on. */
import type { WithId } from "@medplum/core";
import type { Bundle, Resource } from "@medplum/fhirtypes";
import { randomUUID } from "node:crypto";
import type { FaultMenu } from "../faults.ts";
import { outcome, warning } from "./outcomes.ts";
import type { Served } from "./search.ts";

/** Where a search continues. Each page searches again, so a record that changes meanwhile may appear twice, as at Oracle. */
export interface PageContext {
  readonly tenant: string;
  readonly type: Served;
  readonly query: string;
  readonly offset: number;
}

export interface Paging {
  /** The context of a next link, in either of Oracle's two spellings. */
  continued(asked: URLSearchParams, tenant: string, type: Served): PageContext | undefined;
  page(base: string, at: PageContext, found: readonly WithId<Resource>[], pageSize: number): Bundle;
}

const CONTEXTS_AT_MOST = 1000;

export function makePaging(faults: FaultMenu): Paging {
  const contexts = new Map<string, PageContext>();
  return {
    continued: (asked, tenant, type) => {
      const id = asked.get("-pageContext") ?? asked.get("pageContext");
      if (id === null) return undefined;
      const context = contexts.get(id);
      if (context?.tenant !== tenant || context.type !== type)
        throw outcome(400, "invalid", "Unknown page context");
      if (faults.isOn("laterPagesFail")) throw outcome(500, "exception", "The page could not be made");
      return context;
    },
    page: (base, at, found, pageSize) => {
      const shown = found.slice(at.offset, at.offset + pageSize);
      const again = faults.isOn("pagesOverlap") && pageSize > 1 ? 1 : 0;
      const next = at.offset + pageSize - again;
      const link = [{ relation: "self", url: `${base}/${at.type}?${at.query}` }];
      if (at.offset + pageSize < found.length) {
        const id = randomUUID();
        contexts.set(id, { ...at, offset: next });
        for (const oldest of contexts.keys()) {
          if (contexts.size <= CONTEXTS_AT_MOST) break;
          contexts.delete(oldest);
        }
        link.push({ relation: "next", url: `${base}/${at.type}?-pageContext=${id}&-pageDirection=NEXT` });
      }
      return {
        resourceType: "Bundle",
        id: randomUUID(),
        type: "searchset",
        ...(at.type === "Patient" ? { total: found.length } : {}),
        link,
        ...(shown.length === 0
          ? {}
          : {
              entry: [
                ...(faults.isOn("outcomeAmongResults")
                  ? [{ resource: warning(), search: { mode: "outcome" as const } }]
                  : []),
                ...shown.map((resource) => ({ fullUrl: `${base}/${at.type}/${resource.id}`, resource })),
              ],
            }),
      };
    },
  };
}
