/** Where what the connector keeps and processes lies, as far as Azure tells the connector itself. */
import { mayHaveNumber } from "../domain/defaults.ts";
import { geographyOf } from "../domain/regions.ts";
import type { Store } from "../ports/store.ts";

/** `region`: a region of Azure, or a data location of Communication Services. */
export interface DataRegion {
  readonly what: "site" | "store" | "texts and mails";
  readonly region: string;
}

export interface DataRegions {
  /** Empty on a laptop. */
  told(): readonly DataRegion[];
}

/**
 * Whether texts can leave from there: outside the Americas no number can be had, and so no text has to fit into a segment.
 * Where Azure does not tell, such as on a laptop, they can.
 */
export function mayText(told: readonly DataRegion[]): boolean {
  const [texts, site] = (["texts and mails", "site"] as const).map((what) =>
    told.find((one) => one.what === what),
  );
  const geography = geographyOf((texts ?? site)?.region ?? "");
  return geography === undefined || mayHaveNumber({ geography });
}

/** Communication Services says in its host name where it keeps data: `visits.unitedstates.communication.azure.com`. */
const COMMUNICATION = /^[^.]+\.(?<region>[a-z]+)\.communication\.azure\.com$/;

/**
 * @param region that App Service tells the site
 * @param communication address of the Communication Services resource
 */
export function openDataRegions(
  store: Pick<Store, "regions">,
  region: string | undefined,
  communication: string | undefined,
): DataRegions {
  const texts =
    communication === undefined ? undefined : COMMUNICATION.exec(new URL(communication).hostname)?.groups;
  return {
    told: () => [
      ...(region === undefined ? [] : [{ what: "site" as const, region }]),
      ...store.regions().map((one) => ({ what: "store" as const, region: one })),
      ...(texts?.["region"] === undefined
        ? []
        : [{ what: "texts and mails" as const, region: texts["region"] }]),
    ],
  };
}
